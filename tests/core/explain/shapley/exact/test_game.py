"""Whose split each split is, and what is above it."""

from __future__ import annotations

import numpy as np
import pytest

from core.explain.shapley.exact.game import Game, played
from core.models.packed.trees import Packed, packed
from tests.core.explain.shapley.exact.grown import KINDS, estimator

Told = dict[int, tuple[int, int, float]]


def followed(forest: Packed, of: list[int]) -> tuple[Told, int]:
    """By recursion from each root: player, depth of the earlier split and the product above."""
    told: Told = {}
    most = 0

    def down(n: int, depth: int, last: dict[int, int], product: dict[int, float]) -> None:
        nonlocal most
        most = max(most, len(last))
        if n < 0:
            return
        player, share = of[forest.splits.column[n]], forest.splits.share[n]
        told[n] = (player, last.get(player, -1), product.get(player, 1.0))
        for below, part in ((forest.splits.left[n], share), (forest.splits.right[n], 1 - share)):
            new = product | {player: told[n][2] * part}
            down(int(below), depth + 1, last | {player: depth}, new)

    for root in forest.roots:
        down(int(root), 0, {}, {})
    return told, most


def check(game: Game, of: list[int]) -> None:
    told, most = followed(game.forest, of)
    assert game.distinct == most
    assert len(told) == len(game.paths.player)
    for n, (player, earlier, prior) in told.items():
        assert (game.paths.player[n], game.paths.earlier[n]) == (player, earlier)
        assert game.paths.prior[n] == pytest.approx(prior, rel=1e-14)


@pytest.mark.parametrize("kind", KINDS)
def test_a_column_plays_for_itself(kind: str) -> None:
    game = played(packed(estimator(kind)))
    assert game.players == 6
    check(game, list(range(6)))


@pytest.mark.parametrize("of", [[0, 1, 0, 1, 2, 2], [0, 0, 0, 0, 0, 0], [1, 0, 2, 3, 1, 1]])
def test_splits_on_a_familys_columns_are_splits_on_one_player(of: list[int]) -> None:
    for kind in ("unlimited", "values", "some one leaf"):
        game = played(packed(estimator(kind)), np.array(of))
        assert game.players == max(of) + 1
        check(game, of)


def test_what_it_tells_of_paths() -> None:
    assert played(packed(estimator("one column"))).distinct == 1
    assert played(packed(estimator("one split"))).distinct == 1
    assert played(packed(estimator("one leaf"))).distinct == 0


@pytest.mark.parametrize("of", [[0, 1, 2], [0, 1, 2, 3, 4, -1]])
def test_players_of_other_columns_are_refused(of: list[int]) -> None:
    with pytest.raises(ValueError, match="not of 6 columns"):
        played(packed(estimator("binary")), np.array(of))
