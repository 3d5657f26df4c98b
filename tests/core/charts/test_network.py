"""What the drawn network shows and says equals its links."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.charts.chart import Look
from core.charts.colours import DOWN, NEUTRAL, UP
from core.charts.network import FAINTEST, WIDTHS, draw, example, of_model
from core.models.family import Task
from core.text.phrases import phrases
from tests.core.explain.models import trained

LOOK = Look(phrases())


def test_every_link_that_is_not_faint_is_a_line_of_its_sign_and_width() -> None:
    shown = of_model(trained("mlp", Task.BINARY))
    traces = [trace for trace in draw(shown, LOOK).figure.data if trace.mode == "lines"]
    drawn = {(trace.line.color, trace.line.width): len(trace.x) // 3 for trace in traces}
    sizes = np.concatenate([links.sizes.ravel() for links in shown.found.links])
    signs = np.concatenate([links.signs.ravel() for links in shown.found.links])
    for (colour, width), count in drawn.items():
        sign = {UP: 1, DOWN: -1, NEUTRAL: 0}[colour]
        place = WIDTHS.index(pytest.approx(width / 6.0))
        low = (FAINTEST, *WIDTHS)[place]
        assert ((signs == sign) & (sizes > low) & (sizes <= WIDTHS[place])).sum() == count
    assert sum(drawn.values()) == (sizes > FAINTEST).sum() > 50


def test_a_line_ends_where_its_units_are() -> None:
    figure = draw(example(), LOOK).figure
    units = {
        (x, y) for t in figure.data if t.mode != "lines" for x, y in zip(t.x, t.y, strict=True)
    }
    for trace in figure.data:
        if trace.mode == "lines":
            ends = {(x, y) for x, y in zip(trace.x, trace.y, strict=True) if x is not None}
            assert ends <= units
    assert len(units) == 8


def test_the_title_names_the_strongest_column_and_its_share() -> None:
    drawing = draw(example(), LOOK)
    assert drawing.title == ("Into the network, PageValues has the strongest links (20.0% of all)")
    assert "17 columns, layer 1 with 16 units and 1 answer" in drawing.sentence
    notes = [note.text for note in drawing.figure.layout.annotations]
    assert notes == ["and 13 more", "and 13 more"]
    assert drawing.table.iloc[:, 2].tolist() == [100, 80, 50, 30, 100, 60, 20, 100]
    assert drawing.table.iloc[4, 1] == "Unit 5"


@pytest.mark.parametrize("task", list(Task))
def test_outputs_are_named(task: Task) -> None:
    last = draw(of_model(trained("mlp", task)), LOOK).figure.data[-1]
    expected = {
        Task.BINARY: ["buys = yes"],
        Task.MULTICLASS: ["brand = A", "brand = B", "brand = C"],
        Task.REGRESSION: ["spend"],
    }
    assert sorted(text.strip() for text in last.text) == expected[task]


def test_a_network_of_zeros() -> None:
    shown = example()
    nothing = replace(shown, found=replace(shown.found, shares=np.zeros(4)))
    assert draw(nothing, LOOK).title.startswith("No column is linked")
