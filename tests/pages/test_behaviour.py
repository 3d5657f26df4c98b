"""The Behaviour page: a log becomes a question, its table and the proof that it knows no future."""

from __future__ import annotations

import csv
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest
from streamlit.testing.v1 import AppTest

from core.behaviour.meaning import Meaning, Part
from core.behaviour.proof import Proof
from core.behaviour.question import Asks, Question
from core.behaviour.timeline import proposed
from core.progress import silent
from core.schema import Role
from core.store import log_work, logs, projects, protection, rest, tables
from core.store.folder import write
from core.text.phrases import phrases
from pages.shared import behaviour_bring
from pages.shared.behaviour_pictures import PICTURES
from tests.corpus.hostile import PAYLOADS
from tests.pages.conftest import ROOT, SAMPLE, Open, button, charts, until, words
from tests.pages.test_hostile import faults

pytestmark = pytest.mark.filterwarnings("ignore:fetch_arrow_table")  # Ibis asks DuckDB so
SAY = phrases()
CUSTOMERS = 400
FOLDS = ("use-0", "joins", "found")
CDNOW = ROOT.parent / "shared" / "data" / "cdnow" / "CDNOW_sample.txt"
SAMPLES = SAMPLE.parent


def cut(into: Path) -> list[Path]:
    """The tables of the sample shop, of some of its customers only."""
    into.mkdir()
    known = {f"C{number:05d}" for number in range(1, CUSTOMERS + 1)}
    orders: set[str] = set()
    for name, place in (("customers.csv", 0), ("orders.csv", 1)):
        first, *lines = (SAMPLES / name).read_text("utf-8").splitlines()
        kept = [line for line in lines if line.split(",")[place] in known]
        orders |= {line.split(",")[0] for line in kept if name == "orders.csv"}
        (into / name).write_text("\n".join([first, *kept]))
    first, *lines = (SAMPLES / "order_lines.csv").read_text("utf-8").splitlines()
    kept = [line for line in lines if line.split(",")[0] in orders]
    (into / "order_lines.csv").write_text("\n".join([first, *kept]))
    shutil.copy(SAMPLES / "products.csv", into)
    return [into / name for name in behaviour_bring.SHOP[:4]]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a recorded log, and the table of a question built of it."""
    base = tmp_path_factory.mktemp("log")
    files = [str(file) for file in cut(base / "files")]
    made = log_work.bring_log(base / "home", silent, files, "Shop")
    folder = projects.folder(base / "home", made["project"])
    with logs.history(folder, logs.log(folder)) as recorded:
        question = proposed(recorded.story, Asks.LEAVE, 40)
    asked = Question(Asks.LEAVE, ("2025-11-01",), 200, 2, 40, question.eligible)
    log_work.build_table(base / "home", silent, made["project"], msgspec.to_builtins(asked), [])
    return base / "home"


@pytest.fixture
def log(shop: Path, home: Path) -> str:
    """The id of that project, copied into this test's home."""
    shutil.copytree(shop, home)
    return projects.recent(home)[0].id


def tab(at: AppTest, name: str) -> AppTest:
    at.session_state["behaviour-tabs"] = SAY(f"behaviour.tab.{name}")
    at.run()
    assert not at.exception
    assert not at.error, words(at)
    return at


def field(at: AppTest, kind: str, name: str) -> Any:
    """The widget whose key begins, or ends, so."""
    found = [each for each in getattr(at, kind) if each.key and str(each.key).startswith(name)]
    return (found or [each for each in getattr(at, kind) if str(each.key).endswith(name)])[0]


def test_without_a_log_there_are_two_ways_to_one(app: Open) -> None:
    at = app("behaviour")
    assert not at.exception
    assert "No log yet" in words(at)
    assert button(at, "Try with the sample shop's log")
    assert at.get("file_uploader")


def test_a_table_of_customers_is_told_to_be_no_log(app: Open, project: str) -> None:
    at = app("behaviour", project=project)
    assert not at.exception
    assert "This table has one row a customer" in words(at)


