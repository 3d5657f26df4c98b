"""What columns do together, for every family: over all coalitions, and adding up."""

from __future__ import annotations

import numpy as np
import pytest

from core.explain.explaining import explain, explainer
from core.explain.joint import Joint, interactions_of, method_for
from core.explain.output import answers, encoded, output
from core.explain.shapley import sampled
from core.explain.shapley.method import Asked
from core.explain.shapley.pairs import interactions
from core.explain.shapley.players import backdrop, players
from core.explain.shapley.subsets import every, pair_weights
from core.explain.shapley.worth import contests, worth
from core.models.family import Floats, Task
from core.progress import Cancelled, silent
from core.train.training import TrainedModel
from tests.core.explain.models import CASES, table, trained
from tests.core.explain.shapley.games import networked

ASKED = Asked(background=12)
TASKS = [(Task.BINARY, 1), (Task.MULTICLASS, 2), (Task.REGRESSION, 0)]
NUMBER = dict(TASKS)


def of(model: TrainedModel, number: int) -> str:
    return model.classes[number] if model.classes else ""


def whole_pairs(model: TrainedModel, row: int, asked: Asked, named: str) -> Floats:
    """Each pair's whole interaction by the model's own answers to all coalitions."""
    who, x = players(model, asked.together), encoded(model, table().iloc[[row]])
    masks, behind = every(len(who.names))[:, who.of_cells], backdrop(model, asked.background)
    mixed = np.where(masks[:, None], x, behind).reshape(-1, x.shape[1])
    said = answers(model, mixed, output(model, named))
    count = len(who.names)
    found = np.zeros((count, count))
    found[np.triu_indices(count, 1)] = pair_weights(count) @ said.reshape(len(masks), -1).mean(1)
    return 2 * (found + found.T)


def adds_up(found: Joint) -> None:
    total = found.base + found.alone.sum() + found.pairs.sum() / 2 + found.rest
    assert total == pytest.approx(found.prediction, abs=1e-9)
    lines = found.alone + found.pairs.sum(axis=1) / 2
    if not found.left_out:
        np.testing.assert_allclose(lines, found.effects, rtol=1e-9, atol=1e-12)
        assert found.rest == pytest.approx(0.0, abs=2e-5 * max(1.0, abs(found.prediction)))
    np.testing.assert_array_equal(found.pairs, found.pairs.T)
    assert (found.pairs.diagonal() == 0).all()


@pytest.mark.parametrize(("key", "task"), CASES)
def test_every_familys_pairs_are_those_of_the_formula(key: str, task: Task) -> None:
    """Row 17 has no date."""
    number = NUMBER[task]
    model, row = trained(key, task), table().iloc[[17]]
    named = of(model, number)
    ready = explainer(model, ASKED)
    found = interactions_of(ready, row, named)
    adds_up(found)
    order = [ready.players.names.index(column) for column in found.columns]
    theirs = whole_pairs(model, 17, ASKED, named)[np.ix_(order, order)]
    size = max(1e-3, float(np.abs(theirs).max()))
    np.testing.assert_allclose(found.pairs, theirs, atol=2e-5 * size + 1e-6)
    known = explain(ready, row, named)
    np.testing.assert_allclose(found.effects, known.effects[0, order], atol=1e-12)
    assert (found.base, found.prediction) == (known.base, known.prediction[0])
    assert found.inputs[0] is not None
    assert found.largest_error >= 0


@pytest.mark.parametrize("key", ["forest", "svm", "mlp"])
def test_families_of_columns_act_as_one(key: str) -> None:
    asked = Asked(background=12, together=(("purse", ("visits", "income")),))
    model = trained(key, Task.BINARY)
    found = interactions_of(explainer(model, asked), table().iloc[[60]])
    adds_up(found)
    assert set(found.columns) == {"purse", "city", "member", "since"}
    names = players(model, asked.together).names
    order = [names.index(column) for column in found.columns]
    theirs = whole_pairs(model, 60, asked, "")[np.ix_(order, order)]
    np.testing.assert_allclose(found.pairs, theirs, atol=1e-6)


def test_along_paths_the_lines_are_the_paths_values() -> None:
    model, row = trained("forest", Task.BINARY), table().iloc[[3]]
    ready = explainer(model, ASKED, "paths")
    found, known = interactions_of(ready, row), explain(ready, row)
    adds_up(found)
    order = [known.columns.index(column) for column in found.columns]
    np.testing.assert_allclose(found.effects, known.effects[0, order], atol=1e-12)
    assert found.base == known.base
    against_rows = interactions_of(explainer(model, ASKED), row)
    assert found.base != against_rows.base


@pytest.mark.parametrize(
    ("key", "by", "made_by"),
    [
        ("forest", "trees", ""),
        ("forest", "paths", "paths"),
        ("forest", "sampled", ""),
        ("svm", "kernel_quick", ""),
        ("mlp", "gradient", ""),
        ("mlp", "", ""),
    ],
)
def test_interactions_are_made_by_a_method_that_knows_them(key: str, by: str, made_by: str) -> None:
    model, row = trained(key, Task.BINARY), table().iloc[[8]]
    assert method_for(model, by) == made_by
    found = interactions_of(explainer(model, ASKED, by), row)
    theirs = interactions_of(explainer(model, ASKED, made_by), row)
    np.testing.assert_array_equal(found.pairs, theirs.pairs)
    np.testing.assert_array_equal(found.alone, theirs.alone)


def test_of_many_columns_those_that_do_most_are_kept() -> None:
    """Ten columns of a network: all coalitions are taken, eight columns are kept."""
    model, rows = networked(10, Task.BINARY, (8,), size=2.0)
    ready, row = explainer(model, Asked(background=6)), rows.iloc[[75]]
    found = interactions_of(ready, row)
    adds_up(found)
    assert (len(found.columns), found.left_out) == (8, 2)
    state, x = worth(model, Asked(background=6)), encoded(model, row)
    known = sampled.effects(state, x, 1, silent)
    every_pair = interactions(contests(state, x, 1)[0], known)
    amounts = np.abs(every_pair.values).sum(axis=1)
    places = [ready.players.names.index(column) for column in found.columns]
    assert amounts[places].min() >= np.delete(amounts, places).max()
    assert amounts[places].tolist() == sorted(amounts[places], reverse=True)
    strongest = found.strongest
    assert strongest is not None
    assert abs(strongest.amount) == pytest.approx(np.abs(found.pairs).max())
    np.testing.assert_allclose(
        found.pairs, 2 * every_pair.values[np.ix_(places, places)] * ~np.eye(8, dtype=bool)
    )


def test_of_more_than_twelve_columns_lines_and_others_add_up_within_errors() -> None:
    model, rows = networked(14, Task.REGRESSION, (8,), size=1.5)
    ready, row = explainer(model, Asked(background=6)), rows.iloc[[75]]
    found, known = interactions_of(ready, row), explain(ready, row)
    adds_up(found)
    assert (len(found.columns), found.left_out) == (8, 6)
    order = [known.columns.index(column) for column in found.columns]
    np.testing.assert_allclose(found.effects, known.effects[0, order], atol=1e-12)
    assert found.largest_error > 0


def test_one_row_is_asked_for() -> None:
    with pytest.raises(ValueError, match="one row"):
        interactions_of(explainer(trained("tree", Task.BINARY)), table().iloc[:2])


@pytest.mark.parametrize("key", ["forest", "svm", "mlp"])
def test_it_stops(key: str) -> None:
    def stopped(share: float, stage: str) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        interactions_of(explainer(trained(key, Task.BINARY)), table().iloc[:1], report=stopped)
