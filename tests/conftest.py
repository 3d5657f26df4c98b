"""What tests have in common."""

from __future__ import annotations

import atexit
import os
import resource
import shutil
import tempfile
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from tests.together import Together, in_common

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"

# A test that names no home must not write into a person's, nor into the keyring of this account.
os.environ["WHYBUY_HOME"] = tempfile.mkdtemp(prefix="whybuy-tests-")
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"
atexit.register(shutil.rmtree, os.environ["WHYBUY_HOME"], ignore_errors=True)

# How long an example takes says more of the machine than of the code.
settings.register_profile("house", deadline=None)
settings.load_profile("house")


LIMITS = [resource.RLIMIT_CPU, resource.RLIMIT_AS, resource.RLIMIT_FSIZE]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes long as one piece begins first, else the others wait for it at the end."""

    def place(item: pytest.Item) -> tuple[bool, bool, bool]:
        browser = item.get_closest_marker("browser")
        return not in_common(item.nodeid), browser is None, "tests/pages/" not in item.nodeid

    items.sort(key=place)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Together:
    return Together(config, log)


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


@pytest.fixture(scope="session")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """One session of Spark for all tests of a process, which are all of one."""
    if not (find_spec("pyspark") and shutil.which("java")):
        assert os.environ.get("WHYBUY_SPARK") != "required", "Spark or Java is not installed"
        pytest.skip("Spark or Java is not installed")
    from core.behaviour import spark as sessions

    with pytest.MonkeyPatch.context() as patch:
        # simple code at once: to optimize what runs once takes Java longer than to run it
        patch.setenv("JDK_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")
        with sessions.session("local[2]", tmp_path_factory.mktemp("spark")) as found:
            yield found