def test_from_the_sample_shop_to_a_table_that_is_proven(
    app: Open, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = cut(tmp_path / "cut")
    monkeypatch.setattr(behaviour_bring, "SAMPLES", tmp_path / "cut")
    monkeypatch.setattr(behaviour_bring, "SHOP", tuple(file.name for file in files))
    at = app("behaviour")
    button(at, "Try with the sample shop's log").click().run()
    until(at, "will they buy")
    assert charts(at) == 1
    assert [each.label for each in at.metric] == ["Customers", "Of whom buy"]
    asked, hits = (each.value for each in at.metric)
    button(at, "Build the table").click().run()
    until(at, "The table in use answers")
    folder = projects.folder(home, projects.recent(home)[0].id)
    built = tables.load(folder, projects.recent(home)[0].table)
    assert f"{built.rows:,}" == asked
    assert at.metric[1].value == hits
    assert button(at, "Build it anew")
    button(at, "Prove that nothing looks ahead").click().run()
    until(at, "cells are equal")
    found = log_work.proof(folder, built.id)
    assert found is not None
    assert found.holds
    assert f"{found.cells:,} of {found.cells:,} cells are equal" in words(at)
    at = app("explore", project=projects.recent(home)[0].id)
    assert not at.exception
    assert not at.error
    assert charts(at) == 5


def test_the_last_question_stands_there_again_and_every_blank_can_be_filled(
    app: Open, log: str
) -> None:
    at = app("behaviour", project=log)
    assert not at.exception
    said = words(at)
    assert "bought in the 200 days before 2025-11-01: will they buy nothing in the 40 days" in said
    assert "from 2025-11-03 on" in said
    assert button(at, "Build it anew")
    field(at, "number_input", "ask-leave-lookback").set_value(100).run()
    field(at, "number_input", "ask-leave-gap").set_value(0).run()
    field(at, "number_input", "ask-leave-outcome").set_value(30).run()
    field(at, "selectbox", "ask-leave-eligible").select("active").run()
    assert "did something in the 100 days before 2025-11-01" in words(at)
    assert "in the 30 days after it" in words(at)
    before = at.metric[0].value
    field(at, "date_input", "ask-leave-day").set_value(date(2025, 10, 1)).run()
    assert "before 2025-10-01" in words(at)
    assert field(at, "slider", "ask-leave-line").value == date(2025, 10, 1)
    field(at, "slider", "ask-leave-line").set_value(date(2025, 6, 1)).run()
    assert field(at, "date_input", "ask-leave-day").value == date(2025, 6, 1)
    assert at.metric[0].value != before
    field(at, "number_input", "ask-leave-count").set_value(3).run()
    field(at, "number_input", "ask-leave-apart").set_value(20).run()
    assert "kept on one side" in words(at)
    assert "2025-04-22: " in words(at)
    assert not at.error


def test_only_what_the_log_tells_is_asked(app: Open, log: str) -> None:
    at = app("behaviour", project=log)
    assert field(at, "selectbox", f"ask-{log}").options == [
        SAY(f"behaviour.asks.{each}")
        for each in ("buy", "leave", "spend", "count", "category", "product", "late")
    ]
    for each in ("spend", "category", "late"):
        field(at, "selectbox", f"ask-{log}").select(each).run()
        assert not at.exception
        assert not at.error
    assert "Of every order: does it come later" in words(at)
    assert "a moment of its own" in words(at)


def test_features_tell_where_they_come_from_and_can_be_left_out(
    app: Open, log: str, home: Path
) -> None:
    at = tab(app("behaviour", project=log), "features")
    shown = at.dataframe[0].value
    assert "Days from the last purchase to the cutoff." in set(shown["lineage"])
    assert shown["strength"].notna().any()
    rows = len(shown)
    field(at, "multiselect", "left-columns").select("purchases").run()
    assert len(at.dataframe[0].value) == rows - 1
    field(at, "multiselect", "left-groups").select("hours").run()
    assert len(at.dataframe[0].value) == rows - 6
    tab(at, "question")
    button(at, "Build it anew").click().run()
    before = projects.load(home, log).table
    until(at, lambda: projects.load(home, log).table != before)
    names = tables.load(projects.folder(home, log), projects.load(home, log).table).schema.names
    assert "purchases" not in names
    assert "share_at_weekends" not in names


@pytest.mark.parametrize("name", PICTURES)
def test_every_picture_is_drawn_when_it_is_chosen(app: Open, log: str, name: str) -> None:
    at = tab(app("behaviour", project=log), "pictures")
    at.segmented_control(key="behaviour-picture").set_value(name).run()
    assert not at.exception
    assert not at.error, words(at)
    if name == "funnel":  # orders alone have one step
        assert "Choose at least two steps" in words(at)
        field(at, "multiselect", "funnel-steps").set_value(["order", "return"]).run()
        field(at, "number_input", "funnel-days").set_value(60).run()
        assert "within 60 days of the first step" in words(at)
    assert charts(at) == 1
    if name == "life":
        first = words(at)
        button(at, "Another customer").click().run()
        assert words(at) != first
        field(at, "text_input", "life-search").set_value("p").run()
        assert charts(at) == 1
        field(at, "text_input", "life-search").set_value("nobody-9").run()
        assert "No customer's id holds that" in words(at)
    for each in at.toggle:
        if str(each.key).startswith(("rfm", "transitions")):
            each.set_value(not each.value).run()
            assert charts(at) == 1
    for each in at.segmented_control:
        if str(each.key).startswith(("retention", "transitions")):
            each.set_value(each.options[-1]).run()
            assert charts(at) == 1


def test_what_a_table_is_can_be_corrected_and_taken_back(app: Open, log: str, home: Path) -> None:
    at = tab(app("behaviour", project=log), "tables")
    known = logs.log(projects.folder(home, log))
    for fold in FOLDS:
        at.session_state[f"{fold}-{log}-{known.key}"] = True
    at.run()
    assert not at.exception
    assert "are matched" in words(at)
    field(at, "selectbox", "-part").select("other").run()
    assert "You changed how the tables are read" in words(at)
    at.button(key="log-undo").click().run()
    assert "You changed" not in words(at)
    field(at, "selectbox", "-customers-time").select("").run()
    field(at, "selectbox", "-negative").select("kept").run()
    assert "You changed" in words(at)
    at.button(key="log-again").click().run()
    changed = logs.log(projects.folder(home, log))
    assert changed.key != known.key
    assert changed.choices.negative == "kept"
    until(at, "The table in use answers")
    assert logs.has_history(projects.folder(home, log), changed)


def test_a_table_that_tells_no_time_is_told_and_mended(
    app: Open, home: Path, tmp_path: Path
) -> None:
    file = tmp_path / "visits.csv"
    lines = [
        f"C{i % 40},{'view' if i % 3 else 'purchase'},2025-0{1 + i % 9}-1{i % 8}"
        for i in range(400)
    ]
    file.write_text("\n".join(["customer_id,action,happened_at", *lines]))
    project = log_work.bring_log(home, silent, [str(file)], "Visits", [file.name])["project"]
    folder = projects.folder(home, project)
    known = logs.log(folder)
    assert not logs.has_history(folder, known)  # a person's tables wait to be seen
    use = known.uses[0].meaning(Meaning.TIME, "")
    known = logs.keep(folder, known.used(replace(use, part=Part.EVENTS)))
    at = app("behaviour", f"use-0-{project}-{known.key}", project=project)
    assert not at.exception
    assert "does not say when its rows happened" in words(at)
    field(at, "selectbox", "-events-time").select("happened_at").run()
    at.button(key="log-again").click().run()
    until(at, "will they")
    assert logs.has_history(folder, logs.log(folder))


def test_a_log_of_one_table_is_asked_though_the_project_is_encrypted(
    app: Open, home: Path, tmp_path: Path
) -> None:
    file = tmp_path / "visits.csv"
    lines = [
        f"C{i % 60},{'view' if i % 3 else 'purchase'},2025-{1 + i % 12:02d}-{1 + i % 28:02d}"
        for i in range(900)
    ]
    file.write_text("\n".join(["customer_id,action,happened_at", *lines]))
    project = log_work.bring_log(home, silent, [str(file)], "Visits")["project"]
    folder = projects.folder(home, project)
    protection.protect_project(home, silent, project, sealed=True)
    assert rest.state(folder) is rest.State.SEALED
    at = app("behaviour", project=project)
    assert not at.exception
    assert not at.error
    assert charts(at) == 1
    tab(at, "pictures")
    at.segmented_control(key="behaviour-picture").set_value("intervals").run()
    assert charts(at) == 1
    tab(at, "question")
    button(at, "Build the table").click().run()
    until(at, "The table in use answers")


def test_a_log_of_code_is_shown_as_text(app: Open, home: Path, tmp_path: Path) -> None:
    file = tmp_path / "events.csv"
    with file.open("w", encoding="utf-8", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(["customer_id", "action", "happened_at", "category", "product_id", "amount"])
        for i in range(2_000):
            day = f"2025-{1 + i % 12:02d}-{1 + i % 28:02d} 10:00:00"
            word, other = (PAYLOADS[(i * step) % len(PAYLOADS)] for step in (7, 3))
            kind = "purchase" if i % 7 == 0 else word
            rows.writerow([f"C{i * i % 193}", kind, day, other, f"{word} {i % 30}", i % 17])
    named = PAYLOADS[0].replace("/", "-") + ".csv"
    project = log_work.bring_log(home, silent, [str(file)], PAYLOADS[5], [named])["project"]
    log_work.record_log(home, silent, project)
    folder = projects.folder(home, project)
    known = logs.log(folder)
    with logs.history(folder, known) as recorded:
        asked = proposed(recorded.story, Asks.BUY)
    log_work.build_table(home, silent, project, msgspec.to_builtins(asked), [])
    at = app("behaviour", *(f"{fold}-{project}-{known.key}" for fold in FOLDS), project=project)
    for name in ("question", "features", "tables", "pictures"):
        tab(at, name)
        assert faults(at) == [], name
    for name in PICTURES:
        at.segmented_control(key="behaviour-picture").set_value(name).run()
        assert not at.exception
        assert not at.error, words(at)
        assert faults(at) == [], name


@pytest.mark.skipif(not CDNOW.is_file(), reason="the data set of CDNOW is not here")
def test_cdnow_is_asked_as_in_the_literature(app: Open, home: Path) -> None:
    project = log_work.bring_log(home, silent, [str(CDNOW)], "CDNOW")["project"]
    at = app("behaviour", project=project)
    assert not at.exception
    field(at, "selectbox", f"ask-{project}").select("buy").run()
    field(at, "number_input", "ask-buy-outcome").set_value(273).run()
    field(at, "number_input", "ask-buy-lookback").set_value(273).run()
    field(at, "date_input", "ask-buy-day").set_value(date(1997, 10, 1)).run()
    assert not at.error
    assert at.metric[0].value == "2,357"


def test_what_the_proof_speaks_against_is_left_out_with_a_click(
    app: Open, log: str, home: Path
) -> None:
    folder, table = projects.folder(home, log), projects.load(home, log).table
    assert log_work.proof(folder, table) is None
    planted = Proof(100, 97, ("2025-11-01",), (("purchases", 3),), (("city", "spend", 0.98),))
    write(folder / log_work.PROOFS / f"{table}.json", msgspec.json.encode(planted))
    at = app("behaviour", project=log)
    assert "97 of 100 cells" in words(at)
    assert "“city” of the table of customers was written after the cutoff" in words(at)
    button(at, "Leave these 2 out and build again").click().run()
    until(at, lambda: projects.load(home, log).table != table)
    built = tables.load(folder, projects.load(home, log).table)
    assert not {"purchases", "city"} & set(built.schema.names)
    assert built.schema.with_role(Role.TARGET)
