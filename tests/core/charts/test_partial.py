"""What the picture of one changed column says equals its points."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core.charts.chart import Look
from core.charts.partial import draw as draw_partial
from core.charts.partial import example, of_model, points
from core.explain.explanation import Scale
from core.models.family import Task
from core.text.phrases import phrases
from tests.core.explain.models import trained

LOOK = Look(phrases())


def test_lines_average_band_and_ticks() -> None:
    shown = example()
    lines, band, mean, rug = draw_partial(shown, LOOK).figure.data
    assert len(lines.y) == 50 * 31
    assert np.isnan(lines.y[30::31]).all()
    one = np.asarray(lines.y[:30])
    assert any(np.allclose(one, 100 * line) for line in shown.found.lines)
    assert np.asarray(mean.y) == pytest.approx(100 * shown.found.lines.mean(axis=0))
    assert np.asarray(band.y[:30]) == pytest.approx(100 * shown.found.high)
    assert np.asarray(band.y[30:]) == pytest.approx(100 * shown.found.low[::-1])
    assert len(rug.x) == 300
    assert set(rug.x) <= set(shown.found.seen)
    assert max(rug.y) < np.nanmin(lines.y)


def test_the_title_and_the_table_say_the_averages() -> None:
    shown = example()
    low, high = 100 * shown.found.mean.min(), 100 * shown.found.mean.max()
    drawing = draw_partial(shown, LOOK)
    assert f"averages {low:.1f}% at 0 and {high:.1f}% at 60" in drawing.title
    assert drawing.table.iloc[:, 1].tolist() == [round(100 * m, 1) for m in shown.found.mean]
    falling = (shown.found.lines[:, -1] < shown.found.lines[:, 0]).mean()
    assert 0 < falling < 0.5
    assert f"{100 * falling:.1f}% of the customers go the other way" in drawing.sentence
    assert "50 of 150 customers drawn" in drawing.sentence


def test_levels_have_a_row_each() -> None:
    shown = of_model(trained("forest", Task.MULTICLASS), "city", "B")
    assert shown is not None
    drawing = draw_partial(shown, LOOK)
    dots, means = drawing.figure.data
    levels = len(shown.found.values)
    assert set(np.round(np.asarray(dots.y, float))) == set(range(levels))
    assert list(means.x) == pytest.approx((100 * shown.found.mean).tolist())
    labels = drawing.figure.layout.yaxis.ticktext
    first = shown.found.values.iloc[0]
    seen = (trained("forest", Task.MULTICLASS).background["city"] == first).sum()
    assert labels[0] == f"{first} ({seen} customers)"
    assert drawing.title.startswith("With only city changed, the chance of brand = B averages")


def test_dates_have_an_axis_of_dates_and_values_their_unit() -> None:
    shown = of_model(trained("forest", Task.REGRESSION), "since")
    assert shown is not None
    assert shown.found.scale is Scale.VALUE
    drawing = draw_partial(shown, LOOK)
    assert all(
        np.issubdtype(np.asarray(trace.x).dtype, np.datetime64) for trace in drawing.figure.data
    )
    assert "the predicted spend averages" in drawing.title
    assert list(drawing.figure.data[2].y) == pytest.approx(shown.found.mean.tolist())


def test_a_flat_line_and_left_out_levels_are_said() -> None:
    shown = example()
    lines = np.full_like(shown.found.lines, 0.25)
    flat = replace(shown.found, lines=lines, mean=lines[0], low=lines[0], high=lines[0])
    drawing = draw_partial(points(replace(flat, left_out=3), "Revenue"), LOOK)
    assert drawing.title.endswith("the chance of Revenue = TRUE stays at 25.0% on average")
    assert "other way" not in drawing.sentence
    assert "3 rarer values are not shown" in drawing.sentence


def test_a_column_without_values_has_no_picture() -> None:
    model = trained("forest", Task.BINARY)
    empty = replace(model, background=model.background.assign(income=np.nan))
    assert of_model(empty, "income") is None
    assert isinstance(model.background, pd.DataFrame)
