"""Where this process writes what it needs for a moment: a folder of ours, gone with the process.

Libraries write uploads and half-read files to the system's temporary folder, in clear and for every
account to see the names of. Ours lies in the home, is entered by nobody else, and what a killed
process left in it goes at the next start.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

FOLDER = "temporary"
PRIVATE = 0o700
OTHERS = 0o077  # what other accounts may not do with anything we write
VARIABLE = "TMPDIR"


def own_folder(home: Path) -> Path:
    """Makes it the temporary folder of this process and of those it starts."""
    os.umask(OTHERS)
    shelf = home / FOLDER
    shelf.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
    shelf.chmod(PRIVATE)
    swept(shelf)
    place = shelf / str(os.getpid())
    place.mkdir(mode=PRIVATE, exist_ok=True)
    os.environ[VARIABLE] = str(place)
    tempfile.tempdir = str(place)
    atexit.register(_remove, place, os.getpid())
    return place


def swept(shelf: Path) -> int:
    """Removes folders of processes that do not run any more; tells how many."""
    import psutil

    gone = 0
    for left in shelf.iterdir():
        number = left.name
        if number == str(os.getpid()) or not (number.isdigit() and psutil.pid_exists(int(number))):
            shutil.rmtree(left, ignore_errors=True)
            gone += 1
    return gone


def _remove(place: Path, owner: int) -> None:
    if os.getpid() == owner:  # not in a process that was forked off
        shutil.rmtree(place, ignore_errors=True)
