from __future__ import annotations

from pathlib import Path

import pytest

from core.progress import silent
from core.store import projects, tables
from core.tasks.tables import bring
from tests.pages.conftest import Open, button, until, words

UNTIL = 60.0
KOREAN = "2024 고객\n등급,금액,이탈\n" + "".join(
    f"{('우수', '일반')[i % 2]},{i},{('예', '아니오')[i % 3 % 2]}\n" for i in range(60)
)


@pytest.fixture
def project(home: Path, tmp_path: Path) -> str:
    """A table in Korean letters with a title above it."""
    file = tmp_path / "given.csv"
    file.write_bytes(KOREAN.encode("cp949"))
    return str(bring(home=home, report=silent, file=str(file), name=file.name)["project"])


def test_what_was_understood_is_told(app: Open, project: str) -> None:
    at = app("data", "understood", project=project)
    assert not at.exception
    told = words(at)
    assert "Korean (EUC-KR, CP949), columns separated by comma ,." in told
    assert "The names of the columns stand in line 2." in told
    assert "Skipped above the table: 1 line, beginning with “2024 고객”." in told
    assert "It is removed with the project." in told
    assert button(at, "Read it again this way").disabled  # type: ignore[attr-defined]


def test_a_choice_shows_what_it_gives_and_reads_the_file_again(
    app: Open, project: str, home: Path
) -> None:
    before = projects.load(home, project).table
    at = app("data", "understood", project=project)
    at.selectbox(key=f"understood-encoding-{before}").select("cp1252").run()
    assert not at.exception
    assert "The first rows, read this way" in words(at)
    button(at, "Read it again this way").click().run()  # type: ignore[attr-defined]
    until(at, lambda: projects.load(home, project).table != before)
    now = projects.load(home, project).table
    until(at, lambda: any(box.key == f"understood-encoding-{now}" for box in at.selectbox))
    read = tables.load(projects.folder(home, project), now)
    assert (read.provenance.encoding, read.provenance.chosen) == ("cp1252", ("encoding",))
    assert "Western European (Windows-1252)" in words(at)


def test_a_choice_that_cannot_be_is_answered_with_a_sentence(app: Open, project: str) -> None:
    at = app("data", "understood", project=project)
    box = next(each for each in at.number_input if each.key.startswith("understood-header-"))
    box.set_value(5000).run()
    assert not at.exception
    assert any("5000" in str(each.value) for each in at.warning)
