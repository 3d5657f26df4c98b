"""Tables of encrypted projects that are kept open in this process: a few, in clear, in memory."""

from __future__ import annotations

import threading
from collections import OrderedDict
from pathlib import Path

from core.store.rest import in_clear
from core.store.sealed import Held

TABLES_HELD = 3
_tables: OrderedDict[tuple[object, ...], Held] = OrderedDict()
_turn = threading.Lock()


class Opened:
    """Tables' files in clear, each opened when it is first asked for and while this lives."""

    def __init__(self) -> None:
        self._held: dict[Path, Held | None] = {}

    def __call__(self, file: Path) -> Path:
        """Where a file can be read. Raises what ``content`` raises."""
        if file not in self._held:
            self._held[file] = _table(file)
        found = self._held[file]
        return file if found is None else found.path


def _table(file: Path) -> Held | None:
    """The few tables last read stay open: a page asks for the same one again and again."""
    known = file.stat()
    key = (file, known.st_ino, known.st_mtime_ns, known.st_size)
    with _turn:
        if key not in _tables:
            found = in_clear(file)
            if found is None:
                return None
            _tables[key] = found
        _tables.move_to_end(key)
        while len(_tables) > TABLES_HELD:
            _tables.popitem(last=False)
        return _tables[key]


def let_go() -> None:
    """Closes the tables that are kept open."""
    with _turn:
        _tables.clear()
