"""What tests have in common."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"

# How long an example takes says more of the machine than of the code.
settings.register_profile("house", deadline=None)
settings.load_profile("house")


@pytest.fixture
def shared() -> Path:
    """The folder of real tables; tests that need it skip where it is missing."""
    if not SHARED.is_dir():
        pytest.skip("the folder of real tables is not here")
    return SHARED
