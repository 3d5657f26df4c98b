from __future__ import annotations

import math
from dataclasses import replace
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.charts import beeswarm, comparison, dependence, importance, waterfall
from core.charts.chart import Look
from core.charts.colours import DOWN, NEUTRAL, UP
from core.charts.effects import example_explanation, name, swarm
from core.explain.explanation import Explanation, Scale
from core.text.phrases import phrases

LOOK = Look(phrases())


def made(inputs: dict[str, Any], effects: list[list[float]], **change: Any) -> Explanation:
    amounts = np.array(effects, dtype=float)
    whole = Explanation(
        columns=tuple(inputs),
        base=0.2,
        effects=amounts,
        errors=np.zeros_like(amounts),
        prediction=0.2 + amounts.sum(axis=1),
        inputs=pd.DataFrame(inputs),
        rows=np.arange(len(amounts)),
        of="yes",
        scale=Scale.CHANCE,
        method="trees",
        background=50,
    )
    return replace(whole, **change)


# --- importance -------------------------------------------------------------------------


def test_importance_names_one_column_only_where_it_is_clearly_first() -> None:
    clear = made({"a": [1, 2, 3], "b": [1, 2, 3]}, [[0.4, 0.1], [0.41, 0.1], [0.39, 0.1]])
    title = importance.draw(importance.points(clear, target="buys"), LOOK).title
    assert title == "a matters most: it moves the chance of buys = yes by 40.0 points on average"
    close = made({"a": [1, 2, 3], "b": [1, 2, 3]}, [[0.4, 0.1], [0.01, 0.3], [0.1, 0.1]])
    assert importance.draw(importance.points(close), LOOK).title.startswith("a and b matter most")


def test_importance_draws_means_and_intervals_in_points() -> None:
    one = made({"a": [1, 2]}, [[0.1], [-0.3]])
    bar = importance.draw(importance.points(one), LOOK).figure.data[0]
    assert list(bar.x) == pytest.approx([20])
    assert list(bar.error_x.array) == pytest.approx([100 * 1.959964 * 0.1], abs=1e-4)
    assert list(bar.error_x.arrayminus) == pytest.approx([100 * 1.959964 * 0.1], abs=1e-4)


def test_importance_says_what_it_left_out() -> None:
    many = made({f"c{i}": [1, 2] for i in range(20)}, [[0.01] * 20] * 2)
    drawing = importance.draw(importance.points(many, 15), LOOK)
    assert "5 more columns together make up 25.0% of all reasons" in drawing.sentence
    assert len(drawing.table) == 15


def test_importance_without_any_effect_and_of_one_row() -> None:
    nothing = made({"a": [1, 2]}, [[0.0], [0.0]])
    assert "No column" in importance.draw(importance.points(nothing), LOOK).title
    assert importance.draw(importance.points(made({"a": [1]}, [[0.1]])), LOOK).figure.data


# --- beeswarm ---------------------------------------------------------------------------


def test_beeswarm_draws_at_most_two_thousand_dots_and_says_so() -> None:
    drawing = beeswarm.draw(beeswarm.points(example_explanation(1000)), LOOK)
    assert sum(len(trace.x) for trace in drawing.figure.data) == 2000
    assert "400 of 1,000 customers are drawn" in drawing.sentence


def test_beeswarm_colours_by_rank_and_sets_missing_and_categories_apart() -> None:
    inputs = {"n": [0.0, 0.0, 5.0, math.nan], "c": ["x", "y", "x", None]}
    shown = beeswarm.points(made(inputs, [[0.4, 0.1], [0.3, 0.1], [0.2, 0.1], [0.1, 0.1]]))
    assert shown.swarms[0].ranks is not None
    assert shown.swarms[0].ranks[:3].tolist() == [0, 0, 1]
    assert shown.swarms[1].ranks is None
    coloured, category, missing = beeswarm.draw(shown, LOOK).figure.data
    assert (len(coloured.x), len(category.x), len(missing.x)) == (3, 3, 2)
    assert missing.marker.color == NEUTRAL
    assert [t.name for t in (category, missing)] == [
        "no low or high (value on hover)",
        "missing value",
    ]


