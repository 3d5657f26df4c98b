"""One model: what is known of it, what was said of it, and what can be done with it."""

from __future__ import annotations

import streamlit as st

from core.store import packing, registry, registry_words, said
from core.store.registry import Model
from core.store.roles import Right
from core.store.said import Mark
from core.text.phrases import Phrases
from core.text.plain import plain, plain_words
from pages.shared import rights, session, show
from pages.shared.fold import fold


def part(model: Model, name: str, say: Phrases) -> None:
    """Everything about it."""
    st.subheader(plain(name))
    _about(model, say)
    _standing(model, say)
    _notes(model, say)
    inside = say("pages.models.export")
    fold(inside, "models-export", lambda: _export(model, say), ":material/download:")


def _about(model: Model, say: Phrases) -> None:
    entry = model.entry
    facts = {"training": entry.training_rows, "held_out": entry.held_out_rows}
    about = say("pages.models.about", question=registry_words.question(entry, say), **facts)
    st.write(plain_words(about))
    for place, score in zip(st.columns(4), entry.scores[:4], strict=False):
        with place:
            show.score(score, say)
    if model.champion is not None:
        st.caption(plain_words(_by("champion", model.champion, say)))
    if model.archived is not None:
        st.caption(plain_words(_by("archived", model.archived, say)))
    if model.review:
        state = registry_words.review(model, say)
        st.caption(plain_words(say("pages.models.review", state=state)))


def _by(what: str, mark: Mark, say: Phrases) -> str:
    return say(
        f"pages.models.{what}_by", who=_who(mark, say), when=registry_words.moment(mark.when)
    )


def _who(mark: Mark, say: Phrases) -> str:
    name = mark.who or say("pages.models.nobody")
    return name if mark.signed_in else say("pages.models.unchecked", name=name)


def _standing(model: Model, say: Phrases) -> None:
    """Champion or not, put away or not, in use or not; and its end."""
    folder, id_ = session.folder(), model.entry.id
    limits = rights.limits(Right.WORK, say)
    with st.container(horizontal=True):
        if model.archived is not None:
            if st.button(say("pages.models.restore"), key=f"restore-{id_}", **limits):
                registry.restore(folder, id_)
                st.rerun()
        else:
            _in_use(model, say)
            _champion(model, say)
            _archive(id_, say)
        with st.popover(say("pages.models.remove"), icon=":material/delete:", **limits):
            st.write(say("pages.models.remove_sure"))
            if st.button(say("pages.models.remove_yes"), key=f"delete-{id_}"):
                registry.remove(folder, id_)
                st.rerun()


def _in_use(model: Model, say: Phrases) -> None:
    asked = session.project()
    there = {entry.id for entry in session.board()} if asked.target else set()
    id_ = model.entry.id
    if id_ not in there:
        st.caption(say("pages.models.other_question"))
    elif id_ == session.maybe_model():
        st.caption(say("pages.models.in_use"))
    elif st.button(say("pages.models.use"), key=f"use-{id_}"):
        session.choose(model=id_)
        st.rerun()


def _champion(model: Model, say: Phrases) -> None:
    id_ = model.entry.id
    if model.champion is not None:
        limits = rights.limits(Right.WORK, say)
        if st.button(say("pages.models.uncrown"), key=f"uncrown-{id_}", **limits):
            registry.uncrown(session.folder(), id_)
            st.rerun()
    elif st.button(
        say("pages.models.crown"),
        key=f"crown-{id_}",
        icon=":material/trophy:",
        **rights.limits(Right.WORK, say, hint=say("pages.models.crown_help")),
    ):
        registry.crown(session.folder(), id_)
        st.rerun()


def _archive(id_: str, say: Phrases) -> None:
    limits = rights.limits(Right.WORK, say)
    with st.popover(say("pages.models.archive"), icon=":material/archive:", **limits):
        st.write(say("pages.models.archive_sure"))
        if st.button(say("pages.models.archive_yes"), key=f"archive-{id_}"):
            registry.archive(session.folder(), id_)
            st.rerun()


def _notes(model: Model, say: Phrases) -> None:
    """What people wrote, oldest first, and a field for more."""
    folder, id_ = session.folder(), model.entry.id
    limits = rights.limits(Right.WORK, say)
    st.markdown(f"**{say('pages.models.notes')}**")
    for each in said.notes(folder, id_):
        with st.container(horizontal=True, vertical_alignment="center", key=f"note-{each.id}"):
            st.write(plain_words(each.text))
            by = say(
                "pages.models.note_by",
                who=_who(each.mark, say),
                when=registry_words.moment(each.mark.when),
            )
            st.caption(plain_words(by))
            label, key = say("pages.models.unnote"), f"unnote-{each.id}"
            if st.button(label, key=key, type="tertiary", **limits):
                registry.unnote(folder, id_, each.id)
                st.rerun()
    with st.form(f"note-{id_}", clear_on_submit=True, border=False):
        text = st.text_area(
            say("pages.models.note"),
            max_chars=registry.NOTE_AT_MOST,
            key=f"note-text-{id_}",
            **rights.limits(Right.WORK, say, hint=say("pages.models.note_help")),
        )
        icon = ":material/edit_note:"
        if st.form_submit_button(say("pages.models.note_keep"), icon=icon, **limits):
            registry.note(folder, id_, text)
            st.rerun()


def _export(model: Model, say: Phrases) -> None:
    """A file to use elsewhere, once somebody said that customers' rows may leave in it."""
    if not rights.told(Right.EXPORT, say):
        return
    folder, id_ = session.folder(), model.entry.id
    found = packing.inside(folder, id_)
    facts = {"rows": found.rows, "answers": found.answers}
    st.write(say("pages.models.export_about", **facts))
    with st.form(f"export-{id_}", border=False, clear_on_submit=True):
        sure = st.checkbox(say("pages.models.export_sure", **facts), key=f"export-sure-{id_}")
        asked = st.form_submit_button(say("pages.models.export_make"), icon=":material/inventory:")
    if asked:
        content = packing.packed(folder, id_, sure, say)
        label, file = say("pages.models.export_take"), f"model-{id_}.zip"
        show.take(label, lambda: content, file, "application/zip", f"export-file-{id_}")
