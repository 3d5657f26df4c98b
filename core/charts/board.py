"""Every trained model by its headline figure, with the interval and what no model reaches."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
import plotly.graph_objects as go

from core.charts.chart import Chart, Drawing, Look
from core.charts.colours import NEUTRAL, OTHER, OUTCOME
from core.charts.dots import Dot, dots, in_rows
from core.evaluate.evaluation import Score
from core.evaluate.metric import headline_metric, metrics, metrics_of
from core.models.family import Task
from core.text.plain import visible

MARKS = ((False, OTHER, "circle", "others"), (True, OUTCOME, "diamond", "chosen"))


@dataclass(frozen=True)
class Line:
    """One model of the board; ``baseline``: it is no model; ``chosen``: it is in use."""

    name: str
    scores: tuple[Score, ...]
    seconds: float
    training_rows: int
    held_out_rows: int
    trained_at: str
    baseline: bool = False
    chosen: bool = False

    def score(self, metric: str) -> Score:
        """The score of that metric. Raises StopIteration."""
        return next(score for score in self.scores if score.metric == metric)


@dataclass(frozen=True)
class Board:
    """Models of one question, the best by the task's headline metric first."""

    task: Task
    lines: tuple[Line, ...]


def points(task: Task, lines: tuple[Line, ...]) -> Board:
    """The board in the order of the headline metric."""
    metric = headline_metric(task)
    sign = metric.better.sign
    return Board(task, tuple(sorted(lines, key=lambda line: -sign * line.score(metric.key).value)))


def draw(board: Board, look: Look) -> Drawing:
    """One dot a model with its interval; no model as a line across."""
    metric = headline_metric(board.task).key
    figure, axis = go.Figure(), look.say(f"evaluate.metric.{metric}.name")
    for chosen, colour, symbol, key in MARKS:
        shown = [_dot(line, metric) for line in board.lines if line.chosen is chosen]
        figure.add_trace(dots(shown, colour, look.say(f"charts_board.{key}"), symbol))
    zero = next((line for line in board.lines if line.baseline), None)
    if zero is not None:
        figure.add_vline(zero.score(metric).value, line_dash="dot", line_color=NEUTRAL)
    in_rows(figure, [line.name for line in board.lines], axis)
    return Drawing(figure, _title(board, metric, look), _sentence(board, look), _table(board, look))


def _dot(line: Line, metric: str) -> Dot:
    score = line.score(metric)
    return Dot(line.name, score.value, score.low, score.high)


def _title(board: Board, metric: str, look: Look) -> str:
    best = board.lines[0]
    if best.baseline:
        return look.say("charts_board.none_better")
    facts = {"name": visible(best.name), "metric": look.say(f"evaluate.metric.{metric}.name")}
    return look.say("charts_board.title", value=best.score(metric).value, **facts)


def _sentence(board: Board, look: Look) -> str:
    rows = max(line.held_out_rows for line in board.lines)
    return look.say("charts_board.sentence", rows=rows, models=len(board.lines))


def _table(board: Board, look: Look) -> pd.DataFrame:
    def cells(line: Line) -> dict[str, object]:
        known = {score.metric: score for score in line.scores}
        figures = {
            look.say(f"evaluate.metric.{m.key}.name"): look.say(
                "charts_board.cell",
                value=known[m.key].value,
                low=known[m.key].low,
                high=known[m.key].high,
            )
            for m in metrics_of(board.task)
            if m.key in known
        }
        return {
            look.say("charts_board.model"): line.name,
            **figures,
            look.say("charts_board.seconds"): round(line.seconds, 1),
            look.say("charts_board.training_rows"): line.training_rows,
            look.say("charts_board.trained_at"): line.trained_at,
        }

    return pd.DataFrame([cells(line) for line in board.lines])


def example() -> Board:
    """Two models and no model."""

    def line(name: str, auc: float, **kind: bool) -> Line:
        keys = [m.key for m in metrics().values() if Task.BINARY in m.tasks]
        scores = tuple(Score(key, auc, auc - 0.02, auc + 0.02) for key in keys)
        return Line(name, scores, 3.2, 9247, 3083, "2026-11-22T02:00:00+00:00", **kind)

    lines = (
        line("No model", 0.5, baseline=True),
        line("SVM", 0.88),
        line("Forest", 0.92, chosen=True),
    )
    return points(Task.BINARY, lines)


CHART = Chart("board", draw, example)
