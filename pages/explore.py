"""What goes with the outcome: the strongest columns first, any column on demand."""

import streamlit as st

from core.schema import Column, Role, Schema
from core.text.phrases import Phrases
from core.text.plain import plain
from pages.shared import cached, inputs, journey, session, show
from pages.shared.frame import page

SHOWN_AT_ONCE = 6
TABS = ("strongest", "any", "correlations", "missing")


def filters(schema: Schema, say: Phrases) -> str:
    """Conditions on columns, as a key; every chart below follows them."""
    with st.expander(say("pages.explore.filters"), icon=":material/filter_alt:"):
        wanted = inputs.conditions(say("pages.explore.filter_columns"), schema, "filters")
    text = cached.filters_text(wanted)
    kept, looked_at = cached.rows_kept(text)
    rows = session.dataset().rows
    if st.session_state["filters"]:
        st.caption(say("pages.explore.shown", kept=kept, rows=looked_at))
    if looked_at < rows:
        st.caption(say("pages.explore.sampled", sample=looked_at, rows=rows))
    return text if kept else ""


def strongest(wanted: str, say: Phrases) -> None:
    """The columns that go with the target most, a chart each."""
    places = st.columns(2)
    for i, relation in enumerate(cached.strongest(wanted)):
        with places[i % 2]:
            show.draw("relation", relation, say, relation.column.name)


def any_column(columns: list[Column], wanted: str, say: Phrases) -> None:
    """One column's distribution beside its relation to the target."""
    name = st.selectbox(
        say("pages.explore.column"),
        [column.name for column in columns],
        key="explore-column",
        persist_state="session",
    )
    left, right = st.columns(2)
    with left:
        show.draw("distribution", cached.distribution(name, wanted), say, name)
    if name != session.asked().target:
        with right:
            show.draw("relation", cached.relation(name, wanted), say, f"any-{name}")


with page("explore") as say:
    asked, schema = session.asked(), session.dataset().schema
    wanted = filters(schema, say)
    if not wanted:
        st.info(say("pages.explore.nobody"), icon=":material/info:")
    else:
        labels = [say(f"pages.explore.tab_{name}") for name in TABS]
        first, second, third, fourth = st.tabs(labels, key="explore-tabs", on_change="rerun")
        if first.open:
            with first:
                st.subheader(plain(say("pages.explore.strongest", target=asked.target)))
                strongest(wanted, say)
        if second.open:
            with second:
                looked = [c for c in schema.columns if c.role not in (Role.ID, Role.IGNORED)]
                any_column(looked, wanted, say)
        if third.open:
            with third:
                show.draw("correlations", cached.correlations(wanted), say)
        if fourth.open:
            with fourth:
                show.draw("missingness", cached.missingness(wanted), say)
    if st.button(say("pages.explore.next"), type="primary"):
        journey.go("train")
