"""A part of a page that asks to run just as its page is left does not blank the next page."""

from __future__ import annotations

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from tests.sessions.canaries import Colony
from tests.sessions.client import Visitor
from tests.sessions.served import Served

QUIET = 2.0  # seconds without a frame: nothing more comes


def asks(page: str, fragment: str = "") -> BackMsg:
    """What a browser says to have a page run, or a part of it that runs by itself."""
    message = BackMsg()
    message.rerun_script.page_script_hash = page
    message.rerun_script.fragment_id = fragment
    message.rerun_script.is_auto_rerun = bool(fragment)
    return message


def test_a_part_of_a_page_that_was_left_does_not_run(small: Colony, served: Served) -> None:
    parts: list[str] = []
    visitor = Visitor(served.address, lambda _, __, heard: parts.append(heard.delta.fragment_id))
    visitor.open("what_if", project=small.projects[0].id, model=small.projects[0].model)
    old, new = visitor.screen.page, visitor.screen.pages["explore"]
    part = next(filter(None, parts))
    visitor.wire.say(asks(new))
    pages: list[str] = []
    try:
        while True:
            message = ForwardMsg.FromString(visitor.wire.hear(QUIET))
            if message.WhichOneof("type") == "new_session":
                pages.append(message.new_session.page_script_hash)
                if pages == [new]:
                    visitor.wire.say(asks(old, part))
    except TimeoutError:
        visitor.close()
    assert pages == [new]
