"""What a search for a good model reaches, beside scikit-learn as it comes: nested cross-validation.

Run as ``python -m bench.accuracy.search MINUTES [--folds K] [part of a set's name ...]``. In each
of five outer folds (or the first K) the search sees the rows to learn from and nothing else, for so
many minutes, and seeks by what all are judged by; what it finds is fitted on them and judged on the
others. A line a set: how far the better of its best model and its ensemble (the one that the search
itself would take by rows set aside) is behind the best of scikit-learn's, each by the mean of the
same folds.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator

import numpy as np

from bench.accuracy.__main__ import BEHIND, fitted, measured
from bench.accuracy.limits import Limits, asked_for
from bench.accuracy.rivals import RIVALS
from bench.accuracy.sets import JUDGED, Asked, Fold, score
from bench.figure import figure, told
from core.models.family import Floats
from core.progress import silent
from core.search.pool import pool
from core.search.searching import Time, rows_among, search
from core.search.trial import leaders, ranked
from core.search.weights import wish
from core.search.wish import search as search_of
from core.search.wish import wish_of
from core.store import mixing
from core.train.target import Truth

MINUTE = 60.0


def found(asked: Asked, fold: Fold, seconds: float) -> dict[str, Floats]:
    """What the best model, and the ensemble, say of the fold's rows to judge."""
    learn = asked.table.iloc[fold[0]]
    wanted = search_of(asked.spec, by=JUDGED[asked.spec.task])
    classes = tuple(map(str, range(asked.classes)))
    rows = rows_among(learn, Truth(asked.y[fold[0]], classes), wanted)
    tried = list(search(rows, wanted, (), Time(seconds), pool(os.environ), silent))
    trials = tuple(each.trial for each in tried)
    said = {each.trial.number: each.said for each in tried}
    best = ranked(trials, wanted.metric)[0]
    told = [(t.family, round(t.score, 4)) for t in leaders(trials, wanted.metric)]
    print(len(trials), told, file=sys.stderr, flush=True)
    single = fitted(asked, fold, wish_of(wanted, best))
    panel = mixing.chosen(trials, said.get, rows)
    mix = mixing.worth_training(panel)
    together = single if mix is None else fitted(asked, fold, wish(panel, mix))
    return {"best": single, "together": together}


def figures(minutes: float, wanted: Limits) -> Iterator[dict[str, object]]:
    """A line a set."""
    for asked in wanted.sets():
        task, begun = asked.spec.task, time.monotonic()
        ours: dict[str, list[float]] = {"best": [], "together": []}
        for fold in asked.folds:
            for name, said in found(asked, fold, minutes * MINUTE).items():
                ours[name].append(score(task, asked.y[fold[1]], said))
        means = {name: round(float(np.mean(each)), 4) for name, each in ours.items()}
        minutes_taken = (time.monotonic() - begun) / MINUTE
        theirs = {
            name: round(float(np.mean(measured(asked, say)[0])), 4) for name, say in RIVALS.items()
        }
        behind = max(theirs.values()) - means["together"]
        yield figure(f"accuracy.search.{asked.name}", "value", behind, BEHIND[task],
                     rows=len(asked.y), minutes=minutes, ours=means, theirs=theirs,
                     taken=round(minutes_taken, 1))  # fmt: skip


if __name__ == "__main__":
    said, wanted = asked_for(__doc__, {"minutes": {"type": float}})
    raise SystemExit(told(figures(said.minutes, wanted)))
