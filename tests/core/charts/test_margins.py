"""Labels have room beside every chart, without the browser drawing it twice."""

from __future__ import annotations

import plotly.graph_objects as go
import pytest
from PIL import ImageFont

from core.charts.chart import Chart, Look, charts, kept
from core.charts.margins import room, text_width
from core.text.phrases import phrases

LABELS = ("Returning_Visitor", "12,345.6%", "WWW mmm", "tenure 40 to 59", "&lt;b&gt;x", "고객 등급")


@pytest.mark.parametrize("label", LABELS[:4])
def test_a_label_is_not_thought_narrower_than_it_is(label: str) -> None:
    drawn = ImageFont.load_default(14).getlength(label)
    assert 0.95 * drawn <= text_width(label) <= 1.6 * drawn


def test_what_is_not_seen_takes_no_room() -> None:
    assert text_width("&lt;b&gt;x") == text_width("<i><b></i>x".replace("<b>", "&lt;b&gt;"))
    assert text_width("one<br>longer one") == text_width("longer one")
    assert text_width("고객") > text_width("ab")


def test_names_to_the_left_and_a_title_below_have_room() -> None:
    figure = go.Figure(go.Bar(x=[1, 2], y=["a very long name of a level", "b"], orientation="h"))
    figure.update_xaxes(title="Customers")
    made = go.Figure(figure).update_layout(room(figure))
    assert made.layout.margin.l > text_width("a very long name of a level")
    assert made.layout.margin.b > 40
    assert made.layout.yaxis.automargin is False
    assert figure.layout.margin.l is None  # the one that was given stays as it is


def test_names_below_may_turn_and_make_their_own_room() -> None:
    figure = go.Figure(go.Bar(x=["a", "b"], y=[1, 2]))
    made = go.Figure(figure).update_layout(room(figure))
    assert made.layout.xaxis.automargin is not False


def test_a_margin_that_is_wide_enough_stays() -> None:
    figure = go.Figure(go.Scatter(x=[1], y=[2])).update_layout(margin_l=300)
    assert room(figure)["margin"]["l"] == 300


@pytest.mark.parametrize("chart", charts().values(), ids=lambda chart: str(chart.key))
def test_every_kept_chart_leaves_the_left_side_to_nobody(chart: Chart) -> None:
    figure = kept(chart.draw(chart.example(), Look(phrases())).figure)
    axes = [a for a in figure.select_yaxes() if a.side != "right" and a.visible is not False]
    assert all(axis.automargin is False for axis in axes)


def test_names_that_do_not_fit_half_a_page_have_the_room_they_take_turned() -> None:
    few = go.Figure(go.Bar(x=["a", "b"], y=[1, 2]))
    many = go.Figure(go.Bar(x=[f"from {n},000 to {n + 1},000" for n in range(9)], y=[1] * 9))
    straight, turned = (room(figure)["margin"] for figure in (few, many))
    width = text_width("from 0,000 to 1,000")
    assert straight["b"] < 60
    assert turned["b"] > straight["b"] + width / 2 - 20  # the sine of 30 degrees
    assert turned["r"] > straight["r"]
    upwards = go.Figure(many).update_xaxes(tickangle=-90)
    assert room(upwards)["margin"]["b"] > width


def test_a_bar_of_colours_has_room_for_its_labels() -> None:
    figure = go.Figure(
        go.Heatmap(z=[[1, 2]], colorbar={"ticktext": ["1,000,000"], "tickvals": [1]})
    )
    assert room(figure)["margin"]["r"] > text_width("1,000,000") + 12
    figure.update_traces(colorbar_title_text="Rows")
    assert room(figure)["margin"]["r"] > text_width("1,000,000") + 30
