"""Nothing that tells who a customer is stands on any page or in any file that leaves them."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pandas as pd
import pytest
from google.protobuf.json_format import MessageToJson
from streamlit.testing.v1 import AppTest

from core import jobs
from core.progress import silent
from core.store import guard, log, logged, models, projects, protection, tables, vault
from core.store.keys import KeySource
from core.store.remask import remask
from core.tasks.models import train_model
from core.tasks.tables import bring, check
from core.train.wish import Choices, wish
from tests.core.data.privacy.people_table import TOLD, people, people_file
from tests.pages.conftest import Open, button, words

PAGES = ("data", "behaviour", "explore", "train", "evaluate", "explain", "what_if")
FOLDS = ("understood", "closer", "masks", "people", "rest", "preview")
ROWS = 300


@pytest.fixture(scope="session")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a project of the made-up people and a model that says who bought."""
    folder = tmp_path_factory.mktemp("crowd")
    home = folder / "home"
    made = bring(home, silent, str(people_file(folder, ROWS)), "people.csv")
    project = projects.aimed(home, made["project"], "bought", "yes")
    place = projects.folder(home, project.id)
    spec = wish(tables.load(place, project.table), "bought", "yes", Choices("tree"))
    train_model(home, silent, project.id, msgspec.to_builtins(spec))
    check(home, silent, project.id, project.table, "bought")
    return home


@pytest.fixture
def person(crowd: Path, home: Path) -> str:
    """The id of that project, copied into this test's home."""
    shutil.copytree(crowd, home)
    return projects.recent(home)[0].id


def shown(at: AppTest) -> str:
    """All that a page sent to the browser, tables and figures too."""
    parts = []
    for element in at.main:
        parts += list(_sent(element))
    return "\n".join(parts)


def _sent(element: object) -> Iterator[str]:
    for child in getattr(element, "children", {}).values():
        yield from _sent(child)
    proto = getattr(element, "proto", None)
    if proto is not None and hasattr(proto, "DESCRIPTOR"):
        yield MessageToJson(proto, ensure_ascii=False)
    value = getattr(element, "value", None)
    if isinstance(value, pd.DataFrame):
        yield value.to_csv()


@pytest.mark.parametrize("page", PAGES)
def test_no_page_shows_what_tells_who_a_customer_is(app: Open, person: str, page: str) -> None:
    at = app(page, *FOLDS, project=person)
    assert not at.exception
    assert not at.error, words(at)
    seen = shown(at)
    assert "bought" in seen  # the search finds what is there
    assert [text for text in TOLD if text in seen] == []


def test_the_data_page_says_what_is_masked(app: Open, person: str) -> None:
    at = app("data", "masks", "preview", project=person)
    assert "These columns tell who a customer is" in words(at)
    assert "203.0.113.0/24" in shown(at)  # the canary's row is there, masked
    assert at.selectbox(key="mask-Surname").value == "drop"
    assert at.selectbox(key="mask-Postcode").value == "prefix"


def test_the_final_list_is_made_and_written_down(app: Open, person: str, home: Path) -> None:
    at = app("data", "masks", "people", project=person)
    button(at, "Make the final list").click().run()  # type: ignore[attr-defined]
    assert not at.error, words(at)
    assert f"holds {ROWS} rows with real ids" in words(at)
    entry = logged.entries(projects.folder(home, person), log.EXPORTS)[0]
    assert (entry.what, entry.rows) == ("final-list-1.csv", ROWS)
    assert "chance of bought = yes" in entry.names


def test_a_customer_is_deleted_on_the_page(app: Open, person: str, home: Path) -> None:
    at = app("data", "masks", "people", project=person)
    at.text_input(key="forget-id").set_value("KX-990017")
    button(at, "Delete this customer").click().run()  # type: ignore[attr-defined]
    assert "Nothing was deleted" in words(at)
    at.text_input(key="forget-id").set_value("KX-990017")
    at.checkbox(key="forget-sure").check()
    button(at, "Delete this customer").click().run()  # type: ignore[attr-defined]
    assert "The customer is deleted: 1 row in 1 table." in "".join(s.value for s in at.success)
    folder = projects.folder(home, person)
    assert tables.load(folder, projects.load(home, person).table).rows == ROWS - 1
    assert models.board(folder)[1] == ()
    at.text_input(key="forget-id").set_value("nobody")
    at.checkbox(key="forget-sure").check()
    button(at, "Delete this customer").click().run()  # type: ignore[attr-defined]
    assert "No customer with this id" in words(at)


def test_a_passphrase_locks_the_real_ids(
    app: Open, person: str, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = projects.folder(home, person)
    at = app("data", "masks", "people", "rest", project=person)
    at.text_input(key="word-new").set_value("open sesame")
    button(at, "Change how the vault opens").click().run()  # type: ignore[attr-defined]
    assert vault.key_source(folder) is KeySource.PASSPHRASE
    button(at, "Make the final list").click().run()  # type: ignore[attr-defined]
    assert "opens with its passphrase" in words(at)
    at.text_input(key="word-export").set_value("open sesam")
    button(at, "Make the final list").click().run()  # type: ignore[attr-defined]
    assert "does not open with this passphrase" in words(at)
    at.selectbox(key="mask-Postcode").set_value("drop")
    at.text_input(key="word-masks").set_value("open sesame")
    told: list[jobs.Told] = []
    monkeypatch.setattr(jobs, "_launch", lambda of, what: told.append(what))
    button(at, "Apply these masks").click().run()  # type: ignore[attr-defined]
    assert vault.is_locked(folder)  # a worker is told the key, and nothing keeps it
    with vault.unlocked(folder, "open sesame"):
        assert told == [jobs.Told(key=vault.spare_key(folder))]
    wish_of = next((home / "jobs").glob("*/wish.json")).read_text()
    assert "sesame" not in wish_of
    assert told[0].key not in wish_of
    vault.take_key(told[0].key)
    remask(home, silent, person, projects.load(home, person).table, {"Postcode": "drop"})
    dataset = tables.load(folder, projects.load(home, person).table)
    assert "Postcode" not in dataset.schema
    assert {each.column for each in guard.hidden(dataset)} > {"Postcode", "Surname"}


def test_an_encrypted_project_opens_with_its_passphrase(app: Open, person: str, home: Path) -> None:
    folder = projects.folder(home, person)
    vault.protect(folder, "open sesame")
    vault.unlock(folder, "open sesame")
    protection.protect(folder, True)
    vault.lock(folder)
    at = app("explore", project=person)
    assert "This project is locked" in "".join(each.value for each in at.subheader)
    at.text_input(key="word-unlock").set_value("open sesam")
    button(at, "Open the project").click().run()  # type: ignore[attr-defined]
    assert "does not open with this passphrase" in words(at)
    at.text_input(key="word-unlock").set_value("open sesame")
    button(at, "Open the project").click().run()  # type: ignore[attr-defined]
    assert not at.error, words(at)
    assert "This project is locked" not in "".join(each.value for each in at.subheader)
    at = app("data", "rest", project=person)
    assert "are encrypted on this disk" in words(at)
    assert button(at, "Keep the files in clear") is not None
    button(at, "Lock it now").click().run()  # type: ignore[attr-defined]
    assert "This project is locked" in "".join(each.value for each in at.subheader)


def test_the_people_are_as_they_are_thought() -> None:
    told = json.dumps(people(ROWS), ensure_ascii=False)
    assert all(text in told for text in TOLD)
