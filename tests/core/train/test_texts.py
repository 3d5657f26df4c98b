"""Texts become cells: against scikit-learn, and whatever people write."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pandas as pd
import pytest
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.metrics import roc_auc_score
from sklearn.preprocessing import StandardScaler

from core.models.family import Encoding, Task
from core.predict import scored
from core.progress import silent
from core.schema import Column, Kind
from core.train import texts as limits
from core.train.preparation import Preparation, encode, learned, narrowed
from core.train.spec import ModelSpec
from core.train.texts import DIRECTIONS_AT_MOST, TextPart, encode_texts, text_part
from core.train.training import train
from tests.core.train.reviews import said

TEXT, NUMBER = Column("said", Kind.TEXT), Column("n", Kind.NUMBER)


def column(cells: Any) -> pd.DataFrame:
    return pd.DataFrame({"said": pd.Series(cells, dtype=object)})


# --- as scikit-learn


def test_the_words_are_those_that_enough_texts_have() -> None:
    cells, _ = said()
    most = {"min_df": 10, "max_df": 0.5, "ngram_range": (1, 2), "binary": True}
    theirs = CountVectorizer(**most).fit(cells)
    assert text_part(cells).words == tuple(theirs.get_feature_names_out())
    assert any(" " in word for word in text_part(cells).words)


@pytest.mark.parametrize("most", [3, 17, 40])
def test_of_many_words_the_most_frequent_are_kept(
    most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pairs of rarer words are not counted, and none is missed."""
    cells, _ = said(1500)
    monkeypatch.setattr(limits, "WORDS_AT_MOST", most)
    theirs = CountVectorizer(min_df=10, max_df=0.5, ngram_range=(1, 2), binary=True)
    counts = np.asarray(theirs.fit_transform(cells).sum(axis=0)).ravel()
    names = theirs.get_feature_names_out()
    order = sorted(range(len(names)), key=lambda i: (-counts[i], names[i]))[:most]
    assert text_part(cells).words == tuple(sorted(names[order]))


@pytest.mark.parametrize("gaps", [0.0, 0.2])
def test_cells_are_those_of_scikit_learn(gaps: float) -> None:
    cells, _ = said(600, gaps=gaps)
    known = cells.dropna()
    part = text_part(cells)
    tfidf = TfidfVectorizer(min_df=10, max_df=0.5, ngram_range=(1, 2))
    x = tfidf.fit_transform(known)
    svd = TruncatedSVD(DIRECTIONS_AT_MOST, algorithm="arpack", random_state=0).fit(x)
    scaler = StandardScaler().fit(svd.transform(x))
    lengths = StandardScaler().fit(np.log1p(known.str.len().to_numpy("float64"))[:, None])
    new, _ = said(50, seed=9)
    for asked in (known, new, pd.Series(["never heard", "love it, LOVE it", "?"], dtype=object)):
        expected = np.column_stack(
            [
                scaler.transform(svd.transform(tfidf.transform(asked))),
                lengths.transform(np.log1p(asked.str.len().to_numpy("float64"))[:, None]),
            ]
        )
        found = encode_texts(part, asked.reset_index(drop=True))
        np.testing.assert_allclose(found[:, : part.width - part.indicator], expected, atol=1e-6)
    assert part.indicator is (gaps > 0)


# --- by hand


