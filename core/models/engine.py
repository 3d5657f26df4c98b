"""Which library fits forests and support vector machines here: Intel's oneDAL where there is one.

scikit-learn-intelex puts scikit-learn's interface before it. It is imported by name where something
is fitted, and changes nothing of scikit-learn's own. Models never need it again: what is kept are
scikit-learn's trees or our arrays.
"""

from __future__ import annotations

import threading
from enum import StrEnum
from functools import cache
from importlib.metadata import version


class Engine(StrEnum):
    """The package that fits."""

    QUICK = "scikit-learn-intelex"
    USUAL = "scikit-learn"


def engine() -> Engine:
    """The quick one where it is installed and loads, in a process's main thread.

    In any other thread it would warn, and take every core whatever it is told.
    """
    is_main = threading.current_thread() is threading.main_thread()
    return Engine.QUICK if is_main and _loads() else Engine.USUAL


def named(of: Engine) -> str:
    """Its name and version, for the record of what it fitted."""
    return f"{of} {version(of)}"


@cache
def _loads() -> bool:
    try:
        import sklearnex.ensemble
        import sklearnex.svm  # noqa: F401
    except (ImportError, OSError):  # not there, or not for this machine
        return False
    return True
