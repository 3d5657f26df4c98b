"""What the store knows of a model is read; nothing is computed anew."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from core.errors import FileDamaged, NotThere
from core.evaluate.metric import headline_metric
from core.models.family import family
from core.report import people
from core.report.known import Known, Reasons, Rival, Table
from core.review.review import Told
from core.store import (
    checked,
    corrections,
    guard,
    history,
    manifest,
    models,
    reasons,
    rest,
    reviews,
    robustness,
    tables,
    trail,
)
from core.store.models import Entry
from core.store.robustness import Examined
from core.store.trail import Line
from core.text.phrases import Phrases, phrases
from core.train.naming import model_names
from core.train.spec import ModelSpec

OTHERS_AT_MOST = 8


def known(project: Path, model: str, language: str = "en") -> Known:
    """What is known of a model of a project.

    Raises NotThere, ModelDamaged, ModelForeign, ModelOutdated and what ``rest.content`` raises.
    """
    place = models.place(project, model)
    say = phrases(language)
    found = _alone(place, say)
    spec = found.spec
    rivals = _rivals(project, spec, say)
    return replace(
        found,
        project=project,
        name=model_names([spec, *(r.entry.spec for r in rivals)], say)[spec.id],
        table=_table(project, spec),
        rivals=rivals,
        examined=robustness.load(project, model),
        reasons=_reasons(project, model),
        told=reviews.load(project, model).told,
        trail=_trail(project),
    )


def known_folder(place: Path, language: str = "en") -> Known:
    """The same of a model's folder outside of every project: only what the folder holds.

    Raises as ``known``.
    """
    return _alone(place, phrases(language))


def _alone(place: Path, say: Phrases) -> Known:
    saved = models.load(place)
    predictions = people.unnamed(saved.evaluation.predictions, say)
    with rest.opened_folder(place, (manifest.MANIFEST,)) as folder:
        sealed, digest = manifest.read(folder), manifest.digest(folder)
    return Known(
        project=None,
        saved=saved,
        evaluation=replace(saved.evaluation, predictions=predictions),
        name=model_names([saved.model.spec], say)[saved.model.spec.id],
        libraries=sealed.libraries,
        digest=digest,
        table=None,
        rivals=(),
        examined=Examined(),
        reasons=(),
        told=Told(),
        trail=(),
        say=say,
    )


def _table(project: Path, spec: ModelSpec) -> Table | None:
    """None where the table was deleted, or cannot be read."""
    try:
        dataset = tables.load(project, spec.dataset)
    except (NotThere, FileDamaged):
        return None
    key = checked.findings_key(dataset.schema, spec.target.name)
    steps = history.history(project, dataset.id)
    edits = corrections.kept(project, dataset.id).edits(dataset.schema)
    return Table(
        dataset,
        guard.hidden(dataset),
        tables.kept_findings(project, dataset.id, key),
        checked.kept_quality(project, dataset.id, key),
        steps,
        tuple(edits),
    )


def _rivals(project: Path, spec: ModelSpec, say: Phrases) -> tuple[Rival, ...]:
    """Other models of the question: those that the same customers judged first, the best first."""
    entries, _ = models.board(project)
    asked = models.answering(entries, spec.dataset, spec.target.name, spec.outcome)
    others = [each for each in asked if each.id != spec.id and each.spec.task is spec.task]
    names = model_names([spec, *(each.spec for each in others)], say)
    made = [Rival(each, names[each.id], _same(spec, each.spec)) for each in others]
    return tuple(sorted(made, key=lambda rival: (not rival.same, _rank(rival.entry))))


def _same(spec: ModelSpec, other: ModelSpec) -> bool:
    """Whether both hold out the same rows of the table."""
    facts = ("dataset", "target", "outcome", "split", "seed", "rows_at_most")
    return all(getattr(spec, name) == getattr(other, name) for name in facts)


def _rank(entry: Entry) -> float:
    metric = headline_metric(entry.spec.task)
    score = entry.score(metric.key)
    found = float("-inf") if score is None or score.value != score.value else score.value
    return -metric.better.sign * found


def listed(rivals: Sequence[Rival]) -> tuple[Rival, ...]:
    """Those that a report lists: all that are trained beside, and the best of the others."""
    beside = [each for each in rivals if each.same and _is_yardstick(each)]
    others = [each for each in rivals if each not in beside][:OTHERS_AT_MOST]
    return (*beside, *others)


def _is_yardstick(rival: Rival) -> bool:
    kind = family(rival.entry.spec.family)
    return kind.beside or kind.key == "column"


def _reasons(project: Path, model: str) -> tuple[Reasons, ...]:
    """For each answer or amount the reasons of most customers, those with checks first."""
    made = [Reasons(each, reasons.quality(place)) for place, each in reasons.kept(project, model)]
    found: dict[str, Reasons] = {}
    for each in sorted(made, key=lambda one: one.trusted is None):
        found.setdefault(each.found.of, each)
    return tuple(found.values())


def _trail(project: Path) -> tuple[Line, ...] | None:
    """None where there are lines and none of them can be read."""
    found = trail.lines(project)
    return None if not found and trail.raw_lines(project)[0] else found
