"""How good the models are on customers they never saw; one slider moves every chart."""

from typing import Any

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
from core.models.family import Task
from core.text.phrases import Phrases
from core.text.plain import plain_words
from pages.shared import cached, frame, journey, session, show

CARDS = {
    Task.BINARY: ("roc_auc", "precision", "recall", "f1"),
    Task.MULTICLASS: ("macro_roc_auc", "accuracy", "macro_f1", "log_loss"),
    Task.REGRESSION: ("mae", "rmse", "r2"),
}
THRESHOLDS = (0.0, 1.0, 0.005)
Evaluations = dict[str, Evaluation]


def chosen(say: Phrases) -> Evaluations:
    """The models to compare by name, the one in use first."""
    names, using = session.names(say), session.model_id()
    ids = st.multiselect(
        say("pages.evaluate.models"),
        list(names),
        default=[using],
        format_func=lambda id_: names[id_],
        key=f"compared-{using}",
    )
    project = str(session.folder())
    return {
        names[id_]: cached.saved(project, id_).evaluation for id_ in dict.fromkeys(ids or [using])
    }


def cards(evaluation: Evaluation, say: Phrases) -> None:
    """The figures that count, with their intervals."""
    names = CARDS[evaluation.predictions.task]
    for place, name in zip(st.columns(len(names)), names, strict=True):
        with place:
            show.score(evaluation[name], say)


def binary(found: Evaluations, say: Phrases) -> None:
    """ROC and lift, and everything else a threshold moves."""
    first = next(iter(found.values()))
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
    best = best_threshold(first.predictions)
    st.caption(say("evaluate.threshold.best", threshold=best))
    moved = {name: at_threshold(each, threshold) for name, each in found.items()}
    cards(next(iter(moved.values())), say)
    models = tuple((name, each.predictions) for name, each in moved.items())
    pair(say, ("roc", roc.points(models, threshold)), ("lift", lift.points(models, threshold)))
    name, predictions = models[0]
    more(
        say,
        {
            "confusion": lambda: ("confusion", confusion.points(name, predictions, threshold)),
            "gains": lambda: ("gains", gains.points(models, threshold)),
            "precision_recall": lambda: (
                "precision_recall",
                precision_recall.points(models, threshold),
            ),
            "calibration": lambda: ("calibration", calibration.points(models)),
            "all": lambda: ("board", all_figures(moved)),
        },
    )


def several(found: Evaluations, say: Phrases) -> None:
    """One answer against the rest, and each answer."""
    cards(next(iter(found.values())), say)
    models = tuple((name, each.predictions) for name, each in found.items())
    name, predictions = models[0]
    of = st.selectbox(
        say("pages.evaluate.class"), predictions.classes, key="looked-at", persist_state="session"
    )
    number = predictions.classes.index(of)
    every = (
        roc.points_by_class(predictions) if len(models) == 1 else roc.points(models, 0.5, number)
    )
    pair(say, ("roc", every), ("confusion", confusion.points(name, predictions)))
    more(
        say,
        {
            "classes": lambda: ("classes", classes.points(name, predictions)),
            "gains": lambda: ("gains", gains.points(models, 0.5, number)),
            "precision_recall": lambda: (
                "precision_recall",
                precision_recall.points(models, 0.5, number),
            ),
            "calibration": lambda: ("calibration", calibration.points(models, number)),
            "all": lambda: ("board", all_figures(found)),
        },
    )


def regression(found: Evaluations, say: Phrases) -> None:
    """Predicted against actual, and what is left over."""
    cards(next(iter(found.values())), say)
    errors = predicted_actual.points(tuple((n, each.predictions) for n, each in found.items()))
    pair(say, ("predicted_actual", errors), ("residuals", errors))
    more(say, {"all": lambda: ("board", all_figures(found))})


def all_figures(found: Evaluations) -> board.Board:
    """Every figure of every compared model."""
    names, using = session.names(session.words()), session.model_id()
    entries = {names[entry.id]: entry for entry in session.board()}
    lines = tuple(
        show.board_line(entries[name], name, using, each.scores) for name, each in found.items()
    )
    return board.points(next(iter(found.values())).predictions.task, lines)


def pair(say: Phrases, *charts: tuple[str, object]) -> None:
    """Charts side by side."""
    for place, (key, points) in zip(st.columns(len(charts)), charts, strict=True):
        with place:
            show.draw(key, points, say)


def more(say: Phrases, charts: dict[str, Any]) -> None:
    """Charts behind tabs, made when a tab is opened."""
    labels = [say(f"pages.evaluate.tab_{name}") for name in charts]
    tabs = st.tabs(labels, key="evaluate-tabs", on_change="rerun")
    for tab, make in zip(tabs, charts.values(), strict=True):
        if tab.open:
            with tab:
                key, points = make()
                show.draw(key, points, say)


def answer(found: Evaluations, say: Phrases) -> None:
    """The sentence, the figures and the charts of the task."""
    first = next(iter(found.values()))
    finding = headline(first)
    st.subheader(plain_words(say(f"evaluate.headline.{finding.key}", **finding.facts)))
    st.caption(say("evaluate.held_out.note", rows=len(first.predictions.rows)))
    draw = {Task.BINARY: binary, Task.MULTICLASS: several, Task.REGRESSION: regression}
    draw[first.predictions.task](found, say)


with frame.page("evaluate") as say:
    session.model_id()
    compared = chosen(say)
    frame.fragment(lambda say: answer(compared, say), say)
    if st.button(say("pages.evaluate.next"), type="primary"):
        journey.go("explain")
