"""What the charts of the explore room show and say, by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.charts import correlations, distribution, missingness, relation
from core.charts.chart import Look
from core.schema import Column, Kind, Schema
from core.text.phrases import phrases

LOOK = Look(phrases("en"))
Y = Column("Bought", Kind.BOOLEAN, levels=("no", "yes"))


@pytest.fixture
def buyers() -> pd.DataFrame:
    """90 rows of visits 1 (of them 9 buy) and 10 of visits 2 (of them 8 buy)."""
    bought = ["yes"] * 9 + ["no"] * 81 + ["yes"] * 8 + ["no"] * 2
    visits = [1.0] * 90 + [2.0] * 10
    colour = ["red"] * 90 + [None] * 10
    return pd.DataFrame(
        {"visits": visits, "Bought": bought, "colour": pd.Series(colour, dtype=object)}
    )


def test_a_rate_is_drawn_in_per_cent_with_its_interval(buyers: pd.DataFrame) -> None:
    points = relation.points(buyers, Column("visits", Kind.NUMBER), Y, "yes")
    drawing = relation.draw(points, LOOK)
    assert drawing.title == "Bought is “yes”: 80.0% where visits is 2, 17.0% overall"
    dots = drawing.figure.data[0]
    assert list(dots.x) == [0, 1]
    assert list(dots.y) == pytest.approx([10.0, 80.0])
    assert list(dots.error_y.array) == pytest.approx([7.92, 14.33], abs=0.01)
    assert dots.customdata[1] == "2<br>80.0% (49.0% to 94.3%)<br>10 rows"
    assert drawing.table.iloc[1].tolist() == ["2", 10, 80.0, 49.0162, 94.3318]
    assert drawing.figure.layout.shapes[0].y0 == pytest.approx(17)


def test_levels_lie_in_rows_and_missing_is_one_of_them(buyers: pd.DataFrame) -> None:
    points = relation.points(buyers, Column("colour", Kind.CATEGORY), Y, "yes")
    drawing = relation.draw(points, LOOK)
    assert "where colour is missing" in drawing.title
    assert list(drawing.figure.layout.yaxis.ticktext) == ["red", "missing"]
    assert list(drawing.figure.data[0].x) == pytest.approx([10.0, 80.0])


def test_shares_are_stacked_to_a_hundred(buyers: pd.DataFrame) -> None:
    drawing = relation.draw(relation.points(buyers, Column("visits", Kind.NUMBER), Y), LOOK)
    assert [bar.name for bar in drawing.figure.data] == ["no", "yes"]
    assert sum(np.array(bar.y) for bar in drawing.figure.data) == pytest.approx([100, 100])
    assert len({bar.marker.color for bar in drawing.figure.data}) == 2


def test_no_difference_is_said_to_be_none(buyers: pd.DataFrame) -> None:
    same = buyers.assign(Bought=["yes", "no"] * 50)
    drawing = relation.draw(relation.points(same, Column("visits", Kind.NUMBER), Y, "yes"), LOOK)
    assert drawing.title == "Bought hardly differs with visits"


def test_an_average_is_in_the_targets_own_unit(buyers: pd.DataFrame) -> None:
    spent = buyers.assign(spend=np.where(buyers["Bought"] == "yes", 50.0, 0.0))
    points = relation.points(spent, Column("visits", Kind.NUMBER), Column("spend", Kind.NUMBER))
    drawing = relation.draw(points, LOOK)
    assert list(drawing.figure.data[0].y) == pytest.approx([5.0, 40.0])
    assert drawing.title == "Average spend: 40 where visits is 2, 8.50 overall"


@pytest.mark.parametrize(
    ("values", "kind", "title"),
    [
        ([1.0, 2.0, 3.0, 4.0, 5.0], Kind.NUMBER, "Half of x lies between 2 and 4, the middle at 3"),
        ([0.0, 0.0, 0.0, 4.0], Kind.NUMBER, "x is 0 in 75.0% of the rows with a value"),
        ([7.0, 7.0], Kind.NUMBER, "x is the same in every row: “7”"),
        (["a", "b", "a", None], Kind.CATEGORY,
         "x: “a” is the most frequent, 66.7% of the rows with a value"),
        (["a", "b"], Kind.TEXT, "x differs in every row"),
        ([None, None], Kind.CATEGORY, "x has no values"),
        (["2025-01-05", "2025-03-01"], Kind.DATE, "x runs from 2025-01-05 to 2025-03-01"),
    ],
)  # fmt: skip
def test_a_distribution_states_its_finding(values: list[object], kind: Kind, title: str) -> None:
    column = pd.Series(pd.to_datetime(values) if kind is Kind.DATE else values)
    drawing = distribution.draw(distribution.points(column, Column("x", kind)), LOOK)
    assert drawing.title == title
    rows = drawing.table["Rows"].sum()
    assert rows == len(values)
    assert drawing.table["Share (%)"].sum() == pytest.approx(100, abs=0.05)


def test_the_names_of_a_histograms_bins_stand_at_their_bounds() -> None:
    values = pd.Series(np.append(np.linspace(0.0, 10.0, 500), np.nan))
    drawing = distribution.draw(distribution.points(values, Column("x", Kind.NUMBER)), LOOK)
    axis = drawing.figure.layout.xaxis
    assert (axis.tickvals[0], axis.ticktext[0]) == (-0.5, "0")
    assert axis.ticktext[-1] == "missing"
    assert axis.tickvals[-1] == len(drawing.table) - 1


def test_gaps_are_drawn_as_shares() -> None:
    table = pd.DataFrame({"a": [1.0, np.nan, 3.0, 4.0], "b": [1.0] * 4})
    schema = Schema((Column("a", Kind.NUMBER), Column("b", Kind.NUMBER)))
    drawing = missingness.draw(missingness.points(table, schema), LOOK)
    assert drawing.title == "1 column has gaps, most of all a (25.0%)"
    assert list(drawing.figure.data[0].x) == [25.0]
    whole = missingness.draw(missingness.points(table[["b"]], schema), LOOK)
    assert whole.title == "No column has gaps"


def test_the_square_of_associations_leaves_its_diagonal_empty() -> None:
    x = np.arange(50.0)
    table = pd.DataFrame({"y": x, "x": -x, "z": np.sin(40 * x)})
    schema = Schema(tuple(Column(n, Kind.NUMBER) for n in table))
    drawing = correlations.draw(correlations.points(table, schema, "y"), LOOK)
    assert drawing.title == "x goes with y most (-1)"
    cells = np.array(drawing.figure.data[0].z, dtype=float)
    assert np.isnan(np.diag(cells)).all()
    assert cells[0, 1] == pytest.approx(-1)
