"""Archives: tables in them, several tables, ways out of the folder, and bombs."""

from __future__ import annotations

import gzip
import io
import zipfile

import pyarrow as pa

from core.errors import FileDamaged, NothingInArchive, UnpacksTooLarge
from tests.corpus.case import Case, Row, refuses

TABLE = "id;größe\n007;1,5\n008;\n".encode()
NAMES: Row = ("id", "größe")
ROWS: tuple[Row, ...] = (("007", "1,5"), ("008", None))
PIECE = b"1,2\n" * (1 << 18)
PIECES = 220


def zipped(**members: bytes) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, inside in members.items():
            archive.writestr(name, inside)
    return content.getvalue()


def zstd(inside: bytes) -> bytes:
    content = pa.BufferOutputStream()
    with pa.CompressedOutputStream(content, "zstd") as packing:
        packing.write(inside)
    return bytes(content.getvalue())


def zip_bomb() -> bytes:
    content = io.BytesIO()
    with (
        zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open("bomb.csv", "w") as inside,
    ):
        for _ in range(PIECES):
            inside.write(PIECE)
    return content.getvalue()


def read(about: str, file: str, content: bytes) -> Case:
    return Case(about, file, lambda: content, NAMES, ROWS, values={"größe": (1.5, None)})


CASES: tuple[Case, ...] = (
    read("gzip", "t.csv.gz", gzip.compress(TABLE)),
    read("gzip of two pieces", "t.csv.gz", gzip.compress(TABLE[:9]) + gzip.compress(TABLE[9:])),
    read("zstd", "t.csv.zst", zstd(TABLE)),
    read("zip", "t.zip", zipped(**{"t.csv": TABLE})),
    read(
        "a zip made by a Mac",
        "t.zip",
        zipped(**{"t.csv": TABLE, "__MACOSX/._t.csv": b"x", ".DS_Store": b"x"}),
    ),
    read(
        "a zip with a note beside its table",
        "t.zip",
        zipped(**{"t.csv": TABLE, "README.txt": b"hello"}),
    ),
    read("a zip whose member leads out", "t.zip", zipped(**{"../../../t.csv": TABLE})),
    read("a zip whose member is a whole path", "t.zip", zipped(**{"/etc/t.csv": TABLE})),
    refuses(
        "a zip of two tables", zipped(**{"a.csv": TABLE, "b.csv": TABLE}), NothingInArchive, "t.zip"
    ),
    refuses("a zip without a table", zipped(**{"a.exe": b"MZ"}), NothingInArchive, "t.zip"),
    refuses("a zip of nothing", zipped(), NothingInArchive, "t.zip"),
    refuses("half a gzip", gzip.compress(TABLE * 1000)[:60], FileDamaged, "t.csv.gz"),
    refuses("half a zip", zipped(**{"t.csv": TABLE})[:40], FileDamaged, "t.zip"),
    refuses("a gzip bomb", lambda: gzip.compress(PIECE) * PIECES, UnpacksTooLarge, "t.csv.gz"),
    refuses("a zstd bomb", lambda: zstd(PIECE) * PIECES, UnpacksTooLarge, "t.csv.zst"),
    refuses("a zip bomb", zip_bomb, UnpacksTooLarge, "t.zip"),
)
