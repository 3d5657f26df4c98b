"""What every answer tells the browser: run our own scripts only, call nobody, keep nothing."""

from __future__ import annotations

import base64
import re
from hashlib import sha256
from pathlib import Path

from starlette.types import ASGIApp, Message, Receive, Scope, Send

HASHED = "/static/"  # Streamlit's own files, named by their content
ALLOWED = {
    "default-src": "'self'",
    # blob: is where Streamlit's front end puts the script of a component of ours
    "script-src": "'self' 'wasm-unsafe-eval' blob:",
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data: blob:",
    "font-src": "'self' data:",
    "media-src": "'self' blob: data:",
    "connect-src": "'self'",
    "worker-src": "'self' blob:",
    "frame-src": "'self'",
    "object-src": "'none'",
    "base-uri": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}
WITHIN = re.compile(r"<script>(.*?)</script>", re.DOTALL)
TOLD = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}
LINES = [(name.encode(), value.encode()) for name, value in TOLD.items()]
CONTENT = b"content-security-policy"
NOT_KEPT = (b"cache-control", b"no-store")
ENCRYPTED = (b"strict-transport-security", b"max-age=31536000")
OURS = frozenset(name for name, _ in LINES) | {CONTENT, b"access-control-allow-origin"}


def content_policy(page: Path) -> str:
    """The content policy (W3C CSP 3): ours, and the scripts within Streamlit's own page by hash."""
    found = WITHIN.findall(page.read_text("utf-8"))
    hashes = (base64.b64encode(sha256(script.encode()).digest()).decode() for script in found)
    named = " ".join(f"'sha256-{each}'" for each in hashes)
    allowed = ALLOWED | {"script-src": f"{ALLOWED['script-src']} {named}".strip()}
    return "; ".join(f"{kind} {sources}" for kind, sources in allowed.items())


class Policy:
    """Adds the headers to every answer; only Streamlit's own files may be kept by the browser."""

    def __init__(self, app: ASGIApp, content: str) -> None:
        self.app = app
        self._lines = [(CONTENT, content.encode()), *LINES]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        added = self._added(scope)
        dropped = OURS | {name for name, _ in added}

        async def told(message: Message) -> None:
            if message["type"] == "http.response.start":
                kept = [line for line in message["headers"] if line[0].lower() not in dropped]
                message = {**message, "headers": kept + added}
            await send(message)

        await self.app(scope, receive, told)

    def _added(self, scope: Scope) -> list[tuple[bytes, bytes]]:
        lines = list(self._lines)
        if not scope["path"].startswith(HASHED):
            lines.append(NOT_KEPT)
        if scope.get("scheme") == "https":
            lines.append(ENCRYPTED)
        return lines
