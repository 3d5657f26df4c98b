"""One customer's answer along one number: the model itself, asked point by point."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import ColumnsMissing, UnknownColumn, UnknownOutcome
from core.explain.explanation import Scale
from core.explain.grid import grid
from core.models import family as families
from core.models.family import Task
from core.predict import scored
from core.train.training import TrainedModel
from core.what_if.curve import curve, curves
from core.what_if.formula import formula
from tests.core.explain.models import CASES, table, trained
from tests.core.train.shop import FEATURES

NAMES = [column.name for column in FEATURES]
NUMBERS = ("visits", "income", "since")


def row(place: int = 5) -> pd.DataFrame:
    return table().iloc[[place]][NAMES]


def asked(model: TrainedModel, place: int, column: str, value: float) -> float:
    """What the model says of that customer with one cell changed, the long way."""
    changed = row(place).copy()
    cell = pd.Timestamp("1970-01-01") + pd.Timedelta(days=value) if column == "since" else value
    changed[column] = pd.Series([cell], index=changed.index, dtype=changed[column].dtype)
    found = scored(model, changed)
    return float(found[0, 0] if found.ndim == 2 else found[0])


@pytest.mark.parametrize(("kind", "task"), CASES)
def test_a_curve_is_what_the_model_says(kind: str, task: Task) -> None:
    model = trained(kind, task)
    for found in curves(model, row(), NUMBERS):
        assert 15 <= len(found.values) <= 32 or found.column == "visits"
        assert (np.diff(found.values) > 0).all()
        for value, prediction in list(zip(found.values, found.predictions, strict=True))[::7]:
            assert prediction == pytest.approx(
                asked(model, 5, found.column, value), rel=1e-5, abs=1e-6
            )


@pytest.mark.parametrize("whole", [True, False])
@pytest.mark.parametrize("kind", ["forest", "linear", "tree", "svm", "mlp"])
def test_a_turn_is_the_first_value_on_the_other_side(kind: str, whole: bool) -> None:
    model, seen = trained(kind, Task.BINARY), 0
    model = replace(model, fields=tuple(replace(f, whole=whole and f.whole) for f in model.fields))
    for place in range(12):
        for found in curves(model, row(place), NUMBERS):
            span = found.values[-1] - found.values[0]
            for turn in found.turns:
                seen += 1
                step = 1.0 if whole else span * 1e-5  # models compute in 32 bits
                turned = turn if whole else turn + step  # at the turn itself the last bit decides
                after = asked(model, place, found.column, turned) >= 0.5
                before = asked(model, place, found.column, turn - step) >= 0.5
                assert after != before
            sides = found.predictions >= 0.5
            assert len(found.turns) == int((sides[1:] != sides[:-1]).sum())
    assert seen > 3


def test_the_turn_of_a_line_is_where_it_crosses() -> None:
    model = trained("linear", Task.REGRESSION)
    free = curve(model, row(), "since")
    assert free.turns == ()
    assert math.isnan(free.level)
    assert free.scale is Scale.VALUE
    middle = float(free.predictions.mean())
    found = curve(model, row(), "since", level=middle)
    slope = np.polyfit(free.values, free.predictions, 1)
    expected = (middle - slope[1]) / slope[0]
    (turn,) = found.turns
    assert turn == math.ceil(expected)  # whole days
    assert found.level == middle


def test_several_columns_take_one_call_and_few_more(monkeypatch: pytest.MonkeyPatch) -> None:
    model, calls = trained("linear", Task.REGRESSION), []
    kind = families.family("linear")

    def counted(estimator: object, x: np.ndarray) -> np.ndarray:
        calls.append(len(x))
        return kind.scores(estimator, x)

    monkeypatch.setattr("core.explain.output.family", lambda _: replace(kind, scores=counted))
    found = curves(model, row(), NUMBERS)
    assert calls == [1 + sum(len(one.values) for one in found)]
    calls.clear()
    curves(model, row(), NUMBERS, level=float(found[2].predictions.mean()))
    assert 2 <= len(calls) <= 5


def test_the_customers_own_value_is_on_the_curve() -> None:
    model = trained("forest", Task.BINARY)
    found = curve(model, row(), "income")
    assert found.value in found.values
    at = found.predictions[found.values == found.value]
    assert at.tolist() == [found.prediction]
    far = row().assign(visits=99.0)
    assert curve(model, far, "visits").values[-1] == 99.0


def test_a_gap_has_a_curve_without_a_place_on_it() -> None:
    gone = row().assign(income=np.nan)
    found = curve(trained("forest", Task.BINARY), gone, "income")
    assert math.isnan(found.value)
    assert len(found.values) > 15


def test_a_class_is_chosen_by_name() -> None:
    model = trained("forest", Task.MULTICLASS)
    whole = [curve(model, row(), "visits", of).predictions for of in ("A", "B", "C")]
    assert np.sum(whole, axis=0) == pytest.approx(np.ones(len(whole[0])))


def test_what_cannot_be_asked() -> None:
    model = trained("forest", Task.BINARY)
    with pytest.raises(UnknownColumn):
        curve(model, row(), "nothing")
    with pytest.raises(ValueError, match="city is not a number"):
        curve(model, row(), "city")
    with pytest.raises(UnknownOutcome):
        curve(model, row(), "visits", "no")
    with pytest.raises(ColumnsMissing):
        curve(model, row()[["visits"]], "visits")


def test_a_column_without_values_has_an_empty_curve() -> None:
    model = trained("linear", Task.BINARY)
    bare = tuple(
        replace(f, low=None, high=None) if f.column == "income" else f for f in model.fields
    )
    empty = replace(model, fields=bare, background=model.background.assign(income=np.nan))
    first, other = curves(empty, row().assign(income=np.nan), ("income", "visits"))
    assert len(first.values) == len(first.predictions) == 0
    assert len(other.values) > 5


@given(
    known=st.lists(st.floats(-1e6, 1e6), max_size=60).map(sorted),
    ends=st.tuples(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6)),
    whole=st.booleans(),
)
def test_a_grid_rises_within_its_ends(
    known: list[float], ends: tuple[float, float], whole: bool
) -> None:
    low, high = min(ends), max(ends)
    low, high = (math.floor(low), math.ceil(high)) if whole else (low, high)
    found = grid(low, high, np.array(known), whole, 30)
    assert 1 <= len(found) <= 30
    assert found[0] == low
    assert found[-1] == high
    assert (np.diff(found) > 0).all()
    assert not whole or (found % 1 == 0).all()
    if whole and high - low < 30:
        assert len(found) == high - low + 1


@pytest.mark.parametrize("kind", ["forest", "svm"])
def test_what_follows_from_the_column_moves_with_it(kind: str) -> None:
    model, who = trained(kind, Task.REGRESSION), row(7)
    follows = {"income": formula("visits * 4000 + 1000", ("visits",))}
    (found,) = curves(model, who, ("visits",), formulas=follows)
    for value, says in zip(found.values, found.predictions, strict=True):
        stays = value == who["visits"].iloc[0]
        income = who["income"].iloc[0] if stays else value * 4000 + 1000
        expected = scored(model, who.assign(visits=value, income=income))[0]
        assert says == pytest.approx(float(expected), rel=1e-5)
    (still,) = curves(model, who, ("income",), formulas=follows)
    assert (still.predictions == curve(model, who, "income").predictions).all()