def test_a_small_case_by_hand() -> None:
    """Twenty texts say one word, twenty another; five say nothing that is known."""
    cells = ["Good!"] * 20 + ["bad"] * 20 + ["x y"] * 4 + [None]
    part = text_part(column(cells)["said"])
    assert part.words == ("bad", "good")
    assert part.weights == pytest.approx([np.log(45 / 21) + 1] * 2)
    assert np.abs(part.directions).round(9).tolist() in ([[1, 0], [0, 1]], [[0, 1], [1, 0]])
    found = encode_texts(part, column(["good", "good bad", "unheard", None])["said"])
    along = np.array([20 / 44] * 2)  # the mean of a word that 20 of 44 texts have
    deviation = np.sqrt(along * (1 - along))
    half = np.sqrt(0.5)
    assert sorted(found[0, :2]) == pytest.approx(sorted(([0, 1] - along) / deviation))
    assert found[1, :2] == pytest.approx((half - along) / deviation)
    assert found[2, :2] == pytest.approx(-along / deviation)
    assert found[3].tolist() == [0.0, 0.0, 0.0, 1.0]
    lengths = np.log1p([5] * 20 + [3] * 24)
    assert found[0, 2] == pytest.approx((np.log(5) - lengths.mean()) / lengths.std())
    assert (found[:3, 3] == 0).all()


def test_a_word_of_nine_rows_is_not_in_the_model() -> None:
    cells, _ = said()
    cells[:9] = cells[:9] + " Rosalind"
    cells[:10] = cells[:10] + " Beatrix"
    told = msgspec.json.encode(
        learned(column(cells), (TEXT,), np.zeros(400), Task.BINARY, Encoding.CODES)
    )
    assert b"rosalind" not in told.lower()
    assert b"beatrix" in told


# --- in the preparation


@pytest.mark.parametrize("gaps", [0.0, 0.1])
def test_one_row_is_its_row_of_the_batch_and_json_forgets_nothing(gaps: float) -> None:
    cells, y = said(gaps=gaps)
    table = column(cells).assign(n=np.arange(400.0))
    made = learned(table, (NUMBER, TEXT), y, Task.BINARY, Encoding.BOTH)
    whole = encode(made, table)
    told = msgspec.json.encode(made)
    read = msgspec.json.decode(told, type=Preparation)
    assert read == made
    assert msgspec.json.encode(made) == told  # nothing that was worked out is written
    for place in (0, 17, 399):
        np.testing.assert_array_equal(encode(read, table.iloc[[place]])[0], whole[place])
    np.testing.assert_array_equal(encode(read, table.iloc[::-1]), whole[::-1])
    assert encode(made, table.iloc[:0]).shape == (0, whole.shape[1])


def test_a_texts_block_is_the_same_in_every_encoding() -> None:
    cells, y = said()
    table = column(cells).assign(n=np.arange(400.0), c=pd.Series(list("abcd") * 100, dtype=object))
    columns = (NUMBER, TEXT, Column("c", Kind.CATEGORY))
    both = learned(table, columns, y, Task.BINARY, Encoding.BOTH)
    assert both.shared == (1,)
    for encoding in (Encoding.CODES, Encoding.SCALED):
        alone = learned(table, columns, y, Task.BINARY, encoding)
        assert alone.texts == both.texts
        assert narrowed(both, encoding) == alone


def test_what_was_saved_before_there_were_texts_is_read() -> None:
    """A text was a category then, and is one in that model for ever."""
    old = (
        b'{"columns":[{"name":"said","kind":"text"}],"numbers":{},'
        b'"levels":{"said":{"levels":{"yes":[0.25],"no":[-0.25]},"missing":[0.0],"unseen":[0.0]}}}'
    )
    read = msgspec.json.decode(old, type=Preparation)
    found = encode(read, column(["yes", "no", "new", None]))
    assert found.tolist() == [[0.25], [-0.25], [0.0], [0.0]]
    assert read.blocks == ((0, 1),)


# --- whatever people write

ODD: dict[str, list[Any]] = {
    "all empty": [None] * 60,
    "all alike": ["the same words"] * 60,
    "numbers": [str(i % 7) for i in range(60)],
    "emoji": ["\U0001f600" * (i % 3 + 1) for i in range(60)],
    "a megabyte": ["word " * 200_000] + ["short one", "other"] * 29 + [None],
    "no word in ten rows": [f"word{i} thing{i}" for i in range(60)],
    "one text": ["only one"] + [None] * 59,
    "blank": ["", "  ", "\n\t"] * 20,
    "no letters": ["?!", "--", "\x00\ufffd"] * 20,
    "other scripts": ["дуже добре", "очень плохо", "非常好 的", "ดีมาก"] * 15,
    "half gone": ["\ud800 broken", "fine fine"] * 30,
}


