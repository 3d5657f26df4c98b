"""The route that answers a field that moves: who may ask, what is told, what is refused."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from starlette.requests import Request

from core.store import markings, models, projects
from core.what_if.limits import Freedom
from core.what_if.marking import Mark
from pages.shared import serving
from pages.shared.live import permit as permits
from pages.shared.live.permit import Shown, permit, permitted

HOST = "127.0.0.1:8501"
ADDRESS = f"http://{HOST}"
DAYS = "days_since_last_visit"


@dataclass(frozen=True)
class Found:
    """What a question was answered with."""

    status_code: int
    text: str

    def json(self) -> Any:
        return json.loads(self.text)


Post = Callable[[bytes, dict[str, str]], Found]


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Post:
    """The route as a server calls it."""
    monkeypatch.setattr(serving, "_STARTED", [])
    monkeypatch.setattr(serving.PagesManager, "uses_pages_directory", None)
    (route,) = serving.routes()
    assert route.methods == {"POST"}

    def post(body: bytes, headers: dict[str, str]) -> Found:
        lines = {"host": HOST} | headers
        named = [(k.encode(), v.encode()) for k, v in lines.items()]

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        scope = {"type": "http", "method": "POST", "path": route.path, "headers": named}
        asked = route.endpoint(Request(scope, receive))
        with ThreadPoolExecutor(1) as aside:  # another test's browser may have a loop in this one
            found = aside.submit(asyncio.run, asked).result()
        return Found(found.status_code, bytes(found.body).decode())

    return post


@pytest.fixture
def shown(project: str, home: Any) -> Shown:
    """The average customer of the finished project."""
    board = models.board(projects.folder(home, project))[0]
    model = next(
        e.id
        for e in board
        if e.spec.target.name == "will_buy_again" and e.spec.family != "baseline"
    )
    return Shown(project, model, -1, "", "en")


def ask(client: Post, word: str, origin: str | None = ADDRESS, **question: Any) -> Found:
    headers = {"content-type": "application/json"} | ({"origin": origin} if origin else {})
    body = json.dumps({"permit": word, "edits": {}} | question)
    return client(body.encode(), headers)


def test_a_change_is_answered(client: Post, shown: Shown) -> None:
    still = ask(client, permit(shown)).json()["answer"]
    assert still["before"] == still["after"]
    assert still["way"] == "same"
    moved = ask(client, permit(shown), edits={DAYS: 1}).json()["answer"]
    assert moved["before"] == still["before"] != moved["after"]
    assert any(row["column"] == DAYS and row["edited"] for row in moved["rows"])


def test_lines_are_told_of_numbers_only(client: Post, shown: Shown) -> None:
    told = ask(client, permit(shown), lines=[DAYS, "no such column"]).json()
    (line,) = told["lines"]
    assert line["column"] == DAYS
    assert line["points"][0][0] == 0
    assert line["points"][-1][0] == 1
    assert told["answer"] is None


def test_what_is_marked_holds_for_the_next_question(client: Post, shown: Shown, home: Path) -> None:
    word, folder = permit(shown), projects.folder(home, shown.project)
    assert ask(client, word, edits={"orders": 7}).json()["answer"]["follows"] == {}
    table = projects.load(home, shown.project).table
    derived = Mark("spend", Freedom.DERIVED, "orders * 10")
    markings.keep(folder, table, (derived, Mark("city", Freedom.FIXED)))
    still = ask(client, word, edits={"city": "nowhere", "spend": 1}).json()["answer"]
    assert still["way"] == "same"
    assert still["before"] == still["after"]
    moved = ask(client, word, edits={"orders": 7, "spend": 1}).json()["answer"]
    assert moved["follows"] == {"spend": 70.0}
    told = ask(client, word, edits={"orders": 7}, lines=["orders", "spend"]).json()
    assert [line["column"] for line in told["lines"]] == ["orders"]


def test_another_origin_is_refused(client: Post, shown: Shown) -> None:
    for origin in ("http://evil.example", "null", None, "http://127.0.0.1:8502"):
        assert ask(client, permit(shown), origin=origin).status_code == 403


def test_a_form_cannot_ask(client: Post, shown: Shown) -> None:
    body = json.dumps({"permit": permit(shown), "edits": {}}).encode()
    found = client(body, {"origin": ADDRESS, "content-type": "text/plain"})
    assert found.status_code == 403


def test_only_what_a_page_showed_can_be_asked(
    client: Post, shown: Shown, monkeypatch: pytest.MonkeyPatch
) -> None:
    word = permit(shown)
    body, seal = word.split(".")
    for forged in (
        "",
        ".",
        "é",
        body,
        f"{body}.",
        f"{body[:-4]}AAA=.{seal}",
        f"{body}.{seal[:-4]}AAA=",
    ):
        assert ask(client, forged).status_code == 403
    monkeypatch.setattr(permits, "SECRET", b"another start")
    assert ask(client, word).status_code == 403


def test_a_permit_says_what_it_is_for(shown: Shown) -> None:
    assert permitted(permit(shown)) == shown


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"permit": 1}', b"\xff"])
def test_rubbish_is_refused(client: Post, body: bytes) -> None:
    headers = {"origin": ADDRESS, "content-type": "application/json"}
    assert client(body, headers).status_code == 400


def test_too_long_a_question_is_refused(client: Post, shown: Shown) -> None:
    assert ask(client, permit(shown), edits={DAYS: "1" * serving.LARGEST}).status_code == 413


def test_what_a_person_can_mend_is_said(client: Post, shown: Shown) -> None:
    found = ask(client, permit(shown), edits={DAYS: "soon"})
    assert found.status_code == 422
    assert "does not fit" in found.json()["error"]
    assert "soon" not in found.text


def test_what_went_wrong_leaves_a_reference_and_no_trace(client: Post, shown: Shown) -> None:
    gone = Shown(shown.project, "0" * 12, -1, "", "en")
    found = ask(client, permit(gone))
    assert found.status_code == 422
    assert "Traceback" not in found.text
    assert found.json()["error"]


def test_pages_know_of_the_route_once_it_is_there(client: Post) -> None:
    assert serving.route() == serving.ANSWER
    assert serving.PagesManager.uses_pages_directory is False