def test_beeswarm_title_follows_the_direction() -> None:
    values = [float(i) for i in range(20)]
    up = made({"n": values}, [[v / 100] for v in values])
    down = made({"n": values}, [[-v / 100] for v in values])
    words = made({"n": ["x", "y"] * 10}, [[v / 100] for v in values])
    titles = [beeswarm.draw(beeswarm.points(one), LOOK).title for one in (up, down, words)]
    assert titles[0].startswith("High values of n push the chance of yes up")
    assert titles[1].startswith("High values of n push the chance of yes down")
    assert titles[2].startswith("n moves the chance of yes most: by +1.0 to +18.0 points")


@given(st.lists(st.floats(-1, 1), max_size=300))
def test_a_swarm_stays_in_its_row(effects: list[float]) -> None:
    offsets = swarm(np.array(effects), -1, 1)
    assert len(offsets) == len(effects)
    assert np.all(np.abs(offsets) <= 0.4)


# --- dependence -------------------------------------------------------------------------


def test_dependence_of_numbers_draws_dots_means_and_missing() -> None:
    one = made({"n": [1.0, 2.0, 2.0, math.nan]}, [[-0.1], [0.2], [0.4], [0.05]])
    drawing = dependence.draw(dependence.points(one, "n", target="buys"), LOOK)
    dots, means = drawing.figure.data
    assert list(dots.y) == pytest.approx([-10, 20, 40, 5])
    assert list(dots.marker.color) == [DOWN, UP, UP, UP]
    assert list(means.x) == [1, 2]
    assert list(means.y) == pytest.approx([-10, 30])
    assert drawing.figure.layout.annotations[0].text == "missing (1 customer)"
    assert drawing.title == (
        "n pushes the chance of buys = yes most at 2 (+30.0 points) and least at 1 (-10.0)"
    )
    assert drawing.table.iloc[:, 1].tolist() == [1, 2, 1]


def test_dependence_of_words_puts_each_dot_in_its_row() -> None:
    one = made({"c": ["x", "y", "x", None]}, [[0.1], [0.2], [0.3], [0.4]])
    drawing = dependence.draw(dependence.points(one, "c"), LOOK)
    dots, means = drawing.figure.data
    assert np.round(np.array(dots.y, float)).tolist() == [0, 1, 0, 2]
    assert list(means.x) == pytest.approx([20, 20, 40])
    assert list(drawing.figure.layout.yaxis.ticktext) == ["x", "y", "missing (1 customer)"]


def test_dependence_of_dates_has_an_axis_of_dates() -> None:
    days = pd.date_range("2024-01-01", periods=3)
    found = dependence.points(made({"d": days}, [[0.1], [0.2], [0.3]]), "d")
    means = dependence.draw(found, LOOK).figure.data[1]
    assert pd.to_datetime(np.array(means.x)).tolist() == days.tolist()


def test_dependence_of_one_value() -> None:
    found = dependence.points(made({"n": [1.0, 1.0]}, [[0.1], [0.2]]), "n")
    assert dependence.draw(found, LOOK).title == "n has only one value here"


def test_dependence_is_coloured_by_the_column_that_its_effect_depends_on() -> None:
    drawing = dependence.draw(dependence.example(), LOOK)
    shown = dependence.example().found
    assert shown.interaction is not None
    assert shown.interaction.column == "Month"
    share = f"{100 * shown.interaction.share:.1f}%"
    assert f"The colour is Month: it goes with {share} of the differences" in drawing.sentence
    named = [trace for trace in drawing.figure.data if trace.showlegend]
    assert sorted(trace.name for trace in named) == ["Mar", "May &lt;b&gt;%⁠{x}&lt;/b&gt;", "Nov"]
    assert len({trace.marker.color for trace in named}) == 3
    assert shown.others is not None
    november = next(trace for trace in named if trace.name == "Nov")
    assert len(november.x) == (shown.others == "Nov").sum()
    assert list(november.y) == pytest.approx(100 * shown.effects[shown.others == "Nov"])


