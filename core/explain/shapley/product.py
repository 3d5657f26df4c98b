"""Exact interventional Shapley values of a Gaussian kernel machine's raw outputs.

The kernel is a product over the user's columns, so that against one background row every point
is a game ``v(S) = prod_{S} a * prod_{not S} c``. Its values are ``(a_j - c_j)`` times the integral
over t in 0..1 of ``prod_{g != j} (t a_g + (1 - t) c_g)``, Owen's multilinear extension along the
diagonal (Owen 1972): a polynomial, which Gauss-Legendre quadrature integrates exactly. The idea
for kernels is PKeX-Shapley's (Mohammadi et al. 2025), with another value function: ours is the
one of shap's Exact and Kernel explainers.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from core.explain.shapley.quadrature import enough, rules
from core.models.family import Floats, Matrix
from core.models.kernel import Machine
from core.progress import Report, part

LANES = 64  # points that one pass of the compiled loop takes side by side
CELLS_AT_ONCE = 262_144  # of background factors in one piece of work; stays in a core's cache
CELLS_OF_A_SLICE = 2_000_000
KEPT_CELLS = 32_000_000  # of background factors held between calls: 256 MB
STEPS_OF_A_SLICE = 80_000_000  # a fraction of a second, so that a stop is soon
STAGE = "explain.stage.reasons"

Blocks = tuple[tuple[int, int], ...]


class Form(StrEnum):
    """What stands in for the columns outside a coalition.

    JOINT: those of one background row, averaged over the background. MARGINALS: each column from
    a background row of its own, as if columns were independent; as many times cheaper.
    """

    JOINT = "joint"
    MARGINALS = "marginals"


@dataclass(frozen=True, eq=False)
class Game:
    """A machine against background rows, laid out for the compiled loops.

    ``background`` (b, width); ``stops`` (columns,): where each column's cells end; ``points``
    (groups, width, LANES) and ``alphas`` (groups, outputs, LANES), the last group filled up with
    points of no weight. ``others`` (groups, b, columns, LANES) are the background's factors (b is
    1 for MARGINALS), or None where they would take too much memory. ``worth`` (b, outputs) is the
    machine's raw output for each background row (one row for MARGINALS: of the averages).
    """

    machine: Machine
    form: Form
    background: Floats
    stops: NDArray[np.int64]
    points: Floats
    alphas: Floats
    others: Floats | None
    worth: Floats

    @cached_property
    def span(self) -> Floats:
        """The least and the greatest value of each cell of the points: (2, width)."""
        return np.stack([self.machine.points.min(axis=0), self.machine.points.max(axis=0)])

    @property
    def pieces(self) -> list[slice]:
        """Groups of points that are worked on together, whatever the rows and threads."""
        one = len(self.background) * len(self.stops) * LANES
        return spans(len(self.points), max(1, CELLS_AT_ONCE // one))


@dataclass(frozen=True, eq=False)
class Slice:
    """Some rows' raw outputs (n, outputs), and values against each background row.

    ``values`` is (n, b, columns, outputs): ``values.sum(axis=2)`` is raw less the game's worth.
    """

    rows: slice
    raw: Floats
    values: Floats


@dataclass(frozen=True, eq=False)
class Margins:
    """Shapley values of raw outputs: ``base + values.sum(axis=1) == raw``.

    ``base`` (outputs,), ``values`` (n, columns, outputs), ``raw`` (n, outputs): log-odds, logits
    or the target's unit. ``background`` says how many rows stood in for absent columns.
    """

    base: Floats
    values: Floats
    raw: Floats
    form: Form
    background: int


def game(machine: Machine, blocks: Blocks, background: Matrix, form: Form = Form.JOINT) -> Game:
    """What all rows share. ``blocks`` gives the (start, stop) of each user column, in order."""
    points, alphas = _laid_out(machine)
    stops = np.array([stop for _, stop in blocks], np.int64)
    rows = np.ascontiguousarray(background, "float64")
    size = len(points) * LANES * len(rows) * len(stops)
    kept = form is Form.MARGINALS or size <= KEPT_CELLS
    bare = Game(machine, form, rows, stops, points, alphas, None, np.zeros((0, 0)))
    others, worth = [], np.tile(machine.bias, (1 if form is Form.MARGINALS else len(rows), 1))
    for piece in bare.pieces:
        cells = factors(bare, rows, piece)
        if form is Form.MARGINALS:
            cells = cells.mean(axis=1, keepdims=True)
        worth += _outputs(cells, alphas[piece])
        if kept:
            others.append(cells)
    held = np.concatenate(others) if kept else None
    return Game(machine, form, rows, stops, points, alphas, held, worth)


def margins(given: Game, x: Matrix, report: Report) -> Margins:
    """Exact values of the raw outputs of rows x (n, width)."""
    shape = (len(x), len(given.stops), len(given.machine.bias))
    values, raw = np.zeros(shape), np.zeros((len(x), shape[2]))
    for some in slices(given, x, report):
        values[some.rows], raw[some.rows] = some.values.mean(axis=1), some.raw
    base = given.worth.mean(axis=0)
    return Margins(base, values, raw, given.form, len(given.background))


def slices(given: Game, x: Matrix, report: Report) -> Iterator[Slice]:
    """The rows a slice at a time, in order; reports as points are done.

    One row's values are the same whatever rows stand beside it.
    """
    from joblib import cpu_count

    rows, pool = np.ascontiguousarray(x, "float64"), ThreadPoolExecutor(cpu_count())
    try:
        for some in spans(len(rows), _rows_at_once(given)):
            told = part(report, some.start / len(rows), some.stop / len(rows))
            yield _slice(given, rows, some, pool, told)
    finally:
        pool.shutdown(cancel_futures=True)  # a stop does not wait for the rest of the points
    report(1.0, STAGE)


def factors(given: Game, x: Floats, piece: slice) -> Floats:
    """``exp(-gamma * squared distance)`` in each column: (groups, n, columns, LANES)."""
    from core.explain.shapley.exact.factors import distances

    points = given.points[piece]
    found = np.empty((len(points), len(x), len(given.stops), LANES))
    distances(x, points, given.stops, found)
    found *= -given.machine.gamma
    return np.asarray(np.exp(found, out=found))


def other_factors(given: Game, piece: slice) -> Floats:
    """The background's factors: (groups, b, columns, LANES)."""
    if given.others is None:
        return factors(given, given.background, piece)
    return given.others[piece]


