"""Which ways lead in, what every answer says, and the cookie that comes with a page."""

from __future__ import annotations

import base64
import re
from hashlib import sha256
from pathlib import Path

import pytest
from streamlit import file_util

from pages.shared.around.cookie import FORM, Cookie, known_as, visitor
from pages.shared.around.policy import Policy, content_policy
from pages.shared.around.ways import Ways
from tests.pages.around.asgi import ANNA, COOKIE, Inner, answered, cookie, scope

ASKED = "/api/what-if"
WORDS = content_policy(Path(file_util.get_static_dir()) / "index.html")
SECURITY = (
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src"
    " 'self' data:; media-src 'self' blob: data:; connect-src 'self'; worker-src 'self' blob:;"
    " frame-src 'self'; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors"
    " 'none'"
)


def status(method: str, path: str, kind: str = "http", **headers: str) -> int:
    inner = Inner(reads=False)
    return answered(Ways(inner, frozenset((ASKED,))), scope(method, path, kind, **headers)).status


@pytest.mark.parametrize(
    "path",
    ["/_stcore/metrics", "/_stcore/script-health-check", "/_stcore/agent/openapi.json", "/docs",
     "/_stcore/agent/interact", "/_stcore/agent/mcp", "/data/_stcore/agent/mcp", "/openapi.json",
     "/data/_stcore/health", "/component/a/b.js", "/app/static/a", "/_stcore/", "/redoc",
     "/_stcore/health/x"],
)  # fmt: skip
def test_f17_ways_that_no_page_needs_are_closed(path: str) -> None:
    assert status("GET", path) == status("POST", path) == 404


@pytest.mark.parametrize(
    "path",
    ["/", "/data", "/nowhere", "/_stcore/health", "/_stcore/host-config", "/static/js/a.js",
     "/media/a.csv", "/favicon.png", "/_stcore/bidi-components/a/b.js", "/oauth2callback"],
)  # fmt: skip
def test_what_the_pages_need_is_open_to_read(path: str) -> None:
    assert status("GET", path) == status("HEAD", path) == 200
    for method in ("POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT"):
        assert status(method, path) == 405


def test_bodies_have_two_ways_in() -> None:
    assert status("POST", ASKED) == status("PUT", "/_stcore/upload_file/a/b") == 200
    assert status("DELETE", "/_stcore/upload_file/a/b") == 200
    assert status("GET", ASKED) == status("GET", "/_stcore/upload_file/a/b") == 405
    assert status("POST", "/_stcore/upload_file/a/b") == 405
    assert status("GET", "/", content_length="5") == 400
    assert status("GET", "/", transfer_encoding="chunked") == 400
    assert status("GET", "/", content_length="0") == 200


def test_one_websocket_is_open() -> None:
    assert status("", "/_stcore/stream", "websocket") == 0
    assert status("", "/_stcore/other", "websocket") == 1008


def headers(path: str = "/", scheme: str = "http") -> dict[str, str]:
    asked = scope("GET", path) | {"scheme": scheme}
    return answered(Policy(Inner(), WORDS), asked).headers


def test_f16_every_answer_says_what_may_be_done_with_it() -> None:
    told = headers()
    parts = dict(part.split(" ", 1) for part in told["content-security-policy"].split("; "))
    scripts = parts.pop("script-src").split()
    assert parts == dict(part.split(" ", 1) for part in SECURITY.split("; "))
    assert not {"'unsafe-inline'", "'unsafe-eval'", "*", "data:", "https:"} & set(scripts)
    assert told["x-content-type-options"] == "nosniff"
    assert told["referrer-policy"] == "no-referrer"
    assert told["x-frame-options"] == "DENY"
    assert "strict-transport-security" not in told
    assert "strict-transport-security" in headers(scheme="https")


def test_nothing_is_kept_but_streamlits_own_files() -> None:
    assert headers("/media/a.csv")["cache-control"] == headers("/")["cache-control"] == "no-store"
    assert headers("/static/js/a.js")["cache-control"] == "max-age=9"


def test_streamlits_own_script_runs_and_another_does_not(tmp_path: Path) -> None:
    text = (Path(file_util.get_static_dir()) / "index.html").read_text("utf-8")
    (within,) = re.findall(r"<script>(.*?)</script>", text, re.DOTALL)
    named = base64.b64encode(sha256(within.encode()).digest()).decode()
    assert f"'sha256-{named}'" in WORDS
    (tmp_path / "page.html").write_text("<script src='a.js'></script>", "utf-8")
    assert "sha256" not in content_policy(tmp_path / "page.html")


def given(path: str = "/", kind: str = "text/html", **headers: str) -> tuple[str, ...]:
    return answered(Cookie(Inner(kind)), scope("GET", path, **headers)).cookies


def test_a_page_brings_a_cookie_that_no_script_reads() -> None:
    (line,) = given()
    value, *rest = line.split("; ")
    assert rest == ["Path=/", "HttpOnly", "SameSite=Strict"]
    assert FORM.fullmatch(value.partition("=")[2])
    assert given() != given()
    assert given("/_stcore/health", "text/plain")
    assert given("/static/js/a.js", "text/javascript") == ()


def test_a_visitor_keeps_the_cookie() -> None:
    assert given(cookie=cookie()) == ()
    for broken in ("short", "a" * 44, "a" * 42 + ";", ""):
        assert given(cookie=cookie(broken))
    assert given(cookie='odd="x; y; whybuy_visitor=' + COOKIE) == ()


def test_a_link_from_another_site_brings_no_second_cookie() -> None:
    assert given(sec_fetch_site="cross-site") == given(sec_fetch_site="same-site") == ()
    assert given(sec_fetch_site="none") != ()


def test_the_cookie_is_encrypted_where_the_page_is() -> None:
    asked = scope() | {"scheme": "https"}
    (line,) = answered(Cookie(Inner()), asked).cookies
    assert line.endswith("; Secure")


def test_a_visitor_is_known_by_a_hash() -> None:
    assert visitor(scope(cookie=cookie())) == ANNA == known_as(COOKIE)
    assert COOKIE not in ANNA
    assert visitor(scope()) == known_as("x" * 99) == ""
