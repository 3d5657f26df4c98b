"""What each mask leaves of a cell, and of a table."""

from __future__ import annotations

import hashlib
import hmac
from base64 import b32encode
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.data.privacy import masks
from core.data.privacy.masks import applied, cell_of
from core.data.privacy.pseudonym import PSEUDONYM, Pseudonyms
from core.data.privacy.redact import redacted
from core.progress import silent
from core.schema import Column, Kind, Mask, Role, Schema

SECRET = Pseudonyms(b"k" * 32)
ON = date(2026, 3, 14)


def masked(text: str, mask: Mask, pattern: str = "%Y-%m-%d") -> str | None:
    return cell_of(Column("c", Kind.TEXT, pattern=pattern, mask=mask), SECRET, ON)(text)


@pytest.mark.parametrize(
    ("mask", "text", "left"),
    [
        (Mask.NONE, "Anna", "Anna"), (Mask.DROP, "Anna", None),
        (Mask.PREFIX, "10963", "10*"),
        (Mask.PREFIX, "sw1a 1aa", "SW*"), (Mask.PREFIX, "10*", "10*"),
        (Mask.PREFIX, " - ", None),
        (Mask.DOMAIN, "Anna@Mail.Example.org", "@mail.example.org"),
        (Mask.DOMAIN, "@mail.example.org", "@mail.example.org"), (Mask.DOMAIN, "none", None),
        (Mask.NETWORK, "203.0.113.77", "203.0.113.0/24"),
        (Mask.NETWORK, "203.0.113.0/24", "203.0.113.0/24"),
        (Mask.NETWORK, "2001:db8:1:2::3", "2001:db8:1::/48"), (Mask.NETWORK, "home", None),
        (Mask.BAND, "1987-03-14", "30-39"), (Mask.BAND, "1986-03-14", "40-49"),
        (Mask.BAND, "1986-03-15", "30-39"),  # forty tomorrow
        (Mask.BAND, "2026-03-14", "0-9"), (Mask.BAND, "2026-03-15", None),
        (Mask.BAND, "1900-01-01", None), (Mask.BAND, "30-39", "30-39"), (Mask.BAND, "?", None),
        (Mask.MONTH, "1987-03-14", "1987-03"), (Mask.MONTH, "1987-03", "1987-03"),
        (Mask.MONTH, "1987-03-14 00:00:00", "1987-03"),
    ],
)  # fmt: skip
def test_a_cell(mask: Mask, text: str, left: str | None) -> None:
    assert masked(text, mask) == left


def test_dates_are_read_as_their_column_is() -> None:
    assert masked("03/04/1987", Mask.MONTH, "%d/%m/%Y") == "1987-04"
    assert masked("03/04/1987", Mask.MONTH, "%m/%d/%Y") == "1987-03"


@given(st.text(max_size=40), st.sampled_from(list(Mask)))
@settings(max_examples=150)
def test_masking_twice_is_masking_once(text: str, mask: Mask) -> None:
    once = masked(text, mask)
    assert once is None or masked(once, mask) == once


def test_a_pseudonym_is_a_keyed_hash_of_what_is_written() -> None:
    expected = b32encode(hmac.new(b"k" * 32, b"KX-1", hashlib.sha256).digest()).decode()[:12]
    assert SECRET.of("KX-1") == f"p{expected.lower()}"
    assert SECRET.of(" KX-1 ") == SECRET.of("KX-1")
    assert SECRET.of("12345.0") == SECRET.of("12345") != SECRET.of("12345.5")
    assert Pseudonyms(b"l" * 32).of("KX-1") != SECRET.of("KX-1")
    assert "kkk" not in repr(SECRET)


def test_pseudonyms_of_many_differ() -> None:
    made = {SECRET.of(str(i)) for i in range(20_000)}
    assert len(made) == 20_000
    assert all(PSEUDONYM.fullmatch(each) for each in made)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("write to a.b@mail.example.org.", "write to [e-mail]."),
        ("call +49 30 1234567 or (212) 555-0123", "call [phone] or [phone]"),
        ("IBAN DE89 3704 0044 0532 0130 00", "IBAN [account]"),
        ("card 4111-1111-1111-1111", "card [card]"),
        ("card 4111-1111-1111-1112", "card 4111-1111-1111-1112"),  # the check digit is wrong
        ("ssn 219-09-9999 from 10.0.0.1", "ssn [id] from [ip]"),
        ("on 2024-01-15 order 4500012345 cost 1,234.50", None),
        ("Anna Schmidt and Mr Quackenbusch", "[name] and [name]"),
        ("Berlin Marathon was Great Fun", None),
        ("", None),
    ],
)
def test_redaction(text: str, left: str | None) -> None:
    assert redacted(text) == (text if left is None else left)


def test_redaction_takes_out_known_words_whatever_their_case() -> None:
    assert (
        redacted("quackenbusch, Ann (annex)", ["Quackenbusch", "Ann", "x"])
        == "[name], [name] (annex)"
    )


def table(folder: Path, columns: dict[str, list[str | None]]) -> Path:
    pq.write_table(
        pa.table({n: pa.array(c, pa.string()) for n, c in columns.items()}), folder / "t"
    )
    return folder / "t"


def test_a_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(masks, "ROWS_AT_ONCE", 3)
    ids: list[str | None] = ["b", "a", "b", None, " ", "c", "b"]
    source = table(
        tmp_path,
        {
            "who": ids,
            "name": ["Zed", "Yan", "Zed", None, None, "Wim", "Zed"],
            "zip": ["10963", "10115", "20095", None, "", "20100", "10001"],
            "said": ["Zed was here", "fine", None, "", "x", "ask Wim or Zed", "ok"],
            "n": ["1", "2", "3", "4", "5", "6", "7"],
        },
    )
    schema = Schema(
        (
            Column("who", Kind.CATEGORY, Role.GROUP, ("b", "a", "c"), mask=Mask.PSEUDONYM),
            Column("name", Kind.TEXT, Role.IGNORED, mask=Mask.DROP),
            Column("zip", Kind.CATEGORY, Role.IGNORED, ("10963",), mask=Mask.PREFIX),
            Column("said", Kind.TEXT, Role.IGNORED, mask=Mask.REDACT),
            Column("n", Kind.NUMBER),
        )
    )
    meant = applied(source, tmp_path / "out", schema, (SECRET, ON), silent)
    left = pq.read_table(tmp_path / "out").to_pydict()
    assert meant.names == ("who", "zip", "said", "n") == tuple(left)
    assert left["who"] == [SECRET.of(i) if i and i.strip() else None for i in ids]
    assert left["zip"] == ["10*", "10*", "20*", None, None, "20*", "10*"]
    assert left["said"] == ["[name] was here", "fine", None, None, "x", "ask [name] or Zed", "ok"]
    assert left["n"] == ["1", "2", "3", "4", "5", "6", "7"]
    assert meant["zip"].levels == ("10*", "20*")
    assert meant["who"].levels[0] == SECRET.of("b")
    assert meant["who"].role is Role.GROUP
    assert pq.read_table(source).to_pydict()["who"] == ids


def test_a_word_for_a_missing_id_is_no_customer() -> None:
    column = Column("user", Kind.TEXT, Role.ID, missing=("NA", "unknown"), mask=Mask.PSEUDONYM)
    cell = cell_of(column, SECRET, ON)
    assert [cell("NA"), cell("Unknown")] == [None, None]
    assert cell("na1") == SECRET.of("na1")
