from __future__ import annotations

from pathlib import Path

import pytest

from core.errors import NothingWanted, NotThere, SameName, Unnamed
from core.explore.filters import Filter
from core.schema import Column, Kind, Schema
from core.store import cohorts
from core.store.cohorts import Origin

AT = "2026-11-22T10:00:00+00:00"
OLDER = (Filter("age", low=40.0), Filter("city", levels=("Oslo",), missing=True))


def test_a_cohort_is_kept_as_it_was(tmp_path: Path) -> None:
    origin = Origin("Segment 2", 0.9, 0.8)
    made = cohorts.keep(tmp_path, "  Older,\n in Oslo ", OLDER, AT, origin)
    assert made.name == "Older, in Oslo"
    assert cohorts.listed(tmp_path) == (made,)
    assert cohorts.cohort(tmp_path, made.id) == made
    assert (made.filters, made.origin) == (OLDER, origin)


def test_only_cohorts_of_columns_that_are_there_fit(tmp_path: Path) -> None:
    both = cohorts.keep(tmp_path, "both", OLDER, AT)
    one = cohorts.keep(tmp_path, "one", OLDER[:1], AT)
    age, city = Column("age", Kind.NUMBER), Column("city", Kind.CATEGORY)
    assert cohorts.fitting(tmp_path, Schema((age, city))) == (both, one)
    assert cohorts.fitting(tmp_path, Schema((age,))) == (one,)


def test_a_name_is_needed_and_is_the_only_one_of_it(tmp_path: Path) -> None:
    cohorts.keep(tmp_path, "Older", OLDER, AT)
    with pytest.raises(SameName):
        cohorts.keep(tmp_path, "older ", OLDER, AT)
    with pytest.raises(Unnamed):
        cohorts.keep(tmp_path, " ", OLDER, AT)
    with pytest.raises(NothingWanted):
        cohorts.keep(tmp_path, "all", (), AT)


def test_a_cohort_is_removed_once(tmp_path: Path) -> None:
    kept = cohorts.keep(tmp_path, "stays", OLDER, AT)
    gone = cohorts.keep(tmp_path, "goes", OLDER, AT)
    cohorts.remove(tmp_path, gone.id)
    assert cohorts.listed(tmp_path) == (kept,)
    with pytest.raises(NotThere):
        cohorts.remove(tmp_path, gone.id)


def test_a_damaged_file_is_set_aside(tmp_path: Path) -> None:
    (tmp_path / cohorts.FILE).write_bytes(b'[{"id": 3')
    assert cohorts.listed(tmp_path) == ()
    made = cohorts.keep(tmp_path, "new", OLDER, AT)
    assert cohorts.listed(tmp_path) == (made,)
    assert (tmp_path / "cohorts.json.damaged").read_bytes() == b'[{"id": 3'
