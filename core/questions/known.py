"""What the store holds of a model that is reviewed, read at once; nothing of it is worked out."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from core.behaviour.proof import Proof
from core.data.dataset import Dataset
from core.data.finding import Finding
from core.errors import FileDamaged, NotThere
from core.explain.explanation import Explanation
from core.explain.quality import Quality
from core.review.evidence import Evidence
from core.review.review import Review
from core.store import (
    checked,
    evidence,
    guard,
    history,
    log_work,
    models,
    reasons,
    reviews,
    robustness,
    tables,
)
from core.store.guard import Hidden
from core.store.history import Done
from core.store.models import SavedModel
from core.store.robustness import Examined


@dataclass(frozen=True, eq=False)
class Known:
    """A saved model and what is known around it.

    ``dataset`` is None where its table is no longer there; ``findings`` None where it was not
    looked over with this target.
    """

    saved: SavedModel
    dataset: Dataset | None
    findings: tuple[Finding, ...] | None
    steps: tuple[Done, ...]
    hidden: tuple[Hidden, ...]
    proof: Proof | None
    examined: Examined
    reasons: Explanation | None
    quality: Quality | None
    evidence: Evidence
    review: Review


def known(project: Path, model: str) -> Known:
    """What the store holds of a model. Raises what ``models.load`` raises."""
    return of(project, models.load(models.place(project, model)))


def of(project: Path, saved: SavedModel) -> Known:
    """The same for a model that is loaded already."""
    spec = saved.model.spec
    dataset = _table(project, spec.dataset)
    where = _reasons(project, saved)
    found = None
    if dataset is not None:
        key = checked.findings_key(dataset.schema, spec.target.name)
        found = tables.kept_findings(project, dataset.id, key)
    return Known(
        saved=saved,
        dataset=dataset,
        findings=found,
        steps=() if dataset is None else history.history(project, dataset.id),
        hidden=() if dataset is None else guard.hidden(dataset),
        proof=log_work.proof(project, spec.dataset),
        examined=robustness.load(project, spec.id),
        reasons=reasons.load(where),
        quality=reasons.quality(where),
        evidence=evidence.load(project, spec.id),
        review=reviews.load(project, spec.id),
    )


def _reasons(project: Path, saved: SavedModel) -> Path:
    """Where the reasons are that are looked at: those worked out in the usual way.

    The families of columns, which are part of that way, go with the table: without it, the reasons
    that were worked out for most customers.
    """
    model = saved.model.spec.id
    try:
        way = reasons.way_text(reasons.usual_way(project, saved))
    except NotThere:
        found = reasons.kept(project, model)
        return found[0][0] if found else reasons.place(project, model, "")
    return reasons.place(project, model, way)


def _table(project: Path, table: str) -> Dataset | None:
    try:
        return tables.load(project, table)
    except (NotThere, FileDamaged):
        return None
