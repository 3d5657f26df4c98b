"""How a text file separates its cells and its lines, and whether it has a header."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from core.data.names import column_names, nameless
from core.data.source import COLUMNS_AT_MOST
from core.errors import FileEmpty, NotATable, OneColumn, TooManyColumns, UserError

SEPARATORS = (",", ";", "\t", "|")
SPACES = " "
SAMPLE = 1 << 18
LONGEST_CELL = 1 << 24
RECORDS_LOOKED_AT = 200
DECLARED = re.compile(r"\A\ufeff?sep=(.)\r?\n", re.IGNORECASE)
MARKUP = re.compile(r"[\ufeff\s]*<(\?xml|!doctype|html|table|[a-z]+>)", re.IGNORECASE)
UNNAMED = re.compile(
    r"[+-]?[\d.,]+(e[+-]?\d+)?%?|\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}([ T][\d:.]+Z?)?", re.IGNORECASE
)


@dataclass(frozen=True)
class Dialect:
    """``separator`` is one character (a space: any run of white space); ``line_end`` is "\\n",
    "\\r\\n" or "\\r" where it is the same throughout, and empty where it is mixed.
    ``skipped`` is the number of lines before the header."""

    separator: str
    line_end: str
    names: tuple[str, ...]
    has_header: bool
    skipped: int = 0


def dialect_of(path: Path, name: str) -> Dialect:
    """The dialect of a UTF-8 text file.

    Raises FileEmpty, OneColumn, TooManyColumns, or NotATable where no two rows agree.
    """
    text, whole = _sample(path)
    if not text.strip("\ufeff \t\r\n"):
        raise FileEmpty(name)
    if MARKUP.match(text):
        raise NotATable(name, "markup")
    declared = DECLARED.match(text)
    body = text[declared.end() :] if declared else text.lstrip("\ufeff")
    lead = len(body) - len(body.lstrip("\r\n"))
    separator = declared[1] if declared else _separator(body[lead:], whole)
    if not separator:
        raise _refusal(body, name)
    records = _records(body[lead:], separator, whole)
    width = _width(records)
    if width > COLUMNS_AT_MOST:
        raise TooManyColumns(name, width, COLUMNS_AT_MOST)
    header = [*records[0], *[""] * width][:width]
    has_header = not _is_data(records)
    names = column_names(header) if has_header else nameless(width)
    return Dialect(separator, _line_end(path), names, has_header, bool(declared) + lead)


def cells(line: str, separator: str) -> list[str]:
    """The cells of one line without quoted line ends."""
    return (
        line.split() if separator == SPACES else next(csv.reader([line], delimiter=separator), [])
    )


def _sample(path: Path) -> tuple[str, bool]:
    """The start of the file, with the whole header, and whether that is all there is."""
    size = path.stat().st_size
    length = SAMPLE
    with path.open("rb") as file:
        head = file.read(length)
        while not re.search(rb"[\r\n]", head.lstrip(b"\xef\xbb\xbf\r\n")) and length < min(
            size, LONGEST_CELL
        ):
            length *= 4
            head += file.read(length - len(head))
    return head.decode("utf-8", errors="ignore"), len(head) >= size


def _separator(text: str, whole: bool) -> str:
    """The separator whose rows agree most with the header; empty if there is none."""
    # a quote that is never closed swallows the sample: then its lines are counted as they are
    for looked_at in (text, text.replace('"', "")):
        scored = [(_agreement(looked_at, separator, whole), separator) for separator in SEPARATORS]
        (share, width), best = max(scored, key=lambda entry: entry[0])
        if width >= 2 and share > 0.5:
            return best
    spaced, columns = _agreement(text, SPACES, whole)
    if columns >= 2 and spaced == 1 and '"' not in text and len(_records(text, SPACES, whole)) > 1:
        return SPACES
    return best if width >= 2 and share > 0 else ""


def _agreement(text: str, separator: str, whole: bool) -> tuple[float, int]:
    """The share of rows that are as wide as the header, and that width."""
    records = _records(text, separator, whole)
    width = _width(records)
    if width < 2:
        return 0.0, width
    body = records[1:] or records
    return round(sum(len(record) == width for record in body) / len(body), 2), width


def _width(records: list[list[str]]) -> int:
    """The header's width, give or take the trailing separators of one side.

    Exports often close each row with a separator but not the header, or the other way round.
    """
    if not records:
        return 0
    header, widths = records[0], Counter(len(record) for record in records[1:])
    common = widths.most_common(1)[0][0] if widths else len(header)
    if common == len(header) + 1 and all(
        not r[-1].strip() for r in records[1:] if len(r) == common
    ):
        return common
    if common < len(header) and not any(cell.strip() for cell in header[common:]):
        return common
    return len(header)


def _records(text: str, separator: str, whole: bool) -> list[list[str]]:
    """The first records, without the one that the sample may have cut."""
    if separator == SPACES:
        found = [line.split() for line in text.splitlines()[: RECORDS_LOOKED_AT + 1]]
    else:
        csv.field_size_limit(LONGEST_CELL)
        found = []
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
        with suppress(csv.Error):  # what came before the fault is enough to judge by
            for record in reader:
                found.append(record)
                if len(found) > RECORDS_LOOKED_AT:
                    break
    if not whole and len(found) <= RECORDS_LOOKED_AT and len(found) > 1:
        found = found[:-1]
    return [record for record in found if any(cell.strip() for cell in record)] or found[:1]


def _is_data(records: list[list[str]]) -> bool:
    """Whether the first row is a row like the others: numbers and dates only, as the next one."""
    if len(records) < 2:
        return False
    first = [cell.strip() for cell in records[0] if cell.strip()]
    return bool(first) and all(UNNAMED.fullmatch(cell) for cell in first)


def _line_end(path: Path) -> str:
    """The line end, where the whole file (quoted ones too) has the same."""
    both = feeds = returns = 0
    last = b""
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            both += block.count(b"\r\n") + (last == b"\r" and block[:1] == b"\n")
            feeds += block.count(b"\n")
            returns += block.count(b"\r")
            last = block[-1:]
    if not returns:
        return "\n"
    if both == feeds == returns:
        return "\r\n"
    return "" if feeds else "\r"


def _refusal(text: str, name: str) -> UserError:
    """Too many columns, a header that no row agrees with, prose, or one column of values."""
    lines = [line.strip() for line in text.splitlines()[:RECORDS_LOOKED_AT] if line.strip()]
    columns = max(len(cells(lines[0], separator)) for separator in SEPARATORS)
    if columns > COLUMNS_AT_MOST:
        return TooManyColumns(name, columns, COLUMNS_AT_MOST)
    wordy = sum(len(line.split()) > 4 for line in lines) / len(lines)
    if columns > 1 or wordy > 0.3 or lines[0][0] in "{[":
        return NotATable(name, "ragged" if columns > 1 else "prose")
    return OneColumn(name, lines[0][:200])
