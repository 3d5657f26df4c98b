"""What alphabet a text file is written in, and the same file in UTF-8."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from pathlib import Path

from core.errors import NotATable
from core.progress import Report

BLOCK = 1 << 20
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# bytes that Windows-1252 gives no letter; a file that has them is Latin-1 or not text
NOT_WINDOWS = b"\x81\x8d\x8f\x90\x9d"
# control characters that no text file holds (tab, line ends and form feed are fine)
CONTROLS = bytes(set(range(32)) - {9, 10, 11, 12, 13, 26, 27, 28, 29, 30, 31})
CONTROLS_AT_MOST = 0.001


def encoding_of(path: Path, name: str) -> str:
    """The Python name of the file's encoding. Raises NotATable for bytes that are no text."""
    with path.open("rb") as file:
        head = file.read(BLOCK)
    for mark, encoding in MARKS:
        if head.startswith(mark):
            return encoding
    if encoding := _unmarked_utf16(head):
        return encoding
    _refuse_binary(path, name)
    if _decodes(path, "utf-8"):
        return "utf-8"
    return (
        "latin-1"
        if any(byte in block for block in _blocks(path) for byte in NOT_WINDOWS)
        else "cp1252"
    )


def transcode(path: Path, encoding: str, name: str, into: Path, report: Report) -> None:
    """Writes the file again in UTF-8 without a mark, a block at a time."""
    decoder = codecs.getincrementaldecoder(encoding)()
    done, size = 0, path.stat().st_size
    try:
        with into.open("w", encoding="utf-8", newline="") as file:
            for block in _blocks(path):
                file.write(decoder.decode(block))
                done += len(block)
                report(done / size, "data.stage.reading")
            file.write(decoder.decode(b"", final=True))
    except UnicodeError as error:
        raise NotATable(name, "encoding") from error


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            yield block


def _unmarked_utf16(head: bytes) -> str:
    """Latin text in UTF-16 has a NUL in every other place."""
    pairs = len(head) // 2
    if pairs < 2:
        return ""
    even, odd = head[0 : 2 * pairs : 2].count(0) / pairs, head[1 : 2 * pairs : 2].count(0) / pairs
    if odd > 0.4 and even < 0.05:
        return "utf-16-le"
    return "utf-16-be" if even > 0.4 and odd < 0.05 else ""


def _refuse_binary(path: Path, name: str) -> None:
    for block in _blocks(path):
        controls = len(block) - len(block.translate(None, CONTROLS))
        if b"\0" in block or controls > CONTROLS_AT_MOST * len(block):
            raise NotATable(name, "binary")


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for block in _blocks(path):
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
