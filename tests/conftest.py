"""What tests have in common."""

from __future__ import annotations

import atexit
import os
import resource
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"

# A test that names no home must not write into a person's, nor into the keyring of this account.
os.environ["WHYBUY_HOME"] = tempfile.mkdtemp(prefix="whybuy-tests-")
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"
atexit.register(shutil.rmtree, os.environ["WHYBUY_HOME"], ignore_errors=True)

# How long an example takes says more of the machine than of the code.
settings.register_profile("house", deadline=None)
settings.load_profile("house")


LIMITS = [resource.RLIMIT_CPU, resource.RLIMIT_AS, resource.RLIMIT_FSIZE]


@pytest.fixture(autouse=True)
def _no_limit_stays() -> Iterator[None]:
    """A limit that a test leaves behind would end the process of all tests after it."""
    before = [resource.getrlimit(limit) for limit in LIMITS]
    yield
    assert [resource.getrlimit(limit) for limit in LIMITS] == before


@pytest.fixture
def shared() -> Path:
    """The folder of real tables; tests that need it skip where it is missing."""
    if not SHARED.is_dir():
        pytest.skip("the folder of real tables is not here")
    return SHARED
