"""Every page, empty and filled; every widget that changes a choice is moved."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core import jobs
from core.data.finding import Act, Remedy
from core.schema import Kind, Role
from core.store import history, models, projects, tables
from core.store.checked import findings_key
from tests.pages.conftest import ROOT, SAMPLE, Open, button, charts, until, words

PAGES = (
    "data",
    "behaviour",
    "explore",
    "train",
    "evaluate",
    "explain",
    "what_if",
    "models",
    "review",
    "drift",
)
NEEDS = {
    "explore": "No table yet",
    "train": "No table yet",
    "evaluate": "No table yet",
    "explain": "No table yet",
    "what_if": "No table yet",
    "models": "No table yet",
    "review": "No table yet",
    "drift": "No table yet",
}


def column_key(folder: Path, table: str, target: str) -> str:
    """What the page calls the table's schema."""
    return findings_key(tables.load(folder, table).schema, target)


def fold_keys(at: AppTest) -> list[str]:
    """The keys of the folds that are made when they are opened."""
    return [each.proto.id.split("-", 2)[-1] for each in at.expander if each.proto.id]


def test_home_asks_questions_before_anything_is_there(app: Open) -> None:
    at = app()
    assert not at.exception
    assert at.title[0].value == "What do you want to know?"
    assert "Who will buy again?" in words(at)
    assert "Recent projects" not in words(at)


@pytest.mark.parametrize("page", NEEDS)
def test_a_page_without_a_table_says_what_is_missing(app: Open, page: str) -> None:
    at = app(page)
    assert not at.exception
    assert NEEDS[page] in words(at)
    assert button(at, "Bring a table")


def test_a_page_without_a_question_says_so(app: Open, project: str, home: Path) -> None:
    projects.aimed(home, project, "", "")
    for page in ("explore", "train", "evaluate"):
        assert "No question yet" in words(app(page, project=project))


def test_a_project_that_is_gone_is_no_error(app: Open) -> None:
    at = app("train", project="gone-123456")
    assert not at.exception
    assert "No table yet" in words(at)


@pytest.mark.parametrize("target", ["will_buy_again", "next_category", "spend_next_60_days"])
@pytest.mark.parametrize("page", PAGES)
def test_a_filled_page_shows_no_error(
    app: Open, project: str, home: Path, page: str, target: str
) -> None:
    projects.aimed(home, project, target, "yes" if target == "will_buy_again" else "")
    at = app(page, project=project)
    assert not at.exception
    assert not at.error, words(at)


def test_recent_projects_open_and_are_deleted_after_a_second_question(
    app: Open, project: str, home: Path
) -> None:
    at = app()
    assert "shop_customers" in words(at)
    button(at, "Open").click().run()  # type: ignore[attr-defined]
    assert at.session_state["project"] == project
    at = app()
    button(at, "Delete for good").click().run()  # type: ignore[attr-defined]
    assert projects.recent(home) == ()
    assert not (home / "projects" / project).exists()


def test_an_upload_is_read_and_leads_to_a_question(app: Open, home: Path) -> None:
    at = app("data")
    at.file_uploader[0].upload("shop.csv", SAMPLE.read_bytes(), "text/csv").run()
    until(at, "What to look at")
    assert projects.recent(home)[0].name == "shop"
    assert list((home / "uploads").iterdir()) == []
    assert not at.error


def test_a_file_that_is_no_table_gets_a_sentence_and_leaves_nothing(app: Open, home: Path) -> None:
    at = app("data")
    at.file_uploader[0].upload("rubbish.csv", bytes(range(256)) * 50, "text/csv").run()
    until(at, "“rubbish.csv”")
    assert projects.recent(home) == ()
    button(at, "Close").click().run()  # type: ignore[attr-defined]
    assert not at.error


def test_target_and_outcome_are_kept(app: Open, project: str, home: Path) -> None:
    at = app("data", project=project)
    at.selectbox(key=f"target-{project}").select("newsletter").run()
    assert projects.load(home, project).target == "newsletter"
    at.segmented_control(key=f"outcome-{project}-newsletter").select("no").run()
    assert projects.load(home, project).outcome == "no"


