"""Checks of reasons against figures worked out another way."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import msgspec
import numpy as np
import pytest
from scipy import stats

from core.explain import quality
from core.explain.explaining import Explainer, explain, explainer
from core.explain.explanation import Explanation, Scale
from core.explain.quality import Agreement, Deletion, Estimate, Quality, Shuffled
from core.explain.shapley.method import Asked
from core.explain.verdicts import Trust, verdicts
from core.models.family import Task
from core.predict import scored
from core.progress import Cancelled, silent
from core.text.phrases import phrases
from tests.core.explain.conftest import Make
from tests.core.explain.models import table, trained

SAY = phrases("en")


@cache
def ready(family: str = "linear", task: Task = Task.BINARY, by: str = "sampled") -> Explainer:
    return explainer(trained(family, task), Asked(20), by)


@cache
def explained(family: str = "linear", task: Task = Task.BINARY) -> Explanation:
    return explain(ready(family, task), table().iloc[:40])


def test_the_largest_gap(make: Make) -> None:
    found = make({"a": [1, 2]}, [[0.1], [0.3]])
    assert quality.adding_up(found).adding_up == pytest.approx(0, abs=1e-15)
    off = replace(found, prediction=found.prediction + np.array([0.0, -0.02]))
    assert quality.adding_up(off).adding_up == pytest.approx(0.02)


def test_agreement_by_hand(make: Make) -> None:
    names = {name: [0, 0] for name in "abcd"}
    one = make(names, [[0.4, 0.3, 0.2, 0.1], [0.4, 0.3, 0.2, 0.1]])
    other = make(names, [[0.4, 0.3, 0.2, 0.1], [-0.4, 0.1, 0.2, -0.3]])
    found = quality.agreement(one, other)
    assert found is not None
    assert found.same_top.value == pytest.approx((1 + 2 / 3) / 2)
    assert found.farthest == pytest.approx(0.8)
    assert not found.exact
    sizes = [np.abs(e.effects).mean(axis=0) for e in (one, other)]
    assert found.correlation == pytest.approx(stats.spearmanr(*sizes).statistic)
    assert quality.agreement(one, one) == replace(
        found, same_top=Estimate(1.0, 1.0, 1.0), correlation=pytest.approx(1.0), farthest=0.0
    )


def test_agreement_needs_two_of_each(make: Make) -> None:
    single = make({"a": [0, 0]}, [[0.1], [0.2]])
    assert quality.agreement(single, single) is None
    row = make({"a": [0], "b": [0]}, [[0.1, 0.2]])
    assert quality.agreement(row, row) is None


def test_another_draw_has_other_background_rows() -> None:
    model = trained("linear", Task.BINARY)
    again, asked = quality.drawn_again(model, Asked(20, seed=4))
    assert asked == Asked(20, seed=5)
    assert sorted(again.background.index) == sorted(model.background.index)
    assert list(again.background.index) != list(model.background.index)
    everything, _ = quality.drawn_again(model, Asked(len(model.background)))
    assert len(everything.background) == len(model.background)
    assert everything.background.index.nunique() < len(model.background)
    other = explain(explainer(again, asked, "sampled"), table().iloc[:40])
    found = quality.agreement(explained(), other)
    assert found is not None
    assert 0 < found.farthest < 0.2
    assert found.same_top.value > 0.8


@pytest.mark.parametrize("task", Task)
def test_deleting_moves_as_far_as_by_hand(task: Task) -> None:
    model, found, rows = trained("linear", task), explained("linear", task), table().iloc[:40]
    deleted = quality.deletion(ready("linear", task), found, rows)
    assert deleted is not None
    away = np.sign(found.prediction - found.base)
    order = np.random.default_rng([model.spec.seed, 2]).permutation(len(model.background))
    background = model.background.iloc[order[: quality.STAND_INS]]
    moves = []
    for i in range(40):
        support = found.effects[i] * away[i]
        if support.max() <= 0:
            continue
        column = found.columns[int(support.argmax())]
        predictions = []
        for value in background[column]:
            row = rows.iloc[[i]].copy()
            row[column] = row[column].astype(object)
            row[column] = [value]
            row[column] = row[column].astype(rows[column].dtype)
            scores = scored(model, row)
            predictions.append(scores[0, 0] if task is Task.MULTICLASS else scores[0])
        moves.append((found.prediction[i] - np.mean(predictions)) * away[i])
    assert deleted.rows == len(moves)
    assert deleted.strongest.value == pytest.approx(np.mean(moves), rel=1e-6)
    assert deleted.difference.value == pytest.approx(
        deleted.strongest.value - deleted.another.value
    )
    assert deleted.strongest.value > deleted.another.value
    assert deleted.farther > 0.7 * deleted.rows


def test_deleting_a_family_takes_all_its_columns() -> None:
    model = trained("linear", Task.BINARY)
    asked = Asked(20, together=(("who", ("income", "city", "member", "since")),))
    both = explainer(model, asked, "sampled")
    rows = table().iloc[:20]
    found = explain(both, rows)
    deleted = quality.deletion(both, found, rows)
    assert deleted is not None
    order = np.random.default_rng([model.spec.seed, 2]).permutation(len(model.background))
    background = model.background.iloc[order[: quality.STAND_INS]]
    away = np.sign(found.prediction - found.base)
    top = (found.effects * away[:, None]).argmax(axis=1)
    names = ["visits", "who"]
    columns = [["visits"], ["income", "city", "member", "since"]]
    assert found.columns == tuple(names)
    moves = []
    for i in range(20):
        if (found.effects[i] * away[i]).max() > 0:
            kept = [c for c in background if c not in columns[top[i]]]
            there = background.assign(**{c: [rows[c].iloc[i]] * len(background) for c in kept})
            there = there.astype(background.dtypes.to_dict())
            moves.append((found.prediction[i] - scored(model, there).mean()) * away[i])
    assert deleted.strongest.value == pytest.approx(np.mean(moves), rel=1e-6)


def test_nothing_to_delete(make: Make) -> None:
    found = make({name: [0, 0] for name in explained().columns}, [[0.0] * 5] * 2)
    assert quality.deletion(ready(), found, table().iloc[:2]) is None


def test_deleting_can_be_stopped() -> None:
    def stop(share: float, stage: str) -> None:
        assert stage in SAY
        raise Cancelled

    with pytest.raises(Cancelled):
        quality.deletion(ready(), explained(), table().iloc[:40], stop)


def test_shuffled_answers_leave_little_to_find() -> None:
    model, whole = trained("linear", Task.BINARY), table()
    before = whole.copy()
    noise = quality.on_shuffled(whole, model, silent)
    assert whole.equals(before)
    assert noise.spec.params == model.spec.params
    assert sorted(noise.held_out) != []
    found = explain(explainer(noise, Asked(20), "sampled"), whole.loc[noise.held_out[:40]])
    told = quality.shuffled(explained(), found, noise.training_rows)
    real, none = (np.abs(e.effects).mean(axis=0) for e in (explained(), found))
    assert told.total == pytest.approx(real.sum())
    assert told.shuffled == pytest.approx(none.sum())
    assert told.shuffled < told.total / 2
    assert told.no_more == sum(a <= b for a, b in zip(real, none, strict=True))
    assert (told.columns, told.rows) == (5, 40)


# --- verdicts ---------------------------------------------------------------------------


def judged(**change: object) -> Quality:
    known = Quality("yes", Scale.CHANCE, 200, 2e-15)
    return replace(known, **change)  # type: ignore[arg-type]


def sentence(found: Quality, check: str) -> tuple[Trust, str]:
    return next((v.trust, v.sentence) for v in verdicts(found, SAY) if v.check == check)


def test_a_verdict_for_each_check_made() -> None:
    assert [v.check for v in verdicts(judged(), SAY)] == ["adding_up"]
    trust, said = sentence(judged(), "adding_up")
    assert trust is Trust.GOOD
    assert "200 customers" in said
    assert "2e-13 points" in said
    assert sentence(judged(adding_up=0.01), "adding_up")[0] is Trust.BAD


@pytest.mark.parametrize(
    ("share", "trust"), [(0.95, Trust.GOOD), (0.8, Trust.CAREFUL), (0.4, Trust.BAD)]
)
def test_the_verdict_on_agreement_has_its_numbers(share: float, trust: Trust) -> None:
    known = Agreement(60, 3, Estimate(share, share - 0.1, share + 0.03), 0.912, 0.07)
    verdict, said = sentence(judged(agreement=known), "agreement")
    assert verdict is trust
    assert f"{100 * share:.1f}%" in said
    assert f"{100 * share - 10:.1f}% to {100 * share + 3:.1f}%" in said
    assert "0.912" in said
    exact = replace(known, farthest=0.0)
    assert "to the last digit" in sentence(judged(agreement=exact), "agreement")[1]


@pytest.mark.parametrize(
    ("low", "high", "trust"),
    [(0.05, 0.12, Trust.GOOD), (-0.01, 0.12, Trust.CAREFUL), (-0.2, -0.1, Trust.BAD)],
)
def test_the_verdict_on_deletion_has_its_numbers(low: float, high: float, trust: Trust) -> None:
    middle = (low + high) / 2
    known = Deletion(
        60, 48, Estimate(0.2, 0.1, 0.3), Estimate(0.123, 0, 0.2), Estimate(middle, low, high), 20
    )
    verdict, said = sentence(judged(deletion=known), "deletion")
    assert verdict is trust
    assert "moves 20.0 points back" in said
    assert "12.3 points" in said
    assert f"({100 * low:+.1f} to {100 * high:+.1f})" in said
    assert "48 of 60 customers" in said


@pytest.mark.parametrize(
    ("noise", "trust"), [(0.02, Trust.GOOD), (0.1, Trust.CAREFUL), (0.3, Trust.BAD)]
)
def test_the_verdict_on_shuffled_answers_has_its_numbers(noise: float, trust: Trust) -> None:
    known = Shuffled(5000, 60, 0.25, noise, 17, 4)
    verdict, said = sentence(judged(shuffled=known), "shuffled")
    assert verdict is trust
    assert f"{100 * noise:.1f} points" in said
    assert "25.0 points" in said
    assert "4 of 17 columns are" in said
    assert "5,000 customers" in said
    nothing = replace(known, total=0.0)
    assert sentence(judged(shuffled=nothing), "shuffled")[0] is Trust.BAD


def test_quality_comes_back_from_json_as_it_was() -> None:
    known = Agreement(60, 3, Estimate(0.9, 0.8, 0.95), None, 0.07)
    found = judged(agreement=known, shuffled=Shuffled(5000, 60, 0.25, 0.1, 17, 4))
    assert msgspec.json.decode(msgspec.json.encode(found), type=Quality) == found
