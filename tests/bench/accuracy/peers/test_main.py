"""The figures of a match: means of folds, how far behind, and peers that are not to be had."""

from __future__ import annotations

import json

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from bench.accuracy.limits import Limits
from bench.accuracy.peers import __main__ as peers
from bench.accuracy.peers import installed
from bench.accuracy.peers.__main__ import compared, figures
from bench.accuracy.peers.matches import Answers, Match
from bench.accuracy.sets import Asked, Fold
from core.models.family import Task


def said(seed: int, of: str) -> Answers:
    return {of: np.random.default_rng(seed).random(1000)}


def ours(asked: Asked, fold: Fold) -> Answers:
    return {
        "good": asked.y[fold[1]] + said(0, "x")["x"][fold[1]],
        "bad": said(1, "x")["x"][fold[1]],
    }


def theirs(asked: Asked, fold: Fold) -> Answers:
    return {name: said(seed, name)[name][fold[1]] for seed, name in ((2, "one"), (3, "two"))}


MATCH = Match(ours, theirs, "bad", {Task.BINARY: 0.003})


def test_the_judged_one_is_held_against_the_best_of_theirs(
    apart: Asked, capsys: pytest.CaptureFixture[str]
) -> None:
    def aucs(seed: int) -> list[float]:
        chances = np.random.default_rng(seed).random(1000)
        return [roc_auc_score(apart.y[judge], chances[judge]) for _, judge in apart.folds]

    behind, facts = compared(apart, MATCH)
    best = max((aucs(2), aucs(3)), key=np.mean)
    each = np.subtract(best, aucs(1))
    assert behind == pytest.approx(each.mean())
    assert facts["each"] == pytest.approx(each, abs=1e-4)
    assert facts["ours"] == {"good": 1.0, "bad": pytest.approx(np.mean(aucs(1)), abs=1e-4)}
    assert facts["theirs"]["one"] == pytest.approx(np.mean(aucs(2)), abs=1e-4)  # type: ignore[index]
    assert len(capsys.readouterr().err.splitlines()) == len(apart.folds)


def test_a_line_a_set(apart: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(peers.MATCHES, "mlp", lambda seconds: MATCH)
    monkeypatch.setattr(Limits, "sets", lambda self: iter([apart]))
    (line,) = figures("mlp", 1.0, Limits())
    assert (line["name"], line["goal"], line["rows"]) == ("accuracy.mlp.apart", 0.003, 120)
    assert line["ok"] == (line["value"] <= 0.003)
    json.dumps(line)


@pytest.mark.parametrize("match", ["automl", "mlp"])
def test_peers_that_cannot_be_installed_are_told_of(
    match: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(installed, "kept", lambda *packages: None)
    (line,) = figures(match, 1.0, Limits())
    assert line["ok"]
    assert "cannot be installed" in str(line["missing"])
