"""Two groups of explained customers side by side."""

from __future__ import annotations

from typing import Any

import streamlit as st

from core.charts import cohorts as chart
from core.explain.cohorts import By, Cohort, among, compared, members
from core.explain.explanation import Explanation, Scale
from core.explain.grouping import Levels, Span, choices, cohort, of_levels
from core.explain.importance import importance
from core.explain.sentences import subject
from core.text.phrases import Phrases
from core.text.plain import plain, visible
from pages.shared import cached, session, show


def beside_others(
    pair: tuple[Explanation, Explanation], name: str, target: str, say: Phrases
) -> None:
    """What sets a saved cohort apart from all others; ``pair`` are its reasons and everyone's."""
    inside = among(pair[1], pair[0].rows)
    names = (visible(name), say("quality.cohorts.others"))
    found = compared(pair[1], inside, ~inside)
    show.draw("cohorts", chart.points(found, names, target), say, "saved")


def side_by_side(found: Explanation, target: str, say: Phrases) -> None:
    """Chooses by what and where the groups part, and shows what sets them apart."""
    truth = cached.happened(str(session.folder()), session.model_id())
    by = By(
        st.segmented_control(
            say("pages.explain.by"),
            list(By),
            default=By.COLUMN,
            required=True,
            format_func=lambda by: say(f"pages.explain.by_{by}"),
            key="cohorts-by",
            persist_state="session",
        )
    )
    column, what = _of_what(by, found, target, say)
    among = choices(found, by, column, truth)
    if among is None:
        st.info(say("pages.explain.all_alike"), icon=":material/info:")
        return
    if isinstance(among, Levels):
        groups = _levels(by, column, among, say)
    else:
        groups = (_span(by, column, among, found.scale, say), None)
    if groups is None:
        return
    first, second = groups
    inside = members(found, first, truth)
    outside = ~inside if second is None else members(found, second, truth)
    others = say("quality.cohorts.others")
    names = (
        chart.named(first, what, found.scale, say),
        others if second is None else chart.named(second, what, found.scale, say),
    )
    show.draw("cohorts", chart.points(compared(found, inside, outside), names, target), say)


def _of_what(by: By, found: Explanation, target: str, say: Phrases) -> tuple[str, str]:
    """The column of the groups, and what to call what they are made by."""
    if by is By.COLUMN:
        ranked = [one.column for one in importance(found)]
        column = str(st.selectbox(say("pages.explain.column"), ranked, key="cohorts-column"))
        return column, column
    if by is By.OUTCOME:
        return target, target
    named = subject(found.of, found.scale, target)
    return str(by), say(f"pages.explain.predicted_{found.scale}", subject=named)


def _levels(
    by: By, column: str, among: Levels, say: Phrases
) -> tuple[Cohort, Cohort | None] | None:
    """Levels of one group, and of the other where it is not everyone else."""
    left, right = st.columns(2)
    key = f"cohorts-{by}-{column}"
    with left:
        label = say("quality.cohorts.first")
        first = st.multiselect(label, among.known, [among.known[0]], format_func=plain, key=key)
    with right:
        second = st.multiselect(
            say("quality.cohorts.second"),
            [level for level in among.known if level not in first],
            placeholder=say("quality.cohorts.others"),
            format_func=plain,
            key=f"{key}-second",
        )
    if not first:
        st.caption(say("pages.explain.choose_group"))
        return None
    other = of_levels(by, column, tuple(second)) if second else None
    return of_levels(by, column, tuple(first)), other


def _span(by: By, column: str, among: Span, scale: Scale, say: Phrases) -> Cohort:
    """The ends of one group; the other is everyone else."""
    chance = by is By.PREDICTION and scale is Scale.CHANCE
    ends: Any = (among.middle, among.high)
    low, high = st.slider(
        say("quality.cohorts.first"),
        among.low,
        among.high,
        ends,
        among.step,
        format="percent" if chance else None,
        key=f"cohorts-{by}-{column}",
    )
    return cohort(by, column, among, low, high)
