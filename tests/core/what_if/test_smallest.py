"""The smallest change against brute force, a linear model done by hand, and its limits."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import BadSetting, NothingFree, UnknownOutcome
from core.models.family import Task
from core.models.member import Member, as_text
from core.predict import scored
from core.progress import Cancelled, silent
from core.schema import Column, Kind
from core.train.spec import ModelSpec
from core.train.training import TrainedModel, train
from core.what_if import trials
from core.what_if.aim import Aim, Side
from core.what_if.limits import Direction, Freedom, Limit, changed, limits, only_free
from core.what_if.scenario import Scenario, edited
from core.what_if.smallest import Answer, Found, Wanted, smallest
from core.what_if.support import Support, outside, support
from tests.core.explain.models import CASES, FAMILIES, table, trained

LEARNING = tuple(family for family in FAMILIES if family != "baseline")
TASKS = (Task.BINARY, Task.MULTICLASS, Task.REGRESSION)
_known: dict[tuple[str, Task], Support] = {}


def known(family: str, task: Task = Task.BINARY) -> Support:
    if (family, task) not in _known:
        _known[family, task] = support(trained(family, task))
    return _known[family, task]


def small(model: TrainedModel) -> dict[str, Limit]:
    """Few places a column, and prices no two sums of which are equal."""
    wishes: dict[str, dict[str, Any]] = {
        "visits": {"low": 0.0, "high": 8.0, "step": 2.0, "price": 1.0},
        "income": {"low": 10000.0, "high": 50000.0, "step": 20000.0, "price": math.pi / 1e4},
        "city": {"price": math.e},
        "member": {"price": math.sqrt(3)},
    }
    return changed(limits(model), wishes)


VISITS = (0.0, 2.0, 4.0, 6.0, 8.0)
INCOMES = (20000.0, 40000.0)
CITIES = ("Oslo", "Bergen", "Hamar", "Narvik")


def price(row: pd.Series, edits: dict[str, Any], model: TrainedModel) -> float:
    """What edits cost, worked out anew."""
    middle = next(f.middle for f in model.fields if f.column == "income")
    income = middle if pd.isna(row["income"]) else row["income"]
    paid = abs(edits.get("visits", row["visits"]) - row["visits"])
    paid += abs(edits.get("income", income) - income) * math.pi / 1e4
    return paid + math.e * ("city" in edits) + math.sqrt(3) * ("member" in edits)


def reached(model: TrainedModel, row: pd.DataFrame, aim: Aim) -> list[dict[str, Any]]:
    """Every combination of edits that reaches the aim, the fewest and cheapest first."""
    cells = row.iloc[0]
    every = itertools.product(VISITS, INCOMES, CITIES, ("no", "yes"), range(16))
    names = ("visits", "income", "city", "member")
    distinct = {
        tuple(
            (name, value)
            for i, (name, value) in enumerate(zip(names, values, strict=True))
            if kept >> i & 1 and cells[name] != value
        )
        for *values, kept in every
    }
    edits = [dict(one) for one in sorted(distinct)]
    frame = pd.concat([edited(Scenario(row, e), model) for e in edits])
    scores = scored(model, frame)
    good = scores >= aim.to if aim.side is Side.OVER else scores <= aim.to
    found = [e for e, holds in zip(edits, good, strict=True) if holds]
    return sorted(found, key=lambda e: (len(e), price(cells, e, model)))


@pytest.mark.parametrize("family", LEARNING)
@pytest.mark.parametrize("row", [3, 17])
@pytest.mark.parametrize("side", [Side.OVER, Side.UNDER])
def test_the_first_answer_is_that_of_brute_force(family: str, row: int, side: Side) -> None:
    where = known(family)
    customer = table().iloc[[row]]
    before = float(scored(where.model, customer)[0])
    shift = 0.25 if side is Side.OVER else -0.25
    aim = Aim(min(max(before + shift, 0.02), 0.98), side)
    found = smallest(where, customer, small(where.model), Wanted(aim))
    if (before >= aim.to) if side is Side.OVER else (before <= aim.to):
        assert found.already
        return
    best = reached(where.model, customer[list(where.model.background)], aim)
    assert bool(best) == bool(found.answers)
    if not best:
        assert found.nearest is None or abs(found.nearest.output - before) > 0
        return
    first = found.answers[0]
    assert len(first.changes) == len(best[0])
    cheapest = outside(
        where, edited(Scenario(customer[list(where.model.background)], best[0]), where.model)
    )
    if cheapest.distance <= 1 and not cheapest.columns:
        least = price(customer.iloc[0], best[0], where.model)
        assert first.price == pytest.approx(least)
        assert first.edits in [e for e in best if price(customer.iloc[0], e, where.model) == least]


def test_brute_force_tried_all() -> None:
    found = smallest(
        known("linear"), table().iloc[[3]], small(known("linear").model), Wanted(Aim(0.9))
    )
    assert found.all_tried


def linear(rows: int = 400) -> TrainedModel:
    """A value that is exactly 3 a + 2 b - c + 5 (level = "x"), fitted almost without shrinking."""
    chance = np.random.default_rng(0)
    numbers = {name: chance.integers(0, 11, rows).astype("float64") for name in "abc"}
    frame = pd.DataFrame(numbers)
    frame["level"] = pd.Series(chance.choice(["x", "y"], rows), dtype=object)
    frame["y"] = 3 * frame.a + 2 * frame.b - frame.c + 5 * (frame.level == "x")
    features = (
        *(Column(name, Kind.NUMBER) for name in "abc"),
        Column("level", Kind.CATEGORY, levels=("x", "y")),
    )
    spec = ModelSpec(
        "t",
        Task.REGRESSION,
        Column("y", Kind.NUMBER),
        features,
        "linear",
        params={"penalty": 0.0001},
    )
    return train(frame, spec, silent)


_linear: list[Support] = []


def by_hand() -> Support:
    if not _linear:
        _linear.append(support(linear()))
    return _linear[0]


def customer(a: float = 2, b: float = 2, c: float = 2, level: str = "y") -> pd.DataFrame:
    """The model says 3a + 2b - c + 5x = 8."""
    row = pd.DataFrame({"a": [a], "b": [b], "c": [c]}).astype("float64")
    return row.assign(level=pd.Series([level], dtype=object))


def values(found: Found) -> list[dict[str, Any]]:
    return [answer.edits for answer in found.answers]


def test_a_linear_model_as_by_hand() -> None:
    """From 8 to 12.5: a + 1.5 (3), b + 2.25 (3 up), level x (5), and c only 2 down."""
    found = smallest(by_hand(), customer(), limits(by_hand().model), Wanted(Aim(12.5)))
    assert found.before == pytest.approx(8, abs=0.2)
    assert not found.already
    assert {"a": 4.0} in values(found)
    assert {"b": 5.0} in values(found)
    assert {"level": "x"} in values(found)
    assert all(len(answer.changes) == 1 for answer in found.answers[:3])


def test_two_columns_where_one_is_not_enough() -> None:
    """To 24.5 from 8 needs 16.5; b gives at most 16 and c at most 2."""
    free = only_free(limits(by_hand().model), ("b", "c"))
    found = smallest(by_hand(), customer(), free, Wanted(Aim(24.5)))
    assert values(found)[0] == {"b": 10.0, "c": 1.0}


def test_prices_decide_among_equally_many_columns() -> None:
    wishes = {"a": {"price": 10.0}, "b": {"price": 1.0}, "level": {"price": 5.0}}
    found = smallest(
        by_hand(), customer(), changed(limits(by_hand().model), wishes), Wanted(Aim(12.5))
    )
    assert values(found)[:3] == [{"b": 5.0}, {"level": "x"}, {"a": 4.0}]
    assert [answer.price for answer in found.answers[:3]] == [3.0, 5.0, 20.0]


def test_under_a_bound_and_already_there() -> None:
    free = only_free(limits(by_hand().model), ("a",))
    found = smallest(by_hand(), customer(), free, Wanted(Aim(4.5, Side.UNDER)))
    assert values(found) == [{"a": 0.0}]
    assert smallest(by_hand(), customer(), free, Wanted(Aim(9.0, Side.UNDER))).already


def test_no_such_change_and_the_nearest() -> None:
    free = changed(
        only_free(limits(by_hand().model), ("a", "c")), {"a": {"high": 3.0}, "c": {"low": 1.0}}
    )
    found = smallest(by_hand(), customer(), free, Wanted(Aim(30.0)))
    assert found.answers == ()
    assert found.all_tried
    assert found.nearest is not None
    assert found.nearest.edits == {"a": 3.0, "c": 1.0}
    assert found.nearest.output == pytest.approx(12, abs=0.2)


def test_directions_are_kept() -> None:
    free = changed(
        only_free(limits(by_hand().model), ("a", "b", "c")),
        {"a": {"direction": Direction.FALL}, "b": {"direction": Direction.RISE}},
    )
    found = smallest(by_hand(), customer(), free, Wanted(Aim(12.5)))
    assert all("a" not in edits for edits in values(found))
    assert values(found)[0] == {"b": 5.0}


def test_a_limit_that_leaves_the_customer_out_binds_changes_only() -> None:
    free = changed(only_free(limits(by_hand().model), ("a", "b")), {"a": {"low": 6.0}})
    found = smallest(by_hand(), customer(), free, Wanted(Aim(9.5)))
    assert {"b": 3.0} in values(found)
    assert {"a": 6.0} in values(found)


def test_a_step_gives_round_values() -> None:
    free = changed(only_free(limits(by_hand().model), ("a",)), {"a": {"step": 0.25}})
    found = smallest(by_hand(), customer(a=2.1), free, Wanted(Aim(9.45)))
    assert values(found) == [{"a": 2.5}]


def test_derived_columns_follow() -> None:
    """c = a + b: a step of b gives 2 - 1 = 1, of a 3 - 1 = 2; from 6 to 9.5 a goes up by 2."""
    wishes = {"c": {"freedom": Freedom.DERIVED, "formula": "a + b", "low": None, "high": None}}
    free = changed(only_free(limits(by_hand().model), ("a", "b")), wishes)
    found = smallest(by_hand(), customer(c=4), free, Wanted(Aim(9.5)))
    assert found.before == pytest.approx(6, abs=0.2)
    assert values(found)[0] == {"a": 4.0, "c": 6.0}
    assert {"b": 6.0, "c": 8.0} in values(found)
    assert [change.column for change in found.answers[0].following] == ["c"]
    bounded = changed(free, {"c": {"high": 5.0}})
    nothing = smallest(by_hand(), customer(c=4), bounded, Wanted(Aim(9.5)))
    assert all(edits["c"] <= 5 for edits in values(nothing))


def test_what_a_formula_cannot_say_is_left_out() -> None:
    wishes = {"c": {"freedom": Freedom.DERIVED, "formula": "a / (b - 3)", "low": None}}
    free = changed(only_free(limits(by_hand().model), ("b",)), wishes)
    found = smallest(by_hand(), customer(), free, Wanted(Aim(9.5)))
    assert found.answers
    assert all(edits["b"] != 3 and math.isfinite(edits["c"]) for edits in values(found))


def test_a_derived_column_that_nothing_touches_stays() -> None:
    wishes = {"c": {"freedom": Freedom.DERIVED, "formula": "b * 0"}}
    free = changed(only_free(limits(by_hand().model), ("a",)), wishes)
    found = smallest(by_hand(), customer(), free, Wanted(Aim(12.5)))
    assert values(found) == [{"a": 4.0}]


bounds = st.floats(0, 10).map(lambda v: round(v, 1))


@settings(max_examples=25)
@given(
    low=bounds,
    span=bounds,
    step=st.sampled_from([0.3, 0.5, 1.0, 2.0]),
    way=st.sampled_from(list(Direction)),
    to=st.floats(0, 1),
    asked=st.tuples(st.integers(0, 60), st.sampled_from(["forest", "linear", "svm"])),
)
def test_limits_are_honoured(
    low: float, span: float, step: float, way: Direction, to: float, asked: tuple[int, str]
) -> None:
    row, family = asked
    where = known(family)
    wish = {"visits": {"low": low, "high": low + span, "step": step, "direction": way}}
    free = changed(only_free(limits(where.model), ("visits", "city")), wish)
    person = table().iloc[[row]]
    side = Side.OVER if row % 2 else Side.UNDER
    found = smallest(where, person, free, Wanted(Aim(to, side)))
    every = [*found.answers, *([found.nearest] if found.nearest else [])]
    assert bool(found.answers) + found.already <= 1
    for answer in every:
        assert set(answer.edits) <= {"visits", "city"}
        visits = answer.edits.get("visits")
        if isinstance(visits, float):
            assert low - 1e-9 <= visits <= low + span + 1e-9
            assert visits / step == pytest.approx(round(visits / step), abs=1e-6)
            before = person["visits"].iloc[0]
            assert way is not Direction.RISE or visits > before
            assert way is not Direction.FALL or visits < before
    for answer in found.answers:
        holds(where, person, answer, Aim(to, side))


def holds(where: Support, person: pd.DataFrame, answer: Answer, aim: Aim) -> None:
    """The model says so of the typed row, and nothing of the answer can be left out."""
    row = person[list(where.model.background)]
    sign = 1 if aim.side is Side.OVER else -1
    output = scored(where.model, edited(Scenario(row, answer.edits), where.model))[0]
    assert output == pytest.approx(answer.output, abs=1e-12)
    assert sign * output >= sign * aim.to
    for name in answer.edits if len(answer.edits) > 1 else ():
        less = {k: v for k, v in answer.edits.items() if k != name}
        assert sign * scored(where.model, edited(Scenario(row, less), where.model))[0] < (
            sign * aim.to
        )


@pytest.mark.parametrize("family", LEARNING)
@pytest.mark.parametrize("row", [3, 41])
def test_no_number_can_go_a_step_back(family: str, row: int) -> None:
    where, person = known(family), table().iloc[[row]]
    free = changed(limits(where.model), {"since": {"freedom": Freedom.FREE}})
    before = float(scored(where.model, person)[0])
    aim = Aim(0.9) if before < 0.5 else Aim(0.1, Side.UNDER)
    found = smallest(where, person, free, Wanted(aim))
    columns = person[list(where.model.background)]
    for answer in found.answers:
        holds(where, person, answer, aim)
        for change in answer.changes:
            if change.column in ("visits", "income") and isinstance(change.before, float):
                assert isinstance(change.after, float)
                step = free[change.column].step or 0.0
                if abs(change.after - change.before) > step * (1 + 1e-9):
                    towards = math.copysign(step, change.before - change.after)
                    back = answer.edits | {change.column: change.after + towards}
                    output = scored(where.model, edited(Scenario(columns, back), where.model))[0]
                    assert output < aim.to if aim.side is Side.OVER else output > aim.to


@pytest.mark.parametrize("family", LEARNING)
def test_a_class_becomes_the_likeliest(family: str) -> None:
    where = known(family, Task.MULTICLASS)
    scores = scored(where.model, table())
    usual = int(np.bincount(scores.argmax(axis=1)).argmax())
    wanted = where.model.classes[usual]
    person = table().iloc[[int(np.flatnonzero(scores.argmax(axis=1) != usual)[0])]]
    aim = Aim(side=Side.LIKELIEST, of=wanted)
    found = smallest(where, person, limits(where.model), Wanted(aim))
    assert found.answers
    for answer in found.answers:
        after = edited(Scenario(person[list(where.model.background)], answer.edits), where.model)
        assert scored(where.model, after)[0].argmax() == usual
    chance = smallest(where, person, limits(where.model), Wanted(Aim(0.4, of=wanted)))
    assert all(answer.output >= 0.4 for answer in chance.answers)


@pytest.mark.parametrize("family", [key for key in LEARNING if (key, Task.REGRESSION) in CASES])
def test_the_same_seed_gives_the_same_answers(family: str) -> None:
    where, person = known(family, Task.REGRESSION), table().iloc[[7]]
    wanted = Wanted(Aim(1e9), seed=3)  # out of reach: the climb draws
    first, second = (smallest(where, person, limits(where.model), wanted) for _ in range(2))
    assert first == second
    assert first.answers == ()
    assert first.nearest is not None
    assert first.nearest.output > first.before


def test_gaps_can_be_filled() -> None:
    where = known("linear")
    row = int(np.flatnonzero(table()["city"].isna())[0])
    found = smallest(
        where,
        table().iloc[[row]],
        only_free(limits(where.model), ("city", "visits", "income")),
        Wanted(Aim(0.99)),
    )
    assert found.answers or found.nearest
    gap = table().assign(income=np.nan).iloc[[3]]
    filled = smallest(
        where, gap, only_free(limits(where.model), ("income",)), Wanted(Aim(0.0001, Side.UNDER))
    )
    assert filled.nearest is None or filled.nearest.changes[0].before is None


def test_different_answers_change_different_columns() -> None:
    where = known("svm")
    found = smallest(where, table().iloc[[3]], limits(where.model), Wanted(Aim(0.8)))
    sets = [frozenset(answer.edits) for answer in found.answers]
    assert len(set(sets)) >= 3
    assert len({tuple(sorted(answer.edits.items())) for answer in found.answers}) == len(sets)


@pytest.mark.parametrize(
    ("aim", "error"),
    [
        (Aim(1.5), BadSetting),
        (Aim(-0.1), BadSetting),
        (Aim(float("nan")), BadSetting),
        (Aim(0.5, Side.LIKELIEST), BadSetting),
        (Aim(0.5, of="perhaps"), UnknownOutcome),
    ],
)
def test_an_aim_that_cannot_be_is_refused(aim: Aim, error: type[Exception]) -> None:
    with pytest.raises(error):
        smallest(known("linear"), table().iloc[[3]], limits(known("linear").model), Wanted(aim))


def test_nothing_free_is_said() -> None:
    free = only_free(limits(known("linear").model), ())
    with pytest.raises(NothingFree):
        smallest(known("linear"), table().iloc[[3]], free, Wanted(Aim(0.9)))


def test_a_search_that_is_stopped_at_once_has_tried_nothing_it_can_give() -> None:
    def stop(share: float, stage: str) -> None:
        assert 0 <= share <= 1
        assert stage == "smallest.stage.trying"
        raise Cancelled

    where = known("svm")
    found = smallest(where, table().iloc[[3]], limits(where.model), Wanted(Aim(0.9)), stop)
    assert found.stopped
    assert not found.all_tried
    assert (found.tried, found.answers, found.nearest) == (0, (), None)


@pytest.mark.parametrize("family", ["forest", "svm"])
def test_what_a_stopped_search_has_found_holds(family: str) -> None:
    where, person, aim = known(family), table().iloc[[3]], Aim(0.6)
    free = limits(where.model)
    calls: list[float] = []
    whole = smallest(where, person, free, Wanted(aim), lambda share, stage: calls.append(share))
    assert not whole.stopped
    left = [len(calls) // 2]

    def stop(share: float, stage: str) -> None:
        left[0] -= 1
        if left[0] < 0:
            raise Cancelled

    found = smallest(where, person, free, Wanted(aim), stop)
    assert found.stopped
    assert 0 < found.tried < whole.tried
    for answer in found.answers:
        holds(where, person, answer, aim)
    assert found.answers or found.nearest


def test_what_was_tried_before_a_stop_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trials, "ROWS_AT_ONCE", 100)
    left = [3]

    def stop(share: float, stage: str) -> None:
        left[0] -= 1
        if left[0] < 0:
            raise Cancelled

    where, person, aim = known("forest"), table().iloc[[3]], Aim(0.6)
    found = smallest(where, person, limits(where.model), Wanted(aim), stop)
    assert (found.tried, found.stopped, found.all_tried) == (300, True, False)
    for answer in found.answers:
        holds(where, person, answer, aim)


FEW_TREES = {"trees": 10, "min_samples_leaf": 1}
TOGETHER = (
    (Member("forest", 0.6, FEW_TREES), Member("linear", 0.4)),
    (Member("forest", 0.6, FEW_TREES), Member("boosting", 0.4, {"trees": 10})),
)


def narrow(members: tuple[Member, ...], way: str) -> TrainedModel:
    """Models together of a table where twelve narrow windows of one number say yes."""
    chance = np.random.default_rng(0)
    centers = np.arange(40.0, 1000.0, 80.0)
    inside = centers[:, None] + chance.uniform(-0.15, 0.15, (12, 20))
    beside = centers[:, None] + np.repeat([-0.2, 0.2], 10)
    drawn = np.concatenate([inside.ravel(), beside.ravel(), chance.uniform(0, 1000, 200)])
    frame = pd.DataFrame({"x": drawn})
    frame["z"] = chance.normal(size=len(frame))
    in_one = (np.abs(frame["x"].to_numpy()[:, None] - centers) < 0.15).any(axis=1)
    frame["y"] = pd.Series(np.where(in_one, "yes", "no"), dtype=object)
    target = Column("y", Kind.BOOLEAN, levels=("no", "yes"))
    features = (Column("x", Kind.NUMBER), Column("z", Kind.NUMBER))
    params = {"members": as_text(members), "way": way}
    spec = ModelSpec("t", Task.BINARY, target, features, "ensemble", "yes", params=dict(params))
    return train(frame, spec, silent)


@pytest.mark.parametrize("members", TOGETHER)
@pytest.mark.parametrize("way", ["mean", "stack"])
def test_an_ensembles_change_of_a_number_is_the_smallest_there_is(
    members: tuple[Member, ...], way: str
) -> None:
    """Every place of a fine grid is tried by brute force; what is enough may lie between two
    thresholds of the trees that are nearer to each other than a spread of places is."""
    model = narrow(members, way)
    where = support(model)
    wish = {"x": {"low": 0.0, "high": 1000.0, "step": 0.01, "price": 1.0}}
    free = changed(only_free(limits(model), ("x",)), wish)
    places = np.round(np.arange(100_001) * 0.01, 2)
    for here in (0.0, 77.7, 333.0, 505.5, 990.0):
        customer = pd.DataFrame({"x": [here], "z": [0.0]})
        said = scored(model, pd.DataFrame({"x": places, "z": 0.0}))
        for share in (0.3, 0.6, 0.9):
            aim = Aim(float(share * said.max()))
            if scored(model, customer)[0] >= aim.to:
                continue
            found = smallest(where, customer, free, Wanted(aim))
            least = float(np.abs(places[said >= aim.to] - here).min())
            nearest = min((answer.price for answer in found.answers), default=None)
            assert nearest == pytest.approx(least, abs=1e-6)
