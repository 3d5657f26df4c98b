"""The smallest change: what should come of it, what may change, and the ways that were found."""

from __future__ import annotations

from typing import Any

import msgspec
import streamlit as st

from core import wire
from core.models.family import Task
from core.schema import Kind
from core.store.models import SavedModel
from core.text.phrases import Phrases
from core.text.plain import plain, plain_words
from core.what_if.aim import Aim, Side, usual_aim
from core.what_if.limits import Direction, Freedom, Limit, limits
from core.what_if.limits_table import overlaid, table, wished, wishes_of
from core.what_if.marking import held
from core.what_if.searching import Search
from core.what_if.smallest import Answer, Ask, Found
from core.what_if.wording import headline, lines, sentence
from pages.shared import cached, frame, marking_kept, session

ASKED = "smallest-asked"
EDITS = "what-if-edits"  # what the fields of the first tab stand at
USED = "smallest-used"
RUNNING = "smallest-running"
KEPT = 50
PATIENCE = 0.8  # seconds a search may take before its bar shows: most have ended by then
LOOK_EVERY = 0.3


def tab(saved: SavedModel, row: int, of: str, say: Phrases) -> None:
    """The wish on one side, the answers on the other.

    ``row`` is the customer (-1: the average one), ``of`` a class of several.
    """
    left, right = st.columns((3, 4), gap="large")
    with left:
        aim = _aim(saved, of, say)
        asked = Ask(_limits(saved, row, of, say), aim, saved.model.spec.seed)
        if st.button(say("smallest.tab.go"), type="primary", icon=":material/route:", key="go"):
            _ask(row, of, _text(asked))
    with right:
        _answers(saved, row, of, asked, say)
        st.caption(say("smallest.tab.caution"))


def _ask(row: int, of: str, text: str) -> None:
    """The wish is the one that is looked for; another search of this visitor ends."""
    project, model = str(session.folder()), session.model_id()
    before = st.session_state.get(RUNNING)
    if before and before != (project, model, row, text):
        _search(*before).stop()
    if _search(project, model, row, text).stopped:
        _search.clear(project, model, row, text)
    st.session_state[RUNNING] = (project, model, row, text)
    st.session_state[ASKED] = (_whose(row, of), text)
    st.session_state.pop(USED, None)


def _whose(row: int, of: str) -> str:
    return f"{session.folder()}/{session.model_id()}/{row}/{of}"


def _text(asked: Ask) -> str:
    return msgspec.json.encode(asked).decode()


def _aim(saved: SavedModel, of: str, say: Phrases) -> Aim:
    st.subheader(say("smallest.tab.aim"))
    task, usual = saved.model.spec.task, usual_aim(saved.model, of)
    sides = list(Side) if task is Task.MULTICLASS else [Side.OVER, Side.UNDER]
    left, right = st.columns(2)
    side = left.segmented_control(
        say("smallest.tab.side"),
        sides,
        default=Side.OVER,
        required=True,
        format_func=lambda side: say(f"smallest.side.{side}"),
        key="smallest-side",
        persist_state="session",
    )
    if side == Side.LIKELIEST:
        return Aim(usual.to, Side.LIKELIEST, of)
    common: dict[str, Any] = {"key": f"smallest-to-{task}", "persist_state": "session"}
    if task is Task.REGRESSION:
        to = right.number_input(say("smallest.tab.to_value"), value=usual.to, **common)
        return Aim(float(to), Side(side), of)
    to = right.slider(say("smallest.tab.to_chance"), 1, 99, 50, **common)
    return Aim(to / 100, Side(side), of)


def _limits(saved: SavedModel, row: int, of: str, say: Phrases) -> tuple[Limit, ...]:
    """What may change, as the table of limits stands."""
    known = held(limits(saved.model), marking_kept.now())
    order = [
        name
        for name in cached.order(str(session.folder()), session.model_id(), row, of)
        if known[name].freedom in (Freedom.FREE, Freedom.DERIVED)
    ]
    with st.expander(say("smallest.tab.limits"), icon=":material/straighten:"):
        st.caption(say("smallest.tab.limits_help"))
        lines = _edited(table(known, order), say)
    levels = _levels([known[name] for name in order], say)
    return tuple(wished(known, lines, levels).values())


