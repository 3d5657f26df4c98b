"""The app's models beside peers, on the same rows and folds, judged by our score.

Run as ``python -m bench.accuracy.peers MATCH [--minutes M] [--folds K] [--against PEER ...]
[part of a set's name ...]``: the first K of five folds, against all of a match's peers or those
that are named. A line a set: how far ours is behind the best of theirs (negative: ahead), within
what that is sure, the mean score of each, how far in each fold, and the seconds of each side.

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
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from bench.accuracy.apart import apart
from bench.accuracy.limits import Limits, asked_for
from bench.accuracy.peers.matches import MATCHES, Answers, peers
from bench.accuracy.search import MINUTE
from bench.accuracy.sets import Asked, Fold, score
from bench.figure import figure, told
from core.models.family import Floats

SIDES = ("ours", "theirs")
Say = Callable[[Asked, Fold], Answers]


def compared(asked: Asked, judged: str, ours: Say, theirs: Say) -> tuple[float, dict[str, object]]:
    """How far the judged one is behind the best of theirs, and the facts of scores and seconds."""
    found: dict[str, dict[str, list[float]]] = {side: {} for side in SIDES}
    said: dict[str, dict[str, list[Floats]]] = {side: {} for side in SIDES}
    took = dict.fromkeys(SIDES, 0.0)
    for fold in asked.folds:
        for side, say in zip(SIDES, (ours, theirs), strict=True):
            begun = time.monotonic()
            answers = say(asked, fold)
            took[side] += time.monotonic() - begun
            for name, answer in answers.items():
                one = score(asked.spec.task, asked.y[fold[1]], answer)
                found[side].setdefault(name, []).append(one)
                said[side].setdefault(name, []).append(answer)
        print(asked.name, found, file=sys.stderr, flush=True)
    means = {side: {n: float(np.mean(s)) for n, s in found[side].items()} for side in SIDES}
    best = max(means["theirs"], key=means["theirs"].__getitem__)
    each = np.subtract(found["theirs"][best], found["ours"][judged])
    facts: dict[str, object] = {
        side: {name: round(mean, 4) for name, mean in means[side].items()} for side in SIDES
    }
    within = apart(asked, said["theirs"][best], said["ours"][judged])
    facts["within"] = [round(one, 4) for one in within]
    facts["each"] = [round(float(one), 4) for one in each]
    facts["seconds"] = {side: round(seconds, 1) for side, seconds in took.items()}
    return float(each.mean()), facts


def figures(
    name: str, minutes: float, against: tuple[str, ...], wanted: Limits
) -> Iterator[dict[str, object]]:
    """A line a set, of a match against some of its peers (all, where none is named)."""
    match, seconds = MATCHES[name], minutes * MINUTE
    theirs = peers(match, match.against(against), seconds)
    if theirs is None:
        missing = "a peer cannot be installed"
        yield {"name": f"accuracy.{name}", "ok": True, "missing": missing}
        return

    def ours(asked: Asked, fold: Fold) -> Answers:
        return match.ours(asked, fold, seconds)

    def all_theirs(asked: Asked, fold: Fold) -> Answers:
        return {each: say(asked, fold) for each, say in theirs.items()}

    for asked in wanted.sets():
        behind, facts = compared(asked, match.judged, ours, all_theirs)
        if match.takes_time:
            facts["minutes"] = minutes
        yield figure(f"accuracy.{name}.{asked.name}", "value", behind,
                     match.behind[asked.spec.task], rows=len(asked.y), **facts)  # fmt: skip


if __name__ == "__main__":
    own: dict[str, dict[str, Any]] = {
        "match": {"choices": MATCHES},
        "--minutes": {"type": float, "default": 10.0, "help": "a fold, of a search"},
        "--against": {"action": "append", "default": [], "help": "a peer's name; all without one"},
    }
    said, wanted = asked_for(__doc__, own)
    raise SystemExit(told(figures(said.match, said.minutes, tuple(said.against), wanted)))
