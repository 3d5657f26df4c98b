"""What somebody wrote is shown and stays; everything else can be asked as before."""

from __future__ import annotations

import numpy as np
import pytest

from core.errors import NothingFree
from core.explain.explaining import explainer
from core.explain.shapley.method import Asked
from core.models.family import Task
from core.text.phrases import phrases
from core.what_if.aim import Aim
from core.what_if.controls import Sort, controls
from core.what_if.limits import Freedom, free, limits, only_free
from core.what_if.live import cells
from core.what_if.nearest import nearest, neighbourhood
from core.what_if.outsiders import unlike
from core.what_if.scenario import Scenario, compare, typical
from core.what_if.smallest import Ask, found_for
from core.what_if.support import outside, support
from pages.shared.live.live import _field
from tests.core.explain.test_texts import reviews, trained

MODEL = trained("linear", Task.BINARY)
KNOWN = support(MODEL)


def test_a_text_is_shown_and_stays() -> None:
    known = controls(MODEL, reviews().iloc[[2]])
    assert known["said"].sort is Sort.TEXT
    assert known["said"].value == reviews()["said"].iloc[2]
    assert cells(known, {"said": "another", "age": 3.0}) == {"age": 3.0}
    found = limits(MODEL)
    assert found["said"].freedom is Freedom.FIXED
    with pytest.raises(NothingFree):
        free(only_free(found, ("said",)), "happy")


def test_a_new_text_is_not_outside_the_data() -> None:
    row = reviews().iloc[[2]].copy()
    row["said"] = "Words that nobody said before"
    before, after = outside(KNOWN, reviews().iloc[[2]]), outside(KNOWN, row)
    assert after == before
    assert after.columns == ()
    np.testing.assert_array_equal(
        unlike(KNOWN, reviews()), unlike(KNOWN, reviews().assign(said="x"))
    )


def test_a_scenario_may_hold_another_text() -> None:
    """From a shell: the words count, and nothing else has changed."""
    ready = explainer(MODEL, Asked(background=10))
    row = reviews()[reviews()["happy"] == "no"].iloc[[0]]
    found = compare(ready, Scenario(row, {"said": "love it, perfect, great, would buy again"}))
    assert found.difference > 0.05
    place = found.before.columns.index("said")
    assert found.after.effects[0, place] > found.before.effects[0, place]


def test_the_average_customer_wrote_nothing() -> None:
    row = typical(MODEL)
    assert row["said"].isna().all()
    assert np.isfinite(
        compare(explainer(MODEL, Asked(background=10)), Scenario(row, {})).before.prediction[0]
    )


def test_the_nearest_are_alike_in_all_but_their_texts() -> None:
    row = reviews().iloc[[7]].copy()
    row["said"] = "never heard"
    found = nearest(neighbourhood(KNOWN, reviews()), row)
    others = reviews().drop(index=7)
    age = (others["age"] - row["age"].iloc[0]) / MODEL.background["age"].std(ddof=0)
    far = np.sqrt(age**2 + (others["city"] != row["city"].iloc[0]))
    assert found.nearest[0].row == far.idxmin()
    assert found.nearest[0].distance == pytest.approx(far.min(), rel=1e-4)
    assert {d.column for one in found.nearest for d in one.differences} <= {"age", "city"}


def test_the_smallest_change_leaves_the_text() -> None:
    row = reviews()[reviews()["happy"] == "no"].iloc[[0]]
    found = found_for(KNOWN, row, Ask(tuple(limits(MODEL).values()), Aim(0.99)))
    for answer in found.answers:
        assert "said" not in answer.edits


def test_only_texts() -> None:
    from dataclasses import replace

    from core.progress import silent
    from core.train.training import train

    spec = replace(MODEL.spec, features=MODEL.spec.features[1:2])
    model = train(reviews(), spec, silent)
    known = support(model)
    assert outside(known, reviews().iloc[[0]]).distance == 0.0
    assert not unlike(known, reviews()).any()
    found = nearest(neighbourhood(known, reviews()), reviews().iloc[[0]])
    assert all(one.differences == () for one in found.nearest)


def test_the_page_shows_a_text_cut_and_says_that_it_stays() -> None:
    long = "love " * 5000
    row = reviews().iloc[[2]].assign(said=long)
    shown = _field(controls(MODEL, row)["said"], phrases("en"))
    assert shown["sort"] == "stands"
    assert len(shown["value"]) == 200
    assert shown["value"].endswith("…")
    assert shown["hint"] == "What somebody wrote stays as it is"
    gone = _field(
        controls(MODEL, reviews()[reviews()["said"].isna()].iloc[[0]])["said"], phrases("en")
    )
    assert gone["value"] is None
