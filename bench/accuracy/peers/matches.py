"""Who is held against whom: what our search finds, our network and our machine, and their peers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from bench.accuracy.__main__ import BEHIND, ours
from bench.accuracy.peers.installed import PEERS, asked_of
from bench.accuracy.peers.machine import tuned
from bench.accuracy.rivals import RIVALS, Rival
from bench.accuracy.search import found
from bench.accuracy.sets import Asked, Fold
from core.models.family import Task

Answers = dict[str, NDArray[np.float64]]
OF_A_NETWORK = {Task.BINARY: 0.003, Task.MULTICLASS: 0.005, Task.REGRESSION: 0.005}
OF_A_MACHINE = dict.fromkeys(Task, 0.005)


@dataclass(frozen=True)
class Match:
    """``ours`` says by name what one or more of our models do of a fold's rows to judge; the one
    that is ``judged`` must be at most ``behind`` the best of ``theirs``. Either may take so many
    seconds a fold (the others take what they take)."""

    ours: Callable[[Asked, Fold, float], Answers]
    judged: str
    behind: dict[Task, float]
    theirs: dict[str, Rival]
    installed: tuple[str, ...] = ()
    takes_time: bool = False

    def against(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """Those of theirs that are so named; all, where no name is said.

        Raises SystemExit for a name that is not among them.
        """
        there = (*self.installed, *self.theirs)
        for name in names:
            if name not in there:
                raise SystemExit(f"“{name}” is no peer here. There are: {', '.join(there)}.")
        return tuple(name for name in there if not names or name in names)


def peers(match: Match, names: tuple[str, ...], seconds: float) -> dict[str, Rival] | None:
    """Theirs of these names, installed where they must be; None where one cannot be."""
    found: dict[str, Rival] = {}
    for name in names:
        if name in match.theirs:
            found[name] = match.theirs[name]
            continue
        place = PEERS[name].place()
        if place is None:
            return None
        found[name] = partial(asked_of, PEERS[name], place, seconds=seconds)
    return found


def _family(key: str) -> Callable[[Asked, Fold, float], Answers]:
    return lambda asked, fold, _: {key: ours(key, asked, fold)}


MATCHES = {
    "automl": Match(found, "together", BEHIND, RIVALS, ("mljar",), True),
    "mlp": Match(_family("mlp"), "mlp", OF_A_NETWORK, {}, ("realmlp", "tabm")),
    "svm": Match(_family("svm"), "svm", OF_A_MACHINE, {"tuned": tuned}),
}
