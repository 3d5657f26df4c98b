"""Looks a table over: what is missing, repeated, unlikely, too good to be true."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from core.data.cells import Cells, counted_cells
from core.data.copies import copies, same_meaning
from core.data.dataset import Dataset
from core.data.drift import drifts
from core.data.engine import engine
from core.data.finding import Act, Finding, Remedy, Severity, left_out
from core.data.leaks import leaks
from core.data.looked import LEARNED, Looked
from core.data.near import near_people
from core.data.owners import owners
from core.data.repeats import conflicts, repeated_ids, repeats
from core.data.sentinels import sentinels
from core.data.spellings import mixed, spellings
from core.data.table import typed_sql
from core.data.values import odd_values
from core.progress import Report, silent
from core.schema import Column, Kind, Role

ROWS_AT_LEAST = 50
RARE_ROWS, RARE_SHARE = 10, 0.01
IMBALANCED = 0.05
ROWS_A_COLUMN, ROWS_A_COLUMN_TO_WARN = 10, 5
MISSING_TO_WARN = 0.2
NEARLY_EMPTY = 0.6
LEVELS_TO_WARN = 100
LEVELS_LEFT = 50
LEFT_OUT_TO_WARN = 0.01
BLANK = "␣"
NOT_GIVEN, OTHERS = "(not given)", "(other)"


def findings(
    dataset: Dataset, target: str | None = None, report: Report = silent
) -> tuple[Finding, ...]:
    """What is found about a table, and about ``target`` in it: the gravest first.

    Without ``target`` the schema's own is used, if it has one. Raises UnknownColumn and what
    ``report`` raises.
    """
    schema = dataset.schema.aimed_at(target) if target else dataset.schema
    with engine(dataset.folder) as connection:
        report(0.0, "data.stage.checking")
        cells = counted_cells(dataset, schema, connection)
        look = Looked(dataset, schema, cells, connection)
        found: list[Finding] = []
        rounds = (_about_rows, _about_cells, _about_kinds, _about_copies, _about_answers)
        for place, about in enumerate(rounds, 1):
            found += about(look)
            report(place / len(rounds), "data.stage.checking")
    order = list(Severity)
    return tuple(sorted(found, key=lambda finding: order.index(finding.severity)))


def _about_rows(look: Looked) -> Iterator[Finding]:
    rows = look.rows
    if rows < ROWS_AT_LEAST:
        yield Finding("too_few_rows", "", rows, str(ROWS_AT_LEAST), Severity.STOP)
    if left := look.dataset.provenance.rows_left_out:
        grave = left > LEFT_OUT_TO_WARN * rows
        yield Finding("rows_left_out", "", left, "", Severity.WARN if grave else Severity.NOTE)
    yield from repeats(look)
    yield from repeated_ids(look)
    yield from near_people(look)
    yield from owners(look)


def _about_cells(look: Looked) -> Iterator[Finding]:
    for column, counts in zip(look.schema.columns, look.cells, strict=True):
        yield from _about_gaps(look, column, counts)
        if column.role is Role.ID:
            yield Finding("id_like", column.name, look.rows, "", Severity.NOTE)
        elif counts.distinct <= 1 and counts.typed and column.role is not Role.TARGET:
            remedies = left_out(column.name) if column.role in LEARNED else ()
            yield Finding(
                "constant", column.name, look.rows, counts.least, Severity.NOTE, remedies=remedies
            )
        elif column.kind is Kind.CATEGORY and column.role in LEARNED:
            levels = len(column.levels) or counts.distinct
            if levels > LEVELS_TO_WARN:
                rest = Remedy(Act.OTHERS, (column.name,), OTHERS, most=LEVELS_LEFT)
                remedies = (rest, *left_out(column.name))
                yield Finding(
                    "high_cardinality", column.name, levels, "", Severity.NOTE, remedies=remedies
                )


def _about_gaps(look: Looked, column: Column, counts: Cells) -> Iterator[Finding]:
    empty, name, rows = counts.empty + counts.blank, column.name, look.rows
    if empty and column.role is not Role.TARGET:
        grave = empty > MISSING_TO_WARN * rows and column.role is not Role.IGNORED
        severity = Severity.WARN if grave else Severity.NOTE
        remedies = tuple(_filled(look, column, empty)) if column.role in LEARNED else ()
        yield Finding("missing", name, empty, "", severity, (empty / rows,), 0, remedies)
    if counts.disguised:
        remedies = ()
        if column.kind in (Kind.CATEGORY, Kind.BOOLEAN):
            remedies = (Remedy(Act.EMPTY, (name,), values=((counts.disguise, ""),)),)
        yield Finding(
            "disguised_missing", name, counts.disguised, counts.disguise, Severity.NOTE,
            remedies=remedies,
        )  # fmt: skip
    if counts.bad:
        example = counts.bad_example or BLANK
        remedies = (Remedy(Act.UNREAD, (name,)),)
        yield Finding("bad_cells", name, counts.bad, example, Severity.WARN, remedies=remedies)


def _filled(look: Looked, column: Column, empty: int) -> Iterator[Remedy]:
    """Gaps of a category get a value of their own, those of a number its middle one."""
    if column.kind in (Kind.CATEGORY, Kind.BOOLEAN):
        yield Remedy(Act.FILL, (column.name,), NOT_GIVEN)
    elif column.kind is Kind.NUMBER and empty < look.rows:
        sql = f"SELECT approx_quantile({typed_sql(column)}, 0.5) FROM {look.file}"  # noqa: S608
        middle = f"{look.one(sql)[0] or 0:.6g}"
        word = middle.replace(".", ",") if "comma" in column.pattern else middle
        yield Remedy(Act.FILL, (column.name,), word)
    if empty > NEARLY_EMPTY * look.rows or column.kind is Kind.DATE:
        yield from left_out(column.name)


def _about_kinds(look: Looked) -> Iterator[Finding]:
    yield from spellings(look)
    yield from mixed(look)
    yield from odd_values(look)
    for found in sentinels(replace(look.dataset, schema=look.schema)):
        values = tuple((text, "") for text in found.texts)
        remedy = (Remedy(Act.EMPTY, (found.column,), values=values),)
        yield Finding(
            "sentinel", found.column, found.count, found.texts[0], Severity.NOTE, remedies=remedy
        )


def _about_copies(look: Looked) -> Iterator[Finding]:
    same = list(copies(look))
    yield from same
    yield from same_meaning(look, frozenset(finding.column for finding in same))


def _about_answers(look: Looked) -> Iterator[Finding]:
    target = look.schema.target
    if target is None:
        return
    levels = look.counted(target)
    known = look.cells_of(target.name).typed
    yield from _about_target(target, levels, (known, look.rows))
    if len(levels) > 1:
        yield from _about_enough(look, levels, known)
        yield from conflicts(look)
        yield from drifts(look)
        yield from leaks(look)


def _about_target(
    target: Column, levels: tuple[tuple[str, int], ...], cells: tuple[int, int]
) -> Iterator[Finding]:
    known, rows = cells
    if missing := rows - known:
        grave = Severity.WARN if known else Severity.STOP
        yield Finding("target_missing", target.name, missing, "", grave)
    if known and len(levels) == 1:
        yield Finding("one_class", target.name, known, levels[0][0], Severity.STOP)
    if target.kind in (Kind.NUMBER, Kind.DATE) or len(levels) < 2:
        return
    for level, count in levels:
        if count < RARE_ROWS or count < RARE_SHARE * known:
            grave = Severity.WARN if count < RARE_ROWS else Severity.NOTE
            merged = Remedy(Act.MERGE, (target.name,), values=((level, OTHERS),))
            remedies = (merged,) if len(levels) > 2 and level != OTHERS else ()
            yield Finding("rare_class", target.name, count, level, grave, remedies=remedies)
    level, count = levels[-1]
    if len(levels) == 2 and count >= RARE_ROWS and RARE_SHARE <= count / known < IMBALANCED:
        remedies = (Remedy(Act.BALANCE, (target.name,)),)
        yield Finding(
            "imbalance", target.name, count, level, Severity.NOTE, (count / known,),
            remedies=remedies,
        )  # fmt: skip


def _about_enough(
    look: Looked, levels: tuple[tuple[str, int], ...], known: int
) -> Iterator[Finding]:
    """Fewer cases of the rarer answer than ten for each column that is learned from.

    Peduzzi, Concato, Kemper, Holford and Feinstein (1996), "A simulation study of the number of
    events per variable in logistic regression analysis".
    """
    target = look.schema.target
    columns = sum(column.role in LEARNED for column in look.schema.columns)
    is_number = target is not None and target.kind in (Kind.NUMBER, Kind.DATE)
    cases = known if is_number else known - levels[0][1]
    if columns and cases < ROWS_A_COLUMN * columns and look.rows >= ROWS_AT_LEAST:
        grave = Severity.WARN if cases < ROWS_A_COLUMN_TO_WARN * columns else Severity.NOTE
        name = target.name if target else ""
        yield Finding("too_few_cases", name, cases, "", grave, (columns, ROWS_A_COLUMN * columns))
