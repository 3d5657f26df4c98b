"""The parts of the Explore page: each asks for what it shows, and only when it is opened."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from core.explore.columns import is_large
from core.explore.course import dates
from core.explore.glance import COLUMNS
from core.explore.overview import is_told
from core.schema import Role
from core.text.phrases import Phrases
from core.text.plain import plain, plain_words
from pages.shared import explored, session, show, working
from pages.shared.fold import fold

SLOT = "explore"
LINE_HEIGHT = 35
LINES_AT_ONCE = 18
PAIR = 2
ICON_OF_TIME = ":material/timeline:"
MISSING = ("gaps", "together", "telling")


def counting(filters: str, say: Phrases) -> bool:
    """Counts every column of a large table beside the page; True while that is not done."""
    if explored.is_known(filters):
        return False
    now = session.asked()
    wanted: dict[str, Any] = {
        "project": now.id,
        "table": now.table,
        "question": explored.question(),
    }
    working.join(SLOT, "explore", **wanted)
    key = explored.question()["key"]
    if not working.held(SLOT) and st.session_state.get(f"{SLOT}-told") != key:
        working.start(SLOT, "explore", **wanted)
        st.session_state[f"{SLOT}-told"] = key  # a stopped one is not started again by itself
    if working.held(SLOT):
        working.panel(SLOT, say, lambda result: None)
    elif st.button(say("explore.page.count"), icon=":material/bar_chart:", key="explore-count"):
        working.start(SLOT, "explore", **wanted)
        st.rerun()
    return True


def strongest(filters: str, say: Phrases) -> None:
    """The columns that go with the target most, a chart each."""
    st.subheader(plain(say("pages.explore.strongest", target=session.asked().target)))
    if filters != explored.EVERYONE and is_large(session.dataset()):
        st.caption(say("explore.page.sampled"))
    places = st.columns(2)
    for place, relation in enumerate(explored.strongest(filters)):
        with places[place % 2]:
            show.draw("relation", relation, say, relation.column.name)


def overview(filters: str, say: Phrases) -> None:
    """A line a column; the chosen one in depth below."""
    target = plain(session.asked().target)
    with st.spinner(say("explore.stage.counting")):
        lines = explored.all_lines(filters, say)
    chosen = st.dataframe(
        lines,
        hide_index=True,
        height=LINE_HEIGHT * (min(len(lines), LINES_AT_ONCE) + 1) + 3,
        on_select="rerun",
        selection_mode="single-row",
        key="explore-lines",
        alt=say("pages.explore.tab_overview"),
        column_config=_columns(target, say),
    )
    rows = chosen["selection"]["rows"]
    if not rows:
        st.caption(say("explore.page.choose_line"))
        return
    names = session.dataset().schema.names
    _depth(names[min(rows[0], len(names) - 1)], filters, say)


def _columns(target: str, say: Phrases) -> dict[str, Any]:
    """How each column of the overview is drawn; widths in pixels."""
    config = st.column_config
    named = {name: say(f"explore.glance.{name}", target=target) for name in COLUMNS}
    strength = say("explore.glance.strength_help", target=target)
    percent: dict[str, Any] = {"min_value": 0, "max_value": 100}
    return {
        "column": config.TextColumn(named["column"], width=180, pinned=True),
        "kind": config.TextColumn(named["kind"], width=95),
        "values": config.BarChartColumn(named["values"], y_min=0, width=140),
        "strength": config.ProgressColumn(
            named["strength"], help=strength, format="%.1f%%", width=140, **percent
        ),
        "sure": config.TextColumn(named["sure"], width=130),
        "missing": config.ProgressColumn(named["missing"], format="%.1f%%", width=100, **percent),
        "summary": config.TextColumn(named["summary"], width=250),
    }


def one(filters: str, say: Phrases) -> None:
    """One column in depth."""
    columns = [c.name for c in session.dataset().schema.columns if c.role != Role.ID]
    _depth(_column(columns, "explore-column", say("pages.explore.column")), filters, say)


def _depth(column: str, filters: str, say: Phrases) -> None:
    """What a column holds, beside how the target goes with it; folded, its course over time.

    Another column takes the same places: its charts are drawn anew in place.
    """
    left, right = st.columns(2)
    with left:
        show.draw("distribution", explored.distribution(column, filters), say, "depth")
    schema, target = session.dataset().schema, session.asked().target
    if column != target and is_told(schema[column]):
        with right:
            show.draw("relation", explored.relation(column, filters), say, "depth")
    times = [date.name for date in dates(schema) if date.name != column]
    if times and is_told(schema[column]):
        found = times[0]

        def course() -> None:
            show.draw("pair", explored.pair(found, column, filters), say, "depth")

        label = say("explore.page.course", column=found)
        fold(plain(label), "explore-course", course, ICON_OF_TIME)


def two(filters: str, say: Phrases) -> None:
    """Two columns together, in the chart that fits their kinds."""
    names = [c.name for c in session.dataset().schema.columns if is_told(c)]
    if len(names) < PAIR:
        st.info(say("explore.page.one_column"), icon=":material/info:")
        return
    left, right = st.columns(2)
    with left:
        first = _column(names, "explore-first", say("explore.page.first"))
    others = [name for name in names if name != first]
    with right:
        second = _column(others, f"explore-second-{first}", say("explore.page.second"))
    show.draw("pair", explored.pair(first, second, filters), say, "two")


def time(filters: str, say: Phrases) -> None:
    """The target over time; folded, by day of the week."""
    names = [date.name for date in dates(session.dataset().schema)]
    if not names:
        st.info(say("explore.page.no_dates"), icon=":material/info:")
        return
    left, right = st.columns(2, vertical_alignment="bottom")
    with left:
        column = _column(names, "explore-date", say("explore.page.date"))
    units = explored.units(column, filters)
    if not units:
        st.info(plain_words(say("explore.page.one_date", column=column)), icon=":material/info:")
        return
    with right:
        unit = st.segmented_control(
            say("explore.page.unit"),
            sorted(units, key="DWMQY".index),
            default=units[0],
            required=True,
            format_func=lambda unit: say(f"explore.unit.{unit}"),
            key=f"explore-unit-{column}",
        )
    show.draw("course", explored.course(column, str(unit), filters), say, "target")

    def weekdays() -> None:
        show.draw("relation", explored.weekdays(column, filters), say, "weekdays")

    fold(say("explore.page.weekdays"), f"explore-weekdays-{column}", weekdays, ICON_OF_TIME)


def together(filters: str, say: Phrases) -> None:
    """How columns go together."""
    show.draw("correlations", explored.correlations(filters), say)


def missing(filters: str, say: Phrases) -> None:
    """Gaps: how large, which together, and whether they tell of the target."""
    found = explored.missingness(filters)
    view = MISSING[0]
    if found.gaps:
        view = st.segmented_control(
            say("explore.page.missing_view"),
            MISSING,
            default=MISSING[0],
            required=True,
            format_func=lambda view: say(f"explore.page.missing_{view}"),
            label_visibility="collapsed",
            key="explore-missing",
            persist_state="session",
        )
    if view == "together":
        show.draw("patterns", explored.patterns(filters), say)
    elif view == "telling":
        _telling(filters, say)
    else:
        show.draw("missingness", found, say)


def _telling(filters: str, say: Phrases) -> None:
    told = explored.telling(filters)
    if told:
        show.draw("telling", told, say)
    else:
        st.info(say("explore.page.nothing_told"), icon=":material/info:")


def _column(names: Sequence[str], key: str, label: str) -> str:
    return str(st.selectbox(label, names, format_func=plain, key=key, persist_state="session"))
