"""Models beside each other: figures against scikit-learn, pairs only where they are of the same."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy import stats
from sklearn.metrics import roc_auc_score

from core.explain.explaining import explain, explainer
from core.models.family import Task
from core.store import models, reasons, side_by_side, side_words
from core.store.models import SavedModel
from core.store.side_by_side import Pairing, SideBySide
from core.text.phrases import phrases
from core.train.spec import Split, SplitKind
from tests.core.store.made import saved, table

SAY = phrases()


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("WHYBUY_KEY", "a key of the tests")
    return tmp_path / "home" / "projects" / "shop-000001"


def beside(project: Path, *made: SavedModel, tried: int = 1) -> SideBySide:
    """The models, saved and loaded again."""
    places = [project / "models" / each.model.spec.id for each in made]
    for place, each in zip(places, made, strict=True):
        models.save(place, each)
    loaded = tuple(models.load(place) for place in places)
    entries = tuple(models.entry(place) for place in places)
    return side_by_side.side_by_side(project, loaded, entries, tried)


def test_figures_and_differences_are_those_of_the_shared_customers(project: Path) -> None:
    one, other = saved("linear"), saved("tree")
    found = beside(project, one, other)
    assert found.pairing is Pairing.PAIRED
    assert found.rows == len(one.model.held_out)
    by_metric = {each.metric: each for each in found.figures}
    truth = one.model.held_out_truth
    areas = [roc_auc_score(truth, each.model.held_out_scores) for each in (one, other)]
    (less,) = by_metric["roc_auc"].less
    assert less is not None
    assert less.difference == pytest.approx(areas[0] - areas[1])
    assert [s.value for s in by_metric["roc_auc"].scores] == pytest.approx(areas)
    (brier,) = by_metric["brier"].less
    squares = [(each.model.held_out_scores - truth) ** 2 for each in (one, other)]
    gap = squares[0] - squares[1]
    half = stats.norm.isf(0.025) * gap.std() / np.sqrt(len(gap))
    assert brier is not None
    told = side_words.differences(found, ("one", "other"), SAY).set_index("Figure")
    shown = told.loc[SAY("evaluate.metric.roc_auc.name"), "one less other"]
    assert shown.startswith(f"{less.difference:+.3f} (")
    assert brier.difference == pytest.approx(gap.mean())
    assert (brier.low, brier.high) == pytest.approx(
        (gap.mean() - half, gap.mean() + half), abs=0.25 * half
    )


def test_many_that_were_tried_widen_the_intervals(project: Path) -> None:
    made = saved("linear"), saved("tree")
    (narrow,), (wide,) = (
        next(f.less for f in beside(project, *made, tried=tried).figures if f.metric == "roc_auc")
        for tried in (1, 20)
    )
    assert narrow is not None
    assert wide is not None
    times = stats.norm.isf(0.025 / 20) / stats.norm.isf(0.025)
    assert wide.high - wide.low == pytest.approx(times * (narrow.high - narrow.low))


def split(made: SavedModel, rows: slice) -> SavedModel:
    """The same model, as if only those of its held-out customers had been held out."""
    model = made.model
    spec = replace(model.spec, seed=9)
    kept = {
        name: getattr(model, name)[rows]
        for name in ("held_out", "held_out_truth", "held_out_scores")
    }
    return replace(made, model=replace(model, spec=spec, **kept))


def test_models_of_other_rows_are_not_paired(project: Path) -> None:
    one = split(saved("linear"), slice(0, 20))
    other = split(saved("tree"), slice(20, 60))
    found = beside(project, one, other)
    assert found.pairing is Pairing.OTHER_ROWS
    assert all(less is None for each in found.figures for less in each.less)
    assert "share no customers" in side_words.pairing(found, SAY)
    names = ("one", "other")
    assert list(side_words.figures(found, names, SAY).columns) == ["Figure", *names]
    assert side_words.differences(found, names, SAY).empty


def test_rows_of_the_same_number_with_other_answers_are_other_customers(project: Path) -> None:
    one, other = saved("linear"), split(saved("tree"), slice(0, 60))
    turned = replace(other.model, held_out_truth=1 - other.model.held_out_truth)
    assert beside(project, one, replace(other, model=turned)).pairing is Pairing.OTHER_ROWS


def test_models_of_other_questions_or_tables_stand_alone(project: Path) -> None:
    one, other = saved("linear"), saved("linear", Task.REGRESSION)
    found = beside(project, one, other)
    assert found.pairing is Pairing.OTHER_QUESTION
    assert {each.metric for each in found.figures} >= {"roc_auc", "mae"}
    shown = side_words.figures(found, ("one", "other"), SAY)
    assert set(shown.loc[shown["Figure"] == SAY("evaluate.metric.mae.name"), "one"]) == {"–"}
    spec = replace(saved("tree").model.spec, dataset="f" * 16)
    moved = replace(saved("tree"), model=replace(saved("tree").model, spec=spec))
    assert beside(project, one, moved).pairing is Pairing.OTHER_QUESTION


def test_settings_that_differ_are_named(project: Path) -> None:
    one = saved("tree")
    fewer = one.model.spec.features[:3]
    spec = replace(one.model.spec, balanced=True, params={"depth": 3}, features=fewer)
    found = side_by_side.differing((one.model.spec, spec))
    assert found == {
        "balanced": (False, True), "columns": ("nothing", ""), "tree.depth": (None, 3),
    }  # fmt: skip
    assert side_by_side.differing((spec, spec)) == {}


def test_facts_and_reasons_are_those_that_are_kept(project: Path) -> None:
    one = replace(saved("linear"))
    by_date = replace(saved("tree").model.spec, split=Split(SplitKind.DATE, 0.25, "since"))
    other = replace(saved("tree"), model=replace(saved("tree").model, spec=by_date))
    found = beside(project, one, other)
    assert [side.reasons for side in found.sides] == [(), ()]
    assert side_words.reasons(found, ("one", "other"), SAY).empty
    told = explain(explainer(one.model), table().loc[one.model.held_out[:40]][
        [column.name for column in one.model.spec.features]
    ], "ja")  # fmt: skip
    before = side_by_side.reasons_kept(project, (one.model.spec.id,))
    reasons.keep(reasons.place(project, one.model.spec.id, "a way"), 0, told)
    assert side_by_side.reasons_kept(project, (one.model.spec.id,)) == before + 1
    found = beside(project, one, other)
    strongest = found.sides[0].reasons[0]
    sizes = np.abs(told.effects).mean(axis=0)
    assert strongest.column == told.columns[int(sizes.argmax())]
    assert strongest.mean == pytest.approx(sizes.max())
    shown = side_words.reasons(found, ("one", "other"), SAY)
    assert shown["one"][0].startswith(strongest.column)
    assert set(shown["other"]) == {"–"}
    facts = side_words.facts(found, ("one", "other"), SAY).set_index("What")
    assert facts.loc["How customers were held out", "other"] == "The latest by date, 25%, since"
    size = sum(f.stat().st_size for f in (project / "models" / one.model.spec.id).rglob("*.*"))
    assert facts.loc["Size on disk", "one"] == f"{size / 1e6:.1f} MB"
    assert "scikit-learn 1." in facts.loc["Made with", "one"]
