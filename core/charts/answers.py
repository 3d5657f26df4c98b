"""The answers to a tree's questions in words, and the trees that charts of them are tested with."""

from __future__ import annotations

import pandas as pd

from core.explain.amounts import Unit, unit_for
from core.explain.explanation import Scale
from core.explain.questions import Answer, Ask, Node, Tree, ways
from core.explain.values import cut, in_words
from core.text.phrases import Phrases
from core.text.plain import visible

NAMED_LEVELS = 3
LONGEST_NAME = 24
LONGEST_LEVEL = 16


def in_short(
    answer: Answer, say: Phrases, longest: int = LONGEST_NAME, most: int = NAMED_LEVELS
) -> str:
    """``PageValues > 3.2`` or ``Month is Nov or Dec``: for labels, names cut to ``longest``.

    At most ``most`` levels are named.
    """
    others = tuple(level for level in answer.asked if level not in answer.levels)
    fewer = len(answer.levels) > most >= len(others) > 0
    key, levels = ("is_not", others) if fewer else ("is", answer.levels)
    named = [cut(level, LONGEST_LEVEL) for level in levels[:most]]
    words = _listed(named, len(levels) - len(named), say)
    return _said(answer, cut(answer.column, longest), (key, words), say)


def in_full(answer: Answer, say: Phrases) -> str:
    """The same with the whole name and every level."""
    words = _listed([visible(level) for level in answer.levels], 0, say)
    return _said(answer, visible(answer.column), ("is", words), say)


def _said(answer: Answer, column: str, levels: tuple[str, str], say: Phrases) -> str:
    key, words = str(answer.ask), in_words(answer.bound, say)
    if answer.ask is Ask.ONE_OF:
        key, words = levels
    elif answer.levels and not answer.asked:
        words = levels[1]
    elif isinstance(answer.bound, pd.Timestamp):
        key = f"{key}_date"
    said = say(f"charts_explain.answer.{key}", column=column, value=words)
    if answer.gaps and answer.ask is not Ask.MISSING:
        return say("charts_explain.answer.or_missing", answer=said)
    return said


def _listed(named: list[str], more: int, say: Phrases) -> str:
    if more:
        return say("charts_explain.answer.more", levels=", ".join(named), more=more)
    if len(named) < 2:
        return "".join(named)
    return say("charts_explain.answer.or", others=", ".join(named[:-1]), last=named[-1])


def unit_of(tree: Tree) -> Unit:
    """The unit of every value in the tree."""
    return unit_for(tree.scale, [way[-1].value for way in ways(tree.top)])


def level(node: Node, unit: Unit) -> str:
    """``54.0%`` or ``1,204``."""
    return unit.level(unit.shown(node.value))


def which(tree: Tree, say: Phrases) -> str:
    """Which of a forest's trees this is; nothing where the tree is the model."""
    if tree.trees == 1:
        return ""
    unit = unit_for(tree.scale, [tree.apart])
    apart = say(f"charts_explain.amount.{tree.scale}", amount=unit.size(unit.shown(tree.apart)))
    return say(
        "charts_explain.tree.one_of_many", number=tree.number + 1, trees=tree.trees, apart=apart
    )


def example_tree() -> Tree:
    """A made-up tree with every kind of answer."""
    months = ("Nov", "Mar", "May <b>%{x}</b>", "Dec", "Aug")
    late = pd.Timestamp("2024-05-01")

    def end(number: int, rows: int, value: float, answer: Answer, *below: Node) -> Node:
        depth = {1: 1, 4: 3, 5: 3, 8: 1}.get(number, 2)
        return Node(number, depth, rows, value, answer, below)

    nov = Answer("Month", Ask.ONE_OF, levels=months[:1], asked=months)
    rest = Answer("Month", Ask.ONE_OF, levels=months[1:], asked=months)
    low = Answer("PageValues", Ask.AT_MOST, 3.25, gaps=True)
    high = Answer("PageValues", Ask.ABOVE, 3.25)
    late_in = end(4, 300, 0.02, Answer("최근 구매일", Ask.ABOVE, late))
    early = end(5, 200, 0.07, Answer("최근 구매일", Ask.AT_MOST, late))
    left = end(1, 700, 0.086, low, end(2, 200, 0.2, nov), end(3, 500, 0.04, rest, late_in, early))
    gone = end(6, 60, 0.4, Answer("income", Ask.MISSING, gaps=True))
    known = end(7, 240, 0.65, Answer("income", Ask.KNOWN))
    right = end(8, 300, 0.6, high, gone, known)
    return Tree(Node(0, 0, 1000, 0.2402, None, (left, right)), "TRUE", Scale.CHANCE, 6, 20, 0.042)
