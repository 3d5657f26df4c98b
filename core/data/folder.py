"""A folder of this machine and what there is to read in it."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from core.data.source import ending_of
from core.errors import NotAFolder, NothingInFolder, NotLocal

PACKED = (".gz", ".zst")
KINDS = {
    "delimited": (".csv", ".tsv", ".tab", ".txt"),
    "parquet": (".parquet", ".pq"),
    "json": (".jsonl", ".ndjson", ".json"),
}
DEEP = 4
FILES_AT_MOST = 20_000
NO_FOLDERS = ("/proc", "/sys", "/dev")


@dataclass(frozen=True)
class Folder:
    """The files of the kind that most bytes are of, by name; ``others`` are of another kind."""

    place: Path
    kind: str
    files: tuple[Path, ...]
    others: int
    size: int


def local_folder(typed: str) -> Path:
    """The folder at a path that a person typed.

    Raises NotLocal for what is no whole path of this machine (an address, a share, a path from
    somewhere), NotAFolder where there is none that may be read.
    """
    text = typed.strip()
    place = Path(text)
    remote = re.match(r"[a-zA-Z][\w+.-]+:/|\\\\|//", text)
    if not text or "\0" in text or remote or not place.is_absolute() or ".." in place.parts:
        raise NotLocal(text)
    real = place.resolve()
    if any(real.is_relative_to(never) for never in NO_FOLDERS) or not real.is_dir():
        raise NotAFolder(text)
    if not os.access(real, os.R_OK | os.X_OK):
        raise NotAFolder(text)
    return real


def files_of(place: Path) -> Folder:
    """What there is to read in a folder and four levels below it; hidden files are left alone.

    Raises NothingInFolder.
    """
    by_kind: dict[str, list[Path]] = {kind: [] for kind in KINDS}
    sizes: Counter[str] = Counter()
    for file in sorted(_walked(place, DEEP)):
        if kind := _kind(file):
            by_kind[kind].append(file)
            sizes[kind] += file.stat().st_size
    most = max(sizes, key=lambda kind: sizes[kind], default="")
    if not most or not sizes[most]:
        raise NothingInFolder(str(place), tuple(e for ends in KINDS.values() for e in ends))
    others = sum(map(len, by_kind.values())) - len(by_kind[most])
    files = tuple(file for file in by_kind[most] if file.stat().st_size)
    return Folder(place, most, files[:FILES_AT_MOST], others, sizes[most])


def _walked(place: Path, deep: int) -> Iterator[Path]:
    with os.scandir(place) as entries:
        for entry in entries:
            if entry.name.startswith((".", "_")):  # ours, the system's, or a marker of other tools
                continue
            if entry.is_file(follow_symlinks=False):
                yield Path(entry.path)
            elif deep and entry.is_dir(follow_symlinks=False) and os.access(entry.path, os.R_OK):
                yield from _walked(Path(entry.path), deep - 1)


def _kind(file: Path) -> str:
    name = file.name.lower()
    bare = name.removesuffix(ending_of(name)) if ending_of(name) in PACKED else name
    return next((kind for kind, ends in KINDS.items() if bare.endswith(ends)), "")
