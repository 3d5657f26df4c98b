"""Two to four models beside each other: figures, one chart, reasons, settings and the rest."""

from __future__ import annotations

from typing import Any

import streamlit as st

from core.charts.board import points as board_points
from core.store import group_words, groups_beside, side_by_side, side_words
from core.store.models import SavedModel
from core.store.registry import Registry
from core.store.side_by_side import Pairing, SideBySide
from core.text.phrases import Phrases
from core.text.plain import plain_words
from pages.shared import cached, session, show


def part(found: Registry, ids: list[str], labels: dict[str, str], say: Phrases) -> None:
    """The first that was chosen against each of the others."""
    project, names = str(session.folder()), tuple(labels[id_] for id_ in ids)
    saved = tuple(cached.saved(project, id_) for id_ in ids)
    entries = tuple(found[id_].entry for id_ in ids)
    tried = found.rivals(ids[0])
    kept = side_by_side.reasons_kept(session.folder(), tuple(ids))
    key: cached.Key = (project, "beside", *ids, float(tried), kept)
    beside = cached.answer(
        key, lambda: side_by_side.side_by_side(session.folder(), saved, entries, tried)
    )
    st.subheader(say("pages.models.beside"))
    st.caption(plain_words(side_words.pairing(beside, say)))
    _table("figures", side_words.figures(beside, names, say), say)
    if beside.pairing is Pairing.PAIRED:
        _table("differences", side_words.differences(beside, names, say), say)
    _chart(beside, tuple(zip(names, saved, strict=True)), tried, say)
    st.markdown(f"**{say('pages.models.beside_reasons')}**")
    if any(side.reasons for side in beside.sides):
        _table("reasons", side_words.reasons(beside, names, say), say)
    else:
        st.caption(say("registry.side.no_reasons"))
    if beside.pairing is not Pairing.OTHER_QUESTION:
        _groups(saved, names, (*key, *(each.evaluation.threshold for each in saved)), say)
    st.markdown(f"**{say('pages.models.beside_settings')}**")
    if beside.settings:
        _table("settings", side_words.settings(beside, names, say), say)
    else:
        st.caption(say("registry.side.same_settings"))
    st.markdown(f"**{say('pages.models.beside_facts')}**")
    _table("facts", side_words.facts(beside, names, say), say)


def _groups(
    saved: tuple[SavedModel, ...], names: tuple[str, ...], key: cached.Key, say: Phrases
) -> None:
    """The same groups by each model."""
    st.markdown(f"**{say('pages.models.beside_groups')}**")
    project = session.folder()
    asked = groups_beside.columns_of(project, saved)
    if asked is None:
        st.caption(say("registry.groups.gone"))
    elif not asked:
        st.caption(say("registry.groups.none"))
    else:
        wanted = ("groups", *(column.name for column in asked))
        found = cached.answer(
            (*key, *wanted), lambda: groups_beside.groups_beside(project, saved, asked)
        )
        if found:
            _table("groups", group_words.beside(found, names, say), say)
        else:
            st.caption(say("registry.groups.few"))


def _table(name: str, table: Any, say: Phrases) -> None:
    title = say(f"pages.models.beside_{name}")
    st.dataframe(table, hide_index=True, key=f"beside-{name}", alt=title)
    file = f"models-{name}.csv"
    show.download(say("pages.show.download"), table, file, f"beside-download-{name}")


def _chart(
    beside: SideBySide, named: tuple[tuple[str, SavedModel], ...], tried: int, say: Phrases
) -> None:
    """Paired differences where there are any, else each model by its own interval."""
    key = (str(session.folder()), "beside-chart", *(side.entry.id for side in beside.sides))
    if beside.pairing is Pairing.PAIRED:
        names = tuple(name for name, _ in named)
        points = cached.answer(
            (*key, *names, float(tried)), lambda: side_by_side.against(named, tried)
        )
        show.draw("versus", points, say, "beside")
    elif beside.pairing is Pairing.OTHER_ROWS:
        lines = tuple(
            show.board_line(side.entry, name, None, side.entry.scores)
            for (name, _), side in zip(named, beside.sides, strict=True)
        )
        show.draw("board", board_points(beside.sides[0].entry.spec.task, lines), say, "beside")
