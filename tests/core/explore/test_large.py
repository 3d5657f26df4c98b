from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.data.dataset import Dataset
from core.errors import BadValue, TargetMissing, UnknownColumn, UnknownOutcome
from core.explore import ask, columns, large
from core.explore.chance import with_chance
from core.explore.columns import Looked, is_prepared, looking, prepare
from core.explore.filters import Filter, kept
from core.explore.profile import profile
from core.explore.relation import Part, Relation, relation
from core.progress import Cancelled
from core.schema import Kind
from tests.core.explore.conftest import ROWS, Shop

FILTERS = (
    (),
    (Filter("spend", 5.0, 100.0),),
    (Filter("city", levels=("Wien", "서울"), missing=True), Filter("visits", high=4.0)),
    (Filter("joined", "2024-03-01", "2024-12-24"),),
    (Filter("city", levels=("O'Hara",)),),
)


@pytest.fixture
def looked(shop: Shop) -> Iterator[Looked]:
    with looking(shop.dataset) as found:
        yield found


@pytest.fixture
def own(shop: Shop, tmp_path: Path) -> Dataset:
    """The table in a folder of this test's."""
    shutil.copytree(shop.dataset.folder, tmp_path / "own")
    return replace(shop.dataset, folder=tmp_path / "own")


def numbers(part: Part) -> list[float]:
    return [part.rows, *part.values, *part.lows, *part.highs]


def alike(one: Relation, other: Relation) -> None:
    assert [part.group for part in one.parts] == [part.group for part in other.parts]
    for mine, yours in zip(one.parts, other.parts, strict=True):
        assert numbers(mine) == pytest.approx(numbers(yours), nan_ok=True)
    assert (one.rows, one.measure, one.classes) == (other.rows, other.measure, other.classes)
    assert one.overall == pytest.approx(other.overall)
    assert one.strength == pytest.approx(other.strength)
    assert one.chance == other.chance


@pytest.mark.parametrize("name", ["spend", 'it\'s "odd"', "city", "joined"])
@pytest.mark.parametrize("target", ["buys", "city", "visits"])
def test_counted_in_sql_a_relation_is_what_it_is_in_memory(
    shop: Shop, looked: Looked, name: str, target: str
) -> None:
    if name == target:
        return
    if target == "city" and name in ("spend", 'it\'s "odd"'):
        return  # bounds are those of all rows in SQL, of those whose city is known in memory
    schema, outcome = shop.dataset.schema, "yes" if target == "buys" else ""
    expected = with_chance(relation(shop.table, schema[name], schema[target], outcome))
    alike(large.relation(looked, schema[name], schema[target], outcome), expected)


@pytest.mark.parametrize("name", ["key", "spend", "visits", "city", "joined", "plan"])
def test_counted_in_sql_a_profile_is_what_it_is_in_memory(
    shop: Shop, looked: Looked, name: str
) -> None:
    column = shop.dataset.schema[name]
    found, expected = large.profile(looked, column), profile(shop.table[name], column)
    assert found.bars == expected.bars
    assert (found.rows, found.missing, found.distinct) == (
        ROWS,
        expected.missing,
        expected.distinct,
    )
    assert (found.first, found.last) == (expected.first, expected.last)
    if expected.spread is None:
        assert found.spread is None
        return
    assert found.spread is not None
    assert dict(found.spread.quantiles) == pytest.approx(dict(expected.spread.quantiles))
    assert found.spread.sd == pytest.approx(expected.spread.sd)
    assert found.spread.usual_rows == expected.spread.usual_rows
    assert found.spread.usual == expected.spread.usual


@pytest.mark.parametrize("filters", FILTERS)
def test_conditions_in_sql_keep_the_rows_that_they_keep_in_memory(
    shop: Shop, filters: tuple[Filter, ...]
) -> None:
    table = kept(shop.table, filters)
    assert ask.rows_kept(shop.dataset, filters) == len(table)
    with looking(shop.dataset, filters) as some:
        rows = some.found('SELECT "row" FROM looked ORDER BY 1')
    assert [row for (row,) in rows] == table.index.tolist()


