"""What was done with real people's data: out of the trail, and of the logs from before there was
one."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from core.store import log, trail
from core.store.log import DELETIONS, EXPORTS, KEEPING, KEYS, Entry
from core.store.quarantine import KIND
from core.store.trail import Line, What

BETWEEN = ", "  # names within a fact


@dataclass(frozen=True)
class _Kind:
    """Which lines of the trail are of a kind, and which of their facts is what an entry holds."""

    what: tuple[What, ...]
    kinds: tuple[str, ...]
    rows: str = ""
    names: tuple[str, ...] = ()
    called: str = "of"


_KINDS = {
    EXPORTS: _Kind((What.EXPORT,), ("list",), "rows", ("columns",), "file"),
    DELETIONS: _Kind((What.DELETE,), ("customer",), "rows"),
    KEYS: _Kind((What.PROTECT,), ("key",), "files", ("damaged",)),
    KEEPING: _Kind((What.KEEP, What.DELETE), ("days", "forever", "removed"), "days", (), "kind"),
    KIND: _Kind((What.ASIDE,), ("model",), "", ("reason", "place")),
}


def entries(project: Path, kind: str) -> tuple[Entry, ...]:
    """What was done of one kind, newest first."""
    wanted = _KINDS[kind]
    told = [_entry(line, wanted) for line in trail.lines(project) if _is(line, wanted)]
    return (*reversed(told), *log.entries(project, kind))


def _is(line: Line, wanted: _Kind) -> bool:
    return line.what in wanted.what and line.facts.get("kind") in wanted.kinds


def _entry(line: Line, wanted: _Kind) -> Entry:
    facts = line.facts | {"of": line.of}
    rows = facts.get(wanted.rows)
    named = BETWEEN.join(str(facts.get(name, "")) for name in wanted.names)
    return Entry(
        who=line.who,
        when=line.when,
        what=str(facts.get(wanted.called, "")),
        rows=rows if isinstance(rows, int) else 0,
        names=tuple(named.split(BETWEEN)) if named else (),
    )
