"""Nothing of a single customer leaves: no canary, no answer of few, no dot that can be found."""

from __future__ import annotations

import html as entities
import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.charts import beeswarm, predicted_actual, waterfall
from core.charts.effects import example_explanation
from core.charts.plane import example_models
from core.data.dataset import Dataset, Note, Provenance
from core.data.finding import Finding, Severity
from core.models.family import Task
from core.predict import Predictions
from core.report import html, machine, people
from core.report.report import Report
from core.review.piece import Drawn, Said
from core.schema import Column, Kind, Mask, Role, Schema
from core.text.phrases import phrases
from tests.core.report.made import RARE, Made

SAY = phrases("en")
PSEUDONYM = re.compile(r"\bp[a-z2-7]{12}\b")


def plain(content: bytes) -> str:
    """All that a file says, whatever it is escaped by."""
    text = entities.unescape(content.decode("utf-8"))
    return re.sub(r"\\u([0-9a-f]{4})", lambda m: chr(int(m[1], 16)), text)


@pytest.mark.parametrize("task", Task)
def test_no_cell_that_tells_a_customer_is_in_it(
    finished: Made, reports: dict[Task, Report], task: Task
) -> None:
    canaries = finished.canaries()
    assert len(canaries) > 3000
    plotly = str(html._plotly())
    for content in (html.page(reports[task]), machine.written(reports[task])):
        text = plain(content).replace(plain(plotly.encode()), "")
        assert len(text) < 3_000_000
        assert [each for each in canaries if each in text] == []
        assert PSEUDONYM.findall(text) == []


def test_the_search_for_canaries_finds_them(finished: Made) -> None:
    canary = finished.canaries()[0]
    assert canary in plain(json.dumps({"a": canary}).encode())
    assert canary in plain(entities.escape(canary).encode())


def test_an_answer_of_few_is_not_named(reports: dict[Task, Report]) -> None:
    for content in (
        html.page(reports[Task.MULTICLASS]),
        machine.written(reports[Task.MULTICLASS]),
    ):
        text = plain(content)
        assert RARE not in text
        assert "fewer than 10 customers (1)" in text
        assert "식품" in text


def test_small_classes_lose_their_names_and_figures_stay() -> None:
    truth = np.array([0] * 12 + [1] * 9 + [2] * 10 + [3])
    scores = np.eye(4)[truth]
    rows = np.arange(32) + 500
    given = Predictions(Task.MULTICLASS, "t", ("a", "b", "c", "d"), rows, scores, truth)
    found = people.unnamed(given, SAY)
    few = "fewer than 10 customers"
    assert found.classes == ("a", f"{few} (1)", "c", f"{few} (2)")
    assert found.rows.tolist() == list(range(32))
    assert found.scores is scores


@pytest.fixture
def dataset() -> Dataset:
    columns = (
        Column("city", Kind.CATEGORY, levels=("x", "y")),
        Column("mail", Kind.TEXT, Role.IGNORED, mask=Mask.DOMAIN),
    )
    return Dataset("0" * 16, "t", Path("/nowhere"), Schema(columns), 90, Provenance("t", 1, "csv"))


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (Finding("copies", "city", 5, "mail", Severity.WARN), "mail"),
        (Finding("bad_cells", "city", 50, "Kim", Severity.WARN), "not shown here"),
        (Finding("future", "city", 50, "2099-01-01", Severity.NOTE), "not shown here"),
        (Finding("sentinel", "city", 50, "-1", Severity.NOTE), "not shown here"),
        (Finding("constant", "city", 90, "x", Severity.NOTE), "x"),
        (Finding("rare_class", "city", 9, "x", Severity.NOTE), "fewer than 10 customers"),
        (Finding("rare_class", "city", 10, "x", Severity.NOTE), "x"),
        (Finding("rare_class", "mail", 10, "@x", Severity.NOTE), "not shown here"),
        (Finding("rare_class", "city", 4, "yes", Severity.NOTE), "yes"),
        (Finding("gives_away", "city", 90, "0.99", Severity.STOP), "0.99"),
        (Finding("near_people", "city", 90, "", Severity.STOP), ""),
    ],
)
def test_an_example_is_said_only_where_it_tells_nobody(
    dataset: Dataset, found: Finding, said: str
) -> None:
    sayable = frozenset((*dataset.schema.names, "yes"))
    facts = people.finding_facts(found, dataset, sayable, SAY)
    assert facts["example"] == said
    assert "remedies" not in facts


