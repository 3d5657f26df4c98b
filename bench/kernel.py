"""Reasons of a kernel machine: ours, exact, against ``shap.KernelExplainer`` on the same outputs.

Run as ``python -m bench.kernel``. Twenty columns (ten numbers, six categories, four yes/no), 50
background rows, one row explained. The figure of speed is the ratio of CPU seconds, ours and
theirs taking turns; ``wall`` is that of wall time. Errors are the largest difference from values
summed size by size over all coalitions.
"""

from __future__ import annotations

import resource
import time
from collections.abc import Callable, Iterator
from math import factorial
from statistics import median
from typing import Any

import numpy as np

from bench.figure import figure, told
from core.explain.shapley.margin import Carried, carried_by, shown_effects
from core.explain.shapley.product import Form, Game, game, margins
from core.models.family import Floats, Matrix, Task
from core.models.kernel import Machine, gamma_of, raw_outputs
from core.progress import silent

LANDMARKS, VECTORS, BACKGROUND = 500, 5_000, 50
LEVELS = (1,) * 10 + (2, 3, 4, 5, 6, 12) + (1,) * 4
STOPS = tuple(int(stop) for stop in np.cumsum(LEVELS))
BLOCKS = tuple(zip((0, *STOPS[:-1]), STOPS, strict=True))
ROUNDS, OURS_A_ROUND = 3, 5
ONE_ROW = 1.0  # seconds
MEMORY = 1.0  # GB of the whole process
FIRST = 2.0  # seconds that a process's first call may take above the next
ROUNDING = 1e-10  # of the values


def rows(count: int, seed: int) -> Matrix:
    """Made-up customers as a preparation encodes them."""
    chance = np.random.default_rng(seed)
    x = chance.normal(size=(count, STOPS[-1])).astype("float32")
    for (start, stop), levels in zip(BLOCKS[10:], LEVELS[10:], strict=True):
        if levels == 1:
            x[:, start] = chance.integers(0, 2, count)
        else:
            x[:, start:stop] = np.eye(levels)[chance.integers(0, levels, count)]
    return x


def machine(points: int) -> Machine:
    """Log-odds of so many points, alphas drawn at random."""
    x, chance = rows(points, 1), np.random.default_rng(2)
    alphas = chance.normal(size=(points, 1)) / np.sqrt(points)
    return Machine(Task.BINARY, gamma_of(x, 1.0), x.astype("float64"), alphas, np.zeros(1))


def seconds(run: Callable[[], Any]) -> tuple[float, float]:
    """CPU seconds of all threads and wall time."""
    busy, start = time.process_time(), time.perf_counter()
    run()
    return time.process_time() - busy, time.perf_counter() - start


def by_size(given: Game, row: Matrix) -> Floats:
    """Shapley's formula summed over coalitions of each size, without quadrature: (columns,)."""
    svm, size = given.machine, len(BLOCKS)
    own, others = (
        np.stack([_factor(svm, x, block) for block in BLOCKS]) for x in (row, given.background)
    )
    shares = [factorial(s) * factorial(size - s - 1) / factorial(size) for s in range(size)]
    values = np.empty(size)
    for column in range(size):
        sums = np.zeros((size, *others.shape[1:]))  # products by how many columns are the row's
        sums[0] = 1.0
        for rest in set(range(size)) - {column}:
            sums[1:] = sums[1:] * others[rest] + sums[:-1] * own[rest]
            sums[0] *= others[rest]
        lifted = np.tensordot(shares, sums, 1) * (own[column] - others[column])
        values[column] = (lifted @ svm.alphas[:, 0]).mean()
    return values


def _factor(svm: Machine, x: Matrix, block: tuple[int, int]) -> Floats:
    cells = slice(*block)
    apart = x[:, None, cells].astype("float64") - svm.points[:, cells]
    return np.asarray(np.exp(-svm.gamma * (apart**2).sum(axis=2)))


def kernel_explainer(svm: Machine, background: Matrix, row: Matrix) -> Callable[[], Floats]:
    """shap on row numbers: it may only mix whole columns, as ours does."""
    import shap

    cells = np.concatenate([background, row])

    def outputs(places: Floats) -> Floats:
        mixed = np.empty((len(places), STOPS[-1]), "float32")
        for column, (start, stop) in enumerate(BLOCKS):
            mixed[:, start:stop] = cells[places[:, column].astype(int), start:stop]
        return raw_outputs(svm, mixed)[:, 0]

    behind = np.tile(np.arange(float(len(background)))[:, None], len(BLOCKS))
    asked = np.full((1, len(BLOCKS)), float(len(background)))

    def explained() -> Floats:
        np.random.seed(0)  # noqa: NPY002 (what shap draws from)
        return shap.KernelExplainer(outputs, behind).shap_values(asked, silent=True)[0]

    return explained


