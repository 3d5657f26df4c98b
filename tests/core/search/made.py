"""A small shop's rows for searches, and trials as they might have ended."""

from __future__ import annotations

from core.models.family import Task, family
from core.search.searching import rows_of
from core.search.space import defaults
from core.search.trial import Ended, Trial
from core.search.trying import Rows
from core.search.wish import Search, search
from core.train.spec import ModelSpec
from tests.core.train.shop import FEATURES, TARGETS, shop

QUICK = ("linear", "tree", "bayes")


def asked(task: Task = Task.BINARY, families: tuple[str, ...] = QUICK) -> Search:
    outcome = "yes" if task is Task.BINARY else ""
    spec = ModelSpec("d" * 64, task, TARGETS[task], FEATURES, "", outcome)
    return search(spec, families)


def rows(of: Search, count: int = 300) -> Rows:
    return rows_of(shop(count), of)


def trial(number: int, key: str, score: float, seconds: float = 1.0) -> Trial:
    scores = (score - 0.01, score, score, score, score + 0.01)
    return Trial(
        number, key, defaults(family(key)), Ended.WHOLE, scores, (0.01,) * 5, seconds, float(number)
    )
