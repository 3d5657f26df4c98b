"""The document says what the store says, which is what scikit-learn computes."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn import metrics

from core.charts.roc import RocPoints
from core.models.family import Task
from core.report import machine
from core.report.plainly import plainly
from core.report.report import Report
from core.store import models, reasons
from tests.core.report.made import QUESTIONS, RARE, YES, Made

Documents = dict[Task, dict[str, Any]]


@pytest.fixture(scope="module")
def documents(reports: dict[Task, Report]) -> Documents:
    return {task: json.loads(machine.written(each)) for task, each in reports.items()}


def held_out(made: Made, task: Task) -> pd.DataFrame:
    """What the model said of each held-out row, and the truth."""
    return pd.read_parquet(made.folder / "models" / made.models[task] / "held_out.parquet")


def told(document: dict[str, Any]) -> dict[str, float]:
    return {each["metric"]: each["value"] for each in document["figures"]}


def test_binary_figures_are_scikit_learns(finished: Made, documents: Documents) -> None:
    held, document = held_out(finished, Task.BINARY), documents[Task.BINARY]
    truth, chance = held["truth"].to_numpy(), held["score 0"].to_numpy()
    said = (chance >= document["threshold"]).astype(int)
    expected = {
        "roc_auc": metrics.roc_auc_score(truth, chance),
        "average_precision": metrics.average_precision_score(truth, chance),
        "accuracy": metrics.accuracy_score(truth, said),
        "precision": metrics.precision_score(truth, said),
        "recall": metrics.recall_score(truth, said),
        "f1": metrics.f1_score(truth, said),
        "log_loss": metrics.log_loss(truth, chance),
        "brier": metrics.brier_score_loss(truth, chance),
    }
    assert told(document) == pytest.approx(expected, abs=1e-9)
    answers = {each["name"]: each["held_out"] for each in document["question"]["answers"]}
    assert answers == {"아니요": int((truth == 0).sum()), YES: int((truth == 1).sum())}


def test_figures_of_several_answers_are_scikit_learns(finished: Made, documents: Documents) -> None:
    held, document = held_out(finished, Task.MULTICLASS), documents[Task.MULTICLASS]
    truth, chances = held["truth"].to_numpy(), held.filter(regex="^score").to_numpy()
    figures = told(document)
    auc = metrics.roc_auc_score(truth, chances, multi_class="ovr", average="macro")
    assert figures["macro_roc_auc"] == pytest.approx(auc, abs=1e-9)
    accuracy = metrics.accuracy_score(truth, chances.argmax(axis=1))
    assert figures["accuracy"] == pytest.approx(accuracy, abs=1e-12)
    assert figures["log_loss"] == pytest.approx(metrics.log_loss(truth, chances), abs=1e-9)


def test_figures_of_amounts_are_scikit_learns(finished: Made, documents: Documents) -> None:
    held, document = held_out(finished, Task.REGRESSION), documents[Task.REGRESSION]
    truth, said = held["truth"], held["score 0"]
    assert told(document) == pytest.approx(
        {
            "r2": metrics.r2_score(truth, said),
            "mae": metrics.mean_absolute_error(truth, said),
            "rmse": metrics.root_mean_squared_error(truth, said),
        },
        rel=1e-9,
    )
    assert document["threshold"] is None
    assert document["question"]["answers"] == []


@pytest.mark.parametrize("task", Task)
def test_it_is_what_the_store_holds_to_the_last_digit(
    finished: Made, documents: Documents, task: Task
) -> None:
    document, place = documents[task], finished.folder / "models" / finished.models[task]
    record = json.loads((place / "model.json").read_text("utf-8"))
    manifest = json.loads((place / "manifest.json").read_text("utf-8"))
    for figure, kept in zip(document["figures"], record["scores"], strict=True):
        assert {name: figure[name] for name in ("metric", "value", "low", "high")} == kept
    method, question = document["method"], document["question"]
    assert method["libraries"] == manifest["libraries"]
    assert method["settings"]["trees"] == 12
    assert (method["seconds"], method["trained_at"]) == (record["seconds"], record["trained_at"])
    assert question["target"] == QUESTIONS[task] == record["spec"]["target"]["name"]
    assert question["training_rows"] == record["training_rows"]
    assert question["held_out_rows"] == record["held_out_rows"]
    boards = {entry.id: entry for entry in models.board(finished.folder)[0]}
    rivals = {each["family"]: each for each in document["rivals"]}
    assert set(rivals) == {"baseline", "column"}
    for each in rivals.values():
        assert each["same_customers"]
        kept_scores = boards[each["id"]].scores
        assert [f["value"] for f in each["figures"]] == [
            None if math.isnan(s.value) else s.value for s in kept_scores
        ]


def test_strengths_are_the_means_of_the_kept_effects(finished: Made, documents: Documents) -> None:
    folder = finished.folder / "reasons" / finished.models[Task.BINARY]
    kept = [
        found for place in folder.iterdir() if place.is_dir() and (found := reasons.load(place))
    ]
    worked = documents[Task.BINARY]["reasons"]
    assert [each["of"] for each in worked] == [YES] == [each.of for each in kept]
    means = dict(zip(kept[0].columns, np.abs(kept[0].effects).mean(axis=0), strict=True))
    assert {each["column"]: each["mean"] for each in worked[0]["strengths"]} == pytest.approx(means)
    assert worked[0]["quality"]["adding_up"] < 1e-6
    assert documents[Task.BINARY]["trust"]["permutation"]["shuffled"] == [0.5, 0.49, 0.51]
    assert documents[Task.BINARY]["trust"]["learning"] is None


def test_reasons_of_an_answer_of_few_are_not_in_it(documents: Documents) -> None:
    assert documents[Task.MULTICLASS]["reasons"] == []
    assert RARE not in json.dumps(documents[Task.MULTICLASS], ensure_ascii=False)


@pytest.mark.parametrize("task", Task)
def test_it_fits_its_own_schema(documents: Documents, task: Task) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    jsonschema.validate(documents[task], machine.schema())
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(documents[task] | {"figures": None}, machine.schema())
    assert (documents[task]["format"], documents[task]["version"]) == ("whybuy.report", 1)


def test_what_is_no_number_is_null(reports: dict[Task, Report]) -> None:
    known = reports[Task.BINARY].known
    first, *others = known.evaluation.scores
    holed = replace(first, low=math.nan, high=math.inf)
    evaluation = replace(known.evaluation, scores=(holed, *others))
    found = replace(reports[Task.BINARY], known=replace(known, evaluation=evaluation))
    figure = json.loads(machine.written(found))["figures"][0]
    assert (figure["low"], figure["high"]) == (None, None)
    assert figure["value"] == first.value


def test_points_of_a_chart_are_there_unrounded(
    reports: dict[Task, Report], documents: Documents
) -> None:
    drawn = {
        piece["chart"]: piece["points"]
        for chapter in documents[Task.BINARY]["chapters"]
        for piece in chapter["pieces"]
        if piece["kind"] == "drawn"
    }
    assert {"roc", "lift", "gains", "calibration", "confusion", "board", "importance"} <= set(drawn)
    pieces = [p for chapter in reports[Task.BINARY].chapters for p in chapter.pieces]
    points = next(p.points for p in pieces if getattr(p, "chart", "") == "roc")
    assert isinstance(points, RocPoints)
    curve = points.lines[0].curve
    told_curve = drawn["roc"]["lines"][0]["curve"]
    assert told_curve["true_positive_rate"] == curve.true_positive_rate.tolist()
    assert told_curve["area"] == curve.area


def test_plain_values_of_every_kind() -> None:
    value = {
        "a": np.array([1.5, np.nan]),
        "b": (np.int64(3), np.bool_(True), pd.NaT, None),
        Task.BINARY: pd.Series(["x", None], dtype=object),
        "c": pd.DataFrame({"k": [0.1 + 0.2]}),
        "d": pd.Timestamp("2026-01-02"),
    }
    assert plainly(value) == {
        "a": [1.5, None],
        "b": [3, True, None, None],
        "binary": ["x", None],
        "c": {"k": [0.30000000000000004]},
        "d": "2026-01-02T00:00:00",
    }
    with pytest.raises(TypeError):
        plainly(object())
