"""What a sheet of a workbook says of its cells beyond their values.

Numbers that are shown with leading zeros (a postcode 01234 kept as 1234), formulas that were never
worked out, and cells that show an error. Only .xlsx and .xlsm tell.
"""

from __future__ import annotations

import html
import re
import zipfile
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from core.data.sheets import column_place, pieces

STYLES_AT_MOST = 20_000_000  # bytes
ZEROS = re.compile(r"0{2,20}")
FORMAT = re.compile(r"<(?:\w+:)?numFmt\s[^<>]*>")
CELL_FORMATS = re.compile(r"<(?:\w+:)?cellXfs\b")
CELL_FORMATS_END = re.compile(r"</(?:\w+:)?cellXfs>")
CELL_FORMAT = re.compile(r"<(?:\w+:)?xf\s[^<>]*>")
SHEET = re.compile(r"<(?:\w+:)?sheet\s[^<>]*>")
LINK = re.compile(r"<(?:\w+:)?Relationship\s[^<>]*>")
CELL = re.compile(rb"""<c\s([^<>]*?)>(?=<v>[-+\d.eE]+</v>)""")
PLACE = re.compile(rb'\br="([A-Z]{1,3})\d+"')
STYLE = re.compile(rb'\bs="(\d+)"')
UNVALUED = re.compile(rb"(?:</f>|<f[^<>]*/>)(?:<v></v>|<v/>)?</c>")


@dataclass(frozen=True)
class Formats:
    """``digits`` of a column (from 0) are those of its shortest number as shown; only columns all
    of whose numbers are shown so. ``unvalued`` counts formulas without a value, ``errors`` cells
    such as #DIV/0!. ``macros`` says that there are some."""

    digits: Mapping[int, int] = field(default_factory=dict)
    unvalued: int = 0
    errors: int = 0
    macros: bool = False


def formats(path: Path, sheet: str) -> Formats:
    """What there is to know of one sheet; nothing where the file is of another kind."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
            file = _file_of(archive, sheet) if "xl/workbook.xml" in names else ""
            if file not in names:
                return Formats()
            padded = _padded_styles(archive) if "xl/styles.xml" in names else {}
            found = _cells(archive, archive.getinfo(file), padded)
            return Formats(*found, any(name.endswith("vbaProject.bin") for name in names))
    except (zipfile.BadZipFile, OSError):  # an .xls
        return Formats()


def _cells(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, padded: Mapping[int, int]
) -> tuple[dict[int, int], int, int]:
    shown: Counter[tuple[int, int]] = Counter()
    unvalued = errors = 0
    for piece in pieces(archive, member):
        errors += piece.count(b't="e"')
        unvalued += len(UNVALUED.findall(piece)) if b"<f" in piece else 0
        if padded:
            for attributes in CELL.findall(piece):
                shown[_shown(attributes, padded)] += 1
    by_column: dict[int, set[int]] = {}
    for column, digits in shown:
        by_column.setdefault(column, set()).add(digits)
    digits = {c: min(found) for c, found in by_column.items() if len(found) == 1 and min(found)}
    return digits, unvalued, errors


def _shown(attributes: bytes, padded: Mapping[int, int]) -> tuple[int, int]:
    """The column of a number and how many digits it is shown with; 0 for as many as it has."""
    place, style = PLACE.search(attributes), STYLE.search(attributes)
    column = column_place(place[1]) - 1 if place else -1
    is_text = b't="' in attributes and b't="n"' not in attributes
    return (-1, 0) if is_text else (column, padded.get(int(style[1]) if style else 0, 0))


def _padded_styles(archive: zipfile.ZipFile) -> dict[int, int]:
    """Digits by the number of the cell style, for formats that are zeros and nothing else."""
    text = _text(archive, "xl/styles.xml")
    digits = {}
    for tag in FORMAT.findall(text):
        code = _attribute(tag, "formatCode")
        if ZEROS.fullmatch(code):
            digits[_attribute(tag, "numFmtId")] = len(code)
    start, end = CELL_FORMATS.search(text), CELL_FORMATS_END.search(text)
    used = CELL_FORMAT.findall(text[start.end() : end.start()]) if start and end else []
    ids = [_attribute(tag, "numFmtId") for tag in used]
    return {place: digits[id_] for place, id_ in enumerate(ids) if id_ in digits}


def _file_of(archive: zipfile.ZipFile, sheet: str) -> str:
    """The member that holds a sheet; empty where it cannot be told."""
    tags = SHEET.findall(_text(archive, "xl/workbook.xml"))
    ids = {_attribute(tag, "name"): _attribute(tag, r"\w+:id") for tag in tags}
    for tag in LINK.findall(_text(archive, "xl/_rels/workbook.xml.rels")):
        if sheet in ids and _attribute(tag, "Id") == ids[sheet]:
            target = _attribute(tag, "Target")
            return target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    return ""


def _text(archive: zipfile.ZipFile, member: str) -> str:
    try:
        with archive.open(member) as part:
            return part.read(STYLES_AT_MOST).decode("utf-8", "replace")
    except KeyError:
        return ""


def _attribute(tag: str, name: str) -> str:
    found = re.search(rf"""\b{name}\s*=\s*(["'])(.*?)\1""", tag)
    return html.unescape(found[2]) if found else ""
