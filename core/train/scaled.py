"""The house's scaled matrix of a table without a target: what likeness is measured on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.errors import NoFeatures
from core.models.family import Encoding, Matrix, Task
from core.schema import Column, Kind, Schema
from core.train.preparation import encode, learned

FAR = 4.0  # deviations; one value farther out must not decide alone who is alike


@dataclass(frozen=True, eq=False)
class Scaled:
    """``x`` (rows, width) and the (start, stop) that each of ``columns`` takes in it."""

    x: Matrix
    columns: tuple[Column, ...]
    blocks: tuple[tuple[int, int], ...]


def compared(schema: Schema, target: str) -> tuple[Column, ...]:
    """The columns by which customers are compared: what a model of ``target`` may learn from.

    The target itself and texts are left out. Raises UnknownColumn and NoFeatures.
    """
    features = schema.aimed_at(target).features
    found = tuple(column for column in features if column.kind is not Kind.TEXT)
    if not found:
        raise NoFeatures(target)
    return found


def scaled(table: pd.DataFrame, columns: tuple[Column, ...]) -> Scaled:
    """The columns of a typed table as the families learn from them, at most four deviations out.

    Numbers have zero mean and unit deviation (skewed amounts on a log axis), levels are one-hot.
    """
    nothing = np.zeros(len(table))
    preparation = learned(table, columns, nothing, Task.REGRESSION, Encoding.SCALED)
    x = np.clip(encode(preparation, table), -FAR, FAR)
    return Scaled(x, columns, preparation.blocks)
