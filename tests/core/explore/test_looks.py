"""Pairs, courses, patterns of gaps and small groups against pandas and SQL."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.data.load import load
from core.data.privacy.counts import few
from core.explore import ask
from core.explore.columns import Looked, looking
from core.explore.course import Course, course, units, weekdays
from core.explore.few import without_few
from core.explore.filters import Filter
from core.explore.groups import Sort
from core.explore.overview import overview
from core.explore.pair import Boxes, Grid, pair, spearman
from core.explore.patterns import patterns, telling
from core.explore.relation import Measure, Relation
from core.progress import silent
from tests.core.explore.conftest import ROWS, WHEN, Shop


@pytest.fixture
def looked(shop: Shop) -> Iterator[Looked]:
    with looking(shop.dataset) as found:
        yield found


def test_a_course_keeps_empty_periods_and_counts_each(shop: Shop, looked: Looked) -> None:
    schema = shop.dataset.schema
    found = course(looked, schema["joined"], schema["buys"], "yes", "W")
    table = shop.table.dropna(subset=["joined"])
    by = table.groupby(table["joined"].dt.to_period("W"))["buys"].agg(
        rows="size", rate=lambda s: s.eq("yes").mean()
    )
    assert found.undated == 41
    assert [p.rows for p in found.periods] == by["rows"].tolist()
    assert [p.value for p in found.periods] == pytest.approx(by["rate"].tolist())
    assert found.periods[0].group.level == str(by.index[0].start_time.date())


def test_a_gap_in_time_is_nan_and_not_left_out(shop: Shop) -> None:
    schema = shop.dataset.schema
    ends = (Filter("joined", high="2024-02-10"), Filter("joined", low="2024-02-06"))
    with looking(shop.dataset, ends[:1]) as early:
        first = course(early, schema["joined"], schema["visits"], "", "D")
    assert len(first.periods) == 10
    assert first.undated == 0
    assert first.relation.measure is Measure.MEAN
    with looking(shop.dataset, (Filter("joined", high="2024-02-10"),)) as few_days:
        few_days.connection.execute(
            "CREATE OR REPLACE TEMP VIEW looked AS SELECT * FROM (SELECT TIMESTAMP '2024-02-01'"
            " AS joined, 1.0 AS visits UNION ALL SELECT TIMESTAMP '2024-02-04 13:00', 5.0)"
        )
        gappy = course(few_days, schema["joined"], schema["visits"], "", "D")
    assert [part.rows for part in gappy.periods] == [1, 0, 0, 1]
    assert np.isnan(gappy.periods[1].value)


def test_units_are_those_that_make_a_course(shop: Shop, looked: Looked) -> None:
    assert units(looked, shop.dataset.schema["joined"]) == ("M", "W", "Q", "Y")
    assert ask.units_of(shop.dataset, "joined", (Filter("joined", high="2024-02-10"),)) == (
        "D",
        "W",
    )
    assert ask.units_of(shop.dataset, "joined", (Filter("city", levels=()),)) == ()


def test_days_of_the_week_start_on_monday(shop: Shop, looked: Looked) -> None:
    schema = shop.dataset.schema
    found = weekdays(looked, schema["joined"], schema["visits"])
    table = shop.table.dropna(subset=["joined"])
    means = table.groupby(table["joined"].dt.day_of_week)["visits"].mean()
    shown = {p.group.level: p.value for p in found.parts if p.group.sort is Sort.WEEKDAY}
    assert list(shown) == list("1234567")
    assert list(shown.values()) == pytest.approx(means.tolist())


def test_two_numbers_are_counted_in_a_grid(shop: Shop, looked: Looked) -> None:
    schema = shop.dataset.schema
    found = pair(looked, schema["spend"], schema["visits"])
    assert isinstance(found, Grid)
    known = shop.table.dropna(subset=["spend", "visits"])
    assert found.rows == len(known) == found.counts.sum()
    assert found.missing == ROWS - len(known)
    assert found.counts.shape == (len(found.ones), len(found.others))
    for bins in (found.ones, found.others):  # an even axis: bins without rows are there
        assert all(one.high == other.low for one, other in pairwise(bins))
    group, other = found.ones[3], found.others[2]
    inside = known["spend"].gt(group.low) & known["spend"].le(group.high)
    at = known["visits"].gt(other.low) & known["visits"].le(other.high)
    assert found.counts[3, 2] == (inside & at).sum()


def test_the_rank_correlation_of_counts_is_scipys() -> None:
    from scipy.stats import spearmanr

    cells = np.random.default_rng(0).integers(0, 9, (5, 4))
    x, y = (np.repeat(side.ravel(), cells.ravel()) for side in np.indices(cells.shape))
    assert spearman(cells) == pytest.approx(spearmanr(x, y).statistic)
    assert np.isnan(spearman(np.array([[4, 3]])))
    assert np.isnan(spearman(np.zeros((0, 0), int)))


def test_a_number_by_levels_is_in_boxes_whichever_comes_first(shop: Shop, looked: Looked) -> None:
    schema = shop.dataset.schema
    found = pair(looked, schema["city"], schema["spend"])
    assert isinstance(found, Boxes)
    assert found == pair(looked, schema["spend"], schema["city"])
    assert found.boxes[-1].group.sort is Sort.MISSING
    table = shop.table.dropna(subset=["spend"]).assign(city=lambda t: t["city"].fillna("gone"))
    for box in found.boxes:
        values = table.loc[table["city"] == (box.group.level or "gone"), "spend"]
        assert box.rows == len(values)
        assert box.quantiles == pytest.approx(np.quantile(values, (0.05, 0.25, 0.5, 0.75, 0.95)))
    means = table.groupby("city")["spend"].transform("mean")
    assert found.ratio == pytest.approx(means.std() / table["spend"].std())


def test_each_pair_of_kinds_has_its_look(shop: Shop, looked: Looked) -> None:
    schema = shop.dataset.schema
    shares = pair(looked, schema["city"], schema["plan"])
    assert isinstance(shares, Relation)
    assert (shares.column.name, shares.target.name) == ("city", "plan")
    over = pair(looked, schema["plan"], schema["joined"])
    assert isinstance(over, Course)
    assert over.relation.target.name == "plan"


def test_patterns_of_gaps_are_counted_once_each(shop: Shop, looked: Looked) -> None:
    found = patterns(looked, shop.dataset.schema)
    empty = shop.table.isna()
    expected = empty.apply(lambda row: tuple(empty.columns[row]), axis=1).value_counts()
    assert {frozenset(p.missing): p.rows for p in found.patterns} == {
        frozenset(names): n for names, n in expected.items()
    }
    assert found.together is not None
    assert {found.together.one, found.together.other} == {"spend", "city"}
    phi = np.corrcoef(empty["spend"], empty["city"])[0, 1]
    assert found.together.phi == pytest.approx(phi)


def test_what_is_missing_is_held_against_the_target(shop: Shop, looked: Looked) -> None:
    schema = shop.dataset.schema
    found = telling(looked, schema, schema["buys"], "yes")
    told = {each.relation.column.name: each for each in found}
    assert set(told) == {"spend", "city", "joined"}
    assert told["spend"].sure
    there, gone = told["city"].relation.parts
    missing = shop.table["city"].isna()
    assert gone.rows == missing.sum()
    assert gone.value == pytest.approx(shop.table.loc[missing, "buys"].eq("yes").mean())
    assert there.value == pytest.approx(shop.table.loc[~missing, "buys"].eq("yes").mean())


def test_nothing_missing_tells_nothing(shop: Shop) -> None:
    whole = tuple(Filter(name) for name in ("spend", "city", "joined"))
    assert ask.telling_of(shop.dataset, "buys", "yes", whole) == ()
    found = ask.patterns_of(shop.dataset, whole)
    assert (found.columns, found.together) == ((), None)


def test_the_overview_holds_every_column_and_names_what_is_sure(shop: Shop) -> None:
    found = overview(shop.dataset, "buys", "yes")
    assert [g.column.name for g in found.glimpses] == list(shop.dataset.schema.names)
    assert found.of("buys").relation is None
    assert found.of("key").relation is None
    assert found.of("spend").sure
    assert not found.of("plan").sure
    first, *_ = found.strongest(shop.dataset.schema)
    assert first.strength == max(g.strength for g in found.glimpses)


def test_small_groups_are_left_empty_and_not_alone() -> None:
    assert few([0, 5, 30, 12], 10).tolist() == [False, True, False, True]
    assert few([50, 30], 10).tolist() == [False, False]


def test_no_figure_of_a_small_group_is_left(shop: Shop) -> None:
    days = (Filter("joined", high="2024-02-20"),)
    asked = ("joined", "buys", "yes")
    found = ask.course_of(shop.dataset, asked, "D", days)
    assert any(0 < part.rows < 10 for part in found.periods)
    shown = without_few(found)
    assert not any(0 < part.rows < 10 for part in shown.relation.parts)
    assert all(np.isnan(part.value) for part in shown.periods if part.hidden)
    for each in (
        ask.profile_of(shop.dataset, "joined", days),
        ask.pair_of(shop.dataset, "city", "spend", days),
        ask.pair_of(shop.dataset, "visits", "spend", days),
        ask.patterns_of(shop.dataset, days),
        ask.telling_of(shop.dataset, "buys", "yes", days),
        overview(shop.dataset, "buys", "yes", days),
    ):
        counts = pd.Series(list(_counts(without_few(each))))
        assert len(counts)
        assert not counts.between(1, 9).any()


def _counts(found: object) -> Iterator[int]:
    """Rows of every group that is shown."""
    match found:
        case Relation():
            yield from (part.rows for part in found.parts)
        case Boxes():
            yield from (box.rows for box in found.boxes)
        case Grid():
            yield from found.counts.ravel().tolist()
        case tuple():
            for each in found:
                yield from _counts(each.relation)
        case _ if hasattr(found, "bars"):
            yield from (bar.rows for bar in found.bars)
        case _ if hasattr(found, "patterns"):
            yield from (each.rows for each in found.patterns)
        case _ if hasattr(found, "glimpses"):
            for each in found.glimpses:
                yield from _counts(each.profile)


def test_one_link_among_many_columns_is_sure(tmp_path: Path) -> None:
    chance = np.random.default_rng(2)
    table = pd.DataFrame({f"n{i}": chance.integers(0, 3, 150) for i in range(60)})
    table["buys"] = np.where(table["n7"] + chance.normal(size=150) > 1.5, "yes", "no")
    table.to_csv(tmp_path / "wide.csv", index=False)
    dataset = load(tmp_path / "wide.csv", "wide.csv", tmp_path / "into", WHEN, silent)
    found = overview(dataset, "buys", "yes")
    assert [g.column.name for g in found.glimpses if g.sure] == ["n7"]
    assert found.of("n7").relation.chance.draws == 1_200