def _edited(usual: Any, say: Phrases) -> Any:
    """The table with what was edited in it, for any customer of the model; it can be edited on."""
    wishes: dict[str, dict[str, Any]] = st.session_state.setdefault(
        f"smallest-wishes-{session.model_id()}", {}
    )
    lines = overlaid(usual, wishes)
    names = [f"{name} {wishes.get(name, '')}" for name in lines["column"]]
    key = f"smallest-limits-{session.model_id()}-{marking_kept.digest(names)}"
    st.data_editor(
        lines,
        hide_index=True,
        column_config=_columns(say),
        disabled=["column"],
        key=key,
        alt=say("smallest.tab.limits"),
    )
    edits = st.session_state[key]["edited_rows"]
    if edits:
        for column, cells in wishes_of(lines, edits).items():
            wishes[column] = wishes.get(column, {}) | cells
        st.rerun()
    return lines


def _columns(say: Phrases) -> dict[str, Any]:
    numbers = {
        name: st.column_config.NumberColumn(say(f"smallest.limit.{name}"), width="small")
        for name in ("low", "high", "step", "price")
    }
    return numbers | {
        "column": st.column_config.TextColumn(say("smallest.limit.column"), pinned=True),
        "direction": st.column_config.SelectboxColumn(
            say("smallest.limit.direction"),
            options=list(map(str, Direction)),
            format_func=lambda key: say(f"smallest.direction.{key}"),
        ),
    }


def _levels(known: list[Limit], say: Phrases) -> dict[str, tuple[str, ...]]:
    """Which levels are allowed; while the fold is closed the browser need not make the fields."""
    label, icon = say("smallest.tab.levels"), ":material/checklist:"
    fold = st.expander(label, key="smallest-fold", icon=icon, on_change="rerun")
    wanted: dict[str, tuple[str, ...]] = {}
    for limit in known:
        if limit.kind in (Kind.NUMBER, Kind.DATE) or not limit.levels:
            continue
        key = f"smallest-levels-{session.model_id()}-{limit.column}"
        if not fold.open:
            wanted[limit.column] = tuple(st.session_state.get(key, limit.levels))
            continue
        wanted[limit.column] = tuple(
            fold.multiselect(
                plain(limit.column), limit.levels, limit.levels, key=key, persist_state="session"
            )
        )
    return wanted


def _answers(saved: SavedModel, row: int, of: str, asked: Ask, say: Phrases) -> None:
    """What came of the last wish that was asked; a newer one waits for the button."""
    whose, text = st.session_state.get(ASKED, ("", ""))
    if whose != _whose(row, of):
        st.info(say("smallest.tab.empty"), icon=":material/info:")
        return
    found = _found(row, text, say)
    if found is None:
        return
    if text != _text(asked):
        st.caption(say("smallest.tab.old"))
    st.markdown(f"**{plain_words(headline(found, saved.model, say))}**")
    if not found.answers:
        return
    st.dataframe(lines(found, saved.model, say), hide_index=True, width="stretch")
    for number, answer in enumerate(found.answers, 1):
        _answer(number, answer, found, saved, say)


def _answer(number: int, answer: Answer, found: Found, saved: SavedModel, say: Phrases) -> None:
    with st.container(border=True, key=f"smallest-answer-{number}"):
        st.markdown(plain_words(sentence(answer, found, saved.model, say)))
        st.button(
            say("smallest.tab.use", number=number),
            on_click=_use,
            args=(number, answer),
            icon=":material/edit:",
            key=f"smallest-use-{number}",
        )
        if st.session_state.get(USED) == number:
            st.caption(say("smallest.tab.used", number=number))


def _use(number: int, answer: Answer) -> None:
    """The fields of the first tab stand at the answer."""
    st.session_state[EDITS] = dict(answer.edits)
    st.session_state[USED] = number


@st.cache_resource(max_entries=KEPT, show_spinner=False)
def _search(project: str, model: str, row: int, text: str) -> Search:
    asked = wire.read(text, Ask)
    return Search(cached.support(project, model), cached.row(project, model, row), asked)


def _found(row: int, text: str, say: Phrases) -> Found | None:
    """What a search found; while it goes on its bar, with a way to stop it."""
    search = _search(str(session.folder()), session.model_id(), row, text)
    with st.spinner(say("smallest.tab.searching")):
        found = search.wait(PATIENCE)
    if found is None:
        frame.fragment(lambda say: _bar(search, say), say, every=LOOK_EVERY)
    return found


def _bar(search: Search, say: Phrases) -> None:
    if search.wait(0.0) is not None:
        st.rerun()
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.progress(search.share, text=say("smallest.tab.searching"))
        stop, icon = say("smallest.tab.stop"), ":material/stop_circle:"
        st.button(stop, on_click=search.stop, icon=icon, key="smallest-stop")