def spans(length: int, size: int) -> list[slice]:
    """0..length in pieces of at most ``size``."""
    return [slice(start, min(start + size, length)) for start in range(0, length, size)]


@dataclass(frozen=True, eq=False)
class _Plan:
    """Which columns differ (n, b, columns), and the nodes: how many (n, b), places and weights."""

    plays: NDArray[np.bool_]
    nodes: tuple[NDArray[np.int64], Floats]


def _slice(
    given: Game, rows: Floats, some: slice, pool: ThreadPoolExecutor, report: Report
) -> Slice:
    x = rows[some]
    plan = _plan(given, x)
    values, raw = np.zeros(()), np.tile(given.machine.bias, (len(x), 1))
    added = pool.map(lambda piece: _piece(given, x, plan, piece), given.pieces)
    for done in range(len(given.pieces)):
        report(done / len(given.pieces), STAGE)
        paid, outputs = next(added)
        values, raw = values + paid, raw + outputs
    return Slice(some, raw, values)


def _plan(given: Game, x: Floats) -> _Plan:
    """A column in which both rows have the same cells is a constant, and not a player."""
    from core.explain.shapley.exact.factors import reach

    far = reach(x, given.background, given.span, given.stops, given.machine.gamma)
    if given.form is Form.MARGINALS:  # an average lies between the rows it is of
        far = far.max(axis=1, keepdims=True)
    plays = far > 0
    counts = enough(plays.sum(axis=2), far.sum(axis=2), len(given.stops))
    return _Plan(plays, (counts, rules(counts)))


def _piece(given: Game, x: Floats, plan: _Plan, piece: slice) -> tuple[Floats, Floats]:
    """What some groups of points add: values (n, b, columns, outputs), raw outputs (n, outputs)."""
    from core.explain.shapley.exact.factors import credit

    own, alphas = factors(given, x, piece), given.alphas[piece]
    paid = credit((own, other_factors(given, piece), alphas), plan.plays, plan.nodes)
    return paid, _outputs(own, alphas)


def _outputs(factors: Floats, alphas: Floats) -> Floats:
    """The sum over points of alpha times the product over columns: (n, outputs)."""
    each = (factors.prod(axis=2)[:, :, None] * alphas[:, None]).sum(axis=3)
    return np.asarray(each.cumsum(axis=0)[-1])  # in turn, however many rows: the same to a bit


def _laid_out(machine: Machine) -> tuple[Floats, Floats]:
    """Points (groups, width, LANES) and alphas (groups, outputs, LANES), padded."""
    groups = -(-len(machine.points) // LANES)
    missing = groups * LANES - len(machine.points)
    points = np.pad(machine.points, ((0, missing), (0, 0)), mode="edge")
    alphas = np.pad(machine.alphas, ((0, missing), (0, 0)))
    both = (each.reshape(groups, LANES, -1).transpose(0, 2, 1) for each in (points, alphas))
    points, alphas = (np.ascontiguousarray(each, "float64") for each in both)
    return points, alphas


def _rows_at_once(given: Game) -> int:
    backdrops, columns = len(given.worth), len(given.stops)
    steps = given.points.shape[0] * LANES * backdrops * columns * max(1, columns // 2)
    piece = given.pieces[0].stop * columns * LANES
    cells = max(piece, len(given.background) * columns * len(given.machine.bias))
    return max(1, min(STEPS_OF_A_SLICE // steps, CELLS_OF_A_SLICE // cells))
