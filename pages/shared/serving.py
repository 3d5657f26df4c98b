"""What is served beside the pages: the guards around them, and a route for a field that moves."""

from __future__ import annotations

import sys
from pathlib import Path
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from streamlit import config, file_util, net_util
from streamlit.runtime.pages_manager import PagesManager

from core.errors import UserError
from core.store import listening, projects
from core.store.temporary import own_folder
from core.store.trace import silent_on_values
from core.store.who import NOBODY, Who, acting_as, machine
from core.text.phrases import phrases
from pages.shared.around import inside, signed
from pages.shared.around.cookie import Cookie
from pages.shared.around.entry import Entry
from pages.shared.around.files import Files
from pages.shared.around.gate import Gate, names
from pages.shared.around.leaving import Leaving
from pages.shared.around.pace import Pace
from pages.shared.around.patience import Patience
from pages.shared.around.policy import Policy, content_policy
from pages.shared.around.reaper import held
from pages.shared.around.uploads import Uploads
from pages.shared.around.visits import visits
from pages.shared.around.ways import Ways

ANSWER = "api/what-if"
LARGEST = 1_000_000  # bytes of a question
DIGITS = 18  # of a length that is one
JSON = "application/json"
PLAIN = "identity"
TURN = 0.0005  # seconds for which one thread may keep the others waiting
SHOWN = "browser.serverAddress"
_STARTED: list[bool] = []


def routes() -> list[Route]:
    """The routes of the app that ``serve.py`` starts."""
    _STARTED.append(True)
    PagesManager.uses_pages_directory = False  # pages are run by app.py alone
    return [Route(f"/{ANSWER}", answered, methods=["POST"])]


def guards() -> list[Middleware]:
    """What every request passes, the first first; ``Policy`` only adds to what is answered."""
    return [
        Middleware(Policy, content_policy(Path(file_util.get_static_dir()) / "index.html")),
        Middleware(Gate, _names),
        Middleware(Ways, frozenset((f"/{ANSWER}",))),
        Middleware(Pace),
        Middleware(Patience),
        Middleware(Leaving),
        Middleware(Cookie),
        Middleware(Entry, visits()),
        Middleware(Uploads, visits(), held, lambda: config.get_option("server.maxUploadSize")),
        Middleware(Files, visits()),
    ]


def begin(folder: Path) -> None:
    """Before the first request: where this may listen, a temporary folder of ours, a clean log.

    Ends the process with a sentence where the app would be open to anybody.
    """
    inside.vouch()
    sys.setswitchinterval(TURN)
    net_util.get_external_ip = lambda: None  # asked of a server of Amazon's otherwise, waiting
    silent_on_values()
    address = config.get_option("server.address") or ""
    try:
        secrets = listening.read_secrets((Path.home(), folder))
        listening.may_listen(address, secrets, projects.home())
    except UserError as error:
        print(phrases()(f"errors.{error.code}", **error.facts), file=sys.stderr)
        sys.exit(2)
    own_folder(projects.home())


def _names() -> frozenset[str]:
    """Names in a Host header that are ours."""
    option = config.get_option
    shown = (
        option("browser.serverAddress") if config.is_manually_set("browser.serverAddress") else ""
    )
    return names(option("server.address") or "", option("server.allowedHosts"), shown)


def route() -> str:
    """Where changes are answered; empty where the pages were started without routes."""
    return ANSWER if _STARTED else ""


async def answered(request: Request) -> Response:
    """The answer to one change, as JSON."""
    if not own(request):
        return Response(status_code=403)
    if request.headers.get("content-encoding", PLAIN) != PLAIN:
        return Response(status_code=415)  # a packed body may unpack to any size
    body = await _body(request)
    if body is None:
        return Response(status_code=413)
    whose = await run_in_threadpool(_whose, request)
    if whose == NOBODY:
        return Response(status_code=403)
    content, status = await run_in_threadpool(_told, body, whose)
    return Response(content, status, {"Cache-Control": "no-store"}, media_type=JSON)


def own(request: Request) -> bool:
    """True for a question of one of our own pages: same origin, and JSON, which forms cannot send.

    A browser names the origin of every POST; whatever else calls must hold a permit.
    """
    origin, host = request.headers.get("origin"), request.headers.get("host", "")
    kind = request.headers.get("content-type", "").partition(";")[0].strip()
    return origin is not None and urlsplit(origin).netloc == host and kind == JSON


async def _body(request: Request) -> bytes | None:
    told = request.headers.get("content-length", "0")
    if not told.isdecimal() or len(told) > DIGITS or int(told) > LARGEST:
        return None
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > LARGEST:
            return None
        parts.append(part)
    return b"".join(parts)


def _whose(request: Request) -> Who:
    """Who asks: a permit that somebody was shown lets only those ask who may look now."""
    return signed.whose(request.cookies) if signed.asks_who() else machine()


def _told(body: bytes, whose: Who) -> tuple[bytes, int]:
    from pages.shared.live.asked import told  # brings pandas, which the start does without

    with acting_as(whose):
        return told(body)
