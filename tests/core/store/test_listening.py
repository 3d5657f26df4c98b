"""Where the app may listen: on this machine, and beyond it only with sign-in that is one."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
import streamlit.config as settings
from streamlit import net_util

from core.errors import NoSignIn, SecretsOpen
from core.store import listening
from core.store.listening import is_strong, lacks, may_listen, read_secrets
from pages.shared import serving

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


# attack L04
@pytest.mark.parametrize("address", ["0.0.0.0", "", "::", "192.168.1.7", "shop.example"])
def test_l04_beyond_this_machine_only_with_sign_in(address: str, tmp_path: Path) -> None:
    with pytest.raises(NoSignIn):
        may_listen(address, read_secrets((tmp_path,)))
    may_listen(address, read_secrets((secrets(tmp_path),)))
    may_listen("127.0.0.1", read_secrets((tmp_path / "none",)))


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
            may_listen(address, found)
    assert is_strong(STRONG)


# attack L04
@pytest.mark.skipif(os.name != "posix", reason="files have rights of others")
@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o666])
def test_l04_secrets_that_others_may_read_are_refused(mode: int, tmp_path: Path) -> None:
    found = read_secrets((secrets(tmp_path, mode=mode),))
    with pytest.raises(SecretsOpen):
        may_listen("127.0.0.1", found)


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
