"""The smaller form of a model, saved as a model of its own; what it saves is kept with it."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import msgspec
import pandas as pd

from core.errors import NothingSmaller
from core.evaluate.compare import compare
from core.evaluate.evaluating import evaluate
from core.predict import held_out
from core.progress import Report, part
from core.search.cost import costs
from core.search.searching import rows_of
from core.search.shrinking import Chosen, check, chosen, shrunk
from core.search.smaller import Smaller
from core.search.wish import Search
from core.store import models, projects, shelf, tables
from core.store.clock import now
from core.store.fitting import asked_rows
from core.store.folder import readable, write
from core.store.models import SavedModel
from core.store.trail import What
from core.store.untold import telling
from core.train.memory import refuse_too_large

FILE = "smaller.json"


def shrink_model(
    home: Path, report: Report, project: str, model: str, loss: float
) -> dict[str, Any]:
    """Makes a model of a project smaller. Raises what ``smaller_form`` and ``beside`` raise."""
    folder = projects.folder(home, project)
    report(0.0, "search.stage.preparing")
    before = models.place(folder, model)
    saved = models.load(before)
    spec = saved.model.spec
    check(spec, loss)
    dataset = tables.load(folder, spec.dataset)
    refuse_too_large(spec, dataset.rows, dataset.name)
    rows = asked_rows(dataset, spec)
    small, found = smaller_form(saved, rows, loss, part(report, 0.05, 0.9))
    report(0.9, "search.stage.costs")
    after = folder / "models" / small.model.spec.id
    facts = {"kind": "smaller", "family": spec.family, "table": spec.dataset, "before": model}
    with telling(folder, What.TRAIN, after.name, **facts) as told:
        models.save(after, small)
        try:
            saves = beside(before, after, found, loss)
        except NothingSmaller:
            models.drop(folder, after.name)
            raise
        write(_file(folder, after.name), msgspec.json.encode(saves))
        told.hash, told.facts["rows"] = shelf.digest(after), small.model.training_rows
    return {"model": after.name, "before": model}


def smaller_form(
    saved: SavedModel, table: pd.DataFrame, loss: float, report: Report
) -> tuple[SavedModel, Chosen]:
    """The smallest form of a model that loses at most ``loss``, judged on its held-out rows.

    ``table`` is what ``fitting.asked_rows`` gives of the model's own. Raises what ``check``,
    ``rows_of`` and ``chosen`` raise.
    """
    begun, spec = time.perf_counter(), saved.model.spec
    check(spec, loss)
    rows = rows_of(table, Search(spec, (spec.family,)))
    found = chosen(rows, spec, loss, report)
    model = shrunk(saved.model, table, found.settings)
    evaluation = evaluate(held_out(model), seed=spec.seed)
    seconds = time.perf_counter() - begun
    made = SavedModel(model, evaluation, saved.table_name, now(), seconds, saved.recipe)
    return made, found


def beside(before: Path, after: Path, found: Chosen, loss: float) -> Smaller:
    """Both models compared as they lie on disk. Raises NothingSmaller where that is not less."""
    disk = bytes_of(before), bytes_of(after)
    if disk[1] >= disk[0]:
        raise NothingSmaller(loss)
    old, new = models.load(before).model, models.load(after).model
    difference = compare(held_out(new), held_out(old), seed=old.spec.seed)
    first, second = costs((old, new), disk)
    return Smaller(old.spec.id, new.spec.id, loss, found.lost, difference, (first, second))


def load(project: Path, model: str) -> Smaller | None:
    """What the smaller form of a model saves; None where it is none, or that is not known."""
    return readable(_file(project, model), Smaller)


def bytes_of(place: Path) -> int:
    """What a folder takes on disk, in bytes of its files."""
    return sum(file.stat().st_size for file in place.rglob("*") if file.is_file())


def _file(project: Path, model: str) -> Path:
    return project / "reasons" / model / FILE
