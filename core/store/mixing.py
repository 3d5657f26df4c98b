"""What the models of a kept search would say together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.data.dataset import Dataset
from core.models import ensemble
from core.search.searching import rows_of
from core.search.trial import Trial, ranked
from core.search.trying import Rows
from core.search.weights import Mix, Panel, greedy, score, stack
from core.store import searches
from core.store.fitting import asked_rows
from core.store.searches import Kept

OF_A_FAMILY = 2
BY_HAND = 5
LEAST_GAIN = 0.0003  # over the best alone, on rows set aside, to be trained at all
STACKED = 0.0005  # that a stack must be better than a mean, whose reasons are exact

Answers = Callable[[int], NDArray[np.float32] | None]


def panel(where: Path, known: Kept, rows: Rows) -> Panel:
    """The best few of each family whose answers are kept, the best first."""
    return chosen(known.trials, lambda number: searches.said(where, number), rows)


def chosen(trials: tuple[Trial, ...], answers: Answers, rows: Rows) -> Panel:
    """The best few of each family, the best first; ``answers(number)`` is what a trial said."""
    picked, said, told = list[Trial](), [], Counter[str]()
    for trial in ranked(trials, rows.metric):
        if len(picked) == ensemble.MOST or told[trial.family] == OF_A_FAMILY:
            continue
        found = answers(trial.number)
        if found is not None and len(found) == len(rows.y):
            picked.append(trial)
            said.append(found)
            told[trial.family] += 1
    return Panel(tuple(picked), tuple(said), rows)


def panel_of(where: Path, known: Kept, dataset: Dataset) -> Panel:
    """The same with its rows read from the table."""
    return panel(where, known, rows_of(asked_rows(dataset, known.search.spec), known.search))


def one_of_each(given: Panel) -> Panel:
    """The best of each family, the best families first: as many as a person can weigh."""
    firsts = {trial.family: place for place, trial in reversed(list(enumerate(given.trials)))}
    places = sorted(firsts.values())[:BY_HAND]
    trials = tuple(given.trials[place] for place in places)
    return replace(given, trials=trials, said=tuple(given.said[place] for place in places))


def worth_training(given: Panel) -> Mix | None:
    """The best way to answer together; None where that helps as good as nothing."""
    if len(given.trials) < 2:
        return None
    metric, alone = given.metric, given.trials[0].score
    mean, stacked = greedy(given), stack(given)
    ahead = metric.better.sign * (score(given, stacked) - score(given, mean))
    best = stacked if ahead > metric.part(STACKED, alone) else mean
    helps = metric.better.sign * (score(given, best) - alone)
    several = sum(weight > 0 for weight in best.weights) > 1
    return best if several and helps > metric.part(LEAST_GAIN, alone) else None
