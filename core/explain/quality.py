"""How far reasons can be trusted: they add up, come again, act, and vanish with the pattern."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.explain.explaining import Explainer
from core.explain.explanation import Explanation, Scale
from core.explain.importance import mean_intervals
from core.explain.shapley.method import Asked
from core.models.family import Task
from core.predict import scored
from core.progress import Report, silent
from core.train.training import TrainedModel, train

TOP = 3
STAND_INS = 20  # background rows that a deleted column's values come from
ROWS_TO_SHUFFLE = 5_000
SAME = 1e-12

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Estimate:
    """A mean over customers with its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Agreement:
    """Two workings-out of the same customers' reasons.

    ``same_top`` is the share of each customer's ``top`` strongest reasons that are the same,
    ``correlation`` the rank correlation of the columns' importance (None where it has none), and
    ``farthest`` the largest difference of any effect.
    """

    rows: int
    top: int
    same_top: Estimate
    correlation: float | None
    farthest: float

    @property
    def exact(self) -> bool:
        """True where nothing depends on a draw."""
        return self.farthest <= SAME


@dataclass(frozen=True)
class Deletion:
    """What happens to predictions when a column's values are replaced by other customers'.

    Moves go towards the base, on the shown scale: ``strongest`` without each customer's strongest
    reason for its prediction, ``another`` without another column drawn at random. In ``farther``
    of ``rows`` the first moved farther. ``background`` rows stood in.
    """

    rows: int
    farther: int
    strongest: Estimate
    another: Estimate
    difference: Estimate
    background: int


@dataclass(frozen=True)
class Shuffled:
    """The same wish trained on shuffled answers, where no reason is real.

    ``total`` and ``shuffled`` are the mean sizes of all effects together, of the model and of the
    one on shuffled answers; ``no_more`` of ``columns`` are no more important than there.
    """

    training_rows: int
    rows: int
    total: float
    shuffled: float
    columns: int
    no_more: int


@dataclass(frozen=True)
class Quality:
    """What is known so far; ``adding_up`` is the largest |base + effects - prediction|."""

    of: str
    scale: Scale
    rows: int
    adding_up: float
    agreement: Agreement | None = None
    deletion: Deletion | None = None
    shuffled: Shuffled | None = None


def adding_up(found: Explanation) -> Quality:
    """The largest error of adding up, over all rows."""
    errors = np.abs(found.base + found.effects.sum(axis=1) - found.prediction)
    return Quality(found.of, found.scale, len(errors), float(errors.max(initial=0.0)))


def drawn_again(model: TrainedModel, asked: Asked) -> tuple[TrainedModel, Asked]:
    """The model with its background rows in another draw, and another seed to ask with.

    Rows are drawn without replacement where only some of them are asked for.
    """
    chance = np.random.default_rng([asked.seed, 1])
    rows = len(model.background)
    enough = 2 * asked.background <= rows
    chosen = chance.permutation(rows) if enough else chance.integers(0, rows, rows)
    again = replace(model, background=model.background.iloc[chosen])
    return again, replace(asked, seed=asked.seed + 1)


def agreement(first: Explanation, second: Explanation, top: int = TOP) -> Agreement | None:
    """How alike two workings-out are; None for fewer than two rows or columns."""
    top = min(top, len(first.columns) - 1)
    if len(first.rows) < 2 or top < 1:
        return None
    one, other = (np.argsort(-np.abs(e.effects), axis=1)[:, :top] for e in (first, second))
    alike = (one[:, :, None] == other[:, None, :]).any(axis=2).mean(axis=1)
    sizes = [np.abs(e.effects).mean(axis=0) for e in (first, second)]
    return Agreement(
        rows=len(first.rows),
        top=top,
        same_top=_estimate(alike),
        correlation=_rank_correlation(*sizes),
        farthest=float(np.abs(first.effects - second.effects).max()),
    )


