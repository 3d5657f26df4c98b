"""The one number a model is asked about: the chance of a class, or the value."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.errors import UnknownOutcome
from core.explain.explanation import Scale
from core.models.family import Floats, Matrix, Task, family
from core.predict import known_columns
from core.train.preparation import encode, encode_numbers
from core.train.training import TrainedModel


@dataclass(frozen=True)
class Output:
    """Class ``number`` of name ``of``, or the target's value (number 0), and its scale."""

    number: int
    of: str
    scale: Scale


def output(model: TrainedModel, of: str = "") -> Output:
    """What is shown: by default the outcome of interest, or for several classes the first.

    Raises UnknownOutcome.
    """
    target, classes = model.spec.target.name, model.classes
    if model.spec.task is Task.REGRESSION:
        return Output(0, target, Scale.VALUE)
    shown = classes[1:] if model.spec.task is Task.BINARY else classes
    named = of or shown[0]
    if named not in shown:
        raise UnknownOutcome(target, named, shown)
    return Output(classes.index(named), named, Scale.CHANCE)


def answers(model: TrainedModel, x: Matrix, shown: Output) -> Floats:
    """What the model says of encoded rows x (n, width): (n,) on the scale of ``shown``."""
    scores = family(model.spec.family).scores(model.estimator, x)
    return scores[:, shown.number] if scores.ndim == 2 else scores


def encoded(model: TrainedModel, table: pd.DataFrame) -> Matrix:
    """Typed rows as the model's matrix (n, width). Raises ColumnsMissing."""
    return encode(model.preparation, known_columns(model, table))


def block(model: TrainedModel, column: str, cells: pd.Series) -> tuple[slice, Matrix]:
    """Where ``column`` lies in the matrix, and what ``cells`` of it become: (n, its width)."""
    whole = model.preparation
    place = [c.name for c in whole.columns].index(column)
    alone = encode(whole.alone(column), pd.DataFrame({column: cells}))
    return slice(*whole.blocks[place]), alone


def number_block(model: TrainedModel, column: str, values: Floats) -> tuple[slice, Matrix]:
    """The same of numbers (n,), dates as days since 1970, in a tenth of the time."""
    place = [c.name for c in model.preparation.columns].index(column)
    start, stop = model.preparation.blocks[place]
    cells = np.zeros((len(values), stop - start), "float32")
    encode_numbers(model.preparation.numbers[column], values, cells)
    return slice(start, stop), cells
