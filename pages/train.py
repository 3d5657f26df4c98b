"""Choose how to model, train beside the app, and see every model on the board."""

import streamlit as st

from core.charts.board import points as board_points
from core.charts.training_curve import points as curve_points
from core.models.family import families
from core.store import history, registry
from core.store.models import Entry
from core.store.roles import Right
from core.text.phrases import Phrases
from core.text.plain import plain_words
from core.train import splits
from core.train.naming import chosen_words
from core.train.spec import BY_COLUMN, ModelSpec, Split, SplitKind
from core.train.target import task_of
from core.train.wish import Choices, wish
from pages.shared import (
    cached,
    inputs,
    journey,
    rights,
    search_part,
    session,
    show,
    training,
    working,
)
from pages.shared.frame import page

HELD_OUT = (0.1, 0.5, 0.25, 0.05)  # lowest, highest, usual, step


def choices(say: Phrases) -> Choices:
    """A family, its settings, and how customers are held out."""
    asked = session.asked()
    task = task_of(session.dataset().schema[asked.target])
    known = {k: f for k, f in families().items() if task in f.tasks and f.on_menu}
    family = st.segmented_control(
        say("pages.train.family"),
        list(known),
        default=next(iter(known)),
        required=True,
        format_func=lambda key: say(f"models.{key}.name"),
        key="family",
        persist_state="session",
    )
    st.caption(say(f"models.{family}.about"))
    wanted = history.wanted(session.folder(), session.dataset().id)
    left, right = st.columns(2)
    with left.expander(say("pages.train.settings"), icon=":material/settings:"):
        balance = wanted.balanced if asked.outcome else None
        params = inputs.settings(known[family], task, say)
        balanced, seed = manner(balance, say)
    with right.expander(say("pages.train.split"), icon=":material/call_split:"):
        held_out = split(wanted.latest, say)
    return Choices(family, params, held_out, balanced, seed)


def wished(chosen: Choices) -> ModelSpec:
    """The question in use, asked of the table in use."""
    now = session.asked()
    return wish(session.dataset(), now.target, now.outcome, chosen)


def by_hand(chosen: Choices, say: Phrases) -> None:
    """Trains one kind of model with its settings."""
    working.join(training.SLOT, training.SLOT, project=session.project().id)
    if st.button(
        say("pages.train.go"),
        icon=":material/model_training:",
        **rights.limits(Right.WORK, say, training.is_under_way()),
    ):
        training.start(wished(chosen), say)


def manner(balance: bool | None, say: Phrases) -> tuple[bool, int]:
    """The weighing of answers and the seed.

    ``balance`` is whether a remedy asked to weigh the answers; None where there are none to weigh.
    """
    balanced = balance is not None and st.toggle(
        say("pages.train.balanced"),
        value=balance,
        help=say("pages.train.balanced_help"),
        key="balanced-asked" if balance else "balanced",
        persist_state="session",
    )
    seed = st.number_input(
        say("pages.train.seed"),
        0,
        2**31 - 1,
        0,
        help=say("pages.train.seed_help"),
        key="seed",
        persist_state="session",
    )
    return balanced, seed


def split(latest: str | None, say: Phrases) -> Split:
    """By share, by date, by place, or by group where the table has a column for it.

    ``latest`` is what a remedy asked for (``history.Wanted``).
    """
    schema = session.dataset().schema
    st.caption(say("pages.train.split_help"))
    allowed, usual = splits.ways(schema), splits.proposed(schema).kind
    if latest is not None:
        usual = SplitKind.DATE if latest in allowed.get(SplitKind.DATE, ()) else SplitKind.LAST
    kind = st.segmented_control(
        say("pages.train.split"),
        list(allowed),
        default=usual,
        required=True,
        format_func=lambda kind: say(f"pages.train.split_{kind}"),
        key=f"split-{session.project().id}-{usual}",
    )
    st.caption(say(f"pages.train.split_{kind}_means"))
    share = st.slider(say("pages.train.held_out"), *HELD_OUT, format="percent", key="held-out")
    column = ""
    if kind in BY_COLUMN:
        names = sorted(allowed[kind], key=lambda name: name != latest)
        column = st.selectbox(say("pages.train.split_column"), names, key=f"split-column-{kind}")
    return Split(kind, share, column)


def trained(result: dict[str, str]) -> None:
    """The new model is the one in use."""
    session.choose(model=result["model"])


def board(entries: tuple[Entry, ...], say: Phrases) -> None:
    """Every model of the question, the best first."""
    using = session.maybe_model()
    names = session.names(say)
    lines = tuple(show.board_line(e, names[e.id], using, e.scores) for e in entries)
    show.draw("board", board_points(entries[0].spec.task, lines), say)


def in_use(say: Phrases) -> None:
    """What is to be said of the model in use."""
    using = session.maybe_model()
    if using is None:
        return
    model = cached.saved(str(session.folder()), using).model
    name = session.names(say)[using]
    counts = {"training": model.training_rows, "held_out": len(model.held_out)}
    st.write(plain_words(say("pages.train.learned", name=name, **counts)))
    for note in model.notes:
        st.caption(say(note))
    if model.chosen:
        settings = chosen_words(model.spec, model.chosen, say)
        st.caption(plain_words(say("train.name.chosen", settings=settings)))
    if model.curve.steps:
        show.draw("training_curve", curve_points(name, model.curve), say)


def removal(say: Phrases) -> None:
    """Asks once more before the model in use goes."""
    using = session.maybe_model()
    if using is None:
        return
    with st.popover(say("pages.train.remove"), icon=":material/delete:"):
        name = session.names(say)[using]
        st.write(plain_words(say("pages.train.remove_sure", name=name)))
        if st.button(say("pages.train.remove_yes"), key=f"remove-{using}"):
            registry.remove(session.folder(), using)
            st.rerun()


with page("train") as say:
    best = st.container()
    st.subheader(say("pages.train.by_hand"))
    chosen = choices(say)
    show.stops(cached.findings() or (), say)
    by_hand(chosen, say)
    working.panel(training.SLOT, say, trained)
    st.subheader(say("pages.train.board"))
    entries = session.board()
    if entries:
        board(entries, say)
        in_use(say)
        with st.container(horizontal=True):
            if st.button(say("pages.train.next"), icon=":material/query_stats:"):
                journey.go("evaluate")
            if session.may(Right.WORK):
                removal(say)
    else:
        st.write(say("pages.train.empty"))
    if session.damaged():
        st.warning(plain_words(say("pages.train.damaged", ids=session.damaged())))
    # last, above all else: where there is no wish to be made, what is there already is shown
    with best:
        search_part.part(wished(chosen), say)
