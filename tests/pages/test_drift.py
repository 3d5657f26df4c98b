"""The page that asks whether a model still holds: upload, table, what is said, and its end."""

from __future__ import annotations

import subprocess
import sys
from io import StringIO
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from core import jobs
from core.progress import silent
from core.store import drifts, models, projects, tables
from core.tasks.tables import bring
from tests.pages.conftest import ROOT, SAMPLE, Open, button, charts, until, words


def later(older: bool) -> bytes:
    """The sample's customers drawn again, with or without another mix of them."""
    table = pd.read_csv(SAMPLE, dtype=str).sample(700, replace=True, random_state=1)
    if older:
        table["orders"] = (pd.to_numeric(table["orders"]) * 4 + 9).astype(int).astype(str)
    out = StringIO()
    table.to_csv(out, index=False)
    return out.getvalue().encode()


def sent(app: Open, project: str, content: bytes) -> AppTest:
    at = app("drift", project=project)
    assert not at.exception
    at.file_uploader[0].upload("May <b>.csv", content, "text/csv").run()
    return until(at, "Table ")


def test_before_anything_is_compared_the_page_says_what_it_is_for(app: Open, project: str) -> None:
    at = app("drift", project=project)
    assert at.title[0].value == "Does it still hold?"
    assert "Nothing has been compared yet" in words(at)
    at.segmented_control(key="drift-way").set_value("table").run()
    assert "This project has no other table" in words(at)
    assert not at.exception


def test_an_upload_is_compared_and_shown(app: Open, project: str, home: Path) -> None:
    at = sent(app, project, later(older=True))
    assert not at.exception
    assert not [each for each in at.error if "reference" in str(each.value)]
    said = words(at) + " ".join(str(each.value) for each in at.success)
    assert "“orders”" in said or "orders is not as it was" in said
    assert "customers" in said
    assert charts(at) >= 2
    assert list((home / "uploads").iterdir()) == []
    (kept,) = drifts.listed(projects.folder(home, project), using(home, project))
    assert next(one for one in kept.found.columns if one.name == "orders").moved
    at.selectbox(key=f"drift-column-{kept.id}").set_value(kept.found.columns[-1].name).run()
    assert not at.exception
    at.session_state["drift-rule"] = True
    at.run()
    assert "is never said because a difference is significant" in words(at)


def using(home: Path, project: str) -> str:
    known = projects.load(home, project)
    entries, _ = models.board(projects.folder(home, project))
    ours = models.answering(entries, known.table, known.target, known.outcome)
    return next(each.id for each in ours if each.spec.family == "forest")


def test_a_table_of_the_project_is_compared_then_both_are_kept_and_one_deleted(
    app: Open, project: str, home: Path, tmp_path: Path
) -> None:
    folder = projects.folder(home, project)
    (tmp_path / "june.csv").write_bytes(later(older=False))
    other = bring(tmp_path / "aside", silent, str(tmp_path / "june.csv"), "june.csv")
    tables.keep(
        folder, tables.load(projects.folder(tmp_path / "aside", other["project"]), other["table"])
    )
    at = app("drift", project=project)
    at.segmented_control(key="drift-way").set_value("table").run()
    model = using(home, project)

    def made() -> int:
        return len(drifts.listed(folder, model))

    for many in (1, 2):
        button(at, "Compare").click().run()  # type: ignore[attr-defined]
        until(at, lambda many=many: made() == many)
        at.run()
        at.run()
        assert not jobs.active(home)
    assert not at.exception
    assert "june.csv" in " ".join(at.selectbox(key="drift-chosen").options)
    gone = at.session_state["drift-chosen"]
    button(at, "Delete for good").click().run()  # type: ignore[attr-defined]
    assert not at.exception
    assert gone not in [each.id for each in drifts.listed(folder, model)]
    assert len(drifts.listed(folder, model)) == 1


@pytest.mark.parametrize("target", ["next_category", "spend_next_60_days"])
def test_other_tasks_are_shown_too(app: Open, project: str, home: Path, target: str) -> None:
    projects.aimed(home, project, target, "")
    at = sent(app, project, later(older=False))
    assert not at.exception
    assert not at.error, words(at)
    assert charts(at) >= 2


def test_a_file_that_is_no_table_gets_a_sentence(app: Open, project: str) -> None:
    at = app("drift", project=project)
    at.file_uploader[0].upload("rubbish.csv", bytes(range(256)) * 50, "text/csv").run()
    until(at, "“rubbish.csv”")
    assert "Nothing has been compared yet" in words(at)


def test_a_table_without_the_models_columns_gets_a_sentence(app: Open, project: str) -> None:
    rows = pd.DataFrame({"a": np.arange(60), "b": np.arange(60) % 7})
    at = sent(app, project, rows.to_csv(index=False).encode())
    assert "It cannot be used on this table" in words(at)
    assert not at.exception


def test_the_page_opens_without_what_takes_seconds_to_import() -> None:
    code = (
        "import sys\nimport pages.shared.drift_part\n"
        "heavy = [n for n in ('scipy.stats', 'sklearn', 'keras', 'shap') if n in sys.modules]\n"
        "sys.exit(repr(heavy) if heavy else 0)"
    )
    found = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert found.returncode == 0, found.stderr[-500:]
