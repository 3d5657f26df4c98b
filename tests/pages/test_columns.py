from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from streamlit.testing.v1 import AppTest

from core.data.dataset import Dataset
from core.explain.shapley.method import Asked
from core.progress import silent
from core.schema import Kind, Role
from core.store import models, projects, tables
from core.store.checked import findings_key
from core.store.reasons import Way, way_text
from core.tasks import tables as at_tables
from core.tasks.models import train_model
from core.tasks.reasons import explain_model
from core.train.wish import Choices, wish
from tests.core.train.reviews import said
from tests.pages.conftest import Open, words

ROWS = "".join(
    f"{i % 9 + 1:02}/{i % 11 + 1:02}/2024,{999 if i % 4 == 0 else i % 20},"
    f"{('?', '18-24', '25-34', '35+')[i % 4]},{'yes' if i % 3 else 'no'}\n"
    for i in range(80)
)
Bring = Callable[[], str]


@pytest.fixture
def bring(home: Path, tmp_path: Path) -> Bring:
    """Brings the small table into a project of its own; gives the project's id."""

    turns = iter("abc")

    def brought() -> str:
        file = tmp_path / "visits.csv"
        file.write_text("seen,days since,age,bought\n" + ROWS)
        title = f"visits {next(turns)}"
        made = at_tables.bring(
            home=home, report=silent, file=str(file), name=file.name, title=title
        )
        return str(made["project"])

    return brought


def dataset(home: Path, project: str) -> Dataset:
    return tables.load(projects.folder(home, project), projects.load(home, project).table)


def press(at: AppTest, label: str) -> AppTest:
    found = [
        each for each in at.button if each.label.replace("\\", "").replace("\u2060", "") == label
    ]
    assert found, [each.label for each in at.button]
    return found[0].click().run()


def test_the_order_of_day_and_month_is_asked(app: Open, bring: Bring, home: Path) -> None:
    project = bring()
    assert dataset(home, project).schema["seen"].role is Role.IGNORED
    at = app("data", project=project)
    assert not at.exception
    assert "Which comes first in “seen”" in words(at)
    at = press(at, "“01/02/2024” is 1 February 2024")
    column = dataset(home, project).schema["seen"]
    assert (column.pattern, column.role) == ("%d/%m/%Y", Role.TIME)
    assert "Which comes first" not in words(at)
    press(at, "Take back the last change")
    assert dataset(home, project).schema["seen"].role is Role.IGNORED


def test_what_means_not_known_is_asked(app: Open, bring: Bring, home: Path) -> None:
    project = bring()
    at = app("data", project=project)
    assert "Does “999” in “days since” mean “not known”" in words(at)
    at = press(at, "It means not known")
    at = press(at, "It means not known")
    schema = dataset(home, project).schema
    assert (schema["days since"].missing, schema["age"].missing) == (("999",), ("?",))
    assert schema["age"].levels == ("18-24", "25-34", "35+")
    assert "mean “not known”" not in words(at)


def test_an_edit_of_the_table_is_kept_and_offered_again(
    app: Open, bring: Bring, home: Path
) -> None:
    first = bring()
    at = app("data", project=first)
    key = findings_key(dataset(home, first).schema, projects.load(home, first).target)
    editor = f"columns-{first}-{key}"
    at.session_state[editor] = {
        "edited_rows": {2: {"missing": ["?"], "role": "ignored"}, 1: {"kind": "category"}},
        "added_rows": [],
        "deleted_rows": [],
    }
    at.run()
    assert not at.exception
    schema = dataset(home, first).schema
    assert (schema["age"].missing, schema["age"].role) == (("?",), Role.IGNORED)
    assert schema["days since"].kind is Kind.CATEGORY
    second = bring()
    assert dataset(home, second).schema["age"].missing == ()
    at = app("data", project=second)
    assert "You corrected a table with these columns before" in words(at)
    at = press(at, "As last time")
    assert dataset(home, second).schema["age"] == schema["age"]
    assert dataset(home, second).schema["age"] == schema["age"]
    print(
        (
            projects.folder(home, second) / "tables" / dataset(home, second).id / "corrections.json"
        ).read_text(),
        list((home / "shapes").iterdir()),
    )
    assert "as you corrected it last time" in words(at)
    at = press(at, "Forget it")
    third = bring()
    assert "before, on" not in words(app("data", project=third))


def reviewed(tmp_path: Path, home: Path) -> str:
    """A small table with what customers wrote; the project's id."""
    texts, y = said(400)
    rows = "".join(
        f"{i % 40 + 20},{text},{'yes' if bought else 'no'}\n"
        for i, (text, bought) in enumerate(zip(texts, y, strict=True))
    )
    file = tmp_path / "reviews.csv"
    file.write_text("age,review,bought\n" + rows)
    made = at_tables.bring(home=home, report=silent, file=str(file), name=file.name)
    return str(made["project"])


def test_a_text_is_learned_from_once_a_person_says_so(
    app: Open, home: Path, tmp_path: Path
) -> None:
    project = reviewed(tmp_path, home)
    review = dataset(home, project).schema["review"]
    assert (review.kind, review.role) == (Kind.TEXT, Role.IGNORED)
    at = app("data", "closer", project=project)
    assert "at least 10 rows" not in words(at)
    at.selectbox(key=f"closer-{project}").select("review").run()
    assert "stays out at first" in words(at)
    found = findings_key(dataset(home, project).schema, projects.load(home, project).target)
    key = f"columns-{project}-{found}"
    edits = {1: {"role": "feature"}}
    at.session_state[key] = {"edited_rows": edits, "added_rows": [], "deleted_rows": []}
    at.run()
    assert not at.exception
    assert dataset(home, project).schema["review"].role is Role.FEATURE
    assert "Of “review” a model sees the words and pairs of words" in words(at)
    assert "at least 10 rows" in words(at)
    known = dataset(home, project)
    spec = wish(known, "bought", "yes", Choices("linear"))
    assert [column.name for column in spec.features] == ["age", "review"]
    told = train_model(home, silent, project, msgspec.to_builtins(spec))
    saved = models.load(models.place(projects.folder(home, project), str(told["model"])))
    assert saved.model.preparation.texts["review"].words
    assert saved.evaluation.scores[0].value > 0.9
    projects.aimed(home, project, "bought", "yes")
    way = way_text(Way("yes", "linear", Asked()))
    explain_model(home, silent, project, str(told["model"]), way, rows=100)
    for tab, said_there in (
        ("One column", "whose text has the word"),
        ("What the model does", "A text is nothing that could be set to another value"),
        ("Every customer", ""),
        ("Two groups", ""),
        ("Customers by reasons", ""),
        ("Checks", ""),
    ):
        at = app("explain", project=project)
        at.session_state["explain-tabs"] = tab
        at.session_state["dependence-column"] = at.session_state["partial-column"] = "review"
        at.run()
        assert not at.exception, tab
        assert not at.error, tab
        assert said_there in words(at)
    for page in ("evaluate", "explore", "train", "what_if"):
        at = app(page, project=project)
        assert not at.exception, page
        assert not at.error, page
