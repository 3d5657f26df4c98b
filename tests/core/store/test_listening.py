"""Where the app may listen: on this machine, and beyond it only with sign-in that is one."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import pytest
import streamlit.config as settings
from streamlit import net_util

from core.cli.doctor_people import people
from core.errors import (
    AccessDamaged,
    AccessOpen,
    NoAdmin,
    NoSignIn,
    ProviderOpen,
    SecretsOpen,
)
from core.store import access, listening
from core.store.listening import in_clear, is_strong, lacks, may_listen, read_secrets
from pages.shared import serving

ADMITS = 'admins = ["anna@shop.example"]\n'
STRONG = "nobody guesses here-" * 2
NEEDED = ("redirect_uri", "client_id", "client_secret", "server_metadata_url")
PROVIDER = dict.fromkeys(NEEDED, "https://sign.example/")


@pytest.fixture(autouse=True)
def _library(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if what people sign in with were installed."""
    monkeypatch.setattr(listening, "find_spec", lambda name: name)


def secrets(folder: Path, secret: str = STRONG, mode: int = 0o600, **more: str) -> Path:
    """A folder with such a file of secrets."""
    file = folder / ".streamlit" / "secrets.toml"
    file.parent.mkdir(parents=True, exist_ok=True)
    lines = [f'{name} = "{value}"' for name, value in (PROVIDER | more).items()]
    file.write_text("\n".join(["[auth]", f'cookie_secret = "{secret}"', *lines]))
    file.chmod(mode)
    return folder


def let_in(home: Path, text: str = ADMITS, mode: int = 0o600) -> Path:
    """A home that says who may come in."""
    (home / access.FILE).write_text(text, "utf-8")
    (home / access.FILE).chmod(mode)
    return home


# attack L04
@pytest.mark.parametrize("address", ["0.0.0.0", "", "::", "192.168.1.7", "shop.example"])
def test_l04_beyond_this_machine_only_with_sign_in(address: str, tmp_path: Path) -> None:
    with pytest.raises(NoSignIn):
        may_listen(address, read_secrets((tmp_path,)), tmp_path)
    may_listen(address, read_secrets((secrets(tmp_path),)), let_in(tmp_path))
    may_listen("127.0.0.1", read_secrets((tmp_path / "none",)), tmp_path / "none")


# attack L04
@pytest.mark.parametrize(
    "secret",
    ["", "short", "a" * 40, "changeme" * 5, "your-own-words-" * 3, "xxx" + STRONG],
)
def test_l04_a_secret_out_of_an_example_is_none(secret: str, tmp_path: Path) -> None:
    assert not is_strong(secret)
    found = read_secrets((secrets(tmp_path, secret),))
    for address in ("0.0.0.0", "127.0.0.1"):
        with pytest.raises(NoSignIn):
            may_listen(address, found, let_in(tmp_path))
    assert is_strong(STRONG)


# attack L04
@pytest.mark.skipif(os.name != "posix", reason="files have rights of others")
@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o666])
def test_l04_secrets_that_others_may_read_are_refused(mode: int, tmp_path: Path) -> None:
    found = read_secrets((secrets(tmp_path, mode=mode),))
    with pytest.raises(SecretsOpen):
        may_listen("127.0.0.1", found, let_in(tmp_path))


@pytest.mark.parametrize("address", ["0.0.0.0", "127.0.0.1"])
def test_where_people_sign_in_somebody_lets_them_in(address: str, tmp_path: Path) -> None:
    found = read_secrets((secrets(tmp_path),))
    with pytest.raises(NoAdmin):
        may_listen(address, found, tmp_path)
    with pytest.raises(NoAdmin):
        may_listen(address, found, let_in(tmp_path, 'welcome = ["@shop.example"]'))
    with pytest.raises(AccessDamaged):
        may_listen(address, found, let_in(tmp_path, "admins = anna"))
    may_listen(address, found, let_in(tmp_path))


