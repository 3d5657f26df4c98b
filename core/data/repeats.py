"""Rows that say what other rows say: repeats, repeats but for an id, and contradictions."""

from __future__ import annotations

from collections.abc import Iterator

from core.data.engine import identifier
from core.data.finding import Act, Finding, Remedy, Severity
from core.data.looked import LEARNED, Looked
from core.data.table import typed_sql
from core.schema import Kind, Role

ALIKE_AT_MOST = 0.3  # of the rows; with more, few columns of few levels make rows alike by chance
COLUMNS_TO_TELL = 4
COLUMNS_LEFT_OUT = 60
MORE_BY = 3.0  # leaving a column of two equal levels out doubles the rows alike by chance
NEARLY_UNIQUE = 0.9
CONFLICTS_TO_WARN = 0.01


def repeats(look: Looked) -> Iterator[Finding]:
    """Rows that an earlier row makes superfluous: wholly, or but for ids, or one column more."""
    ids = [c.name for c in look.schema.with_role(Role.ID)]
    others = [name for name in look.schema.names if name not in ids]
    whole, alike = _repeated(look, (list(look.schema.names), others if len(others) > 1 else []))
    if whole:
        first = (Remedy(Act.REPEATS, look.schema.names),)
        yield Finding("duplicate_rows", "", whole, "", Severity.WARN, remedies=first)
    if ids and whole < alike <= ALIKE_AT_MOST * look.rows:
        first = (Remedy(Act.REPEATS, tuple(others)),)
        yield Finding("duplicates_but_id", min(ids), alike, "", Severity.WARN, remedies=first)
        yield from _but_one(look, others, alike)


def repeated_ids(look: Looked) -> Iterator[Finding]:
    """Columns that name nearly every row, and a few rows twice."""
    for column in look.schema.with_role(Role.GROUP):
        filled, distinct = look.one(
            f"SELECT count(v), count(DISTINCT v) FROM (SELECT {typed_sql(column)} AS v"  # noqa: S608
            f" FROM {look.file})"
        )
        again = int(filled - distinct)
        if distinct > NEARLY_UNIQUE * filled and again:
            first = (Remedy(Act.REPEATS, (column.name,)),)
            yield Finding("repeated_ids", column.name, again, "", Severity.WARN, remedies=first)


def conflicts(look: Looked) -> Iterator[Finding]:
    """Rows alike in every column that is learned from, with different answers."""
    target = look.schema.target
    learned = [c for c in look.schema.columns if c.role in LEARNED]
    if target is None or target.kind in (Kind.NUMBER, Kind.DATE) or len(learned) < COLUMNS_TO_TELL:
        return
    columns = ", ".join(identifier(c.name) for c in learned)
    groups, rows, torn = look.one(
        "SELECT count(*), sum(n), coalesce(sum(n) FILTER (answers > 1), 0) FROM (SELECT"  # noqa: S608
        f" count(*) AS n, (min(answer) <> max(answer))::INT + 1 AS answers FROM (SELECT"
        f" hash({columns}) AS alike, {typed_sql(target)} AS answer FROM {look.file})"
        " WHERE answer IS NOT NULL GROUP BY alike)"
    )
    if torn and groups > (1 - ALIKE_AT_MOST) * rows:
        names = tuple(c.name for c in learned)
        remedy = (Remedy(Act.CONFLICTS, names, target.name),)
        grave = Severity.WARN if torn > CONFLICTS_TO_WARN * rows else Severity.NOTE
        yield Finding("conflicting_labels", target.name, int(torn), "", grave, remedies=remedy)


def _but_one(look: Looked, others: list[str], alike: int) -> Iterator[Finding]:
    """The category without which clearly more rows are alike, besides the ids."""
    kinds = (Kind.CATEGORY, Kind.BOOLEAN)
    tried = [
        name for name in others if look.schema[name].kind in kinds
        and look.schema[name].role is not Role.TARGET
    ][:COLUMNS_LEFT_OUT]  # fmt: skip
    choices = tuple([name for name in others if name != out] for out in tried)
    if not tried or len(others) <= COLUMNS_TO_TELL:
        return
    counts = _repeated(look, choices)
    most = max(counts)
    if MORE_BY * alike <= most <= ALIKE_AT_MOST * look.rows:
        out = tried[counts.index(most)]
        remedy = (Remedy(Act.REPEATS, tuple(name for name in others if name != out)),)
        yield Finding("duplicates_but_one", out, most, "", Severity.NOTE, remedies=remedy)


def _repeated(look: Looked, choices: tuple[list[str], ...]) -> list[int]:
    """For each choice of columns the rows that say there what an earlier row said.

    Rows are compared by a 64-bit hash of their texts; empty cells are alike.
    """
    names = list(dict.fromkeys(name for choice in choices for name in choice))
    place = {name: f"h{i}" for i, name in enumerate(names)}
    hashes = ", ".join(
        f"hash({i}, {identifier(name)}) AS {place[name]}" for i, name in enumerate(names)
    )
    counts = ", ".join(
        f"count(*) - count(DISTINCT hash({', '.join(place[n] for n in choice)}))" if choice else "0"
        for choice in choices
    )
    inner = f"SELECT {hashes} FROM {look.file}"  # noqa: S608
    return [int(count) for count in look.one(f"SELECT {counts} FROM ({inner})")]  # noqa: S608
