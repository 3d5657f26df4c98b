"""What trees say of all mixes of two rows, beside what scikit-learn says of each mix."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.tree import DecisionTreeRegressor

from core.explain.shapley.exact.game import Whole, played
from core.explain.shapley.exact.interventional import Against, against, interventional
from core.explain.shapley.exact.interventional_pairs import interactions
from core.explain.shapley.exact.mixes import mixes
from core.explain.shapley.subsets import Coalitions, every, shared, shared_by_pairs
from core.models.family import Matrix
from core.models.packed.trees import packed
from tests.core.explain.shapley.exact.grown import KINDS, classes, estimator, rows
from tests.core.explain.shapley.exact.test_interventional_pairs import predicted
from tests.core.models.packed.boosted import of_boosting

ENOUGH = 1_000_000


def found(ready: Against, row: Matrix) -> Coalitions:
    made = mixes(ready, row, ENOUGH)
    assert made is not None
    return made


def mixed(given: Coalitions, row: Matrix, behind: Matrix, of_columns: Whole) -> Matrix:
    """Every mix as a row, in the order of ``given.raw``."""
    each = []
    for plays, other in zip(given.plays, behind, strict=True):
        inside = np.zeros((2 ** int(plays.sum()), len(plays)), bool)
        inside[:, plays] = every(int(plays.sum()))
        inside[:, ~plays] = True  # no split parts them: the row's own will do
        each.append(np.where(inside[:, of_columns], row, other))
    return np.concatenate(each).astype("float32")


@pytest.mark.parametrize("kind", KINDS)
def test_each_mix_is_what_scikit_learn_says_of_it(kind: str) -> None:
    """70 background rows are more than one word of bits; one of them is the row itself."""
    fitted, row, behind = estimator(kind), rows(1, seed=11)[0], rows(70, seed=9)
    behind[3] = row
    made = found(against(played(packed(fitted)), behind), row)
    theirs = predicted(fitted, mixed(made, row, behind, np.arange(6)))
    scale = max(1.0, float(np.abs(theirs).max()))
    np.testing.assert_allclose(made.raw, theirs, atol=1e-12 * scale)
    assert made.starts[4] - made.starts[3] == 1
    assert made.starts[-1] == len(made.raw) == (2.0 ** made.plays.sum(axis=1)).sum()


def test_boosted_classes_with_gaps() -> None:
    """Each tree speaks of one class; a missing value goes its own way."""
    x = rows(400)
    x[np.random.default_rng(2).random(x.shape) < 0.2] = np.nan
    fitted = HistGradientBoostingClassifier(max_iter=15, random_state=0)
    fitted.fit(x, classes(np.nan_to_num(x), 4))
    row, behind = x[0], x[1:30]
    made = found(against(played(of_boosting(fitted, 6)), behind), row)
    theirs = fitted.decision_function(mixed(made, row, behind, np.arange(6)))
    np.testing.assert_allclose(made.raw, theirs, atol=1e-12)


def test_a_family_of_columns_is_mixed_as_one() -> None:
    fitted, row, behind = estimator("unlimited"), rows(1, seed=4)[0], rows(20, seed=8)
    of_columns = np.array([0, 1, 2, 0, 3, 2])
    made = found(against(played(packed(fitted), of_columns), behind), row)
    assert made.plays.shape == (20, 4)
    theirs = predicted(fitted, mixed(made, row, behind, of_columns))
    np.testing.assert_allclose(made.raw, theirs, atol=1e-12)


def test_more_players_than_a_word_has_bits() -> None:
    """Only those that part the two rows are told apart."""
    x = np.random.default_rng(0).normal(size=(300, 90)).astype("float32")
    fitted = DecisionTreeRegressor(max_depth=3, random_state=0).fit(x, x[:, 80] + x[:, 7])
    ready, row = against(played(packed(fitted)), x[:20]), x[50]
    made = found(ready, row)
    theirs = predicted(fitted, mixed(made, row, x[:20], np.arange(90)))
    np.testing.assert_allclose(made.raw, theirs, atol=1e-12)
    effects = interventional(ready, row[None])[0]
    np.testing.assert_allclose(shared(made, made.raw), effects, atol=1e-12)


def test_too_many_are_not_made() -> None:
    ready, row = against(played(packed(estimator("unlimited"))), rows(20)), rows(1, seed=4)[0]
    many = len(found(ready, row).raw)
    assert mixes(ready, row, many - 1) is None
    assert mixes(ready, row, many) is not None


@pytest.mark.parametrize("kind", ["values", "classes", "one leaf"])
def test_what_is_shared_is_what_the_trees_share(kind: str) -> None:
    """Effects and interactions of the outputs themselves have walks of their own."""
    row, behind = rows(1, seed=11)[0], rows(70, seed=9)
    ready = against(played(packed(estimator(kind))), behind)
    made = found(ready, row)
    scale = max(1.0, float(np.abs(made.raw).max()))
    effects = interventional(ready, row[None])[0]
    np.testing.assert_allclose(shared(made, made.raw), effects, atol=1e-12 * scale)
    for output in range(made.raw.shape[1]):
        pairs = shared_by_pairs(made, made.raw[:, output].copy())
        theirs = interactions(ready, row[None], output)[0]
        np.testing.assert_allclose(pairs, theirs, atol=1e-12 * scale)
