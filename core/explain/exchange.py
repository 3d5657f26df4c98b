"""Our explanations and the shap package's, both ways, for who goes on in a notebook."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.errors import UnknownOutcome
from core.explain.explanation import Explanation, Floats, Scale

if TYPE_CHECKING:
    import shap

ALIKE = 1e-9  # bases of shap's rows that differ by no more are one base


@dataclass(frozen=True, eq=False)
class About:
    """What shap's value has no place for.

    ``rows`` and ``prediction`` are (n,); by default 0..n-1 and what base and effects add up to.
    """

    rows: NDArray[np.int64] | None = None
    prediction: Floats | None = None
    scale: Scale = Scale.CHANCE
    method: str = "shap"
    background: int = 0
    notes: tuple[str, ...] = ()


def to_shap(found: Explanation) -> shap.Explanation:
    """For ``shap.plots``: values (n, p), base_values (n,), data (n, p) of the user's own values.

    The standard errors go into ``error_std``, the class or target into ``output_names``.
    """
    import shap

    return shap.Explanation(
        values=found.effects.copy(),
        base_values=np.full(len(found.rows), found.base),
        data=found.inputs.to_numpy(dtype=object),
        feature_names=list(found.columns),
        output_names=found.of,
        error_std=found.errors.copy(),
    )


def about(found: Explanation) -> About:
    """What ``to_shap`` leaves out, so that ``from_shap(to_shap(e), about(e))`` is ``e`` again."""
    return About(
        found.rows, found.prediction, found.scale, found.method, found.background, found.notes
    )


def from_shap(found: shap.Explanation, known: About | None = None, of: str = "") -> Explanation:
    """One output of shap's value as ours: rows (p,), (n, p) or, for ``of``, (n, p, outputs).

    Raises UnknownOutcome for an output that it does not have, and ValueError where rows differ
    in their base, as they do for values measured against each other's neighbours.
    """
    known = known or About()
    values, bases, errors, name = _one_output(found, of)
    base = float(bases[0]) if len(bases) else 0.0
    if np.abs(bases - base).max(initial=0.0) > ALIKE:
        raise ValueError("the rows of this shap.Explanation have different base values")
    columns = _columns(found, values.shape[1])
    rows = np.arange(len(values)) if known.rows is None else known.rows
    added = base + values.sum(axis=1)
    return Explanation(
        columns=columns,
        base=base,
        effects=values,
        errors=errors,
        prediction=added if known.prediction is None else known.prediction,
        inputs=_inputs(found.data, columns, rows),
        rows=rows,
        of=name,
        scale=known.scale,
        method=known.method,
        background=known.background,
        notes=known.notes,
    )


def _one_output(found: Any, of: str) -> tuple[Floats, Floats, Floats, str]:
    """Values and errors (n, p), bases (n,) and the name of one output."""
    values = np.asarray(found.values, np.float64)
    if values.ndim == 1:
        values = values[None, :]
    bases = np.asarray(found.base_values, np.float64)
    spread = None if found.error_std is None else np.asarray(found.error_std, np.float64)
    name = found.output_names if isinstance(found.output_names, str) else of
    if values.ndim == 3:
        place, name = _place(found, of, values.shape[2])
        values = values[:, :, place]
        bases = bases[..., place]
        spread = spread[:, :, place] if spread is not None and spread.ndim == 3 else None
    errors = np.zeros_like(values) if spread is None else spread.reshape(values.shape).copy()
    return values.copy(), np.broadcast_to(bases.reshape(-1), len(values)), errors, name


def _place(found: Any, of: str, outputs: int) -> tuple[int, str]:
    names = found.output_names
    known = tuple(str(i) for i in range(outputs)) if names is None else tuple(map(str, names))
    if of not in known:
        raise UnknownOutcome("output_names", of, known)
    return known.index(of), of


def _columns(found: Any, count: int) -> tuple[str, ...]:
    names = found.feature_names
    return tuple(f"Feature {i}" for i in range(count)) if names is None else tuple(map(str, names))


def _inputs(data: Any, columns: tuple[str, ...], rows: NDArray[np.int64]) -> pd.DataFrame:
    """The user's values, each column of the type its cells have; texts stay objects."""
    shape = (len(rows), len(columns))
    if data is None:
        return pd.DataFrame(np.full(shape, np.nan), index=rows, columns=list(columns))
    cells = np.asarray(data, dtype=object).reshape(shape)
    table = {name: _typed(cells[:, i], rows) for i, name in enumerate(columns)}
    return pd.DataFrame(table, index=rows)


def _typed(cells: NDArray[Any], rows: NDArray[np.int64]) -> pd.Series:
    column = pd.Series(cells, index=rows, dtype=object)
    known = column.infer_objects()
    return column if known.dtype == "str" else known
