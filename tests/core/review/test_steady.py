"""Reasons of models fitted anew: one without chance stays, draws are what they are said to be."""

from __future__ import annotations

import numpy as np
import pytest

from core.explain.explaining import explain, explainer
from core.explain.importance import importance
from core.explain.quality import agreement
from core.explain.shapley.method import Asked
from core.progress import silent
from core.review.steady import RESAMPLES, SEEDS, Draw, steadiness
from core.robust.ground import again
from core.train.training import train
from tests.core.robust.made import rows, wish
from tests.core.train.shop import shop

WAY = ("yes", "", Asked(background=20))


def test_a_model_without_chance_keeps_its_reasons_over_seeds() -> None:
    spec = wish("linear")
    of, model = rows(spec), train(shop(400), spec, silent)
    inputs = shop(400).loc[model.held_out[:30]]
    found = steadiness(of, model, inputs, WAY, silent)
    assert found is not None
    seeds = [each for each in found.refits if each.draw is Draw.SEED]
    drawn = [each for each in found.refits if each.draw is Draw.RESAMPLE]
    assert (len(seeds), len(drawn)) == (SEEDS, RESAMPLES)
    assert all(each.agreement.same_top.value == 1 for each in seeds)
    assert all(each.agreement.exact for each in seeds)
    assert all(not each.agreement.exact for each in drawn)
    assert found.same_top == min(each.agreement.same_top.value for each in found.refits)


def test_a_fit_anew_is_the_same_wish_with_another_seed() -> None:
    spec = wish("forest", params={"trees": 10})
    of, model = rows(spec), train(shop(400), spec, silent)
    inputs = shop(400).loc[model.held_out[:20]]
    first = explain(explainer(model, WAY[2]), inputs, "yes")
    same = explain(explainer(again(of, model, of.learn, spec.seed, silent), WAY[2]), inputs, "yes")
    assert np.allclose(first.effects, same.effects)
    other = explain(
        explainer(again(of, model, of.learn, spec.seed + 1, silent), WAY[2]), inputs, "yes"
    )
    found = steadiness(of, model, inputs, WAY, silent)
    assert found is not None
    assert found.refits[0].agreement == agreement(first, other)
    own = [one.column for one in importance(first)]
    assert [place.column for place in found.places] == own[: len(found.places)]
    for place in found.places:
        assert place.best <= place.rank <= place.worst
        assert 0 <= place.same_way <= 1


def test_too_few_rows_say_nothing() -> None:
    spec = wish("linear")
    of, model = rows(spec), train(shop(400), spec, silent)
    assert steadiness(of, model, shop(400).loc[model.held_out[:1]], WAY, silent) is None


@pytest.mark.parametrize("family", ["linear", "forest"])
def test_draws_hold_every_class(family: str) -> None:
    spec = wish(family, params={"trees": 10} if family == "forest" else {})
    of = rows(spec)
    model = train(shop(400), spec, silent)
    found = steadiness(of, model, shop(400).loc[model.held_out[:10]], WAY, silent)
    assert found is not None
    assert found.rows == 10
