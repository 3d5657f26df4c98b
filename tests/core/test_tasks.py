from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pandas as pd
import pytest

from core.data.check import findings
from core.errors import DiskFull, FileEmpty, HeaderOnly, NotThere
from core.explain import quality
from core.explain.shapley.method import Asked
from core.progress import Cancelled, silent
from core.schema import Role
from core.store import models, projects, reasons, tables
from core.store.checked import findings_key
from core.store.folder import LEFT_AFTER
from core.tasks.models import train_model, try_sample
from core.tasks.reasons import explain_model, held_out_inputs, judge_reasons, rows_of
from core.tasks.tables import bring, check, checked
from core.tasks.tidying import tidy
from core.train.rivals import baseline
from core.train.wish import Choices, wish

SAMPLE = Path(__file__).resolve().parents[2] / "data" / "samples" / "shop_customers.csv"


def csv(rows: int = 200) -> str:
    """A small table: what is bought follows from age, but for some chance."""
    chance = np.random.default_rng(0)
    age, city = chance.integers(18, 80, rows), chance.choice(["Wien", "Graz"], rows)
    buys = np.where(age + chance.normal(0, 8, rows) > 45, "yes", "no")
    return pd.DataFrame({"age": age, "city": city, "buys": buys}).to_csv(index=False)


def upload(home: Path, content: str) -> Path:
    place = home / "uploads" / "one"
    place.mkdir(parents=True)
    (place / "upload").write_text(content)
    return place / "upload"


def brought(home: Path) -> tuple[Path, tables.Dataset]:
    done = bring(home, silent, str(upload(home, csv())), "Kunden.csv")
    folder = projects.folder(home, done["project"])
    return folder, tables.load(folder, done["table"])


def trained(home: Path, family: str = "linear") -> tuple[Path, str]:
    folder, dataset = brought(home)
    spec = wish(dataset, "buys", "yes", Choices(family))
    done = train_model(home, silent, folder.name, msgspec.to_builtins(spec))
    return folder, done["model"]


def test_a_table_becomes_a_project(tmp_path: Path) -> None:
    folder, dataset = brought(tmp_path)
    project = projects.load(tmp_path, folder.name)
    assert (project.name, project.table, project.target) == ("Kunden", dataset.id, "")
    assert (dataset.rows, dataset.name) == (200, "Kunden.csv")
    key = findings_key(dataset.schema, "")
    assert tables.kept_findings(folder, dataset.id, key) == findings(dataset, None)
    assert list((tmp_path / "uploads").iterdir()) == []
    assert list((tmp_path / "reading").iterdir()) == []


def test_a_persons_own_file_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.csv").write_text(csv())
    done = bring(tmp_path / "home", silent, str(tmp_path / "mine.csv"), "mine.csv", "Meine")
    assert (tmp_path / "mine.csv").read_text() == csv()
    assert projects.load(tmp_path / "home", done["project"]).name == "Meine"


@pytest.mark.parametrize(("content", "error"), [("", FileEmpty), ("a,b\n", HeaderOnly)])
def test_what_cannot_be_read_leaves_nothing(
    content: str, error: type[Exception], tmp_path: Path
) -> None:
    with pytest.raises(error):
        bring(tmp_path, silent, str(upload(tmp_path, content)), "x.csv")
    assert projects.recent(tmp_path) == ()
    assert not [p for p in tmp_path.rglob("*") if p.is_file() and not p.name.startswith("index.")]


