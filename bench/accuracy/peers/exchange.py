"""Rows, answers and what a peer says of new rows, as files that need no more than NumPy and pandas.

A peer reads this with its own environment: nothing of the app is imported here. It sees the rows
to learn from with their answers and the rows to judge without.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

GIVEN, SAID = "given.npz", "said.npz"
BINARY, MULTICLASS, REGRESSION = "binary", "multiclass", "regression"


@dataclass(frozen=True, eq=False)
class Given:
    """What a peer gets: columns are numbers or categories, ``y`` (learn,) holds numbers of classes
    or values, ``groups`` (learn,) numbers of groups (all different where rows are no groups)."""

    task: str
    learn: pd.DataFrame
    y: NDArray[Any]
    judge: pd.DataFrame
    groups: NDArray[np.int64]
    seconds: float
    seed: int

    @property
    def is_grouped(self) -> bool:
        """Whether rows belong together."""
        return len(np.unique(self.groups)) < len(self.groups)


def give(folder: Path, given: Given) -> None:
    """Writes it into a folder."""
    about = {"task": given.task, "seconds": given.seconds, "seed": given.seed}
    columns = _columns("learn", given.learn) | _columns("judge", given.judge)
    names = np.array([str(name) for name in given.learn.columns])
    np.savez(folder / GIVEN, **about, **columns, names=names, y=given.y, groups=given.groups)


def given(folder: Path) -> Given:
    """What was written into a folder."""
    with np.load(folder / GIVEN) as found:
        return Given(
            str(found["task"]), _table("learn", found), found["y"], _table("judge", found),
            found["groups"], float(found["seconds"]), int(found["seed"]),
        )  # fmt: skip


def say(folder: Path, scores: NDArray[np.float64]) -> None:
    """Writes what a peer says: the chance of class 1 (judge,), of each class (judge, classes), or a
    value (judge,)."""
    np.savez(folder / SAID, scores=np.asarray(scores, "float64"))


def said(folder: Path) -> NDArray[np.float64]:
    """What a peer said."""
    with np.load(folder / SAID) as found:
        return found["scores"]


def chances(task: str, shares: NDArray[np.float64]) -> NDArray[np.float64]:
    """Of chances (judge, classes) those that are to be said."""
    return shares[:, 1] if task == BINARY else shares


def _columns(side: str, table: pd.DataFrame) -> dict[str, NDArray[Any]]:
    found = {}
    for place, name in enumerate(table.columns):
        cells = table[name]
        if isinstance(cells.dtype, pd.CategoricalDtype):
            found[f"{side}_codes_{place}"] = cells.cat.codes.to_numpy()
            found[f"{side}_levels_{place}"] = cells.cat.categories.astype(str).to_numpy("str")
        else:
            found[f"{side}_{place}"] = cells.to_numpy("float64", na_value=np.nan)
    return found


def _table(side: str, found: Any) -> pd.DataFrame:
    columns = {}
    for place, name in enumerate(found["names"]):
        if f"{side}_{place}" in found:
            columns[str(name)] = pd.Series(found[f"{side}_{place}"])
        else:
            levels = [str(level) for level in found[f"{side}_levels_{place}"]]
            codes = found[f"{side}_codes_{place}"]
            columns[str(name)] = pd.Series(pd.Categorical.from_codes(codes, levels))
    return pd.DataFrame(columns)
