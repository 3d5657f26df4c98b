"""Arithmetic over columns that a person typed, read by a grammar of its own and never run as code.

A formula holds numbers, columns, ``+ - * /``, parentheses, ``min(…, …)`` and ``max(…, …)``. A
column whose name is no single word stands in backticks or quotes; within, the mark is doubled.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NoReturn

import numpy as np
import pandas as pd

from core.errors import FormulaUnfinished, FormulaUnreadable, UnknownColumn
from core.models.family import Floats

LONGEST = 1000  # characters
DEEPEST = 40  # parentheses within each other
PLACE_SHOWN = 20  # characters
TOKEN = re.compile(
    r"\s*(?:(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?(?!\w))"
    r"|(?P<word>[^\W\d]\w*)"
    r"|(?P<quoted>`(?:[^`]|``)+`|\"(?:[^\"]|\"\")+\"|'(?:[^']|'')+')"
    r"|(?P<mark>[-+*/(),])"
    r"|(?P<end>\Z))"
)


class Operation(StrEnum):
    """What a step does with the one or two values before it."""

    ADD = "+"
    SUBTRACT = "-"
    MULTIPLY = "*"
    DIVIDE = "/"
    NEGATE = "negate"
    MIN = "min"
    MAX = "max"


@dataclass(frozen=True)
class Cell:
    """A step that takes a column's value."""

    column: str


Step = float | Cell | Operation


@dataclass(frozen=True)
class Formula:
    """A formula as typed and its steps in reverse Polish order."""

    text: str
    steps: tuple[Step, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns it is made of, each once."""
        return tuple(dict.fromkeys(s.column for s in self.steps if isinstance(s, Cell)))


def formula(text: str, columns: Sequence[str]) -> Formula:
    """The formula that ``text`` says; ``columns`` are the names of the number columns it may use.

    Raises FormulaUnreadable with the place, FormulaUnfinished and UnknownColumn.
    """
    if len(text) > LONGEST:
        raise FormulaUnreadable(text, text[LONGEST : LONGEST + PLACE_SHOWN], LONGEST + 1)
    reading = _Reading(text, tuple(columns))
    reading.sum()
    if reading.kind != "end":
        reading.refuse()
    return Formula(text, tuple(reading.steps))


def applied(found: Formula, frame: pd.DataFrame) -> pd.Series:
    """The formula's value for each row of ``frame``: float64, NaN where it is undefined.

    Undefined is what holds a missing cell, a division by zero or a number too large. Raises
    UnknownColumn where ``frame`` lacks a column.
    """
    stack: list[Floats] = []
    for step in found.steps:
        if isinstance(step, Operation):
            stack.append(_done(step, stack))
        elif isinstance(step, Cell):
            stack.append(_cells(frame, step.column))
        else:
            stack.append(np.full(len(frame), step))
    return pd.Series(stack.pop(), index=frame.index, dtype="float64")


OPERATIONS: dict[Operation, Callable[..., Floats]] = {
    Operation.ADD: np.add,
    Operation.SUBTRACT: np.subtract,
    Operation.MULTIPLY: np.multiply,
    Operation.DIVIDE: np.divide,
    Operation.MIN: np.minimum,
    Operation.MAX: np.maximum,
    Operation.NEGATE: np.negative,
}


def _done(operation: Operation, stack: list[Floats]) -> Floats:
    """What ``operation`` makes of the values that it takes off the stack."""
    taken = stack[-1:] if operation is Operation.NEGATE else stack[-2:]
    del stack[-len(taken) :]
    with np.errstate(all="ignore"):
        value = OPERATIONS[operation](*taken)
    return np.where(np.isfinite(value), value, np.nan)


def _cells(frame: pd.DataFrame, column: str) -> Floats:
    if column not in frame:
        raise UnknownColumn(column, tuple(map(str, frame.columns)))
    values = frame[column].to_numpy("float64", na_value=np.nan)
    return np.where(np.isfinite(values), values, np.nan)


class _Reading:
    """One token ahead of the text; each method reads a part of the grammar and adds its steps."""

    def __init__(self, text: str, columns: tuple[str, ...]) -> None:
        self.text, self.columns = text, columns
        self.steps: list[Step] = []
        self.depth = self.after = 0
        self.step_on()

    def step_on(self) -> None:
        """Looks at the next token."""
        found = TOKEN.match(self.text, self.after)
        if found is None:
            self.start = len(self.text) - len(self.text[self.after :].lstrip())
            self.kind, self.said = "unknown", ""
            self.refuse()
        self.kind = str(found.lastgroup)
        self.said = found[self.kind]
        self.start, self.after = found.start(self.kind), found.end()

    def refuse(self) -> NoReturn:
        """Raises what is wrong at the token looked at."""
        if self.kind == "end":
            raise FormulaUnfinished(self.text)
        place = self.text[self.start : self.start + PLACE_SHOWN]
        raise FormulaUnreadable(self.text, place, self.start + 1)

    def take(self, mark: str) -> None:
        if self.said != mark or self.kind != "mark":
            self.refuse()
        self.step_on()

    def sum(self) -> None:
        """sum: product (("+" | "-") product)*."""
        self.chain(self.product, "+-")

    def product(self) -> None:
        """product: signed (("*" | "/") signed)*."""
        self.chain(self.signed, "*/")

    def chain(self, part: Callable[[], None], marks: str) -> None:
        part()
        while self.kind == "mark" and self.said in marks:
            operation = Operation(self.said)
            self.step_on()
            part()
            self.steps.append(operation)

    def signed(self) -> None:
        """signed: ("+" | "-")* value."""
        negative = False
        while self.kind == "mark" and self.said in "+-":
            negative ^= self.said == "-"
            self.step_on()
        self.value()
        if negative:
            self.steps.append(Operation.NEGATE)

    def value(self) -> None:
        """value: number | column | "(" sum ")" | ("min" | "max") "(" sum ("," sum)+ ")"."""
        if self.kind == "number":
            self.number()
        elif self.kind in ("word", "quoted"):
            self.named()
        else:
            self.within(self.sum)

    def number(self) -> None:
        if not np.isfinite(float(self.said)):
            self.refuse()
        self.steps.append(float(self.said))
        self.step_on()

    def named(self) -> None:
        """A column, or a function where a parenthesis follows."""
        name, quoted = self.said, self.kind == "quoted"
        at, kind = self.start, self.kind
        self.step_on()
        if not quoted and self.kind == "mark" and self.said == "(":
            if name not in (Operation.MIN, Operation.MAX):
                self.start, self.kind = at, kind
                self.refuse()
            self.within(lambda: self.arguments(Operation(name)))
            return
        self.column(name[1:-1].replace(name[0] * 2, name[0]) if quoted else name)

    def column(self, name: str) -> None:
        if name not in self.columns:
            raise UnknownColumn(name, self.columns)
        self.steps.append(Cell(name))

    def arguments(self, operation: Operation) -> None:
        self.sum()
        self.take(",")
        self.sum()
        self.steps.append(operation)
        while self.kind == "mark" and self.said == ",":
            self.step_on()
            self.sum()
            self.steps.append(operation)

    def within(self, part: Callable[[], None]) -> None:
        """A part in parentheses."""
        if self.depth == DEEPEST:
            self.refuse()
        self.take("(")
        self.depth += 1
        part()
        self.take(")")
        self.depth -= 1
