"""Comparisons of a project: made by a job, kept whole, listed, told by the trail, and gone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np
import pandas as pd
import pytest

from core.data.load import load
from core.data.table import frame
from core.drift.comparison import Strength, Verdict
from core.errors import FileEmpty, NotThere
from core.progress import Cancelled, silent
from core.schema import Kind, Mask
from core.store import drifts, models, projects, rest, tables, trail
from core.store.clock import now
from core.store.deletion import forget
from core.store.drifting import alone, now_of, stored_importance, then_in
from core.store.folder import DAMAGED
from core.store.protection import protect_project
from core.store.reasons import Way, way_text
from core.store.trail import What
from core.store.who import Who, acting_as
from core.tasks import drifts as task
from core.tasks.doing import TASKS
from core.tasks.models import train_model
from core.tasks.reasons import explain_model
from core.tasks.tables import bring
from core.train.wish import Choices, wish
from tests.core.test_tasks import trained

ROWS = 120
TOLD = ("someone", "2026-01-01T00:00:00+00:00")


def later(seed: int = 4, older: int = 0) -> str:
    """The customers of another month; ``older`` by so many years than those before."""
    chance = np.random.default_rng(seed)
    age, city = chance.integers(18, 80, ROWS) + older, chance.choice(["Wien", "Graz"], ROWS)
    buys = np.where(age - older + chance.normal(0, 8, ROWS) > 45, "yes", "no")
    return pd.DataFrame({"age": age, "city": city, "buys": buys}).to_csv(index=False)


def sent(home: Path, content: str) -> dict[str, str]:
    place = home / "uploads" / "two"
    place.mkdir(parents=True, exist_ok=True)
    (place / "upload").write_text(content)
    return {"file": str(place / "upload"), "name": "May.csv"}


def compared(home: Path, folder: Path, model: str, content: str) -> drifts.Kept:
    asked = {"project": folder.name, "model": model, **sent(home, content)}
    done = TASKS["compare_file"].run(home=home, report=silent, **asked)
    return drifts.load(folder, model, done["comparison"])


def test_a_file_is_compared_and_only_the_comparison_is_kept(tmp_path: Path) -> None:
    folder, model = trained(tmp_path)
    before = sorted(p for p in folder.rglob("*") if p.is_file())
    (tmp_path / "access.toml").write_text('admins = ["ann@shop.example"]\n')
    ann = Who("ann@shop.example", True)
    with acting_as(ann):
        kept = compared(tmp_path, folder, model, later())
    assert (kept.of.name, kept.model, kept.who) == ("May.csv", model, ann)
    assert kept.found.advice.verdict is Verdict.KEEP
    assert kept.found.rows == (150, ROWS)  # what it learned from, to the row
    assert kept.found.is_whole
    assert kept.found.performance is not None
    assert len(kept.of.hash) == 64
    new = {p.relative_to(folder).parts[0] for p in folder.rglob("*") if p.is_file()}
    assert new - {p.relative_to(folder).parts[0] for p in before} == {"drifts"}
    assert not (tmp_path / "uploads" / "two").exists()
    assert len(tables.beside(folder, "")) == 1


def test_whose_rows_they_are_is_asked_of_the_new_table(tmp_path: Path) -> None:
    folder, id_ = trained(tmp_path)
    saved = models.load(models.place(folder, id_))
    lines = later().splitlines()
    (tmp_path / "plain.csv").write_text("\n".join(lines))
    named = ["customer_id", *(f"c{n // 3}" if n % 5 else "" for n in range(ROWS))]
    owned = "\n".join(f"{name},{line}" for name, line in zip(named, lines, strict=True))
    (tmp_path / "owned.csv").write_text(owned)
    for name in ("plain", "owned"):
        table = load(tmp_path / f"{name}.csv", f"{name}.csv", tmp_path / name, now(), silent)
        found = now_of(saved, then_in(folder, saved), table)
        if name == "plain":
            assert found.owners is None
            continue
        assert found.owners is not None
        told = found.owners.to_dict()
        assert told[1] == told[2] != told[3]
        assert told[3] == told[4]
        assert len({told[n] for n in range(0, ROWS, 5)}) == ROWS // 5  # nobody named


def test_comparisons_are_listed_newest_first_and_one_is_removed(tmp_path: Path) -> None:
    folder, model = trained(tmp_path)
    kept = compared(tmp_path, folder, model, later())
    others = [
        drifts.keep(folder, model, kept.of, kept.found, f"2027-01-0{day}T00:00:00+00:00")
        for day in (1, 3, 2)
    ]
    found = drifts.listed(folder, model)
    assert [each.id for each in found] == [others[i].id for i in (1, 2, 0)] + [kept.id]
    assert found[-1] == kept
    drifts.remove(folder, model, kept.id)
    assert kept.id not in [each.id for each in drifts.listed(folder, model)]
    for wrong in (kept.id, "../../project", "0" * 12):
        with pytest.raises(NotThere):
            drifts.load(folder, model, wrong)
        with pytest.raises(NotThere):
            drifts.remove(folder, model, wrong)
    with pytest.raises(NotThere):
        drifts.load(folder, "../models", others[0].id)
    damaged = folder / "drifts" / model / f"{others[0].id}.json"
    damaged.write_text("{")
    assert len(drifts.listed(folder, model)) == 2
    assert damaged.with_name(damaged.name + DAMAGED).exists()


def test_the_trail_tells_of_a_comparison_and_of_its_end(tmp_path: Path) -> None:
    folder, model = trained(tmp_path)
    kept = compared(tmp_path, folder, model, later())
    drifts.remove(folder, model, kept.id)
    made, gone = trail.lines(folder)[-2:]
    assert (made.what, made.of, gone.what, gone.of) == (What.COMPARE, model, What.DELETE, model)
    assert made.facts == {"comparison": kept.id, "table": kept.of.table, "verdict": "keep"}
    assert len(made.hash) == 64
    assert gone.facts == {"kind": "comparison", "comparison": kept.id}


def test_another_table_of_the_project_is_compared(tmp_path: Path) -> None:
    folder, model = trained(tmp_path)
    (tmp_path / "may.csv").write_text(later(older=20))
    other = bring(tmp_path, silent, str(tmp_path / "may.csv"), "may.csv")
    source = tables.load(projects.folder(tmp_path, other["project"]), other["table"])
    kept = tables.keep(folder, replace(source, folder=source.folder))
    (beside,) = tables.beside(folder, models.entry(folder / "models" / model).spec.dataset)
    assert beside.id == kept.id
    done = task.compare(tmp_path, silent, folder.name, model, kept.id)
    found = drifts.load(folder, model, done["comparison"]).found
    age = next(one for one in found.columns if one.name == "age")
    assert age.strength is Strength.STRONG
    assert age.middle[1] - age.middle[0] == pytest.approx(20, abs=6)
    assert found.advice.verdict in (Verdict.WATCH, Verdict.RETRAIN)
    with pytest.raises(NotThere):
        task.compare(tmp_path, silent, folder.name, model, "0123456789abcdef")


def test_stored_reasons_put_what_matters_first(tmp_path: Path) -> None:
    folder, model = trained(tmp_path)
    spec = models.entry(folder / "models" / model).spec
    assert stored_importance(folder, spec) == {}
    explain_model(tmp_path, silent, folder.name, model, way_text(Way("yes")), 30)
    known = stored_importance(folder, spec)
    assert sum(known.values()) == pytest.approx(1.0)
    assert known["age"] > 0.8
    kept = compared(tmp_path, folder, model, later(older=20))
    assert kept.found.columns[0].name == "age"
    assert kept.found.columns[0].importance == known["age"]


def test_without_its_table_the_rows_beside_the_model_are_taken(tmp_path: Path) -> None:
    folder, model = trained(tmp_path)
    saved = models.load(folder / "models" / model)
    (folder / "tables" / saved.model.spec.dataset).rename(tmp_path / "gone")
    then = then_in(folder, saved)
    assert not then.is_whole
    pd.testing.assert_frame_equal(then.rows, alone(saved).rows)
    assert not compared(tmp_path, folder, model, later()).found.is_whole


@pytest.mark.parametrize("share", [0.02, 0.2, 0.6])
def test_a_stop_leaves_nothing(share: float, tmp_path: Path) -> None:
    folder, model = trained(tmp_path)

    def stops(done: float, stage: str) -> None:
        if done >= share:
            raise Cancelled

    with pytest.raises(Cancelled):
        task.compare_file(tmp_path, stops, folder.name, model, **sent(tmp_path, later()))
    assert drifts.listed(folder, model) == ()
    assert not (tmp_path / "uploads" / "two").exists()
    assert not list((folder / "tables").glob(".scratch*"))


def test_what_cannot_be_read_or_lacks_columns_gets_a_sentence(tmp_path: Path) -> None:
    folder, model = trained(tmp_path)
    with pytest.raises(FileEmpty):
        compared(tmp_path, folder, model, "")
    assert not (tmp_path / "uploads" / "two").exists()
    lacking = pd.DataFrame({"city": ["Wien", "Graz"] * 40, "visits": range(80)})
    kept = compared(tmp_path, folder, model, lacking.to_csv(index=False))
    assert kept.found.advice.verdict is Verdict.CANNOT
    assert (kept.found.missing, kept.found.new) == (("age",), ("visits",))
    none = pd.DataFrame({"x": range(80), "y": range(80)}).to_csv(index=False)
    assert compared(tmp_path, folder, model, none).found.missing == ("age", "city")


def test_comparisons_go_with_their_model(tmp_path: Path) -> None:
    folder, model = trained(tmp_path)
    compared(tmp_path, folder, model, later())
    assert (folder / "drifts" / model).is_dir()
    models.remove(folder, model)
    assert not (folder / "drifts" / model).exists()
    assert drifts.listed(folder, model) == ()


def people(rows: int = 90) -> str:
    chance = np.random.default_rng(4)
    age = chance.integers(18, 80, rows)
    buys = np.where(age > 45, "yes", "no")
    ids = [f"K{100_000 + 7 * i}" for i in range(rows)]
    made = {"customer_id": ids, "age": age, "city": chance.choice(["Wien", "Graz"], rows)}
    return pd.DataFrame(made | {"buys": buys}).to_csv(index=False)


def with_people(home: Path) -> tuple[Path, str]:
    (home / "people.csv").write_text(people())
    done = bring(home, silent, str(home / "people.csv"), "people.csv")
    folder = projects.folder(home, done["project"])
    dataset = tables.load(folder, done["table"])
    spec = wish(dataset, "buys", "yes", Choices("linear"))
    train_model(home, silent, folder.name, msgspec.to_builtins(spec))
    return folder, spec.id


def test_comparisons_go_when_a_customer_is_deleted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WHYBUY_KEY", "a key of the tests")
    folder, model = with_people(tmp_path)
    compared(tmp_path, folder, model, people())
    forget(folder, "K100007", TOLD)
    assert drifts.listed(folder, model) == ()
    assert not [p for p in folder.rglob("*") if "drifts" in p.parts and p.is_file()]
    found = compared(tmp_path, folder, model, people()).found  # and can be made again
    assert found.copies is not None
    assert found.copies.more_than_chance


def test_a_file_gets_the_masks_of_what_the_model_knows_masked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A model that knows bands of ages is asked about birthdays: they are put in bands first."""
    monkeypatch.setenv("WHYBUY_KEY", "a key of the tests")
    folder, model = with_people(tmp_path)
    born = [f"{1950 + i % 50}-03-01" for i in range(60)]
    rows = pd.DataFrame({"age": born, "city": ["Wien"] * 60, "mail": ["a@b.at"] * 60})
    (tmp_path / "later.csv").write_text(rows.to_csv(index=False))
    dataset = load(tmp_path / "later.csv", "later.csv", tmp_path / "read", now(), silent)
    spec = models.entry(folder / "models" / model).spec
    assert task._masked(folder, dataset, spec, tmp_path / "unmasked") is dataset
    age, *others = spec.features
    banded = replace(age, kind=Kind.CATEGORY, mask=Mask.BAND)
    spec = replace(spec, features=(banded, *others))
    masked = frame(task._masked(folder, dataset, spec, tmp_path / "masked"), ["age", "city"])
    year = int(now()[:4])
    assert masked["age"].str.fullmatch(r"\d0-\d9").all()
    assert masked["age"][0] in (f"{(year - 1950) // 10}0-{(year - 1950) // 10}9",
                                f"{(year - 1951) // 10}0-{(year - 1951) // 10}9")  # fmt: skip
    assert masked["city"].tolist() == ["Wien"] * 60


