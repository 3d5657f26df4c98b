"""The folder for what comes is full: Streamlit's own way of taking a file, behind our guard."""

from __future__ import annotations

import errno
import tempfile
from types import SimpleNamespace
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.web.server.starlette import starlette_routes

from pages.shared.around import uploads
from pages.shared.around.uploads import MEGABYTE, Desk, Uploads
from pages.shared.around.visits import Visits
from tests.pages.around.asgi import ANNA, Answer, answered, body, cookie, scope

PLACE = "/_stcore/upload_file/one/file"
HEAD = b'--e\r\nContent-Disposition: form-data; name="a"; filename="a.csv"\r\n\r\n'


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> MemoryUploadedFileManager:
    """What Streamlit holds; the page of session "one" has a place for files."""
    desk = Desk()
    desk.opened("one")
    monkeypatch.setattr(uploads, "desk", lambda: desk)
    monkeypatch.setattr(starlette_routes, "is_xsrf_enabled", lambda: False)
    return MemoryUploadedFileManager("/upload")


@pytest.fixture
def app(taken: MemoryUploadedFileManager) -> Starlette:
    runtime: Any = SimpleNamespace(is_active_session=lambda session: True)
    known = Visits()
    known.begun("one", ANNA)
    guard = Middleware(Uploads, known, lambda session: 0, lambda: 9)
    return Starlette(
        routes=starlette_routes.create_upload_routes(runtime, taken, None), middleware=[guard]
    )


@pytest.fixture
def full(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """A disk on which nothing more fits; how often that was met."""
    met: list[int] = []

    def no_room(*_: Any, **__: Any) -> None:
        met.append(1)
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(tempfile, "TemporaryFile", no_room)
    return met


def put(app: Starlette, megabytes: int) -> Answer:
    asked = scope(
        "PUT", PLACE, cookie=cookie(), content_type="multipart/form-data; boundary=e"
    ) | {"query_string": b"", "root_path": ""}  # fmt: skip
    parts = [body(b"x" * MEGABYTE, more=True)] * megabytes
    return answered(app, asked, body(HEAD, more=True), *parts, body(b"\r\n--e--\r\n"))


# attack J06
def test_j06_a_file_that_finds_no_room_is_told_and_the_next_is_taken(
    app: Starlette, taken: MemoryUploadedFileManager, full: list[int]
) -> None:
    assert put(app, 3).status == 507
    assert full
    assert taken.file_storage == {}
    assert put(app, 1).status == 204  # small ones need no folder
    assert len(taken.file_storage["one"]["file"].data) == MEGABYTE


def test_a_file_that_finds_room_is_taken(app: Starlette, taken: MemoryUploadedFileManager) -> None:
    assert put(app, 3).status == 204
    assert len(taken.file_storage["one"]["file"].data) == 3 * MEGABYTE
