"""A visitor without a browser: opens pages, sets what stands there, uploads and downloads."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Common_pb2 import FileUploaderState, UploadedFileInfo
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState

from tests.sessions.screen import Screen, Widget, is_end
from tests.sessions.wire import Wire

Watch = Callable[["Visitor", bytes, ForwardMsg], None]


class Trouble(AssertionError):
    """The app said that something went wrong."""


@dataclass
class Visitor:
    """One tab of a browser of its own.

    ``watch`` sees every frame of the app. After each run ``seconds`` is how long it took, from the
    question to the last element.
    """

    address: str
    watch: Watch | None = None
    wait: float = 180.0  # seconds; fifty visitors on two cores take their time
    wire: Wire = field(init=False)
    screen: Screen = field(default_factory=Screen)
    states: dict[str, WidgetState] = field(default_factory=dict)
    seconds: float = 0.0
    runs: int = 0
    page: str = ""  # where the visitor is, or goes

    def __post_init__(self) -> None:
        self.wire = Wire(self.address, self.wait)

    # --- pages -----------------------------------------------------------------------------

    def open(self, page: str = "", **query: str) -> Visitor:
        """Follows a link into the app in a new tab."""
        self.wire.open()
        self.screen = Screen(query=urlencode(query))
        self.states, self.page = {}, page
        self._ask(page_name=page)
        return self

    def again(self) -> Visitor:
        """Takes the same session up after its line broke."""
        self.wire.close()
        self.wire.open(self.screen.session)
        return self.run()

    def go(self, page: str) -> Visitor:
        """Clicks a page in the sidebar; "" is the first."""
        self.states, self.page = {}, page
        self.screen.query = ""
        self._ask(page_script_hash=self.screen.pages[page])
        return self

    def run(self, fragment: str = "") -> Visitor:
        """Runs the page, or a part of it, as it stands."""
        self._ask(page_script_hash=self.screen.page, fragment_id=fragment)
        return self

    def tick(self) -> bool:
        """Runs each part that runs by itself once; True where there was one."""
        due = list(self.screen.ticking)
        for fragment in due:
            if fragment in self.screen.ticking:
                self._ask(
                    page_script_hash=self.screen.page, fragment_id=fragment, is_auto_rerun=True
                )
        return bool(due)

    def until(self, done: Callable[[Visitor], bool], wait: float = 60.0) -> Visitor:
        """Lets the page's own parts run until it is as wanted. Raises TimeoutError."""
        end = time.monotonic() + wait
        while not done(self):
            if time.monotonic() > end:
                raise TimeoutError(self.text()[-2000:])
            pace = min(self.screen.ticking.values(), default=0.2)
            time.sleep(min(pace, 0.5))
            if not self.tick():
                self.run()
        return self

    def close(self) -> None:
        """Shuts the tab."""
        self.wire.close()

    # --- what stands there -----------------------------------------------------------------

    def text(self) -> str:
        """All that is written on the screen."""
        return self.screen.texts()

    def widget(self, named: str) -> Widget:
        """The widget of that key, or of that label. Raises LookupError."""
        known = list(self.screen.widgets())
        for each in known:
            if named in (each.key, each.label):
                return each
        raise LookupError(f"{named}: {[each.key or each.label for each in known]}")

    def has(self, named: str) -> bool:
        """Whether there is such a widget."""
        return any(named in (each.key, each.label) for each in self.screen.widgets())

    def set(self, named: str, value: Any) -> Visitor:
        """Sets a widget and lets the page run."""
        widget = self.widget(named)
        self.states[widget.id] = widget.at(value)
        return self.run(widget.fragment)

    def click(self, named: str) -> Visitor:
        """Clicks a button."""
        widget = self.widget(named)
        self.states[widget.id] = widget.at(True)
        try:
            return self.run(widget.fragment)
        finally:
            self.states.pop(widget.id, None)

    def upload(self, named: str, file: str, content: bytes) -> Visitor:
        """Drops a file on an uploader."""
        widget = self.widget(named)
        asked = BackMsg()
        asked.file_urls_request.request_id = uuid.uuid4().hex
        asked.file_urls_request.session_id = self.screen.session
        asked.file_urls_request.file_names.append(file)
        place = self._told(asked, "file_urls_response").file_urls_response.file_urls[0]
        answer = self.wire.put(place.upload_url, file, content)
        if answer.status != 204:
            raise Trouble(f"{answer.status} {answer.body[:500]!r}")
        info = UploadedFileInfo(name=file, size=len(content), file_id=place.file_id)
        info.file_urls.CopyFrom(place)
        self.states[widget.id] = widget.at(FileUploaderState(uploaded_file_info=[info]))
        return self.run(widget.fragment)

    def downloads(self) -> list[Any]:
        """The download buttons."""
        return self.screen.elements("download_button")

    def media(self, button: Any) -> str:
        """Where the file of a download button lies, made now where it is made on the click."""
        if not button.deferred_file_id:
            return str(button.url)
        asked = BackMsg()
        asked.backend_operation_request.request_id = uuid.uuid4().hex
        asked.backend_operation_request.session_id = self.screen.session
        asked.backend_operation_request.deferred_file.file_id = button.deferred_file_id
        found = self._told(asked, "backend_operation_response").backend_operation_response
        if not found.deferred_file.url:
            raise Trouble(str(found))
        return str(found.deferred_file.url)

    def download(self, button: Any) -> bytes:
        """What a download button gives."""
        answer = self.wire.ask("GET", self.media(button))
        if answer.status != 200:
            raise Trouble(f"{answer.status} {answer.body[:500]!r}")
        return answer.body

    # --- the line --------------------------------------------------------------------------

    def _ask(self, **wish: Any) -> None:
        """Asks for a run and takes all frames until it, and what follows by itself, has ended."""
        message = BackMsg()
        wish |= {"query_string": self.screen.query}
        for name, value in wish.items():
            setattr(message.rerun_script, name, value)
        standing = {each.id for each in self.screen.widgets()}
        self.states = {id_: state for id_, state in self.states.items() if id_ in standing}
        message.rerun_script.widget_states.widgets.extend(self.states.values())
        message.rerun_script.context_info.timezone = "UTC"
        message.rerun_script.context_info.locale = "en"
        message.rerun_script.context_info.url = self.address
        begun = time.perf_counter()
        self.wire.say(message)
        while not is_end(self._next()):
            pass
        self.seconds = time.perf_counter() - begun
        self.runs += 1
        self._no_trouble()

    def _told(self, message: BackMsg, kind: str) -> ForwardMsg:
        self.wire.say(message)
        while True:
            heard = self._next()
            if heard.WhichOneof("type") == kind:
                return heard

    def _next(self) -> ForwardMsg:
        frame = self.wire.hear()
        message = ForwardMsg.FromString(frame)
        if self.watch is not None:
            self.watch(self, frame, message)
        self.screen.take(message)
        if message.WhichOneof("type") == "session_event":
            raise Trouble(str(message.session_event)[:2000])
        return message

    def _no_trouble(self) -> None:
        """Raises Trouble for a trace, or for the sentence of a fault that nobody foresaw."""
        found = self.screen.elements("exception")
        if found:
            raise Trouble(str(found[0])[:2000])
        alerts = [each.body for each in self.screen.elements("alert") if each.icon]
        odd = [body for body in alerts if "reference" in body.lower()]
        if odd:
            raise Trouble(odd[0])
