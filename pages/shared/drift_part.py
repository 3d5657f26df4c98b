"""Whether the model in use still holds: a later table is brought, and what comes of it is shown."""

from __future__ import annotations

import streamlit as st

from core.data.dataset import Dataset
from core.data.source import known_endings
from core.data.unpack import ENDINGS as PACKED
from core.drift.advice import CARRIED_RETRAIN, CARRIED_WATCH, LOST_RETRAIN, LOST_WATCH
from core.store import drifts, tables
from core.store.drifts import Kept
from core.store.roles import Right
from core.text.phrases import Phrases
from core.text.plain import plain_words, visible
from pages.shared import drift_shown, intake, rights, session, working
from pages.shared.around import inside
from pages.shared.fold import fold

SLOT = "compare"
TASKS = ("compare", "compare_file")
WAYS = {"file": ":material/upload:", "table": ":material/table:"}


def part(say: Phrases) -> None:
    """What to compare with, the work, and the comparisons that are kept."""
    project, model = session.folder(), session.model_id()
    for task in TASKS:
        working.join(SLOT, task, project=project.name, model=model)
    if rights.told(Right.WORK, say):
        _choose(model, say)
    working.panel(SLOT, say, _done)
    kept = drifts.listed(project, model)
    if not kept:
        st.info(say("drift.part.none"), icon=":material/info:")
        return
    chosen = _which(kept, say)
    _about(chosen, say)
    drift_shown.shown(chosen, say)
    fold(say("drift.part.rule"), "drift-rule", lambda: _rule(say), ":material/rule:")
    _remove(chosen, say)


def _done(result: dict[str, str]) -> None:
    """The new comparison is the one to look at."""
    st.session_state["drift-chosen"] = result["comparison"]


def _choose(model: str, say: Phrases) -> None:
    way = st.segmented_control(
        say("drift.part.choose"),
        list(WAYS),
        default="file",
        required=True,
        format_func=lambda each: f"{WAYS[each]} {say(f'drift.part.{each}')}",
        key="drift-way",
    )
    {"file": _file, "table": _table}[way or "file"](model, say)


def _file(model: str, say: Phrases) -> None:
    """An upload goes to disk, is read by a process of its own, and is gone then."""
    turn = st.session_state.setdefault("drift-turn", 0)
    endings = [ending.lstrip(".") for ending in (*known_endings(), *PACKED)]
    inside.takes_uploads()
    upload = st.file_uploader(say("drift.part.upload"), endings, key=f"drift-upload-{turn}")
    if upload is not None and not working.running(SLOT):
        file = intake.received(upload)
        st.session_state["drift-turn"] = turn + 1
        working.start(
            SLOT, "compare_file", project=session.project().id, model=model, file=str(file),
            name=upload.name,
        )  # fmt: skip
        st.rerun()


def _table(model: str, say: Phrases) -> None:
    """Another table of the project."""
    known = tables.beside(session.folder(), session.project().table)
    if not known:
        st.caption(say("drift.part.only"))
        return
    chosen = st.selectbox(
        say("drift.part.which"),
        [each.id for each in known],
        format_func=lambda each: visible(_table_name(each, known, say)),
        key="drift-table",
    )
    limits = rights.limits(Right.WORK, say, working.running(SLOT))
    if st.button(say("drift.part.go"), type="primary", key="drift-go", **limits):
        working.start(SLOT, "compare", project=session.project().id, model=model, table=chosen)
        st.rerun()


def _table_name(table: str, known: tuple[Dataset, ...], say: Phrases) -> str:
    of = next(each for each in known if each.id == table)
    facts = {"name": of.name, "rows": of.rows, "when": drifts.minute(of.provenance.read_at)}
    return say("drift.part.table_name", **facts)


def _which(kept: tuple[Kept, ...], say: Phrases) -> Kept:
    """The comparison to look at; the newest where none was chosen."""
    known = {each.id: each for each in kept}
    if len(kept) == 1:
        return kept[0]
    if st.session_state.get("drift-chosen") not in known:
        st.session_state["drift-chosen"] = kept[0].id
    chosen = st.selectbox(
        say("drift.part.kept"),
        list(known),
        format_func=lambda each: visible(_name(known[each], say)),
        key="drift-chosen",
    )
    return known[chosen]


def _name(kept: Kept, say: Phrases) -> str:
    who = "_who" if kept.who.name else ""
    facts = {"name": kept.of.name, "when": kept.when, "who": kept.who.name}
    return say(f"drift.part.kept_name{who}", **facts)


def _about(kept: Kept, say: Phrases) -> None:
    key = "drift.part.about" if kept.who.signed_in else "drift.part.about_typed"
    who = kept.who.name or say("drift.part.nobody")
    st.caption(plain_words(say(key, when=kept.when, who=who, hash=kept.of.short)))


def _rule(say: Phrases) -> None:
    limits = {"lost": LOST_RETRAIN, "carried": CARRIED_RETRAIN, "watch": LOST_WATCH}
    st.write(plain_words(say("drift.part.rule_text", weight=CARRIED_WATCH, **limits)))


def _remove(kept: Kept, say: Phrases) -> None:
    limits = rights.limits(Right.WORK, say)
    with st.popover(say("drift.part.remove"), icon=":material/delete:", **limits):
        st.write(say("drift.part.remove_sure"))
        if st.button(say("drift.part.remove_yes"), key=f"drift-remove-{kept.id}"):
            drifts.remove(session.folder(), kept.model, kept.id)
            st.rerun()
