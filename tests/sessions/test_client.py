"""The stand-in for a browser does what a browser does: checked on the app itself."""

from __future__ import annotations

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import WebSocketException

from tests.sessions.canaries import Colony
from tests.sessions.client import Visitor
from tests.sessions.screen import Screen, strings
from tests.sessions.served import Served
from tests.sessions.wire import XSRF


def delta(place: list[int], text: str, fragment: str = "") -> ForwardMsg:
    """A text at a place of the tree."""
    message = ForwardMsg()
    message.metadata.delta_path.extend(place)
    message.delta.new_element.markdown.body = text
    message.delta.fragment_id = fragment
    return message


def begun(*fragments: str) -> ForwardMsg:
    """A run of the page, or of fragments."""
    message = ForwardMsg()
    message.new_session.initialize.session_id = "one"
    message.metadata.run.fragment_ids.extend(fragments)
    return message


def ended(status: ForwardMsg.ScriptFinishedStatus.ValueType) -> ForwardMsg:
    """The end of a run."""
    return ForwardMsg(script_finished=status)


def test_what_a_run_does_not_draw_again_is_gone() -> None:
    screen = Screen()
    whole = ended(ForwardMsg.FINISHED_SUCCESSFULLY)
    for message in (begun(), delta([0, 0], "a"), delta([0, 1], "b", "f"), whole):
        screen.take(message)
    assert screen.texts() == "a\nb"
    part = ended(ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY)
    for message in (begun("f"), delta([0, 2], "c", "f"), part):
        screen.take(message)
    assert screen.texts() == "a\nc"
    for message in (begun(), delta([0, 0], "d"), ended(ForwardMsg.FINISHED_EARLY_FOR_RERUN)):
        screen.take(message)
    assert screen.texts() == "d\nc"
    screen.take(begun())
    screen.take(whole)
    assert screen.texts() == ""


def test_every_text_of_a_message_is_found() -> None:
    message = ForwardMsg()
    message.delta.new_element.selectbox.options.extend(["one", "two"])
    message.delta.new_element.selectbox.label = "three"
    blobs = message.delta.new_element.bidi_component.mixed
    blobs.json = "four"  # another kind takes the first one's place
    assert list(strings(message)) == ["four"]
    message.delta.new_element.selectbox.options.extend(["one", "two"])
    assert list(strings(message)) == ["one", "two"]


def test_a_visitor_walks_sets_and_clicks(small: Colony, served: Served) -> None:
    who = small.projects[0]
    visitor = Visitor(served.address).open("evaluate", project=who.id)
    slider = next(each for each in visitor.screen.widgets() if each.kind == "slider")
    assert slider.fragment
    visitor.set(slider.key, [0.9])
    moved = visitor.widget(slider.key)
    assert moved.id == slider.id
    assert visitor.screen.query == f"project={who.id}"
    visitor.go("train")
    assert visitor.screen.query == f"project={who.id}"  # the page wrote it again
    visitor.go("").click("Bring your own table")
    assert visitor.has("upload-0")
    visitor.close()


def test_f18_a_script_without_origin_gets_no_further_than_a_browser(served: Served) -> None:
    """Without sign-in whoever reaches this machine's own address is its one user, and a page that
    needs a project shows none until one is chosen."""
    visitor = Visitor(served.address)
    visitor.wire.origin = None
    try:
        visitor.open("evaluate")
    except (ConnectionError, OSError, WebSocketException):
        return  # turned away at the door
    assert "zqin" not in visitor.text()
    visitor.close()


def test_f07_a_session_is_taken_up_by_its_own_browser_only(small: Colony, served: Served) -> None:
    """Another browser that knows a session's id gets none, or a new one."""
    who = small.projects[1]
    visitor = Visitor(served.address).open("data", project=who.id)
    session = visitor.screen.session
    thief = Visitor(served.address)
    thief.screen.session = session
    try:
        thief.again()
    except (ConnectionError, OSError, WebSocketException):
        assert visitor.run().screen.session == session
    else:
        assert thief.screen.session != session
        assert who.inside not in thief.text()
    assert visitor.again().screen.session == session
    assert who.inside in visitor.text()
    thief.close()
    visitor.close()


def test_f14_an_upload_without_the_token_of_the_page_is_refused(served: Served) -> None:
    """Streamlit's own guard against requests that another site has a browser make."""
    visitor = Visitor(served.address).open()
    if not visitor.has("upload-0"):
        visitor.click("Bring your own table")
    asked = BackMsg()
    asked.file_urls_request.request_id = "one"
    asked.file_urls_request.session_id = visitor.screen.session
    asked.file_urls_request.file_names.append("t.csv")
    place = visitor._told(asked, "file_urls_response").file_urls_response.file_urls[0].upload_url
    token = visitor.wire.cookies.pop(XSRF)
    assert visitor.wire.put(place, "t.csv", b"a,b\n1,2\n").status == 403
    visitor.wire.cookies[XSRF] = token
    forged = {"X-Xsrftoken": "2|00000000|00000000000000000000000000000000|1700000000"}
    assert visitor.wire.ask("PUT", place, b"x", forged).status == 403
    assert visitor.wire.put(place, "t.csv", b"a,b\n1,2\n").status == 204
    visitor.close()
