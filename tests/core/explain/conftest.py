"""Explanations made by hand."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from core.explain.explanation import Explanation, Scale

Make = Callable[..., Explanation]


def made(
    inputs: dict[str, object],
    effects: list[list[float]],
    *,
    base: float = 0.2,
    errors: list[list[float]] | None = None,
    of: str = "TRUE",
    scale: Scale = Scale.CHANCE,
) -> Explanation:
    """An explanation that adds up."""
    table = pd.DataFrame(inputs)
    amounts = np.array(effects, dtype=float)
    return Explanation(
        columns=tuple(table.columns),
        base=base,
        effects=amounts,
        errors=np.zeros_like(amounts) if errors is None else np.array(errors, dtype=float),
        prediction=base + amounts.sum(axis=1),
        inputs=table,
        rows=np.arange(len(table)),
        of=of,
        scale=scale,
        method="trees",
        background=100,
    )


@pytest.fixture
def make() -> Make:
    return made
