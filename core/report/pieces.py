"""Pieces of evidence as HTML: the one way in which a report shows what is said, drawn or listed."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from core.charts.chart import Drawing, Look, chart, kept
from core.report.markup import Markup, joined, tag
from core.report.people import WITHOUT_NUMBERS
from core.report.wording import QUIET
from core.review.piece import Drawn, Listed, Piece, Said
from core.text.phrases import Phrases, figure, number
from core.text.plain import visible

ROWS_LISTED = 400
ROWS_UNDER_A_CHART = 60
ROWS_KEPT_TOGETHER = 14  # on paper
CELLS_OF_NUMBERS = int | float | np.number
PERCENTAGE = re.compile(r"[\d.,]+%")
KINDS = {True: "for", False: "against", None: "note"}
SIGNS = {True: "✓", False: "▲", None: ""}


def shown(piece: Piece, place: str, say: Phrases) -> Markup:
    """One piece; ``place`` is an id of its own in the document."""
    if isinstance(piece, Said):
        return _said(piece, say)
    return _listed(piece, say) if isinstance(piece, Listed) else _drawn(piece, place, say)


def drawing(piece: Drawn, say: Phrases) -> Drawing:
    """The chart, in light colours, and what stands beside it."""
    return chart(piece.chart).draw(piece.points, Look(say))


def _said(piece: Said, say: Phrases) -> Markup:
    sentence = say(piece.key, **piece.facts)
    if piece.good is None:
        return tag("p", sentence)
    kind = KINDS[piece.good]
    sign = tag("span", SIGNS[piece.good], class_="sign", aria_hidden="true")
    heard = tag("span", say(f"report.heard.{kind}"), class_="heard")
    return tag("p", sign, heard, " ", sentence, class_=kind)


def _listed(piece: Listed, say: Phrases) -> Markup:
    headers = [say(key) for key in piece.headers]
    quiet = "heard" if piece.headers == QUIET else None
    return _table(say(piece.title), headers, piece.rows, say, quiet)


def _table(
    caption: str,
    headers: Sequence[str],
    rows: Sequence[Sequence[object]],
    say: Phrases,
    head_class: str | None = None,
) -> Markup:
    """A table that says how many rows it leaves out."""
    if not rows:
        return tag("p", f"{caption}: {say('report.empty')}")
    numbers = [all(_is_number(row[at]) for row in rows) for at in range(len(headers))]
    kinds = ["number" if each else None for each in numbers]
    pairs = zip(headers, kinds, strict=True)
    head = tag("tr", *(tag("th", name, scope="col", class_=kind) for name, kind in pairs))
    body = [_row(row, kinds) for row in rows[:ROWS_LISTED]]
    made = tag(
        "table", tag("caption", caption), tag("thead", head, class_=head_class), tag("tbody", *body)
    )
    kind = "wide short" if len(rows) <= ROWS_KEPT_TOGETHER else "wide"
    scrolled = tag("div", made, class_=kind, tabindex="0", role="region", aria_label=caption)
    if len(rows) <= ROWS_LISTED:
        return scrolled
    left = say("report.rows_left", rows=len(rows) - ROWS_LISTED)
    return joined(scrolled, tag("p", left, class_="quiet"))


def _row(row: Sequence[object], kinds: Sequence[str | None]) -> Markup:
    first, *others = (cell(value) for value in row)
    inside = [tag("th", first, scope="row", class_=kinds[0])]
    inside += [tag("td", each, class_=kind) for each, kind in zip(others, kinds[1:], strict=True)]
    return tag("tr", *inside)


def _is_number(value: object) -> bool:
    if isinstance(value, str):
        return bool(PERCENTAGE.fullmatch(value))
    return value is None or (isinstance(value, CELLS_OF_NUMBERS) and not isinstance(value, bool))


def cell(value: object) -> str:
    """A cell in the house's way: counts as they are, figures to three decimals."""
    if value is None or value is pd.NaT or value is pd.NA:
        return number(float("nan"))
    if isinstance(value, int | np.integer) and not isinstance(value, bool):
        return number(int(value))
    if isinstance(value, float | np.floating):
        return figure(float(value) if round(float(value), 3) else 0.0)  # not -0.000
    return visible(value)


def _drawn(piece: Drawn, place: str, say: Phrases) -> Markup:
    made = drawing(piece, say)
    data = tag("script", _json(_plain_figure(made)), type="application/json", id=f"data-{place}")
    picture = tag(
        "div", class_="chart", id=place, role="group", aria_label=made.title, data_chart=piece.chart
    )
    title = tag("p", made.title, class_="finding")
    under = tag("p", made.sentence, class_="quiet")
    numbers = () if piece.chart in WITHOUT_NUMBERS else (_numbers(made, say),)
    return tag("figure", tag("figcaption", title), picture, data, under, *numbers)


def _numbers(made: Drawing, say: Phrases) -> Markup:
    """The numbers behind a chart, folded: evenly chosen rows of a long table."""
    table, rows = made.table, len(made.table)
    if not rows:
        return Markup("")
    places = np.unique(np.linspace(0, rows - 1, min(rows, ROWS_UNDER_A_CHART)).round().astype(int))
    listed = [tuple(row) for row in table.iloc[places].astype(object).itertuples(index=False)]
    inside = _table(made.title, [str(name) for name in table.columns], listed, say)
    if len(places) < rows:
        some = say("report.some_rows", shown=len(places), rows=rows)
        inside = joined(tag("p", some, class_="quiet"), inside)
    return tag("details", tag("summary", say("report.numbers")), inside)


def _plain_figure(made: Drawing) -> Mapping[str, Any]:
    """The figure without Plotly's own template, which the page's colours stand in for."""
    figure = kept(made.figure.update_layout(template=None))
    found: dict[str, Any] = json.loads(figure.to_json())
    return {"data": found["data"], "layout": found["layout"]}


def _json(value: object) -> Markup:
    """JSON that ends no script, whatever it holds."""
    plain = json.dumps(value, separators=(",", ":"), allow_nan=False)
    for mark in "<>&":
        plain = plain.replace(mark, f"\\u{ord(mark):04x}")
    return Markup(plain)
