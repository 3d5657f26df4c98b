"""Reasons of a kernel machine: ours against ``shap.KernelExplainer`` on the same outputs.

Run as ``python -m bench.kernel``. Twenty columns (ten numbers, six categories, four yes/no), 50
background rows, one row explained: its log-odds exactly, its chance with an error no larger than
shap's. The figure of speed is the ratio of CPU seconds, ours and theirs taking turns; ``wall`` is
that of wall time. Errors are the distance from the values of all coalitions, as a share of their
length.
"""

from __future__ import annotations

import resource
import time
from collections.abc import Callable, Iterator
from functools import cache
from math import factorial
from statistics import median
from typing import Any

import numpy as np

from bench.figure import figure, told
from core.explain.shapley.coalitions import enumerated
from core.explain.shapley.corrected import Stop
from core.explain.shapley.margin import Carried, carried_by, shown_effects
from core.explain.shapley.product import Form, Game, game, margins
from core.models.family import Floats, Matrix, Problem, Task
from core.models.kernel import Machine, gamma_of, raw_outputs
from core.models.outputs import shown
from core.models.svm import Params, fit
from core.progress import silent

LANDMARKS, VECTORS, BACKGROUND = 500, 5_000, 50
LEVELS = (1,) * 10 + (2, 3, 4, 5, 6, 12) + (1,) * 4
STOPS = tuple(int(stop) for stop in np.cumsum(LEVELS))
BLOCKS = tuple(zip((0, *STOPS[:-1]), STOPS, strict=True))
LEARNED_ROWS = 8_000  # more than are fitted without landmarks
ROUNDS, OURS_A_ROUND = 3, 5
SEEDS = range(5)
GOALS = (0.005, 0.003, 0.002, 0.0015, 0.001, 0.0007, 0.0005, 0.0003, 0.0002)
ONE_ROW = 1.0  # seconds
EXACT, ESTIMATED = 0.01, 0.05  # of shap's time
ONE_CHANCE = 0.06  # CPU seconds of a what-if's own share of a change
MEMORY = 1.0  # GB of the whole process
FIRST = 2.0  # CPU seconds that a process's first call may take above the next
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


@cache
def learned(columns: int) -> Machine:
    """500 landmarks fitted on the first columns of 8,000 customers, who buy by a crooked rule."""
    x, chance = rows(LEARNED_ROWS, 1), np.random.default_rng(2)
    odds = x[:, 0] * x[:, 10] + np.sin(2 * x[:, 1]) + x[:, 2] - x[:, -1] + x[:, 3] ** 2 - 2.5
    y = (odds > chance.logistic(size=len(x))).astype("int64")
    problem = Problem(Task.BINARY, x[:, : STOPS[columns - 1]], y, np.ones(len(x)), 2, np.ones(2))
    machine: Machine = fit(
        Params(landmarks=LANDMARKS, c=1.0, gamma=1.0), problem, 0, silent
    ).estimator
    return machine


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


def of_chance(svm: Machine, background: Matrix, row: Matrix) -> Floats:
    """The chance's values by all coalitions, a background row at a time: (columns,)."""
    each = [
        enumerated(game(svm, BLOCKS, background[k : k + 1]), row, silent)[0, :, 0]
        for k in range(len(background))
    ]
    return np.mean(each, axis=0)


def kernel_explainer(
    output: Callable[[Matrix], Floats], background: Matrix, row: Matrix
) -> Callable[[], Floats]:
    """shap on row numbers: it may only mix whole columns, as ours does.

    Without its choice of ten columns, which would make its errors larger.
    """
    import shap

    cells = np.concatenate([background, row])

    def outputs(places: Floats) -> Floats:
        mixed = np.empty((len(places), STOPS[-1]), "float32")
        for column, (start, stop) in enumerate(BLOCKS):
            mixed[:, start:stop] = cells[places[:, column].astype(int), start:stop]
        return output(mixed)

    behind = np.tile(np.arange(float(len(background)))[:, None], len(BLOCKS))
    asked = np.full((1, len(BLOCKS)), float(len(background)))

    def explained() -> Floats:
        np.random.seed(0)  # noqa: NPY002 (what shap draws from)
        return shap.KernelExplainer(outputs, behind).shap_values(asked, l1_reg=False, silent=True)[
            0
        ]

    return explained


def large() -> Iterator[dict[str, object]]:
    """One row of 5,000 support vectors: seconds, and memory of the process until then."""
    svm, background, row = machine(VECTORS), rows(BACKGROUND, 3), rows(1, 4)
    made: list[Game] = []
    prepare = seconds(lambda: made.append(game(svm, BLOCKS, background)))
    first = seconds(lambda: shown_effects(made[0], row, silent))
    times = [seconds(lambda: shown_effects(made[0], row, silent)) for _ in range(OURS_A_ROUND)]
    busy, one = (median(each) for each in zip(*times, strict=True))
    facts = {"prepare": round(prepare[1], 3), "carried": carried_by(made[0])}
    took = round(prepare[1] + first[1] - one, 3)
    more = prepare[0] + first[0] - busy
    yield figure("kernel.first_call", "value", more, FIRST, wall=took)
    yield figure("kernel.vectors.seconds", "value", one, ONE_ROW, **facts)
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    yield figure("kernel.vectors.memory", "value", used, MEMORY)


