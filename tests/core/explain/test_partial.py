"""Partial dependence against scikit-learn's and against predictions the long way."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core.errors import UnknownColumn, UnknownOutcome
from core.explain.explanation import Scale
from core.explain.partial import Partial, partial
from core.models.family import Task
from core.predict import scored
from core.train.preparation import encode
from tests.core.explain.models import FAMILIES, table, trained


def asked(kind: str, task: Task, column: str, **more: object) -> Partial:
    found = partial(trained(kind, task), column, **more)  # type: ignore[arg-type]
    assert found is not None
    return found


@pytest.mark.parametrize("column", ["visits", "income", "city", "member", "since"])
@pytest.mark.parametrize("kind", FAMILIES)
def test_lines_are_what_the_model_says(kind: str, column: str) -> None:
    model, found = trained(kind, Task.BINARY), asked(kind, Task.BINARY, column, rows=20)
    assert found.lines.shape == (20, len(found.values))
    places = np.linspace(0, len(model.background) - 1, 20).astype(int)
    for point in range(0, len(found.values), 6):
        changed = model.background.iloc[places].copy()
        cell = [found.values.iloc[point]] * 20
        changed[column] = pd.Series(cell, changed.index, dtype=changed[column].dtype)
        assert found.lines[:, point] == pytest.approx(scored(model, changed), abs=1e-6)


@pytest.mark.parametrize("task", [Task.BINARY, Task.REGRESSION])
def test_the_average_is_scikit_learns(task: Task) -> None:
    from sklearn.inspection import partial_dependence

    model, found = trained("forest", task), asked("forest", task, "visits", rows=500)
    x = encode(model.preparation, model.background)
    theirs = partial_dependence(
        model.estimator,
        x,
        [0],
        custom_values={0: np.asarray(found.numbers)},
        kind="both",
        method="brute",
        response_method="predict_proba" if task is Task.BINARY else "auto",
    )
    assert found.mean == pytest.approx(theirs["average"][0], abs=1e-6)
    assert found.lines == pytest.approx(theirs["individual"][0], abs=1e-6)


def test_the_interval_is_of_a_mean() -> None:
    from scipy.stats import norm

    found = asked("forest", Task.BINARY, "visits")
    wide = norm.ppf(0.975) * found.lines.std(axis=0, ddof=1) / np.sqrt(found.rows)
    assert found.high - found.mean == pytest.approx(wide)
    assert found.mean - found.low == pytest.approx(wide)


def test_numbers_lie_in_the_usual_range() -> None:
    model, found = trained("forest", Task.BINARY), asked("forest", Task.BINARY, "income")
    known = model.background["income"].dropna()
    assert found.numbers is not None
    assert found.numbers[0] == np.floor(known.quantile(0.01))
    assert found.numbers[-1] == np.ceil(known.quantile(0.99))
    assert 25 <= len(found.numbers) <= 30
    assert len(found.seen) == known.between(found.numbers[0], found.numbers[-1]).sum()
    visits = asked("forest", Task.BINARY, "visits").numbers
    assert visits is not None
    assert set(visits) <= set(model.background["visits"])


def test_levels_come_the_most_frequent_first() -> None:
    found = asked("linear", Task.MULTICLASS, "city", of="B")
    assert found.values.tolist() == list(trained("linear", Task.MULTICLASS).fields[2].levels)
    assert found.numbers is None
    assert (found.of, found.scale, found.left_out) == ("B", Scale.CHANCE, 0)
    model = trained("linear", Task.MULTICLASS)
    assert len(found.seen) == model.background["city"].notna().sum()


def test_levels_beyond_twenty_are_counted() -> None:
    model = trained("forest", Task.BINARY)
    many = tuple(f"v{i}" for i in range(33))
    fields = tuple(replace(f, levels=many) if f.column == "city" else f for f in model.fields)
    found = partial(replace(model, fields=fields), "city")
    assert found is not None
    assert (len(found.values), found.left_out) == (20, 13)


def test_dates_are_dates() -> None:
    found = asked("forest", Task.BINARY, "since")
    assert pd.api.types.is_datetime64_any_dtype(found.values.dtype)
    assert found.numbers is not None
    known = table()["since"].dropna()
    assert known.min() <= found.values.iloc[0] < found.values.iloc[-1] <= known.max()


def test_some_customers_go_the_other_way() -> None:
    one = asked("forest", Task.BINARY, "visits")
    assert one.mean[one.best] == one.mean.max()
    lines = np.array([[0.1, 0.9], [0.2, 0.8], [0.6, 0.5], [0.3, 0.3]])
    made = replace(one, lines=lines, mean=lines.mean(axis=0))
    assert (made.worst, made.best, made.otherwise) == (0, 1, 0.25)


def test_what_cannot_be_asked() -> None:
    model = trained("forest", Task.BINARY)
    with pytest.raises(UnknownColumn):
        partial(model, "nothing")
    with pytest.raises(UnknownOutcome):
        partial(model, "visits", "no")
    empty = replace(model, background=model.background.assign(income=np.nan))
    assert partial(empty, "income") is None
