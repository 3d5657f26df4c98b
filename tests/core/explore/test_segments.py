from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core.charts.segments import example, table
from core.explore.clusters import Clusters, Tried, Wish
from core.explore.relation import Measure
from core.explore.segments import Aim, Segments, described, hidden
from core.explore.trait_words import (
    answer_words,
    choice_words,
    clearest,
    named,
    numbered,
    told,
    tried,
)
from core.schema import Column, Kind, Schema
from core.text.phrases import phrases

SAY = phrases()
VISITS, CITY = Column("visits", Kind.NUMBER), Column("city", Kind.CATEGORY)
BUYS = Column("buys", Kind.BOOLEAN, levels=("no", "yes"))
SPEND = Column("spend", Kind.NUMBER)
NEXT = Column("next", Kind.CATEGORY, levels=("a", "b", "c"))
SCHEMA = Schema((VISITS, CITY, BUYS, SPEND, NEXT))


def customers() -> tuple[pd.DataFrame, np.ndarray]:
    """60 of segment 0 with few visits, 40 of segment 1 with many; one answer is not known."""
    labels = np.repeat([0, 1], [60, 40])
    found = pd.DataFrame(
        {
            "visits": np.where(labels == 0, 1.0, 9.0) + np.arange(100) % 3,
            "city": np.where(labels == 0, "Wien", "Oslo").astype(object),
            "buys": np.array(["no"] * 54 + ["yes"] * 6 + ["yes"] * 30 + ["no"] * 10, dtype=object),
            "spend": np.where(labels == 0, 2.0, 8.0) + np.arange(100) % 2,
            "next": np.array(["a"] * 60 + ["b"] * 30 + ["c"] * 10, dtype=object),
        }
    )
    found.loc[99, "buys"] = None
    return found, labels


def of(target: str, outcome: str = "", wish: Wish | None = None) -> Segments:
    found, labels = customers()
    best = Tried(2, 0.6, 0.9, 40)
    clusters = Clusters(labels, best, (best,), 100)
    aim = Aim(target, outcome, (VISITS, CITY))
    return described(found, SCHEMA, aim, (wish or Wish(), clusters))


def wilson(hits: int, rows: int) -> tuple[float, float]:
    z = 1.959963984540054
    middle = (hits + z * z / 2) / (rows + z * z)
    half = z * math.sqrt(hits * (rows - hits) / rows + z * z / 4) / (rows + z * z)
    return middle - half, middle + half


def test_what_segments_answer_has_its_interval_and_count() -> None:
    found = of("buys", "yes")
    first, second = found.answers
    assert first is not None
    assert second is not None
    assert (first.rows, second.rows) == (60, 39)
    assert (first.values, second.values) == ((0.1,), (pytest.approx(30 / 39),))
    assert (second.lows[0], second.highs[0]) == pytest.approx(wilson(30, 39))
    assert found.overall == (pytest.approx(36 / 99),)
    assert found.sizes == (60, 40)


def test_a_number_and_several_classes_are_answers_too() -> None:
    spent, chosen = of("spend"), of("next")
    assert spent.measure is Measure.MEAN
    assert spent.answers[1] is not None
    assert spent.answers[1].values == (8.5,)
    assert answer_words(spent, 1, SAY).startswith("Average spend: 8.50 (")
    assert chosen.answers[1] is not None
    assert chosen.answers[1].values == (0.0, 0.75, 0.25)
    assert answer_words(chosen, 0, SAY).startswith("next is a for 100.0% (")


def test_a_segment_is_said_in_words() -> None:
    found = of("buys", "yes")
    assert numbered(1, SAY) == "Segment 2"
    assert named(found, 1, SAY) == "high visits, city “Oslo”"
    assert told(found, 0, SAY) == (
        "visits is lower: 2 in the middle, 10 among the others",
        "city is “Oslo” for only 0.0%, 100.0% of the others",
    )
    assert answer_words(found, 0, SAY) == (
        "buys is “yes” for 10.0% (4.7% to 20.1%) of 60 customers with a known answer;"
        " 36.4% overall."
    )
    assert [trait.column for trait in clearest(found, 1)] == ["visits", "city"]


def test_a_rule_stands_for_each_segment() -> None:
    found = of("buys", "yes")
    assert all(rule is not None and rule.precision == rule.recall == 1.0 for rule in found.rules)


def test_why_so_many_is_said() -> None:
    by_choice, asked = of("spend"), of("spend", wish=Wish(segments=2))
    assert choice_words(by_choice, SAY)[0].startswith("2 segments: the highest silhouette (0.600)")
    assert choice_words(by_choice, SAY)[1].endswith("lie clearly apart.")
    assert choice_words(asked, SAY)[0].startswith("2 segments, as you asked.")
    shaky = replace(by_choice, chosen=Tried(2, 0.1, 0.4, 40))
    assert "not" in choice_words(shaky, SAY)[0] or "no number" in choice_words(shaky, SAY)[0]
    assert tried(by_choice, SAY).shape == (1, 4)


def test_segments_of_too_few_are_hidden_with_one_more() -> None:
    shown = example()
    assert shown.sizes == (160, 130, 4)
    assert hidden(shown) == {1, 2}  # with the total one gap could be worked out
    assert hidden(of("spend")) == frozenset()
    numbers = table(shown, SAY)
    assert numbers.iloc[1:, 1:].isna().all(axis=None)
    assert numbers.iloc[0, 1:].notna().all()


def test_the_table_gives_the_figures_of_each_segment() -> None:
    numbers = table(of("buys", "yes"), SAY)
    assert list(numbers["Segment"]) == ["Segment 1", "Segment 2"]
    assert list(numbers["Customers"]) == [60.0, 40.0]
    assert list(numbers["Share (%)"]) == [60.0, 40.0]
    assert list(numbers["visits"]) == [2.0, 10.0]
    assert numbers["city: Oslo"].tolist() == [0.0, 100.0]