@pytest.mark.parametrize("when", ["keep", "keep_findings"])
def test_a_full_disk_leaves_no_half_a_project(
    when: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(tables, when, full)
    with pytest.raises(DiskFull):
        brought(tmp_path)
    assert projects.recent(tmp_path) == ()
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


@pytest.mark.parametrize("share", [0.05, 0.4, 0.8])
def test_a_stop_while_reading_leaves_nothing(share: float, tmp_path: Path) -> None:
    def report(done: float, stage: str) -> None:
        if done >= share:
            raise Cancelled

    with pytest.raises(Cancelled):
        bring(tmp_path, report, str(upload(tmp_path, csv())), "x.csv")
    assert projects.recent(tmp_path) == ()
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_a_model_is_trained_beside_its_baseline(tmp_path: Path) -> None:
    folder, model = trained(tmp_path)
    entries, damaged = models.board(folder)
    assert damaged == ()
    assert {e.id for e in entries} == {model, *(e.id for e in entries if e.id != model)}
    assert sorted(e.spec.family for e in entries) == ["baseline", "linear"]
    ours, zero = sorted(entries, key=lambda e: e.spec.family, reverse=True)
    assert zero.id == baseline(ours.spec).id
    assert ours.score("roc_auc").value > 0.9
    assert zero.score("roc_auc").value == 0.5
    held = [models.load(folder / "models" / e.id).model.held_out for e in (ours, zero)]
    np.testing.assert_array_equal(*held)  # judged on the same customers


def test_the_baseline_is_made_once_and_again_where_it_is_damaged(tmp_path: Path) -> None:
    folder, model = trained(tmp_path)
    spec = models.entry(folder / "models" / model).spec
    zero = folder / "models" / baseline(spec).id
    made = zero.stat().st_ino

    def again(**changes: Any) -> None:
        wanted = msgspec.to_builtins(replace(spec, **changes))
        train_model(tmp_path, silent, folder.name, wanted)

    again(params={"penalty": 2.0})
    assert zero.stat().st_ino == made
    (zero / "background.parquet").unlink()
    again(params={"penalty": 3.0})
    models.load(zero)
    assert len(models.board(folder)[0]) == 4


def test_the_same_wish_gives_the_same_model(tmp_path: Path) -> None:
    first, second = (trained(tmp_path / name, "forest") for name in "ab")
    assert first[1] == second[1]
    one, other = (models.load(folder / "models" / model) for folder, model in (first, second))
    assert one.evaluation.scores == other.evaluation.scores
    np.testing.assert_array_equal(one.model.held_out_scores, other.model.held_out_scores)


def test_findings_are_looked_for_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, dataset = brought(tmp_path)
    assert check(tmp_path, silent, folder.name, dataset.id, "buys") == {"table": dataset.id}
    monkeypatch.setattr("core.tasks.tables.findings", None)
    assert checked(folder, dataset, "buys") == findings(dataset, "buys")
    aside = replace(dataset.schema["city"], role=Role.IGNORED)
    with pytest.raises(TypeError):  # a corrected schema is looked over anew
        checked(folder, tables.correct(folder, dataset.id, dataset.schema.changed(aside)), "")


def test_reasons_go_on_where_they_stopped(tmp_path: Path) -> None:
    folder, model = trained(tmp_path, "forest")
    way = reasons.way_text(reasons.Way("yes"))
    place = reasons.place(folder, model, way)
    asks = (tmp_path, silent, folder.name, model, way)
    assert explain_model(*asks, rows=15) == {"rows": 15}
    kept = {file: file.stat().st_ino for file in place.glob("part-*")}
    assert reasons.parts(place) == 2
    assert explain_model(*asks, rows=15) == {"rows": 15}
    stop = iter(range(3))

    def report(share: float, stage: str) -> None:
        if next(stop, None) is None:
            raise Cancelled

    with pytest.raises(Cancelled):
        explain_model(tmp_path, report, folder.name, model, way, 1000)
    assert explain_model(*asks, rows=1000) == {"rows": 50}
    assert all(file.stat().st_ino == number for file, number in kept.items())
    found, saved = reasons.load(place), models.load(folder / "models" / model)
    assert found is not None
    assert sorted(found.rows) == sorted(saved.model.held_out)
    np.testing.assert_allclose(found.base + found.effects.sum(axis=1), found.prediction, atol=1e-9)
    inputs = held_out_inputs(folder, saved, 15)
    assert found.rows[:15].tolist() == inputs.index.tolist()
    pd.testing.assert_frame_equal(found.inputs.iloc[:15], inputs)


def test_rows_come_in_the_order_asked_for(tmp_path: Path) -> None:
    folder, model = trained(tmp_path)
    saved = models.load(folder / "models" / model)
    found = rows_of(folder, saved, [7, 3, 190])
    lines = csv().splitlines()[1:]
    assert found.index.tolist() == [7, 3, 190]
    assert found["age"].tolist() == [float(lines[row].split(",")[0]) for row in (7, 3, 190)]


def test_a_model_knows_its_columns_whatever_was_corrected_since(tmp_path: Path) -> None:
    folder, model = trained(tmp_path)
    saved = models.load(folder / "models" / model)
    before = rows_of(folder, saved, [0, 1])
    dataset = tables.load(folder, saved.model.spec.dataset)
    schema = dataset.schema.changed(replace(dataset.schema["age"], role=Role.IGNORED))
    tables.correct(folder, dataset.id, schema)
    pd.testing.assert_frame_equal(rows_of(folder, saved, [0, 1]), before)


def test_the_sample_is_a_finished_result(tmp_path: Path) -> None:
    shares: list[float] = []
    done = try_sample(
        tmp_path,
        lambda share, stage: shares.append(share),
        str(SAMPLE),
        "Sample shop",
        "will_buy_again",
        "yes",
    )
    project = projects.load(tmp_path, done["project"])
    assert (project.name, project.target, project.outcome) == (
        "Sample shop",
        "will_buy_again",
        "yes",
    )
    assert shares == sorted(shares)
    folder = projects.folder(tmp_path, project.id)
    entries = {e.spec.family: e for e in models.board(folder)[0]}
    assert entries["forest"].id == done["model"]
    assert set(entries) == {"forest", "baseline"}
    forest = entries["forest"].score("roc_auc")
    assert 0.6 < forest.low < forest.value < forest.high < 0.999  # good, and no leak
    names = {c.name for c in entries["forest"].spec.features}
    assert not names & {"next_category", "spend_next_60_days", "customer_id"}
    assert SAMPLE.is_file()


def test_training_into_a_project_that_is_gone(tmp_path: Path) -> None:
    with pytest.raises(NotThere):
        train_model(tmp_path, silent, "nobody", {})


def test_tidy_removes_what_nobody_works_on(tmp_path: Path) -> None:
    folder, _ = trained(tmp_path)
    left = [
        tmp_path / "uploads" / "abc" / "upload",
        tmp_path / "reading" / "abc" / "source.parquet",
        folder / "models" / f".0123abcd.{'0' * 32}" / "model.json",
        folder / "tables" / f".0123abcd.{'0' * 32}" / "table.json",
        tmp_path / "projects" / f".gone-123abc.{'0' * 32}" / "project.json",
    ]
    for file in left:
        file.parent.mkdir(parents=True)
        file.write_text("left")
    kept = sorted(p for p in tmp_path.rglob("*") if p.is_file() and p not in left)
    now = max(file.stat().st_ctime for file in left)
    tidy(tmp_path, now + 60)
    assert all(file.exists() for file in left)
    tidy(tmp_path, now + LEFT_AFTER + 60)
    lock = tmp_path / "jobs" / "start.lock"
    assert sorted(p for p in tmp_path.rglob("*") if p.is_file() and p != lock) == kept


def test_reasons_are_judged_check_by_check(tmp_path: Path) -> None:
    folder, model = trained(tmp_path, "forest")
    way = reasons.way_text(reasons.Way("yes", "sampled", Asked(20, seed=3)))
    where = reasons.place(folder, model, way)
    asks = (folder.name, model, way)
    seen = []

    def report(share: float, stage: str) -> None:
        known = reasons.quality(where)
        seen.append(0 if known is None else len([c for c in vars_of(known) if c is not None]))

    def vars_of(known: quality.Quality) -> list[object]:
        return [known.adding_up, known.agreement, known.deletion, known.shuffled]

    explain_model(tmp_path, silent, *asks, rows=20)
    assert judge_reasons(tmp_path, report, *asks) == {"rows": 20}
    assert {1, 2, 3} <= set(seen)
    assert seen == sorted(seen)
    found = reasons.quality(where)
    assert found is not None
    assert found.adding_up < 1e-9
    assert found.agreement is not None
    assert found.agreement.rows == 20
    assert found.deletion is not None
    assert found.shuffled is not None
    assert found.shuffled.shuffled < found.shuffled.total
    again = judge_reasons(tmp_path, silent, *asks)
    assert again == {"rows": 20}
    assert reasons.quality(where) == found
