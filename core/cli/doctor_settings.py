"""What the doctor looks at in the settings that Streamlit reads."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from core.cli.seen import Seen, State, seen
from core.store.listening import EVERYWHERE, Secrets, is_here, is_strong, lacks

UPLOAD, FIELDS, MESSAGE = 250, 25, 200  # megabytes
SHORTEST, LONGEST = 10, 240  # seconds that a session outlives its browser
Options = dict[str, Any]


@dataclass(frozen=True)
class Setting:
    """One setting: its name, when it is fine, and how bad it is otherwise."""

    code: str
    name: str
    fine: Callable[[Any], bool]
    otherwise: State = State.CONCERN


def _is(*wanted: Any) -> Callable[[Any], bool]:
    return lambda value: value in wanted and isinstance(value, type(wanted[0]))


def _at_most(limit: int) -> Callable[[Any], bool]:
    return lambda value: 0 < value <= limit


SETTINGS = (
    Setting("hosts", "server.allowedHosts", lambda v: bool(v) and not any("*" in n for n in v)),
    Setting("forgery", "server.enableXsrfProtection", _is(True), State.STOP),
    Setting("same_site", "server.xsrfCookieSameSite", _is("strict", "lax")),
    Setting("framing", "client.allowedOrigins", lambda v: not v),
    Setting("upload", "server.maxUploadSize", _at_most(UPLOAD)),
    Setting("fields", "server.maxWidgetStateSize", _at_most(FIELDS)),
    Setting("message", "server.maxMessageSize", _at_most(MESSAGE)),
    Setting("session", "server.disconnectedSessionTTL", lambda v: SHORTEST <= v <= LONGEST),
    Setting("cache", "server.maxCacheDataSize", bool),
    Setting("watcher", "server.fileWatcherType", _is("none")),
    Setting("details", "client.showErrorDetails", _is("none"), State.STOP),
    Setting("links", "client.showErrorLinks", _is(False)),
    Setting("toolbar", "client.toolbarMode", _is("minimal", "viewer")),
    Setting("export", "client.disableDataExport", _is(True)),
    Setting("usage", "browser.gatherUsageStats", _is(False)),
    Setting("magic", "runner.magicEnabled", _is(False)),
    Setting("rich", "logger.enableRich", _is(False)),
    Setting("agents", "server.enableAgentApi", _is(False), State.STOP),
    Setting("static", "server.enableStaticServing", _is(False)),
)


def settings(options: Options, secrets: Secrets) -> Iterator[Seen]:
    """Everything that the settings tell, in the order of the page of security."""
    yield from _listening(options, secrets)
    yield _origins(options)
    for each in SETTINGS:
        value = options[each.name]
        yield seen(each.code, _shown(value), each.fine(value), each.otherwise)
    yield _secrets(secrets)
    signed = not secrets.auth or is_strong(str(secrets.auth.get("cookie_secret", "")))
    yield seen("cookie", "", signed, State.STOP)


def _listening(options: Options, secrets: Secrets) -> Iterator[Seen]:
    address = options["server.address"] or EVERYWHERE
    here, missing = is_here(address), lacks(secrets.auth)
    yield seen("address", address, here or not missing, State.STOP)
    yield seen("sign_in", ", ".join(missing), here or not missing, State.STOP)
    proxied = str(secrets.auth.get("redirect_uri", "")).startswith("https:")
    yield seen("encrypted", "", here or bool(options["server.sslCertFile"]) or proxied, State.STOP)


def _origins(options: Options) -> Seen:
    value = options["server.enableCORS"]
    return seen(
        "origins", _shown(value), value is True and not options["server.corsAllowedOrigins"]
    )


def _secrets(secrets: Secrets) -> Seen:
    wrong = (*secrets.open_to_others, *secrets.unreadable)
    return seen("secrets", ", ".join(map(str, wrong)) or "–", not wrong, State.STOP)


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "–"
    return str(value).lower() if isinstance(value, bool) else str(value) or "–"
