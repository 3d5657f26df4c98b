"""Which models do we have: all of them, what was said of each, and two to four side by side."""

from __future__ import annotations

import streamlit as st

from core.store import registry, registry_words
from core.store.registry import Registry
from core.store.side_by_side import MOST
from core.text.phrases import Phrases
from core.text.plain import plain_words
from pages.shared import (
    frame,
    journey,
    models_aside,
    models_beside,
    models_bring,
    models_one,
    session,
    working,
)
from pages.shared.fold import fold

SCORES = ("score", "low", "high")


def listed(found: Registry, say: Phrases) -> dict[str, str]:
    """The table of models; gives what those shown are called, by id."""
    away = [each for each in found.models if each.archived is not None]
    with_away = bool(away) and st.toggle(
        say("pages.models.with_archived", models=len(away)), key="models-with-archived"
    )
    shown = [each for each in found.models if with_away or each.archived is None]
    called = registry_words.names(shown, say)
    labels = registry_words.labels(shown, called, say)
    if not shown:
        st.write(say("pages.models.all_archived"))
        return labels
    st.caption(say("pages.models.count", models=len(shown)))
    st.dataframe(
        registry_words.table(shown, called, say),
        hide_index=True,
        key="models-table",
        alt=say("pages.models.title"),
        column_config={
            say(f"registry.column.{name}"): st.column_config.NumberColumn(format="%.3f")
            for name in SCORES
        },
    )
    return labels


def chosen(labels: dict[str, str], say: Phrases) -> list[str]:
    """One model to look at, or up to four to compare."""
    using = session.maybe_model() if session.project().target else None
    return st.multiselect(
        say("pages.models.choose"),
        list(labels),
        default=[using] if using in labels else list(labels)[:1],
        max_selections=MOST,
        format_func=lambda id_: labels.get(id_, id_),
        help=say("pages.models.choose_help"),
        key="models-chosen",
    )


def looked_at(found: Registry, ids: list[str], labels: dict[str, str], say: Phrases) -> None:
    """What there is to know of one, or of several beside each other."""
    if not ids:
        st.caption(say("pages.models.none_chosen"))
    elif len(ids) == 1:
        models_one.part(found[ids[0]], labels[ids[0]], say)
    else:
        models_beside.part(found, ids, labels, say)


def nothing(say: Phrases) -> None:
    """Where to go while there is no model."""
    st.write(say("pages.models.empty"))
    if st.button(say("pages.missing.model.go"), type="primary", key="models-train"):
        journey.go("train")


with frame.page("models") as say:
    folder = session.folder()
    working.panel(models_bring.SLOT, say, models_bring.came)
    models_bring.told(say)
    found = registry.registry(folder)
    if found.models:
        labels = listed(found, say)
        ids = [id_ for id_ in chosen(labels, say) if id_ in labels] if labels else []
        looked_at(found, ids, labels, say)
    else:
        nothing(say)
    bring = say("pages.models.bring")
    fold(bring, "models-bring", lambda: models_bring.part(say), ":material/upload:")
    if found.aside:
        st.warning(plain_words(say("pages.models.aside", models=len(found.aside))))
        inside = say("pages.models.aside_fold")
        fold(inside, "models-aside", lambda: models_aside.part(found.aside, say))
