"""Charts of held-out customers: what their titles claim, and that the drawn points are right."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from sklearn import metrics as sk

from core.charts import (
    calibration,
    confusion,
    gains,
    lift,
    precision_recall,
    predicted_actual,
    residuals,
    roc,
)
from core.charts.chart import Look
from core.charts.colours import SERIES
from core.charts.plane import Models, example_models
from core.evaluate.curves.gains import top
from core.models.family import Task
from core.predict import Predictions
from core.text.phrases import phrases

LOOK = Look(phrases())
RANKING = (roc, precision_recall, gains, lift)


def binary(rows: int = 3000, models: int = 1) -> Models:
    return example_models(Task.BINARY, rows, models)


def turned(p: Predictions) -> Predictions:
    return replace(p, scores=1 - p.scores)


def test_roc_says_how_it_compares_with_no_model() -> None:
    ((name, p),) = binary()
    auc = sk.roc_auc_score(p.truth, p.scores)
    title = roc.draw(roc.points(((name, p),)), LOOK).title
    assert title == f"{name}: AUC {auc:.3f}, better than no model at every threshold"
    worse = roc.draw(roc.points(((name, turned(p)),)), LOOK).title
    assert worse == f"{name}: AUC {1 - auc:.3f}, not clearly better than no model"


def test_roc_claims_a_lead_only_beyond_chance() -> None:
    (name, p), (other, q) = binary(models=2)
    assert roc.points(((other, q), (name, p))).leads is True
    assert roc.draw(roc.points(((other, q), (name, p))), LOOK).title.startswith(name)
    same = roc.draw(roc.points((("A", p), ("B", p))), LOOK).title
    assert same.startswith("A and B rank customers about equally well")
    apart = replace(q, rows=q.rows + 1)
    assert roc.points(((name, p), (other, apart))).leads is None


def test_the_threshold_is_marked_where_it_falls() -> None:
    models = binary()
    p = models[0][1]
    said = p.scores >= 0.3
    recall, precision = sk.recall_score(p.truth, said), sk.precision_score(p.truth, said)
    false = said[p.truth == 0].mean()
    expected = {
        roc: (false, recall),
        precision_recall: (recall, precision),
        gains: (said.mean(), recall),
        lift: (said.mean(), recall / said.mean()),
    }
    for module, place in expected.items():
        mark = module.draw(module.points(models, 0.3), LOOK).figure.data[-1]
        assert (mark.x[0], mark.y[0]) == pytest.approx(place), module
        assert "30.0%" in mark.hovertemplate


def test_gains_and_lift_titles_count_what_happened() -> None:
    models = binary()
    p = models[0][1]
    fifth = top(p, 600)
    title = gains.draw(gains.points(models), LOOK).title
    assert f"hold {100 * fifth.hits / p.truth.sum():.1f}% of all “TRUE”" in title
    tenth = top(p, 300)
    assert f" {tenth.lift:.1f} times as often" in lift.draw(lift.points(models), LOOK).title


def test_models_keep_their_colours_in_the_order_given() -> None:
    models = binary(models=2)
    for module in (*RANKING, calibration):
        named = [t for t in module.draw(module.points(models), LOOK).figure.data if t.name]
        assert [t.line.color for t in named] == list(SERIES[:2]), module
        assert module.draw(module.points(models), LOOK).figure.layout.showlegend
        assert not module.draw(module.points(models[:1]), LOOK).figure.layout.showlegend


@pytest.mark.parametrize("module", [*RANKING, calibration])
def test_one_answer_only_still_draws(module: object) -> None:
    p = replace(binary(50)[0][1], truth=np.zeros(50, np.int64))
    drawing = module.draw(module.points((("SVM", p),)), LOOK)
    assert drawing.title
    if module is not calibration:
        assert drawing.title.startswith("All held-out customers have the same answer")


@pytest.mark.parametrize("module", [*RANKING, calibration])
def test_one_class_of_several(module: object) -> None:
    models = example_models(Task.MULTICLASS)
    arguments = (models, 2) if module is calibration else (models, 0.5, 2)
    shown = module.points(*arguments)
    assert shown.outcome == "Hiland <i>"
    drawing = module.draw(shown, LOOK)
    assert not [t for t in drawing.figure.data if t.marker.symbol == "diamond"]
    assert "“Hiland &lt;i&gt;”" in drawing.figure.layout.yaxis.title.text


def test_every_class_has_its_line() -> None:
    p = example_models(Task.MULTICLASS)[0][1]
    shown = roc.points_by_class(p)
    expected = [sk.roc_auc_score(p.truth == k, p.scores[:, k]) for k in range(4)]
    assert [line.curve.area for line in shown.lines] == pytest.approx(expected)
    assert [line.name for line in shown.lines] == list(p.classes)


def test_calibration_tells_chances_that_lean() -> None:
    chance = np.random.default_rng(0)
    p = binary(5000)[0][1]
    real = chance.beta(2, 5, 5000)
    truth = (chance.random(5000) < real).astype(np.int64)
    titles = {
        factor: calibration.draw(
            calibration.points((("M", replace(p, scores=real**factor, truth=truth)),)), LOOK
        ).title
        for factor in (1, 2, 0.5)
    }
    assert "chances are off by" in titles[1]
    assert "too low" in titles[2]
    assert "too high" in titles[0.5]


def test_confusion_counts_customers() -> None:
    ((name, p),) = binary()
    drawing = confusion.draw(confusion.points(name, p, 0.3), LOOK)
    said = p.scores >= 0.3
    right, missed = (said & (p.truth == 1)).sum(), (~said & (p.truth == 1)).sum()
    assert drawing.title == (
        f"From a chance of 30.0% the model says yes to {said.sum():,} customers: "
        f"{right:,} are “TRUE”, and it misses {missed:,}"
    )
    assert drawing.table.iloc[:, 2].sum() == 3000
    assert f"{right:,}<br>" in drawing.figure.layout.annotations[3].text


def test_the_most_frequent_mix_up_is_named() -> None:
    name, p = example_models(Task.MULTICLASS)[0]
    wrong = sk.confusion_matrix(p.truth, p.scores.argmax(axis=1))
    np.fill_diagonal(wrong, 0)
    title = confusion.draw(confusion.points(name, p), LOOK).title
    assert f"{wrong.max()} customers" in title
    perfect = replace(p, scores=np.eye(4)[p.truth])
    assert confusion.draw(confusion.points(name, perfect), LOOK).title.startswith("No class")


def test_errors_are_sampled_and_say_so() -> None:
    models = example_models(Task.REGRESSION, 5000, 2)
    shown = predicted_actual.points(models)
    mae = sk.mean_absolute_error(models[0][1].truth, models[0][1].scores)
    drawing = predicted_actual.draw(shown, LOOK)
    dots = [t for t in drawing.figure.data if t.mode == "markers"]
    assert [len(t.x) for t in dots] == [1000, 1000]
    assert "1,000 of 5,000 held-out customers are drawn" in drawing.sentence
    assert f"off by {mae:.2f}" in drawing.title
    assert (residuals.points(models).lines[0].mae) == pytest.approx(mae)


def test_residuals_are_actual_minus_predicted() -> None:
    models = example_models(Task.REGRESSION, 300, 1)
    p = models[0][1]
    drawing = residuals.draw(residuals.points(models), LOOK)
    assert drawing.figure.data[0].y == pytest.approx(p.truth - p.scores)
    low, high = np.percentile(p.truth - p.scores, [5, 95])
    assert f"{low:+,.4g} to {high:+,.4g}" in drawing.title
