"""Every question of a review: words, evidence before and after it was gathered, for every task."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path

import msgspec
import numpy as np
import pytest

from core.charts.chart import Look, chart
from core.data import shop
from core.data.infer import propose_outcome
from core.models.family import Task
from core.progress import silent
from core.questions import chances
from core.questions.known import known
from core.questions.question import Question, keys, questions
from core.questions.shown import as_frame
from core.review.better import against_rule
from core.review.calibrated import Calibrated
from core.review.piece import Drawn, Listed, Piece, Said
from core.review.review import Expected, Mark, Person, Way
from core.store import evidence, models, projects, reviews, tables
from core.store.meeting import meets
from core.tasks.evidence import gather
from core.tasks.models import train_model
from core.tasks.tables import bring
from core.text.phrases import phrases
from core.train.wish import Choices, wish
from tests.pages.conftest import SAMPLE

SAY = phrases()
ROWS = 1500  # lines of the sample
TARGETS = {
    Task.BINARY: "will_buy_again",
    Task.MULTICLASS: "next_category",
    Task.REGRESSION: "spend_next_60_days",
}


@pytest.fixture(scope="module", params=list(TARGETS))
def reviewed(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, str]:
    """A project with a model of that task whose evidence was gathered."""
    home = tmp_path_factory.mktemp("reviewed")
    few = home / SAMPLE.name
    few.write_text("".join(SAMPLE.read_text("utf-8").splitlines(keepends=True)[:ROWS]), "utf-8")
    made = bring(home=home, report=silent, file=str(few), name=few.name)
    folder, target = projects.folder(home, made["project"]), TARGETS[request.param]
    dataset = tables.load(folder, made["table"])
    column = dataset.schema[target]
    outcome = propose_outcome(column) if len(column.levels) == 2 else ""
    aimed = replace(dataset, schema=shop.aimed(dataset.schema, target))
    spec = wish(aimed, target, outcome, Choices(family="tree"))
    model = train_model(home, silent, made["project"], msgspec.to_builtins(spec))["model"]
    gather(home, silent, made["project"], model, ["gender", "age", "loyalty_tier"])
    return folder, model


def drawn(pieces: tuple[Piece, ...]) -> list[str]:
    """Every piece as it is shown; whatever has no words or cannot be drawn fails here."""
    told = []
    for piece in pieces:
        if isinstance(piece, Said):
            told.append(SAY(piece.key, **piece.facts))
        elif isinstance(piece, Drawn):
            made = chart(piece.chart).draw(piece.points, Look(SAY))
            told += [made.title, made.sentence]
        else:
            assert isinstance(piece, Listed)
            made_frame = as_frame(piece, SAY)
            assert len(made_frame) == len(piece.rows)
            told.append(SAY(piece.title))
    return told


def question(key: str) -> Question:
    return next(each for each in questions() if each.key == key)


def test_questions_have_words_and_an_order() -> None:
    assert len(keys()) == 9
    for each in questions():
        assert SAY(f"questions.{each.key}.title").endswith("?")
        assert SAY(f"questions.{each.key}.help")
    orders = [each.order for each in questions()]
    assert orders == sorted(set(orders))


def test_all_evidence_is_shown(reviewed: tuple[Path, str]) -> None:
    found = known(*reviewed)
    assert found.evidence.whole
    for each in questions():
        words = drawn(each.pieces(found, SAY))
        assert words
        if each.key not in ("people", "better", "future"):
            assert not any("gather the evidence" in text for text in words), words


def test_nothing_is_known_at_first(reviewed: tuple[Path, str]) -> None:
    folder, model = reviewed
    saved = models.load(models.place(folder, model))
    bare = replace(
        known(folder, model),
        dataset=None, findings=None, steps=(), hidden=(), reasons=None, quality=None,
        examined=type(known(folder, model).examined)(), evidence=evidence.Evidence(),
    )  # fmt: skip
    waiting = [" ".join(drawn(each.pieces(bare, SAY))) for each in questions()]
    assert sum("gather" in words.casefold() for words in waiting) >= 5
    assert saved.table_name in waiting[0]


def test_figures_are_those_of_the_evaluation(reviewed: tuple[Path, str]) -> None:
    found = known(*reviewed)
    own = next(p for p in question("better").pieces(found, SAY) if isinstance(p, Said))
    evaluation = found.saved.evaluation
    metric = {Task.BINARY: "roc_auc", Task.MULTICLASS: "macro_roc_auc", Task.REGRESSION: "r2"}
    score = evaluation[metric[evaluation.predictions.task]]
    assert (own.facts["value"], own.facts["low"], own.facts["high"]) == (
        score.value, score.low, score.high,
    )  # fmt: skip
    rivals = found.evidence.rivals
    assert rivals is not None
    assert {each.family for each in rivals} == {"baseline", "column"}
    for rival in rivals:
        assert rival.difference.first == pytest.approx(score.value)


def test_rows_that_stand_together_are_told(reviewed: tuple[Path, str]) -> None:
    found = known(*reviewed)
    predictions = found.saved.evaluation.predictions
    groups = np.arange(len(predictions.rows)) // 2
    grouped = replace(found.saved.evaluation, predictions=replace(predictions, groups=groups))
    told = " ".join(drawn(question("better").pieces(found, SAY)))
    assert "the intervals count groups" not in told
    again = replace(found, saved=replace(found.saved, evaluation=grouped))
    assert "the intervals count groups" in " ".join(drawn(question("better").pieces(again, SAY)))


def test_groups_are_counted_on_held_out_rows(reviewed: tuple[Path, str]) -> None:
    found = known(*reviewed)
    told = found.evidence.groups
    assert told is not None
    assert {each.column for each in told} == {"gender", "age", "loyalty_tier"}
    for groups in told:
        many = sum(group.rows for group in groups.groups) + groups.unknown
        assert many <= len(found.saved.model.held_out)
        assert all(group.rows >= 10 for group in groups.groups)


def test_marks_rules_and_judged_customers_are_evidence(reviewed: tuple[Path, str]) -> None:
    folder, model = reviewed
    found = known(folder, model)
    assert found.evidence.courses is not None
    column = found.evidence.courses[0].column
    reviews.marked(folder, model, column, Mark(Expected.WRONG, Way.RISES))
    words = " ".join(drawn(question("reasons").pieces(known(folder, model), SAY)))
    assert "Wrong: " in words
    assert f"rise with “{column}”" in words or f"rises with “{column}”" in words
    if found.saved.model.spec.task is Task.BINARY:
        rule = "orders >= 3 and newsletter is yes"
        inside = meets(folder, found.saved, rule)
        told = against_rule(found.saved.evaluation.predictions, inside)
        reviews.ruled(folder, model, rule, told, Person("Eve"))
        pieces = question("better").pieces(known(folder, model), SAY)
        facts = [p.facts for p in pieces if isinstance(p, Said) and p.facts.get("text") == rule]
        assert facts[0]["met"] == int(inside.sum())
        assert facts[0]["gap"] == told.gap


def test_evidence_survives_its_file(reviewed: tuple[Path, str]) -> None:
    folder, model = reviewed
    found = evidence.load(folder, model)
    again = msgspec.json.decode(msgspec.json.encode(found), type=type(found))
    assert again == found
    assert asdict(again)["whole"] is True


def test_other_columns_are_compared_anew(reviewed: tuple[Path, str]) -> None:
    folder, model = reviewed
    before = evidence.load(folder, model)
    gather(folder.parents[1], silent, folder.name, model, ["city"])
    after = evidence.load(folder, model)
    assert after.groups is not None
    assert [each.column for each in after.groups] == ["city"]
    assert after.errors == before.errors
    gather(folder.parents[1], silent, folder.name, model, list(before.compared))
    assert evidence.load(folder, model) == before


@pytest.mark.parametrize(
    ("p", "words"),
    [(0.0352, "test p = 0.035."), (1e-9, "test p < 0.001."), (0.001, "test p = 0.001.")],
)
def test_a_p_that_is_small_is_not_said_to_be_none(p: float, words: str) -> None:
    told = Calibrated(0.3, 0.3, 0.28, 0.32, 0.02, p, 400)
    said = chances._sure(told)
    assert isinstance(said, Said)
    assert words in SAY(said.key, **said.facts)
