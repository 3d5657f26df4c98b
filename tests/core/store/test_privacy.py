"""From a file with personal data to a project without: guard, vault, export and deletion."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from core.data.dataset import Dataset
from core.data.load import load
from core.data.preview import preview
from core.data.spreadsheet import as_csv
from core.data.table import frame
from core.errors import NoSuchCustomer, UnknownColumn
from core.progress import silent
from core.schema import Kind, Mask, Role
from core.store import (
    deletion,
    export,
    fitting,
    guard,
    log,
    logged,
    models,
    projects,
    scenarios,
    shapes,
    tables,
    trail,
    vault,
)
from core.store.folder import write
from core.store.who import Who, acting_as
from core.tasks.models import train_model
from core.tasks.tables import bring
from core.train.wish import Choices, wish
from tests.core.data.privacy.people_table import CANARY, TOLD, people, people_file
from tests.core.store.made import copied

ROWS = 300
WHO = ("Ada", "2026-01-02T03:04:05+00:00")


@pytest.fixture(scope="module")
def brought(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with one project: the people, and a small tree that says who bought."""
    folder = tmp_path_factory.mktemp("people")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WHYBUY_KEY", "a key of the tests")
        made = bring(folder / "home", silent, str(people_file(folder, ROWS)), "people.csv")
        project = projects.folder(folder / "home", made["project"])
        dataset = tables.load(project, made["table"])
        for seed in (0, 1):
            choices = Choices("tree", seed=seed)
            spec = msgspec.to_builtins(wish(dataset, "bought", "yes", choices))
            train_model(folder / "home", silent, made["project"], spec)
    return project


