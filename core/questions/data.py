"""Where do the data come from, and what was left out or masked?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict

from core.data.finding import Severity
from core.questions.known import Known
from core.questions.question import Question, waiting
from core.review.piece import Listed, Piece, Said
from core.schema import Role, Schema
from core.text.phrases import Phrases

KEY = "questions.data"
LEFT_OUT = (Role.IGNORED, Role.ID)


def pieces(known: Known, say: Phrases) -> tuple[Piece, ...]:
    """The table, its columns, what was hidden and done, and what was found wrong with it."""
    return (*_table(known), *_steps(known, say), *_findings(known, say))


def _table(known: Known) -> Iterator[Piece]:
    model, dataset = known.saved.model, known.dataset
    if dataset is None:
        yield Said(f"{KEY}.gone", {"name": known.saved.table_name}, good=False)
    else:
        told = dataset.provenance
        facts = {"name": dataset.name, "rows": dataset.rows, "columns": len(dataset.schema.columns)}
        yield Said(f"{KEY}.table", facts)
        if told.read_at:
            yield Said(f"{KEY}.read", {"file": told.file, "at": told.read_at[:10]})
        if told.rows_left_out:
            yield Said(f"{KEY}.unread", {"rows": told.rows_left_out}, good=False)
    rows = {"training": model.training_rows, "held_out": len(model.held_out)}
    yield Said(f"{KEY}.used", rows)
    if model.left_out:
        yield Said(f"{KEY}.left_out", {"rows": model.left_out})
    yield Said(f"{KEY}.columns", {"columns": tuple(c.name for c in model.spec.features)})
    if dataset is not None:
        yield from _columns(known, dataset.schema)


def _columns(known: Known, schema: Schema) -> Iterator[Piece]:
    learned = {c.name for c in known.saved.model.spec.features}
    out = tuple(c.name for c in schema.columns if c.role in LEFT_OUT and c.name not in learned)
    if out:
        yield Said(f"{KEY}.ignored", {"columns": out})
    if known.hidden:
        yield Said(f"{KEY}.masked", {"columns": tuple(h.column for h in known.hidden)}, good=True)
    else:
        yield Said(f"{KEY}.nothing_masked")
    sensitive = tuple(c.name for c in schema.with_role(Role.SENSITIVE))
    if sensitive:
        yield Said(f"{KEY}.sensitive", {"columns": sensitive})
    else:
        yield Said(f"{KEY}.no_sensitive")


def _steps(known: Known, say: Phrases) -> Iterator[Piece]:
    if not known.steps:
        return
    yield Listed(
        f"{KEY}.steps",
        (f"{KEY}.step", f"{KEY}.step_columns", f"{KEY}.step_at"),
        tuple(
            (
                say(f"check.remedy.act.{step.remedy.act}", **asdict(step.remedy)),
                ", ".join(step.remedy.columns),
                step.at[:16].replace("T", " "),
            )
            for step in known.steps
        ),
    )


def _findings(known: Known, say: Phrases) -> Iterator[Piece]:
    if known.findings is None:
        yield waiting("findings")
        return
    grave = [each for each in known.findings if each.severity is not Severity.NOTE]
    if not grave:
        yield Said(f"{KEY}.no_findings", good=True)
        return
    stops = sum(each.severity is Severity.STOP for each in grave)
    yield Said(f"{KEY}.findings", {"count": len(grave), "stops": stops}, good=not stops)
    yield Listed(
        f"{KEY}.open",
        (f"{KEY}.column", f"{KEY}.finding"),
        tuple((each.column, say(f"check.{each.code}.what", **asdict(each))) for each in grave),
    )


QUESTION = Question("data", 10, pieces)
