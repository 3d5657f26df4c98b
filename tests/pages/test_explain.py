"""The page of reasons: how they are worked out, each tab, two groups, and the checks."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.explain.explanation import Explanation
from core.explain.shapley.method import Asked
from core.models.family import family
from core.progress import silent
from core.store import families, models, projects
from core.store.reasons import Way, way_text
from core.tasks.reasons import explain_model
from tests.pages.conftest import Open, button, charts, until, words

EXPLAINED = "200 of 1,025 held-out customers explained"


@pytest.fixture(scope="module")
def reasoned(finished: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose first reasons have been worked out the way the page asks for at first."""
    home = tmp_path_factory.mktemp("reasoned") / "home"
    shutil.copytree(finished, home)
    project = projects.recent(home)[0].id
    model = model_of(projects.folder(home, project))
    key = str(family(model.spec.family).reasons)
    way = way_text(Way("yes", key, Asked(seed=model.spec.seed)))
    explain_model(home, silent, project, model.id, way, rows=200)
    return home


@pytest.fixture
def project(reasoned: Path, home: Path) -> str:
    """The id of that project, copied into this test's home."""
    shutil.copytree(reasoned, home)
    return projects.recent(home)[0].id


@pytest.fixture
def page(app: Open, project: str) -> AppTest:
    """The page with its first reasons."""
    at = app("explain", project=project)
    assert EXPLAINED in words(at)
    return at


@pytest.fixture
def folder(home: Path, project: str) -> Path:
    return projects.folder(home, project)


