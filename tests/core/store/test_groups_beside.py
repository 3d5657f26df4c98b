"""Groups by several models: counted from the file by pandas, alike for all, and told in words."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from sklearn.metrics import recall_score

from core.progress import silent
from core.review.evidence import Evidence
from core.schema import Role, Schema
from core.store import evidence, fitting, group_words, groups_beside, projects, tables
from core.store.models import SavedModel
from core.tasks.tables import bring
from core.text.phrases import phrases, share
from core.train.wish import Choices, wish
from tests.core.store import made

SAY = phrases()


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project whose table has three groups, one of them of three customers."""
    monkeypatch.setenv("WHYBUY_KEY", "a key of the tests")
    rows = pd.concat([made.table()] * 3, ignore_index=True).drop(columns="nothing")
    rows["area"] = ["north", "south"] * (len(rows) // 2)
    rows.loc[:2, "area"] = "isle"
    rows.to_csv(tmp_path / "shop.csv", index=False)
    brought = bring(tmp_path / "home", silent, str(tmp_path / "shop.csv"), "shop.csv")
    return projects.folder(tmp_path / "home", brought["project"])


def trained(project: Path, target: str, family: str) -> SavedModel:
    table = next((project / "tables").glob("[0-9a-f]*")).name
    dataset = tables.load(project, table)
    outcome = "ja" if target == "binary" else ""
    others = frozenset({"binary", "multiclass", "regression"} - {target})
    columns = tuple(
        replace(c, role=Role.IGNORED) if c.name in others else c for c in dataset.schema.columns
    )
    known = replace(dataset, schema=Schema(columns))
    return fitting.fit(dataset, wish(known, target, outcome, Choices(family)))


def of(project: Path, *loaded: SavedModel) -> tuple[groups_beside.Beside, ...]:
    columns = groups_beside.columns_of(project, loaded)
    assert columns is not None
    return groups_beside.groups_beside(project, loaded, columns)


def asked_about(project: Path, saved: SavedModel, *columns: str) -> None:
    evidence.keep(project, saved.model.spec.id, Evidence(compared=columns))


def test_each_model_is_counted_over_the_customers_held_out_from_it(project: Path) -> None:
    loaded = tuple(trained(project, "binary", family) for family in ("linear", "tree"))
    assert groups_beside.columns_of(project, loaded) == ()
    asked_about(project, loaded[1], "area", "binary", "no such column")
    (found,) = of(project, *loaded)
    assert found.column == "area"
    file = pd.read_csv(project.parents[2] / "shop.csv")
    for saved, groups in zip(loaded, found.models, strict=True):
        assert groups is not None
        told = saved.evaluation.predictions
        rows = file.loc[told.rows]
        said = pd.Series(told.scores >= saved.evaluation.threshold, index=rows.index)
        counts = rows["area"].value_counts()
        assert {g.name: g.rows for g in groups.groups} == counts[counts >= 10].to_dict()
        for group in groups.groups:
            inside = rows["area"] == group.name
            assert group.selected.value == pytest.approx(said[inside].mean())
            bought = rows["binary"][inside] == "ja"
            assert group.recall.value == pytest.approx(recall_score(bought, said[inside]))
    shown = group_words.beside((found,), ("one", "other"), SAY)
    line = shown[(shown["Group"] == "south") & (shown["Figure"] == "Says yes to")].iloc[0]
    for name, groups in zip(("one", "other"), found.models, strict=True):
        assert groups is not None
        south = next(g for g in groups.groups if g.name == "south")
        assert str(line[name]).startswith(f"{share(south.selected.value or 0)} (")
        ratios = shown[shown["Group"] == "All groups"][name]
        assert list(ratios) == [f"{groups.ratio:.3f}"]
    assert "isle" not in shown.to_csv()


def test_values_are_told_by_how_far_they_are_off(project: Path) -> None:
    saved = trained(project, "regression", "linear")
    asked_about(project, saved, "area")
    shown = group_words.beside(of(project, saved), ("it",), SAY)
    assert set(shown["Figure"]) == {
        "Held-out customers",
        "Predicted less what happened, on average",
    }
    told = saved.evaluation.predictions
    rows = pd.read_csv(project.parents[2] / "shop.csv").loc[told.rows]
    off = (told.scores - rows["regression"])[rows["area"] == "north"].mean()
    line = shown[(shown["Group"] == "north") & shown["Figure"].str.startswith("Predicted")]
    assert float(str(line["it"].iloc[0]).split(" ")[0]) == pytest.approx(off, rel=0.01, abs=0.01)


def test_a_model_judged_on_too_few_has_no_groups_of_its_own(project: Path) -> None:
    whole, few = (trained(project, "binary", family) for family in ("linear", "tree"))
    told = few.evaluation.predictions
    few = replace(few, evaluation=replace(few.evaluation, predictions=told.only(slice(0, 8))))
    asked_about(project, whole, "area")
    (found,) = of(project, whole, few)
    assert found.models[0] is not None
    assert found.models[1] is None
    shown = group_words.beside((found,), ("whole", "few"), SAY)
    assert set(shown["few"]) == {"–"}
    assert of(project, few) == ()


def test_without_its_table_there_are_no_groups(project: Path) -> None:
    saved = trained(project, "binary", "linear")
    asked_about(project, saved, "area")
    spec = replace(saved.model.spec, dataset="f" * 16)
    gone = replace(saved, model=replace(saved.model, spec=spec))
    assert groups_beside.columns_of(project, (gone,)) is None