def large() -> Iterator[dict[str, object]]:
    """One row of 5,000 support vectors: seconds, and memory of the process until then."""
    svm, background, row = machine(VECTORS), rows(BACKGROUND, 3), rows(1, 4)
    made: list[Game] = []
    prepare = seconds(lambda: made.append(game(svm, BLOCKS, background)))[1]
    first = seconds(lambda: shown_effects(made[0], row, silent))[1]
    times = [seconds(lambda: shown_effects(made[0], row, silent))[1] for _ in range(OURS_A_ROUND)]
    one = median(times)
    facts = {"prepare": round(prepare, 3), "carried": carried_by(made[0])}
    yield figure("kernel.first_call", "value", prepare + first - one, FIRST)
    yield figure("kernel.vectors.seconds", "value", one, ONE_ROW, **facts)
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    yield figure("kernel.vectors.memory", "value", used, MEMORY)


def against_shap() -> Iterator[dict[str, object]]:
    """500 landmarks: the ratio of times and the errors of both."""
    svm, background, row = machine(LANDMARKS), rows(BACKGROUND, 3), rows(1, 4)
    given = game(svm, BLOCKS, background)
    theirs = kernel_explainer(svm, background, row)

    def ours() -> Floats:
        return margins(given, row, silent).values[0, :, 0]

    ratios = []
    for _ in range(ROUNDS):
        bare = seconds(theirs)
        took = [seconds(ours) for _ in range(OURS_A_ROUND)]
        own = [median(each) for each in zip(*took, strict=True)]
        ratios.append((own[0] / bare[0], own[1] / bare[1], *own, *bare))
    cpu, wall, mine, _, shap_took, _ = (median(each) for each in zip(*ratios, strict=True))
    right = by_size(given, row)
    errors = [float(np.abs(found - right).max()) for found in (ours(), theirs())]
    facts = {"times": round(1 / cpu), "wall": round(1 / wall), "ms": round(mine * 1000, 2)}
    yield figure("kernel.landmarks", "ratio", cpu, 0.01, **facts, shap_seconds=round(shap_took, 2))
    scale = float(np.abs(right).max())
    facts = {"ours": errors[0] / scale, "shap": errors[1] / scale}
    yield figure("kernel.landmarks.error", "value", errors[0] / scale, ROUNDING, **facts)


def quick() -> Iterator[dict[str, object]]:
    """Averages against joint values, and rescaled chances against the chance's own values."""
    svm, background, many = machine(LANDMARKS), rows(BACKGROUND, 3), rows(64, 4)
    joint, averaged = (game(svm, BLOCKS, background, form) for form in Form)
    exact, first = (margins(given, many, silent).values for given in (joint, averaged))
    agree = float(np.corrcoef(exact.ravel(), first.ravel())[0, 1])
    took = {
        form: round(len(many) / seconds(lambda g=g: margins(g, many, silent))[1])
        for form, g in zip(Form, (joint, averaged), strict=True)
    }
    yield figure("kernel.marginals", "value", 1 - agree, 0.05, rows_a_second=took)
    few = _ten_columns(svm)
    given = game(few, BLOCKS[:10], background[:, :10])
    own, carried = (
        shown_effects(given, many[:8, :10], silent, way).values
        for way in (Carried.ENUMERATED, Carried.RESCALED)
    )
    apart = float(np.abs(own - carried).max() / np.abs(own).max())
    yield figure("kernel.rescaled", "value", apart, 0.1, of="largest effect of the chance")


def _ten_columns(svm: Machine) -> Machine:
    points = np.ascontiguousarray(svm.points[:, :10])
    return Machine(svm.task, svm.gamma, points, svm.alphas, svm.bias)


def figures() -> Iterator[dict[str, object]]:
    """The memory first: what runs later would count."""
    yield from large()
    yield from against_shap()
    yield from quick()


if __name__ == "__main__":
    raise SystemExit(told(figures()))
