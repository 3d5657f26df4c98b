"""The network keeps the contract; its weights answer as Keras does. The only file with Keras."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from core.errors import ModelDamaged
from core.models.family import Fitted, Floats, Problem, Task
from core.models.mlp import FAMILY, Params, _by_pieces, _pieces, _told, batch_rows, compiled, run
from core.models.network import INT8, Pieces, forward
from core.models.outputs import row_losses
from core.models.saving import ARRAYS
from core.models.slimmed import SMALLER
from core.models.watching import PATIENCE, parts, side_by_side, softened
from core.progress import Cancelled, silent
from core.search.searching import rows_of
from core.search.shrinking import chosen, shrunk
from core.search.space import space
from core.search.wish import Search
from core.store import adoption
from core.train.training import train
from tests.core.models.problems import balanced, loss, problem
from tests.core.train.shop import asked, shop

keras = pytest.importorskip("keras")
# Keras's own np.array(variable) is not yet as NumPy 2 wants it.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
QUICK = Params(layers="16", epochs=8, learning_rate=0.02)


@cache
def told(task: Task) -> tuple[Problem, Fitted, tuple[float, ...]]:
    given, shares = problem(task), list[float]()
    made = FAMILY.fit(QUICK, given, 7, lambda share, _: shares.append(share))
    return given, made, tuple(shares)


def fitted(task: Task) -> tuple[Problem, Fitted]:
    return told(task)[:2]


@pytest.mark.parametrize("task", list(Task))
def test_what_is_written_is_taken_over_elsewhere(task: Task, tmp_path: Path) -> None:
    FAMILY.save(fitted(task)[1].estimator, tmp_path)
    adoption._unpacks(tmp_path / "model.keras", "of another machine")


def read_by_keras(folder: Path, given: Problem) -> Floats:
    model: Any = keras.saving.load_model(folder / "model.keras", compile=False, safe_mode=True)
    return np.asarray(model(given.x), "float64")


@pytest.mark.parametrize("task", list(Task))
def test_it_beats_the_baseline_and_answers_as_keras_does(task: Task, tmp_path: Path) -> None:
    given, made = fitted(task)
    found, new = FAMILY.scores(made.estimator, given.x), problem(task, seed=1)
    always = given.y.mean() if task is not Task.MULTICLASS else np.bincount(given.y) / 400
    nothing = loss(task, np.broadcast_to(always, found.shape), new.y)
    assert loss(task, FAMILY.scores(made.estimator, new.x), new.y) < 0.7 * nothing
    FAMILY.save(made.estimator, tmp_path)
    theirs = read_by_keras(tmp_path, given).reshape(found.shape)
    np.testing.assert_allclose(found, theirs, rtol=1e-5, atol=1e-5)
    loaded = FAMILY.load(tmp_path)
    np.testing.assert_array_equal(FAMILY.scores(loaded, given.x), found)
    one = FAMILY.scores(loaded, given.x[3:4])
    np.testing.assert_allclose(one[0], found[3], rtol=1e-5, atol=1e-6)
    with zipfile.ZipFile(tmp_path / "model.keras") as archive:
        assert "config.json" in archive.namelist()


def test_it_repeats_with_its_seed_and_differs_by_seed() -> None:
    given, made = fitted(Task.BINARY)
    found = FAMILY.scores(made.estimator, given.x)
    again = FAMILY.fit(QUICK, given, 7, silent).estimator
    np.testing.assert_array_equal(FAMILY.scores(again, given.x), found)
    other = FAMILY.fit(QUICK, given, 8, silent).estimator
    assert not np.allclose(FAMILY.scores(other, given.x), found)


@pytest.mark.parametrize("form", [{"kept": 1}, {"weights": INT8}, {"kept": 3, "weights": INT8}])
def test_a_smaller_form_is_what_fitting_it_gives(form: dict[str, Any], tmp_path: Path) -> None:
    given, made = fitted(Task.BINARY)
    params = replace(QUICK, **form)
    small = SMALLER.made(params, made.estimator, given)
    again = FAMILY.fit(params, given, 7, silent).estimator
    found = FAMILY.scores(small, given.x)
    np.testing.assert_array_equal(FAMILY.scores(again, given.x), found)
    FAMILY.save(small, tmp_path)
    assert (tmp_path / "model.keras").exists() == ("weights" not in form)
    np.testing.assert_array_equal(FAMILY.scores(FAMILY.load(tmp_path), given.x), found)


def test_a_smaller_form_is_chosen_on_rows_set_aside(tmp_path: Path) -> None:
    params = {"layers": "16", "epochs": 6, "learning_rate": 0.02}
    spec, table = asked(Task.BINARY, "mlp", params=params), shop(300)
    best = chosen(rows_of(table, Search(spec, ("mlp",))), spec, 0.05, silent)
    assert best.lost + 2 * best.error <= 0.05
    assert best.settings["weights"] == INT8
    whole = train(table, spec, silent)
    small = shrunk(whole, table, best.settings)
    sizes = []
    for name, model in (("whole", whole), ("small", small)):
        (tmp_path / name).mkdir()
        FAMILY.save(model.estimator, tmp_path / name)
        sizes.append(sum(file.stat().st_size for file in (tmp_path / name).iterdir()))
    assert sizes[1] < sizes[0] / 3
    y = whole.held_out_truth
    gap = roc_auc_score(y, whole.held_out_scores) - roc_auc_score(y, small.held_out_scores)
    assert abs(gap) < 0.1


def test_it_tells_every_epoch() -> None:
    _, made, shares = told(Task.BINARY)
    assert list(shares) == sorted(shares)
    assert shares[0] == 0.0
    assert shares[-1] == 1.0
    assert {1 / 8, 2 / 8, 3 / 8} <= set(shares)
    assert made.curve.steps == tuple(range(1, 9))
    assert set(made.curve.series) == {"loss", "held-in loss"}
    assert made.curve.series["loss"][-1] < made.curve.series["loss"][0]


def test_it_stops_when_told() -> None:
    shares: list[float] = []

    def report(share: float, stage: str) -> None:
        shares.append(share)
        if share > 0:
            raise Cancelled

    with pytest.raises(Cancelled):
        FAMILY.fit(QUICK, problem(Task.BINARY), 7, report)
    assert shares[-1] == 1 / 8


def test_it_ends_early_with_its_best_weights() -> None:
    given = problem(Task.REGRESSION, rows=80)
    params = Params("64", 0.0, 0.0, learning_rate=0.05, epochs=60, pieces=0, members=1)
    made = FAMILY.fit(params, given, 3, silent)
    held_in = made.curve.series["held-in loss"]
    assert len(held_in) < 60
    assert int(np.argmin(held_in)) == len(held_in) - 1 - PATIENCE
    scale, shift = float(given.y.std()), float(given.y.mean())
    _, watched = parts(given, 1, 3, scale, shift)
    scores = (FAMILY.scores(made.estimator, watched.x) - shift) / scale
    best = ((scores - watched.targets[:, 0]) ** 2).mean()
    assert best == pytest.approx(min(held_in), rel=1e-5)


def test_balanced_weights_leave_real_shares() -> None:
    given = balanced(problem(Task.BINARY, rows=3000, share=0.06))
    made = FAMILY.fit(Params(layers="16", epochs=6), given, 0, silent)
    assert FAMILY.scores(made.estimator, given.x).mean() == pytest.approx(given.y.mean(), rel=1e-4)


@pytest.mark.parametrize("given", [problem(Task.BINARY, 50, 1), problem(Task.MULTICLASS, 50, 2)])
def test_odd_tables_work(given: Problem) -> None:
    table = replace(given, x=np.ones_like(given.x)) if given.classes == 3 else given
    made = FAMILY.fit(Params(layers="16", epochs=2), table, 0, silent)
    found = FAMILY.scores(made.estimator, table.x)
    assert found.shape == ((50, 3) if given.classes == 3 else (50,))
    assert np.isfinite(found).all()


def test_pieces_are_stretches_between_quantiles() -> None:
    draw = np.random.default_rng(0)
    x = np.stack([draw.normal(size=500), draw.integers(0, 2, 500)], 1).astype("float32")
    found = _pieces(x, 4)
    assert found.cell.tolist() == [0, 0, 0, 0]  # the second has two values only
    edges = np.quantile(x[:, 0], [0, 0.25, 0.5, 0.75, 1])
    np.testing.assert_allclose(found.start, edges[:-1], rtol=1e-6)
    np.testing.assert_allclose(found.stop, edges[1:], rtol=1e-6)
    middle = np.array([[edges[2], 0.0], [edges[0] - 9, 0.0], [edges[4] + 9, 1.0]], "float32")
    expected = [[1, 1, 0, 0], [0, 0, 0, 0], [1, 1, 1, 1]]
    np.testing.assert_allclose(found.of(middle), expected, atol=1e-5)
    assert not len(_pieces(x, 0).cell)
    assert not len(_pieces(x[:1], 4).cell)


def test_members_are_told_numbers_by_turns_as_they_are_and_by_their_pieces() -> None:
    made = problem(Task.BINARY)
    given = replace(made, x=np.c_[made.x, made.x[:, 0] > 0].astype("float32"))
    pieces, params = _pieces(given.x, 4), Params("16", epochs=3, pieces=4, members=3)
    cells, count = given.x.shape[1], len(pieces.cell)
    numbers = np.unique(pieces.cell)
    assert 0 < len(numbers) < cells
    inputs = np.concatenate([given.x, pieces.of(given.x)], axis=1)
    learn, *_ = parts(replace(given, x=inputs), 3, 0, 1.0, 0.0)
    model = compiled(keras, params, Task.BINARY, learn, _told(pieces, inputs.shape[1], params))
    begun = np.asarray(model.get_weights()[0])
    run(model, params, learn, [])
    kernel = np.asarray(model.get_weights()[0])
    for weights in (begun, kernel):
        told = weights.any(axis=2)
        assert not told[[0, 2]][:, numbers].any()
        assert not told[1, cells:].any()
        assert told.sum() == 3 * (cells + count) - 2 * len(numbers) - count
    # as large at first as if there were no other inputs (He et al. 2015)
    active = begun.any(axis=2).sum(axis=1)
    sizes = np.sqrt((begun**2).sum(axis=(1, 2)) / (active * 16))
    np.testing.assert_allclose(sizes, np.sqrt(2 / active), rtol=0.25)


def test_what_was_learned_of_a_number_as_it_is_is_said_by_its_pieces() -> None:
    given, chance = problem(Task.BINARY), np.random.default_rng(0)
    pieces = _pieces(given.x, 5)
    wide = given.x.shape[1] + len(pieces.cell)
    shapes = [(3, wide, 8), (3, 8), (3, 8, 1), (3, 1)]
    arrays = [chance.normal(size=shape).astype("float32") for shape in shapes]
    arrays[0] *= np.asarray(_told(pieces, wide, Params(members=3)))[:, :, None]
    inputs = np.concatenate([given.x, pieces.of(given.x)], axis=1)
    before, after = (side_by_side(each) for each in (arrays, _by_pieces(arrays, pieces)))
    assert not after[0][pieces.cell].any()
    said = [forward(each[::2], each[1::2], inputs, 3) for each in (before, after)]
    np.testing.assert_allclose(said[1], said[0], atol=1e-4)


def test_numbers_that_bend_are_learned_by_pieces() -> None:
    draw = np.random.default_rng(0)
    x = draw.uniform(-3, 3, (1500, 1)).astype("float32")
    y = np.sin(4 * x[:, 0]).astype("float64")
    given = Problem(Task.REGRESSION, x, y, np.ones(len(x)))
    errors = []
    for pieces in (0, 32):
        params = Params("16", 0.0, epochs=30, learning_rate=0.01, pieces=pieces, members=2)
        said = FAMILY.scores(FAMILY.fit(params, given, 0, silent).estimator, x)
        errors.append(float(((said - y) ** 2).mean()))
    assert errors[1] < 0.5 * errors[0]


def test_a_network_of_an_older_version_has_cells_alone(tmp_path: Path) -> None:
    given = problem(Task.BINARY)
    params = Params("16", epochs=2, pieces=0, members=1)
    made = FAMILY.fit(params, given, 0, silent).estimator
    FAMILY.save(made, tmp_path)
    with np.load(tmp_path / ARRAYS) as arrays:
        old = {k: v for k, v in arrays.items() if not k.startswith("piece") and k != "members"}
    np.savez(tmp_path / ARRAYS, **old)
    found = FAMILY.load(tmp_path)
    assert (len(found.pieces.cell), found.members) == (0, 1)
    np.testing.assert_array_equal(FAMILY.scores(found, given.x), FAMILY.scores(made, given.x))


@pytest.mark.parametrize(
    "change",
    [
        {"piece_cell": np.array([99])},
        {"piece_cell": np.array([-1])},
        {"piece_stop": np.array([-9.0], "float32")},
        {"piece_start": np.zeros(0, "float32")},
        {"members": 7},
    ],
)
def test_pieces_that_cannot_be_are_damage(change: dict[str, Any], tmp_path: Path) -> None:
    given = problem(Task.BINARY)
    made = FAMILY.fit(Params("16", epochs=1, pieces=2, members=2), given, 0, silent).estimator
    one = Pieces(made.pieces.cell[:1], made.pieces.start[:1], made.pieces.stop[:1])
    cells = given.x.shape[1]
    first = made.weights[0][: cells + 1]
    FAMILY.save(replace(made, pieces=one, weights=(first, *made.weights[1:])), tmp_path)
    FAMILY.load(tmp_path)
    with np.load(tmp_path / ARRAYS) as arrays:
        known = dict(arrays) | change
    np.savez(tmp_path / ARRAYS, **known)
    with pytest.raises(ModelDamaged):
        FAMILY.load(tmp_path)


@pytest.mark.parametrize(
    ("task", "key", "widths", "end"),
    [
        (Task.REGRESSION, "32-16-linear", (32, 16, 1), "linear"),
        (Task.BINARY, "64-32-sigmoid", (64, 32, 1), "sigmoid"),
        (Task.BINARY, "128-64-sigmoid", (128, 64, 1), "sigmoid"),
        (Task.MULTICLASS, "64-32-softmax", (64, 32, 10), "softmax"),
    ],
)
def test_a_plain_form_is_the_plain_keras_model_of_that_form(
    task: Task, key: str, widths: tuple[int, ...], end: str, tmp_path: Path
) -> None:
    """For several classes: ten products."""
    given = problem(task, rows=300)
    if task is Task.MULTICLASS:
        cuts = np.quantile(given.x[:, 0], np.linspace(0.1, 0.9, 9))
        y = np.digitize(given.x[:, 0], cuts).astype("int64")
        given = replace(given, y=y, classes=10, class_weights=np.ones(10))
    params = FAMILY.settings({**FAMILY.start(key, task).settings, "epochs": 3})
    made = FAMILY.fit(params, given, 0, silent)
    network, found = made.estimator, FAMILY.scores(made.estimator, given.x)
    assert (len(network.pieces.cell), network.members) == (0, 1)
    assert tuple(each.shape[1] for each in network.weights) == widths
    hidden = [keras.layers.Dense(width, "relu") for width in widths[:-1]]
    whole = [keras.Input((given.x.shape[1],)), *hidden, keras.layers.Dense(widths[-1], end)]
    plain = keras.Sequential(whole)
    pairs = zip(network.weights, network.biases, strict=True)
    plain.set_weights([array for pair in pairs for array in pair])
    theirs = np.asarray(plain(given.x), "float64").reshape(found.shape)
    if task is Task.REGRESSION:  # learned on the target's own scale
        theirs = theirs * given.y.std() + given.y.mean()
    np.testing.assert_allclose(found, theirs, rtol=1e-5, atol=1e-6)
    FAMILY.save(network, tmp_path)
    kept: Any = keras.saving.load_model(tmp_path / "model.keras", compile=False, safe_mode=True)
    kinds = [type(layer).__name__ for layer in kept.layers]
    last = "Rescaling" if task is Task.REGRESSION else "Activation"
    assert kinds == ["InputLayer", "Dense", "Dense", "Dense", last]
    said = [layer.activation.__name__ for layer in kept.layers if hasattr(layer, "activation")]
    assert said == ["relu", "relu", "linear", *([end] if end != "linear" else [])]


@pytest.mark.parametrize(
    ("task", "loss"),
    [
        (Task.REGRESSION, "MeanSquaredError"),
        (Task.BINARY, "BinaryCrossentropy"),
        (Task.MULTICLASS, "CategoricalCrossentropy"),
    ],
)
def test_a_plain_form_is_trained_as_usual(task: Task, loss: str) -> None:
    """Adam's usual rate, no decay, and the loss that goes with the task."""
    given = problem(task, rows=60)
    for key in list(FAMILY.starts(task))[1:]:
        params = FAMILY.settings(FAMILY.start(key, task).settings)
        model = compiled(keras, params, task, parts(given, 1, 0, 1.0, 0.0)[0])
        usual = keras.optimizers.Adam()
        assert float(model.optimizer.learning_rate) == pytest.approx(float(usual.learning_rate))
        assert model.optimizer.weight_decay == 0
        assert type(model.loss).__name__ == loss
        assert not any(type(layer).__name__ == "Dropout" for layer in model.layers)


