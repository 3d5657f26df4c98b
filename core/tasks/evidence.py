"""The evidence for a review is gathered: what other pages have not looked at yet, and the rest."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import msgspec
import pandas as pd

from core.data.dataset import Dataset
from core.data.table import frame
from core.explain.importance import importance
from core.models.family import Task
from core.predict import Predictions
from core.progress import Report, part
from core.review.bands import groups_of
from core.review.better import Rival, against, single_column
from core.review.courses import courses
from core.review.errors import errors
from core.review.groups import Groups, by_groups
from core.review.shaken import shaken
from core.review.standing_in import StandIns, standing_in
from core.review.steady import steadiness
from core.robust.ground import ground
from core.schema import Column
from core.store import cohorts, evidence, fitting, models, projects, reasons, robustness, tables
from core.store.fitting import as_asked, asked_rows
from core.store.models import SavedModel
from core.tasks.reasons import explain_model, held_out_inputs, judge_reasons
from core.tasks.tables import checked
from core.train.rivals import rivals

ROWS_EXPLAINED = 200
ROWS_STEADY = 60


@dataclass(frozen=True, eq=False)
class Work:
    """What the evidence is gathered of: a project's model, its table, and its held-out rows."""

    home: Path
    project: str
    saved: SavedModel
    dataset: Dataset
    rows: pd.DataFrame
    compared: tuple[Column, ...]

    @property
    def folder(self) -> Path:
        return projects.folder(self.home, self.project)

    @property
    def id(self) -> str:
        return self.saved.model.spec.id

    @property
    def found(self) -> Predictions:
        return self.saved.evaluation.predictions

    @property
    def way(self) -> reasons.Way:
        return reasons.usual_way(self.folder, self.saved)


def gather(
    home: Path, report: Report, project: str, model: str, columns: list[str]
) -> dict[str, Any]:
    """Gathers what lacks, each part kept as soon as it is there; ``columns`` are those whose
    groups are compared beside the sensitive ones.

    Raises NotThere, and what training and explaining raise.
    """
    folder = projects.folder(home, project)
    saved = models.load(models.place(folder, model))
    dataset = tables.load(folder, saved.model.spec.dataset)
    chosen = evidence.compared(dataset, saved, tuple(columns))
    names = tuple(column.name for column in chosen)
    known = evidence.load(folder, model)
    if known.compared != names:
        known = replace(known, compared=names, groups=None, stand_ins=None, whole=False)
    report(0.0, "review.stage.reading")
    work = Work(home, project, saved, dataset, held_out_rows(dataset, saved, names), chosen)
    done = 0.0
    for name, share, find in STEPS:
        told = part(report, done, done + share)
        done += share
        if name == "" or getattr(known, name) is None:
            found = find(work, told)
            if name:
                known = evidence.keep(folder, model, replace(known, **{name: found}))
    evidence.keep(folder, model, replace(known, whole=True))
    return {"model": model}


def held_out_rows(dataset: Dataset, saved: SavedModel, names: tuple[str, ...]) -> pd.DataFrame:
    """The held-out rows in their order: the model's columns as it knows them, others as the table
    does."""
    spec = saved.model.spec
    wanted = dict.fromkeys([*(c.name for c in spec.features), *names])
    there = [name for name in (*wanted, *_filtered(dataset)) if name in dataset.schema]
    rows = saved.model.held_out
    return frame(as_asked(dataset, spec), list(dict.fromkeys(there)), rows.tolist()).loc[rows]


def _filtered(dataset: Dataset) -> Iterator[str]:
    """Columns that saved cohorts ask about."""
    project = dataset.folder.parents[1]
    for cohort in cohorts.fitting(project, dataset.schema):
        yield from (wanted.column for wanted in cohort.filters)


def _reasons(work: Work, report: Report) -> None:
    """The usual reasons, and how far they can be trusted, where they are not there yet."""
    way = reasons.way_text(work.way)
    rows = min(ROWS_EXPLAINED, len(work.saved.model.held_out))
    asked = {"project": work.project, "model": work.id, "way": way}
    explain_model(work.home, part(report, 0.0, 0.5), **asked, rows=rows)
    quality = reasons.quality(reasons.place(work.folder, work.id, way))
    if quality is None or quality.shuffled is None:
        judge_reasons(work.home, part(report, 0.5, 1.0), **asked)


