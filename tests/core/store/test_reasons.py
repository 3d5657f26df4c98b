from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.explain.explaining import explain, explainer
from core.explain.explanation import Explanation
from core.explain.quality import adding_up
from core.explain.shapley.method import Asked
from core.store import reasons
from core.store.reasons import Way, way_of, way_text
from tests.core.store.made import saved, table


@pytest.fixture(scope="module")
def whole() -> Explanation:
    return explain(explainer(saved("forest").model), table().iloc[[5, 3, 80, 81, 2, 7, 9, 11]])


def test_which_rows_stand_together_is_kept(whole: Explanation, tmp_path: Path) -> None:
    groups = np.array([3, 3, -8, 1, 1, 3, 0, 2])
    for start, part in slices(replace(whole, groups=groups), 0, 3, 8).items():
        reasons.keep(tmp_path / "r", start, part)
    found = reasons.load(tmp_path / "r")
    same(found, whole)
    assert found is not None
    np.testing.assert_array_equal(np.asarray(found.groups), groups)
    reasons.keep(tmp_path / "alone", 0, whole)
    alone = reasons.load(tmp_path / "alone")
    assert alone is not None
    assert alone.groups is None


def slices(whole: Explanation, *bounds: int) -> dict[int, Explanation]:
    pairs = pairwise(bounds)
    return {start: whole.only(list(range(start, stop))) for start, stop in pairs}


def same(found: Explanation | None, expected: Explanation) -> None:
    assert found is not None
    for name in ("columns", "base", "of", "scale", "method", "background"):
        assert getattr(found, name) == getattr(expected, name)
    for name in ("effects", "errors", "prediction", "rows"):
        np.testing.assert_array_equal(getattr(found, name), getattr(expected, name))
    pd.testing.assert_frame_equal(found.inputs, expected.inputs)


def test_slices_come_back_as_one(whole: Explanation, tmp_path: Path) -> None:
    place = reasons.place(tmp_path, "0123abcd", "ja / nein ../..")
    assert place.parent == tmp_path / "reasons" / "0123abcd"
    assert reasons.parts(place) == 0
    assert reasons.load(place) is None
    for number, (start, part) in enumerate(slices(whole, 0, 2, 5, 8).items(), 1):
        reasons.keep(place, start, part)
        assert reasons.parts(place) == number
        same(reasons.load(place), whole.only(list(range(start + len(part.rows)))))
    assert reasons.place(tmp_path, "0123abcd", "nein") != place


def test_rows_that_two_jobs_explained_count_once(whole: Explanation, tmp_path: Path) -> None:
    for start, part in (slices(whole, 0, 2, 6, 8) | slices(whole, 4, 8)).items():
        reasons.keep(tmp_path / "r", start, part)
    same(reasons.load(tmp_path / "r"), whole)


@pytest.mark.parametrize("how", ["flipped", "cut", "empty", "removed"])
def test_reasons_end_before_a_damaged_slice(how: str, whole: Explanation, tmp_path: Path) -> None:
    for start, part in slices(whole, 0, 2, 5, 8).items():
        reasons.keep(tmp_path / "r", start, part)
    file = tmp_path / "r" / "part-00000002.parquet"
    content = bytearray(file.read_bytes())
    content[40] ^= 1
    damaged = {"flipped": bytes(content), "cut": bytes(content[:100]), "empty": b""}
    file.unlink() if how == "removed" else file.write_bytes(damaged[how])
    same(reasons.load(tmp_path / "r"), whole.only([0, 1]))
    reasons.keep(tmp_path / "r", 2, slices(whole, 2, 5)[2])
    same(reasons.load(tmp_path / "r"), whole)


@pytest.mark.parametrize("content", [None, b"", b"\xff", b"{}"])
def test_without_its_record_nothing_is_known(
    content: bytes | None, whole: Explanation, tmp_path: Path
) -> None:
    reasons.keep(tmp_path / "r", 0, whole)
    about = tmp_path / "r" / reasons.ABOUT
    about.unlink() if content is None else about.write_bytes(content)
    assert reasons.load(tmp_path / "r") is None


def test_a_place_depends_on_all_that_is_asked(tmp_path: Path) -> None:
    asked = Asked(50, 0, 0.005, (("clicks", ("a", "b")),))
    ways = [
        Way("yes"),
        Way("no"),
        Way("yes", "sampled"),
        Way("yes", "sampled", asked),
        *(
            Way("yes", "sampled", replace(asked, **change))
            for change in (
                {"background": 51},
                {"seed": 1},
                {"goal": 0.01},
                {"together": (("clicks", ("a", "c")),)},
                {"together": (("visits", ("a", "b")),)},
            )
        ),
    ]
    places = {reasons.place(tmp_path, "0123abcd", way_text(way)) for way in ways}
    assert len(places) == len(ways)
    assert [way_of(way_text(way)) for way in ways] == ways


def test_quality_is_kept_beside_the_reasons(whole: Explanation, tmp_path: Path) -> None:
    assert reasons.quality(tmp_path / "r") is None
    found = adding_up(whole)
    reasons.keep(tmp_path / "r", 0, whole)
    reasons.keep_quality(tmp_path / "r", found)
    assert reasons.quality(tmp_path / "r") == found
    assert reasons.parts(tmp_path / "r") == 1
    next((tmp_path / "r").glob("judged*")).write_bytes(b"{")
    assert reasons.quality(tmp_path / "r") is None
