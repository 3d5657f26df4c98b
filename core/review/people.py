"""Whether the model agrees with a person: five customers judged before anything is shown."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.explain.explanation import Explanation
from core.explain.importance import importance
from core.explain.values import in_words
from core.models.family import Task
from core.predict import Predictions
from core.review.piece import Listed
from core.text.phrases import Phrases

CUSTOMERS = 5
TOP = 3  # reasons that a person's own is looked for among


@dataclass(frozen=True)
class Judged:
    """What a person said of one customer before they saw the model's answer.

    ``said`` is the outcome or class that they expect, or for a value "above" or "below" the middle
    of held-out customers; ``reason`` the column that they looked at most, empty for none.
    """

    row: int
    said: str
    reason: str = ""


@dataclass(frozen=True)
class Answer:
    """One customer: what a person said, what the model says, and what happened, as words.

    ``reasons`` are the model's strongest columns; ``agrees`` with the person's answer, ``shares``
    their reason (None where they named none).
    """

    row: int
    said: str
    model: str
    happened: str
    reasons: tuple[str, ...]
    agrees: bool
    shares: bool | None


ABOVE, BELOW = "above", "below"


def five(found: Predictions, seed: int) -> tuple[int, ...]:
    """Row numbers of five held-out customers, one drawn from each fifth of what is predicted."""
    said = found.scores if found.scores.ndim == 1 else found.scores.max(axis=1)
    order = np.lexsort((found.rows, said))
    chance = np.random.default_rng([seed, 17])
    parts = [part for part in np.array_split(order, CUSTOMERS) if len(part)]
    drawn = [int(found.rows[chance.choice(part)]) for part in parts]
    return tuple(int(row) for row in chance.permutation(drawn))


def choices(found: Predictions) -> tuple[str, ...]:
    """What a person can say of a customer."""
    return (ABOVE, BELOW) if found.task is Task.REGRESSION else found.classes


def answer(found: Predictions, judged: Judged, threshold: float, why: Explanation) -> Answer:
    """A person's answer beside the model's; ``why`` is the explanation of that customer."""
    place = int(np.flatnonzero(found.rows == judged.row)[0])
    model, happened = _words(found, place, threshold)
    top = tuple(one.column for one in importance(why)[:TOP])
    return Answer(
        row=judged.row,
        said=judged.said,
        model=model,
        happened=happened,
        reasons=top,
        agrees=judged.said == model,
        shares=judged.reason in top if judged.reason else None,
    )


def card(cells: pd.DataFrame, usual: pd.DataFrame, say: Phrases) -> Listed:
    """One customer's columns beside the usual customer's, as rows (1, columns) of a table."""
    rows = tuple(
        (str(name), in_words(cells[name].iloc[0], say), in_words(usual[name].iloc[0], say))
        for name in cells.columns
    )
    heads = ("column", "value", "usual")
    return Listed("review.people.card", tuple(f"review.people.of.{head}" for head in heads), rows)


def explained_class(found: Predictions, judged: Judged) -> str:
    """Which class's reasons are looked at: for several classes the one that was said."""
    return judged.said if found.task is Task.MULTICLASS else ""


def _words(found: Predictions, place: int, threshold: float) -> tuple[str, str]:
    truth = np.asarray(found.truth)[place]
    if found.task is Task.REGRESSION:
        middle = float(np.median(found.scores))
        return _side(float(found.scores[place]), middle), _side(float(truth), middle)
    if found.task is Task.BINARY:
        said = int(found.scores[place] >= threshold)
    else:
        said = int(found.scores[place].argmax())
    return found.classes[said], found.classes[int(truth)]


def _side(value: float, middle: float) -> str:
    return ABOVE if value >= middle else BELOW
