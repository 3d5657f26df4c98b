"""The features of a question: where each comes from, how it goes with the answer, and which not."""

from __future__ import annotations

import streamlit as st

from core.behaviour.asking import Overlook
from core.behaviour.building import plan_of
from core.behaviour.features.feature import Plan
from core.behaviour.lineage import COLUMNS, in_groups, lineage, lines, named
from core.text.phrases import Phrases
from core.text.plain import plain
from pages.shared import behaviour_log, explored, session
from pages.shared.behaviour_log import Known

HEIGHT = 560
ORDER = ("feature", "strength", "lineage", "group")


def part(log: Known, found: Overlook, say: Phrases) -> None:
    """A line a feature; whole groups or single ones are left out."""
    plan = plan_of(found.story, behaviour_log.asked(log, found))
    groups = in_groups(plan)
    names = [name for own in groups.values() for name in own]
    _remembered(log, plan, tuple(names))
    out_groups, out_names = st.columns(2)
    out_groups.multiselect(
        say("behaviour.features.groups"),
        list(groups),
        format_func=lambda group: say(f"behaviour.group.{group}"),
        key=_groups(log),
        persist_state="session",
    )
    out_names.multiselect(
        say("behaviour.features.columns"),
        names,
        format_func=plain,
        key=_columns(log),
        persist_state="session",
    )
    out = left_out(log, plan)
    kept = len(names) - len(out)
    st.caption(say("behaviour.features.count", kept=kept, all=len(names)))
    _table(plan, out, say)


def _table(plan: Plan, out: tuple[str, ...], say: Phrases) -> None:
    config = st.column_config
    glance = None
    if behaviour_log.built() is None:
        st.caption(say("behaviour.features.later"))
    elif session.project().target and explored.is_known(explored.EVERYONE):
        with st.spinner(say("explore.stage.counting")):
            glance = explored.all_lines(explored.EVERYONE, say)
    else:
        st.caption(say("behaviour.features.look"))
    words = {name: say(f"behaviour.features.{name}") for name in COLUMNS}
    st.dataframe(
        lines(lineage(plan, say), out, glance, say),
        hide_index=True,
        height=HEIGHT,
        alt=say("behaviour.tab.features"),
        column_order=ORDER,
        column_config={
            "feature": config.TextColumn(words["feature"], width=215),
            "group": config.TextColumn(words["group"], width=130),
            "lineage": config.TextColumn(words["lineage"], width=355),
            "strength": config.ProgressColumn(
                words["strength"],
                width=120,
                help=say("behaviour.features.strength_help"),
                format="%.1f%%",
                min_value=0,
                max_value=100,
            ),
        },
    )


def left_out(log: Known, plan: Plan) -> tuple[str, ...]:
    """The features of a plan that a person does not want."""
    _remembered(log, plan, None)
    return named(plan, st.session_state[_groups(log)], st.session_state[_columns(log)])


def leave_out(log: Known, plan: Plan, names: tuple[str, ...]) -> tuple[str, ...]:
    """The same with some more left out from now on."""
    before = left_out(log, plan)
    more = [*st.session_state[_columns(log)], *names]
    st.session_state[_columns(log)] = list(dict.fromkeys(more))
    return (*before, *names)


def _remembered(log: Known, plan: Plan, allowed: tuple[str, ...] | None) -> None:
    """The fields begin with what was left out of the table in use, and hold what there is."""
    if _columns(log) not in st.session_state:
        recipe = behaviour_log.built()
        out = recipe.plan.left_out if recipe else ()
        st.session_state[_columns(log)] = list(named(plan, (), out))
    st.session_state.setdefault(_groups(log), [])
    if allowed is not None:  # another question has other features
        held = st.session_state[_columns(log)]
        st.session_state[_columns(log)] = [name for name in held if name in allowed]


def _groups(log: Known) -> str:
    return log.named("left-groups")


def _columns(log: Known) -> str:
    return log.named("left-columns")
