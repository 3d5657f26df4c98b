"""Counts and shares of the confusion matrix, and the figures of each class."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn import metrics as sk

from core.evaluate.classes import class_scores
from core.evaluate.confusion import confusion
from tests.core.evaluate.made import binary, brands, buyers


def test_binary_counts_by_hand() -> None:
    found = confusion(binary([0.2, 0.5, 0.7, 0.1], [0, 0, 1, 1]), 0.5)
    assert found.counts.tolist() == [[1, 1], [1, 1]]
    assert found.classes == ("no", "yes")
    assert found.of_all.tolist() == [[0.25, 0.25], [0.25, 0.25]]


def test_several_classes_are_scikit_learns() -> None:
    p = brands()
    found = confusion(p)
    assert (found.counts == sk.confusion_matrix(p.truth, p.scores.argmax(axis=1))).all()
    assert found.of_actual.sum(axis=1) == pytest.approx(np.ones(4))
    assert found.threshold == 0


def test_a_class_that_does_not_occur_has_no_shares() -> None:
    assert np.isnan(confusion(binary([0.2, 0.7], [0, 0])).of_actual[1]).all()


def test_class_figures_are_scikit_learns() -> None:
    p = brands()
    named = p.scores.argmax(axis=1)
    precision, recall, f1, count = sk.precision_recall_fscore_support(p.truth, named)
    for k, found in enumerate(class_scores(p)):
        assert found.name == f"brand {k}"
        assert (found.count, found.predicted) == (count[k], (named == k).sum())
        assert (found.precision, found.recall, found.f1) == pytest.approx(
            (precision[k], recall[k], f1[k])
        )
        assert found.roc_auc == pytest.approx(sk.roc_auc_score(p.truth == k, p.scores[:, k]))
        assert found.low < found.roc_auc < found.high


def test_both_sides_of_a_yes_no_question_have_the_same_area() -> None:
    no, yes = class_scores(buyers())
    assert no.roc_auc == pytest.approx(yes.roc_auc)
    assert (no.name, yes.name) == ("no", "yes")
