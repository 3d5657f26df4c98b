"""The route of a field that moves, through every guard before it: what no page of ours asks."""

from __future__ import annotations

import asyncio
import gzip
import json
import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from starlette.applications import Starlette
from starlette.types import Message, Scope

from core.predict import scored
from core.store import models, projects
from core.tasks.reasons import rows_of
from pages.shared import serving
from pages.shared.around import pace
from pages.shared.live.permit import Shown, permit

HOST = "127.0.0.1:8501"
ORIGIN = f"http://{HOST}"
CANARY = "maria.weber@mail.invalid"
DAYS, CITY = "days_since_last_visit", "city"
CASES, ALL_CASES = 150, 2_000
METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "FOO")
PATHS = (
    "/api/what-if", "/api/what-if/", "/api", "/api/../api/what-if", "/API/what-if",
    "/api/what-if%00", "//api/what-if", "/api/what-if/x" * 50,
)  # fmt: skip
ODD: tuple[Any, ...] = (
    None, True, 0, -5, 1e308, -1e308, 5e-324, -0.0, 2**53 + 1, "", "12", CANARY, "\x00", "\ud800",
    "😀", [], {}, [[]], {"a": 1}, "x" * 2_000, "9999-99-99", "0001-01-01",
)  # fmt: skip


@dataclass(frozen=True)
class Said:
    """A status, headers and a body."""

    status: int
    headers: dict[str, str]
    text: str


Send = Callable[..., Said]


@pytest.fixture
def send(monkeypatch: pytest.MonkeyPatch) -> Send:
    """Sends a request to the app as it is served, without its pages."""
    monkeypatch.setattr(serving, "_STARTED", [])
    monkeypatch.setattr(serving.PagesManager, "uses_pages_directory", None)
    app = Starlette(routes=serving.routes(), middleware=serving.guards())

    def sent(
        body: bytes = b"", method: str = "POST", path: str = "/api/what-if", **headers: str
    ) -> Said:
        lines = {
            "host": HOST, "origin": ORIGIN, "content-type": "application/json",
            "content-length": str(len(body)), "cookie": "",
        } | {name.replace("_", "-"): value for name, value in headers.items()}  # fmt: skip
        named = [(k.encode(), v.encode("latin-1")) for k, v in lines.items() if v]
        scope = {
            "type": "http", "method": method, "path": path, "raw_path": path.encode(),
            "query_string": b"", "root_path": "", "headers": named, "scheme": "http",
            "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 8501), "http_version": "1.1",
        }  # fmt: skip
        with ThreadPoolExecutor(1) as aside:  # another test's browser may have a loop in this one
            return aside.submit(asyncio.run, _said(app, scope, body)).result()

    return sent


async def _said(app: Starlette, scope: Scope, body: bytes) -> Said:
    heard: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    async def hear(message: Message) -> None:
        heard.append(message)

    await app(scope, receive, hear)
    headers = {name.decode(): value.decode() for name, value in heard[0]["headers"]}
    text = b"".join(each.get("body", b"") for each in heard[1:])
    return Said(heard[0]["status"], headers, text.decode())


@pytest.fixture
def shown(project: str, home: Path) -> Shown:
    """The first held-out customer of the finished project."""
    place = projects.folder(home, project)
    known = next(
        each for each in models.board(place)[0]
        if each.spec.target.name == "will_buy_again" and each.spec.family != "baseline"
    )  # fmt: skip
    row = int(models.load(models.place(place, known.id)).model.held_out[0])
    return Shown(project, known.id, row, "", "en")


def asked(shown: Shown, edits: Any, **more: Any) -> bytes:
    return json.dumps({"permit": permit(shown), "edits": edits} | more).encode()


# attack H02
def test_a_body_that_is_too_long_is_refused_before_it_is_read(send: Send) -> None:
    assert send(b"", content_length="160000000").status == 413
    assert send(b"", content_length="9" * 5_000).status == 413
    assert send(b"", content_length="-1").status == 413
    assert send(b"[" + b" " * serving.LARGEST + b"]", content_length="").status == 413


# attacks H03, H04, H05, H06
@pytest.mark.parametrize(
    "edits",
    [
        '{"%s": NaN}', '{"%s": Infinity}', '{"%s": -Infinity}', '{"%s": 1e400}', '{"%s": true}',
        '{"%s": ' + "9" * 5_000 + "}", '{"%s": ' + "[" * 100_000, '{"%s": {}}', "[]", "null",
        '{"%s": 1, "%s": 2}', '{"%s": 1}, "edits": {}', '{}, "extra": 1', '{}, "view": {"x": 1}',
        '{}, "view": {"span": [1, 2], "span": [1, 3]}', '{}} {"a": 1',
    ],
)  # fmt: skip
def test_what_is_no_question_is_refused(send: Send, shown: Shown, edits: str) -> None:
    text = f'{{"permit": "{permit(shown)}", "edits": {edits.replace("%s", DAYS)}}}'
    found = send(text.encode())
    assert (found.status, found.text) == (400, "{}")


# attack H06
@pytest.mark.parametrize(
    "body", [b"", b"\xff\xfe", b"[" * 100_000, b'{"permit":' * 50_000, b'"' + b"\\u0000" * 9]
)
def test_what_is_no_json_is_refused(send: Send, body: bytes) -> None:
    assert send(body).status == 400


