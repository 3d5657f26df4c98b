"""The Models page: every model listed, looked at, spoken of, compared, taken out and brought in."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.review.evidence import Evidence
from core.store import evidence, models, packing, projects, quarantine, registry, said, trail
from core.store.models import Entry
from core.text.plain import plain_words
from tests.pages.conftest import Open, button, charts, until, words


def folder(home: Path, project: str) -> Path:
    return projects.folder(home, project)


def asked(home: Path, project: str) -> tuple[Entry, ...]:
    """The models of the question in use, the one in use first."""
    known, (entries, _) = projects.load(home, project), models.board(folder(home, project))
    found = models.answering(entries, known.table, known.target, known.outcome)
    return tuple(sorted(found, key=lambda entry: entry.spec.family != "forest"))


@pytest.fixture
def two(project: str, home: Path) -> tuple[str, str]:
    """Two forests of one question: the second is the newest, and learned with another seed."""
    place, forest = folder(home, project), asked(home, project)[0]
    saved = models.load(place / "models" / forest.id)
    spec = replace(saved.model.spec, seed=3)
    other = replace(saved, model=replace(saved.model, spec=spec), trained_at="2099-01-01T00:00:00")
    models.save(place / "models" / spec.id, other)
    return forest.id, spec.id


def chosen(at: AppTest, *ids: str) -> AppTest:
    return at.multiselect(key="models-chosen").set_value(list(ids)).run()


def test_without_a_model_there_is_a_sentence_and_a_way(app: Open, project: str, home: Path) -> None:
    place = folder(home, project)
    for entry in models.board(place)[0]:
        models.remove(place, entry.id)
    at = app("models", project=project)
    assert not at.exception
    assert "No model yet. Train one, or bring one" in words(at)
    at.button(key="models-train").click().run()
    assert at.title[0].value == "Which model should we use?"


def test_all_models_of_all_questions_are_listed(app: Open, project: str, home: Path) -> None:
    at = app("models", project=project)
    assert not at.exception
    entries, _ = models.board(folder(home, project))
    table = at.dataframe[0]
    assert len(table.value) == len(entries)
    assert {text.partition(" ")[0] for text in table.value["Question"]} == {
        "will_buy_again", "next_category", "spend_next_60_days",
    }  # fmt: skip
    assert len(at.multiselect(key="models-chosen").options) == len(entries)
    assert at.multiselect(key="models-chosen").value == [asked(home, project)[0].id]
    assert "Learned from" in words(at)


def test_a_note_is_kept_and_removed(app: Open, project: str, home: Path) -> None:
    model = asked(home, project)[0].id
    at = app("models", project=project)
    at.text_area(key=f"note-text-{model}").input("for **spring**, see [x](http://evil.example)")
    button(at, "Keep the note").click().run()  # type: ignore[attr-defined]
    (note,) = said.notes(folder(home, project), model)
    assert note.text == "for **spring**, see [x](http://evil.example)"
    shown = [each.value for each in at.markdown if "spring" in each.value]
    assert shown == [plain_words(note.text)]
    assert "(name not checked)" in words(at)
    at.button(key=f"unnote-{note.id}").click().run()
    assert said.notes(folder(home, project), model) == ()
    button(at, "Keep the note").click().run()  # type: ignore[attr-defined]
    assert "There is nothing to keep yet" in words(at)


def test_the_champion_is_proposed_first(
    app: Open, project: str, home: Path, two: tuple[str, str]
) -> None:
    first, newest = two
    assert app("evaluate", project=project).query_params.get("model", [""])[0] != first
    at = chosen(app("models", project=project), first)
    at.button(key=f"crown-{first}").click().run()
    assert "Champion of its question since" in words(at)
    fresh = app("train", project=project)
    sidebar = next(each for each in fresh.selectbox if str(each.key).startswith("sidebar-model"))
    assert sidebar.value == first
    at.button(key=f"uncrown-{first}").click().run()
    fresh = app("train", project=project)
    sidebar = next(each for each in fresh.selectbox if str(each.key).startswith("sidebar-model"))
    assert sidebar.value == newest


def test_a_model_is_used_from_here(
    app: Open, project: str, home: Path, two: tuple[str, str]
) -> None:
    first, _ = two
    at = chosen(app("models", project=project), first)
    at.button(key=f"use-{first}").click().run()
    assert at.session_state["model"] == first
    assert "In use on all pages" in words(at)
    others = [e.id for e in models.board(folder(home, project))[0] if e.spec.target.name[0] == "n"]
    chosen(at, others[0])
    assert "another question than the one in use" in words(at)


def test_archived_models_are_out_of_boards_and_come_back(
    app: Open, project: str, home: Path, two: tuple[str, str]
) -> None:
    first, newest = two
    at = chosen(app("models", project=project), newest)
    at.button(key=f"archive-{newest}").click().run()
    assert list(said.archived(folder(home, project))) == [newest]
    train = app("train", project=project)
    sidebar = next(each for each in train.selectbox if str(each.key).startswith("sidebar-model"))
    assert sidebar.value == first
    at = app("models", project=project)
    at.toggle(key="models-with-archived").set_value(True).run()
    chosen(at, newest)
    assert "Archived on" in words(at)
    at.button(key=f"restore-{newest}").click().run()
    assert said.archived(folder(home, project)) == {}
    assert not [each for each in at.toggle if each.key == "models-with-archived"]


def test_a_deleted_model_is_gone_after_a_second_question(
    app: Open, project: str, home: Path, two: tuple[str, str]
) -> None:
    _, newest = two
    at = chosen(app("models", project=project), newest)
    at.button(key=f"delete-{newest}").click().run()
    assert not at.exception
    assert not (folder(home, project) / "models" / newest).exists()
    assert [str(line.what) for line in trail.lines(folder(home, project))][-1] == "delete"


def test_two_models_of_the_same_customers_are_compared_in_pairs(
    app: Open, project: str, two: tuple[str, str]
) -> None:
    at = chosen(app("models", project=project), *two)
    assert not at.exception
    assert "Differences are told on the same customers" in words(at)
    less_of = at.dataframe[2]
    (less,) = [name for name in less_of.value if " less " in name]
    assert set(less_of.value[less]) == {"0.000 (0.000 to 0.000)"}  # the same but for their names
    assert charts(at) == 1
    assert "No reasons are kept" in words(at)
    assert "made with the same settings" in words(at)
    assert "No column is marked as sensitive" in words(at)


def test_groups_of_several_models_are_set_side_by_side(
    app: Open, project: str, home: Path, two: tuple[str, str]
) -> None:
    evidence.keep(folder(home, project), two[1], Evidence(compared=("gender",)))
    at = chosen(app("models", project=project), *two)
    assert not at.exception
    table = next(each.value for each in at.dataframe if "Group" in each.value)
    assert set(table["Column"]) == {"gender"}
    names = list(table.columns[3:])
    assert len(names) == 2
    assert (table[names[0]] == table[names[1]]).all()  # the same but for their names


def test_models_of_other_questions_are_not_set_against_each_other(
    app: Open, project: str, home: Path
) -> None:
    entries, _ = models.board(folder(home, project))
    one = next(e.id for e in entries if e.spec.target.name == "will_buy_again")
    other = next(e.id for e in entries if e.spec.target.name == "spend_next_60_days")
    at = chosen(app("models", project=project), one, other)
    assert not at.exception
    assert "answer different questions" in words(at)
    assert charts(at) == 0
    chosen(at)
    assert "Choose a model to see" in words(at)


def test_a_model_leaves_only_with_a_tick(app: Open, project: str, home: Path) -> None:
    model = asked(home, project)[0].id
    at = app("models", "models-export", project=project)
    rows = packing.inside(folder(home, project), model).rows
    assert f"{rows} rows of customers" in words(at)
    button(at, "Make the file").click().run()  # type: ignore[attr-defined]
    assert "Say first that they may leave with it" in words(at)
    assert not at.get("download_button")
    at.checkbox(key=f"export-sure-{model}").check()
    button(at, "Make the file").click().run()  # type: ignore[attr-defined]
    assert not at.error
    assert at.get("download_button")
    told = [(line.what, line.of) for line in trail.lines(folder(home, project))]
    assert told[-1] == ("export", model)
    assert [what for what, _ in told].count("export") == 1


def test_a_model_is_brought(app: Open, project: str, home: Path) -> None:
    place, model = folder(home, project), asked(home, project)[0].id
    content = packing.packed(place, model, True)
    registry.remove(place, model)
    at = app("models", "models-bring", project=project)
    at.file_uploader[0].upload("model.zip", content, "application/zip").run()
    until(at, f"The model “{model}” is in this project now.")
    assert models.load(place / "models" / model)
    assert list((home / "uploads").iterdir()) == []


def test_what_is_refused_is_told_and_kept_aside(app: Open, project: str, home: Path) -> None:
    at = app("models", "models-bring", "models-aside", project=project)
    at.file_uploader[0].upload("model.zip", b"PK" * 500, "application/zip").run()
    until(at, "is not a model that was exported from here")
    button(at, "Close").click().run()  # type: ignore[attr-defined]
    assert "1 model or file is not used" in words(at)
    (aside,) = quarantine.asides(folder(home, project))
    at.button(key=f"aside-remove-{aside.key}").click().run()
    assert quarantine.asides(folder(home, project)) == ()
    assert "not used" not in words(at)


def test_what_was_set_aside_is_checked_again(app: Open, project: str, home: Path) -> None:
    place, model = folder(home, project), asked(home, project)[0].id
    quarantine.set_aside(place / "models" / model, "time")
    at = app("models", "models-aside", project=project)
    assert "took too long to load" in words(at)
    (aside,) = quarantine.asides(place)
    at.button(key=f"aside-try-{aside.key}").click().run()
    until(at, f"The model “{model}” is in this project now.")
    assert quarantine.asides(place) == ()
    assert models.load(place / "models" / model)


def test_no_two_models_are_called_the_same(
    app: Open, project: str, home: Path, two: tuple[str, str]
) -> None:
    at = app("models", project=project)
    options = at.multiselect(key="models-chosen").options
    assert len(set(options)) == len(options)
