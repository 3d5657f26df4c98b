"""Every family keeps the contract, on each of its tasks."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.errors import BadSetting, ModelDamaged, UnknownFamily, UnknownPreset
from core.models.family import Family, Fitted, Floats, Problem, Task, families, family
from core.models.member import Member, as_text
from core.progress import Cancelled, silent
from tests.core.models.problems import balanced, loss, problem

# The network is put to the same tests with Keras in test_mlp.py.
KEYS = [key for key in families() if key != "mlp"]
CASES = [(key, task) for key in KEYS for task in Task if task in family(key).tasks]
QUICK: dict[str, dict[str, Any]] = {
    "forest": {"trees": 12},
    "extra": {"trees": 12},
    "boosting": {"trees": 50, "learning_rate": 0.3},
    "ensemble": {
        "members": as_text((Member("tree", 2.0), Member("forest", 1.0, {"trees": 12}))),
    },
}
BY_CHANCE = ["forest", "boosting", "extra", "svm"]


def quick(kind: Family) -> Any:
    return kind.settings(QUICK.get(kind.key, {}))


def suiting(key: str, task: Task, **asked: Any) -> Problem:
    """A problem with as many columns as the family takes."""
    few = {"columns": family(key).columns} if family(key).columns else {}
    return problem(task, **asked | few)


@cache
def fitted(key: str, task: Task) -> tuple[Problem, Fitted]:
    kind, given = family(key), suiting(key, task)
    return given, kind.fit(quick(kind), given, 7, silent)


def scores(key: str, given: Problem, seed: int = 7) -> Floats:
    kind = family(key)
    return kind.scores(kind.fit(quick(kind), given, seed, silent).estimator, given.x)


@pytest.mark.parametrize(("key", "task"), CASES)
def test_scores_are_chances_or_values(key: str, task: Task) -> None:
    given, made = fitted(key, task)
    found = family(key).scores(made.estimator, given.x)
    assert found.dtype == np.float64
    assert np.isfinite(found).all()
    assert found.shape == ((400, 3) if task is Task.MULTICLASS else (400,))
    if task is not Task.REGRESSION:
        assert found.min() >= 0
        assert found.max() <= 1
    if task is Task.MULTICLASS:
        assert found.sum(axis=1) == pytest.approx(1, abs=1e-12)


@pytest.mark.parametrize(("key", "task"), [case for case in CASES if not family(case[0]).beside])
def test_it_beats_the_baseline_on_new_rows(key: str, task: Task) -> None:
    _, made = fitted(key, task)
    new = problem(task, seed=1)
    ours = loss(task, family(key).scores(made.estimator, new.x), new.y)
    baseline = fitted("baseline", task)[1]
    nothing = loss(task, family("baseline").scores(baseline.estimator, new.x), new.y)
    assert ours < 0.7 * nothing


@pytest.mark.parametrize(("key", "task"), CASES)
def test_it_repeats_with_its_seed(key: str, task: Task) -> None:
    given, made = fitted(key, task)
    again = scores(key, given)
    np.testing.assert_array_equal(family(key).scores(made.estimator, given.x), again)


@pytest.mark.parametrize("key", BY_CHANCE)
def test_another_seed_is_another_model(key: str) -> None:
    given, made = fitted(key, Task.BINARY)
    assert not np.array_equal(family(key).scores(made.estimator, given.x), scores(key, given, 8))


@pytest.mark.parametrize(("key", "task"), CASES)
def test_it_tells_how_far_it_is(key: str, task: Task) -> None:
    kind, shares, stages = family(key), [], set()

    def report(share: float, stage: str) -> None:
        shares.append(share)
        stages.add(stage)

    kind.fit(quick(kind), suiting(key, task), 7, report)
    assert shares[0] == 0.0
    assert shares[-1] == 1.0
    assert shares == sorted(shares)
    assert all(stage.startswith("models.stage.") for stage in stages)


@pytest.mark.parametrize(("key", "task"), CASES)
def test_it_stops_when_told(key: str, task: Task) -> None:
    kind, told = family(key), []

    def report(share: float, stage: str) -> None:
        told.append(share)
        if len(told) == 2:
            raise Cancelled

    with pytest.raises(Cancelled):
        kind.fit(quick(kind), suiting(key, task), 7, report)
    assert len(told) == 2


@pytest.mark.parametrize(("key", "task"), CASES)
def test_it_survives_save_and_load(key: str, task: Task, tmp_path: Path) -> None:
    kind, (given, made) = family(key), fitted(key, task)
    kind.save(made.estimator, tmp_path)
    loaded = kind.load(tmp_path)
    before = kind.scores(made.estimator, given.x)
    np.testing.assert_array_equal(before, kind.scores(loaded, given.x))
    (tmp_path / "copy").mkdir()
    kind.save(loaded, tmp_path / "copy")
    copy = kind.load(tmp_path / "copy")
    np.testing.assert_array_equal(before, kind.scores(copy, given.x))


@pytest.mark.parametrize("key", KEYS)
def test_a_cut_file_is_damage(key: str, tmp_path: Path) -> None:
    kind, (_, made) = family(key), fitted(key, Task.BINARY)
    kind.save(made.estimator, tmp_path)
    for file in (each for each in tmp_path.rglob("*") if each.is_file()):
        file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    with pytest.raises(ModelDamaged):
        kind.load(tmp_path)


@pytest.mark.parametrize("key", KEYS)
def test_no_file_is_damage(key: str, tmp_path: Path) -> None:
    with pytest.raises(ModelDamaged):
        family(key).load(tmp_path)


@pytest.mark.parametrize(("key", "task"), CASES)
def test_one_row_equals_the_batch(key: str, task: Task) -> None:
    given, made = fitted(key, task)
    batch = family(key).scores(made.estimator, given.x)
    for row in (0, 7, 399):
        one = family(key).scores(made.estimator, given.x[row : row + 1])
        np.testing.assert_allclose(one[0], batch[row], rtol=1e-12, atol=1e-14)
    assert len(family(key).scores(made.estimator, given.x[:0])) == 0


@pytest.mark.parametrize(("key", "task"), CASES)
def test_the_problem_is_left_as_it_was(key: str, task: Task) -> None:
    given = suiting(key, task)
    before = given.x.copy(), given.y.copy(), given.weights.copy()
    for array in (given.x, given.y, given.weights):
        array.flags.writeable = False
    scores(key, given)
    for array, was in zip((given.x, given.y, given.weights), before, strict=True):
        np.testing.assert_array_equal(array, was)


@pytest.mark.parametrize(("key", "task"), CASES)
@pytest.mark.parametrize("shape", ["constant", "constant first", "single", "tiny"])
def test_odd_tables_work(key: str, task: Task, shape: str) -> None:
    rows, columns = 50 if shape == "tiny" else 120, 1 if shape == "single" else 4
    given = suiting(key, task, rows=rows, columns=columns)
    if shape.startswith("constant"):
        x = given.x.copy()
        x[:, : 4 if shape == "constant" else 1] = 1.0
        given = replace(given, x=x)
    found = scores(key, given)
    assert np.isfinite(found).all()
    assert len(found) == len(given.x)


@pytest.mark.parametrize("key", KEYS)
def test_a_rare_class_in_a_tiny_table(key: str) -> None:
    given = suiting(key, Task.BINARY, rows=50)
    y = np.zeros(50, "int64")
    y[np.argsort(given.x[:, 0])[-3:]] = 1
    found = scores(key, balanced(replace(given, y=y)))
    assert np.isfinite(found).all()


REAL_SHARES = ["baseline", "bayes", "boosting", "linear", "svm", "tree"]


@pytest.mark.parametrize("key", [*REAL_SHARES, "extra", "forest"])
def test_balanced_weights_leave_real_shares(key: str) -> None:
    given = problem(Task.BINARY, rows=3000, share=0.06)
    assert scores(key, balanced(given)).mean() == pytest.approx(0.06, abs=0.012)


@pytest.mark.parametrize("key", REAL_SHARES)
def test_balanced_weights_leave_real_shares_of_several_classes(key: str) -> None:
    given = problem(Task.MULTICLASS, rows=3000)
    rare = np.digitize(given.x[:, 0], [0.8, 1.6]).astype("int64")
    shares = np.bincount(rare) / 3000
    found = scores(key, balanced(replace(given, y=rare)))
    assert found.mean(axis=0) == pytest.approx(shares, abs=0.015)


def test_settings_say_what_may_be_set() -> None:
    kind = family("forest")
    assert kind.settings({"trees": 50}).trees == 50
    for wrong in ({"trees": 5}, {"trees": 50.5}, {"trees": True}, {"max_features": "some"}):
        with pytest.raises(BadSetting):
            kind.settings(wrong)
    with pytest.raises(BadSetting) as caught:
        family("svm").settings({"c": -1.0})
    assert caught.value.allowed == "0.0 – 1000.0"
    assert family("svm").settings({"c": 1}).c == 1
    with pytest.raises(BadSetting):
        family("linear").settings({"depth": 1})
    with pytest.raises(BadSetting):
        family("linear").settings({"penalty": float("nan")})
    with pytest.raises(UnknownFamily):
        family("oracle")


def test_the_menu_starts_with_the_forest() -> None:
    assert list(families()) == [
        "forest", "boosting", "extra", "svm", "mlp", "linear", "tree", "bayes", "column",
        "baseline", "reference", "ensemble",
    ]  # fmt: skip
    assert [key for key, kind in families().items() if kind.members] == ["ensemble"]
    assert [key for key, kind in families().items() if kind.beside] == ["baseline", "reference"]


def test_scoring_a_network_imports_no_keras() -> None:
    code = """
