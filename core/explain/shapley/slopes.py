"""How a difference of raw outputs is shared out as a difference of chances."""

from __future__ import annotations

import numpy as np

from core.models.family import Floats, Task


def slopes(task: Task, raw: Floats, worth: Floats) -> Floats:
    """``slope @ (raw - worth)`` is the difference of the chances: (n, b, outputs, outputs).

    ``raw`` (n, outputs) and ``worth`` (b, outputs) are log-odds or logits. For log-odds it is the
    secant, as in DeepLIFT's rescale rule (Shrikumar et al. 2017). For logits the softmax's
    derivative ``diag(p) - p p' / sum(p)`` at the logarithmic means of the two rows' chances: a
    class's chance changes by its mean times its logarithm's change, and the changes add up to 0
    (Sato 1976, Vartia 1976).
    """
    if task is Task.REGRESSION:
        return np.broadcast_to(np.eye(raw.shape[1]), (len(raw), len(worth), 1, 1))
    means = _log_means(_log_chances(task, raw)[:, None], _log_chances(task, worth)[None])
    shares = means / means.sum(axis=2, keepdims=True)
    slope = -means[..., :, None] * shares[..., None, :]
    classes = np.arange(means.shape[2])
    others = shares @ (1.0 - np.eye(len(classes)))  # not 1 - shares, which loses small chances
    slope[..., classes, classes] = means * others
    return slope[..., 1:, 1:] if task is Task.BINARY else slope


def _log_chances(task: Task, raw: Floats) -> Floats:
    """(rows, classes); the first of two classes has log-odds 0."""
    logits = np.pad(raw, ((0, 0), (1, 0))) if task is Task.BINARY else raw
    logits = logits - logits.max(axis=1, keepdims=True)
    return np.asarray(logits - np.log(np.exp(logits).sum(axis=1, keepdims=True)))


def _log_means(first: Floats, second: Floats) -> Floats:
    """Logarithmic means ``(p - q) / (log p - log q)`` of chances given as logarithms."""
    apart = np.abs(first - second)
    share = np.divide(-np.expm1(-apart), apart, out=np.ones_like(apart), where=apart > 0)
    return np.asarray(np.exp(np.maximum(first, second)) * share)
