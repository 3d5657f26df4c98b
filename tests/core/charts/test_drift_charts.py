"""The pictures of a comparison say their finding, whatever the column holds."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from core.charts import by_month, calibration_then_now, scores_then_now, then_now
from core.charts.chart import Drawing, Look
from core.drift.columns import Read, compared
from core.drift.comparison import ColumnDrift, Course, Period
from core.models.family import Task
from core.progress import silent
from core.schema import Column, Kind
from core.text.phrases import phrases

LOOK = Look(phrases("en"))


def one(column: Column, then: Any, now: Any, dtype: Any = object) -> ColumnDrift:
    frames = [pd.DataFrame({column.name: pd.Series(each, dtype=dtype)}) for each in (then, now)]
    return compared((column,), frames[0], frames[1], Read(), silent)[0]


def drawn(found: ColumnDrift) -> Drawing:
    drawing = then_now.draw(found, LOOK)
    drawing.figure.to_json()
    return drawing


def test_numbers_in_common_bins() -> None:
    chance = np.random.default_rng(0)
    then, now = chance.normal(50, 5, 500), chance.normal(60, 5, 300)
    drawing = drawn(one(Column("age", Kind.NUMBER), then, now, "float64"))
    assert drawing.title.startswith("age is not as it was: middle 4")
    bars, line = drawing.figure.data
    assert sum(bars.y) == pytest.approx(100)
    assert sum(line.y) == pytest.approx(200)  # each height from edge to edge
    assert list(line.x[1:-1:2]) == pytest.approx(list(line.x[2::2]))  # bins that touch
    assert drawing.table["Customers then"].sum() == 500
    assert drawing.table["Customers now"].sum() == 300
    assert "p < 0.001" in drawing.sentence


def test_dates_stand_on_an_axis_of_dates() -> None:
    days = pd.date_range("2024-01-01", periods=200).astype("datetime64[us]")
    shown = one(Column("since", Kind.DATE), days, days + pd.Timedelta(days=200), days.dtype)
    drawing = drawn(shown)
    assert drawing.title == "since is not as it was: middle 2024-04-09 then, middle 2024-10-26 now"
    assert pd.Timestamp(drawing.figure.data[0].x[0]).year == 2024
    assert drawing.table["From"][0] == "2024-01-04"
    assert "200 values lie beyond what the model has seen" in drawing.sentence


def test_levels_side_by_side_and_gaps() -> None:
    city = Column("city", Kind.CATEGORY)
    shown = one(city, ["Wien"] * 60 + ["Graz"] * 40, ["Wien"] * 20 + ["Graz"] * 80)
    drawing = drawn(shown)
    assert drawing.title == "city is not as it was: “Graz” was 40.0% and is 80.0%"
    assert [list(trace.x) for trace in drawing.figure.data] == [[40, 60], [80, 20]]
    gone = drawn(one(city, ["Wien"] * 100, [None] * 50 + ["Wien"] * 50))
    assert gone.title == "city is not as it was: 0.0% was missing, now 50.0%"
    same = drawn(one(city, ["Wien", "Graz"] * 50, ["Wien", "Graz"] * 40))
    assert same.title == "city is as it was"


def test_texts_and_what_cannot_be_compared() -> None:
    note = Column("note", Kind.TEXT)
    drawing = drawn(one(note, ["good and fast", "bad and slow"] * 50, ["nothing of this"] * 60))
    assert drawing.title == "note is not as it was: 100.0% of its words were known, now 0.0%"
    empty = drawn(one(note, [None] * 40, ["a b"] * 40))
    assert empty.title == "note cannot be compared"
    assert "Was empty when the model learned" in empty.sentence
    gone = drawn(one(Column("age", Kind.NUMBER), range(40), [np.nan] * 40, "float64"))
    assert gone.title == "age is not as it was: 0.0% was missing, now 100.0%"


def test_a_little_is_said_to_be_little() -> None:
    chance = np.random.default_rng(0)
    shown = one(
        Column("age", Kind.NUMBER), chance.normal(0, 1, 50_000), chance.normal(0.06, 1, 50_000),
        "float64",
    )  # fmt: skip
    assert drawn(shown).title == "age moved by more than chance, yet too little to matter"


def test_scores_name_means_cuts_and_the_share_over_the_threshold() -> None:
    shown = scores_then_now.example()
    drawing = scores_then_now.draw(shown, LOOK)
    assert f"was {100 * shown.means[0].value:.1f}% and is {100 * shown.means[1].value:.1f}%" in (
        drawing.title
    )
    assert f"began at {100 * shown.cut[0]:.1f}%" in drawing.sentence
    assert "At the threshold of 50.0% or above" in drawing.sentence
    assert [line.x0 for line in drawing.figure.layout.shapes] == pytest.approx(
        [100 * cut for cut in shown.cut]
    )
    values = replace(shown, of="", target="spend", above=None)
    drawing = scores_then_now.draw(values, LOOK)
    assert drawing.figure.layout.xaxis.title.text == "Predicted spend"
    assert "threshold" not in drawing.sentence
    still = scores_then_now.draw(replace(shown, p=0.4), LOOK)
    assert still.title.startswith("What is predicted is as it was")


def test_months_tell_then_from_now_and_grey_ones_have_no_dot() -> None:
    shown = by_month.example()
    drawing = by_month.draw(shown, LOOK)
    then, now, counts = drawing.figure.data
    assert (list(then.y), list(now.y)) == ([0.84, 0.85], [0.78])
    assert list(now.x) == [3]
    assert list(counts.y) == [400, 380, 12, 420]
    assert len(set(counts.marker.color)) == 2
    assert drawing.title.startswith("ROC AUC 0.780 in 2024-04")
    assert "1 period has too few customers" in drawing.sentence
    assert drawing.table["Customers"].tolist() == [400, 380, 12, 420]
    alone = Course("day", "year", Task.REGRESSION, (Period("2024", True, 90, 0.4, 0.3, 0.5),))
    assert by_month.draw(alone, LOOK).title == "R² 0.400 in 2024"


def test_calibration_names_both_errors() -> None:
    shown = calibration_then_now.example()
    drawing = calibration_then_now.draw(shown, LOOK)
    rows = sum(group.rows for group in shown.now)
    off = sum(abs(g.actual - g.predicted) * g.rows for g in shown.now) / rows
    assert drawing.title.endswith(f"and are by {100 * off:.1f} now")
    assert [trace.name for trace in drawing.figure.data if trace.name] == ["Then", "Now"]
