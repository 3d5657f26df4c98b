"""Whether several are worth it is told by rows that nothing was chosen by (DeLong)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from sklearn.metrics import log_loss, roc_auc_score

from core.models.family import Task
from core.models.member import Member, as_text
from core.progress import silent
from core.search.verdict import verdict
from core.train.training import TrainedModel, train
from tests.core.train.shop import asked, shop


def model(family: str, **params: str) -> TrainedModel:
    return train(shop(500), asked(Task.BINARY, family, params=params), silent)


@pytest.fixture(scope="module")
def pair() -> tuple[TrainedModel, TrainedModel]:
    members = as_text((Member("linear", 0.5), Member("tree", 0.5)))
    return model("tree"), model("ensemble", members=members)


def test_the_gain_is_delongs(pair: tuple[TrainedModel, TrainedModel]) -> None:
    single, together = pair
    told = verdict(single, together)
    by_hand = told.gain
    one, other = (np.asarray(m.held_out_scores) for m in (together, single))
    y = single.held_out_truth
    assert by_hand == pytest.approx(roc_auc_score(y, one) - roc_auc_score(y, other))
    assert told.low < told.gain < told.high
    assert told.metric == "roc_auc"
    assert told.slower > 0
    assert (told.single, told.together) == (single.spec.id, together.spec.id)


def test_it_is_told_in_what_was_asked_for(pair: tuple[TrainedModel, TrainedModel]) -> None:
    single, together = pair
    y, told = single.held_out_truth, verdict(single, together, "log_loss")
    one, other = (log_loss(y, np.asarray(m.held_out_scores)) for m in (together, single))
    assert told.metric == "log_loss"
    assert told.gain == pytest.approx(one - other)
    wrong = replace(together, held_out_scores=np.full(len(y), 0.999))
    assert not verdict(single, wrong, "log_loss").better  # it is larger, and less is better
    sure = replace(together, held_out_scores=0.01 + 0.98 * y)
    assert verdict(single, sure, "log_loss").better


def test_the_single_one_stays_unless_several_are_surely_better(
    pair: tuple[TrainedModel, TrainedModel],
) -> None:
    single, together = pair
    same = verdict(single, replace(together, held_out_scores=single.held_out_scores))
    assert (same.gain, same.better, same.model) == (0.0, False, single.spec.id)
    perfect = single.held_out_truth.astype("float64")
    surely = verdict(single, replace(together, held_out_scores=perfect))
    assert surely.better
    assert surely.model == together.spec.id
