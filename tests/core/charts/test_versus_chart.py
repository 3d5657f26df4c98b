"""What the chart of a model beside others claims, and where its dots are."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.charts import versus
from core.charts.chart import Look
from core.evaluate.compare import Difference
from core.evaluate.versus import Versus
from core.text.phrases import phrases

LOOK = Look(phrases("en"))
BETTER = ("Forest", Difference("roc_auc", 0.92, 0.90, 0.02, 0.01, 0.03, 3083, 1))
WORSE = ("Ensemble", Difference("roc_auc", 0.92, 0.93, -0.01, -0.015, -0.005, 2000, 2))
OPEN = ("Tree", Difference("roc_auc", 0.92, 0.919, 0.001, -0.004, 0.006, 3083, 0))


def beside(*others: tuple[str, Difference], tried: int = 3) -> Versus:
    return Versus("Boosting", others, tried)


@pytest.mark.parametrize(
    ("others", "title"),
    [
        ((BETTER,), "Boosting is surely better than Forest"),
        ((WORSE,), "Boosting is surely worse than Ensemble"),
        ((OPEN,), "Boosting and 1 other: no difference is surely more than luck"),
        ((BETTER, WORSE, OPEN), "Boosting is surely better than 1 and surely worse than 1 of 3 "),
        ((), "These models were judged on different customers"),
    ],
)
def test_the_title_claims_what_is_sure(
    others: tuple[tuple[str, Difference], ...], title: str
) -> None:
    assert versus.draw(beside(*others), LOOK).title.startswith(title)


def test_each_difference_is_drawn_where_it_is_in_the_colour_of_its_verdict() -> None:
    figure = versus.draw(beside(BETTER, WORSE, OPEN), LOOK).figure
    drawn = {trace.name: (list(trace.x), trace.marker.color) for trace in figure.data}
    assert drawn == {
        "Surely better": ([0.02], versus.COLOURS[1]),
        "Surely worse": ([-0.01], versus.COLOURS[2]),
        "May be luck": ([0.001], versus.COLOURS[0]),
    }


def test_the_sentence_says_how_many_were_judged_and_the_table_how_well() -> None:
    drawing = versus.draw(beside(BETTER, WORSE, tried=4), LOOK)
    assert "2,000 held-out customers" in drawing.sentence  # those that all of them have
    assert "4 comparisons" in drawing.sentence
    assert list(drawing.table["Other model"]) == ["Forest", "Ensemble"]
    assert list(drawing.table["ROC AUC"]) == [0.90, 0.93]
    assert list(drawing.table["At least"]) == [0.01, -0.015]


def test_a_name_that_dresses_up_is_shown_as_it_is() -> None:
    hidden = replace(beside(BETTER), name="Boost\u202eing")
    assert "\u202e" not in versus.draw(hidden, LOOK).title
