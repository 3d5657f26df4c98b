"""Who may speak to the server: Host and Origin, before anything else."""

from __future__ import annotations

import pytest

from pages.shared.around.gate import Gate, host_name, names
from tests.pages.around.asgi import HOST, ORIGIN, Inner, answered, scope

NAMES = names("127.0.0.1", ["Shop.example", "*", ""], "")


def status(kind: str = "http", path: str = "/", method: str = "GET", **headers: str) -> int:
    inner = Inner()
    found = answered(Gate(inner, lambda: NAMES), scope(method, path, kind, **headers)).status
    assert bool(inner.reached) == (found in (200, 0))
    return found


def test_own_pages_pass() -> None:
    assert status() == status(origin=ORIGIN) == 200
    assert status("websocket", "/_stcore/stream", origin=ORIGIN) == 0
    for host in ("localhost:1", "LOCALHOST", "[::1]:8501", "shop.example", "shop.example.:80"):
        assert status(host=host) == 200


@pytest.mark.parametrize(
    "host",
    ["evil", "evil:8501", "127.0.0.1.evil", "evil@127.0.0.1", "127.0.0.1:x", "127.0.0.1/", "", "*",
     "localhost:8501, evil", "[::1", "0.0.0.0", "sub.shop.example"],
)  # fmt: skip
def test_f12_a_foreign_name_is_refused(host: str) -> None:
    assert status(host=host) == 403
    assert status("websocket", "/_stcore/stream", host=host) == 1008


def test_f12_two_names_are_none() -> None:
    asked = scope()
    asked["headers"].append((b"host", b"localhost"))
    assert answered(Gate(Inner(), lambda: NAMES), asked).status == 403


@pytest.mark.parametrize(
    "origin",
    ["null", "http://evil", "https://evil:8501", "http://127.0.0.1:8502", "http://localhost:8501",
     f"ftp://{HOST}", HOST, f"http://{HOST}.evil", "http://[::1", f"http://evil@{HOST}"],
)  # fmt: skip
def test_f11_f13_a_foreign_origin_is_refused_before_streamlit(origin: str) -> None:
    assert status(origin=origin) == 403
    assert status(origin=origin, method="PUT", path="/_stcore/upload_file/a/b") == 403
    assert status("websocket", "/_stcore/stream", origin=origin) == 1008


def test_two_origins_are_none() -> None:
    asked = scope(origin=ORIGIN)
    asked["headers"].append((b"origin", b"http://evil"))
    assert answered(Gate(Inner(), lambda: NAMES), asked).status == 403


def test_another_site_may_link_to_a_page_and_no_more() -> None:
    page = {"sec_fetch_mode": "navigate", "sec_fetch_dest": "document"}
    for site in ("cross-site", "same-site"):
        assert status(sec_fetch_site=site, **page) == 200
        assert status(sec_fetch_site=site, sec_fetch_mode="no-cors", sec_fetch_dest="image") == 403
        assert status(sec_fetch_site=site, **page | {"sec_fetch_dest": "iframe"}) == 403
        assert status(method="POST", sec_fetch_site=site, **page) == 403
    assert status(sec_fetch_site="same-origin") == status(sec_fetch_site="none") == 200


def test_the_servers_own_start_passes() -> None:
    inner = Inner(reads=False)
    gate = Gate(inner, lambda: NAMES)
    answered(gate, {"type": "lifespan"})
    assert inner.reached


def test_a_name_without_its_port() -> None:
    assert [host_name(h) for h in ("a:1", "[::1]:2", "a.", "a:0", "a b", "u@a")] == [
        "a", "::1", "a", "", "a b", ""
    ]  # fmt: skip


def test_what_is_listened_on_everywhere_is_no_name() -> None:
    assert names("0.0.0.0", ["*"], "") == names("", [], "") == {"localhost", "127.0.0.1", "::1"}
    assert "10.0.0.7" in names("10.0.0.7", [], "")
    assert "app.shop.example" in names("", [], "app.shop.example")
