from __future__ import annotations

import math
import re
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.text import phrases as room
from core.text.phrases import (
    Phrases,
    change,
    figure,
    languages,
    number,
    phrases,
    points,
    quoted,
    share,
)

FINITE = st.floats(allow_nan=False, allow_infinity=False, min_value=-1e12, max_value=1e12)
NOT_FINITE = [math.nan, math.inf, -math.inf, None]


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Phrases:
    """A language of one room."""
    (tmp_path / "xx").mkdir()
    (tmp_path / "xx" / "shop.toml").write_text(
        'hello = "Hello {name}"\n'
        'rows = "{rows:count row|rows}"\n'
        'all = "{a:number} {b:share} {c:points} {d:quoted} {e:listed} {f:figure} {g:>4}"\n'
        '[inner.most]\nkey = "deep"\n',
        "utf-8",
    )
    monkeypatch.setattr(room, "FOLDER", tmp_path)
    return Phrases("xx")


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (12330, "12,330"),
        (12330.0, "12,330"),
        (-12330.6, "-12,331"),
        (412.25, "412.2"),
        (41.25, "41.25"),
        (0.00314159, "0.00314"),
        (0, "0"),
        (-3, "-3"),
        (0.5, "0.5"),
    ],
)
def test_numbers(value: float, shown: str) -> None:
    assert number(value) == shown


@pytest.mark.parametrize("value", NOT_FINITE)
def test_what_is_not_known_is_a_dash(value: float) -> None:
    assert (number(value), share(value), figure(value)) == ("–", "–", "–")


@given(FINITE)
def test_a_number_reads_back_to_three_digits(value: float) -> None:
    shown = float(number(value).replace(",", ""))
    assert shown == pytest.approx(value, rel=5.1e-3)


@given(st.integers(-(10**14), 10**14))
def test_whole_numbers_are_whole(value: int) -> None:
    assert int(number(value).replace(",", "")) == value
    assert re.fullmatch(r"-?\d{1,3}(,\d{3})*", number(value))


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0.155, "15.5%"), (0.0004, "0.04%"), (0.0, "0.0%"), (1.0, "100.0%"), (-0.02, "-2.0%")],
)
def test_shares(value: float, shown: str) -> None:
    assert share(value) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0.0042, "+0.004"), (-0.0123, "-0.012"), (-0.0003, "0.000"), (0.0, "0.000"),
     (-1234.5, "-1,234"), (float("nan"), "–")],
)  # fmt: skip
def test_a_change_has_its_sign_where_it_is_one(value: float, shown: str) -> None:
    assert change(value) == shown


@pytest.mark.parametrize(("value", "shown"), [(0.042, "+4.2"), (-0.3, "-30.0"), (0, "+0.0")])
def test_points(value: float, shown: str) -> None:
    assert points(value) == shown


@pytest.mark.parametrize(("value", "shown"), [(0.92834, "0.928"), (103.25, "103.2"), (10, "10")])
def test_figures(value: float, shown: str) -> None:
    assert figure(value) == shown


@given(st.text())
def test_quotes_are_short_and_on_one_line(text: str) -> None:
    shown = quoted(text)
    assert shown.startswith("“")
    assert shown.endswith("”")
    assert len(shown) <= room.LONGEST_QUOTE + 2
    assert len(shown.splitlines()) == 1


def test_a_cut_quote_says_so() -> None:
    assert quoted("a" * 61) == "“" + "a" * 59 + "…”"
    assert quoted("a" * 60) == "“" + "a" * 60 + "”"


def test_the_specs(made: Phrases) -> None:
    facts = {"a": 1234.0, "b": 0.5, "c": 0.01, "d": "x\ny", "e": ("p", "q"), "f": 0.25, "g": 7}
    assert made("shop.all", **facts) == "1,234 50.0% +1.0 “x y” “p”, “q” 0.250    7"


@pytest.mark.parametrize(("rows", "shown"), [(0, "0 rows"), (1, "1 row"), (1234, "1,234 rows")])
def test_counts(made: Phrases, rows: int, shown: str) -> None:
    assert made("shop.rows", rows=rows) == shown


def test_long_lists_say_how_many_more(made: Phrases) -> None:
    facts = {"a": 1, "b": 1, "c": 1, "d": 1, "f": 1, "g": 1}
    said = made("shop.all", e=tuple(str(i) for i in range(1010)), **facts)
    assert "“7” (+1,002)" in said
    assert "“8”" not in said


@given(st.text())
def test_the_users_words_are_not_read_as_places(text: str) -> None:
    assert phrases("en")("errors.file_not_found", file=text).startswith(quoted(text))


def test_keys_go_by_tables(made: Phrases) -> None:
    assert made("shop.inner.most.key") == "deep"
    assert made.keys() == {"shop.hello", "shop.rows", "shop.all", "shop.inner.most.key"}


@pytest.mark.parametrize("key", ["shop", "shop.inner", "shop.none", "none.hello", "shop.hello.x"])
def test_what_is_not_said_is_a_key_error(made: Phrases, key: str) -> None:
    assert key not in made
    with pytest.raises(KeyError, match=re.escape(key)):
        made(key)


def test_a_fact_that_is_missing_is_an_error(made: Phrases) -> None:
    with pytest.raises(KeyError):
        made("shop.hello")


def test_a_fact_may_be_called_key(made: Phrases) -> None:
    assert made("shop.hello", name="you", key="spare", self="spare") == "Hello you"


def test_every_room_parses_and_languages_have_pages() -> None:
    assert "en" in languages()
    for file in sorted(room.FOLDER.glob("*/*.toml")):
        assert tomllib.loads(file.read_text("utf-8")), file.name


def test_a_folder_is_a_language(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("de", "en", "unfinished"):
        (tmp_path / name).mkdir()
    for name in ("de", "en"):
        (tmp_path / name / "pages.toml").write_text('app = "Whybuy"', "utf-8")
    monkeypatch.setattr(room, "FOLDER", tmp_path)
    assert languages() == ("de", "en")
