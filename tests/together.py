"""Which tests one process does: those of a file, and of files that share what takes long to make.

``--dist loadgroup`` would do, but since pytest 9.2 nobody reads the groups any more
(pytest-dev/pytest-xdist#1386): everything that is shared was made once a process, Spark too.
"""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

SHARED: Mapping[str, str] = {
    "tests/sessions/": "a server with its visitors",
    "tests/core/behaviour/test_engines.py": "a session of Spark",
    "tests/core/store/test_spread.py": "a session of Spark",
}


def in_common(test: str) -> str:
    """What the files of a test (its node id) share with others; empty where they are alone."""
    return next((what for start, what in SHARED.items() if test.startswith(start)), "")


def piece(test: str) -> str:
    """The piece of work that a test belongs to."""
    return in_common(test) or test.partition("::")[0]


class Together(LoadScopeScheduling):
    """Gives out whole pieces, in the order of the tests."""

    def __init__(self, config: pytest.Config, log: Producer | None = None) -> None:
        config.option.loadscopereorder = False
        super().__init__(config, log)

    def _split_scope(self, nodeid: str) -> str:
        return piece(nodeid)