def test_a_corrected_kind_is_kept(app: Open, project: str, home: Path) -> None:
    at = app("data", project=project)
    folder = projects.folder(home, project)
    table = projects.load(home, project).table
    line = tables.load(folder, table).schema.names.index("orders")
    editor = f"columns-{project}-{column_key(folder, table, 'will_buy_again')}"
    edit = {"kind": "category", "role": "sensitive"}
    at.session_state[editor] = {
        "edited_rows": {line: edit},
        "added_rows": [],
        "deleted_rows": [],
    }
    at.run()
    column = tables.load(folder, table).schema["orders"]
    assert (column.kind, column.role) == (Kind.CATEGORY, Role.SENSITIVE)
    assert "1" in column.levels
    assert not at.exception


def test_a_model_is_trained_beside_the_app_and_joins_the_board(
    app: Open, project: str, home: Path
) -> None:
    at = app("train", project=project)
    at.segmented_control(key="family").select("tree").run()
    button(at, "Train the model").click().run()  # type: ignore[attr-defined]
    until(at, "Decision tree learned from")
    entries, _ = models.board(projects.folder(home, project))
    assert "tree" in {entry.spec.family for entry in entries}
    at = app("train", project=project)
    at.segmented_control(key="family").select("tree").run()
    button(at, "Train the model").click().run()  # type: ignore[attr-defined]
    assert "on the board already" in words(at)


def test_settings_and_split_reach_the_wish(app: Open, project: str, home: Path) -> None:
    at = app("train", project=project)
    at.segmented_control(key="family").select("tree").run()
    at.number_input(key="setting-tree-max_depth").set_value(3).run()
    at.toggle(key="balanced").set_value(True).run()
    at.number_input(key="seed").set_value(7).run()
    at.slider(key="held-out").set_value(0.4).run()
    button(at, "Train the model").click().run()  # type: ignore[attr-defined]
    until(at, "seed 7")
    entry = next(
        e for e in models.board(projects.folder(home, project))[0] if e.spec.family == "tree"
    )
    assert entry.spec.params["max_depth"] == 3
    assert entry.spec.balanced
    assert entry.spec.seed == 7
    assert entry.spec.split.held_out == pytest.approx(0.4)


def test_every_way_to_hold_customers_out_says_what_it_does(app: Open, project: str) -> None:
    at = app("train", project=project)
    assert "every answer in its share" in words(at)
    at.segmented_control(key=f"split-{project}-share").select("date").run()
    assert "Rows without a date are learned from." in words(at)
    assert at.selectbox(key="split-column-date").value == "signup_date"
    at.segmented_control(key=f"split-{project}-share").select("last").run()
    assert "where it is in order of time" in words(at)
    at.segmented_control(key=f"split-{project}-share").select("group").run()
    assert "A row that names none stands for itself;" in words(at)


def test_settings_start_from_a_preset_and_may_be_changed(
    app: Open, project: str, home: Path
) -> None:
    at = app("train", project=project)
    at.segmented_control(key="family").select("mlp").run()
    start = at.selectbox(key="start-mlp-binary")
    assert start.options == [
        "Usual settings",
        "Plain network (64, 32, sigmoid)",
        "Plain network (128, 64, sigmoid)",
    ]
    assert at.number_input(key="setting-mlp-members").value == 4
    start.select("128-64-sigmoid").run()
    of = "setting-mlp-128-64-sigmoid"
    assert at.selectbox(key=f"{of}-layers").value == "128-64"
    names = ("members", "pieces", "dropout", "weight_decay", "learning_rate")
    assert [at.number_input(key=f"{of}-{name}").value for name in names] == [1, 0, 0, 0, 0.001]
    assert at.number_input(key=f"{of}-epochs").value == 60
    at.selectbox(key="start-mlp-binary").select("usual").run()
    assert at.number_input(key="setting-mlp-members").value == 4
    at.segmented_control(key="family").select("forest").run()
    at.selectbox(key="start-forest-binary").select("quick").run()
    assert at.number_input(key="setting-forest-quick-trees").value == 60
    at.number_input(key="setting-forest-quick-max_depth").set_value(3).run()
    button(at, "Train the model").click().run()  # type: ignore[attr-defined]
    until(at, "Trees: 60")
    entries = models.board(projects.folder(home, project))[0]
    params = next(e.spec.params for e in entries if e.spec.params.get("trees") == 60)
    assert (params["max_depth"], params["max_features"]) == (3, "auto")


