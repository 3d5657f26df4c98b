"""Players: the user's columns, alone or in families."""

from __future__ import annotations

import numpy as np
import pytest

from core.errors import UnknownColumn, UnknownMethod
from core.explain.explaining import explain, explainer, methods_for
from core.explain.shapley.method import Asked, methods
from core.explain.shapley.players import backdrop, players
from core.models.family import Task
from core.text.phrases import phrases
from core.train.preparation import encode
from tests.core.explain.models import table, trained


def test_a_column_plays_for_itself_and_a_family_as_one() -> None:
    model = trained("linear", Task.BINARY)
    names = [column.name for column in model.spec.features]
    alone = players(model)
    assert alone.names == tuple(names)
    assert alone.of_columns.tolist() == list(range(len(names)))
    widths = [stop - start for start, stop in model.preparation.blocks]
    assert alone.of_cells.tolist() == np.repeat(np.arange(len(names)), widths).tolist()
    together = players(model, (("clicks", (names[0], names[2])),))
    assert together.names == ("clicks", *(n for n in names if n not in (names[0], names[2])))
    assert together.of_columns[[0, 2]].tolist() == [0, 0]


def test_a_family_of_an_unknown_column_is_refused() -> None:
    with pytest.raises(UnknownColumn):
        players(trained("linear", Task.BINARY), (("clicks", ("nowhere",)),))


def test_a_family_adds_up_and_shows_its_cells() -> None:
    model = trained("linear", Task.BINARY)
    names = [column.name for column in model.spec.features]
    ready = explainer(model, Asked(together=(("both", tuple(names[:2])),)))
    found = explain(ready, table().iloc[:3])
    np.testing.assert_allclose(found.base + found.effects.sum(axis=1), found.prediction, atol=1e-9)
    assert found.columns[0] == "both"
    assert found.inputs["both"].iloc[0].count(", ") == 1


def test_the_backdrop_is_spread_over_the_training_rows() -> None:
    model = trained("linear", Task.BINARY)
    rows = backdrop(model, 3)
    middle = (len(model.background) - 1) // 2
    chosen = model.background.iloc[[0, middle, len(model.background) - 1]]
    np.testing.assert_array_equal(rows, encode(model.preparation, chosen))


def test_an_unknown_method_is_refused() -> None:
    model = trained("linear", Task.BINARY)
    with pytest.raises(UnknownMethod):
        explainer(model, by="guessing")
    assert "trees" not in methods_for(model)


@pytest.mark.parametrize("key", methods())
def test_every_method_has_words(key: str) -> None:
    say = phrases()
    assert say(f"explain.method.{key}.name")
    assert "50" in say(f"explain.method.{key}.what", background=50)
