"""Whether the app may listen where it is told to: beyond this machine only with sign-in.

What Streamlit reads is read here in the same order: files, then the environment, then what was
typed; and its secrets.
"""

from __future__ import annotations

import ipaddress
import os
import stat
import tomllib
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from core.errors import AccessOpen, NoAdmin, NoSignIn, ProviderOpen, SecretsOpen
from core.store import access

LOCAL = "localhost"
EVERYWHERE = "0.0.0.0"  # noqa: S104 - where Streamlit listens if nothing is set
ANYWHERE = (EVERYWHERE, "::", "")
SECRETS = Path(".streamlit") / "secrets.toml"
SHORTEST_SECRET = 32  # characters
FEWEST_KINDS = 10  # different characters of a secret that is one
EXAMPLES = ("xxx", "changeme", "change-me", "secret", "replace", "example", "your")
SIGN_IN = "authlib"  # what Streamlit signs people in with


@dataclass(frozen=True)
class Secrets:
    """What the files of secrets say of signing in, and which of them others may read."""

    auth: dict[str, Any]
    open_to_others: tuple[Path, ...]
    unreadable: tuple[Path, ...]


def is_here(address: str) -> bool:
    """True for an address that only this machine reaches."""
    try:
        return ipaddress.ip_address(address.strip("[]")).is_loopback
    except ValueError:
        return address == LOCAL


def read_secrets(folders: tuple[Path, ...]) -> Secrets:
    """The secrets in folders (a person's, then the app's); the later win."""
    auth: dict[str, Any] = {}
    files = [place / SECRETS for place in folders if (place / SECRETS).is_file()]
    damaged = []
    for file in files:
        try:
            auth |= tomllib.loads(file.read_text("utf-8")).get("auth", {})
        except (OSError, ValueError):
            damaged.append(file)
    others = stat.S_IRWXG | stat.S_IRWXO if os.name == "posix" else 0
    seen = tuple(file for file in files if file.stat().st_mode & others)
    return Secrets(auth, seen, tuple(damaged))


def lacks(auth: dict[str, Any]) -> tuple[str, ...]:
    """What a table [auth] still needs before anybody can sign in with it."""
    single = {"client_id", "client_secret", "server_metadata_url"}
    named = [v for v in auth.values() if isinstance(v, dict)]
    provided = any(single <= set(each) for each in (auth, *named))
    return (
        *(() if auth.get("redirect_uri") else ("redirect_uri",)),
        *(() if is_strong(str(auth.get("cookie_secret", ""))) else ("cookie_secret",)),
        *(() if provided else tuple(sorted(single))),
        *(() if find_spec(SIGN_IN) else ("Authlib",)),
    )


def names(address: str, allowed: list[str], secrets: Secrets) -> tuple[str, ...]:
    """Names a browser may call the app by: those set, its address, and where people sign in."""
    sign_in = urlsplit(str(secrets.auth.get("redirect_uri", ""))).hostname or ""
    given = [*allowed, *(name for name in (address, sign_in) if name not in ANYWHERE)]
    return tuple(dict.fromkeys(given))


def is_strong(secret: str) -> bool:
    """True for a secret that nobody guesses: long, and not out of an example."""
    small = secret.lower()
    return (
        len(secret) >= SHORTEST_SECRET
        and len(set(secret)) >= FEWEST_KINDS
        and not any(example in small for example in EXAMPLES)
    )


def in_clear(auth: dict[str, Any]) -> tuple[str, ...]:
    """Addresses of providers beyond this machine that are asked without encryption."""
    tables = (auth, *(each for each in auth.values() if isinstance(each, dict)))
    found = [str(each.get("server_metadata_url", "")) for each in tables]
    parts = [(text, urlsplit(text)) for text in found if text]
    return tuple(
        text for text, at in parts if at.scheme != "https" and not is_here(at.hostname or "")
    )


def may_listen(address: str, secrets: Secrets, home: Path) -> None:
    """Raises NoSignIn, SecretsOpen, AccessOpen, AccessDamaged, NoAdmin and ProviderOpen where
    listening there would let anybody in, or nobody; ``home`` is where everything is kept."""
    address = address or EVERYWHERE
    if secrets.open_to_others:
        raise SecretsOpen(str(secrets.open_to_others[0]))
    if not is_here(address) and lacks(secrets.auth):
        raise NoSignIn(address, lacks(secrets.auth))
    if secrets.auth and not is_strong(str(secrets.auth.get("cookie_secret", ""))):
        raise NoSignIn(address, ("cookie_secret",))
    if secrets.auth:
        _admits(secrets.auth, home)


def _admits(auth: dict[str, Any], home: Path) -> None:
    if access.is_open_to_others(home):
        raise AccessOpen(str(home / access.FILE))
    if not access.checked(home).admins:
        raise NoAdmin(str(home / access.FILE))
    if asked := in_clear(auth):
        raise ProviderOpen(asked[0])
