from __future__ import annotations

import copy
import dataclasses
import json
import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
import pytest

from core.charts import colours
from core.charts.chart import Chart, Drawing, Look, charts
from core.text.phrases import languages, phrases

POINTS_AT_MOST = 2_000
SEE_THROUGH = "rgba(0,0,0,0)"
COLOUR = re.compile(r"^(#[0-9a-fA-F]{3,8}|rgba?\(.*\)|hsla?\(.*\))$")
NAMED = re.compile(r"colou?r$")
EVERY = [
    pytest.param(chart, language, id=f"{key}-{language}")
    for key, chart in charts().items()
    for language in (languages() or ("en",))
]


def same(one: Any, other: Any) -> bool:
    """Whether two points are equal all the way down, tables and arrays among them."""
    if dataclasses.is_dataclass(one):
        names = [field.name for field in dataclasses.fields(one)]
        return type(one) is type(other) and all(
            same(getattr(one, name), getattr(other, name)) for name in names
        )
    if isinstance(one, pd.DataFrame | pd.Series | pd.Index):
        return bool(one.equals(other))
    if isinstance(one, np.ndarray):
        return bool(np.array_equal(one, other, equal_nan=one.dtype.kind in "fc"))
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    return bool(one == other) or (one != one and other != other)  # noqa: PLR0124 (nan is itself)


def used_colours(part: Any, key: str = "") -> Iterator[str]:
    """Every colour that a figure's traces, shapes and texts set."""
    if isinstance(part, dict):
        for name, value in part.items():
            yield from used_colours(value, name)
    elif isinstance(part, list | tuple):
        for value in part:
            yield from used_colours(value, key)
    elif isinstance(part, str) and (
        COLOUR.match(part) or (NAMED.search(key) and not part.startswith("coloraxis"))
    ):
        yield part


def tint(colour: str) -> tuple[int, ...]:
    """Red, green and blue of a colour, however strong it is; empty for one in another notation."""
    if re.fullmatch(r"#[0-9a-fA-F]{6}", colour):
        return tuple(bytes.fromhex(colour[1:]))
    if colour.replace(" ", "") == SEE_THROUGH:
        return SEEN_THROUGH
    parts = re.fullmatch(r"rgba?\(\s*(\d+)\s*,\s*(\d+)\s*,\s*(\d+)\s*(?:,[^,]*)?\)", colour)
    return tuple(map(int, parts.groups())) if parts else ()


SEEN_THROUGH = (-1, -1, -1)
PALETTE = {SEEN_THROUGH} | {
    tint(colour)
    for colour in (
        colours.OUTCOME, colours.OTHER, colours.UP, colours.DOWN, colours.NEUTRAL, colours.QUIET,
        *colours.SERIES, *colours.INK.values(),
    )
}  # fmt: skip


def drawn(chart: Chart, language: str, dark: bool = False) -> Drawing:
    return chart.draw(chart.example(), Look(phrases(language), dark))


def test_there_are_charts() -> None:
    assert {"distribution", "missingness", "relation", "correlations"} <= charts().keys()


@pytest.mark.parametrize(("chart", "language"), EVERY)
def test_a_chart_says_its_finding(chart: Chart, language: str) -> None:
    drawing = drawn(chart, language)
    assert drawing.title.strip()
    assert drawing.sentence.strip()
    assert len(drawing.table) > 0
    assert all(isinstance(name, str) and name for name in drawing.table.columns)
    assert drawing.table.columns.is_unique
    said = f"{drawing.title} {drawing.sentence}".replace("%{x}", "")  # some examples are hostile
    assert not re.search(r"%?[{}]|\bnan\b", said)


@pytest.mark.parametrize(("chart", "language"), EVERY)
def test_a_chart_leaves_its_points_as_they_were(chart: Chart, language: str) -> None:
    points = chart.example()
    before = copy.deepcopy(points)
    chart.draw(points, Look(phrases(language)))
    assert same(points, before)


@pytest.mark.parametrize(("chart", "language"), EVERY)
def test_a_chart_draws_the_same_again_and_serialises(chart: Chart, language: str) -> None:
    one, other = drawn(chart, language), drawn(chart, language)
    assert one.figure.to_json() == other.figure.to_json()
    assert json.loads(one.figure.to_json())["data"]
    assert one.figure.layout.title.text is None


@pytest.mark.parametrize(("chart", "language"), EVERY)
def test_a_chart_is_light_enough_for_a_browser(chart: Chart, language: str) -> None:
    for trace in drawn(chart, language).figure.data:
        sizes = [np.size(trace[axis]) for axis in ("x", "y", "z") if axis in trace]
        assert max(sizes, default=0) <= POINTS_AT_MOST


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize(("chart", "language"), EVERY)
def test_a_chart_takes_its_colours_from_the_palette(
    chart: Chart, language: str, dark: bool
) -> None:
    shown = drawn(chart, language, dark).figure.to_plotly_json()
    layout = {name: value for name, value in shown["layout"].items() if name != "template"}
    found = set(used_colours(json.loads(json.dumps([shown["data"], layout], default=list))))
    assert {colour for colour in found if tint(colour) not in PALETTE} == set()


@pytest.mark.parametrize(("chart", "language"), EVERY)
def test_a_chart_names_its_axes(chart: Chart, language: str) -> None:
    layout = drawn(chart, language).figure.layout
    titles = [layout.xaxis.title.text, layout.yaxis.title.text]
    assert any(titles) or chart.key == "correlations"
