"""Planted groups are found; order and index against SciPy and scikit-learn."""

from __future__ import annotations

import numpy as np
import pytest

from core.explain.clusters import clusters
from tests.core.explain.conftest import Make

CENTRES = np.array([[0.4, 0.0, 0.0], [-0.3, 0.2, 0.0], [0.0, -0.3, 0.05]])


def planted(rows: int, seed: int = 0, spread: float = 0.02) -> tuple[np.ndarray, np.ndarray]:
    chance = np.random.default_rng(seed)
    which = chance.integers(0, 3, rows)
    return CENTRES[which] + chance.normal(0, spread, (rows, 3)), which


def names(rows: int) -> dict[str, object]:
    return {name: np.arange(rows) for name in ("a", "b", "c")}


def test_planted_groups_are_found_and_named(make: Make) -> None:
    effects, which = planted(120)
    found = clusters(make(names(120), effects.tolist()))
    assert [group.rows for group in found.groups] == [
        (which == which[found.explained.rows[group.start]]).sum() for group in found.groups
    ]
    assert len(found.groups) == 3
    for group in found.groups:
        rows = found.explained.rows[group.start : group.stop]
        (number,) = set(which[rows])
        means = effects[rows].mean(axis=0)
        first = np.argsort(-np.abs(means))[:2]
        assert [push.column for push in group.pushes] == ["abc"[i] for i in first]
        assert [push.mean for push in group.pushes] == pytest.approx(means[first].tolist())
        assert group.prediction == pytest.approx(0.2 + effects[rows].sum(axis=1).mean())
        assert means == pytest.approx(CENTRES[number], abs=0.01)
    assert found.told > 0.95


def test_rows_are_in_the_order_of_scipys_tree(make: Make) -> None:
    from scipy.cluster.hierarchy import leaves_list, linkage

    effects, _ = planted(60, 1)
    found = clusters(make(names(60), effects.tolist()))
    order = leaves_list(linkage(effects, "ward", optimal_ordering=True))
    assert found.explained.rows.tolist() == order.tolist()
    assert found.explained.effects == pytest.approx(effects[order])


def test_the_number_of_groups_is_scikit_learns_favourite(make: Make) -> None:
    from sklearn.cluster import AgglomerativeClustering
    from sklearn.metrics import calinski_harabasz_score

    effects, _ = planted(90, 2, spread=0.1)
    scores = {}
    for groups in range(2, 7):
        labels = AgglomerativeClustering(groups, linkage="ward").fit_predict(effects)
        if np.bincount(labels).min() >= 0.03 * 90:
            scores[groups] = calinski_harabasz_score(effects, labels)
    found = clusters(make(names(90), effects.tolist()))
    assert len(found.groups) == max(scores, key=lambda groups: scores[groups])


def test_columns_come_the_strongest_first_and_customers_are_limited(make: Make) -> None:
    effects, _ = planted(700)
    found = clusters(make(names(700), effects.tolist()))
    sizes = np.abs(effects).mean(axis=0)
    assert found.columns == tuple("abc"[i] for i in np.argsort(-sizes))
    assert (len(found.explained.rows), found.of_rows) == (300, 700)
    assert len(set(found.explained.rows)) == 300
    assert [group.start for group in found.groups][1:] == [g.stop for g in found.groups][:-1]
    assert found.groups[-1].stop == 300


@pytest.mark.parametrize("rows", [0, 1, 2, 3, 5])
def test_few_customers(make: Make, rows: int) -> None:
    effects, _ = planted(rows, 3)
    found = clusters(
        make(names(rows), effects.reshape(rows, 3).tolist()) if rows else made_empty(make)
    )
    assert sum(group.rows for group in found.groups) == rows
    assert len(found.groups) <= max(1, rows)


def made_empty(make: Make) -> object:
    return make(names(1), [[0.0, 0.0, 0.0]]).only([])


def test_customers_that_are_all_alike_are_one_group(make: Make) -> None:
    found = clusters(make(names(20), [[0.1, 0.2, 0.0]] * 20))
    assert [group.rows for group in found.groups] == [20]
    assert found.told == 0
    assert [push.column for push in found.groups[0].pushes] == ["b", "a"]


def test_one_odd_customer_is_no_group(make: Make) -> None:
    effects, _ = planted(100, 4)
    effects[17] = [9.0, 9.0, 9.0]
    found = clusters(make(names(100), effects.tolist()))
    assert len(found.groups) == 3
    assert min(group.rows for group in found.groups) >= 10
