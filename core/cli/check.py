"""``whybuy check``: what is in a table, and what is wrong with it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

import typer

from core.cli.shell import AsJson, File, say, table, tell
from core.data.check import findings
from core.data.finding import Finding
from core.data.privacy.sight import COVERED as HIDDEN


def check(
    file: File,
    target: Annotated[str, typer.Option(help="The column to predict.")] = "",
    as_json: AsJson = False,
) -> None:
    """What is in a table, and what is wrong with it."""
    with table(file) as dataset:
        if target:
            dataset.schema[target]  # is it there?
        found = findings(dataset, target or None)
    hidden = {column.name for column in dataset.schema.columns if column.mask}
    report = {
        "rows": dataset.rows,
        "columns": [
            {"name": c.name, "kind": c.kind, "role": c.role} for c in dataset.schema.columns
        ],
        "findings": [
            {
                "code": f.code,
                "column": f.column,
                "count": f.count,
                "severity": f.severity,
                "sentence": say(f"check.{f.code}.what", **_facts(f, hidden)),
            }
            for f in found
        ],
    }
    tell(report, as_json, _check_lines)


def _facts(found: Finding, hidden: set[str]) -> dict[str, Any]:
    """What a finding's sentence says; cells of columns with personal data are not told."""
    facts = asdict(found)
    return facts | {"example": HIDDEN} if found.column in hidden and found.example else facts


def _check_lines(report: dict[str, Any]) -> list[str]:
    head = say("cli.table", rows=report["rows"], columns=len(report["columns"]))
    columns = [f"  {c['name']}: {c['kind']}, {c['role']}" for c in report["columns"]]
    return [head, *columns, *(f"- {f['sentence']}" for f in report["findings"])]