def margins_against_shap() -> Iterator[dict[str, object]]:
    """500 landmarks, exact log-odds: the ratio of times and the errors of both."""
    svm, background, row = learned(len(BLOCKS)), rows(BACKGROUND, 3), rows(1, 4)
    given = game(svm, BLOCKS, background)
    theirs = kernel_explainer(lambda x: raw_outputs(svm, x)[:, 0], background, row)

    def ours() -> Floats:
        return margins(given, row, silent).values[0, :, 0]

    yield from compared(
        "kernel.landmarks.log_odds", ours, theirs, by_size(given, row), (EXACT, ROUNDING)
    )


def chances_against_shap() -> Iterator[dict[str, object]]:
    """500 landmarks, the chance as it is shown, by the coarsest goal that is as near as shap."""
    svm, background, row = learned(len(BLOCKS)), rows(BACKGROUND, 3), rows(1, 4)
    given, right = game(svm, BLOCKS, background), of_chance(svm, background, row)
    theirs = kernel_explainer(lambda x: shown(Task.BINARY, raw_outputs(svm, x)), background, row)
    allowed = off(theirs(), right)

    def by(goal: float, seed: int = 0) -> Floats:
        way, stop = Carried.CORRECTED, Stop(goal, seed)
        return shown_effects(given, row, silent, way, stop).values[0, :, 0]

    near = [g for g in GOALS if median(off(by(g, seed), right) for seed in SEEDS) <= allowed]
    goal = next(iter(near), GOALS[-1])
    seed = sorted(SEEDS, key=lambda seed: off(by(goal, seed), right))[len(SEEDS) // 2]
    yield from compared(
        "kernel.landmarks.chance",
        lambda: by(goal, seed),
        theirs,
        right,
        (ESTIMATED, allowed),
        asked=goal,
    )
    times = [seconds(lambda: by(GOALS[0]))[0] for _ in range(OURS_A_ROUND)]
    yield figure("kernel.landmarks.chance.seconds", "value", median(times), ONE_CHANCE)


def off(found: Floats, right: Floats) -> float:
    """How far values are from the right ones, as a share of their length."""
    return float(np.linalg.norm(found - right) / np.linalg.norm(right))


def compared(
    name: str,
    ours: Callable[[], Floats],
    theirs: Callable[[], Floats],
    right: Floats,
    goals: tuple[float, float],
    **facts: object,
) -> Iterator[dict[str, object]]:
    """The ratio of times, taking turns, and the errors of both.

    ``goals`` are those of the ratio and of our error.
    """
    ratios, (bound, allowed) = [], goals
    for _ in range(ROUNDS):
        bare = seconds(theirs)
        took = [seconds(ours) for _ in range(OURS_A_ROUND)]
        own = [median(each) for each in zip(*took, strict=True)]
        ratios.append((own[0] / bare[0], own[1] / bare[1], own[0], bare[0]))
    cpu, wall, mine, shap_took = (median(each) for each in zip(*ratios, strict=True))
    told_of = {"times": round(1 / cpu), "wall": round(1 / wall), "ms": round(mine * 1000, 2)}
    yield figure(name, "ratio", cpu, bound, **told_of, shap_seconds=round(shap_took, 2), **facts)
    facts = {"ours": off(ours(), right), "shap": off(theirs(), right)}
    yield figure(f"{name}.error", "value", facts["ours"], allowed, **facts)


def quick() -> Iterator[dict[str, object]]:
    """Averages against joint values, and rescaled chances against the chance's own values."""
    svm, background, many = learned(len(BLOCKS)), rows(BACKGROUND, 3), rows(64, 4)
    joint, averaged = (game(svm, BLOCKS, background, form) for form in Form)
    exact, first = (margins(given, many, silent).values for given in (joint, averaged))
    agree = float(np.corrcoef(exact.ravel(), first.ravel())[0, 1])
    took = {
        form: round(len(many) / seconds(lambda g=g: margins(g, many, silent))[1])
        for form, g in zip(Form, (joint, averaged), strict=True)
    }
    yield figure("kernel.marginals", "value", 1 - agree, 0.05, rows_a_second=took)
    given = game(learned(10), BLOCKS[:10], background[:, :10])
    own, carried = (
        shown_effects(given, many[:8, :10], silent, way).values
        for way in (Carried.ENUMERATED, Carried.RESCALED)
    )
    apart = float(np.abs(own - carried).max() / np.abs(own).max())
    yield figure("kernel.rescaled", "value", apart, 0.25, of="largest effect of the chance")


def figures() -> Iterator[dict[str, object]]:
    """The memory first: what runs later would count."""
    yield from large()
    yield from margins_against_shap()
    yield from chances_against_shap()
    yield from quick()


if __name__ == "__main__":
    raise SystemExit(told(figures()))