def test_a_note_shows_names_of_columns_only() -> None:
    sayable = frozenset({"city"})
    assert people.note_facts(Note("a", 1, "city"), sayable, SAY)["example"] == "city"
    assert people.note_facts(Note("a", 1, "Kim"), sayable, SAY)["example"] == "not shown here"
    assert people.note_facts(Note("a", 1), sayable, SAY)["example"] == ""


def test_dots_of_amounts_are_in_an_order_of_their_own_and_short() -> None:
    points = predicted_actual.points(example_models(Task.REGRESSION, models=1))
    shared = people.shared(Drawn("predicted_actual", points), SAY)
    assert isinstance(shared, Drawn)
    rest = shared.points.lines[0].rest  # type: ignore[attr-defined]
    before = points.lines[0].rest
    assert rest.rows.tolist() == list(range(len(before.rows)))
    assert (np.diff(rest.predicted) >= 0).all()
    order = np.lexsort((before.actual, before.predicted))
    assert rest.actual == pytest.approx(before.actual[order], rel=0.005)
    assert all(len(f"{value:.6g}".replace(".", "").strip("0")) <= 3 for value in rest.actual)
    assert rest.bins == before.bins


def test_short_amounts() -> None:
    given = [0.0, -12345.678, 0.0123456, 999.6, 1.0]
    assert people._short(given).tolist() == pytest.approx([0, -12300, 0.0123, 1000, 1])


def test_a_customers_reasons_cannot_be_put_together_again() -> None:
    points = beeswarm.points(example_explanation())
    shared = people.shared(Drawn("beeswarm", points), SAY)
    assert isinstance(shared, Drawn)
    for now, before in zip(shared.points.swarms, points.swarms, strict=True):  # type: ignore[attr-defined]
        assert now.effects.tolist() == sorted(before.effects.tolist())
        assert set(now.values.dropna()) <= {"not shown here"}
        assert now.values.isna().sum() == before.values.isna().sum()
        if before.ranks is not None:
            pairs = zip(now.effects, np.nan_to_num(now.ranks, nan=-1), strict=True)
            known = zip(before.effects, np.nan_to_num(before.ranks, nan=-1), strict=True)
            assert sorted(pairs) == sorted(known)


def test_a_chart_of_one_customer_is_left_out_and_said() -> None:
    assert people.shared(Drawn("waterfall", waterfall.example()), SAY) == Said(
        "report.hidden.chart"
    )


def test_every_chart_that_may_leave_is_one() -> None:
    from core.charts.chart import charts

    assert set(charts()) >= people.OF_MANY | people.OF_DOTS


def test_no_row_number_of_the_table_is_in_it(finished: Made, reports: dict[Task, Report]) -> None:
    rows = pd.read_parquet(
        finished.folder / "models" / finished.models[Task.REGRESSION] / "held_out.parquet"
    )["row"].tolist()
    points = next(
        piece.points
        for chapter in reports[Task.REGRESSION].chapters
        for piece in chapter.pieces
        if isinstance(piece, Drawn) and piece.chart == "residuals"
    )
    assert points.lines[0].rest.rows.tolist() != sorted(rows)  # type: ignore[attr-defined]
    assert reports[Task.REGRESSION].known.evaluation.predictions.rows.tolist() == list(
        range(len(rows))
    )
