"""One server with a project a visitor, shared by the tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.sessions.canaries import Colony, colony
from tests.sessions.served import Served, serving

SESSIONS = 6


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Colony:
    """Six projects, each with a small tree."""
    return colony(tmp_path_factory.mktemp("visitors") / "home", SESSIONS)


@pytest.fixture(scope="session")
def served(small: Colony) -> Iterator[Served]:
    """The app on them."""
    with serving(small.home) as found:
        yield found
