"""Evidence as a page shows it: sentences with what they speak for, charts and tables."""

from __future__ import annotations

from collections.abc import Iterable

import streamlit as st

from core.questions.shown import as_frame
from core.review.piece import Drawn, Listed, Piece, Said
from core.text.phrases import Phrases
from core.text.plain import plain_words
from pages.shared import show

ICONS = {
    True: ":green[:material/check_circle:]",
    False: ":orange[:material/warning:]",
    None: ":gray[:material/info:]",
}


def pieces(shown: tuple[Piece, ...], name: str, say: Phrases) -> None:
    """Sentences first, then charts, in two rows where there are several, and tables."""
    said = [each for each in shown if isinstance(each, Said)]
    st.markdown("\n\n".join(f"{ICONS[each.good]} {_words(each, say)}" for each in said))
    drawn = [each for each in shown if isinstance(each, Drawn)]
    places = st.columns(2) if len(drawn) > 1 else [st.container()]
    for at, each in enumerate(drawn):
        with places[at % len(places)]:
            show.draw(each.chart, each.points, say, f"{name}-{at}")
    for at, table in enumerate(each for each in shown if isinstance(each, Listed)):
        _listed(table, f"{name}-{at}", say)


def caption(sentence: str, said: Iterable[Said], say: Phrases) -> None:
    """A sentence in small print, and what is said beside it."""
    told = (say(each.key, **each.facts) for each in said)
    st.caption(plain_words(" ".join([sentence, *told])))


def _words(said: Said, say: Phrases) -> str:
    return plain_words(say(said.key, **said.facts))


def _listed(table: Listed, name: str, say: Phrases) -> None:
    title = say(table.title)
    st.markdown(f"**{plain_words(title)}**")
    st.dataframe(as_frame(table, say), hide_index=True, key=f"evidence-{name}", alt=title)


def balance(shown: tuple[Piece, ...]) -> tuple[int, int]:
    """How many sentences speak for the model, and how many against it."""
    said = [each.good for each in shown if isinstance(each, Said)]
    return said.count(True), said.count(False)
