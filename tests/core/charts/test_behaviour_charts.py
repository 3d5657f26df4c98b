"""What the charts of a history show and say, by hand and at their edges."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.behaviour.pictures import intervals as gaps
from core.behaviour.pictures import retention as kept
from core.behaviour.pictures import rfm as scores
from core.behaviour.pictures.few import without_few
from core.behaviour.pictures.funnel import Funnel, Step, Steps
from core.behaviour.pictures.funnel import funnel as steps_of
from core.behaviour.pictures.life import life as life_of
from core.behaviour.pictures.repeats import repeats as curves_of
from core.behaviour.pictures.transitions import Between, Transitions
from core.behaviour.pictures.transitions import transitions as transitions_of
from core.behaviour.pictures.windows import volume
from core.behaviour.pictures.windows import windows as windows_of
from core.behaviour.question import Asks, Question
from core.behaviour.recorded import DAY
from core.charts import funnel, intervals, life, repeats, retention, rfm, transitions, windows
from core.charts.chart import Look
from core.charts.times import clock, dated, lasting
from core.text.phrases import phrases
from tests.core.behaviour.logs import event, shop, write

SAY = phrases("en")
LOOK = Look(SAY)
NOTHING = float("nan")


def test_time_is_said_in_the_unit_that_suits() -> None:
    said = [lasting(days, SAY) for days in (40, 1.62, 1, 0.25, 1 / 1440, 0.0005, NOTHING)]
    assert said == ["40 days", "1.6 days", "1 day", "6 hours", "1 minute", "43 seconds", "–"]
    assert (dated(DAY + 5), clock(DAY + 61_000)) == ("1970-01-02", "1970-01-02 00:01:01")


def test_a_funnel_names_its_largest_loss() -> None:
    drawing = funnel.draw(funnel.example(), LOOK)
    assert drawing.title == (
        "2,762 of 4,812 customers stop after “view”: the largest loss on the way to “order”"
    )
    assert drawing.sentence == (
        "1,007 of 4,812 customers (20.9%) take every step in this order, within 7 days of the "
        "first step. Other events may lie between. Half of those who get to “order” do so within "
        "1.6 days of “checkout”."
    )
    bars = drawing.figure.data[0]
    assert list(bars.x) == [4812, 2050, 1266, 1007]
    assert list(bars.text) == [
        "4,812", "2,050 · 42.6% of the step before", "1,266 · 61.8% of the step before",
        "1,007 · 79.5% of the step before",
    ]  # fmt: skip
    assert drawing.table["Of the first step (%)"].tolist() == [100, 42.6, 26.31, 20.93]


def test_a_funnel_of_few_of_one_step_and_of_none() -> None:
    few = without_few(Funnel((Step("a", 100, NOTHING), Step("b", 40, 1), Step("c", 3, 1)), None))
    drawing = funnel.draw(few, LOOK)
    assert list(drawing.figure.data[0].text) == ["100", "few", "few"]
    assert drawing.sentence.startswith("Figures of 2 groups of fewer than 10 customers")
    assert drawing.table["Customers"].isna().tolist() == [False, True, True]
    one = funnel.draw(Funnel((Step("a", 100, NOTHING),), None), LOOK)
    assert one.title == "100 customers did “a”"
    even = Funnel((Step("a", 9, NOTHING), Step("b", 9, 0.5)), None)
    assert funnel.draw(even, LOOK).title == "Every customer who begins gets to “b”"
    assert funnel.draw(Funnel((), 7), LOOK).title == "Nobody took these steps"


def test_retention_shows_shares_with_counts_and_hides_few() -> None:
    shown = retention.example()
    drawing = retention.draw(shown, LOOK)
    bought, size = np.nansum(shown.bought[:6, 0]), sum(shown.sizes[:6])
    assert drawing.title.startswith(
        f"{100 * bought / size:.1f}% of first-time buyers buy again in the month after ("
    )
    cells, figures = drawing.figure.data
    assert np.array(cells.z).shape == (9, 7)
    assert f"{100 * shown.bought[0, 0] / 412:.1f}%<br>{shown.bought[0, 0]:.0f}" in figures.text
    assert list(figures.text).count("few") == 2
    assert "2 cells are marked “few”" in drawing.sentence
    assert "2 earlier ones are left out" in drawing.sentence
    assert len(drawing.table) == np.isfinite(shown.bought).sum()
    first = drawing.table.iloc[0].tolist()
    assert first[:4] == ["2025-01", 412, 1, shown.bought[0, 0]]
    assert first[5] < first[4] < first[6]


def test_many_weeks_are_drawn_without_figures_and_an_empty_log_says_so() -> None:
    weeks = tuple(7 * DAY * week for week in range(20))
    bought = np.full((20, 19), 12.0)
    shown = kept.Retention(kept.Every.WEEK, weeks, (100,) * 20, bought, bought < 0)
    drawing = retention.draw(shown, LOOK)
    assert [trace.type for trace in drawing.figure.data] == ["heatmap"]
    none = replace(
        shown, starts=(), sizes=(), bought=np.zeros((0, 0)), hidden=np.zeros((0, 0), bool)
    )
    empty = retention.draw(none, LOOK)
    assert empty.title == "The log does not show a whole week after a first purchase"
    assert "nan" not in empty.sentence


def test_rfm_names_the_segment_that_pays_most() -> None:
    shown = rfm.example()
    drawing = rfm.draw(shown, LOOK)
    loyal = shown.of(scores.Segment.LOYAL)
    share = 100 * sum(g.customers for g in loyal) / shown.customers
    assert drawing.title.startswith(f"Loyal: {share:.1f}% of the customers, ")
    assert "from 2024-11-01 to 2025-10-31" in drawing.sentence
    assert "bought from 2025-11-01 to 2025-12-30" in drawing.sentence
    row = drawing.table.set_index("Segment").loc["Loyal"]
    bought = sum(g.bought for g in loyal) / sum(g.customers for g in loyal)
    assert row["Rule"] == "recency 3 or 4, frequency 4 or 5"
    assert row["Bought after the cutoff (%)"] == round(100 * bought, 2)
    assert row["95% from"] < row["Bought after the cutoff (%)"] < row["95% to"]
    assert drawing.table["Customers"].sum() == shown.customers
    labels = list(drawing.figure.layout.yaxis.ticktext)
    assert labels == ["1 · 1", "2 · none", "3 · 2", "4 · 3 to 4", "5 · 5 to 31"]


def test_rfm_without_a_question_or_amounts_or_anybody() -> None:
    shown = replace(rfm.example(), window=None, money=True)
    bare = replace(shown, groups=tuple(replace(g, revenue=0.0) for g in shown.groups))
    drawing = rfm.draw(bare, LOOK)
    assert "after the cutoff" not in drawing.title
    assert "nan" not in drawing.title
    assert "Bought after the cutoff (%)" not in drawing.table
    assert drawing.table["Rule"][0] == "recency 5, frequency and money 4 or 5"
    nobody = rfm.draw(replace(shown, groups=()), LOOK)
    assert nobody.title == "Nobody bought in this time"


def test_intervals_are_said_and_binned() -> None:
    days, purchases = np.array([1, 2, 3, 50, 400]), np.array([40, 30, 10, 19, 1])
    shown = gaps.Intervals(days, purchases, 100, 40, 500)
    drawing = intervals.draw(shown, LOOK)
    assert drawing.title == (
        "80% of repeat purchases come within 3 days of the one before, half within 2 days"
    )
    assert "An outcome window of 7 days" in drawing.sentence
    assert "1 longer gaps, up to 400 days, are not drawn." in drawing.sentence
    step, heights = intervals.bars(shown)
    assert (step, heights[[0, 1, 2, 49]].tolist(), heights.sum()) == (1, [40, 30, 10, 19], 99)
    wide = gaps.Intervals(np.arange(1, 301), np.ones(300, np.int64), 100, 40, 500)
    step, heights = intervals.bars(wide)
    assert (step, set(heights.tolist())) == (5, {5.0})
    nothing = np.zeros(0, np.int64)
    empty = intervals.draw(gaps.Intervals(nothing, nothing, 3, 0, 500), LOOK)
    assert empty.title == "Nobody bought twice"


def test_repeat_curves_are_said_with_their_interval() -> None:
    shown = repeats.example()
    drawing = repeats.draw(shown, LOOK)
    share, low, high = shown.curves[0].within(90)
    assert drawing.title.startswith(
        f"{100 * share:.1f}% of first-time buyers buy again within 90 days "
        f"({100 * low:.1f}% to {100 * high:.1f}%), "
    )
    table = drawing.table
    row = table[(table["Purchase"] == "3rd purchase") & (table["Within (days)"] == 180)].iloc[0]
    assert row["Share (%)"] == round(100 * shown.curves[1].within(180)[0], 2)
    assert all(len(trace.x) <= repeats.POINTS_AT_MOST for trace in drawing.figure.data)


def test_transitions_name_the_most_frequent_change() -> None:
    counts = np.array([[50, 10, 0], [30, 5, 1], [0, 90, 9]])
    shown = Transitions(Between.KINDS, ("view", "cart"), 3, counts, counts // 2, 20, True)
    drawing = transitions.draw(shown, LOOK)
    assert drawing.title == "After “cart”, “view” is next in 83.3% of the steps"
    assert drawing.sentence == (
        "195 steps of 20 customers from one event to the next. 28.2% of all steps lead to the same "
        "again."
    )
    link = drawing.figure.data[0].link
    assert sum(link.value) == 195
    assert min(link.target) == 3
    assert drawing.table.iloc[0].tolist() == ["other (3 rarer words)", "cart", 90, 45, 90.91]
    none = np.zeros((0, 0), np.int64)
    nothing = Transitions(Between.KINDS, (), 0, none, none, 0, False)
    assert transitions.draw(nothing, LOOK).title == "Nothing follows anything here"


def test_a_life_says_what_lies_where() -> None:
    shown = life.example()
    drawing = life.draw(shown, LOOK)
    assert f"{shown.bought} purchases in {shown.all} events" in drawing.title
    assert "blue lookback (2025-05-05 to 2025-10-31)" in drawing.sentence
    assert "(2025-11-08 to 2025-12-07): " in drawing.sentence
    assert f"The latest {len(shown.happenings)} of {shown.all} events" in drawing.sentence
    assert len(drawing.table) == len(shown.happenings)
    assert drawing.table["Time (UTC)"].is_monotonic_decreasing
    nobody = life.draw(replace(shown, happenings=(), all=0, bought=0), LOOK)
    assert "has no events in this log" in nobody.title
    free = life.draw(replace(shown, window=None), LOOK)
    assert " to " in free.title
    early = replace(shown.window, cutoff=DAY) if shown.window else None
    assert "did nothing before the cutoff" in life.draw(replace(shown, window=early), LOOK).title


def test_windows_say_what_lies_in_them() -> None:
    shown = windows.example()
    drawing = windows.draw(shown, LOOK)
    newest = shown.newest
    assert newest is not None
    events, _ = shown.volume.between(newest.since, newest.cutoff)
    _, purchases = shown.volume.between(newest.begin, newest.end)
    assert drawing.title == (
        f"The 180 days before 2025-11-01 hold {events:,} events, the outcome window "
        f"{purchases:,} purchases"
    )
    assert drawing.table["Events"].sum() == shown.volume.events.sum()
    assert len(drawing.figure.layout.shapes) == 3
    late = replace(newest, since=newest.since - 400 * DAY, end=newest.end + 60 * DAY)
    said = windows.draw(replace(shown, windows=(late,)), LOOK).sentence
    assert "The lookback begins 276 days before the log does." in said
    assert "The outcome window ends 36 days after the log does" in said
    bare = windows.draw(replace(shown, windows=()), LOOK)
    assert bare.title.endswith("from 2025-01-01 to 2025-12-31")
    many = replace(shown, windows=shown.windows * 6)
    assert "The 12 latest of 18 cutoffs" in windows.draw(many, LOOK).sentence


@pytest.mark.parametrize("rows", ["shop", "one", "views"])
def test_every_picture_of_a_log_can_be_drawn(tmp_path: Path, rows: str) -> None:
    logs = {
        "shop": shop(60, days=200),
        "one": [event("a", "2025-01-01")],
        "views": [event("a", "2025-01-01", "view"), event("b", "2025-01-02", "view")],
    }
    history = write(tmp_path, logs[rows])
    asked = Question(Asks.BUY, ("2025-05-01",), lookback=90)
    drawings = [
        funnel.draw(steps_of(history, Steps(("view", "order"))), LOOK),
        retention.draw(kept.retention(history), LOOK),
        rfm.draw(without_few(scores.rfm(history, asked)), LOOK),
        rfm.draw(scores.rfm(history), LOOK),
        intervals.draw(gaps.intervals(history), LOOK),
        repeats.draw(curves_of(history), LOOK),
        transitions.draw(transitions_of(history, Between.KINDS), LOOK),
        transitions.draw(transitions_of(history, Between.CATEGORIES), LOOK),
        life.draw(life_of(history, "a", asked), LOOK),
        windows.draw(windows_of(history, volume(history), asked), LOOK),
    ]
    for drawing in drawings:
        assert "nan" not in f"{drawing.title} {drawing.sentence}".split()
        assert drawing.figure.to_json()