@pytest.mark.parametrize("task", [Task.BINARY, Task.MULTICLASS])
def test_smoothed_answers_are_those_of_keras(task: Task) -> None:
    given = problem(task, rows=200)
    outputs = 1 if task is Task.BINARY else 3
    raw = np.random.default_rng(0).normal(size=(200, outputs)).astype("float32")
    kinds = keras.losses.BinaryCrossentropy, keras.losses.CategoricalCrossentropy
    theirs = kinds[task is Task.MULTICLASS](from_logits=True, label_smoothing=0.15)
    learn = parts(given, 1, 0, 1.0, 0.0)[0]
    said, soft = raw[: len(learn.x)], softened(learn, task, 0.15).targets.astype("float64")
    ours = row_losses(task, said.astype("float64"), soft).mean()
    assert ours == pytest.approx(float(theirs(learn.targets, said)), rel=1e-5)


@pytest.mark.parametrize("task", [Task.BINARY, Task.MULTICLASS])
def test_smoothed_answers_leave_real_shares(task: Task) -> None:
    """Chances neither drawn towards even ones nor, by what puts that right, beyond them."""
    given = problem(task, rows=3000, share=0.1)
    params = Params(layers="16", epochs=12, learning_rate=0.01, smoothing=0.2, members=2)
    found = FAMILY.scores(FAMILY.fit(params, given, 0, silent).estimator, given.x)
    surest = found if task is Task.BINARY else found.max(axis=1)
    happened = given.y if task is Task.BINARY else found.argmax(axis=1) == given.y
    assert surest.mean() == pytest.approx(happened.mean(), abs=0.02)
    rare = surest < np.quantile(surest, 0.5)
    assert surest[rare].mean() == pytest.approx(happened[rare].mean(), abs=0.03)


