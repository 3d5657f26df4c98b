"""How many files an archive says it holds, before Python reads the list of them into memory."""

from __future__ import annotations

from pathlib import Path

END, END_SIZE, COMMENT_AT_MOST = b"PK\x05\x06", 22, 1 << 16
LARGE_END, LARGE_SIZE = b"PK\x06\x06", 56 + 20  # of more than 65,535 files, with what finds it
USUAL = 250  # bytes of the list for a file: 46, its name, and what else is told of it


def listed(path: Path) -> int:
    """How many files a zip's end says there are, or as many as its list has room for where that
    is long beyond what it says; 0 where it has no end. The format is PKWARE's APPNOTE 4.3.
    """
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - END_SIZE - COMMENT_AT_MOST - LARGE_SIZE))
        tail = file.read()
    at = tail.rfind(END)
    if at < 0 or len(tail) - at < END_SIZE:
        return 0
    files, room = _number(tail, at + 10, 2), _number(tail, at + 12, 4)
    large = at - LARGE_SIZE
    if large >= 0 and tail[large:].startswith(LARGE_END):
        files, room = _number(tail, large + 32, 8), _number(tail, large + 40, 8)
    return max(files, min(room, size) // USUAL)


def _number(raw: bytes, at: int, size: int) -> int:
    return int.from_bytes(raw[at : at + size], "little")