def _looked_over(work: Work, report: Report) -> None:
    """The findings about the table with the model's question, where they are not there yet."""
    checked(work.folder, work.dataset, work.saved.model.spec.target.name, report)


def _rivals(work: Work, report: Report) -> tuple[Rival, ...]:
    """No model and an established one as they are on the shelf, and the best single column."""
    spec, others = work.saved.model.spec, {}
    for rival in rivals(spec, work.dataset.schema):
        place = work.folder / "models" / rival.id
        if models.is_sound(place):
            others[rival.family] = models.load(place).evaluation.predictions
    single = fitting.fit(work.dataset, single_column(spec), report)
    others[single.model.spec.family] = single.evaluation.predictions
    return against(work.found, others)


def _errors(work: Work, report: Report) -> Any:
    report(0.0, "review.stage.errors")
    named = cohorts.fitting(work.folder, work.dataset.schema)
    asked = tuple((each.name, each.filters) for each in named)
    spec = work.saved.model.spec
    return errors(work.found, work.rows, spec.features, asked, spec.seed)


def _groups(work: Work, report: Report) -> tuple[Groups, ...]:
    report(0.0, "review.stage.groups")
    threshold = work.saved.evaluation.threshold
    found = (
        by_groups(work.found, groups_of(work.rows[c.name], c), threshold, c.name)
        for c in work.compared
    )
    return tuple(each for each in found if each is not None)


def _stand_ins(work: Work, report: Report) -> tuple[StandIns, ...]:
    found = []
    features = work.saved.model.spec.features
    for place, column in enumerate(work.compared):
        report(place / len(work.compared), "review.stage.stand_ins")
        names = groups_of(work.rows[column.name], column)
        found.append(standing_in(work.rows, features, column, names))
    return tuple(found)


def _courses(work: Work, report: Report) -> Any:
    report(0.0, "review.stage.courses")
    return courses(work.saved.model, _ranked(work), work.way.of if _has_classes(work) else "")


def _has_classes(work: Work) -> bool:
    return work.saved.model.spec.task is Task.MULTICLASS


def _steady(work: Work, report: Report) -> Any:
    spec, way = work.saved.model.spec, work.way
    of = ground(asked_rows(work.dataset, spec), spec)
    inputs = held_out_inputs(work.folder, work.saved, ROWS_STEADY)
    return steadiness(of, work.saved.model, inputs, (way.of, way.method, way.asked), report)


def _shaken(work: Work, report: Report) -> Any:
    threshold = work.saved.evaluation.threshold
    return shaken(work.saved.model, work.rows, work.found, _ranked(work), threshold, report)


def _ranked(work: Work) -> tuple[str, ...]:
    """The model's columns by their reasons, the strongest first; families stand for themselves."""
    there = reasons.load(reasons.place(work.folder, work.id, reasons.way_text(work.way)))
    names = [] if there is None else [one.column for one in importance(there)]
    return tuple(dict.fromkeys([*names, *(c.name for c in work.saved.model.spec.features)]))


def _examined(work: Work, report: Report) -> None:
    """The tests of trust of the Evaluate page, where they were not made yet."""
    if not robustness.load(work.folder, work.id).whole:
        spec = msgspec.to_builtins(work.saved.model.spec)
        robustness.examine_model(work.home, report, work.project, spec)


# what is gathered, and about which share of the time it takes; unnamed parts keep their own
STEPS: tuple[tuple[str, float, Callable[[Work, Report], Any]], ...] = (
    ("", 0.05, _looked_over),
    ("errors", 0.03, _errors),
    ("groups", 0.03, _groups),
    ("stand_ins", 0.04, _stand_ins),
    ("rivals", 0.05, _rivals),
    ("", 0.2, _reasons),
    ("courses", 0.05, _courses),
    ("shaken", 0.05, _shaken),
    ("steady", 0.2, _steady),
    ("", 0.3, _examined),
)