def deletion(
    ready: Explainer, found: Explanation, table: pd.DataFrame, report: Report = silent
) -> Deletion | None:
    """Takes away the strongest reason for each prediction, or another column, of ``found``'s rows.

    After Samek et al. (2017), without training again: a column's value is replaced by those of
    background rows and the prediction is their mean. ``table`` holds the explained rows as typed.
    None where fewer than two predictions have a reason for them.
    """
    chance = np.random.default_rng([ready.model.spec.seed, 2])
    away = np.sign(found.prediction - found.base)
    supports = found.effects * away[:, None]
    rows = np.flatnonzero(supports.max(axis=1, initial=0.0) > 0)
    if len(rows) < 2 or len(found.columns) < 2:
        return None
    model = ready.model
    background = model.background.iloc[chance.permutation(len(model.background))[:STAND_INS]]
    moves = np.zeros((len(rows), 2))
    for place, row in enumerate(rows.tolist()):
        report(place / len(rows), "quality.stage.deletion")
        strongest = int(supports[row].argmax())
        other = int(chance.choice(np.delete(np.arange(len(found.columns)), strongest)))
        left = _without(ready, table.iloc[[row]], (strongest, other), background, found.of)
        moves[place] = (found.prediction[row] - left) * away[row]
    return Deletion(
        rows=len(rows),
        farther=int((moves[:, 0] > moves[:, 1]).sum()),
        strongest=_estimate(moves[:, 0]),
        another=_estimate(moves[:, 1]),
        difference=_estimate(moves[:, 0] - moves[:, 1]),
        background=len(background),
    )


def _without(
    ready: Explainer, row: pd.DataFrame, players: tuple[int, ...], background: pd.DataFrame, of: str
) -> Floats:
    """The mean prediction of a row with each player's columns from the background: (players,)."""
    names = list(background.columns)
    whole = row[names].iloc[np.zeros(len(background), np.intp)].reset_index(drop=True)
    parts = []
    for player in players:
        columns = [n for n, p in zip(names, ready.players.of_columns, strict=True) if p == player]
        cells = {name: background[name].to_numpy() for name in columns}
        parts.append(whole.assign(**cells).astype(background.dtypes.to_dict()))
    shown = predicted(ready.model, pd.concat(parts, ignore_index=True), of)
    return shown.reshape(len(players), -1).mean(axis=1)


def predicted(model: TrainedModel, table: pd.DataFrame, of: str) -> Floats:
    """The shown output of typed rows: the chance of ``of``, or the value: (rows,)."""
    scores = scored(model, table)
    return scores[:, model.classes.index(of)] if model.spec.task is Task.MULTICLASS else scores


def on_shuffled(table: pd.DataFrame, model: TrainedModel, report: Report) -> TrainedModel:
    """A model of the same wish whose target was shuffled among the rows that know it.

    After Adebayo et al. (2018). At most 5,000 rows, drawn by the seed, are used: fewer make the
    model grasp at more, so the check is stricter rather than milder. Raises what ``train`` raises.
    """
    spec = replace(model.spec, rows_at_most=min(model.spec.rows_at_most, ROWS_TO_SHUFFLE))
    known = table[table[spec.target.name].notna()]
    order = np.random.default_rng([spec.seed, 3]).permutation(len(known))
    answers = known[spec.target.name].iloc[order].set_axis(known.index)
    return train(known.assign(**{spec.target.name: answers}), spec, report)


def shuffled(found: Explanation, noise: Explanation, training_rows: int) -> Shuffled:
    """The importance of a model against that of one trained on shuffled answers."""
    real, none = (np.abs(e.effects).mean(axis=0) for e in (found, noise))
    return Shuffled(
        training_rows=training_rows,
        rows=len(noise.rows),
        total=float(real.sum()),
        shuffled=float(none.sum()),
        columns=len(found.columns),
        no_more=int((real <= none).sum()),
    )


def _estimate(amounts: Floats) -> Estimate:
    low, high = mean_intervals(np.asarray(amounts, np.float64)[:, None], np.zeros(1))
    return Estimate(float(np.mean(amounts)), float(low[0]), float(high[0]))


def _rank_correlation(one: Floats, other: Floats) -> float | None:
    """Spearman's; None where one of them is the same for all columns."""
    if np.ptp(one) == 0 or np.ptp(other) == 0:
        return None
    ranks = [pd.Series(a).rank().to_numpy() for a in (one, other)]
    return float(np.corrcoef(ranks[0], ranks[1])[0, 1])
