"""Planted interactions are found, chance is not, and shap's own heuristic agrees."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.explain.explanation import Explanation
from core.explain.interaction import interactions, strongest_interaction
from tests.core.explain.conftest import Make

ROWS = 800
CHANCE = np.random.default_rng(7)
TABLE = {
    "x": CHANCE.normal(size=ROWS),
    "z": CHANCE.normal(size=ROWS),
    "w": CHANCE.normal(size=ROWS),
    "word": CHANCE.choice(["a", "b", "c"], ROWS),
    "flag": CHANCE.random(ROWS) < 0.4,
}
NOISE = CHANCE.normal(0, 0.02, ROWS)


def planted(make: Make, effects: np.ndarray, **more: object) -> Explanation:
    table = TABLE | more
    rest = np.zeros((ROWS, len(table) - 1))
    return make(table, np.column_stack([effects, rest]).tolist())


X, Z = np.asarray(TABLE["x"]), np.asarray(TABLE["z"])


@pytest.mark.parametrize("own", [np.tanh(X), (X > 0) * 0.3, X * 0], ids=["curve", "step", "flat"])
def test_a_planted_interaction_with_a_number_is_named(make: Make, own: np.ndarray) -> None:
    found = strongest_interaction(planted(make, own + 0.1 * X * Z + NOISE), "x")
    assert found is not None
    assert found.column == "z"
    assert found.share > 0.5


def test_shap_names_the_same_column(make: Make) -> None:
    import shap

    numeric = ("x", "z", "w")
    table = np.column_stack([TABLE[name] for name in numeric])
    for column, other in (("z", "w"), ("w", "z")):
        effects = np.tanh(X) + 0.1 * X * np.asarray(TABLE[column]) + NOISE
        explanation = make(
            {name: TABLE[name] for name in numeric},
            np.column_stack([effects, np.zeros((ROWS, 2))]).tolist(),
        )
        theirs = shap.approximate_interactions(0, explanation.effects, table)
        ours = [one.column for one in interactions(explanation, "x")]
        assert ours[0] == numeric[theirs[0]] == column
        assert other not in ours


def test_a_planted_interaction_with_levels_and_flags_is_named(make: Make) -> None:
    slope = np.select([np.asarray(TABLE["word"]) == "a", np.asarray(TABLE["word"]) == "b"], [1, -1])
    found = strongest_interaction(planted(make, 0.1 * X * slope + NOISE), "x")
    assert found is not None
    assert found.column == "word"
    flagged = strongest_interaction(planted(make, 0.1 * np.asarray(TABLE["flag"]) + NOISE), "x")
    assert flagged is not None
    assert flagged.column == "flag"


def test_levels_and_flags_may_be_the_column_itself(make: Make) -> None:
    table = {"word": TABLE["word"], "x": X, "z": Z}
    slope = np.where(np.asarray(TABLE["word"]) == "a", 1.0, -1.0)
    effects = np.column_stack([slope * Z + NOISE, np.zeros((ROWS, 2))])
    found = interactions(make(table, effects.tolist()), "word")
    assert [one.column for one in found] == ["z"]
    assert found[0].share > 0.9


def test_a_gap_can_be_what_matters(make: Make) -> None:
    gone = CHANCE.random(ROWS) < 0.3
    gaps = np.where(gone, np.nan, CHANCE.normal(size=ROWS))
    found = strongest_interaction(planted(make, np.where(gone, 0.2, 0.0) + NOISE, gaps=gaps), "x")
    assert found is not None
    assert found.column == "gaps"
    assert found.share > 0.9


@pytest.mark.parametrize("seed", range(8))
def test_noise_and_own_shape_are_no_interaction(make: Make, seed: int) -> None:
    chance = np.random.default_rng(seed)
    noise = chance.normal(0, 0.05, ROWS)
    like = X + chance.normal(0, 0.1, ROWS)  # a stand-in for x accounts for nothing beyond it
    for effects in (np.tanh(2 * X) + noise, noise, np.exp(X / 2)):
        assert strongest_interaction(planted(make, effects, like=like), "x") is None


def test_nothing_where_there_is_nothing(make: Make) -> None:
    assert strongest_interaction(planted(make, np.zeros(ROWS)), "x") is None
    assert strongest_interaction(planted(make, np.where(X > 0, 0.1, -0.1)), "flag") is None
    few = make({"a": [1.0, 2.0], "b": [1.0, 2.0]}, [[0.1, 0.2], [0.2, 0.1]])
    assert strongest_interaction(few, "a") is None
    alone = make({"a": X}, (X * Z)[:, None].tolist())
    assert strongest_interaction(alone, "a") is None
    constant = make({"a": np.ones(ROWS), "b": np.ones(ROWS)}, [[0.1, 0.1]] * ROWS)
    assert strongest_interaction(constant, "a") is None


def test_words_unlike_numbers_may_be_all_missing(make: Make) -> None:
    gone = pd.Series([None] * ROWS, dtype=object)
    found = strongest_interaction(planted(make, 0.1 * X * Z + NOISE, gone=gone), "x")
    assert found is not None
    assert found.column == "z"


def test_a_text_of_its_own_for_each_row_is_no_interaction(make: Make) -> None:
    """A few rows that stand out have texts too: no colour for six customers."""
    effects = np.where(np.arange(ROWS) < 9, 5.0, 0.0) + NOISE
    texts = [f"What customer {row} wrote" for row in range(ROWS)]
    alike = planted(make, effects, x=np.ones(ROWS), text=texts)
    assert "text" not in [each.column for each in interactions(alike, "x")]
