"""Whatever the store may hold has its words, and every kind of model its report."""

from __future__ import annotations

import math
from dataclasses import replace

import msgspec
import numpy as np
import pytest

from core.data.privacy.headers import Sort
from core.evaluate.evaluation import Score
from core.evaluate.metric import Better
from core.models.family import Task, families
from core.progress import silent
from core.report import html, machine
from core.report.report import Report, report
from core.report.sections.figures import SECTION
from core.review.piece import Said
from core.schema import Kind, Mask
from core.store import models, tables
from core.store.trail import What
from core.tasks.models import train_model
from core.text.phrases import phrases
from core.train.spec import SplitKind
from core.train.wish import Choices, wish
from tests.core.report.conftest import AT
from tests.core.report.made import QUESTIONS, YES, Made
from tests.core.report.reader import Read

SAY = phrases("en")


@pytest.mark.parametrize(
    "key",
    [
        *(f"models.{key}.{name}" for key in families() for name in ("name", "about")),
        *(f"report.question.split.{kind}" for kind in SplitKind),
        *(f"report.data.kind.{kind}" for kind in Kind),
        *(f"privacy.mask.{mask}" for mask in Mask if mask),
        *(f"privacy.sort.{sort}" for sort in (*Sort, "chosen")),
        *(f"report.trail.what.{what}" for what in What),
        *(f"report.asked.{task}" for task in Task),
        *(f"report.figures.{better}" for better in Better),
    ],
)
def test_it_has_words(key: str) -> None:
    assert key in SAY


@pytest.mark.parametrize("family", ["linear", "tree", "bayes", "svm", "boosting", "baseline"])
def test_every_kind_of_model_has_a_report(made: Made, family: str) -> None:
    dataset = tables.load(made.folder, made.table)
    spec = wish(dataset, QUESTIONS[Task.BINARY], YES, Choices())
    spec = replace(spec, family=family, params={})
    plain = msgspec.to_builtins(spec)
    model = train_model(made.home, silent, made.project, plain)["model"]
    found = report(made.folder, model, "en", AT)
    assert SAY(f"models.{family}.name") in Read(html.page(found)).words
    assert machine.made(found).method.family == family


def test_a_yardstick_is_not_compared_with_itself(made: Made) -> None:
    baseline = next(e for e in models.board(made.folder)[0] if e.spec.family == "baseline")
    found = report(made.folder, baseline.id, "en", AT)
    keys = [p.key for c in found.chapters for p in c.pieces if isinstance(p, Said)]
    assert not [key for key in keys if key.startswith("report.figures.baseline")]


def test_models_judged_by_others_are_told_apart(made: Made) -> None:
    spec = next(e.spec for e in models.board(made.folder)[0] if e.id == made.models[Task.BINARY])
    other = replace(spec, seed=7)
    train_model(made.home, silent, made.project, msgspec.to_builtins(other))
    found = report(made.folder, spec.id, "en", AT)
    same = {rival.entry.id: rival.same for rival in found.known.rivals}
    assert same[other.id] is False
    assert list(same.values()) == sorted(same.values(), reverse=True)
    assert SAY("report.figures.other") in Read(html.page(found)).words


def test_rows_that_stand_together_are_told(reports: dict[Task, Report]) -> None:
    known = reports[Task.BINARY].known
    found = known.evaluation.predictions
    groups = np.arange(len(found.rows)) // 5
    grouped = replace(known.evaluation, predictions=replace(found, groups=groups))
    for each, said in ((known, False), (replace(known, evaluation=grouped), True)):
        told = [p for p in SECTION.chapters(each)[0].pieces if isinstance(p, Said)]
        units = [p.facts["units"] for p in told if p.key == "evaluate.held_out.together"]
        assert units == ([-(-len(found.rows) // 5)] if said else [])


def test_what_is_not_defined_is_said(reports: dict[Task, Report]) -> None:
    known = reports[Task.BINARY].known
    nothing = Score("roc_auc", math.nan, math.nan, math.nan)
    scores = (nothing, *(s for s in known.evaluation.scores if s.metric != "roc_auc"))
    holed = replace(known, evaluation=replace(known.evaluation, scores=scores))
    pieces = SECTION.chapters(holed)[0].pieces
    said = [SAY(piece.key, **piece.facts) for piece in pieces if isinstance(piece, Said)]
    metric, why = SAY("evaluate.metric.roc_auc.name"), SAY("evaluate.undefined.one_class")
    assert f"{metric}: {why}" in said
    assert not [each for each in said if "nan" in each.split()]
    before = [p.key for p in reports[Task.BINARY].chapters[5].pieces if isinstance(p, Said)]
    assert "report.figures.undefined" not in before
