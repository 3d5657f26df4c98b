"""The report for machines, version 1: the fields of ``Document`` are the whole of it.

Numbers are as the store holds them, not rounded; what is not a number, or not known, is null.
Times are UTC in ISO 8601, shares and chances lie in 0..1. A field may be added within a version;
one that goes or comes to mean something else makes the next. ``machine.schema()`` gives it as JSON
Schema.
"""

from __future__ import annotations

from typing import Any

import msgspec

FORMAT, VERSION = "whybuy.report", 1


class Model(msgspec.Struct, frozen=True):
    """Which model: ``digest`` is the SHA-256 that stands for all files of its folder."""

    id: str
    name: str
    digest: str


class Masked(msgspec.Struct, frozen=True):
    """A column whose personal data were masked, what they were (``chosen``: a person said so)."""

    column: str
    held: str
    mask: str


class Column(msgspec.Struct, frozen=True):
    """A column of the table; ``learned`` from or not."""

    name: str
    kind: str
    role: str
    learned: bool


class Finding(msgspec.Struct, frozen=True):
    """What was found about the table; ``severity`` is stop, warn or note."""

    code: str
    column: str
    count: int
    severity: str
    text: str


class Table(msgspec.Struct, frozen=True):
    """The table it learned from. ``there`` is false where the project has it no more: then only
    ``id`` and ``name`` are known, and ``columns`` are those learned from. ``findings`` is null
    where nobody looked."""

    id: str
    name: str
    there: bool
    rows: int | None
    file: str
    read_at: str
    rows_left_out: int | None
    columns: list[Column]
    masked: list[Masked]
    corrected: list[str]
    findings: list[Finding] | None


class Answer(msgspec.Struct, frozen=True):
    """An answer and how many held-out customers gave it; small ones have no name of their own."""

    name: str
    held_out: int


class Question(msgspec.Struct, frozen=True):
    """What is predicted. ``task`` is binary, multiclass or regression; ``outcome`` the answer of
    interest of a binary question. ``split`` says how rows were held out; ``cutoffs`` where the
    table was built from a log."""

    task: str
    target: str
    outcome: str
    answers: list[Answer]
    split: str
    split_column: str
    split_share: float
    training_rows: int
    held_out_rows: int
    left_out_rows: int
    cutoffs: list[str]


class Method(msgspec.Struct, frozen=True):
    """How it was made. ``settings`` are all of the family's, by its own names."""

    family: str
    settings: dict[str, Any]
    balanced: bool
    seed: int
    engine: str
    trained_at: str
    seconds: float
    libraries: dict[str, str]


class Figure(msgspec.Struct, frozen=True):
    """A metric with its 95 % interval; ``better`` is higher or lower."""

    metric: str
    value: float | None
    low: float | None
    high: float | None
    better: str


class Rival(msgspec.Struct, frozen=True):
    """Another model of the question; ``same_customers`` judged it where that is true."""

    id: str
    name: str
    family: str
    same_customers: bool
    figures: list[Figure]


class Strength(msgspec.Struct, frozen=True):
    """How strongly a column moves the prediction: mean size of its effects and 95 % interval."""

    column: str
    mean: float | None
    low: float | None
    high: float | None
    share: float | None


class Reasons(msgspec.Struct, frozen=True):
    """Reasons that were worked out ``of`` an answer or amount, the strongest column first."""

    of: str
    method: str
    rows: int
    background: int
    base: float | None
    strengths: list[Strength]
    quality: dict[str, Any] | None


class Chapter(msgspec.Struct, frozen=True):
    """A chapter as people read it. Each piece has a ``kind``: ``said`` has its ``text``, the
    ``key`` and ``facts`` it was made of, and ``good`` (true speaks for the model, false against it,
    null only informs); ``listed`` a ``title``, ``headers`` and ``rows``; ``drawn`` a ``title``, a
    ``sentence``, the key of the ``chart`` and its ``points``."""

    key: str
    title: str
    pieces: list[dict[str, Any]]


class Use(msgspec.Struct, frozen=True):
    """What people wrote down; empty where nobody did."""

    intended_use: str
    limits: str


class Document(msgspec.Struct, frozen=True):
    """One report. ``threshold`` is null but for a binary question; ``trust`` holds the tests that
    were made of the figures, null for one that was not."""

    format: str
    version: int
    made_at: str
    language: str
    model: Model
    use: Use
    table: Table
    question: Question
    method: Method
    threshold: float | None
    figures: list[Figure]
    rivals: list[Rival]
    trust: dict[str, Any]
    reasons: list[Reasons]
    chapters: list[Chapter]
