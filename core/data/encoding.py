"""What alphabet a text file is written in, and the same file in UTF-8."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from core.data.alphabets import sense
from core.errors import BadSetting, NotATable
from core.progress import Report, silent

BLOCK = 1 << 20
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# what a file without a mark may be, the likeliest first
LIKELY = ("cp1252", "gb18030", "cp932", "big5hkscs", "cp949", "cp1251", "cp1250", "iso8859_2")
# the same bytes often make a little sense in these too: they need more letters and a clear lead
RARER = ("euc_jp", "cp1253", "cp1254", "koi8_r", "mac_roman")
ENCODINGS = (
    "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", *LIKELY, "latin-1", *RARER,
)  # fmt: skip
LETTERS_FOR_RARER, LEAD_OF_RARER = 6, 0.1
CLOSE = 0.05
# names from many countries make sense in no one language: Western Europe has the benefit of doubt
LEAD_OF_OTHERS = 0.1
BYTES_TO_JUDGE = 64
# bytes that Windows-1252 gives no letter; a file that has them is Latin-1 or not text
NOT_WINDOWS = b"\x81\x8d\x8f\x90\x9d"
# control characters that no text file holds (tab, line ends and form feed are fine)
CONTROLS = bytes(set(range(32)) - {9, 10, 11, 12, 13, 26, 27, 28, 29, 30, 31})
CONTROLS_AT_MOST = 0.001
# lines with letters beyond ASCII, or their middle where they are long
TELLING = re.compile(rb"[\x80-\xff][^\r\n]{0,400}")
BEFORE = re.compile(rb"[^\r\n]*\Z")
BYTES_BEFORE = 400  # of the same line
BYTES_OF_A_BLOCK, BYTES_LOOKED_AT = 1 << 14, 1 << 17
PLAIN = re.compile(rb"[\x00-\x7f]+")
# a handful of bad places in a file of UTF-8 does not make it another encoding
BAD_AT_MOST = 0.1
UNREADABLE = "\ufffd"


def encoding_of(path: Path, name: str) -> str:
    """The Python name of the file's encoding. Raises NotATable for bytes that are no text.

    A mark at the beginning tells; then valid UTF-8; then the encoding in which the letters beyond
    ASCII make most sense in some language that is written in it.
    """
    with path.open("rb") as file:
        head = file.read(BLOCK)
    for mark, encoding in MARKS:
        if head.startswith(mark):
            return encoding
    if encoding := _unmarked_utf16(head):
        return encoding
    refuse_binary(path, name)
    if _decodes(path, "utf-8"):
        return "utf-8"
    return _likeliest(_telling(path))


def known_encoding(encoding: str) -> str:
    """The encoding, where it is one of ``ENCODINGS``. Raises BadSetting."""
    if encoding not in ENCODINGS:
        raise BadSetting("encoding", encoding, ", ".join(ENCODINGS))
    return encoding


def begins_as_utf8(path: Path) -> bool:
    """Whether the first block is UTF-8 without a mark of another encoding and without NUL."""
    with path.open("rb") as file:
        head = file.read(BLOCK)
    if b"\0" in head or any(head.startswith(mark) for mark, _ in MARKS[1:]):
        return False
    return _decoded(head, "utf-8").bad == 0


def transcode(path: Path, encoding: str, into: Path, report: Report = silent) -> int:
    """Writes the file again in UTF-8 without a mark, a block at a time.

    Gives the number of places whose bytes are no letters in ``encoding``: each became U+FFFD.
    """
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    done, size, bad = 0, path.stat().st_size, 0
    with into.open("w", encoding="utf-8", newline="", errors="replace") as file:
        for block in _blocks(path):
            text = decoder.decode(block)
            bad += text.count(UNREADABLE)
            file.write(text)
            done += len(block)
            report(done / size, "data.stage.reading")
        text = decoder.decode(b"", final=True)
        bad += text.count(UNREADABLE)
        file.write(text)
    return bad


def refuse_binary(path: Path, name: str) -> None:
    """Raises NotATable where the bytes are no text in any encoding of single bytes."""
    for block in _blocks(path):
        if is_binary(block):
            raise NotATable(name, "binary")


def is_binary(block: bytes) -> bool:
    """Whether bytes hold what no text does: NUL, or many control characters."""
    if b"\0" in block:
        return True
    return len(block) - len(block.translate(None, CONTROLS)) > CONTROLS_AT_MOST * len(block)


@dataclass(frozen=True)
class _Decoded:
    text: str
    bad: int


def _decoded(content: bytes, encoding: str) -> _Decoded:
    """The text, and how many places are no letters; the last bytes may have been cut."""
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    text = decoder.decode(content)
    return _Decoded(text.replace(UNREADABLE, ""), text.count(UNREADABLE))


def _likeliest(telling: bytes) -> str:
    """The encoding of bytes of which some are beyond ASCII."""
    if _is_mostly_utf8(telling) or _lines_are_utf8(telling):
        return "utf-8"
    letters = len(PLAIN.sub(b"", telling))
    found = {encoding: _score(telling, encoding) for encoding in LIKELY}
    found["cp1252"] += LEAD_OF_OTHERS
    best = max(LIKELY, key=lambda encoding: found[encoding])
    if letters >= LETTERS_FOR_RARER:
        rare = {encoding: _score(telling, encoding) for encoding in RARER}
        rarest = max(RARER, key=lambda encoding: rare[encoding])
        if rare[rarest] > found[best] + LEAD_OF_RARER:
            return rarest
    close = [each for each in LIKELY if found[each] >= found[best] - CLOSE and found[each] > 0]
    if len(close) > 1 and best != "cp1252":
        best = _among(telling, close)
    if found[best] <= 0 or best == "cp1252":
        return "latin-1" if any(byte in telling for byte in NOT_WINDOWS) else "cp1252"
    return best


def _score(telling: bytes, encoding: str) -> float:
    """How much sense the letters make, less what is no letter at all."""
    found = _decoded(telling, encoding)
    letters = sum(ch > "\x7f" for ch in found.text)
    if not letters:
        return 0.0
    return sense(found.text, encoding) - 5 * found.bad / letters


def _among(telling: bytes, close: list[str]) -> str:
    """One of several encodings in which the bytes make equal sense.

    Those that read these bytes alike are as good as each other; otherwise charset-normalizer
    judges by how often each letter of a language comes.
    """
    read = {encoding: _decoded(telling, encoding).text for encoding in close}
    if len(set(read.values())) == 1 or len(telling) < BYTES_TO_JUDGE:
        return close[0]
    from charset_normalizer import from_bytes

    best = from_bytes(telling, cp_isolation=close).best()
    named = codecs.lookup(best.encoding).name if best is not None else ""
    return next((each for each in close if codecs.lookup(each).name == named), close[0])


def _is_mostly_utf8(telling: bytes) -> bool:
    """Whether bytes beyond ASCII nearly all form UTF-8: hardly anything else does by chance."""
    found = _decoded(telling, "utf-8")
    letters = sum(ch > "\x7f" for ch in found.text)
    return letters > 0 and found.bad <= BAD_AT_MOST * (letters + found.bad)


def _lines_are_utf8(telling: bytes) -> bool:
    """Whether most letters beyond ASCII stand in lines of UTF-8: files that were put together."""
    good = bad = 0
    for line in telling.splitlines():
        beyond = len(PLAIN.sub(b"", line))
        found = _decoded(line, "utf-8")
        good, bad = (good, bad + beyond) if found.bad else (good + beyond, bad)
    return good > bad


def _telling(path: Path) -> bytes:
    """Lines with letters beyond ASCII, some of each block of the file."""
    parts: list[bytes] = []
    size = 0
    for block in _blocks(path):
        taken = 0
        for match in TELLING.finditer(block):
            ahead = BEFORE.search(block[max(0, match.start() - BYTES_BEFORE) : match.start()])
            parts.append((ahead[0] if ahead else b"") + match[0])
            taken += len(parts[-1])
            if taken >= BYTES_OF_A_BLOCK:
                break
        size += taken
        if size >= BYTES_LOOKED_AT:
            break
    return b"\n".join(parts)


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            yield block


def _unmarked_utf16(head: bytes) -> str:
    """The byte order of UTF-16 without a mark; empty for what is none.

    Latin text has a NUL in every other place; any text has line ends and separators that do.
    """
    if head.count(0) < 2:
        return ""
    for encoding in ("utf-16-le", "utf-16-be"):
        found = _decoded(head[: len(head) // 2 * 2], encoding)
        sensible = sum(ch.isprintable() or ch in "\r\n\t" for ch in found.text)
        marked = "\n" in found.text or "\r" in found.text
        ascii_ = sum(ch < "\x80" for ch in found.text)
        if marked and not found.bad and sensible == len(found.text) and ascii_ * 20 > sensible:
            return encoding
    return ""


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for block in _blocks(path):
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
