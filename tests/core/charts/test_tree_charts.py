"""What the drawn tree and the path through it say equals the tree."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.charts import decision_path
from core.charts import tree as tree_chart
from core.charts.answers import example_tree, in_full, in_short
from core.charts.chart import Look
from core.explain.questions import Answer, Ask, Node, ends, path, tree, ways
from core.models.family import Task
from core.predict import scored
from core.text.phrases import phrases
from tests.core.explain.models import table, trained

SAY = phrases()
LOOK = Look(SAY)
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun")
DAY = pd.Timestamp("2024-05-01")


@pytest.mark.parametrize(
    ("answer", "short", "full"),
    [
        (Answer("n", Ask.AT_MOST, 3.25), "n ≤ 3.25", "n ≤ 3.25"),
        (Answer("n", Ask.ABOVE, 12000.0), "n > 12,000", "n > 12,000"),
        (Answer("n", Ask.AT_MOST, 3.0, gaps=True), "n ≤ 3 or missing", "n ≤ 3 or missing"),
        (Answer("d", Ask.ABOVE, DAY), "d after 2024-05-01", "d after 2024-05-01"),
        (Answer("d", Ask.AT_MOST, DAY), "d until 2024-05-01", "d until 2024-05-01"),
        (Answer("n", Ask.MISSING, gaps=True), "n is missing", "n is missing"),
        (Answer("n", Ask.KNOWN), "n is known", "n is known"),
        (Answer("m", Ask.ONE_OF, levels=("Jan",), asked=MONTHS), "m is Jan", "m is Jan"),
        (
            Answer("m", Ask.ONE_OF, levels=("Jan", "May"), asked=MONTHS, gaps=True),
            "m is Jan or May or missing",
            "m is Jan or May or missing",
        ),
        (
            Answer("m", Ask.ONE_OF, levels=MONTHS[:5], asked=MONTHS),
            "m is not Jun",
            "m is Jan, Feb, Mar, Apr or May",
        ),
        (
            Answer("m", Ask.ONE_OF, levels=MONTHS[:5], asked=(*MONTHS, "a", "b", "c")),
            "m is Jan, Feb, Mar or one of 2 more",
            "m is Jan, Feb, Mar, Apr or May",
        ),
        (
            Answer("m", Ask.ONE_OF, levels=MONTHS[:5], asked=MONTHS[:5], gaps=True),
            "m is Jan, Feb, Mar or one of 2 more or missing",
            "m is Jan, Feb, Mar, Apr or May or missing",
        ),
    ],
)
def test_answers_in_words(answer: Answer, short: str, full: str) -> None:
    assert (in_short(answer, SAY), in_full(answer, SAY)) == (short, full)


# --- the tree ---------------------------------------------------------------------------


def test_every_node_down_to_the_depth_is_drawn_where_its_lines_end() -> None:
    shown = tree_chart.points(example_tree(), "Revenue", 4)
    lines, nodes = tree_chart.draw(shown, LOOK).figure.data
    whole = [way[-1] for way in ways(shown.tree.top)]
    assert list(nodes.x) == [node.depth for node in whole]
    assert list(nodes.marker.color) == pytest.approx([100 * node.value for node in whole])
    assert set(nodes.marker.symbol) == {"circle"}
    tips = set(zip(lines.x[2::4], lines.y[2::4], strict=True))
    assert tips == set(zip(nodes.x[1:], nodes.y[1:], strict=True))
    at = {node.number: y for node, y in zip(whole, nodes.y, strict=True)}
    for node in whole:
        if node.below:
            assert at[node.number] == pytest.approx(sum(at[n.number] for n in node.below) / 2)
    last = sorted(at[node.number] for node in whole if not node.below)
    assert last == list(range(len(last)))


def test_deeper_questions_are_cut_and_the_way_is_marked() -> None:
    drawing = tree_chart.draw(tree_chart.example(), LOOK)
    _, way, nodes = drawing.figure.data
    assert len(nodes.x) == 7
    assert list(nodes.marker.symbol).count("circle-open") == 1
    assert list(way.x[2::4]) == [1, 2]
    texts = [note.text for note in drawing.figure.layout.annotations]
    assert "500 customers, 4.0% …" in texts
    assert "PageValues ≤ 3.25 or missing" in texts
    assert "Drawn are the first 2 questions" in drawing.sentence
    assert "thick line" in drawing.sentence
    assert len(drawing.table) == len(list(ends(example_tree().top))) == 5
    assert drawing.table.iloc[:, 1].sum() == 1000


def test_the_title_names_the_highest_drawn_group_that_is_large_enough() -> None:
    drawing = tree_chart.draw(tree_chart.points(example_tree(), "Revenue"), LOOK)
    assert drawing.title == (
        "The chance of Revenue = TRUE is highest, 65.0%, for the 240 customers with"
        " PageValues > 3.25 and income is known"
    )
    shallow = tree_chart.draw(tree_chart.points(example_tree(), "Revenue", 1), LOOK)
    assert shallow.title.endswith("60.0%, for the 300 customers with PageValues > 3.25")
    lucky = Node(2, 1, 3, 1.0, Answer("n", Ask.ABOVE, 9.0), ())
    rest = Node(1, 1, 997, 0.2, Answer("n", Ask.AT_MOST, 9.0), ())
    found = example_tree()
    few = type(found)(Node(0, 0, 1000, 0.2, None, (rest, lucky)), "TRUE", found.scale, 0, 1, 0.0)
    title = tree_chart.draw(tree_chart.points(few), LOOK).title
    assert title.endswith("20.0%, for the 997 customers with n ≤ 9")
    bare = type(found)(Node(0, 0, 50, 0.2, None, ()), "TRUE", found.scale, 0, 1, 0.0)
    drawing = tree_chart.draw(tree_chart.points(bare), LOOK)
    assert drawing.title == "This tree asks nothing: all 50 customers are treated alike"
    assert drawing.table.iloc[0, 0] == "Everyone"


@pytest.mark.parametrize("task", list(Task))
@pytest.mark.parametrize("kind", ["tree", "forest"])
def test_trees_of_models_are_drawn(kind: str, task: Task) -> None:
    model = trained(kind, task)
    shown = tree_chart.of_model(model, row=table().iloc[[3]])
    drawing = tree_chart.draw(shown, LOOK)
    found = tree(model)
    assert drawing.table.iloc[:, 1].sum() == found.top.rows
    best = max(way[-1].value for way in ends(found.top))
    assert drawing.table.iloc[0, 2] == pytest.approx(
        best * (1 if task is Task.REGRESSION else 100),
        abs=0.51 if task is Task.REGRESSION else 0.051,
    )
    said = f"tree {found.number + 1} of 15" in drawing.sentence
    assert said is (kind == "forest")


# --- one customer's path ----------------------------------------------------------------


def test_a_path_goes_from_everyone_to_what_the_tree_says() -> None:
    model, row = trained("tree", Task.BINARY), table().iloc[[3]]
    shown = decision_path.of_model(model, row)
    way = path(model, tree(model), row)
    drawing = decision_path.draw(shown, LOOK)
    bars, dots, words = drawing.figure.data
    assert words.text[-1].strip() == f"{way[-1].rows} customers, {100 * way[-1].value:.1f}%"
    assert all(np.array(words.x[1:]) >= np.maximum(bars.base, np.add(bars.base, bars.x)) - 1e-9)
    assert list(dots.x) == pytest.approx([100 * node.value for node in way])
    assert max(drawing.figure.layout.xaxis.tickvals) == 100
    assert dots.x[-1] == pytest.approx(100 * scored(model, row)[0])
    assert [a + b for a, b in zip(bars.base, bars.x, strict=True)] == pytest.approx(
        list(dots.x[1:])
    )
    assert drawing.table.iloc[:, 1].tolist() == [node.rows for node in way]
    assert f"to {100 * way[-1].value:.1f}%" in drawing.title
    assert drawing.title.startswith(f"{len(way) - 1} answer")


def test_a_path_is_told_answer_by_answer() -> None:
    drawing = decision_path.draw(decision_path.example(), LOOK)
    assert drawing.title == (
        "3 answers lead from 24.0% to 2.0%: the chance of Revenue = TRUE of 300 customers"
        " who answer alike"
    )
    assert drawing.sentence.startswith(
        "Everyone: 1,000 customers, 24.0%. PageValues ≤ 3.25 or missing: 700 customers, 8.6%. "
    )
    assert "This is tree 7 of 20" in drawing.sentence
    assert "(4.2 points apart on average)" in drawing.sentence
    labels = drawing.figure.layout.yaxis.ticktext
    assert len(labels) == 4
    assert "<" not in "".join(labels)


def test_a_path_without_questions() -> None:
    found = example_tree()
    bare = type(found)(Node(0, 0, 50, 0.2, None, ()), "TRUE", found.scale, 0, 1, 0.0)
    drawing = decision_path.draw(decision_path.points(bare, (bare.top,)), LOOK)
    assert "asks nothing" in drawing.title
