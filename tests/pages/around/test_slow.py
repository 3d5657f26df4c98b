"""Bodies and connections on which nothing comes are ended."""

from __future__ import annotations

import pytest

from pages.shared.around import patience
from pages.shared.around.patience import Patience
from pages.shared.around.silence import MOST, Silence
from tests.pages.around.asgi import Inner, answered, body, scope


@pytest.fixture(autouse=True)
def _hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "IDLE", 0.02)
    monkeypatch.setattr(patience, "LEAST", 0.1)
    monkeypatch.setattr(patience, "RATE", 1000.0)


def test_h10_a_body_that_does_not_come_is_not_waited_for() -> None:
    asked = scope("POST", "/api/what-if")
    assert answered(Patience(Inner()), asked, body(b"x")).status == 200
    assert answered(Patience(Inner()), asked, 9).status == 408
    assert answered(Patience(Inner()), asked, body(b"x", more=True), 9).status == 408


def test_h10_a_body_in_drops_is_not_waited_for() -> None:
    drops = [each for _ in range(40) for each in (0.01, body(b"x", more=True))]
    found = answered(Patience(Inner()), scope("PUT", "/_stcore/upload_file/a/b"), *drops, body(b""))
    assert found.status == 408
    quick = [each for _ in range(40) for each in (0.01, body(b"x" * 100, more=True))]
    found = answered(Patience(Inner()), scope("PUT", "/_stcore/upload_file/a/b"), *quick, body(b""))
    assert found.status == 200


def test_goals_of_half_a_minute() -> None:
    assert MOST + 5 <= 30


class Line:
    """A connection of uvicorn's, as far as it is looked at."""

    def __init__(self) -> None:
        self.cycle: object = None
        self.transport = self
        self.closed = False
        self.protocol: object = self

    def connection_made(self, transport: object) -> None:
        """The server's own."""

    def get_protocol(self) -> object:
        return self.protocol

    def close(self) -> None:
        self.closed = True


class Cycle:
    """A request that is being answered."""

    response_complete = False


@pytest.fixture
def line(monkeypatch: pytest.MonkeyPatch) -> tuple[Silence, Line]:
    """A connection made at 0 seconds."""
    silence = Silence()
    monkeypatch.setattr("time.monotonic", lambda: 0.0)

    class Followed(Line):
        """A protocol of its own."""

    silence.listen(Followed)
    made = Followed()
    made.connection_made(made)
    return silence, made


def test_h10_a_connection_without_a_request_is_closed(line: tuple[Silence, Line]) -> None:
    silence, made = line
    assert silence.end(MOST) == 0
    assert silence.end(MOST + 0.1) == 1
    assert made.closed
    assert silence.end(99) == 0


def test_a_connection_at_work_stays(line: tuple[Silence, Line]) -> None:
    silence, made = line
    made.cycle = cycle = Cycle()
    assert silence.end(100) == 0
    cycle.response_complete = True
    assert silence.end(100 + MOST) == 0
    assert silence.end(101 + MOST) == 1
    assert made.closed


def test_a_websocket_is_another_matter(line: tuple[Silence, Line]) -> None:
    silence, made = line
    made.protocol = object()
    assert silence.end(1000) == 0
    assert not made.closed
