"""A search so far: what each kind of model reaches on rows set aside in turn."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import pandas as pd
import plotly.graph_objects as go

from core.charts.chart import Chart, Drawing, Look
from core.charts.colours import OTHER, OUTCOME, QUIET
from core.charts.dots import Dot, dots, in_rows
from core.evaluate.metric import Metric, metrics
from core.search.trial import Ended, Standing, Trial, leaders, ranked, standing
from core.text.phrases import Phrases
from core.text.plain import plot_text

KEY = "charts_found"


@dataclass(frozen=True)
class Found:
    """The key of the metric that a search's trials were judged by, the trials, the seconds it has
    taken, and in how many parts rows were set aside."""

    by: str
    trials: tuple[Trial, ...]
    spent: float
    parts: int

    @property
    def metric(self) -> Metric:
        return metrics()[self.by]

    @property
    def best(self) -> tuple[Trial, ...]:
        """The best of each family, the best first."""
        return leaders(self.trials, self.metric)


def draw(found: Found, look: Look) -> Drawing:
    """A row a family: its best with the interval, its others as small dots beside."""
    best, figure = found.best, go.Figure()
    names = {trial.family: plot_text(_name(trial, look.say)) for trial in best}
    others = [t for t in ranked(found.trials, found.metric) if t not in best]
    figure.add_scatter(
        x=[t.score for t in others],
        y=[names[t.family] for t in others],
        mode="markers",
        marker={"color": QUIET, "size": 7},
        name=look.say(f"{KEY}.others"),
        hovertemplate="%{y}: %{x:.4g}<extra></extra>",
    )
    for some, colour, symbol, key in (
        (best[1:], OTHER, "circle", "best"),
        (best[:1], OUTCOME, "diamond", "ahead"),
    ):
        shown = [_dot(trial, look.say) for trial in some]
        figure.add_trace(dots(shown, colour, look.say(f"{KEY}.{key}"), symbol))
    axis = _metric(found, look.say)
    in_rows(figure, [_name(trial, look.say) for trial in best], axis)
    return Drawing(figure, _title(found, look), _sentence(found, look), _table(found, look))


def _dot(trial: Trial, say: Phrases) -> Dot:
    known = standing(trial)
    return Dot(_name(trial, say), known.value, known.low, known.high)


def _metric(found: Found, say: Phrases) -> str:
    return say(f"evaluate.metric.{found.by}.name")


def _name(trial: Trial, say: Phrases) -> str:
    """Of a family that only another version has, the key."""
    key = f"models.{trial.family}.name"
    return say(key) if key in say else trial.family


def _label(trial: Trial, setting: str, say: Phrases) -> str:
    key = f"models.{trial.family}.settings.{setting}.label"
    return say(key) if key in say else setting


def _title(found: Found, look: Look) -> str:
    best = found.best
    if not best:
        return look.say(f"{KEY}.none")
    facts = {"name": _name(best[0], look.say), "value": best[0].score}
    facts["metric"] = _metric(found, look.say)
    return look.say(f"{KEY}.title", **facts)


def _sentence(found: Found, look: Look) -> str:
    whole = len(ranked(found.trials, found.metric))
    behind = sum(trial.ended is Ended.BEHIND for trial in found.trials)
    facts = {"whole": whole, "behind": behind, "parts": found.parts}
    words = [look.say(f"{KEY}.sentence", seconds=round(found.spent), **facts)]
    words += [
        look.say(f"{KEY}.out", name=_name(trial, look.say), why=_why(trial, look.say))
        for trial in found.trials
        if trial.ended is Ended.FAILED and trial.error
    ]
    return " ".join(words)


def _why(trial: Trial, say: Phrases) -> str:
    key = f"errors.{trial.error}"
    return say(key, **trial.facts) if key in say else say(f"{KEY}.why.{trial.error}")


def _table(found: Found, look: Look) -> pd.DataFrame:
    say = look.say

    def cells(trial: Trial) -> dict[str, object]:
        known = standing(trial)
        return {
            say(f"{KEY}.model"): _name(trial, say),
            _metric(found, say): _figure(known, say),
            say(f"{KEY}.settings"): "; ".join(
                say(
                    "train.name.setting",
                    label=_label(trial, name, say),
                    value=value,
                )
                for name, value in trial.params.items()
            ),
            say(f"{KEY}.ended"): say(f"{KEY}.end.{trial.ended}"),
            say(f"{KEY}.seconds"): round(trial.seconds, 1),
        }

    whole = ranked(found.trials, found.metric)
    rest = tuple(trial for trial in found.trials if trial not in whole and trial.params)
    return pd.DataFrame([cells(trial) for trial in (*whole, *rest)])


def _figure(known: Standing, say: Phrases) -> str:
    if math.isnan(known.low):
        return say(f"{KEY}.alone", value=known.value)
    return say("charts_board.cell", value=known.value, low=known.low, high=known.high)


def example() -> Found:
    """Two families, one of them tried twice, one given up and one that there was no room for."""
    forest = Trial(
        0, "forest", {"trees": 200}, Ended.WHOLE, (0.91, 0.92, 0.93), (0.01, 0.01, 0.01), 4.0, 4.0
    )
    tried = (
        forest,
        replace(forest, number=1, scores=(0.92, 0.93, 0.94), seconds=5.0, at=9.0),
        replace(forest, number=2, family="tree", params={"max_depth": 6}, scores=(0.8, 0.82, 0.81)),
        replace(forest, number=3, ended=Ended.BEHIND, scores=(0.7, 0.7), errors=()),
        Trial(-1, "svm", {}, Ended.FAILED, error="fault"),
    )
    return Found("roc_auc", tried, 9.0, 3)


CHART = Chart("found", draw, example)