def test_in_an_encrypted_project_a_comparison_is_sealed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WHYBUY_KEY", "a key of the tests")
    folder, model = with_people(tmp_path)
    first = compared(tmp_path, folder, model, people())
    (folder / trail.FILE).unlink()  # how the trail is encrypted is its own affair
    protect_project(tmp_path, silent, folder.name, True)
    second = compared(tmp_path, folder, model, people(80))
    for kept in (first, second):
        file = folder / "drifts" / model / f"{kept.id}.json"
        assert rest.is_sealed(file)
        assert b"Wien" not in file.read_bytes()
    assert {each.id for each in drifts.listed(folder, model)} == {first.id, second.id}
    assert first.found.rows[1] == 90


def test_months_of_held_out_and_new_customers_stand_in_one_course(tmp_path: Path) -> None:
    """The date is no feature: it tells when, and each side has its own months."""

    def dated(rows: int, months: list[str], seed: int) -> str:
        chance = np.random.default_rng(seed)
        age = chance.integers(18, 80, rows)
        buys = np.where(age + chance.normal(0, 25, rows) > 45, "yes", "no")
        day = [f"{chance.choice(months)}-{chance.integers(10, 28)}" for _ in range(rows)]
        return pd.DataFrame({"day": day, "age": age, "buys": buys}).to_csv(index=False)

    (tmp_path / "first.csv").write_text(dated(600, ["2024-01", "2024-02"], 0))
    done = bring(tmp_path, silent, str(tmp_path / "first.csv"), "first.csv")
    folder = projects.folder(tmp_path, done["project"])
    dataset = tables.load(folder, done["table"])
    spec = wish(dataset, "buys", "yes", Choices("linear"))
    assert [column.name for column in spec.features] == ["age"]
    train_model(tmp_path, silent, folder.name, msgspec.to_builtins(spec))
    kept = compared(tmp_path, folder, spec.id, dated(300, ["2024-05", "2024-06"], 1))
    found = kept.found.course
    assert found is not None
    assert (found.column, found.unit) == ("day", "month")
    assert [(one.name, one.now) for one in found.periods] == [
        ("2024-01", False), ("2024-02", False), ("2024-05", True), ("2024-06", True),
    ]  # fmt: skip
    assert sum(one.rows for one in found.periods if one.now) == 300
    assert sum(one.rows for one in found.periods if not one.now) == 150
    assert all(one.value is not None for one in found.periods)
