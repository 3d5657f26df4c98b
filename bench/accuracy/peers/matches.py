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
from bench.accuracy.rivals import RIVALS
from bench.accuracy.search import found
from bench.accuracy.sets import Asked, Fold
from core.models.family import Task

Answers = dict[str, NDArray[np.float64]]
Side = Callable[[Asked, Fold], Answers]
OF_A_NETWORK = {Task.BINARY: 0.003, Task.MULTICLASS: 0.005, Task.REGRESSION: 0.005}
OF_A_MACHINE = dict.fromkeys(Task, 0.005)


@dataclass(frozen=True)
class Match:
    """What ours and theirs say of a fold's rows to judge, each by name; of ours ``judged`` must be
    at most ``behind`` the best of theirs. Some take the seconds that they are given."""

    ours: Side
    theirs: Side
    judged: str
    behind: dict[Task, float]
    takes_time: bool = False


def automl(seconds: float) -> Match | None:
    """What our search finds in so many seconds a fold, against mljar-supervised with as many and
    scikit-learn as it comes."""
    theirs = _peers(("mljar",), seconds)
    if theirs is None:
        return None

    def all_of_theirs(asked: Asked, fold: Fold) -> Answers:
        return theirs(asked, fold) | {name: say(asked, fold) for name, say in RIVALS.items()}

    return Match(partial(found, seconds=seconds), all_of_theirs, "together", BEHIND, True)


def mlp(seconds: float) -> Match | None:
    """Our network as it comes, against RealMLP and TabM as they come; neither takes a time."""
    theirs = _peers(("realmlp", "tabm"), seconds)
    return None if theirs is None else Match(_family("mlp"), theirs, "mlp", OF_A_NETWORK)


def svm(seconds: float) -> Match:
    """Our machine as it comes, against the exact one fully tuned, which takes the time it takes."""
    return Match(_family("svm"), lambda *given: {"tuned": tuned(*given)}, "svm", OF_A_MACHINE)


MATCHES = {"automl": automl, "mlp": mlp, "svm": svm}


def _family(key: str) -> Side:
    return lambda asked, fold: {key: ours(key, asked, fold)}


def _peers(names: tuple[str, ...], seconds: float) -> Side | None:
    """Of peers that are installed for it; None where one of them cannot be."""
    places = {name: PEERS[name].place() for name in names}

    def say(asked: Asked, fold: Fold) -> Answers:
        return {
            name: asked_of(PEERS[name], place, asked, fold, seconds)
            for name, place in places.items()
            if place is not None
        }

    return None if None in places.values() else say