# attacks H04, H07
@pytest.mark.parametrize(
    "edits",
    [{DAYS: "12"}, {DAYS: CANARY}, {CITY: 3}, {CANARY: 1}, {CANARY: CANARY}, {"": ""},
     {DAYS: 3, CANARY: None}],
)  # fmt: skip
def test_a_change_that_no_field_could_send_is_refused_and_not_told_back(
    send: Send, shown: Shown, edits: dict[str, Any]
) -> None:
    for more in ({}, {"lines": [DAYS]}):
        found = send(asked(shown, edits, **more))
        assert found.status == 422
        assert json.loads(found.text)["error"]
        assert CANARY not in found.text
        assert "12" not in found.text


# attack H04
def test_what_the_data_do_not_reach_is_answered_with_a_warning(send: Send, shown: Shown) -> None:
    for days in (-5, 1e308, -1e308):
        found = send(asked(shown, {DAYS: days}))
        assert found.status == 200
        assert "Outside the data" in json.loads(found.text)["answer"]["warning"]


# attack H09
def test_an_answer_is_that_of_the_model_whatever_the_order_and_for_a_level_it_never_saw(
    send: Send, shown: Shown, home: Path
) -> None:
    place = projects.folder(home, shown.project)
    saved = models.load(models.place(place, shown.model))
    edits = {CITY: "Atlantis", DAYS: 3.0}
    row = rows_of(place, saved, [shown.row])
    for column, value in edits.items():
        row[column] = pd.Series([value], index=row.index, dtype=row[column].dtype)
    expected = f"{100 * scored(saved.model, row)[0]:.1f}%"
    both = [send(asked(shown, dict(pairs))) for pairs in (edits.items(), [*edits.items()][::-1])]
    assert [each.status for each in both] == [200, 200]
    told = [json.loads(each.text)["answer"] for each in both]
    assert told[0] == told[1]
    assert told[0]["after"] == expected


# attack H11
def test_who_asks_too_fast_is_told_when_to_come_back(
    send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pace, "BURST", 3.0)
    monkeypatch.setattr(pace, "RATE", 1e-9)
    found = [send(b"{}") for _ in range(5)]
    assert [each.status for each in found] == [400, 400, 400, 429, 429]
    assert found[-1].headers["retry-after"] == "1"
    assert send(method="GET", path="/data", content_type="").status == 404  # pages go on


# attack H13
def test_what_is_not_there_is_told_alike_whatever_its_name(send: Send, shown: Shown) -> None:
    wrong = ("0" * 16, "../../x", "a/b", "", "\x00")
    for field in ("model", "project"):
        parts = {name: getattr(shown, name) for name in shown.__dataclass_fields__}
        found = [send(asked(Shown(**parts | {field: name}), {})) for name in wrong]
        assert {each.status for each in found} == {422}
        assert all("is not there" in json.loads(each.text)["error"] for each in found)
    assert send(json.dumps({"permit": "eyJ9.x", "edits": {}}).encode()).status == 403


# attack H14
def test_another_site_is_told_nothing(send: Send) -> None:
    for origin in ("http://evil.example", "null"):
        for method in ("OPTIONS", "POST", "GET"):
            found = send(
                method=method, origin=origin, access_control_request_method="POST",
                access_control_request_headers="content-type",
            )  # fmt: skip
            assert found.status == 403
            assert not [name for name in found.headers if name.startswith("access-control")]
    assert not [n for n in send(method="OPTIONS").headers if n.startswith("access-control")]


# attack H15
def test_a_packed_body_is_not_unpacked(send: Send, shown: Shown) -> None:
    bomb = gzip.compress(b" " * 10_000_000)
    for coding in ("gzip", "br", "deflate", "zstd", "gzip, gzip"):
        assert send(bomb, content_encoding=coding).status == 415
    assert send(asked(shown, {}), content_encoding="identity").status == 200
    assert send(bomb).status == 400


def fuzzed(send: Send, shown: Shown, cases: int, draw: random.Random) -> dict[int, int]:
    """How often each status was the answer to requests made at random."""
    counts: dict[int, int] = {}
    words = [permit(shown), "", CANARY, permit(Shown("x", "y", 10**9, "z", "en"))]
    columns = [DAYS, CITY, "orders", CANARY, ""]
    for case in range(cases):
        edits = {draw.choice(columns): draw.choice(ODD) for _ in range(draw.randint(0, 3))}
        question = {"permit": draw.choice(words[: 1 + 3 * (case % 2)]), "edits": edits}
        for name in draw.sample(("view", "lines", "extra"), draw.randint(0, 2)):
            listed = [draw.choice(ODD) for _ in range(2)]
            question[name] = draw.choice(
                (listed, {"rows": listed}, {"span": listed}, draw.choice(ODD), [DAYS, "none"])
            )
        body = json.dumps(question).encode()
        if not case % 5:
            body = body[: draw.randrange(len(body))] + draw.randbytes(draw.randint(0, 9))
        straight = case % 4
        method = "POST" if straight else draw.choice(METHODS)
        path = PATHS[0] if straight else draw.choice(PATHS)
        found = send(body, method, path)
        assert found.status < 500, (method, path, body)
        assert found.status == 200 or CANARY not in found.text, body
        counts[found.status] = counts.get(found.status, 0) + 1
    return counts


# attack H12
def test_requests_at_random_break_nothing(
    send: Send, shown: Shown, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pace, "BURST", 1e9)
    counts = fuzzed(send, shown, CASES, random.Random(0))  # noqa: S311
    assert {200, 400, 403, 405, 422} <= counts.keys()


@pytest.mark.whole
def test_many_requests_at_random_break_nothing(
    send: Send, shown: Shown, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pace, "BURST", 1e9)
    assert sum(fuzzed(send, shown, ALL_CASES, random.Random(1)).values()) == ALL_CASES  # noqa: S311
