"""Every metric against scikit-learn, and what it says where it is undefined."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from sklearn import metrics as sk

from core.evaluate.evaluating import evaluate
from core.evaluate.metric import headline_metric, metrics, metrics_of, ranking
from core.models.family import Task
from core.predict import Predictions
from core.text.phrases import phrases
from tests.core.evaluate.made import answers, binary, brands, buyers, spend


def value(key: str, predictions: Predictions, threshold: float = 0.5) -> float:
    return metrics()[key].statistic.value(predictions, threshold)


@pytest.mark.parametrize("threshold", [0.1, 0.37, 0.5])
def test_binary_values_are_scikit_learns(threshold: float) -> None:
    p = buyers()
    said = p.scores >= threshold
    expected = {
        "roc_auc": sk.roc_auc_score(p.truth, p.scores),
        "average_precision": sk.average_precision_score(p.truth, p.scores),
        "accuracy": sk.accuracy_score(p.truth, said),
        "precision": sk.precision_score(p.truth, said),
        "recall": sk.recall_score(p.truth, said),
        "f1": sk.f1_score(p.truth, said),
        "log_loss": sk.log_loss(p.truth, p.scores),
        "brier": sk.brier_score_loss(p.truth, p.scores),
    }
    assert {m.key for m in metrics_of(Task.BINARY)} == set(expected)
    for key, number in expected.items():
        assert value(key, p, threshold) == pytest.approx(number, abs=1e-12), key


def test_multiclass_values_are_scikit_learns() -> None:
    p = brands()
    named = p.scores.argmax(axis=1)
    expected = {
        "macro_roc_auc": sk.roc_auc_score(p.truth, p.scores, multi_class="ovr", average="macro"),
        "accuracy": sk.accuracy_score(p.truth, named),
        "macro_precision": sk.precision_score(p.truth, named, average="macro"),
        "macro_recall": sk.recall_score(p.truth, named, average="macro"),
        "macro_f1": sk.f1_score(p.truth, named, average="macro"),
        "log_loss": sk.log_loss(p.truth, p.scores),
    }
    assert {m.key for m in metrics_of(Task.MULTICLASS)} == set(expected)
    for key, number in expected.items():
        assert value(key, p) == pytest.approx(number, abs=1e-12), key


def test_regression_values_are_scikit_learns() -> None:
    p = spend()
    expected = {
        "r2": sk.r2_score(p.truth, p.scores),
        "mae": sk.mean_absolute_error(p.truth, p.scores),
        "rmse": sk.root_mean_squared_error(p.truth, p.scores),
    }
    assert {m.key for m in metrics_of(Task.REGRESSION)} == set(expected)
    for key, number in expected.items():
        assert value(key, p) == pytest.approx(number, rel=1e-12), key


@settings(max_examples=60, deadline=None)
@given(answers())
def test_ties_count_as_scikit_learn_counts_them(p: Predictions) -> None:
    assert value("roc_auc", p) == pytest.approx(sk.roc_auc_score(p.truth, p.scores), abs=1e-12)
    assert value("average_precision", p) == pytest.approx(
        sk.average_precision_score(p.truth, p.scores), abs=1e-12
    )
    assert value("log_loss", p) == pytest.approx(sk.log_loss(p.truth, p.scores), abs=1e-9)


def test_a_class_never_named_is_left_out_of_macro_precision_alone() -> None:
    p = brands(classes=3)
    scores = p.scores.copy()
    scores[:, 2] = 0.0
    p = replace(p, scores=scores)
    named = scores.argmax(axis=1)
    expected = sk.precision_score(p.truth, named, average="macro", zero_division=np.nan)
    assert value("macro_precision", p) == pytest.approx(expected, abs=1e-12)
    assert value("macro_recall", p) == pytest.approx(
        sk.recall_score(p.truth, named, average="macro"), abs=1e-12
    )


def test_a_class_absent_from_the_held_out_rows_is_left_out_of_the_area() -> None:
    p = brands(classes=3)
    keep = p.truth != 2
    p = replace(p, rows=p.rows[keep], scores=p.scores[keep], truth=p.truth[keep])
    expected = np.mean([sk.roc_auc_score(p.truth == k, p.scores[:, k]) for k in (0, 1)])
    assert value("macro_roc_auc", p) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("truth", [0, 1])
def test_one_class_held_out_gives_nan_and_no_warning(truth: int) -> None:
    found = evaluate(binary([0.1, 0.4, 0.9], [truth] * 3))
    assert np.isnan(found["roc_auc"].value)
    assert np.isnan(found["average_precision"].value) == (truth == 0)
    assert np.isnan(found["recall"].value) == (truth == 0)
    assert found["accuracy"].value == pytest.approx([2 / 3, 1 / 3][truth])
    for score in found.scores:
        if np.isnan(score.value):
            assert np.isnan([score.low, score.high]).all()
            assert f"evaluate.undefined.{metrics()[score.metric].undefined}" in phrases()


def test_nothing_predicted_positive_is_not_a_precision_of_zero() -> None:
    found = evaluate(binary([0.1, 0.2, 0.3], [0, 1, 0]), threshold=0.9)
    assert np.isnan(found["precision"].value)
    assert (found["recall"].value, found["f1"].value) == (0, 0)


def test_a_constant_target_has_no_r2() -> None:
    found = evaluate(replace(spend(5), truth=np.full(5, 0.1)))
    assert np.isnan(found["r2"].value)
    assert found["mae"].value > 0


def test_models_are_ranked_by_what_hangs_on_no_threshold_the_usual_first() -> None:
    assert [m.key for m in ranking(Task.BINARY)] == [
        "roc_auc", "average_precision", "log_loss", "brier"
    ]  # fmt: skip
    assert ranking(Task.MULTICLASS)[0].key == "macro_roc_auc"
    assert {"accuracy", "macro_f1", "log_loss"} <= {m.key for m in ranking(Task.MULTICLASS)}
    assert [m.key for m in ranking(Task.REGRESSION)] == ["r2", "mae", "rmse"]


def test_a_small_part_is_a_share_of_what_has_a_unit() -> None:
    assert metrics()["mae"].part(0.002, 900.0) == pytest.approx(1.8)
    assert metrics()["r2"].part(0.002, 0.5) == 0.002


def test_every_metric_has_words_and_every_task_one_headline() -> None:
    say = phrases()
    for metric in metrics().values():
        assert say(f"evaluate.metric.{metric.key}.name")
        assert say(f"evaluate.metric.{metric.key}.help")
        assert not metric.undefined or f"evaluate.undefined.{metric.undefined}" in say
    headlines = [headline_metric(task).key for task in Task]
    assert headlines == ["roc_auc", "macro_roc_auc", "r2"]
    assert [sum(t in m.headline for m in metrics().values()) for t in Task] == [1, 1, 1]
