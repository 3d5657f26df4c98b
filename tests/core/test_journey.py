"""From a file to a what-if on real tables: read, wish, train, evaluate, explain, change."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.metrics import r2_score, roc_auc_score

from core.data.load import load
from core.data.table import frame
from core.evaluate.evaluating import evaluate
from core.evaluate.picks import Pick, picked
from core.explain.explaining import explain, explainer
from core.explain.importance import importance
from core.models.family import Task
from core.predict import Predictions, held_out
from core.progress import silent
from core.schema import Kind
from core.train.spec import Split, SplitKind
from core.train.training import train
from core.train.wish import Choices, wish
from core.what_if.controls import changes, controls
from core.what_if.scenario import Scenario, compare
from core.what_if.support import outside, support

ROWS_EXPLAINED = 5


@dataclass(frozen=True)
class Journey:
    """A table's file and question, the least its headline may be, and a change to make.

    ``strongest`` is a column that anybody would expect among the three strongest; ``rises`` says
    whether ``edit`` should make the prediction larger.
    """

    file: str
    target: str
    outcome: str
    least: float
    strongest: str
    edit: dict[str, Any]
    rises: bool
    split: Split = field(default_factory=Split)


JOURNEYS = (
    Journey(
        "online-shoppers/online_shoppers_intention.csv",
        "Revenue",
        "TRUE",
        0.88,
        "PageValues",
        {"PageValues": 40.0},
        rises=True,
    ),
    Journey(
        "telco-churn/WA_Fn-UseC_-Telco-Customer-Churn.csv",
        "Churn",
        "Yes",
        0.80,
        "Contract",
        {"Contract": "Two year", "tenure": 70},
        rises=False,
    ),
    Journey(
        "ifood-marketing/marketing_campaign.csv",
        "Response",
        "1",
        0.80,
        "Recency",
        {"AcceptedCmp1": "1", "AcceptedCmp5": "1", "Recency": 1},
        rises=True,
    ),
    Journey(
        "ifood-marketing/marketing_campaign.csv",
        "MntWines",
        "",
        0.6,
        "NumCatalogPurchases",
        {"Income": 90_000, "NumCatalogPurchases": 9},
        rises=True,
    ),
    Journey(
        "wholesale-customers/Wholesale_customers_data.csv",
        "Channel",
        "2",
        0.9,
        "Detergents_Paper",
        {"Detergents_Paper": 12_000, "Grocery": 30_000},
        rises=True,
    ),
    Journey(
        "adult-census/adult.csv",
        "income-per-year",
        ">50K",
        0.88,
        "relationship",
        {"capital-gain": 60_000, "education-num": 16},
        rises=True,
    ),
    Journey(
        "brand-choice-panels/Yogurt.csv",
        "choice",
        "",
        0.7,
        "price.dannon",
        {"price.dannon": 3.0},
        rises=True,
    ),
)
# Households that it never saw are harder: most of a brand's buyers are the same people.
NEW_HOUSEHOLDS = replace(JOURNEYS[-1], least=0.6, split=Split(SplitKind.GROUP, 0.25, "id"))


def headline(predictions: Predictions) -> tuple[str, float]:
    """The task's headline metric and its value by scikit-learn."""
    truth, scores = predictions.truth, predictions.scores
    if predictions.task is Task.REGRESSION:
        return "r2", r2_score(truth, scores)
    if predictions.task is Task.BINARY:
        return "roc_auc", roc_auc_score(truth, scores)
    return "macro_roc_auc", roc_auc_score(truth, scores, multi_class="ovr", average="macro")


@pytest.mark.parametrize(
    "journey", [*JOURNEYS, NEW_HOUSEHOLDS], ids=lambda j: f"{j.target}-by-{j.split.kind}"
)
def test_a_table_becomes_answers(journey: Journey, shared: Path, tmp_path: Path) -> None:
    file = shared / journey.file
    dataset = load(file, file.name, tmp_path, "2026-01-01T00:00:00", silent)
    choices = Choices("forest", {"trees": 40}, journey.split)
    spec = wish(dataset, journey.target, journey.outcome, choices)
    table = frame(dataset)
    model = train(table, spec, silent)

    predictions = held_out(model)
    metric, by_sklearn = headline(predictions)
    score = evaluate(predictions)[metric]
    assert score.value == pytest.approx(by_sklearn, abs=1e-9)
    assert score.value > journey.least
    assert score.low < score.value < score.high
    assert model.training_rows + len(model.held_out) + model.left_out == dataset.rows
    assert not set(model.background.index) & set(model.held_out)

    ready = explainer(model)
    of = "" if spec.task is not Task.MULTICLASS else journey.strongest.removeprefix("price.")
    rows = picked(predictions, Pick.LEAST if journey.rises else Pick.SUREST, of, ROWS_EXPLAINED)
    found = explain(ready, table.loc[rows], of)
    total = found.base + found.effects.sum(axis=1)
    np.testing.assert_allclose(total, found.prediction, rtol=1e-9, atol=1e-9)
    by_row = dict(zip(predictions.rows, predictions.scores, strict=True))
    number = model.classes.index(of) if of else 0
    shown = [np.atleast_1d(by_row[row])[number] for row in rows]
    np.testing.assert_allclose(found.prediction, shown, rtol=1e-12)
    many = explain(ready, table.loc[model.held_out[:60]], of)
    assert journey.strongest in [one.column for one in importance(many)[:3]]

    row = table.loc[[rows[0]]]
    known = controls(model, row)
    assert changes(known, {name: one.value for name, one in known.items()}) == {}
    edits = changes(known, journey.edit)
    assert edits
    change = compare(ready, Scenario(row, edits), of)
    assert (change.difference > 0) is journey.rises
    assert abs(change.difference) > 0.01 * (1 if model.classes else found.prediction.mean())
    where = support(model)
    assert outside(where, model.background.iloc[[0]]).columns == ()
    number_column = next(c.name for c in spec.features if c.kind is Kind.NUMBER)
    assert outside(where, row.assign(**{number_column: 1e9})).columns == (number_column,)
