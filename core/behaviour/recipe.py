"""Everything that makes a table of a log: kept with the table and its models, as JSON."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from core import wire
from core.behaviour.cleaning import Choices
from core.behaviour.features.feature import Plan
from core.behaviour.meaning import Use
from core.behaviour.question import Question


@dataclass(frozen=True)
class Recipe:
    """How the tables were read (``uses``, ``choices``), what was asked, and of which features.

    ``customer`` is what the table calls the column of customers, ``target`` that of answers.
    A new log with tables of the same columns, and a new cutoff, give the same features.
    """

    uses: tuple[Use, ...]
    choices: Choices
    question: Question
    plan: Plan
    customer: str
    target: str


def written(recipe: Recipe) -> str:
    """The recipe as text."""
    return msgspec.json.encode(recipe).decode()


def read(text: str) -> Recipe | None:
    """The recipe of a table or model; None for one that was not made of a log."""
    return wire.read(text, Recipe) if text else None