@pytest.mark.skipif(os.name != "posix", reason="files have rights of others")
@pytest.mark.parametrize("mode", [0o644, 0o620, 0o604])
def test_who_may_come_in_is_nobody_elses_to_read_or_change(mode: int, tmp_path: Path) -> None:
    found = read_secrets((secrets(tmp_path),))
    with pytest.raises(AccessOpen):
        may_listen("127.0.0.1", found, let_in(tmp_path, mode=mode))


@pytest.mark.parametrize(
    ("provider", "is_open"),
    [
        ("http://id.example/x", True),
        ("HTTP://id.example/x", True),
        ("http://10.0.0.5/x", True),
        ("http://localhost.id.example/x", True),
        ("https://id.example/x", False),
        ("http://127.0.0.1:9000/x", False),
        ("http://localhost:9000/x", False),
        ("http://[::1]:9000/x", False),
    ],
)
def test_who_somebody_is_is_not_asked_over_a_network_in_clear(
    provider: str, is_open: bool, tmp_path: Path
) -> None:
    found = read_secrets((secrets(tmp_path, server_metadata_url=provider),))
    named = {"one": {"server_metadata_url": provider}}
    assert in_clear(found.auth) == in_clear(named) == ((provider,) if is_open else ())
    if is_open:
        with pytest.raises(ProviderOpen):
            may_listen("127.0.0.1", found, let_in(tmp_path))
    else:
        may_listen("127.0.0.1", found, let_in(tmp_path))


def test_the_doctor_says_what_lets_somebody_or_nobody_in(tmp_path: Path) -> None:
    auth = read_secrets((secrets(tmp_path),)).auth

    def stands(auth: dict[str, Any]) -> dict[str, str]:
        return {each.code: each.state.value for each in people(auth, tmp_path)}

    assert stands({}) == {}
    fine = dict.fromkeys(("access", "access_read", "admins", "welcome", "provider"), "ok")
    let_in(tmp_path, ADMITS + 'welcome = ["@shop.example"]')
    assert stands(auth) == fine
    let_in(tmp_path)
    assert stands(auth) == fine | {"welcome": "concern"}
    let_in(tmp_path, "", 0o644)
    assert stands(auth) == fine | {"access": "stop", "admins": "stop", "welcome": "concern"}
    let_in(tmp_path, "admins = [")
    assert stands(auth) == fine | {"access_read": "stop", "admins": "stop", "welcome": "concern"}
    let_in(tmp_path, ADMITS + 'welcome = ["@shop.example"]')
    assert stands(auth | {"server_metadata_url": "http://id.example"})["provider"] == "stop"


def test_what_sign_in_lacks_is_named(tmp_path: Path) -> None:
    assert lacks({}) == (
        "redirect_uri", "cookie_secret", "client_id", "client_secret", "server_metadata_url"
    )  # fmt: skip
    assert lacks(read_secrets((secrets(tmp_path),)).auth) == ()
    (tmp_path / ".streamlit" / "secrets.toml").write_text("[auth")
    assert read_secrets((tmp_path,)).unreadable


# attacks L04, K03
@pytest.mark.parametrize("address", ["0.0.0.0", "127.0.0.1"])
def test_l04_the_app_does_not_start_open_to_anybody_and_asks_nobody_for_its_address(
    address: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("WHYBUY_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(net_util, "get_external_ip", lambda: pytest.fail("called out"))
    monkeypatch.setattr(serving, "silent_on_values", lambda: None)
    monkeypatch.setattr(serving, "own_folder", lambda home: None)
    monkeypatch.setattr(serving.sys, "setswitchinterval", lambda seconds: None)
    known = settings.get_option
    given = {"server.address": address}
    monkeypatch.setattr(settings, "get_option", lambda name: given.get(name) or known(name))
    if address == "127.0.0.1":
        serving.begin(tmp_path)
    else:
        with pytest.raises(SystemExit) as caught:
            serving.begin(tmp_path)
        assert caught.value.code == 2
        assert re.search(r"0\.0\.0\.0", capsys.readouterr().err)
    assert net_util.get_external_ip() is None
