"""What people said of a model: verdicts, marks on its reasons, customers judged, and its states."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from core.review.better import AgainstRule
from core.review.people import Answer as Compared


class Answer(StrEnum):
    """A verdict on one question."""

    YES = "yes"
    NO = "no"
    CONCERN = "concern"


class Expected(StrEnum):
    """What a person makes of a reason."""

    EXPECTED = "expected"
    SURPRISING = "surprising"
    WRONG = "wrong"


class Way(StrEnum):
    """How a prediction should follow a column."""

    ANY = "any"
    RISES = "rises"
    FALLS = "falls"


class State(StrEnum):
    """Where a review stands."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"

    @property
    def words(self) -> str:
        """As an error's facts name it."""
        return self.replace("_", " ")


@dataclass(frozen=True)
class Person:
    """By the name that a sign-in vouches for, or by one that was typed; nobody: the app itself."""

    name: str
    signed_in: bool = False


@dataclass(frozen=True)
class Verdict:
    """A person's answer to a question at a time (UTC, ISO 8601)."""

    answer: Answer
    note: str
    by: Person
    at: str


@dataclass(frozen=True)
class Mark:
    """What a person makes of a column as a reason, and which way it should go."""

    expected: Expected | None = None
    way: Way = Way.ANY


@dataclass(frozen=True)
class Rule:
    """A rule of thumb as it was typed, and what came of holding the model against it."""

    text: str
    found: AgainstRule
    by: Person
    at: str


@dataclass(frozen=True)
class Told:
    """What the model is for and where it ends, in a person's words."""

    intended_use: str = ""
    limits: str = ""


@dataclass(frozen=True)
class Move:
    """A step from one state to another.

    ``prints`` are hashes of what was there, by part; ``changed`` names the parts for whose sake an
    approval was withdrawn. ``seal`` signs all the rest with the key ``key``.
    """

    before: State
    after: State
    by: Person
    at: str
    note: str
    prints: dict[str, str]
    changed: tuple[str, ...] = ()
    key: str = ""
    seal: str = ""


@dataclass(frozen=True)
class Review:
    """One model's review. ``verdicts`` are by question, ``marks`` by column."""

    verdicts: dict[str, Verdict] = field(default_factory=dict)
    marks: dict[str, Mark] = field(default_factory=dict)
    judged: tuple[Compared, ...] = ()
    rules: tuple[Rule, ...] = ()
    told: Told = Told()
    moves: tuple[Move, ...] = ()

    @property
    def state(self) -> State:
        return self.moves[-1].after if self.moves else State.DRAFT

    @property
    def last(self) -> Move | None:
        return self.moves[-1] if self.moves else None
