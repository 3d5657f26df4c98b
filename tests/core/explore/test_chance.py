from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.explore.chance import beyond, excess, tables, with_chance
from core.explore.relation import information, relation
from core.schema import Column, Kind

C, Y, Z = Column("c", Kind.CATEGORY), Column("y", Kind.CATEGORY), Column("z", Kind.NUMBER)


@given(
    st.lists(st.integers(1, 30), min_size=2, max_size=5),
    st.lists(st.floats(0.05, 1), min_size=2, max_size=4),
)
@settings(max_examples=20)
def test_drawn_tables_have_the_totals(rows: list[int], shares: list[float]) -> None:
    n = sum(rows)
    classes = np.random.default_rng(0).multinomial(n, np.array(shares) / sum(shares))
    drawn = tables(np.array(rows), classes, 20, np.random.default_rng(1))
    assert (drawn >= 0).all()
    assert (drawn.sum(axis=2) == rows).all()
    assert (drawn.sum(axis=1) == classes).all()


def test_tables_are_drawn_as_shuffling_draws_them() -> None:
    chance = np.random.default_rng(0)
    groups = np.repeat([0, 1, 2], [6, 9, 5])
    answers = np.repeat([0, 1, 2], [8, 7, 5])
    drawn = tables(np.bincount(groups), np.bincount(answers), 6_000, chance)
    shuffled = np.array(
        [
            np.bincount(groups * 3 + chance.permutation(answers), minlength=9).reshape(3, 3)
            for _ in range(6_000)
        ]
    )
    assert np.allclose(drawn.mean(axis=0), shuffled.mean(axis=0), atol=0.08)
    assert np.allclose(drawn.var(axis=0), shuffled.var(axis=0), rtol=0.12)


def test_the_strength_of_a_drawn_table_is_the_relations() -> None:
    cells = np.array([[30, 10], [5, 25], [8, 8]])
    assert float(excess(cells[None])[0]) == pytest.approx(information(cells))


def test_p_is_that_of_shuffling_the_rows() -> None:
    chance = np.random.default_rng(7)
    buys = np.repeat([1, 0] * 3, [28, 42, 20, 50, 18, 42]).astype(bool)
    answers = np.where(buys, "yes", "no")
    table = pd.DataFrame({"c": np.repeat(list("abc"), [70, 70, 60]), "y": answers}, dtype=object)
    found = with_chance(relation(table, C, Y, "yes"), draws=4_000)
    codes = pd.factorize(table["c"])[0]

    def told(answers: np.ndarray) -> float:
        cells = np.bincount(codes * 2 + answers, minlength=6).reshape(3, 2)
        return float(excess(cells[None])[0])

    own = told(buys.astype(int))
    p = np.mean([told(chance.permutation(buys.astype(int))) >= own - 1e-12 for _ in range(1_500)])
    assert found.chance is not None
    assert found.chance.p == pytest.approx(p, abs=0.03)
    assert 0.02 < p < 0.6


def test_noise_is_no_more_than_chance_and_a_link_is() -> None:
    chance = np.random.default_rng(4)
    ps = []
    for _ in range(40):
        table = pd.DataFrame({"c": chance.choice(list("abcd"), 300), "z": chance.normal(size=300)})
        found = with_chance(relation(table, C, Z), draws=199)
        assert found.chance is not None
        ps.append(found.chance.p)
    assert np.mean(np.array(ps) <= 0.05) < 0.15
    table["z"] += (table["c"] == "a") * 2.0
    linked = with_chance(relation(table, C, Z), draws=199).chance
    assert linked is not None
    assert linked.p == 1 / 200


def test_the_limit_for_averages_is_what_shuffling_gives() -> None:
    chance = np.random.default_rng(5)
    table = pd.DataFrame({"c": np.repeat(list("abc"), [80, 150, 70])})
    table["z"] = chance.exponential(size=300)
    found = with_chance(relation(table, C, Z), draws=4_000).chance
    shuffled = [
        relation(table.assign(z=chance.permutation(table["z"])), C, Z).strength for _ in range(250)
    ]
    assert found is not None
    assert found.usual == pytest.approx(float(np.quantile(shuffled, 0.95)), abs=0.006)


def test_a_column_that_never_changes_is_no_link() -> None:
    table = pd.DataFrame({"c": ["a"] * 20, "y": ["no", "yes"] * 10}, dtype=object)
    found = with_chance(relation(table, C, Y, "yes")).chance
    assert found is not None
    assert found.p == 1.0


def test_among_many_links_few_of_those_named_are_chance() -> None:
    from scipy.stats import false_discovery_control

    ps = [0.001, 0.3, 0.012, 0.04, 0.9, 0.02]
    expected = tuple(bool(p <= 0.05) for p in false_discovery_control(ps))
    assert beyond(ps) == expected == (True, False, True, False, False, True)
    assert beyond([]) == ()
    assert beyond([0.2, 0.06]) == (False, False)
