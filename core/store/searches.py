"""Searches for a good model on disk, trial by trial: a killed one goes on where it was.

They lie with their table and go with it.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from core.errors import BadSetting, UnknownFamily
from core.evaluate.metric import Metric, metrics
from core.models.family import family
from core.search.trial import Ended, Trial, ranked
from core.search.trying import Tried
from core.search.verdict import Verdict
from core.search.wish import Search
from core.store import rest, tables
from core.store.folder import readable, set_aside, unlink, write, written
from core.store.glance import in_place

FOLDER = "searched"
RECORD = "found.json"
SAID_OF_A_FAMILY = 4  # trials whose answers are kept: ensembles are made of them


class Kept(msgspec.Struct, frozen=True):
    """A search, the seconds it may take and has taken, its trials in the order in which they
    ended, the model it has led to, if any, and whether an ensemble was worth its price."""

    search: Search
    seconds: float
    spent: float = 0.0
    trials: tuple[Trial, ...] = ()
    model: str = ""
    verdict: Verdict | None = None

    @property
    def metric(self) -> Metric:
        """What says which trial is best."""
        return self.search.metric


def place(project: Path, table: str, search: str) -> Path:
    """Where a search of a table is kept. Raises NotThere for a table that is not there."""
    return tables.place(project, table) / FOLDER / search


def load(where: Path) -> Kept | None:
    """What there is of a search; None where there is nothing that can be read.

    Trials of another version that this one cannot make again stay, and say why they are left out.
    """
    known = readable(where / RECORD, Kept)
    if known is None or known.search.by not in ("", *metrics()):
        return None
    return msgspec.structs.replace(known, trials=tuple(map(_of_this_version, known.trials)))


def _of_this_version(trial: Trial) -> Trial:
    try:
        family(trial.family).settings(trial.params)
    except (UnknownFamily, BadSetting) as fault:
        return replace(trial, ended=Ended.FAILED, error=fault.code, facts=fault.facts)
    return trial


def of_question(project: Path, table: str, target: str, outcome: str) -> tuple[Kept, ...]:
    """The searches that answer a question, the one that was worked at last first."""
    folder = tables.place(project, table) / FOLDER
    files = sorted(in_place(folder, RECORD), key=lambda file: -file.stat().st_mtime)
    known = [each for file in files if (each := load(file.parent)) is not None]
    return tuple(
        each
        for each in known
        if each.search.spec.target.name == target and each.search.spec.outcome in ("", outcome)
    )


def begin(where: Path, asked: Search, seconds: float) -> Kept:
    """The search goes on with what there is of it, and may take so many seconds in all.

    What cannot be read is set aside, and it begins anew. Raises DiskFull.
    """
    known = load(where)
    if known is None:
        if (where / RECORD).exists():
            set_aside(where / RECORD)
        known = Kept(asked, seconds)
    return _put(where, msgspec.structs.replace(known, seconds=seconds))


def add(where: Path, known: Kept, found: Tried) -> Kept:
    """The search with one more trial. Raises DiskFull."""
    trial = found.trial
    made = msgspec.structs.replace(
        known, trials=(*known.trials, trial), spent=max(known.spent, trial.at)
    )
    if found.said is not None:
        _keep_said(where, made, trial, found.said)
    return _put(where, made)


def end(where: Path, known: Kept, spent: float, model: str, told: Verdict | None) -> Kept:
    """The search has led to a model, and has taken so many seconds. Raises DiskFull."""
    done = msgspec.structs.replace(known, spent=spent, model=model, verdict=told)
    return _put(where, done)


def said(where: Path, trial: int) -> NDArray[np.float32] | None:
    """What a trial said of rows set aside, (rows, outputs); None where that is not kept."""
    try:
        with rest.opened(_file(where, trial)) as clear:
            found = np.load(clear, allow_pickle=False)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, EOFError):
        logging.warning("%s cannot be read", _file(where, trial))
        return None
    return np.asarray(found, "float32")


def _keep_said(where: Path, known: Kept, trial: Trial, values: NDArray[np.float32]) -> None:
    """Those of the best of each family stay."""
    best = [t.number for t in ranked(known.trials, known.metric) if t.family == trial.family]
    if trial.number not in best[:SAID_OF_A_FAMILY]:
        return
    with written(_file(where, trial.number)) as file, file.open("wb") as stream:
        np.save(stream, values, allow_pickle=False)
    for number in best[SAID_OF_A_FAMILY:]:
        unlink(_file(where, number))


def _file(where: Path, trial: int) -> Path:
    return where / f"said-{trial}.npy"


def _put(where: Path, known: Kept) -> Kept:
    write(where / RECORD, msgspec.json.encode(known))
    return known
