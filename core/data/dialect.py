"""How a text file separates its cells, and where its table begins."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from core.data.aligned import cuts_of
from core.data.dataset import Note
from core.data.header import is_value
from core.data.longest import LONGEST_CELL
from core.data.names import column_names, nameless, renamed
from core.data.records import (
    RECORDS_LOOKED_AT,
    SPACES,
    Record,
    cells,
    records_of,
    start_of,
    width_of,
)
from core.data.source import COLUMNS_AT_MOST, FOUND_OUT, Options
from core.errors import BadSetting, FileEmpty, NotATable, OneColumn, TooManyColumns, UserError

SEPARATORS = (",", ";", "\t", "|")
SAMPLE = 1 << 18
TITLES_AT_MOST = 5
MOST = 0.5
DECLARED = re.compile(r"\A\ufeff?sep=(.)\r?\n", re.IGNORECASE)
MARKUP = re.compile(r"[\ufeff\s]*<(\?xml|!doctype|(html|head|body|table|svg)\b)", re.IGNORECASE)
UNNAMED = re.compile(
    r"[+-]?[\d.,]+(e[+-]?\d+)?%?|\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}([ T][\d:.]+Z?)?", re.IGNORECASE
)
ESCAPED_QUOTE = re.compile(r'(?<!\\)((?:\\\\)*)\\"')  # by a backslash; as long when doubled
YEAR = re.compile(r"(19|20)\d\d")


@dataclass(frozen=True)
class Dialect:
    """``separator`` is one character; a space stands for columns aligned with spaces, which begin
    at ``cuts``, or at any run of blanks where there are none.

    ``skipped`` lines stand above the header (the first row, where there is no header); ``above``
    is the first of them with words in it. The first row begins at byte ``starts``.
    """

    separator: str
    names: tuple[str, ...]
    has_header: bool
    skipped: int = 0
    above: str = ""
    starts: int = 0
    cuts: tuple[int, ...] = ()
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True)
class _Sample:
    """The start of a file: its lines, how many of them are no part of it, and whether it is all."""

    lines: list[str]
    declared: str
    whole: bool
    mark: int

    @property
    def body(self) -> list[str]:
        return self.lines[bool(self.declared) :]


@dataclass(frozen=True)
class _Table:
    """The records of a sample under one separator, from the first that belongs to the table."""

    records: list[Record]
    start: int
    width: int
    share: float
    cuts: tuple[int, ...] = ()

    @property
    def merit(self) -> tuple[bool, bool, int, float, int]:
        """What makes one separator better than another: it parts the first row too, and most rows
        agree, with least above them.

        1,5;2,5 is as wide everywhere under a comma, but its header is not.
        """
        parted = len(self.records[self.start].cells) > 1 if self.records else False
        return self.share > MOST, parted, -self.start, self.share, self.width


def dialect_of(path: Path, name: str, options: Options = FOUND_OUT) -> Dialect:
    """The dialect of a UTF-8 text file; what ``options`` say of it is kept to.

    Raises FileEmpty, OneColumn, TooManyColumns, BadSetting, or NotATable where no two rows agree.
    """
    sample = _sample(path)
    text = "".join(sample.lines)
    if not text.replace("\ufeff", "").strip():
        raise FileEmpty(name)
    if MARKUP.match(text):
        raise NotATable(name, "markup")
    sample = _clearer(sample, options)
    separator = options.separator or sample.declared or _separator(sample, options)
    if not separator:
        raise _refusal(sample, name)
    found = _table(sample, separator, options)
    if found.width > COLUMNS_AT_MOST:
        raise TooManyColumns(name, found.width, COLUMNS_AT_MOST)
    if found.width < 2:
        raise _refusal(sample, name)
    return _dialect(sample, separator, found, options)


def _dialect(sample: _Sample, separator: str, found: _Table, options: Options) -> Dialect:
    table = found.records[found.start :]
    width, first = found.width, table[0]
    has_header = not _is_data(table) if options.header_row is None else options.header_row > 0
    header = [*first.cells, *[""] * width][:width]
    skipped = first.line + bool(sample.declared)
    above = next((r.text for r in found.records[: found.start]), "")
    start = (first.end if has_header else first.line) + bool(sample.declared)
    starts = sample.mark + sum(len(line.encode()) for line in sample.lines[:start])
    names = column_names(header) if has_header else nameless(width)
    notes = renamed(header, names) if has_header else ()
    return Dialect(separator, names, has_header, skipped, above, starts, found.cuts, notes)


def _sample(path: Path) -> _Sample:
    """The start of the file, with at least one whole line."""
    size, length = path.stat().st_size, SAMPLE
    with path.open("rb") as file:
        head = file.read(length)
        while not re.search(rb"[\r\n]", head.lstrip(b"\xef\xbb\xbf\r\n")) and length < min(
            size, LONGEST_CELL
        ):
            length *= 4
            head += file.read(length - len(head))
    text = head.decode("utf-8", errors="ignore")
    mark = 3 if head.startswith(b"\xef\xbb\xbf") else 0
    declared = DECLARED.match(text)
    lines = re.findall(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z", text.removeprefix("\ufeff"))
    return _Sample(lines, declared[1] if declared else "", len(head) >= size, mark)


def _clearer(sample: _Sample, options: Options) -> _Sample:
    """The sample with its escaped quotes doubled instead, where that makes more sense of it."""
    doubled = replace(sample, lines=[ESCAPED_QUOTE.sub(r'\1""', line) for line in sample.lines])
    if doubled.lines == sample.lines:
        return sample

    def merit(looked_at: _Sample) -> tuple[bool, bool, int, float, int]:
        return max(_table(looked_at, each, options).merit for each in SEPARATORS)

    return doubled if merit(doubled) > merit(sample) else sample


def _separator(sample: _Sample, options: Options) -> str:
    """The separator under which most rows agree with the header; empty if there is none."""
    # a quote that is never closed swallows the sample: then its lines are counted as they are
    bare = _Sample([line.replace('"', "") for line in sample.lines], "", sample.whole, 0)
    best, found = "", None
    for looked_at in (sample, bare):
        scored = [(_table(looked_at, each, options), each) for each in SEPARATORS]
        found, best = max(scored, key=lambda entry: entry[0].merit)
        if found.width >= 2 and found.share > MOST:
            return best
    aligned = _table(sample, SPACES, options)
    quoted = any('"' in line for line in sample.lines)
    if aligned.width >= 2 and aligned.share == 1 and not quoted and len(aligned.records) > 1:
        return SPACES
    return best if found is not None and found.width >= 2 and found.share > 0 else ""


def _table(sample: _Sample, separator: str, options: Options) -> _Table:
    """Where the table begins under a separator, how wide it is and how many rows agree."""
    if separator == SPACES:
        return _aligned(sample, options)
    records = records_of(sample.body, separator, sample.whole)
    start = _chosen_start(records, options, bool(sample.declared))
    return _judged(records, start_of(records) if start is None else start)


def _judged(records: list[Record], start: int, cuts: tuple[int, ...] = ()) -> _Table:
    table = records[start:]
    width = width_of(table)
    body = table[1:] or table
    share = sum(len(record.cells) == width for record in body) / max(1, len(body))
    return _Table(records, start, width, round(share, 2) if width >= 2 else 0.0, cuts)


def _aligned(sample: _Sample, options: Options) -> _Table:
    """Columns aligned with spaces: by any run of blanks, or by place where cells hold blanks."""
    records = records_of(sample.body, SPACES, sample.whole)
    start = _chosen_start(records, options, bool(sample.declared))
    starts = range(min(TITLES_AT_MOST, max(1, len(records) - 2))) if start is None else (start,)
    for at in starts:
        apart = _judged(records, at)
        lines = [record.text for record in records[at : RECORDS_LOOKED_AT + 1]]
        cuts = cuts_of(lines)
        if apart.share == 1 and apart.width >= max(2, len(cuts)):
            return apart
        if len(cuts) >= 2:
            placed = records_of(sample.body, SPACES, sample.whole, cuts)
            return _judged(placed, at, cuts)
    return _judged(records, starts[0])


def _chosen_start(records: Sequence[Record], options: Options, declared: bool) -> int | None:
    """The record that a person says the table begins with; None where nothing was said.

    Raises BadSetting for a line below the last that was looked at.
    """
    if options.header_row:
        line = options.header_row - 1 - declared
    elif options.skipped is not None:
        line = options.skipped - declared
    else:
        return None
    start = next((place for place, record in enumerate(records) if record.end > line), None)
    if start is None:
        last = records[-1].line + 1 if records else 0
        raise BadSetting("header_row", str(line + 1), f"1 … {last}")
    return start


def _is_data(records: Sequence[Record]) -> bool:
    """Whether the first row is a row like the others: its cells are values where theirs are.

    A year, or a number that counts the columns, may also be a name.
    """
    if len(records) < 2:
        return False
    first = [cell.strip() for cell in records[0].cells]
    words = [cell for cell in first if cell]
    if words and all(UNNAMED.fullmatch(cell) for cell in words):
        return True
    below = [record.cells for record in records[1:]]
    of_values = [place for place in range(len(first)) if _holds_values(below, place)]
    above = [first[place] for place in of_values]
    if not above or not all(cell and is_value(cell) for cell in above):
        return False
    return not _are_counted(above)


def _holds_values(rows: Sequence[Sequence[str]], place: int) -> bool:
    found = [row[place].strip() for row in rows if len(row) > place and row[place].strip()]
    return bool(found) and all(map(is_value, found)) and any(map(UNNAMED.fullmatch, found))


def _are_counted(names: Sequence[str]) -> bool:
    """Whether names are years, or numbers one after another."""
    if all(map(YEAR.fullmatch, names)):
        return True
    whole = [int(name) for name in names if name.isascii() and name.isdigit()]
    return len(whole) == len(names) > 1 and whole == list(range(whole[0], whole[0] + len(whole)))


def _refusal(sample: _Sample, name: str) -> UserError:
    """Too many columns, a header that no row agrees with, prose, or one column of values."""
    lines = [line.strip() for line in sample.body[:RECORDS_LOOKED_AT] if line.strip()]
    columns = max(len(cells(lines[0], separator)) for separator in SEPARATORS)
    if columns > COLUMNS_AT_MOST:
        return TooManyColumns(name, columns, COLUMNS_AT_MOST)
    wordy = sum(len(line.split()) > 4 for line in lines) / len(lines)
    if columns > 1 or wordy > 0.3 or lines[0][0] in "{[":
        return NotATable(name, "ragged" if columns > 1 else "prose")
    return OneColumn(name, lines[0][:200])