def test_rows_that_stand_together_are_told(page: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "the intervals count groups" not in words(page)
    monkeypatch.setattr(Explanation, "units", 21)
    assert "They are 21 groups of rows that belong together" in words(page.run())


def model_of(folder: Path) -> models.Entry:
    entries, _ = models.board(folder)
    target = [e for e in entries if e.spec.target.name == "will_buy_again"]
    return next(e for e in target if e.spec.family == "forest")


def opened(at: AppTest, tab: str) -> AppTest:
    at.session_state["explain-tabs"] = tab
    at.run()
    assert not at.exception
    assert not at.error, words(at)
    return at


def test_reasons_can_be_taken_home(page: AppTest) -> None:
    labels = [each.label for each in page.get("download_button")]
    assert "Download the reasons of 200 customers as CSV" in labels


def test_the_method_background_and_seed_change_what_is_worked_out(
    page: AppTest, folder: Path
) -> None:
    model = model_of(folder).id
    kept = folder / "reasons" / model
    assert len(list(kept.iterdir())) == 1
    page.number_input(key=f"reasons-background-{model}").set_value(20)
    page.selectbox(key=f"reasons-method-{model}").select("sampled").run()
    until(page, "held-out customers explained")
    assert len(list(kept.iterdir())) == 2
    assert "against 20 " in words(page)
    page.number_input(key=f"reasons-seed-{model}").set_value(5).run()
    until(page, "held-out customers explained")
    assert len(list(kept.iterdir())) == 3
    assert not page.error


def test_columns_are_made_one_family_and_taken_apart(page: AppTest, folder: Path) -> None:
    entry = model_of(folder)
    model, table = entry.id, entry.spec.dataset
    columns = [column.name for column in entry.spec.features[:3]]
    page.selectbox(key=f"reasons-method-{model}").select("sampled")
    page.text_input(key="family-name-0").set_value("the first three")
    page.multiselect(key="family-columns-0").set_value(columns).run()
    button(page, "Count them as one").click().run()  # type: ignore[attr-defined]
    assert families.kept(folder, table) == (("the first three", tuple(columns)),)
    until(page, "held-out customers explained")
    opened(page, "One column")
    options = page.selectbox(key="dependence-column").options
    assert "the first three" in options
    assert not set(columns) & set(options)
    button(page, "Take apart").click().run()  # type: ignore[attr-defined]
    assert families.kept(folder, table) == ()
    assert not page.exception


def test_a_family_called_like_a_column_is_refused(page: AppTest, folder: Path) -> None:
    first, second, third = (column.name for column in model_of(folder).spec.features[:3])
    page.text_input(key="family-name-0").set_value(third)
    page.multiselect(key="family-columns-0").set_value([first, second]).run()
    button(page, "Count them as one").click().run()  # type: ignore[attr-defined]
    assert "cannot be called" in words(page)
    assert "One customer" in words(page)
    assert not page.exception


def test_two_groups_by_a_column_what_is_predicted_and_what_happened(page: AppTest) -> None:
    opened(page, "Two groups")
    assert "everyone else" in words(page)
    assert "add up to" in words(page)
    assert charts(page) == 2
    for name in page.selectbox(key="cohorts-column").options[:4]:
        page.selectbox(key="cohorts-column").select(name).run()
        assert not page.exception
        assert "add up to" in words(page)
    page.segmented_control(key="cohorts-by").select("prediction").run()
    said = words(page)
    assert "Chance of will_buy_again = yes" in said
    low, high = page.slider(key="cohorts-prediction-prediction").value
    page.slider(key="cohorts-prediction-prediction").set_range(low, (low + high) / 2).run()
    assert words(page) != said
    page.segmented_control(key="cohorts-by").select("outcome").run()
    first = page.multiselect(key="cohorts-outcome-will_buy_again")
    assert set(first.options) == {"yes", "no"}
    first.set_value([]).run()
    assert "Choose who is in group one." in words(page)
    page.multiselect(key="cohorts-outcome-will_buy_again").set_value(["yes"]).run()
    page.multiselect(key="cohorts-outcome-will_buy_again-second").set_value(["no"]).run()
    assert "will_buy_again yes: the chance" in words(page)
    assert "more than will_buy_again no" in words(page)
    assert not page.exception


@pytest.mark.parametrize("tab", ["Customers by reasons", "The model"])
def test_a_tab_has_its_picture(page: AppTest, tab: str) -> None:
    opened(page, tab)
    assert charts(page) == 2


def test_one_customers_way_through_the_tree(page: AppTest) -> None:
    before = charts(page)
    page.session_state["path"] = True
    page.run()
    assert not page.exception
    assert not page.error, words(page)
    assert charts(page) == before + 1


def test_what_the_model_does_with_any_column(page: AppTest) -> None:
    opened(page, "What the model does")
    for name in page.selectbox(key="partial-column").options[:2]:
        page.selectbox(key="partial-column").select(name).run()
        assert charts(page) == 2
        assert name in words(page)
        assert not page.exception


def test_the_reasons_are_checked_beside_the_page(page: AppTest) -> None:
    opened(page, "Checks")
    assert "Do they add up?" not in words(page)
    button(page, "Check these reasons").click().run()  # type: ignore[attr-defined]
    until(page, "Do they vanish where there is nothing to find?")
    said = words(page)
    assert "Do they add up?" in said
    assert "Do they act?" in said
    assert all(each.label != "Check these reasons" for each in page.button)
    assert not page.exception


def test_another_answer_has_reasons_of_its_own(app: Open, project: str, home: Path) -> None:
    projects.aimed(home, project, "next_category", "")
    at = until(app("explain", project=project), "held-out customers explained")
    answer = at.selectbox(key="explained-class")
    answer.select(answer.options[1]).run()
    until(at, "held-out customers explained")
    assert f"next_category = {answer.options[1]}" in words(at)
    opened(at, "Two groups")
    assert "add up to" in words(at)


def test_reasons_of_an_amount(app: Open, project: str, home: Path) -> None:
    projects.aimed(home, project, "spend_next_60_days", "")
    at = until(app("explain", project=project), "held-out customers explained")
    opened(at, "Two groups")
    for by in ("prediction", "outcome"):
        at.segmented_control(key="cohorts-by").select(by).run()
        assert "add up to" in words(at)
    assert not at.exception


def test_what_works_together_is_worked_out_when_it_is_opened(page: AppTest) -> None:
    before = charts(page)
    assert "On the diagonal" not in words(page)
    page.session_state["together"] = True
    page.run()
    assert not page.exception
    assert not page.error, words(page)
    assert charts(page) == before + 1
    said = words(page)
    assert "On the diagonal is what a column adds alone" in said
    assert "the chance of will_buy_again = yes for this customer." in said
    page.segmented_control(key="customer-pick").select("surprising").run()
    assert charts(page) == before + 1
    assert words(page) != said


@pytest.mark.parametrize("target", ["next_category", "spend_next_60_days"])
def test_what_works_together_for_an_answer_of_several_and_for_an_amount(
    app: Open, project: str, home: Path, target: str
) -> None:
    projects.aimed(home, project, target, "")
    at = app("explain", project=project)
    at.session_state["together"] = True
    at.run()
    assert "On the diagonal" in words(at)
    assert target in words(at).split("On the diagonal")[1]
    assert not at.exception
