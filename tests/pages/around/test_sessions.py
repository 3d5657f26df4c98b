"""A session, its uploads and its files belong to one cookie; what is left behind goes."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, ClassVar

import pytest
from streamlit.runtime import Runtime
from streamlit.runtime.media_file_manager import MediaFileManager
from streamlit.runtime.memory_media_file_storage import MemoryMediaFileStorage
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.uploaded_file_manager import UploadedFileRec

from pages.shared.around import entry, pace, uploads, visits
from pages.shared.around.cookie import NAME
from pages.shared.around.entry import Entry
from pages.shared.around.files import Files
from pages.shared.around.reaper import Reaper, held
from pages.shared.around.uploads import MEGABYTE, Desk, Uploads
from pages.shared.around.visits import Visits, follow
from tests.pages.around.asgi import (
    ANNA,
    BERT,
    COOKIE,
    OTHER,
    Inner,
    answered,
    body,
    cookie,
    said,
    scope,
)  # fmt: skip

STREAM = "/_stcore/stream"
PLACE = "/_stcore/upload_file/one/file"


@pytest.fixture
def known() -> Visits:
    """Anna's session, called one."""
    found = Visits()
    found.begun("one", ANNA)
    return found


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Desk:
    """Anna's page shows an uploader."""
    found = Desk()
    found.at("one", "data")
    found.opened("one")
    monkeypatch.setattr(uploads, "desk", lambda: found)
    return found


# --- the websocket -----------------------------------------------------------------------


def opened(known: Visits, session: str, given: str) -> int:
    protocols = f"streamlit, token, {session}"
    asked = scope(path=STREAM, kind="websocket", cookie=given, sec_websocket_protocol=protocols)
    return answered(Entry(Inner(), known), asked).status


def test_f06_a_session_of_another_cookie_is_refused(known: Visits) -> None:
    assert opened(known, "one", cookie()) == 0
    assert opened(known, "one", cookie(OTHER)) == 1008
    assert opened(known, "one", "") == opened(known, "", "") == 1008
    assert opened(known, "forgotten", cookie(OTHER)) == opened(known, "", cookie(OTHER)) == 0


