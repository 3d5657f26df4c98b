"""What a remedy moves is worked out."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from core import wire
from core.data.finding import Remedy
from core.evaluate.price import price
from core.progress import Report
from core.store import checked as checks
from core.store import projects, tables
from core.store.checked import findings_key


def price_remedy(
    home: Path, report: Report, project: str, table: str, asked: dict[str, str],
    remedy: dict[str, Any],
) -> dict[str, Any]:  # fmt: skip
    """Works out and keeps what a remedy moves; ``asked`` has a "target" and an "outcome"."""
    folder = projects.folder(home, project)
    dataset = tables.load(folder, table)
    aimed = replace(dataset, schema=dataset.schema.aimed_at(asked["target"]))
    known = wire.converted(remedy, Remedy)
    found = price(aimed, asked["outcome"], known, report)
    key = checks.price_key(findings_key(dataset.schema, asked["target"]), asked["outcome"], known)
    checks.keep_price(folder, table, key, found)
    return {"key": key}
