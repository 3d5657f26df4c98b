"""The Evaluate page puts a model to the test, compares it with care, and puts its chances right."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core import jobs
from core.models.member import of_text
from core.progress import silent
from core.store import models, projects, robustness
from core.store.fitting import trained
from tests.pages.conftest import Open, button, words

LATEST = 180


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WHYBUY_SEARCH_BACKEND", "sequential")


def using(home: Path, project: str) -> str:
    known = projects.load(home, project)
    entries, _ = models.board(projects.folder(home, project))
    ours = models.answering(entries, known.table, known.target, known.outcome)
    return next(each.id for each in ours if each.spec.family == "forest")


def ended(at: AppTest, home: Path) -> None:
    end = time.monotonic() + LATEST
    while jobs.active(home):
        assert time.monotonic() < end
        time.sleep(0.2)
    at.run()
    at.run()
    assert not at.exception


def test_a_model_is_put_to_the_test(app: Open, project: str, home: Path) -> None:
    at = app("evaluate", "trust-fold", project=project)
    button(at, "Put it to the test").click().run()  # type: ignore[attr-defined]
    ended(at, home)
    found = robustness.load(projects.folder(home, project), using(home, project))
    assert found.whole
    said = words(at) + " ".join(str(each.value) for each in at.success)
    assert "There is something to learn" in said
    assert "With 4 other seeds" in said
    assert "customers set aside in different ways" in said
    assert "Each dot is a model that learned from some of the customers" in said
    assert not [each for each in at.button if each.label == "Put it to the test"]


def test_chances_are_put_right_and_both_models_compared(
    app: Open, project: str, home: Path
) -> None:
    before = using(home, project)
    at = app("evaluate", "calibrate-fold", project=project)
    button(at, "Put the chances right").click().run()  # type: ignore[attr-defined]
    ended(at, home)
    made = at.session_state["model"]
    spec = models.load(models.place(projects.folder(home, project), made)).model.spec
    (member,) = of_text(str(spec.params["members"]))
    assert (spec.family, member.family) == ("ensemble", "forest")
    (chosen,) = [each for each in at.multiselect if each.key == f"compared-{made}"]
    assert len(chosen.value) == 2
    assert before in chosen.value
    at.session_state["evaluate-tabs"] = "Compared"
    at.run()
    assert not at.exception
    assert "Random forest, calibrated" in words(at)
    at = app("explain", project=project, model=made)
    assert not at.exception


def test_a_comparison_is_as_careful_as_the_board_is_long(
    app: Open, project: str, home: Path
) -> None:
    first = using(home, project)
    known = models.load(models.place(projects.folder(home, project), first)).model.spec
    other = next(
        each.id
        for each in models.board(projects.folder(home, project))[0]
        if each.spec.family == "baseline" and each.spec.target.name == known.target.name
    )
    at = app("evaluate", project=project, model=first)
    at.multiselect(key=f"compared-{first}").set_value([first, other]).run()
    at.session_state["evaluate-tabs"] = "Compared"
    at.run()
    assert "as wide as 1 comparison together" in words(at)
    tree = replace(known, family="tree", params={})
    trained(projects.folder(home, project), tree, silent)
    at.session_state["model"] = first
    at.run()
    assert "as wide as 2 comparisons together" in words(at)