def test_what_does_not_fit_a_column_is_said(shop: Shop) -> None:
    wrong = (
        (Filter("spend", low="much"), BadValue),
        (Filter("joined", low="soon"), BadValue),
        (Filter("city", low=1.0), BadValue),
        (Filter("gone", low=1.0), UnknownColumn),
    )
    for wanted, error in wrong:
        with pytest.raises(error):
            ask.rows_kept(shop.dataset, (wanted,))


def test_a_target_that_cannot_be_asked_is_said(shop: Shop, looked: Looked) -> None:
    schema = shop.dataset.schema
    with pytest.raises(UnknownOutcome):
        large.relation(looked, schema["city"], schema["buys"], "perhaps")
    nobody = (Filter("buys", levels=()),)
    for target, outcome in (("buys", "yes"), ("buys", ""), ("visits", "")):
        with looking(shop.dataset, nobody) as none, pytest.raises(TargetMissing):
            large.relation(none, schema["city"], schema[target], outcome)


def test_typed_columns_are_written_once_and_give_the_same(own: Dataset) -> None:
    schema = own.schema
    with looking(own) as before:
        first = large.relation(before, schema["spend"], schema["buys"], "yes")
        sample = before.sample(["spend", "city"], 100)
    assert len(sample) == 100
    told: list[float] = []
    prepare(own, lambda share, stage: told.append(share))
    assert is_prepared(own)
    with looking(own, (Filter("visits", 2, 2),)) as after:
        assert after.first("SELECT min(visits), max(visits) FROM looked") == (2.0, 2.0)
    with looking(own) as after:
        alike(large.relation(after, schema["spend"], schema["buys"], "yes"), first)
    # a corrected kind is another file, and the old one goes
    other = replace(own, schema=schema.changed(replace(schema["visits"], kind=Kind.CATEGORY)))
    assert not is_prepared(other)
    prepare(other)
    assert not is_prepared(own)
    assert len(list((own.folder / columns.FOLDER).iterdir())) == 2


def test_a_stop_leaves_nothing_behind(own: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*given: object) -> None:
        raise Cancelled

    monkeypatch.setattr(columns, "watched", stopped)
    with pytest.raises(Cancelled):
        prepare(own)
    assert list((own.folder / columns.FOLDER).iterdir()) == []


def test_of_an_encrypted_table_nothing_is_written(own: Dataset) -> None:
    sealed = replace(own, opened=lambda file: file)
    prepare(sealed)
    assert not (own.folder / columns.FOLDER).exists()
    with looking(sealed) as found:
        assert found.first("SELECT count(*) FROM looked") == (ROWS,)


def test_large_and_small_give_the_same_answers(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = ("spend", "buys", "yes")
    small = (
        ask.profile_of(shop.dataset, "city"),
        ask.missingness_of(shop.dataset),
        ask.associations_of(shop.dataset, "buys"),
        [r.column.name for r in ask.strongest_of(shop.dataset, "buys", "yes")],
    )
    related = ask.relation_of(shop.dataset, asked, (Filter("visits", 0, 3),))
    monkeypatch.setattr(columns, "LARGE", ROWS - 1)
    assert ask.profile_of(shop.dataset, "city") == small[0]
    assert ask.missingness_of(shop.dataset) == small[1]
    found = ask.associations_of(shop.dataset, "buys")
    assert (found.columns, found.groups) == (small[2].columns, small[2].groups)
    assert np.allclose(found.values, small[2].values, equal_nan=True)
    assert [r.column.name for r in ask.strongest_of(shop.dataset, "buys", "yes")] == small[3]
    alike(ask.relation_of(shop.dataset, asked, (Filter("visits", 0, 3),)), related)
