"""The table it learned from: where it comes from, what was left out, masked, mended and found."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict

from core.data.finding import Severity
from core.report import people
from core.report.known import Known, Table
from core.report.section import alone
from core.report.wording import QUIET, when, words
from core.review.piece import Listed, Piece, Said
from core.schema import Column, Mask, Role

LEARNED = (Role.FEATURE, Role.SENSITIVE)


def _pieces(known: Known) -> tuple[Piece, ...]:
    if known.table is None:
        alone = "report.data.alone" if known.project is None else "report.data.deleted"
        facts = {"name": known.saved.table_name, "id": known.spec.dataset}
        return (Said(alone, facts), _columns(known, known.spec.features))
    return (
        _origin(known, known.table),
        *_read(known, known.table),
        *_masks(known, known.table),
        *_steps(known, known.table),
        _columns(known, known.table.dataset.schema.columns),
        *_findings(known, known.table),
    )


def _origin(known: Known, table: Table) -> Listed:
    say, dataset = known.say, table.dataset
    told = dataset.provenance
    rows: list[tuple[object, ...]] = [
        (say("report.data.name"), dataset.name),
        (say("report.data.id"), dataset.id),
        (say("report.data.rows"), dataset.rows),
        (say("report.data.columns"), len(dataset.schema.columns)),
    ]
    if told.file:
        rows.append((say("report.data.file"), told.file))
    if told.size:
        rows.append((say("report.data.size"), told.size))
    if told.read_at:
        rows.append((say("report.data.read_at"), when(told.read_at)))
    made = "log" if told.recipe else "steps" if _made_anew(table) else "brought"
    rows.append((say("report.data.origin"), say(f"report.data.{made}")))
    return Listed("report.data.origin", QUIET, tuple(rows))


def _made_anew(table: Table) -> bool:
    return any(step.before != step.after for step in table.steps)


def _read(known: Known, table: Table) -> Iterator[Said]:
    """How its bytes were understood, without a cell."""
    told = table.dataset.provenance
    if told.rows_left_out:
        yield Said("report.data.left_out", {"rows": told.rows_left_out}, False)
    else:
        yield Said("report.data.all_read")
    if told.undecodable:
        yield Said("report.data.undecodable", {"places": told.undecodable}, False)
    if told.totals:
        yield Said("report.data.totals", {"rows": told.totals}, False)
    for note in told.notes:
        facts = people.note_facts(note, known.sayable, known.say)
        yield Said(f"bring.note.{note.code}", facts)


def _masks(known: Known, table: Table) -> Iterator[Piece]:
    say = known.say
    if not table.hidden:
        yield Said("report.data.nothing_masked")
        return
    rows = tuple(
        (
            say(f"privacy.sort.{each.sort or 'chosen'}", column=each.column),
            say(f"privacy.mask.{each.mask}"),
        )
        for each in table.hidden
    )
    headers = ("report.data.held", "report.data.mask")
    yield Listed("report.data.masks", headers, rows)


def _steps(known: Known, table: Table) -> Iterator[Said]:
    """What people corrected and mended before it was learned from."""
    if table.corrected:
        yield Said("report.data.corrected", {"columns": table.corrected})
    for step in table.steps:
        facts = asdict(step.remedy) | {"word": known.say("report.hidden.cell")}
        what = known.say(f"check.remedy.act.{step.remedy.act}", **facts)
        facts = {"what": what, "columns": step.remedy.columns, "at": when(step.at)}
        yield Said("check.history.step" if step.remedy.columns else "check.history.step_all", facts)
    if not table.corrected and not table.steps:
        yield Said("report.data.untouched")


def _columns(known: Known, columns: tuple[Column, ...]) -> Listed:
    say, asked = known.say, {column.name for column in known.spec.features}
    rows = []
    for column in columns:
        used = "target" if column.name == known.spec.target.name else "left_out"
        used = "learned" if column.name in asked else used
        mask = say(f"privacy.mask.{column.mask}") if column.mask is not Mask.NONE else ""
        kind = say(f"report.data.kind.{column.kind}")
        rows.append((column.name, kind, say(f"report.data.used.{used}"), mask))
    headers = ("columns.column", "columns.kind", "report.data.use", "report.data.mask")
    return Listed("report.data.every_column", headers, tuple(rows))


def _findings(known: Known, table: Table) -> Iterator[Piece]:
    say = known.say
    if table.findings is None:
        yield Said("report.data.not_checked", {}, False)
        return
    if table.quality:
        headers = (
            "report.data.score",
            "report.question.share",
            "report.data.right",
            "report.data.all",
        )
        rows = tuple(
            (say(f"check.quality.{q.key}.name"), say("check.quality.score", share=q.share),
             q.right, q.all)
            for q in table.quality
        )  # fmt: skip
        yield Listed("report.data.quality", headers, rows)
    if not table.findings:
        yield Said("report.data.nothing_found", {}, True)
    for each in table.findings:
        facts = people.finding_facts(each, table.dataset, known.sayable, say)
        grave = each.severity is not Severity.NOTE
        yield words(say(f"check.{each.code}.what", **facts), False if grave else None)


SECTION = alone("data", 30, _pieces)
