"""Every file of the corpus; ``python -m tests.corpus.write FOLDER`` writes them."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.corpus import books, hostile, letters, meanings, packed, structure, typed

ROOMS = (structure, letters, meanings, hostile, books, packed, typed)
CASES = tuple(case for room in ROOMS for case in room.CASES)


def write(folder: Path) -> None:
    """A file a case, numbered, each with its own ending."""
    folder.mkdir(parents=True, exist_ok=True)
    for place, case in enumerate(CASES):
        about = "".join(letter if letter.isalnum() else "-" for letter in case.about)
        suffixes = "".join(Path(case.file.replace("<b>", "")).suffixes)
        (folder / f"{place:03}-{about}{suffixes}").write_bytes(case.make())


if __name__ == "__main__":
    write(Path(sys.argv[1]))