def test_dependence_is_coloured_by_rank_and_gaps_are_hollow() -> None:
    chance = np.random.default_rng(1)
    n, m = chance.normal(size=(2, 300))
    gaps = np.where(chance.random(300) < 0.1, math.nan, m)
    effects = np.column_stack([0.1 * n * m, np.zeros(300)])
    drawing = dependence.draw(dependence.points(made({"n": n, "m": gaps}, effects), "n"), LOOK)
    scaled, hollow = drawing.figure.data[:2]
    assert len(scaled.x) + len(hollow.x) == 300
    assert len(hollow.x) == np.isnan(gaps).sum()
    assert (hollow.marker.symbol, hollow.name) == ("circle-open", "m missing")
    ranks = np.argsort(np.argsort(gaps[~np.isnan(gaps)])) + 1
    assert np.array(scaled.marker.color) == pytest.approx(ranks / len(ranks))
    words = made({"c": ["x", "y"] * 150, "m": m}, effects)
    assert "other" not in dependence.draw(dependence.points(words, "c"), LOOK).sentence


# --- waterfall --------------------------------------------------------------------------


def test_waterfall_runs_from_base_to_prediction() -> None:
    one = made({"a": [1], "b": [2], "c": [3]}, [[0.3, -0.1, 0.02]])
    drawing = waterfall.draw(waterfall.points(one, 2, target="buys"), LOOK)
    bars, ends = drawing.figure.data
    assert list(bars.base) == pytest.approx([20, 50, 40])
    assert list(bars.x) == pytest.approx([30, -10, 2])
    assert list(bars.marker.color) == [UP, DOWN, UP]
    assert list(ends.x) == pytest.approx([20, 42])
    labels = drawing.figure.layout.yaxis.ticktext
    assert list(labels) == [
        "average of 50 background customers", "a = 1", "b = 2", "1 other column", "this customer",
    ]  # fmt: skip
    assert drawing.title == "The chance of buys = yes is 42.0%, 22.0 points above average"


def test_waterfall_table_adds_up() -> None:
    drawing = waterfall.draw(waterfall.example(), LOOK)
    amounts = [Decimal(str(amount)) for amount in drawing.table.iloc[:, 2]]
    assert sum(amounts[:-1]) == amounts[-1]


def test_waterfall_whiskers_only_where_there_are_errors() -> None:
    one = made({"a": [1]}, [[0.3]])
    assert not waterfall.draw(waterfall.points(one), LOOK).figure.data[0].error_x.visible
    unsure = replace(one, errors=np.array([[0.01]]))
    bars = waterfall.draw(waterfall.points(unsure), LOOK).figure.data[0]
    assert bars.error_x.visible
    assert list(bars.error_x.array) == pytest.approx([1.959964], abs=1e-5)


def test_waterfall_of_a_value_is_in_its_unit() -> None:
    one = made({"a": [1]}, [[300.0]], scale=Scale.VALUE, of="Spend", base=100.0)
    drawing = waterfall.draw(waterfall.points(replace(one, prediction=np.array([400.0]))), LOOK)
    assert drawing.title == "The predicted Spend is 400, 300 above average"
    assert list(drawing.figure.data[0].x) == [300]


def test_hostile_words_are_harmless_and_long_ones_cut_with_the_whole_on_hover() -> None:
    hostile = "<b onclick=x>%{y}</b>" + "w" * 80
    figure = waterfall.draw(waterfall.points(made({hostile: ["v"]}, [[0.3]])), LOOK).figure
    label, hover = figure.layout.yaxis.ticktext[1], figure.data[0].customdata[0]
    assert "<" not in label + hover
    assert "%{" not in label + hover
    assert len(label) < 70
    assert "w" * 80 in hover
    assert "…" in name(hostile)


