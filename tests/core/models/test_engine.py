"""Which engine fits, what is recorded of it, and that it leaves scikit-learn alone."""

from __future__ import annotations

import subprocess
import sys
import threading
from importlib.metadata import version

import pytest

from core.models import engine
from core.models.engine import Engine, named
from core.models.family import Task, family
from core.progress import silent
from tests.core.models.problems import needs_quick, problem


def hide(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a machine that scikit-learn-intelex does not exist for."""
    monkeypatch.setitem(sys.modules, "sklearnex", None)
    monkeypatch.setattr(engine, "_loads", engine._loads.__wrapped__)


def test_without_it_scikit_learn_fits(monkeypatch: pytest.MonkeyPatch) -> None:
    hide(monkeypatch)
    assert engine.engine() is Engine.USUAL
    for key in ("forest", "svm"):
        made = family(key).fit(family(key).params(), problem(Task.BINARY), 0, silent)
        assert made.engine == f"scikit-learn {version('scikit-learn')}"


def test_a_library_that_does_not_load_is_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken:
        def find_spec(self, name: str, *_: object) -> None:
            if name.startswith("sklearnex"):
                raise OSError("libonedal.so: cannot open shared object file")

    for name in [name for name in sys.modules if name.startswith("sklearnex")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(sys, "meta_path", [Broken(), *sys.meta_path])
    assert engine._loads.__wrapped__() is False


@needs_quick
def test_it_is_used_in_the_main_thread_alone() -> None:
    assert engine.engine() is Engine.QUICK
    elsewhere: list[Engine] = []
    other = threading.Thread(target=lambda: elsewhere.append(engine.engine()))
    other.start()
    other.join()
    assert elsewhere == [Engine.USUAL]


@needs_quick
def test_the_record_names_its_version() -> None:
    assert named(Engine.QUICK) == f"scikit-learn-intelex {version('scikit-learn-intelex')}"


@needs_quick
def test_scikit_learn_stays_as_it_is() -> None:
    code = (
        "import sklearn.ensemble, sklearn.svm, sklearn.base\n"
        "before = [vars(sklearn.ensemble).copy(), vars(sklearn.svm).copy()]\n"
        "from core.models.engine import Engine, engine\n"
        "assert engine() is Engine.QUICK\n"
        "assert before == [vars(sklearn.ensemble), vars(sklearn.svm)]\n"
        "assert sklearn.ensemble.RandomForestClassifier.__module__ == 'sklearn.ensemble._forest'\n"
    )
    subprocess.run([sys.executable, "-W", "error", "-c", code], check=True)
