"""Who plays: the user's columns, or families of them that count as one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.errors import UnknownColumn
from core.models.family import Matrix
from core.train.preparation import encode
from core.train.training import TrainedModel

Together = tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, eq=False)
class Players:
    """The players by name, in the order of their first column.

    ``of_columns`` (columns,) and ``of_cells`` (width,) name the player, by number, of each of the
    user's columns and of each cell of the matrix.
    """

    names: tuple[str, ...]
    of_columns: NDArray[np.int64]
    of_cells: NDArray[np.int64]


def players(model: TrainedModel, together: Together = ()) -> Players:
    """The players of a model's game; a column in no family plays for itself.

    Raises UnknownColumn for a family's column that the model did not learn from.
    """
    columns = tuple(column.name for column in model.spec.features)
    for column in (column for _, members in together for column in members):
        if column not in columns:
            raise UnknownColumn(column, columns)
    family = {column: name for name, members in together for column in members}
    named = [family.get(column, column) for column in columns]
    names = tuple(dict.fromkeys(named))
    of_columns = np.array([names.index(name) for name in named], np.int64)
    widths = [stop - start for start, stop in model.preparation.blocks]
    return Players(names, of_columns, np.repeat(of_columns, widths))


def backdrop(model: TrainedModel, rows: int) -> Matrix:
    """Training rows that stand in for what is not known, spread evenly: (at most rows, width)."""
    spread = np.linspace(0, len(model.background) - 1, min(rows, len(model.background)))
    return encode(model.preparation, model.background.iloc[np.unique(spread.astype(int))])


def shown_inputs(inputs: pd.DataFrame, who: Players) -> pd.DataFrame:
    """The user's values (rows, players); a family's are written one after the other."""
    if who.names == tuple(inputs.columns):  # nobody plays together: a what-if asks for this often
        return inputs
    cells: dict[str, Any] = {}
    for number, name in enumerate(who.names):
        members = inputs.loc[:, who.of_columns == number]
        cells[name] = members.iloc[:, 0] if members.shape[1] == 1 else _joined(members)
    return pd.DataFrame(cells, index=inputs.index)


def _joined(members: pd.DataFrame) -> pd.Series:
    texts = members.astype(object).where(members.notna(), "–").astype(str)
    return texts.agg(", ".join, axis=1).astype(object)