def test_smoothing_changes_no_values() -> None:
    given = problem(Task.REGRESSION, rows=80)
    said = [
        FAMILY.scores(FAMILY.fit(params, given, 0, silent).estimator, given.x)
        for params in (Params("16", epochs=2), Params("16", epochs=2, smoothing=0.2))
    ]
    np.testing.assert_array_equal(*said)
    assert "smoothing" in space(FAMILY, Task.BINARY)
    assert "smoothing" not in space(FAMILY, Task.REGRESSION)


@pytest.mark.parametrize(("rows", "batch"), [(50, 16), (1000, 32), (5000, 128), (50_000, 256)])
def test_small_tables_get_small_batches(rows: int, batch: int) -> None:
    assert batch_rows(rows) == batch


def test_the_held_in_loss_is_that_of_rows_a_member_has_not_seen() -> None:
    """By the members' own layers, each on its own rows."""
    given = problem(Task.BINARY)
    params = Params("16", 0.0, epochs=6, learning_rate=0.02, pieces=0, members=3)
    made = FAMILY.fit(params, given, 7, silent)
    network, best = made.estimator, min(made.curve.series["held-in loss"])
    _, *watched = parts(given, 3, 7, 1.0, 0.0)
    (first, last), (bias, shift) = network.weights, network.biases
    losses = []
    for member, part in enumerate(watched):
        own = slice(16 * member, 16 * (member + 1))
        hidden = np.maximum(part.x @ first[:, own] + bias[own], 0)
        raw = hidden @ (3 * last[own]) + shift
        losses.append((raw, part.targets))
    ours = sum(row_losses(Task.BINARY, raw, y.astype("float64")).sum() for raw, y in losses)
    # the mean's shift stands for each member's own, so only nearly
    assert ours / sum(len(y) for _, y in losses) == pytest.approx(best, rel=0.05)


def test_a_number_far_beyond_all_others_says_no_more_than_the_largest() -> None:
    """Where its pieces tell a number it is told by nothing else."""
    given = problem(Task.REGRESSION)
    made = FAMILY.fit(Params("16", epochs=4), given, 0, silent).estimator
    told = np.unique(made.pieces.cell)
    assert len(told)
    assert not made.weights[0][told].any()
    row = given.x[:1].copy()
    row[:, told] = given.x[:, told].max(axis=0)
    far = row.copy()
    far[:, told] *= 1e6
    np.testing.assert_array_equal(FAMILY.scores(made, far), FAMILY.scores(made, row))
