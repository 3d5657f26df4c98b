"""How good the models are on customers they never saw; one slider moves every chart."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import streamlit as st

from core.charts import (
    board,
    calibration,
    classes,
    confusion,
    gains,
    lift,
    precision_recall,
    predicted_actual,
    roc,
)
from core.evaluate.evaluating import at_threshold, best_threshold
from core.evaluate.evaluation import Evaluation
from core.evaluate.headline import headline
from core.evaluate.membership import TOLD_FROM
from core.evaluate.units import count_of
from core.evaluate.versus import versus
from core.models.family import Task
from core.predict import Predictions
from core.review.together import together
from core.text.phrases import Phrases
from core.text.plain import plain_words
from pages.shared import (
    cached,
    calibrate_part,
    cohort_choice,
    frame,
    journey,
    review_pieces,
    robust_part,
    session,
    show,
    smaller_part,
)

CARDS = {
    Task.BINARY: ("roc_auc", "precision", "recall", "f1"),
    Task.MULTICLASS: ("macro_roc_auc", "accuracy", "macro_f1", "log_loss"),
    Task.REGRESSION: ("mae", "rmse", "r2"),
}
THRESHOLDS = (0.0, 1.0, 0.005)
AT_ONCE = 2  # charts before the tabs
Evaluations = dict[str, Evaluation]
Charts = dict[str, tuple[str, Callable[[], object]]]


@dataclass(frozen=True)
class Compared:
    """The models to compare by name, the one in use first; ``key`` tells them from others."""

    evaluations: Evaluations
    key: cached.Key

    @property
    def first(self) -> Evaluation:
        return next(iter(self.evaluations.values()))

    @property
    def models(self) -> tuple[tuple[str, Predictions], ...]:
        return tuple((name, each.predictions) for name, each in self.evaluations.items())


def chosen(say: Phrases) -> Compared:
    """What the visitor wants to compare."""
    names, using = session.names(say), session.model_id()
    ids = st.multiselect(
        say("pages.evaluate.models"),
        list(names),
        default=[using],
        format_func=lambda id_: names[id_],
        key=f"compared-{using}",
    )
    project, ids = str(session.folder()), list(dict.fromkeys(ids or [using]))
    found = {names[id_]: cached.saved(project, id_).evaluation for id_ in ids}
    # what is compared is judged by how many there are
    return Compared(found, (project, using, *ids, *found, float(len(names))))


def among(found: Compared, say: Phrases) -> Compared:
    """The same models judged on the customers of a saved cohort, where one is chosen."""
    return Compared(*cohort_choice.judged(found.evaluations, found.key, say))


def cards(evaluation: Evaluation, say: Phrases) -> None:
    """The figures that count, with their intervals."""
    names = CARDS[evaluation.predictions.task]
    for place, name in zip(st.columns(len(names)), names, strict=True):
        with place:
            show.score(evaluation[name], say)


def binary(found: Compared, say: Phrases) -> None:
    """ROC and lift, and everything else a threshold moves."""
    first = found.first
    low, high, step = THRESHOLDS
    threshold = st.slider(
        say("evaluate.threshold.name"),
        low,
        high,
        first.threshold,
        step,
        format="percent",
        help=say("evaluate.threshold.help"),
        key=f"threshold-{session.model_id()}",
    )
    best = cached.answer((*found.key, "best"), lambda: best_threshold(first.predictions))
    st.caption(say("evaluate.threshold.best", threshold=best))
    key = (*found.key, threshold)
    moved = cached.answer((*key, "moved"), lambda: at(found.evaluations, threshold))
    cards(next(iter(moved.values())), say)
    models, (name, predictions) = found.models, found.models[0]
    charts: Charts = {
        "roc": ("roc", lambda: roc.points(models, threshold)),
        "lift": ("lift", lambda: lift.points(models, threshold)),
        "confusion": ("confusion", lambda: confusion.points(name, predictions, threshold)),
        "gains": ("gains", lambda: gains.points(models, threshold)),
        "precision_recall": (
            "precision_recall",
            lambda: precision_recall.points(models, threshold),
        ),
        "calibration": ("calibration", lambda: calibration.points(models)),
        **compared_with(found),
        "all": ("board", lambda: all_figures(moved)),
    }
    shown(charts, key, say)


def at(found: Evaluations, threshold: float) -> Evaluations:
    """The same evaluations with another threshold."""
    return {name: at_threshold(each, threshold) for name, each in found.items()}


def several(found: Compared, say: Phrases) -> None:
    """One answer against the rest, and each answer."""
    cards(found.first, say)
    models, (name, predictions) = found.models, found.models[0]
    of = st.selectbox(
        say("pages.evaluate.class"), predictions.classes, key="looked-at", persist_state="session"
    )
    number = predictions.classes.index(of)
    charts: Charts = {
        "roc": (
            "roc",
            lambda: (
                roc.points(models, 0.5, number)
                if len(models) > 1
                else roc.points_by_class(predictions)
            ),
        ),
        "confusion": ("confusion", lambda: confusion.points(name, predictions)),
        "classes": ("classes", lambda: classes.points(name, predictions)),
        "gains": ("gains", lambda: gains.points(models, 0.5, number)),
        "precision_recall": (
            "precision_recall",
            lambda: precision_recall.points(models, 0.5, number),
        ),
        "calibration": ("calibration", lambda: calibration.points(models, number)),
        **compared_with(found),
        "all": ("board", lambda: all_figures(found.evaluations)),
    }
    shown(charts, (*found.key, number), say)


def regression(found: Compared, say: Phrases) -> None:
    """Predicted against actual, and what is left over."""
    cards(found.first, say)
    charts: Charts = {
        "predicted_actual": ("predicted_actual", lambda: predicted_actual.points(found.models)),
        "residuals": ("residuals", lambda: predicted_actual.points(found.models)),
        **compared_with(found),
        "all": ("board", lambda: all_figures(found.evaluations)),
    }
    shown(charts, found.key, say)


def compared_with(found: Compared) -> Charts:
    """The first model against the others, with care for all that are on the board."""
    if len(found.models) == 1:
        return {}
    tried = len(session.board()) - 1
    return {"versus": ("versus", lambda: versus(found.models, tried))}


def all_figures(found: Evaluations) -> board.Board:
    """Every figure of every compared model."""
    names, using = session.names(session.words()), session.model_id()
    entries = {names[entry.id]: entry for entry in session.board()}
    lines = tuple(
        replace(
            show.board_line(entries[name], name, using, each.scores),
            held_out_rows=len(each.predictions.rows),
        )
        for name, each in found.items()
    )
    return board.points(next(iter(found.values())).predictions.task, lines)


def shown(charts: Charts, key: cached.Key, say: Phrases) -> None:
    """The first two side by side, the others behind tabs, made when a tab is opened."""
    first, others = list(charts)[:AT_ONCE], list(charts)[AT_ONCE:]
    labels = [say(f"pages.evaluate.tab_{name}") for name in others]
    places = dict(zip(first, st.columns(len(first)), strict=True))
    tabs = st.tabs(labels, key="evaluate-tabs", on_change="rerun")
    places |= {name: tab for name, tab in zip(others, tabs, strict=True) if tab.open}
    for name, place in places.items():
        chart, make = charts[name]
        with place:
            show.draw(chart, cached.answer((*key, name), make), say)


def answer(found: Compared, say: Phrases) -> None:
    """The sentence, the figures and the charts of the task."""
    first = found.first
    finding = cached.answer((*found.key, "headline"), lambda: headline(first))
    st.subheader(plain_words(say(f"evaluate.headline.{finding.key}", **finding.facts)))
    rows, units = len(first.predictions.rows), count_of(first.predictions)
    note = say("evaluate.held_out.note", rows=rows)
    review_pieces.caption(note, together(rows, units), say)
    memory = cached.remembered(str(session.folder()), session.model_id())
    if memory > TOLD_FROM:
        st.info(say("evaluate.remembered", chance=memory), icon=":material/visibility:")
    draw = {Task.BINARY: binary, Task.MULTICLASS: several, Task.REGRESSION: regression}
    draw[first.predictions.task](found, say)


with frame.page("evaluate") as say:
    session.model_id()
    calibrate_part.panel(say)
    smaller_part.panel(say)
    compared = among(chosen(say), say)
    frame.fragment(lambda say: answer(compared, say), say)
    robust_part.part(say)
    calibrate_part.part(say)
    smaller_part.part(say)
    if st.button(say("pages.evaluate.next"), type="primary"):
        journey.go("explain")
