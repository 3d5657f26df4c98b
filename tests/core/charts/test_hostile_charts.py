"""Every chart's example with names, levels and outcomes that look like code: all of it is text."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pandas as pd
import pytest
from markdown_it import MarkdownIt

from core.charts.chart import Chart, Look, charts, kept
from core.text.phrases import phrases
from core.text.plain import plain_words

SAY = phrases("en")
# attacks D01, D05, D11, D12, D13, D15, D19
EVIL = (
    "<a href='http://evil.invalid'>E</a>",
    "<img src=http://evil.invalid/x onerror=alert(1)>",
    "%{evil} %{customdata[0]} %{evil:.1f}",
    "</script><script>alert(1)</script>",
    "<b>E</b><br>\u202e<span style='font-size:90px'>",
    "![e](http://evil.invalid/x)",
)
ENOUGH = 4
TAGS = re.compile(r"<(?!/?(b|i|br|sup|sub|extra)/?>|span style=\"[^\"<>]*\">|/span>)")
# words of ours that tell what to say
CODES = {part for key in SAY.keys() for part in key.split(".")} | set(SAY.keys())  # noqa: SIM118
NOT_SHOWN = {"legendgroup", "uid", "type", "mode", "hoverinfo"}


class Renamed:
    """Puts hostile words for what a user may have named, the same for the same."""

    def __init__(self, first: int = 0) -> None:
        self.first = first
        self.names: dict[str, str] = {}

    def word(self, text: str) -> str:
        if not text or text in CODES or type(text) is not str:
            return text
        number = self.first + len(self.names)
        return self.names.setdefault(text, f"{EVIL[number % len(EVIL)]} {number}")

    def of(self, part: Any) -> Any:
        match part:
            case str():
                made: Any = self.word(part)
            case pd.DataFrame():
                made = part.map(self.of).rename(columns=self.of)
            case np.ndarray() if part.dtype == object:
                made = np.array([*map(self.of, part)], dtype=object)
            case list() | tuple():
                made = type(part)(map(self.of, part))
            case dict():
                made = {self.of(name): self.of(value) for name, value in part.items()}
            case _:
                made = self._value(part) if dataclasses.is_dataclass(part) else part
        return made

    def _value(self, part: Any) -> Any:
        fields = [field for field in dataclasses.fields(part) if field.init]
        return dataclasses.replace(
            part, **{field.name: self.of(getattr(part, field.name)) for field in fields}
        )


def texts(part: Any, name: str = "") -> Iterator[str]:
    """Every text of a figure that Plotly may show."""
    if isinstance(part, dict):
        for key, value in part.items():
            yield from texts(value, key)
    elif isinstance(part, list):
        for value in part:
            yield from texts(value, name)
    elif isinstance(part, str) and name not in NOT_SHOWN:
        yield part


def faults(figure: dict[str, Any]) -> list[str]:
    """Texts in which something of the user's is more than text."""
    return [text[:200] for text in texts(figure) if is_more_than_text(text)]


def is_more_than_text(text: str) -> bool:
    runs = "onerror=alert" in text and "&lt;img" not in text
    return bool(TAGS.search(text)) or "%{evil" in text or "\u202e" in text or runs


@pytest.mark.parametrize("chart", charts().values(), ids=lambda chart: str(chart.key))
def test_d11_d13_names_that_look_like_code_are_text_in_every_chart(chart: Chart) -> None:
    used = 0
    while used < ENOUGH:  # a chart with one name is drawn with one after the other
        renamed = Renamed(used)
        drawing = chart.draw(renamed.of(chart.example()), Look(SAY))
        used += max(1, len(renamed.names))
        shown = json.loads(kept(drawing.figure).to_json())
        layout = {name: value for name, value in shown["layout"].items() if name != "template"}
        assert faults({"data": shown["data"], "layout": layout}) == []
        for sentence in (drawing.title, drawing.sentence):
            page = MarkdownIt("gfm-like", {"linkify": False}).render(plain_words(sentence))
            assert re.fullmatch(r"<p>[^<]*</p>\n", page)


def test_the_look_for_faults_finds_them() -> None:
    made: list[Callable[[str], dict[str, Any]]] = [
        lambda text: {"data": [{"name": text}]},
        lambda text: {"layout": {"xaxis": {"title": {"text": text}, "ticktext": ["a", text]}}},
        lambda text: {"data": [{"customdata": [["a", text]]}]},
    ]
    for make in made:
        assert [faults(make(text)) != [] for text in EVIL] == [True] * 5 + [False]
        assert (
            faults(make("<b>a</b> %{x:.1f}<br>&lt;img onerror=alert(1)&gt;<extra></extra>")) == []
        )
