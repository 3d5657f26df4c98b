"""What an exported model is: a .zip of plain files, with a list of them and their checksums."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

import msgspec

from core.store.adoption import ESTIMATORS, KNOWN

LIST, README, WITHIN = "package.json", "README.txt", "model/"
FORMAT = 1
PACKED_AT_MOST = 1 << 30  # bytes
UNPACKED_AT_MOST = 4 << 30
TIMES_AT_MOST, ALWAYS_FINE = 100, 200_000_000
LIST_AT_MOST = 1_000_000
NAMES = frozenset((LIST, README, *(WITHIN + name for name in KNOWN)))
FOLDERS = frozenset((WITHIN, *(f"{WITHIN}{place}/" for place in ESTIMATORS)))


class Package(msgspec.Struct, frozen=True):
    """The list in an exported model: SHA-256 of each file of it by its name in the archive.

    ``rows`` are the customers' rows inside, ``answers`` the outcomes of held-out customers;
    ``exported_at`` in UTC, ISO 8601. ``signature`` is of all the rest, by the key of an id that
    only the installation has that exported it.
    """

    model: str
    files: dict[str, str]
    rows: int
    answers: int
    exported_at: str
    app: str
    key: str = ""
    signature: str = ""
    format: int = FORMAT


def signed_part(package: Package) -> bytes:
    """What is signed of the list."""
    bare = msgspec.structs.replace(package, signature="")
    return msgspec.json.encode(bare, order="deterministic")


def app_version() -> str:
    """The version of this app; empty where it was not installed."""
    try:
        return version("whybuy")
    except PackageNotFoundError:
        return ""