@pytest.mark.parametrize(
    ("base", "effects", "ticks"),
    [
        (0.2, [0.7, 0.095], [20, 30, 40, 50, 60, 70, 80, 90, 100]),
        (0.2, [0.38, -0.005], [20, 25, 30, 35, 40, 45, 50, 55]),
        (0.003, [0.001], [0.3, 0.32, 0.34, 0.36, 0.38, 0.4]),
    ],
)
def test_a_waterfalls_ticks_are_chances(
    base: float, effects: list[float], ticks: list[float]
) -> None:
    """The room for what stands beside the bars may go beyond 100%."""
    inputs = {f"c{i}": [i] for i in range(len(effects))}
    one = made(inputs, [effects], base=base, prediction=np.array([base + sum(effects)]))
    axis = waterfall.draw(waterfall.points(one), LOOK).figure.layout.xaxis
    assert list(axis.tickvals) == pytest.approx(ticks)
    assert axis.range[1] > 100 * (base + sum(effects))


# --- comparison -------------------------------------------------------------------------


def test_comparison_puts_the_most_changed_first_and_adds_up() -> None:
    before = made({"a": [1], "b": [2], "c": ["x"]}, [[0.01, 0.0, 0.02]])
    after = made({"a": [1], "b": [9], "c": ["x"]}, [[0.05, 0.3, 0.02]])
    shown = comparison.points(before, after, 2, target="buys")
    assert [pair.column for pair in shown.pairs] == ["b", "a"]
    assert [pair.edited for pair in shown.pairs] == [True, False]
    drawing = comparison.draw(shown, LOOK)
    assert drawing.title == "The chance of buys = yes rises from 23.0% to 57.0% (+34.0 points)"
    assert drawing.sentence.startswith("The change of b: 2 → 9 counts most (+30.0 points).")
    old, new = drawing.figure.data
    assert list(old.x) == pytest.approx([0, 1, 2])
    assert list(new.x) == pytest.approx([30, 5, 2])
    changes = [Decimal(str(amount)) for amount in drawing.table.iloc[:, -1]]
    assert sum(changes) == shown.after - shown.before == Decimal(34)


@given(
    effects=st.lists(
        st.tuples(st.floats(-0.2, 0.2), st.floats(-0.2, 0.2)), min_size=1, max_size=15
    ),
    how_many=st.integers(1, 9),
)
def test_written_changes_add_up(effects: list[tuple[float, float]], how_many: int) -> None:
    inputs = {f"c{i}": [i] for i in range(len(effects))}
    before, after = (made(inputs, [[pair[i] for pair in effects]]) for i in (0, 1))
    shown = comparison.points(before, after, how_many)
    pairs = [*shown.pairs, *([shown.rest] if shown.rest else [])]
    assert sum(pair.shown[1] - pair.shown[0] for pair in pairs) == shown.after - shown.before


def test_comparison_of_the_same_row() -> None:
    one = made({"a": [math.nan]}, [[0.1]])
    drawing = comparison.draw(comparison.points(one, one), LOOK)
    assert drawing.title == "The chance of yes stays at 30.0%"
    assert drawing.sentence == "The reasons are the same before and after."


def test_comparison_tells_of_a_reason_that_was_not_edited() -> None:
    before = made({"a": [1], "b": [1]}, [[0.1, 0.0]])
    after = made({"a": [1], "b": [2]}, [[0.3, 0.01]])
    sentence = comparison.draw(comparison.points(before, after), LOOK).sentence
    assert "a = 1, which was not changed itself" in sentence


def test_comparison_needs_one_model_and_one_row_each() -> None:
    one, two = made({"a": [1]}, [[0.1]]), made({"a": [1, 2]}, [[0.1], [0.2]])
    with pytest.raises(ValueError, match="same model"):
        comparison.points(one, replace(one, base=0.9))
    with pytest.raises(ValueError, match="one row"):
        comparison.points(one, two)
