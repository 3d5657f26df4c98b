"""Streamlit's settings as it will read them: its files, then the environment."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

CONFIG = Path(".streamlit") / "config.toml"
DEFAULTS: dict[str, Any] = {  # Streamlit 1.67, of the settings that we look at
    "server.address": "",
    "server.allowedHosts": [],
    "server.enableXsrfProtection": True,
    "server.xsrfCookieSameSite": "lax",
    "server.enableCORS": True,
    "server.corsAllowedOrigins": [],
    "server.maxUploadSize": 200,
    "server.maxWidgetStateSize": 25,
    "server.maxMessageSize": 200,
    "server.maxCacheDataSize": "",
    "server.disconnectedSessionTTL": 120,
    "server.fileWatcherType": "auto",
    "server.enableAgentApi": False,
    "server.enableStaticServing": False,
    "server.sslCertFile": "",
    "client.showErrorDetails": "full",
    "client.showErrorLinks": "auto",
    "client.toolbarMode": "auto",
    "client.disableDataExport": False,
    "client.allowedOrigins": ["https://*.streamlit.app"],
    "browser.gatherUsageStats": True,
    "runner.magicEnabled": True,
    "logger.enableRich": False,
}


def options(folders: tuple[Path, ...], environment: Mapping[str, str]) -> dict[str, Any]:
    """Every setting that we look at, by its name; later folders win over earlier ones."""
    found = dict(DEFAULTS)
    for folder in folders:
        found |= _of_file(folder / CONFIG)
    return found | {
        name: _read(text, DEFAULTS[name])
        for name in DEFAULTS
        if (text := environment.get(_variable(name))) is not None
    }


def _of_file(file: Path) -> dict[str, Any]:
    try:
        sections = tomllib.loads(file.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    flat = {
        f"{section}.{name}": value
        for section, held in sections.items()
        if isinstance(held, dict)
        for name, value in held.items()
    }
    return {name: flat[name] for name in DEFAULTS if name in flat}


def _variable(name: str) -> str:
    """What the environment calls a setting: STREAMLIT_SERVER_MAX_UPLOAD_SIZE."""
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name.replace(".", "_"))
    return f"STREAMLIT_{words.upper()}"


def _read(text: str, usual: Any) -> Any:
    if isinstance(usual, bool):
        return text.strip().lower() in ("true", "1", "yes", "on")
    if isinstance(usual, int):
        return int(text) if text.strip().isdecimal() else usual
    return text.split() if isinstance(usual, list) else text