def test_a_family_without_presets_asks_for_no_start(app: Open, project: str) -> None:
    at = app("train", project=project)
    at.segmented_control(key="family").select("tree").run()
    assert not [each for each in at.selectbox if each.label == "Start from"]


def test_what_changes_nothing_for_a_task_is_not_asked_for(
    app: Open, project: str, home: Path
) -> None:
    at = app("train", project=project)
    at.segmented_control(key="family").select("mlp").run()
    assert at.number_input(key="setting-mlp-smoothing").value == 0
    projects.aimed(home, project, "spend_next_60_days", "")
    at = app("train", project=project)
    at.segmented_control(key="family").select("mlp").run()
    keys = {each.key for each in at.number_input}
    assert "setting-mlp-epochs" in keys
    assert "setting-mlp-smoothing" not in keys


def test_what_was_asked_of_training_is_where_the_page_starts(
    app: Open, project: str, home: Path
) -> None:
    folder, table = projects.folder(home, project), projects.load(home, project).table
    for remedy in (Remedy(Act.BALANCE, ("will_buy_again",)), Remedy(Act.LATEST, ())):
        history.apply(folder, table, remedy, "", "")
    at = app("train", project=project)
    assert not at.exception
    assert at.toggle(key="balanced-asked").value
    assert at.segmented_control(key=f"split-{project}-last").value == "last"
    at = app("data", "remedies-done", project=project)
    assert "Hold out the latest rows when training" in words(at)


def test_stop_leaves_what_was_there(app: Open, project: str, home: Path) -> None:
    at = app("train", project=project)
    before = {e.id for e in models.board(projects.folder(home, project))[0]}
    at.number_input(key="setting-forest-trees").set_value(1000).run()
    button(at, "Train the model").click().run()  # type: ignore[attr-defined]
    button(at, "Stop").click().run()  # type: ignore[attr-defined]
    until(at, "What you had is as it was")
    after = {e.id: e.spec.family for e in models.board(projects.folder(home, project))[0]}
    assert before <= set(after)
    assert {after[id_] for id_ in set(after) - before} <= {"baseline"}  # quick enough to be there


def test_the_threshold_moves_figures_and_charts(app: Open, project: str) -> None:
    at = app("evaluate", project=project)
    recall = at.metric[2].value
    slider = next(each for each in at.slider if each.label == "Threshold")
    slider.set_value(0.2).run()
    assert float(at.metric[2].value) > float(recall)
    assert "20.0%" in words(at)


