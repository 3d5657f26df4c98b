"""The Evaluate page looks for a smaller form and shows both models beside each other."""

from __future__ import annotations

from pathlib import Path

from core.models.family import Task
from core.progress import silent
from core.store import models, projects, shrinking
from core.store.fitting import trained
from core.train.form import whole
from core.train.rivals import baseline
from tests.pages.conftest import Open, button, words
from tests.pages.test_robust import ended, using


def test_a_smaller_form_is_made_compared_and_explained(app: Open, project: str, home: Path) -> None:
    before, folder = using(home, project), projects.folder(home, project)
    at = app("evaluate", "shrink-fold", project=project)
    assert "answers sooner and takes less room" in words(at)
    at.number_input(key="shrink-loss").set_value(0.02).run()
    button(at, "Look for a smaller form").click().run()  # type: ignore[attr-defined]
    ended(at, home)
    made = at.session_state["model"]
    assert made != before
    spec = models.load(models.place(folder, made)).model.spec
    assert whole(spec).id == before
    (compared,) = [each for each in at.multiselect if each.key == f"compared-{made}"]
    assert set(compared.value) == {before, made}
    found = shrinking.load(folder, made)
    assert found is not None
    assert found.loss == 0.02
    at = app("evaluate", "shrink-fold", project=project, model=made)
    said = words(at)
    assert "This is the smaller form of: Random forest, Trees: 20" in said
    assert "The smaller form takes" in said
    assert "loss of 0.02 that you allowed" in said
    (shown,) = [each.value for each in at.dataframe if "Smaller form" in each.value]
    assert list(shown["Figure"]) == [
        "ROC AUC",
        "Size on disk",
        "Size in memory",
        "Time for one customer",
        "Time for 10,000 customers",
    ]
    assert shown["Change"][1] == f"{100 * found.costs[1].disk / found.costs[0].disk:.1f}% of it"
    assert not [each for each in at.button if each.label == "Look for a smaller form"]
    at = app("train", project=project, model=made)
    assert not at.exception
    for page in ("explain", "what_if"):
        at = app(page, project=project, model=made)
        assert not at.exception


def test_a_model_that_has_none_says_so(app: Open, project: str, home: Path) -> None:
    folder = projects.folder(home, project)
    spec = models.load(models.place(folder, using(home, project))).model.spec
    assert spec.task is Task.BINARY
    linear = trained(folder, baseline(spec), silent)
    at = app("evaluate", "shrink-fold", project=project, model=linear)
    assert "There is no smaller form of this kind of model (No model)" in words(at)
    assert not [each for each in at.button if each.label == "Look for a smaller form"]
