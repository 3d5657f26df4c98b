"""One Korean project with a model for each kind of question, read by every test of the report."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from core.models.family import Task
from core.report.report import Report, report
from tests.core.report.made import Made, korean

AT = "2026-02-03T04:05:06+00:00"


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """To be read only."""
    return korean(tmp_path_factory.mktemp("korean"))


@pytest.fixture
def made(finished: Made, tmp_path: Path) -> Made:
    """A copy that a test may change."""
    home = tmp_path / "home"
    shutil.copytree(finished.home, home)
    return replace(finished, home=home)


@pytest.fixture(scope="session")
def reports(finished: Made) -> dict[Task, Report]:
    """The report of each of its models."""
    return {
        task: report(finished.folder, model, "en", AT) for task, model in finished.models.items()
    }
