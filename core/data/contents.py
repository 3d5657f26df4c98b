"""How many files an archive says it holds, before Python reads the list of them into memory."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

END, END_SIZE, COMMENT_AT_MOST = b"PK\x05\x06", 22, 1 << 16
LARGE_AT, FINDS_LARGE = b"PK\x06\x07", 20  # where the end of more than 65,535 files is
LARGE_END, LARGE_SIZE = b"PK\x06\x06", 56 + FINDS_LARGE
USUAL = 250  # bytes of the list for a file: 46, its name, and what else is told of it


class End(NamedTuple):
    """What a zip's end says: how many ``files``, in a list of so many bytes of ``room``.

    ``is_large`` where it is of the longer kind, for more than 65,535 files or 4 GB.
    """

    files: int
    room: int
    is_large: bool


def end_of(path: Path) -> End | None:
    """The end of a zip; None where it has none. The format is PKWARE's APPNOTE 4.3."""
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - END_SIZE - COMMENT_AT_MOST - LARGE_SIZE))
        tail = file.read()
    at = tail.rfind(END)
    if at < 0 or len(tail) - at < END_SIZE:
        return None
    is_large = tail[max(0, at - FINDS_LARGE) : at].startswith(LARGE_AT)
    large = at - LARGE_SIZE
    if is_large and large >= 0 and tail[large:].startswith(LARGE_END):
        return End(_number(tail, large + 32, 8), _number(tail, large + 40, 8), is_large)
    return End(_number(tail, at + 10, 2), _number(tail, at + 12, 4), is_large)


def listed(path: Path) -> int:
    """How many files a zip's end says there are, or as many as its list has room for where that
    is long beyond what it says; 0 where it has no end.
    """
    found = end_of(path)
    return max(found.files, min(found.room, path.stat().st_size) // USUAL) if found else 0


def _number(raw: bytes, at: int, size: int) -> int:
    return int.from_bytes(raw[at : at + size], "little")
