"""Looks for texts in every file under a folder, however a file may hold them."""

from __future__ import annotations

import base64
import gzip
import io
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pyarrow as pa
import pyarrow.ipc
import pyarrow.parquet as pq

DEEP = 4


def spelled(text: str) -> set[bytes]:
    """How a text may stand in a file, in lower case; base64 in it may begin at any of three."""
    found = {text.encode(), quote(text).encode(), text.encode().hex().encode()}
    for coding in ("utf-8", "utf-16-le", "utf-16-be", "utf-32-le"):
        for written in (text, text.lower(), text.upper()):
            raw = written.encode(coding)
            found.add(raw)
            for pad in range(3):
                packed = base64.b64encode(bytes(pad) + raw)
                whole = packed[-(-pad * 8 // 6) : (pad + len(raw)) * 8 // 6]
                found |= {whole, whole.translate(bytes.maketrans(b"+/", b"-_"))}
    return {each.lower() for each in found}


def unpacked(content: bytes, depth: int = 0) -> Iterator[bytes]:
    """What a file holds, and what is packed in it."""
    yield content
    if depth < DEEP:
        for inner in _within(content):
            yield from unpacked(inner, depth + 1)


def _within(content: bytes) -> Iterator[bytes]:
    if content[:4] == b"PAR1":
        table = pq.read_table(io.BytesIO(content))
        yield table.to_pandas().to_csv().encode()
    elif content[:2] == b"\x1f\x8b":
        yield gzip.decompress(content)
    elif content[:4] == b"\x28\xb5\x2f\xfd":
        with pa.CompressedInputStream(io.BytesIO(content), "zstd") as stream:
            yield stream.read()
    elif content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            yield from (archive.read(name) for name in archive.namelist())
    elif content[:1] == b"x":
        try:
            yield zlib.decompress(content)
        except zlib.error:
            return


def hits(folder: Path, texts: tuple[str, ...]) -> list[tuple[str, str]]:
    """Files under a folder that hold one of the texts, in whatever case, or are called so."""
    wanted = {text: spelled(text) for text in texts}
    found = []
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        name = file.relative_to(folder).as_posix()
        seen = {*told(file.read_bytes(), wanted), *told(name.encode(), wanted)}
        found += [(name, text) for text in texts if text in seen]
    return found


def told(content: bytes, wanted: dict[str, set[bytes]]) -> list[str]:
    """Which texts stand in some content."""
    parts = [part.lower() for part in unpacked(content)]
    return [
        text for text, ways in wanted.items() if any(way in part for way in ways for part in parts)
    ]
