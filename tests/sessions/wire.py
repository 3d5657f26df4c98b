"""What a browser says to the app: HTTP with its cookies, and the websocket the pages come over."""

from __future__ import annotations

import http.client
import uuid
from contextlib import ExitStack
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from urllib.parse import urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

STREAM = "/_stcore/stream"
FIRST_LOOKS = ("/", "/_stcore/health", "/_stcore/host-config")  # what the front end asks for
XSRF = "_streamlit_xsrf"
NO_TOKEN = "none"  # noqa: S105 - stands where the token would


@dataclass(frozen=True)
class Answer:
    """What a request was answered with; header names in small letters."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass
class Wire:
    """One browser's line to the app at ``address`` (http://host:port); ``wait`` in seconds."""

    address: str
    wait: float = 180.0  # seconds; fifty visitors on two cores take their time
    cookies: dict[str, str] = field(default_factory=dict)
    origin: str | None = ""  # the app's own; None for a script that names none
    _socket: ClientConnection | None = None
    _opened: ExitStack = field(default_factory=ExitStack)

    def __post_init__(self) -> None:
        self.origin = self.address if self.origin == "" else self.origin

    @property
    def host(self) -> str:
        return urlsplit(self.address).netloc

    def ask(
        self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None
    ) -> Answer:
        """One request as a page of the app makes it; the cookies it sets are kept."""
        known = {"Cookie": self._cookie(), "Origin": self.origin or ""} | (headers or {})
        line = http.client.HTTPConnection(self.host, timeout=self.wait)
        try:
            line.request(method, path, body or None, {k: v for k, v in known.items() if v})
            answer = line.getresponse()
            for each in answer.headers.get_all("Set-Cookie") or ():
                self.cookies.update({k: v.value for k, v in SimpleCookie(each).items()})
            found = {name.lower(): value for name, value in answer.headers.items()}
            return Answer(answer.status, found, answer.read())
        finally:
            line.close()

    def put(self, path: str, name: str, content: bytes) -> Answer:
        """Uploads a file in the front end's way."""
        edge = uuid.uuid4().hex
        head = f'--{edge}\r\nContent-Disposition: form-data; name="{name}"; filename="{name}"\r\n'
        body = f"{head}Content-Type: text/csv\r\n\r\n".encode() + content
        headers = {
            "Content-Type": f"multipart/form-data; boundary={edge}",
            "X-Xsrftoken": self.cookies.get(XSRF, ""),
        }
        return self.ask("PUT", path, body + f"\r\n--{edge}--\r\n".encode(), headers)

    def open(self, session: str = "") -> None:
        """Opens the websocket; ``session`` is an earlier one's id to take up again."""
        for path in FIRST_LOOKS:
            self.ask("GET", path)
        said = ["streamlit", self.cookies.get(XSRF, NO_TOKEN), *([session] if session else [])]
        line = connect(
            self.address.replace("http", "ws", 1) + STREAM,
            origin=self.origin,  # type: ignore[arg-type]
            subprotocols=said,  # type: ignore[arg-type]
            additional_headers={"Cookie": self._cookie()},
            compression=None,
            max_size=None,
            open_timeout=self.wait,
            proxy=None,
        )
        self._socket = self._opened.enter_context(line)

    def say(self, message: BackMsg) -> None:
        """Sends one message."""
        assert self._socket is not None, "the websocket is not open"
        self._socket.send(message.SerializeToString())

    def hear(self, wait: float | None = None) -> bytes:
        """The next frame. Raises TimeoutError, ConnectionError."""
        assert self._socket is not None, "the websocket is not open"
        try:
            frame = self._socket.recv(self.wait if wait is None else wait)
        except ConnectionClosed as fault:
            raise ConnectionError(str(fault)) from fault
        assert isinstance(frame, bytes)
        return frame

    def cut(self) -> None:
        """The line is cut: no word of farewell."""
        if self._socket is not None:
            self._socket.socket.close()

    def close(self) -> None:
        """Closes the websocket: the tab is shut."""
        self._socket = None
        self._opened.close()

    def _cookie(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())