def test_f19_too_large_and_too_many_messages_end_the_line(
    known: Visits, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = scope(path=STREAM, kind="websocket", cookie=cookie())
    monkeypatch.setattr(entry, "LARGEST", 10)
    assert answered(Entry(Inner(), known), asked, said(b"x" * 11)).status == 1009
    assert answered(Entry(Inner(), known), asked, said(b"x" * 10)).status == 0
    monkeypatch.setattr(entry, "SAYS_AT_ONCE", 5.0)
    monkeypatch.setattr(entry, "LATEST", 0.0)
    inner = Inner()
    assert answered(Entry(inner, known), asked, *[said()] * 7).status == 1008
    assert [each["type"] for each in inner.heard] == ["websocket.receive"] * 5 + [
        "websocket.disconnect"
    ]


def test_a_visitor_opens_only_so_many(known: Visits, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = scope(path=STREAM, kind="websocket", cookie=cookie())
    monkeypatch.setattr(entry, "COMES_AT_ONCE", 3.0)
    door = Entry(Inner(), known)
    assert [answered(door, asked).status for _ in range(4)] == [0, 0, 0, 1008]
    assert answered(door, scope(path=STREAM, kind="websocket", cookie=cookie(OTHER))).status == 0
    monkeypatch.setattr(entry, "SOCKETS", 0)
    assert answered(Entry(Inner(), known), asked).status == 1008


def test_a_bucket_fills_with_time() -> None:
    bucket = pace.Bucket(rate=2, burst=3, now=0)
    assert [bucket.takes(0) for _ in range(4)] == [True, True, True, False]
    assert [bucket.takes(0.5), bucket.takes(0.5), bucket.takes(9)] == [True, False, True]
    assert [bucket.waits(9, 0.5), bucket.waits(9, 0.5)] == [0.0, 0.0]
    assert bucket.waits(9, 0.5) == 0.5
    assert bucket.waits(9, 0.5) is None


def test_one_who_asks_too_fast_does_not_slow_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "BURST", 2.0)
    guard = pace.Pace(Inner())
    asked = {"method": "POST", "path": "/api/what-if"}
    anna = [answered(guard, scope(**asked, cookie=cookie())).status for _ in range(3)]
    assert anna == [200, 200, 429]
    assert answered(guard, scope(**asked, cookie=cookie(OTHER))).status == 200
    assert [answered(guard, scope()).status for _ in range(9)] == [200] * 9


# --- uploads -----------------------------------------------------------------------------


def put(
    guard: Uploads, *come: Any, given: str = COOKIE, length: int | str = "", place: str = PLACE
) -> int:
    asked = scope("PUT", place, cookie=cookie(given), content_length=str(length))
    return answered(guard, asked, *come).status


def guard(known: Visits, here: int = 0, inner: Any = None) -> Uploads:
    """With a quota of 1 MB (and as much again for the frame), of which ``here`` bytes are taken."""
    return Uploads(inner or Inner(), known, lambda session: here, lambda: 1)


def test_f08_an_upload_needs_an_uploader_and_a_session_of_its_own(
    known: Visits, desk: Desk
) -> None:
    assert put(guard(known), body(b"x")) == 200
    assert put(guard(known), body(b"x"), given=OTHER) == 403
    assert put(guard(known), body(b"x"), place="/_stcore/upload_file/unknown/file") == 403
    desk.at("one", "data")
    assert put(guard(known), body(b"x")) == 200
    desk.at("one", "explore")
    assert put(guard(known), body(b"x")) == 403
    asked = scope("DELETE", PLACE, cookie=cookie(OTHER))
    assert answered(guard(known), asked).status == 403


def test_f09_f15_a_session_holds_only_so_much(known: Visits, desk: Desk) -> None:
    most = 2 * MEGABYTE
    assert put(guard(known), length=most) == 200
    assert put(guard(known), length=most + 1) == 413
    assert put(guard(known, here=MEGABYTE), length=MEGABYTE + 1) == 413
    assert put(guard(known), length="-1") == put(guard(known), length="x") == 400
    chunks = [body(b"x" * MEGABYTE, more=True)] * 2
    assert put(guard(known), *chunks, body(b"")) == 200
    assert put(guard(known), *chunks, body(b"x")) == 413


def test_f09_all_sessions_together_hold_only_so_much(known: Visits, desk: Desk) -> None:
    full = Uploads(Inner(), known, lambda session: 0 if session else 4 * MEGABYTE, lambda: 1)
    assert put(full, length=MEGABYTE) == 200
    assert put(full, length=MEGABYTE + 1) == 413


def test_what_has_come_counts_until_it_is_there(known: Visits, desk: Desk) -> None:
    one = guard(known)
    for _ in range(5):
        assert put(one, body(b"x" * MEGABYTE, more=True), body(b"")) == 200
    assert one._coming.total() == 0


def test_j06_a_full_disk_is_told_and_nothing_else_breaks(known: Visits, desk: Desk) -> None:
    async def full(scope: Any, receive: Any, send: Any) -> None:
        raise OSError(28, "No space left on device")

    async def broken(scope: Any, receive: Any, send: Any) -> None:
        raise OSError(5, "Input/output error")

    assert put(guard(known, inner=full), body(b"x")) == 507
    with pytest.raises(OSError, match="Input"):
        put(guard(known, inner=broken), body(b"x"))


# --- files -------------------------------------------------------------------------------


def test_e11_a_file_is_there_for_the_visitor_who_made_it(known: Visits) -> None:
    known.made("/media/abc.csv", "one")
    door = Files(Inner(), known)
    assert answered(door, scope(path="/media/abc.csv", cookie=cookie())).status == 200
    assert answered(door, scope(path="/media/abc.csv", cookie=cookie(OTHER))).status == 404
    assert answered(door, scope(path="/media/abc.csv")).status == 404
    assert answered(door, scope(path="/media/abd.csv", cookie=cookie())).status == 404
    ((file, seen),) = known.files()
    known.gone(file, seen)
    assert answered(door, scope(path="/media/abc.csv", cookie=cookie())).status == 404


# --- what Streamlit makes, and what is left ------------------------------------------------


@dataclass
class Played:
    """A runtime with the files of Streamlit's own managers."""

    media_file_mgr: MediaFileManager = field(
        default_factory=lambda: MediaFileManager(MemoryMediaFileStorage("/media"))
    )
    uploaded_file_mgr: MemoryUploadedFileManager = field(
        default_factory=lambda: MemoryUploadedFileManager("/upload")
    )
    connected: set[str] = field(default_factory=set)
    closed: list[str] = field(default_factory=list)
    wanted: ClassVar[list[str | None]] = []

    def connect_session(self, client: Any, user_info: Any, existing_session_id: Any = None) -> str:
        self.wanted.append(existing_session_id)
        name = existing_session_id or f"new{len(self.wanted)}"
        self.connected.add(name)
        return name

    def is_active_session(self, session: str) -> bool:
        return session in self.connected

    def close_session(self, session: str) -> None:
        self.closed.append(session)


def client(given: str) -> Any:
    return SimpleNamespace(client_context=SimpleNamespace(cookies={NAME: given}))


def test_what_we_follow_is_there_in_streamlit() -> None:
    assert {"connect_session", "is_active_session", "close_session"} <= set(dir(Runtime))
    assert {"add", "add_deferred", "execute_deferred", "read_file"} <= set(dir(MediaFileManager))


def test_f06_a_session_is_bound_where_streamlit_makes_it() -> None:
    runtime, known = Played(), Visits()
    follow(runtime, known)  # type: ignore[arg-type]
    one = runtime.connect_session(client(COOKIE), {})
    assert known.is_own(one, ANNA)
    assert runtime.connect_session(client(COOKIE), {}, existing_session_id=one) == one
    assert runtime.connect_session(client(OTHER), {}, existing_session_id=one) != one
    assert known.is_own(one, ANNA)
    assert not known.is_own(one, BERT)


def test_e10_files_are_known_by_the_session_that_made_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    runtime, known = Played(), Visits()
    follow(runtime, known)  # type: ignore[arg-type]
    known.begun("one", ANNA)
    monkeypatch.setattr(visits, "_session", lambda: "one")
    picture = runtime.media_file_mgr.add(b"data", "text/csv", "place")
    later = runtime.media_file_mgr.add_deferred(lambda: b"made", "text/csv", "place", "a.csv")
    monkeypatch.setattr(visits, "_session", lambda: "")  # the click is answered elsewhere
    made = runtime.media_file_mgr.execute_deferred(later)
    assert known.may_fetch(picture, ANNA)
    assert known.may_fetch(made, ANNA)
    assert not known.may_fetch(made, BERT)
    assert not known.may_fetch(made, "")


def test_a_file_that_is_just_made_is_not_taken_for_left() -> None:
    """Runs of others end at any moment: also after it was made, before the click has its name."""
    runtime, known = Played(), Visits()
    files = runtime.media_file_mgr
    execute = files.execute_deferred

    def interrupted(place: str) -> str:
        address = execute(place)
        files.remove_orphaned_files()
        files.remove_orphaned_files()
        return address

    vars(files)["execute_deferred"] = interrupted
    follow(runtime, known)  # type: ignore[arg-type]
    address = files.execute_deferred(files.add_deferred(lambda: b"made", "text/csv", "p", "a.csv"))
    found = files.read_file(visits.file_of(address))
    assert found is not None
    assert found.content == b"made"


def test_a_file_that_is_made_again_while_it_is_swept_stays_known() -> None:
    known = Visits()
    known.begun("one", ANNA)
    known.made("/media/abc.csv", "one")
    ((file, seen),) = known.files()
    known.made("/media/abc.csv", "one")
    known.gone(file, seen)
    assert known.may_fetch("/media/abc.csv", ANNA)


def test_f10_what_an_ended_session_held_goes_within_five_minutes(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = {"second": 0}
    monkeypatch.setattr(visits, "now", lambda: float(clock["second"]))
    runtime, known = Played(), Visits()
    reaper = Reaper(runtime, known, desk)  # type: ignore[arg-type]
    known.begun("one", ANNA)
    runtime.connected.add("one")
    runtime.uploaded_file_mgr.add_file("one", UploadedFileRec("f", "f.csv", "text/csv", b"1" * 9))
    follow(runtime, known)  # type: ignore[arg-type]
    files = runtime.media_file_mgr
    address = files.execute_deferred(files.add_deferred(lambda: b"made", "text/csv", "p", "a.csv"))
    reaper.reap(0)
    assert runtime.closed == []
    runtime.connected.clear()
    gone = None
    for second in range(5, 301, 5):
        clock["second"] = second
        reaper.reap(second)
        if gone is None and not known.files() and runtime.closed:
            gone = second
    assert gone is not None
    assert runtime.closed == ["one"]
    assert runtime.uploaded_file_mgr.file_storage == {}
    assert files.read_file(visits.file_of(address)) is None
    assert not desk.is_open("one")
    assert known.sessions() == []


def test_a_session_that_comes_back_stays() -> None:
    runtime, known = Played(), Visits()
    reaper = Reaper(runtime, known, Desk())  # type: ignore[arg-type]
    known.begun("one", ANNA)
    for second in range(0, 200, 40):  # away for less than the time it may be
        runtime.connected.clear()
        reaper.reap(second)
        runtime.connected.add("one")
        reaper.reap(second + 20)
    assert runtime.closed == []


def test_what_is_held_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    runtime = Played()
    monkeypatch.setattr("pages.shared.around.reaper.get_instance", lambda: runtime)
    for session, size in (("one", 5), ("one", 7), ("two", 11)):
        name = f"{session}{size}"
        record = UploadedFileRec(name, name, "text/csv", b"1" * size)
        runtime.uploaded_file_mgr.add_file(session, record)
    assert [held("one"), held("two"), held("none"), held("")] == [12, 11, 0, 23]
