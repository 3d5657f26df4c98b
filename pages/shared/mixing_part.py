"""Models together: whether it was worth it, and weights set by hand with the score at once."""

from __future__ import annotations

from functools import partial

import streamlit as st

from core.search.weights import Mix, Panel, by_share, greedy, score, wish
from core.store import mixing, searches
from core.store.roles import Right
from core.store.searches import Kept
from core.text.phrases import Phrases
from core.text.plain import plain_words
from pages.shared import cached, rights, session, training, working
from pages.shared.fold import fold

HUNDRED = 100


def part(known: Kept, say: Phrases) -> None:
    """The verdict of the search, and a fold to weigh by hand."""
    told = known.verdict
    if told is not None:
        key = "worth" if told.better else "not_worth"
        metric = say(f"evaluate.metric.{told.metric}.name")
        facts = {"gain": told.gain, "low": told.low, "high": told.high, "times": told.slower}
        st.write(plain_words(say(f"pages.train.{key}", metric=metric, **facts)))
    if not working.running("find"):
        inside = partial(_by_hand, known, say)
        fold(say("pages.train.mix"), "mix-fold", inside, ":material/join_inner:")


def _weighed(known: Kept) -> tuple[Panel, Mix | None]:
    """The best of each family, and what they should weigh; kept while the trials are the same.

    Another project's search of the same table and wish has trials of its own.
    """
    where = searches.place(session.folder(), known.search.spec.dataset, known.search.id)

    def made() -> tuple[Panel, Mix | None]:
        given = mixing.one_of_each(mixing.panel_of(where, known, session.dataset()))
        return given, greedy(given) if given.trials else None

    return cached.answer(("weighed", str(where), float(len(known.trials))), made)


def _by_hand(known: Kept, say: Phrases) -> None:
    given, found = _weighed(known)
    if found is None or len(given.trials) < 2:
        st.caption(say("pages.train.mix_few"))
        return
    st.caption(say("pages.train.mix_help"))
    columns = st.columns(len(given.trials))
    shares = tuple(
        float(
            column.slider(
                say(f"models.{trial.family}.name"),
                0,
                HUNDRED,
                round(HUNDRED * weight),
                key=f"weight-{known.search.id}-{trial.number}",
            )
        )
        for column, trial, weight in zip(columns, given.trials, found.weights, strict=True)
    )
    if not any(shares):
        st.caption(say("pages.train.mix_none"))
        return
    _shown(given, by_share(shares), known, say)


def _shown(given: Panel, mix: Mix, known: Kept, say: Phrases) -> None:
    """The score of the weights beside the best alone, and the wish for it."""
    together, alone = score(given, mix), given.trials[0].score
    left, right = st.columns((3, 1), vertical_alignment="center")
    name = say(f"models.{given.trials[0].family}.name")
    left.write(plain_words(say("pages.train.mixed", together=together, alone=alone, name=name)))
    spec = wish(given, mix)
    if right.button(
        say("pages.train.mix_go"),
        icon=":material/model_training:",
        key="mix-go",
        **rights.limits(Right.WORK, say, training.is_under_way()),
    ):
        training.start(spec, say)
