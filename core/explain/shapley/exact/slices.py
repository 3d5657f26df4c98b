"""Sums over a forest in slices of rows and trees: threads, progress and stopping."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from itertools import pairwise
from threading import Event

import numpy as np

from core.explain.shapley.exact.game import Game
from core.models.family import Floats, Matrix
from core.progress import Report

ROWS_IN_A_BLOCK = 64
SLICES_OF_FEW_ROWS = 16  # of the trees, where one block has too few rows to share out
SECONDS_BETWEEN_REPORTS = 0.1

# adds the effects of some trees on rows (columns, rows) to (outputs, players, rows)
Add = Callable[[slice, Matrix, Floats], None]
# works a little whenever asked for more
Job = Iterator[None]


@dataclass(frozen=True)
class Work:
    """What is summed: ``add`` takes some trees, of about ``splits_at_once`` splits, and a block of
    rows, padded to a multiple of ``lanes``; it gives ``cells`` figures an output, by default one a
    player.
    """

    add: Add
    outputs: int
    splits_at_once: int
    lanes: int = 1
    cells: int | None = None


def summed(game: Game, x: Matrix, work: Work, report: Report, threads: int) -> Floats:
    """The effects (rows, players or cells, outputs) of all trees on rows x (n, columns).

    Many rows share the threads by blocks of rows, a single block by slices of trees. Which of the
    two, and every slice, depends on the rows and the forest alone: so do the sums, to the last
    bit.
    """
    x, forest = np.ascontiguousarray(x, "float32"), game.forest
    if x.shape[1] != forest.columns:
        raise ValueError(f"{x.shape[1]} columns, not {forest.columns}")
    found = np.zeros((len(x), work.cells or game.players, work.outputs))
    report(0.0, "explain.stage.reasons")
    least = len(forest.splits.left) // max(1, work.splits_at_once) + 1
    if len(x) > ROWS_IN_A_BLOCK:
        trees = _slices(len(forest.roots), least)
        blocks = [slice(at, at + ROWS_IN_A_BLOCK) for at in range(0, len(x), ROWS_IN_A_BLOCK)]
        jobs = [_block(work, trees, x[rows], found[rows]) for rows in blocks]
        _run(jobs, len(blocks) * len(trees), report, threads)
    elif len(x):
        trees = _slices(len(forest.roots), max(least, SLICES_OF_FEW_ROWS))
        parts = np.zeros((len(trees), *found.shape))
        jobs = [_block(work, [some], x, part) for some, part in zip(trees, parts, strict=True)]
        _run(jobs, len(trees), report, threads)
        found = parts.sum(axis=0)
    report(1.0, "explain.stage.reasons")
    return found


def _slices(trees: int, wanted: int) -> list[slice]:
    edges = np.linspace(0, trees, min(trees, wanted) + 1).astype(int)
    return [slice(start, stop) for start, stop in pairwise(edges)]


def _block(work: Work, trees: list[slice], x: Matrix, found: Floats) -> Job:
    """One block of rows through all slices of trees; then its rows of ``found`` are written."""
    padded = np.zeros((x.shape[1], -(-len(x) // work.lanes) * work.lanes), "float32")
    padded[:, : len(x)] = x.T
    effects = np.zeros((found.shape[2], found.shape[1], padded.shape[1]))
    for some in trees:
        work.add(some, padded, effects)
        yield
    found[:] = effects[:, :, : len(x)].transpose(2, 1, 0)


def _run(jobs: list[Job], steps: int, report: Report, threads: int) -> None:
    """Run the jobs to their ends; the report runs in this thread and stops them by raising."""
    stop, done = Event(), [0] * len(jobs)

    def run(number: int) -> None:
        for _ in jobs[number]:
            done[number] += 1
            if stop.is_set():
                return

    with ThreadPoolExecutor(threads) as pool:
        waiting: set[Future[None]] = {pool.submit(run, number) for number in range(len(jobs))}
        try:
            while waiting:
                report(sum(done) / steps, "explain.stage.reasons")
                ended, waiting = wait(waiting, SECONDS_BETWEEN_REPORTS, FIRST_COMPLETED)
                for each in ended:
                    each.result()
            report(sum(done) / steps, "explain.stage.reasons")
        finally:
            stop.set()
            pool.shutdown(cancel_futures=True)
