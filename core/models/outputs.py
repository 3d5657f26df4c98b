"""A model's raw outputs become what is shown: chances that are real shares, or values."""

from __future__ import annotations

import numpy as np

from core.models.family import Floats, Task

NEWTON_STEPS = 25
LARGEST_STEP = 1.0
PULL = 1.0  # how hard ``straightened`` stays where it starts: about a row's worth


def shown(task: Task, raw: Floats) -> Floats:
    """The scores of raw outputs: (rows, 1) log-odds, (rows, classes) logits or (rows, 1) values.

    Gives (rows,) for binary and regression and (rows, classes) for multi-class.
    """
    if task is Task.BINARY:
        small = np.exp(-np.abs(raw[:, 0]))
        return np.asarray(np.where(raw[:, 0] < 0, small, 1.0) / (1.0 + small))
    if task is Task.MULTICLASS:
        chances = np.exp(raw - raw.max(axis=1, keepdims=True))
        return np.asarray(chances / chances.sum(axis=1, keepdims=True))
    return np.asarray(raw[:, 0])


def prior_shift(task: Task, class_weights: Floats) -> Floats:
    """What to add to the intercepts of a model fitted with class weights: (outputs,).

    Weighing class c by w_c multiplies its odds by w_c; a model of log-odds is put back to the real
    shares, p_c proportional to p~_c / w_c, by a shift of its intercepts (Elkan 2001).
    """
    if task is Task.REGRESSION:
        return np.zeros(1)
    if task is Task.BINARY:
        return np.array([np.log(class_weights[0]) - np.log(class_weights[1])])
    return np.asarray(-np.log(class_weights))


def levelled(task: Task, raw: Floats, targets: Floats) -> Floats:
    """What to add to the intercepts so that mean chances equal the targets' means: (outputs,).

    Newton's method on the unweighted log loss of the intercepts alone. ``prior_shift`` is its
    answer where the weighted model is true; a penalised model leans towards the classes that
    weighed most, and this takes that away too.
    """
    shift = np.zeros(raw.shape[1])
    for _ in range(NEWTON_STEPS):
        chance = shown(task, raw + shift).reshape(raw.shape)
        gap = (chance - targets).mean(axis=0)
        curvature = np.diag(chance.mean(axis=0)) - chance.T @ chance / len(chance)
        shift -= np.clip(np.linalg.pinv(curvature) @ gap, -LARGEST_STEP, LARGEST_STEP)
    return shift


def target_columns(task: Task, y: Floats, classes: int) -> Floats:
    """The truth as outputs: (rows, 1) zeros and ones or values, (rows, classes) one-hot."""
    if task is Task.MULTICLASS:
        return np.asarray(np.eye(classes)[y.astype(np.int64)])
    return np.asarray(y, "float64")[:, None]


def smoothed(targets: Floats, smoothing: float) -> Floats:
    """Zeros and ones with a share of each row given to all answers alike (Szegedy et al. 2016)."""
    return targets * (1 - smoothing) + smoothing / max(2, targets.shape[1])


def straightened(
    task: Task, raw: Floats, targets: Floats, weights: Floats, steepness: float
) -> tuple[float, Floats]:
    """What to multiply raw outputs (rows, outputs) with and what to add, so that their chances
    come nearest to ``targets`` in log loss: a number and (outputs,).

    Rows weigh ``weights``. Where they say little it stays near ``steepness`` and no shift. Platt
    1999; Guo et al. 2017 for several classes.
    """
    from scipy.optimize import minimize

    start = np.concatenate([[steepness], np.zeros(raw.shape[1])])

    def loss(values: Floats) -> tuple[float, Floats]:
        moved, pulled = raw * values[0] + values[1:], values - start
        apart = (shown(task, moved).reshape(raw.shape) - targets) * weights[:, None]
        slopes = np.concatenate([[(apart * raw).sum()], apart.sum(axis=0)]) + 2 * PULL * pulled
        whole = float((row_losses(task, moved, targets) * weights).sum())
        return (whole + PULL * float((pulled**2).sum())) / len(raw), slopes / len(raw)

    found = minimize(loss, start, jac=True, method="L-BFGS-B").x
    return float(found[0]), np.asarray(found[1:])


def row_losses(task: Task, raw: Floats, targets: Floats) -> Floats:
    """Log loss, or squared error, of each row's raw outputs against its targets: (rows,)."""
    if task is Task.REGRESSION:
        return np.asarray(((raw - targets) ** 2).sum(axis=1))
    if task is Task.BINARY:
        odds = raw[:, 0]
        partition = np.maximum(odds, 0.0) + np.log1p(np.exp(-np.abs(odds)))
    else:
        top = raw.max(axis=1)
        partition = top + np.log(np.exp(raw - top[:, None]).sum(axis=1))
    return np.asarray(partition - (targets * raw).sum(axis=1))
