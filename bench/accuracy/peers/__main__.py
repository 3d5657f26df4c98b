"""The app's models beside peers, on the same rows and folds, judged by our score.

Run as ``python -m bench.accuracy.peers MATCH [--minutes M] [--folds K] [part of a set's name ...]``
(the first K of five folds). A line a set: how far ours is behind the best of theirs (negative:
ahead), the mean score of each, how far in each fold, and the seconds that each side took.

- ``automl``: what our search finds in M minutes a fold, nested in the fold's rows to learn from,
  beside mljar-supervised with as many minutes, and scikit-learn as it comes.
- ``mlp``: our network as it comes, beside pytabkit's RealMLP and TabM.
- ``svm``: our machine as it comes, beside scikit-learn's exact one, fully tuned.

mljar-supervised and pytabkit (with PyTorch: gigabytes) are installed into environments of their
own, which are kept under ``~/.cache/whybuy-bench`` (``MLJAR_ENVIRONMENT`` or
``PYTABKIT_ENVIRONMENT`` names one that is there); where one cannot be installed, a line says so.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator

import numpy as np

from bench.accuracy.limits import Limits, asked_for
from bench.accuracy.peers.matches import MATCHES, Match
from bench.accuracy.search import MINUTE
from bench.accuracy.sets import Asked, score
from bench.figure import figure, told

SIDES = ("ours", "theirs")
Scores = dict[str, list[float]]


def compared(asked: Asked, match: Match) -> tuple[float, dict[str, object]]:
    """How far ours is behind the best of theirs, and the facts: scores, folds, seconds."""
    found: dict[str, Scores] = {side: {} for side in SIDES}
    took = dict.fromkeys(SIDES, 0.0)
    for fold in asked.folds:
        for side, say in zip(SIDES, (match.ours, match.theirs), strict=True):
            begun = time.monotonic()
            answers = say(asked, fold)
            took[side] += time.monotonic() - begun
            for name, said in answers.items():
                one = score(asked.spec.task, asked.y[fold[1]], said)
                found[side].setdefault(name, []).append(one)
        print(asked.name, found, file=sys.stderr, flush=True)
    means = {side: {n: float(np.mean(s)) for n, s in found[side].items()} for side in SIDES}
    best = max(means["theirs"], key=means["theirs"].__getitem__)
    each = np.subtract(found["theirs"][best], found["ours"][match.judged])
    facts: dict[str, object] = {
        side: {name: round(mean, 4) for name, mean in means[side].items()} for side in SIDES
    }
    facts["each"] = [round(float(one), 4) for one in each]
    facts["seconds"] = {side: round(seconds, 1) for side, seconds in took.items()}
    return float(each.mean()), facts


def figures(name: str, minutes: float, wanted: Limits) -> Iterator[dict[str, object]]:
    """A line a set."""
    match = MATCHES[name](minutes * MINUTE)
    if match is None:
        missing = "its peers cannot be installed"
        yield {"name": f"accuracy.{name}", "ok": True, "missing": missing}
        return
    for asked in wanted.sets():
        behind, facts = compared(asked, match)
        if match.takes_time:
            facts["minutes"] = minutes
        yield figure(f"accuracy.{name}.{asked.name}", "value", behind,
                     match.behind[asked.spec.task], rows=len(asked.y), **facts)  # fmt: skip


if __name__ == "__main__":
    own = {"match": {"choices": MATCHES}, "--minutes": {"type": float, "default": 10.0}}
    said, wanted = asked_for(__doc__, own)
    raise SystemExit(told(figures(said.match, said.minutes, wanted)))