@pytest.mark.parametrize("encoding", list(Encoding))
@pytest.mark.parametrize("cells", ODD.values(), ids=ODD)
def test_odd_texts_become_finite_cells(cells: list[Any], encoding: Encoding) -> None:
    table = column(cells)
    y = np.arange(60) % 2
    made = learned(table, (TEXT,), y, Task.BINARY, encoding)
    found = encode(made, table)
    assert np.isfinite(found).all()
    assert found.shape == (60, made.texts["said"].width)
    new = encode(made, column(["", "something else", None, "word " * 500_000]))
    assert np.isfinite(new).all()
    read = msgspec.json.decode(msgspec.json.encode(made), type=Preparation)
    np.testing.assert_array_equal(encode(read, table), found)


def test_what_lies_beyond_is_not_read() -> None:
    part = text_part(column(["good day"] * 20 + ["bad day"] * 20 + ["x"] * 20)["said"])
    filler = "x " * (limits.LONGEST // 2)
    read, unread = (
        encode_texts(part, column([text])["said"])[0]
        for text in (f"good {filler}", f"{filler}good")
    )
    none = encode_texts(part, column(["x"])["said"])[0]
    np.testing.assert_array_equal(unread[:-1], none[:-1])
    assert (read[:-1] != none[:-1]).any()


def test_a_part_without_anything_is_its_length() -> None:
    part = text_part(column(["a", "bb", "ccc"])["said"])
    assert part == TextPart((), (), (), part.means, part.scales)
    assert encode_texts(part, column(["bb"])["said"]).shape == (1, 1)


# --- on real reviews


@pytest.mark.parametrize("key", ["linear", "forest", "boosting"])
def test_what_customers_wrote_tells_whether_they_recommend(shared: Path, key: str) -> None:
    """1,500 reviews of clothes: age, department and counts tell little, the words much."""
    table = pd.read_csv(shared / "womens-reviews-sample" / "wcp.csv", encoding="utf-8-sig")
    few = (
        Column("Age", Kind.NUMBER),
        Column("PositiveFeedbackCount", Kind.NUMBER),
        Column("DepartmentName", Kind.CATEGORY),
    )
    table["y"] = table["Recommended IND"].map({0: "no", 1: "yes"}).astype(object)
    table["ReviewText"] = table["ReviewText"].astype(object)
    target = Column("y", Kind.BOOLEAN, levels=("yes", "no"))
    params = {"trees": 60} if key == "forest" else {}
    found = {}
    for name, columns in (("few", few), ("words", (*few, Column("ReviewText", Kind.TEXT)))):
        spec = ModelSpec("t" * 12, Task.BINARY, target, columns, key, "yes", params)
        model = train(table, spec, silent)
        found[name] = roc_auc_score(model.held_out_truth, model.held_out_scores)
    assert found["words"] > found["few"] + 0.15
    assert found["words"] > 0.75


@pytest.mark.parametrize("key", ["linear", "tree", "ensemble"])
@pytest.mark.parametrize("cells", ODD.values(), ids=ODD)
def test_a_model_of_odd_texts_is_trained_all_the_same(cells: list[Any], key: str) -> None:
    table = column(cells * 2).assign(n=np.arange(120.0) % 17)
    table["y"] = pd.Series(np.where(np.arange(120) % 3 == 0, "yes", "no"), dtype=object)
    target = Column("y", Kind.BOOLEAN, levels=("no", "yes"))
    spec = ModelSpec("t" * 12, Task.BINARY, target, (TEXT, NUMBER), key, "yes")
    model = train(table, spec, silent)
    assert np.isfinite(model.held_out_scores).all()
    assert np.isfinite(scored(model, table.iloc[:7])).all()