@pytest.fixture
def project(brought: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of it in a home of its own."""
    monkeypatch.setenv("WHYBUY_KEY", "a key of the tests")
    return copied(brought, tmp_path / "home")


def only(project: Path) -> Dataset:
    return tables.load(project, next((project / "tables").glob("[0-9a-f]*")).name)


def leaks(folder: Path, told: tuple[str, ...] = TOLD) -> list[tuple[str, str]]:
    """Files under a folder that hold one of the texts, Parquet files read cell by cell."""
    found = []
    for file in sorted(p for p in folder.rglob("*") if p.is_file()):
        content = file.read_bytes()
        if file.suffix == ".parquet":
            content += pq.read_table(file).to_pandas().to_csv().encode()
        found += [(file.name, text) for text in told if text.encode() in content]
    return found


def test_nothing_of_the_canary_lies_in_the_project_in_clear(project: Path) -> None:
    assert leaks(project) == []
    assert leaks(project, ("yes",)) != []  # the search finds what is there


def test_found_columns_are_masked_and_no_features(project: Path) -> None:
    schema = only(project).schema
    assert [c.name for c in schema.features] == ["orders", "city", "bought"]
    gone = {"First name", "Surname", "E-mail", "Phone", "Street", "IBAN", "Card", "SSN"}
    assert gone & set(schema.names) == set()
    assert schema["Customer ID"].mask is Mask.PSEUDONYM
    assert schema["Customer ID"].role is Role.ID
    masks = {n: schema[n].mask for n in ("Postcode", "Date of birth", "Login from", "Comment")}
    assert list(masks.values()) == [Mask.PREFIX, Mask.BAND, Mask.NETWORK, Mask.REDACT]
    assert {each.column for each in guard.hidden(only(project))} == gone | {"Customer ID", *masks}


def test_masked_cells_are_what_is_shown(project: Path) -> None:
    row = preview(only(project)).iloc[5].to_dict()
    assert row["Postcode"] == "10*"
    assert row["Date of birth"] == "30-39"
    assert row["Login from"] == "203.0.113.0/24"
    assert "Quackenbusch" not in row["Comment"]
    assert row["Customer ID"] == vault.opened(project).pseudonyms.of("KX-990017")
    assert only(project).schema["Date of birth"].ordered


def test_masks_are_changed_and_lifted_and_all_comes_back(project: Path) -> None:
    dataset = only(project)
    changed = guard.remasked(
        project, dataset, {"E-mail": Mask.DOMAIN, "Postcode": Mask.NONE, "city": Mask.DROP}
    )
    assert tables.load(project, dataset.id) == changed
    row = preview(changed).iloc[5].to_dict()
    assert (row["E-mail"], row["Postcode"]) == ("@canary-mail.example.org", "10963")
    assert changed.schema["E-mail"].role is Role.IGNORED
    assert "city" not in changed.schema
    lifted = guard.remasked(project, changed, {h.column: Mask.NONE for h in guard.hidden(changed)})
    rows = preview(lifted, ROWS).astype(object)
    assert rows.where(rows.notna(), "").to_dict("records") == people(ROWS)
    assert guard.hidden(lifted) == ()
    assert not vault.holds(project, dataset.id)


def test_a_mask_on_a_column_that_is_not_there_is_refused(project: Path) -> None:
    with pytest.raises(UnknownColumn):
        guard.remasked(project, only(project), {"nothing": Mask.DROP})
    assert leaks(project) == []


def test_the_same_table_brought_again_is_masked_alike(project: Path, tmp_path: Path) -> None:
    file = people_file(tmp_path, ROWS)
    again = load(file, file.name, tmp_path / "aside", "2026-01-01T00:00:00+00:00", silent)
    kept = tables.keep(project, again)
    assert kept.id == only(project).id
    assert kept.schema == only(project).schema


def test_a_table_made_of_a_masked_one_is_masked_once(project: Path, tmp_path: Path) -> None:
    dataset = only(project)
    (tmp_path / "made").mkdir()
    whole = pq.read_table(dataset.source)
    pq.write_table(whole.slice(3, 10), tmp_path / "made" / "source.parquet")
    made = replace(dataset, id="0123456789abcdef", folder=tmp_path / "made", rows=10)
    kept = tables.keep(project, made)
    ids = frame(dataset, ["Customer ID"]).iloc[3:13, 0].tolist()
    assert frame(kept, ["Customer ID"])["Customer ID"].tolist() == ids
    back = export.put_back(project, kept, frame(kept))
    assert back["Customer ID"].tolist() == [p["Customer ID"] for p in people(ROWS)[3:13]]
    assert back["Surname"].tolist()[2] == "Quackenbusch"


def test_the_final_list_holds_what_was_brought_and_the_answers(project: Path) -> None:
    dataset = only(project)
    entry = next(e for e in models.board(project)[0] if e.spec.family == "tree")
    model = models.load(models.place(project, entry.id)).model
    listed = export.answers(fitting.as_asked(dataset, model.spec), model)
    assert listed.columns[-1] == "chance of bought = yes"
    some = listed.sort_values("chance of bought = yes", ascending=False).head(7)
    real = export.put_back(project, dataset, some)
    for row, cells in real.iterrows():
        person = people(ROWS)[int(str(row))]
        for name in CANARY:
            assert (cells[name] or "") == person[name]
    assert real["chance of bought = yes"].tolist() == some["chance of bought = yes"].tolist()
    with acting_as(Who("Ada")):
        export.logged(project, dataset.id, real, "list.csv")
    entry = logged.entries(project, log.EXPORTS)[0]
    assert (entry.who, entry.what, entry.rows) == ("Ada", "list.csv", 7)
    assert trail.lines(project)[-1].hash == hashlib.sha256(as_csv(real)).hexdigest()
    assert "Customer ID" in entry.names


def test_a_log_line_that_was_cut_off_does_not_hide_the_others(project: Path) -> None:
    told = [msgspec.json.encode(log.Entry(*WHO, "a.csv", rows)) for rows in (1, 2)]
    write(project / log.FOLDER / "exports.jsonl", b"\n".join((*told, b'{"who": "A')))
    export.logged(project, only(project).id, pd.DataFrame({"a": range(3)}), "b.csv")
    assert [e.rows for e in logged.entries(project, log.EXPORTS)] == [3, 2, 1]


def test_a_deleted_customer_is_nowhere_and_the_others_are_as_they_were(project: Path) -> None:
    before = only(project)
    opened = vault.opened(project)
    pseudonym = opened.pseudonyms.of("KX-990017")
    whole = frame(before)
    found = deletion.forget(project, "KX-990017")
    assert found.rows == {before.id: 1}
    after = only(project)
    assert after.rows == ROWS - 1
    assert frame(after).equals(whole.drop(index=5).reset_index(drop=True))
    assert leaks(project / "tables", (pseudonym,)) == []
    with vault.taken(opened, after.id) as plain:
        assert plain is not None
        cells = pq.read_table(plain).to_pandas().to_csv()
        assert [text for text in TOLD if text in cells] == []
        assert pq.read_metadata(plain).num_rows == ROWS - 1
    assert logged.entries(project, log.DELETIONS)[0].what == pseudonym
    with pytest.raises(NoSuchCustomer):
        deletion.forget(project, "KX-990017")


def test_models_keep_their_held_out_customers_under_their_new_numbers(project: Path) -> None:
    ids = [e.id for e in models.board(project)[0]]
    for model in ids:  # two rows each stand together
        place = models.place(project, model)
        saved = models.load(place)
        groups = np.arange(len(saved.model.held_out)) // 2
        models.save(place, replace(saved, model=replace(saved.model, held_out_groups=groups)))
    before = {i: models.load(models.place(project, i)).model for i in ids}
    found = deletion.forget(project, "KX-990017")
    assert sorted((*found.learned, *found.changed, *found.removed)) == sorted(ids)
    assert found.removed == ()
    for model in ids:
        old, new = before[model], models.load(models.place(project, model)).model
        rows = [int(row) for row in old.held_out if row != 5]
        assert new.held_out.tolist() == [row - (row > 5) for row in rows]
        kept = old.held_out != 5
        assert np.array_equal(new.held_out_scores, old.held_out_scores[kept])
        assert np.array_equal(new.held_out_groups, old.held_out_groups[kept])
        assert (model in found.changed) == (5 in old.held_out)
        table = frame(only(project), ["orders"])["orders"]
        if "orders" in new.background:
            assert table.loc[new.background.index].tolist() == new.background["orders"].tolist()


def test_scenarios_follow_their_customers(project: Path) -> None:
    model = models.board(project)[0][0].id
    figures = scenarios.Figures(1, 0.1, 0.2)
    for row in (4, 5, 6):
        made = scenarios.Made(
            model, "bought", "yes", scenarios.Scale.CHANCE, figures,
            scenarios.Customer(row, {"orders": 3.0}),
        )  # fmt: skip
        scenarios.keep(project, f"row {row}", made, WHO[1])
    deletion.forget(project, "KX-990017")
    left = {k.name: k.made.customer.row for k in scenarios.listed(project) if k.made.customer}
    assert left == {"row 4": 4, "row 6": 5}


def test_levels_that_only_the_deleted_customer_had_go(project: Path) -> None:
    dataset = only(project)
    pseudonym = frame(dataset, ["Customer ID"]).iloc[7, 0]
    column = replace(dataset.schema["city"], levels=(*dataset.schema["city"].levels, "Atlantis"))
    tables.correct(project, dataset.id, dataset.schema.changed(column))
    (project / "history.json").write_text('[{"columns": [{"levels": ["Wien", "Atlantis"]}]}]')
    remembered = shapes.place(project.parent.parent, dataset.schema.names)
    write(remembered, b'{"edits": {"city": {"levels": ["Atlantis", "Wien"]}}}')
    deletion.forget(project, str(pseudonym))  # the pseudonym that is on the screen will do
    assert set(only(project).schema["city"].levels) == {"Berlin", "Hamburg", "Wien"}
    assert b"Atlantis" not in remembered.read_bytes()
    assert only(project).schema["city"].kind is Kind.CATEGORY
    assert leaks(project, ("Atlantis",)) == []
    assert leaks(project, ("Wien",)) != []
