"""What is offered to be taken away."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd
import pytest
import streamlit as st

from pages.shared import show

NAME = re.compile(r"([\w-][\w.-]{0,80})?-[0-9a-f]{16}\.csv")


# attack E12
@pytest.mark.parametrize(
    "file",
    ["list.csv", 'a"b\r\nSet-Cookie: x=1.csv', "../../etc/passwd.csv", "C:\\x\\y.csv", "a/b.csv",
     "\u202egnp.exe.csv", "=cmd|'x'!A0.csv", "x" * 300 + ".csv", "顧客 一覧.csv", ".csv",
     "a;b%00.csv"],
)  # fmt: skip
def test_e12_a_file_is_called_what_no_header_or_disk_takes_for_more(
    file: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: dict[str, Any] = {}
    monkeypatch.setattr(st, "download_button", lambda label, **more: given.update(more))
    show.download("Download", pd.DataFrame({"a": ["=1"]}), file, "key")
    assert NAME.fullmatch(given["file_name"]), given["file_name"]
    assert ".." not in given["file_name"]
    assert given["mime"] == "text/csv"
    assert given["data"]() == b"\xef\xbb\xbfa\r\n'=1\r\n"


# attack K01
def test_k01_a_file_that_cannot_be_made_tells_a_reference_only(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def broken() -> bytes:
        raise ValueError("maria.weber@mail.invalid")

    with pytest.raises(RuntimeError) as caught:
        show.offered(broken)()
    assert "maria" not in str(caught.value)
    assert re.search(r"reference [0-9a-f]{8}", str(caught.value))
    assert caught.value.__cause__ is None
    assert "reference" in caplog.text
