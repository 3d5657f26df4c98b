"""Models of texts: a column of many cells is one player, and trees ask about words."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest

from core.charts.answers import in_full, in_short
from core.explain.explaining import explain, explainer, methods_for
from core.explain.partial import partial
from core.explain.questions import Ask, can_be_drawn, ends, path, tree
from core.explain.shapley.method import Asked
from core.explain.shapley.players import backdrop, players
from core.explain.standins import standins
from core.explain.words import word_effects, word_table
from core.models.family import Task, family
from core.models.member import Member, as_text
from core.progress import silent
from core.schema import Column, Kind
from core.text.phrases import phrases
from core.train.preparation import encode
from core.train.spec import ModelSpec
from core.train.training import TrainedModel, train
from tests.core.explain.models import with_network
from tests.core.explain.shapley.games import brute
from tests.core.train.reviews import BLAME, PRAISE, said

FEATURES = (
    Column("age", Kind.NUMBER),
    Column("said", Kind.TEXT),
    Column("city", Kind.CATEGORY, levels=("a", "b", "c")),
)
TARGETS = {
    Task.BINARY: Column("happy", Kind.BOOLEAN, levels=("no", "yes")),
    Task.MULTICLASS: Column("grade", Kind.CATEGORY, levels=("x", "y", "z")),
    Task.REGRESSION: Column("spend", Kind.NUMBER),
}
PARAMS: dict[str, dict[str, Any]] = {
    "forest": {"trees": 15},
    "extra": {"trees": 15},
    "boosting": {"trees": 30, "learning_rate": 0.2},
    "ensemble": {
        "members": as_text((Member("tree", 0.6), Member("linear", 0.3), Member("svm", 0.1)))
    },
}
KEYS = ("forest", "extra", "boosting", "tree", "column", "linear", "svm", "bayes", "ensemble")
CASES = [(key, task) for key in KEYS for task in Task if task in family(key).tasks]


@cache
def reviews() -> pd.DataFrame:
    chance = np.random.default_rng(3)
    texts, y = said(420, gaps=0.05)
    age = chance.normal(40, 10, 420)
    return pd.DataFrame(
        {
            "age": age,
            "said": texts,
            "city": pd.Series(chance.choice(["a", "b", "c"], 420), dtype=object),
            "happy": pd.Series(np.where(y == 1, "yes", "no"), dtype=object),
            "grade": pd.Series(np.array(list("xyz"))[y + (age > 40)], dtype=object),
            "spend": 10.0 * y + age / 10 + chance.normal(size=420),
        }
    )


@cache
def trained(key: str, task: Task) -> TrainedModel:
    if key == "mlp":
        return with_network(trained("linear", task), task, reviews())
    outcome = "yes" if task is Task.BINARY else ""
    spec = ModelSpec("t" * 12, task, TARGETS[task], FEATURES, key, outcome, PARAMS.get(key, {}))
    return train(reviews(), spec, silent)


@pytest.mark.parametrize(("key", "task"), CASES)
def test_reasons_are_those_of_all_coalitions(key: str, task: Task) -> None:
    """A text is one player whatever its cells."""
    model, rows = trained(key, task), reviews().iloc[[0, 5, 11]]
    who = players(model)
    assert who.names == ("age", "said", "city")
    assert np.bincount(who.of_cells)[1] == model.preparation.texts["said"].width > 10
    x, behind = encode(model.preparation, rows), backdrop(model, 12)

    def output(mixed: np.ndarray) -> np.ndarray:
        scores = family(key).scores(model.estimator, mixed.astype("float32"))
        return scores[:, 0] if scores.ndim == 2 else scores

    cells = [np.flatnonzero(who.of_cells == player).tolist() for player in range(3)]
    expected = [brute(cells, behind, row, output) for row in x]
    scale = np.abs(expected).max() + 1e-12
    found = explain(explainer(model, Asked(background=12)), rows)
    np.testing.assert_array_less(
        np.abs(found.effects - expected), 1e-6 * scale + 4 * found.errors + 1e-12
    )
    added = found.base + found.effects.sum(axis=1)
    np.testing.assert_allclose(added, found.prediction, atol=1e-6 * scale)
    assert found.inputs["said"].tolist() == rows["said"].tolist()


@pytest.mark.parametrize("key", ["forest", "svm", "mlp"])
def test_every_way_takes_a_text_as_one_column(key: str) -> None:
    model, rows = trained(key, Task.BINARY), reviews().iloc[[0, 5]]
    for method in methods_for(model):
        found = explain(explainer(model, Asked(background=10), by=method), rows)
        assert found.columns == ("age", "said", "city")
        np.testing.assert_allclose(
            found.base + found.effects.sum(axis=1), found.prediction, atol=1e-6
        )


@pytest.mark.parametrize("key", ["tree", "forest", "extra"])
def test_a_trees_questions_are_true_of_its_customers(key: str) -> None:
    model = trained(key, Task.BINARY)
    assert can_be_drawn(model)
    drawn = tree(model)
    part = model.preparation.texts["said"]
    asked = set()
    for _, row in reviews().iloc[:60].iterrows():
        one = row.to_frame().T.astype(reviews().dtypes.to_dict())
        nodes = path(model, drawn, one)
        text = row["said"]
        gap = text is None or pd.isna(text)
        along = part.measured([text])[0] if not gap else np.array(part.means)
        for node in nodes[1:]:
            answer = node.answer
            assert answer is not None
            asked.add(answer.ask)
            if answer.column != "said":
                continue
            if gap:
                assert answer.gaps
            elif answer.ask in (Ask.LONGER, Ask.SHORTER):
                longer = len(text) > answer.bound
                assert longer is (answer.ask is Ask.LONGER)
            elif answer.ask in (Ask.MORE_OF, Ask.LESS_OF):
                places = [part.words.index(word) for word in answer.levels]
                ways = np.array(part.directions)
                assert any((way[places] > 0).all() for way in ways)
                assert len(along) == len(ways) + 1
            else:
                assert answer.ask is Ask.KNOWN
    assert asked & {Ask.MORE_OF, Ask.LESS_OF}
    assert all(way[-1].rows for way in ends(drawn.top))


def test_a_question_about_words_in_words() -> None:
    drawn = tree(trained("tree", Task.BINARY))
    say = phrases("en")
    answers = [node.answer for way in ends(drawn.top) for node in way[1:] if node.answer]
    spoken = next(a for a in answers if a.ask is Ask.MORE_OF)
    assert len(spoken.levels) == 3
    listed = f"{', '.join(spoken.levels[:2])} or {spoken.levels[2]}"
    assert in_short(spoken, say).startswith(f"said says more of {listed}")
    assert in_full(spoken, say).startswith(f"said says more of {listed}")


def test_texts_have_no_values_to_be_set_to() -> None:
    model = trained("linear", Task.BINARY)
    assert partial(model, "said") is None
    assert partial(model, "age") is not None


def test_words_go_with_the_effects_of_the_texts_that_have_them() -> None:
    model = trained("linear", Task.BINARY)
    found = explain(explainer(model, Asked(background=10)), reviews().iloc[:200])
    told = word_effects(found, "said", model.preparation.texts["said"])
    effects = found.effects[:, found.columns.index("said")]
    texts = found.inputs["said"].fillna("").str.lower()
    for each in told:
        # by another way of finding words: blanks around them, of two letters at least
        padded = " " + texts.str.findall(r"\w{2,}").str.join(" ") + " "
        having = padded.str.contains(f" {each.word} ", regex=False).to_numpy()
        assert each.rows == having.sum() >= 10
        assert each.mean == pytest.approx(effects[having].mean())
        wide = 1.959963984540054 * effects[having].std(ddof=1) / np.sqrt(each.rows)
        assert (each.low, each.high) == pytest.approx((each.mean - wide, each.mean + wide))
    means = {each.word: each.mean for each in told}
    assert np.mean([means[word] for word in PRAISE if word in means]) > 0.02
    assert np.mean([means[word] for word in BLAME if word in means]) < -0.02
    sizes = [abs(each.mean) for each in told]
    assert sizes == sorted(sizes, reverse=True)
    shown = word_table(told, found.scale, phrases("en"))
    assert shown.iloc[0, 0] == told[0].word
    assert shown.iloc[0, 2] == f"{100 * told[0].mean:+.1f} points"


def test_texts_stand_in_for_nothing() -> None:
    model = trained("linear", Task.BINARY)
    copied = model.background.assign(said=model.background["city"])
    found = standins(copied, FEATURES, ("said", "city", "age"))
    assert found == ()
    as_level = (*FEATURES[:1], replace(FEATURES[1], kind=Kind.CATEGORY), *FEATURES[2:])
    assert {pair.column for pair in standins(copied, as_level, ("said", "city"))} == {
        "said",
        "city",
    }
