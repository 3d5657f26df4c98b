"""A segment with its levers is worked out."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from core import wire
from core.progress import Report, part, silent
from core.store import models, projects, segments, tables
from core.store.fitting import as_asked
from core.train.owners import owners_among
from core.what_if.members import members
from core.what_if.segment import Segment, Shifted, changed
from core.what_if.support import Support, support


def change_segment(
    home: Path, report: Report, project: str, model: str, segment: dict[str, Any]
) -> dict[str, Any]:
    """Works a segment with its levers out and keeps what comes of it."""
    folder = projects.folder(home, project)
    saved = models.load(models.place(folder, model))
    asked = wire.converted(segment, Segment)
    report(0.0, "segment.stage.reading")
    found = segment_of(folder, support(saved.model), asked, part(report, 0.1, 1.0))
    segments.keep(segments.place(folder, model, asked.id), found)
    return {"segment": asked.id}


def segment_of(folder: Path, known: Support, asked: Segment, report: Report = silent) -> Shifted:
    """The customers of a segment before and after, from the model's table."""
    spec = known.model.spec
    dataset = as_asked(tables.load(folder, spec.dataset), spec)
    rows = members(dataset, known.model, asked)
    found = changed(known, dataset.schema, rows, asked, report)
    owners = owners_among(dataset, found.rows.tolist())
    groups = None if owners is None else owners.reindex(found.rows).to_numpy("int64")
    return replace(found, rows_of_table=dataset.rows, groups=groups)
