"""Weights over all coalitions, against sums that can be said in words."""

from __future__ import annotations

import numpy as np
import pytest

from core.explain.shapley.subsets import every, pair_weights, value_weights


def test_a_coalitions_number_tells_who_is_in_it() -> None:
    masks = every(3)
    assert masks.shape == (8, 3)
    assert masks[5].tolist() == [True, False, True]
    with pytest.raises(ValueError, match="read-only"):
        masks[0, 0] = True


@pytest.mark.parametrize("players", [1, 2, 5, 12])
def test_values_share_out_the_whole(players: int) -> None:
    """Values add up to the whole's worth less nobody's; a player's own weights balance."""
    weights = value_weights(players)
    total = np.zeros(2**players)
    total[0], total[-1] = -1.0, 1.0
    np.testing.assert_allclose(weights.sum(axis=0), total, atol=1e-12)
    additive = every(players) @ np.arange(players)
    np.testing.assert_allclose(weights @ additive, np.arange(players), atol=1e-12)


@pytest.mark.parametrize("players", [2, 3, 6])
def test_a_pair_acting_together_is_all_of_its_interaction(players: int) -> None:
    """Of ``v(S) = 1 if both of a pair are in S`` half of 1 is that pair's, none another's."""
    masks = every(players)
    found = pair_weights(players) @ (masks[:, 0] & masks[:, 1]).astype("float64")
    np.testing.assert_allclose(found, [0.5] + [0.0] * (len(found) - 1), atol=1e-12)
    assert pair_weights(1).shape == (0, 2)
