"""Changed input, the same model asked again: each trial by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from core.models.family import Task
from core.predict import held_out, scored
from core.review.shaken import NEW_LEVEL, NOISE, SHIFT, Shake, shaken
from tests.core.explain.models import table, trained

RANKED = ("visits", "income", "city", "since")


@pytest.mark.parametrize("family", ["forest", "linear"])
def test_every_trial_by_hand(family: str) -> None:
    model = trained(family, Task.BINARY)
    found = held_out(model)
    rows = table().loc[found.rows]
    told = shaken(model, rows, found, RANKED, 0.5)
    truth = np.asarray(found.truth)
    before = scored(model, rows)
    names = {c.name: c for c in model.spec.features}
    assert {t.shake for t in told.trials} == set(Shake)
    for trial in told.trials:
        changed = rows.copy()
        cells = changed[trial.column] if trial.column else None
        if trial.shake is Shake.MISSING:
            assert cells is not None
            changed[trial.column] = cells.where(np.zeros(len(rows), bool))
        elif trial.shake is Shake.UNSEEN:
            changed[trial.column] = NEW_LEVEL
        elif trial.shake is Shake.SHIFT:
            assert cells is not None
            changed[trial.column] = cells + SHIFT * cells.std(ddof=0)
        else:
            continue
        after = scored(model, changed)
        assert trial.column in names
        assert trial.before == pytest.approx(roc_auc_score(truth, before))
        assert trial.after == pytest.approx(roc_auc_score(truth, after))
        assert trial.change == pytest.approx(trial.after - trial.before)
        assert trial.moved == pytest.approx(np.abs(after - before).mean())
        assert trial.flipped == int(((after >= 0.5) != (before >= 0.5)).sum())
        assert trial.low <= trial.change <= trial.high


def test_noise_is_a_little_of_the_spread() -> None:
    model = trained("linear", Task.BINARY)
    found = held_out(model)
    told = shaken(model, table().loc[found.rows], found, RANKED, 0.5)
    (noise,) = (each for each in told.trials if each.shake is Shake.NOISE)
    assert 0 < noise.moved < NOISE


def test_worse_is_left_of_zero_whichever_way_the_metric_goes() -> None:
    model = trained("linear", Task.REGRESSION)
    found = held_out(model)
    rows = table().loc[found.rows]
    told = shaken(model, rows, found, ("visits", "income"), 0.5)
    worst = min(told.trials, key=lambda each: each.change)
    assert worst.is_worse
    assert worst.high < 0
    assert worst.flipped is None


def test_the_table_is_left_as_it_was() -> None:
    model = trained("forest", Task.MULTICLASS)
    found = held_out(model)
    rows = table().loc[found.rows]
    before = rows.copy()
    told = shaken(model, rows, found, RANKED, 0.5)
    assert rows.equals(before)
    assert all(each.flipped is not None for each in told.trials)
    assert told.rows == len(found.rows)


def test_what_is_saved_as_scores_is_not_trusted() -> None:
    """A model that was calibrated later has other scores on disk: both sides are asked anew."""
    model = trained("linear", Task.BINARY)
    found = held_out(model)
    other = replace(found, scores=np.zeros(len(found.rows)))
    rows = table().loc[found.rows]
    assert shaken(model, rows, other, RANKED, 0.5) == shaken(model, rows, found, RANKED, 0.5)
