"""Predictions made for tests: seeded, with ties, of every task."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from core.models.family import Task
from core.predict import Predictions


def binary(scores: list[float] | np.ndarray, truth: list[int] | np.ndarray) -> Predictions:
    """Binary predictions of the given chances and truths."""
    return Predictions(
        Task.BINARY,
        "bought",
        ("no", "yes"),
        np.arange(len(scores), dtype=np.int64),
        np.asarray(scores, float),
        np.asarray(truth, np.int64),
    )


def buyers(rows: int = 500, seed: int = 0, decimals: int = 2, noise: float = 0.0) -> Predictions:
    """Calibrated chances with ties; ``noise`` makes them worse without changing the truth."""
    chance = np.random.default_rng(seed)
    real = chance.beta(1.2, 4, rows)
    truth = (chance.random(rows) < real).astype(np.int64)
    seen = np.clip(real + noise * chance.normal(size=rows), 0, 1)
    return binary(np.round(seen, decimals), truth)


def brands(rows: int = 600, classes: int = 4, seed: int = 0, noise: float = 0.0) -> Predictions:
    """Multi-class chances that add up to 1 and are calibrated without noise."""
    chance = np.random.default_rng(seed)
    logits = chance.normal(size=(rows, classes)) * 1.5
    real = _softmax(logits)
    truth = (real.cumsum(axis=1) < chance.random((rows, 1))).sum(axis=1).clip(0, classes - 1)
    seen = _softmax(logits + noise * chance.normal(size=logits.shape))
    names = tuple(f"brand {k}" for k in range(classes))
    return Predictions(Task.MULTICLASS, "brand", names, np.arange(rows), seen, truth)


def spend(rows: int = 400, seed: int = 0, noise: float = 10.0) -> Predictions:
    """Values and predictions that miss them by normal noise."""
    chance = np.random.default_rng(seed)
    actual = chance.lognormal(3, 1, rows)
    return Predictions(
        Task.REGRESSION,
        "spend",
        (),
        np.arange(rows),
        actual + noise * chance.normal(size=rows),
        actual,
    )


def _softmax(logits: np.ndarray) -> np.ndarray:
    raised = np.exp(logits)
    return raised / raised.sum(axis=1, keepdims=True)


@st.composite
def answers(draw: st.DrawFn, both: bool = True) -> Predictions:
    """Small binary predictions with many ties; ``both`` truths occur."""
    rows = draw(st.integers(2, 60))
    scores = draw(st.lists(st.integers(0, 8), min_size=rows, max_size=rows))
    truth = draw(st.lists(st.integers(0, 1), min_size=rows, max_size=rows))
    if both:
        truth[0], truth[-1] = 0, 1
    return binary(np.array(scores) / 8, truth)
