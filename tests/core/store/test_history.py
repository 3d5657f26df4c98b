from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from core.data.dataset import Dataset
from core.data.finding import Act, Remedy
from core.data.load import load
from core.errors import NotThere
from core.progress import silent
from core.schema import Role
from core.store import corrections, tables
from core.store.history import Wanted, apply, history, replayed, undo, wanted

AT = "2026-01-01T00:00:00+00:00"
ONCE = Remedy(Act.REPEATS, ("a", "b"))
OUT = Remedy(Act.ROLE, ("b",), "ignored")
ALIKE = Remedy(Act.MERGE, ("b",), values=(("X", "x"),))


@pytest.fixture
def dataset(tmp_path: Path) -> Dataset:
    file = tmp_path / "t.csv"
    file.write_text("a,b,c\n1.5,x,p\n2.5,X,q\n1.5,x,r\n3.5,y,s\n", "utf-8")
    brought = load(file, "t.csv", tmp_path / "aside", AT, silent)
    return tables.keep(tmp_path / "p", brought)


def cells(dataset: Dataset) -> list[list[str]]:
    return pd.read_parquet(dataset.source).to_numpy().tolist()


def test_a_remedy_makes_another_table_and_undo_leads_back(tmp_path: Path, dataset: Dataset) -> None:
    project, before = tmp_path / "p", cells(dataset)
    made = apply(project, dataset.id, ONCE, "duplicate_rows", AT)
    assert made.rows == 3
    assert made.folder == project / "tables" / made.id
    again = apply(project, made.id, ALIKE, "inconsistent", AT)
    assert [row[1] for row in cells(again)] == ["x", "x", "y"]
    assert [step.remedy for step in history(project, again.id)] == [ONCE, ALIKE]
    assert undo(project, again.id).id == made.id
    assert undo(project, made.id).id == dataset.id
    assert history(project, dataset.id) == ()
    assert cells(tables.load(project, dataset.id)) == before
    with pytest.raises(NotThere):
        undo(project, dataset.id)
    assert not list((project / "tables").glob(".*"))


def test_training_is_told_what_was_asked_for_until_it_is_undone(
    tmp_path: Path, dataset: Dataset
) -> None:
    project = tmp_path / "p"
    assert wanted(project, dataset.id) == Wanted()
    apply(project, dataset.id, Remedy(Act.BALANCE, ("c",)), "imbalance", AT)
    made = apply(project, dataset.id, ONCE, "duplicate_rows", AT)
    latest = Remedy(Act.LATEST, ())
    assert apply(project, made.id, latest, "drift_along_rows", AT) == made
    apply(project, made.id, latest, "drift_along_rows", AT)
    assert wanted(project, made.id) == Wanted(balanced=True, latest="")
    assert wanted(project, dataset.id) == Wanted(balanced=True)
    assert undo(project, made.id).id == made.id
    assert wanted(project, made.id) == Wanted(balanced=True)
    assert [step.remedy.act for step in history(project, made.id)] == [Act.BALANCE, Act.REPEATS]


def test_what_a_column_means_is_undone_with_other_corrections_kept(
    tmp_path: Path, dataset: Dataset
) -> None:
    project = tmp_path / "p"
    made = apply(project, dataset.id, OUT, "gives_away", AT)
    assert made.id == dataset.id
    assert made.schema["b"].role is Role.IGNORED
    corrections.correct(project, made, {"a": {"role": "sensitive"}})
    back = undo(project, dataset.id)
    assert back.schema["b"].role is dataset.schema["b"].role
    assert back.schema["a"].role is Role.SENSITIVE


def test_roles_said_since_are_carried_back(tmp_path: Path, dataset: Dataset) -> None:
    project = tmp_path / "p"
    made = apply(project, dataset.id, ONCE, "duplicate_rows", AT)
    column = replace(made.schema["c"], role=Role.SENSITIVE)
    tables.correct(project, made.id, made.schema.changed(column))
    assert undo(project, made.id).schema["c"].role is Role.SENSITIVE


def test_a_remedy_without_effect_is_not_a_step(tmp_path: Path, dataset: Dataset) -> None:
    project = tmp_path / "p"
    nothing = Remedy(Act.FILL, ("a",), "9")
    assert apply(project, dataset.id, nothing, "missing", AT).id == dataset.id
    assert history(project, dataset.id) == ()


def test_steps_are_played_again_on_a_table_read_anew(tmp_path: Path, dataset: Dataset) -> None:
    project = tmp_path / "p"
    first = apply(project, dataset.id, ONCE, "duplicate_rows", AT)
    last = apply(project, first.id, ALIKE, "inconsistent", AT)
    steps = history(project, last.id)
    undo(project, last.id)
    undo(project, first.id)
    assert replayed(project, dataset.id, steps, AT).id == last.id


def test_undone_by_hand_is_no_longer_in_the_history(tmp_path: Path, dataset: Dataset) -> None:
    project = tmp_path / "p"
    made = apply(project, dataset.id, OUT, "gives_away", AT)
    corrections.undo(project, made)
    assert history(project, dataset.id) == ()
