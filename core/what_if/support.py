"""Whether a customer lies where the model has learned: outside the data it only guesses."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.models.family import Encoding, Floats, Task
from core.schema import Column
from core.train.field import days_since_1970
from core.train.preparation import Preparation, encode, is_numeric, is_text, learned
from core.train.training import TrainedModel

USUAL = 0.99  # a combination farther from its neighbour than this share of the data's is unusual


@dataclass(frozen=True, eq=False)
class Support:
    """Where the background rows lie: made once a model, asked once a change."""

    model: TrainedModel
    preparation: Preparation
    points: Floats
    usual_distance: float


@dataclass(frozen=True)
class Outside:
    """What is unusual about a row: columns beyond their range or levels, and the combination.

    ``distance`` is the row's distance to its nearest background row, as a multiple of the distance
    that 99 % of the background rows stay within (infinite where these are all alike another row
    and this row is not).
    """

    columns: tuple[str, ...]
    distance: float

    @property
    def combination(self) -> bool:
        """True where the values together are unlike any background row."""
        return self.distance > 1.0


def support(model: TrainedModel) -> Support:
    """Where the background rows lie, on standardised columns with one-hot levels.

    Texts are left out: no two are alike, and that says nothing of where a model has learned.
    """
    nothing = np.zeros(len(model.background))
    columns = tuple(column for column in model.spec.features if not is_text(column))
    preparation = learned(model.background, columns, nothing, Task.REGRESSION, Encoding.SCALED)
    points = encode(preparation, model.background).astype("float64")
    nearest = np.array([_nearest(np.delete(points, i, 0), p) for i, p in enumerate(points)])
    usual = float(np.quantile(nearest, USUAL)) if len(nearest) > 1 else 0.0
    return Support(model, preparation, points, usual)


def outside(known: Support, row: pd.DataFrame) -> Outside:
    """What is unusual about one typed row (1, columns)."""
    fields = {field.column: field for field in known.model.fields}
    features = known.model.spec.features
    cells = next(row[[column.name for column in features]].itertuples(index=False, name=None))
    beyond = tuple(
        column.name
        for column, cell in zip(features, cells, strict=True)
        if not fields[column.name].holds(plain_value(column, cell))
    )
    point = encode(known.preparation, row).astype("float64")[0]
    nearest = _nearest(known.points, point)
    if nearest and not known.usual_distance:
        return Outside(beyond, math.inf)
    return Outside(beyond, nearest / known.usual_distance if nearest else 0.0)


def plain_value(column: Column, cell: object) -> float | str | None:
    """A typed cell as a Field knows it: a float (dates in days since 1970), a level, or None."""
    if cell is None or pd.isna(cell):  # type: ignore[call-overload]
        return None
    if not is_numeric(column):
        return str(cell)
    return days_since_1970(cell) if isinstance(cell, pd.Timestamp) else float(cell)  # type: ignore[arg-type]


def _nearest(points: Floats, point: Floats) -> float:
    return float(np.sqrt(((points - point) ** 2).sum(axis=1).min())) if len(points) else 0.0
