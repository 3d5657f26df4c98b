"""The figures of a match: means of folds, how far behind, and peers that are not to be had."""

from __future__ import annotations

import json

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from bench.accuracy.apart import apart as interval
from bench.accuracy.limits import Limits
from bench.accuracy.peers import installed
from bench.accuracy.peers.__main__ import compared, figures
from bench.accuracy.peers.matches import MATCHES, Answers, Match, peers
from bench.accuracy.rivals import RIVALS
from bench.accuracy.sets import Asked, Fold
from core.models.family import Floats, Task


def chances(seed: int) -> Floats:
    return np.random.default_rng(seed).random(120)


def aucs(asked: Asked, seed: int) -> list[float]:
    return [roc_auc_score(asked.y[judge], chances(seed)[judge]) for _, judge in asked.folds]


def ours(asked: Asked, fold: Fold, seconds: float = 0.0) -> Answers:
    judge = fold[1]
    return {"good": asked.y[judge] + 0.9 * chances(0)[judge], "bad": chances(1)[judge] + seconds}


def one(asked: Asked, fold: Fold) -> Floats:
    return chances(2)[fold[1]]


def two(asked: Asked, fold: Fold) -> Floats:
    return chances(3)[fold[1]]


def _bad(asked: Asked, fold: Fold) -> Floats:
    return ours(asked, fold)["bad"]


MATCH = Match(ours, "bad", {Task.BINARY: 0.003}, {"one": one, "two": two})


def test_the_judged_one_is_held_against_the_best_of_theirs(
    apart: Asked, capsys: pytest.CaptureFixture[str]
) -> None:
    behind, facts = compared(
        apart, "bad", ours, lambda *given: {"one": one(*given), "two": two(*given)}
    )
    each = np.subtract(max((aucs(apart, 2), aucs(apart, 3)), key=np.mean), aucs(apart, 1))
    assert behind == pytest.approx(each.mean())
    assert facts["each"] == pytest.approx(each, abs=1e-4)
    best = one if np.mean(aucs(apart, 2)) > np.mean(aucs(apart, 3)) else two
    sides = [[say(apart, fold) for fold in apart.folds] for say in (best, _bad)]
    assert facts["within"] == pytest.approx(interval(apart, *sides), abs=1e-4)
    mean = {seed: pytest.approx(np.mean(aucs(apart, seed)), abs=1e-4) for seed in (1, 2, 3)}
    assert facts["ours"] == {"good": 1.0, "bad": mean[1]}
    assert facts["theirs"] == {"one": mean[2], "two": mean[3]}
    assert len(capsys.readouterr().err.splitlines()) == len(apart.folds)


def test_a_line_a_set(apart: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(MATCHES, "svm", MATCH)
    monkeypatch.setattr(Limits, "sets", lambda self: iter([apart]))
    (line,) = figures("svm", 1.0, ("one",), Limits())
    assert (line["name"], line["goal"], line["rows"]) == ("accuracy.svm.apart", 0.003, 120)
    behind = np.mean(aucs(apart, 2)) - np.mean(aucs(apart, 1))
    assert line["value"] == pytest.approx(behind, abs=1e-3)
    assert line["ok"] == (behind <= 0.003)
    assert set(line["theirs"]) == {"one"}  # type: ignore[call-overload]
    assert "minutes" not in line
    json.dumps(line)


def test_all_peers_of_a_match_or_those_that_are_named() -> None:
    search = MATCHES["automl"]
    assert search.against(()) == ("mljar", *RIVALS)
    assert search.against(("boosting", "mljar")) == ("mljar", "boosting")
    named = search.against(("boosting", "svm"))
    assert peers(search, named, 0.0) == {"boosting": RIVALS["boosting"], "svm": RIVALS["svm"]}
    assert MATCHES["mlp"].against(("tabm",)) == ("tabm",)
    with pytest.raises(SystemExit, match=r"“tabn” is no peer here. There are: realmlp, tabm\."):
        next(figures("mlp", 1.0, ("tabm", "tabn"), Limits()))


@pytest.mark.parametrize(("match", "against"), [("automl", ()), ("mlp", ("tabm",))])
def test_peers_that_are_not_to_be_had_are_told_of(
    match: str, against: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(installed, "kept", lambda *packages: None)
    (line,) = figures(match, 1.0, against, Limits())
    assert line["ok"]
    assert "cannot be installed" in str(line["missing"])