def test_rows_that_stand_together_are_told(
    app: Open, project: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "the intervals count groups" not in words(app("evaluate", project=project))
    monkeypatch.setattr("core.evaluate.units.count_of", lambda found: 21)
    shown = words(app("evaluate", project=project))
    assert "They are 21 groups of rows that belong together" in shown


def test_two_models_stand_on_one_chart(app: Open, project: str) -> None:
    at = app("evaluate", project=project)
    compared = at.multiselect[0]
    compared.select(next(o for o in compared.options if "No model" in o)).run()
    assert "“Random forest" in words(at) or "Random forest" in words(at)
    assert not at.exception


@pytest.mark.parametrize("tab", ["Gains", "Precision and recall", "Calibration", "All figures"])
def test_evaluate_tabs_open(app: Open, project: str, tab: str) -> None:
    at = app("evaluate", project=project)
    at.session_state["evaluate-tabs"] = tab
    at.run()
    assert not at.exception
    assert charts(at) == 3


def test_reasons_arrive_and_one_customer_adds_up(app: Open, project: str) -> None:
    at = app("explain", project=project)
    assert charts(at) >= 1
    until(at, "200 of 1,025 held-out customers explained")
    assert "The chance of will_buy_again = yes is" in words(at)


@pytest.mark.parametrize("tab", ["Every customer", "One column"])
def test_explain_tabs_open(app: Open, project: str, tab: str) -> None:
    at = until(app("explain", project=project), "held-out customers explained")
    at.session_state["explain-tabs"] = tab
    at.run()
    assert not at.exception
    assert charts(at) == 2


def test_any_row_can_be_explained(app: Open, project: str) -> None:
    at = app("explain", project=project)
    at.segmented_control(key="customer-pick").select("row").run()
    at.number_input(key="customer-row-pick").set_value(17).run()
    assert not at.exception
    assert "The chance of will_buy_again = yes is" in words(at)


def test_a_damaged_model_is_said_and_the_rest_stays(app: Open, project: str, home: Path) -> None:
    folder = projects.folder(home, project) / "models"
    broken = next(
        e.id for e in models.board(folder.parent)[0] if e.spec.target.name == "next_category"
    )
    (folder / broken / "model.json").write_bytes(b"{")
    at = app("train", project=project)
    assert not at.exception
    assert broken in words(at)
    assert "Random forest" in words(at)


def test_no_page_brings_tensorflow_into_the_app(project: str, home: Path) -> None:
    """In a process of its own: pytest itself may have Keras loaded from another test."""
    script = f"""
import sys
sys.path.insert(0, {str(ROOT)!r})
from streamlit.testing.v1 import AppTest
at = AppTest.from_file({str(ROOT / "app.py")!r}, default_timeout=60)
at.session_state["project"] = {project!r}
at.run()
first = [n for n in ("tensorflow", "keras", "shap", "sklearn") if n in sys.modules]
for page in {PAGES!r}:
    at.switch_page(f"pages/{{page}}.py").run()
    assert not at.exception, page
print([n for n in ("tensorflow", "keras") if n in sys.modules])
"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert done.stdout.strip().splitlines()[-1:] == ["[]"], done.stderr[-2000:]


def test_a_second_visitor_sees_the_running_training(app: Open, project: str, home: Path) -> None:
    first = app("train", project=project)
    first.number_input(key="setting-forest-trees").set_value(1000).run()
    button(first, "Train the model").click().run()  # type: ignore[attr-defined]
    second = app("train", project=project)
    button(second, "Stop").click().run()  # type: ignore[attr-defined]
    until(first, "What you had is as it was")


def test_a_model_is_deleted_after_a_second_question(app: Open, project: str, home: Path) -> None:
    at = app("train", project=project)
    before = {e.id for e in models.board(projects.folder(home, project))[0]}
    button(at, "Delete for good").click().run()  # type: ignore[attr-defined]
    after = {e.id for e in models.board(projects.folder(home, project))[0]}
    assert len(before - after) == 1
    assert "No model" in words(at) or not at.exception


def test_a_column_is_left_out_where_it_gives_the_answer_away(
    app: Open, project: str, home: Path
) -> None:
    at = app("data", project=project)
    until(at, lambda: "finding-filled_after-next_category" in " ".join(fold_keys(at)))
    for key in fold_keys(at):
        at.session_state[key] = True
    at.run()
    assert [b for b in at.button if b.label == "Leave this column out"]
    started = "do-finding-filled_after-next_category"
    next(b for b in at.button if str(b.key).startswith(started)).click().run()
    table = projects.load(home, project).table
    schema = tables.load(projects.folder(home, project), table).schema
    assert schema["next_category"].role is Role.IGNORED


def test_other_findings_stay_while_it_is_looked_anew(
    app: Open, project: str, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is open stays open, and what was dealt with goes at once."""
    at = app("data", project=project)
    until(at, lambda: "finding-filled_after-next_category" in " ".join(fold_keys(at)))
    before = [key for key in fold_keys(at) if key.startswith("finding-")]
    for key in before:
        at.session_state[key] = True
    at.run()
    metrics = [each.value for each in at.metric]
    started = "do-finding-filled_after-next_category"
    monkeypatch.setattr(jobs, "_launch", lambda *_: None)  # it waits for its turn
    next(b for b in at.button if str(b.key).startswith(started)).click().run()
    assert jobs.active(home)
    stayed = [key for key in fold_keys(at) if key.startswith("finding-")]
    left = [key for key in before if "-next_category-" not in key]
    assert stayed[: len(left)] == left  # those that were under "show all" move up
    assert not [key for key in stayed if "-next_category-" in key]
    assert [b for b in at.button if str(b.key).startswith("do-finding-")]
    assert [each.value for each in at.metric] == metrics
