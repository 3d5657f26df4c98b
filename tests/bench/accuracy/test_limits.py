"""Part of a bench: sets by name, the first folds, and options wherever they stand."""

from __future__ import annotations

import pytest

from bench.accuracy import limits
from bench.accuracy.limits import Limits, asked_for
from bench.accuracy.sets import FOLDS, REAL, Asked, Real

OWN = {"match": {"choices": ("mlp", "svm")}, "--minutes": {"type": float, "default": 10.0}}


def test_options_may_stand_between_names() -> None:
    for words in (
        "mlp --folds 2 telco bank",
        "--folds 2 mlp telco bank",
        "mlp telco bank --folds 2",
    ):
        said, wanted = asked_for("About.", OWN, words.split())
        assert (said.match, said.minutes) == ("mlp", 10.0)
        assert wanted == Limits(("telco", "bank"), 2)
    assert asked_for("About.", OWN, ["svm", "--minutes", "0.5"])[1] == Limits((), FOLDS)


@pytest.mark.parametrize("words", ["forest", "mlp --folds 0", "mlp --folds 6", "mlp --minutes x"])
def test_what_cannot_be_run_is_refused(words: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        asked_for("About.", OWN, words.split())
    assert words.rsplit(maxsplit=1)[-1] in capsys.readouterr().err


def test_sets_by_part_of_their_name_and_the_first_folds(
    monkeypatch: pytest.MonkeyPatch, apart: Asked
) -> None:
    class Table:
        def __init__(self, real: Real) -> None:
            opened.append(real.name)

        def __enter__(self) -> Asked:
            return apart

        def __exit__(self, *error: object) -> None:
            pass

    opened: list[str] = []
    monkeypatch.setattr(limits, "read", Table)
    found = list(Limits(("shoppers", "catsup"), 2).sets())
    assert opened == ["shoppers", "shoppers without PageValues", "catsup"]
    for each in found:
        assert len(each.folds) == 2
        for ours, all_ in zip(each.folds, apart.folds, strict=False):
            assert ours is all_
    opened.clear()
    assert [len(each.folds) for each in Limits().sets()] == [FOLDS] * len(REAL)
    assert opened == [real.name for real in REAL]
