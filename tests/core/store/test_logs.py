"""A project's log: its history is made again when its tables are read or masked otherwise."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pandas as pd
import pytest

from core.behaviour.question import Asks
from core.behaviour.recipe import read
from core.behaviour.timeline import proposed
from core.data.table import frame
from core.errors import NoHistory, NotThere
from core.progress import silent
from core.schema import Mask
from core.store import corrections, deletion, export, log_work, logs, models, projects, tables
from core.store.remask import remask
from core.tasks.models import train_model
from core.train.wish import Choices, wish
from tests.core.behaviour.logs import shop


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("WHYBUY_KEY", "a key of the tests")
    return tmp_path / "home"


@pytest.fixture
def project(home: Path, tmp_path: Path) -> Path:
    """A project with a log of events and a table of customers."""
    events = shop(60, seed=4)
    events["time"] = pd.to_datetime(events["at"], unit="ms").dt.strftime("%Y-%m-%d %H:%M:%S")
    events["customer_id"] = "KX-" + events["customer"]
    names = ["customer_id", "time", "kind", "category", "session", "amount"]
    events[names].to_csv(tmp_path / "events.csv", index=False)
    people = pd.DataFrame({"customer_id": sorted(events["customer_id"].unique())})
    people["city"] = ["Bonn", "Kiel", "Ulm"] * (len(people) // 3)
    people.to_csv(tmp_path / "people.csv", index=False)
    files = [str(tmp_path / name) for name in ("events.csv", "people.csv")]
    made = log_work.bring_log(home, silent, files, "shop")
    found = projects.folder(home, made["project"])
    if not logs.has_history(found, logs.log(found)):
        log_work.record_log(home, silent, found.name)
    return found


def built(home: Path, project: Path) -> str:
    with logs.history(project, logs.log(project)) as recorded:
        question = proposed(recorded.story, Asks.BUY)
    asked = msgspec.to_builtins(question)
    return str(log_work.build_table(home, silent, project.name, asked, [])["table"])


def test_the_table_of_a_question_is_in_use_and_proven(home: Path, project: Path) -> None:
    table = built(home, project)
    known = projects.load(home, project.name)
    assert (known.table, known.target, known.outcome) == (table, "buys_in_30_days", "yes")
    assert log_work.proof(project, table) is None
    log_work.prove_table(home, silent, project.name, table)
    found = log_work.proof(project, table)
    assert found is not None
    assert found.holds
    events = logs.log(project).tables[0]
    with pytest.raises(NotThere):
        log_work.prove_table(home, silent, project.name, events)


def test_a_model_remembers_how_its_table_was_made(home: Path, project: Path) -> None:
    table = built(home, project)
    dataset = tables.load(project, table)
    spec = wish(dataset, "buys_in_30_days", "yes", Choices("tree"))
    made = train_model(home, silent, project.name, msgspec.to_builtins(spec))
    saved = models.load(models.place(project, made["model"]))
    assert saved.recipe == dataset.provenance.recipe
    assert read(saved.recipe) is not None


def test_customers_of_a_built_table_get_their_real_ids_back_in_the_final_list(
    home: Path, project: Path
) -> None:
    dataset = tables.load(project, built(home, project))
    listed = frame(dataset, ["customer_id"])
    assert not listed["customer_id"].str.startswith("KX-").any()
    real = export.put_back(project, dataset, listed)
    assert real["customer_id"].str.startswith("KX-c").all()
    assert real["customer_id"].is_unique


def test_other_masks_and_kinds_ask_for_another_history(home: Path, project: Path) -> None:
    events, people = logs.log(project).tables
    remask(home, silent, project.name, people, {"city": Mask.DROP.value})
    assert list((project / logs.HISTORY).glob("*/events.parquet")) == []
    with pytest.raises(NoHistory), logs.history(project, logs.log(project)):
        pytest.fail("there is none")
    log_work.record_log(home, silent, project.name)
    dataset = tables.load(project, events)
    corrections.correct(project, dataset, {"category": {"role": "ignored"}})
    assert not logs.has_history(project, logs.log(project))


def test_a_deletion_takes_the_history_with_it(home: Path, project: Path) -> None:
    table = built(home, project)
    rows = tables.load(project, table).rows
    customer = "KX-c0003"
    deletion.forget(project, customer)
    assert list((project / logs.HISTORY).glob("*/events.parquet")) == []
    assert tables.load(project, table).rows in (rows, rows - 1)
    log_work.record_log(home, silent, project.name)
    with logs.history(project, logs.log(project)) as recorded:
        assert recorded.story.customers == 59


def test_more_tables_are_proposed_beside_what_was_said(
    home: Path, project: Path, tmp_path: Path
) -> None:
    (tmp_path / "products.csv").write_text("product_id,category\nP1,toys\nP2,books\n")
    before = logs.log(project)
    log_work.bring_more(
        home, silent, project.name, [str(tmp_path / "products.csv")], ["products.csv"]
    )
    after = logs.log(project)
    assert after.tables[:2] == before.tables
    assert after.uses[:2] == before.uses
    assert len(after.uses) == 3
