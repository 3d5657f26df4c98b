"""What was done with real people's data: out of the trail, and of the logs from before there was
one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from core.store import log, trail
from core.store.log import DELETIONS, EXPORTS, KEEPING, KEYS, Entry
from core.store.trail import Line, What

BETWEEN = ", "  # names of a fact


@dataclass(frozen=True)
class _Kind:
    """Which lines of the trail are of a kind, which of their facts counts, and which names."""

    what: tuple[What, ...]
    kinds: tuple[str, ...]
    count: str
    names: str = ""
    called: Callable[[Line], str] = lambda line: line.of


_KINDS = {
    EXPORTS: _Kind(
        (What.EXPORT,), ("list",), "rows", "columns", lambda line: str(line.facts.get("file", ""))
    ),
    DELETIONS: _Kind((What.DELETE,), ("customer",), "rows"),
    KEYS: _Kind((What.PROTECT,), ("key",), "files", "damaged"),
    KEEPING: _Kind(
        (What.KEEP, What.DELETE),
        ("days", "forever", "removed"),
        "days",
        called=lambda line: str(line.facts.get("kind", "")),
    ),
}


def entries(project: Path, kind: str) -> tuple[Entry, ...]:
    """What was done of one kind, newest first."""
    wanted = _KINDS[kind]
    told = [_entry(line, wanted) for line in trail.lines(project) if _is(line, wanted)]
    return (*reversed(told), *log.entries(project, kind))


def _is(line: Line, wanted: _Kind) -> bool:
    return line.what in wanted.what and line.facts.get("kind") in wanted.kinds


def _entry(line: Line, wanted: _Kind) -> Entry:
    names = str(line.facts.get(wanted.names, ""))
    return Entry(
        who=line.who,
        when=line.when,
        what=wanted.called(line),
        rows=int(line.facts.get(wanted.count, 0)),
        names=tuple(names.split(BETWEEN)) if names else (),
    )