import sys, tempfile
from pathlib import Path
import numpy as np
from core.models.family import Task, families
from core.models.network import Network, save_network
kind = families()["mlp"]
w = (np.ones((3, 2), "float32"), np.ones((2, 1), "float32"))
b = (np.zeros(2, "float32"), np.full(1, -1, "float32"))
with tempfile.TemporaryDirectory() as name:
    save_network(Network(Task.BINARY, w, b, archive=b"kept"), Path(name))
    network = kind.load(Path(name))
    kind.save(network, Path(name))
    assert kind.load(Path(name)).archive == b"kept"
score = kind.scores(network, np.ones((1, 3), "float32"))
assert abs(score[0] - 1 / (1 + np.exp(-5))) < 1e-6, score
heavy = {"keras", "tensorflow", "sklearn", "shap", "scipy"} & set(sys.modules)
assert not heavy, heavy
"""
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parents[3])


@pytest.mark.parametrize("key", list(families()))
def test_settings_to_start_from_are_settings(key: str) -> None:
    kind = family(key)
    assert len({each.key for each in kind.presets}) == len(kind.presets)
    for each in kind.presets:
        assert each.tasks <= kind.tasks
        made = kind.settings(each.settings)
        assert {name: getattr(made, name) for name in each.settings} == each.settings
        assert made != kind.params()


def test_settings_start_as_is_usual_or_by_a_name_that_suits_the_task() -> None:
    kind = family("forest")
    assert list(kind.starts(Task.BINARY)) == ["usual", "quick", "thorough"]
    assert kind.settings(kind.start("usual", Task.BINARY).settings) == kind.params()
    assert kind.settings(kind.start("quick", Task.BINARY).settings).trees == 60
    assert list(family("mlp").starts(Task.REGRESSION)) == ["usual", "32-16-linear"]
    with pytest.raises(UnknownPreset) as told:
        family("mlp").start("64-32-softmax", Task.BINARY)
    assert told.value.facts == {
        "family": "mlp",
        "preset": "64-32-softmax",
        "known": ("usual", "64-32-sigmoid", "128-64-sigmoid"),
    }
