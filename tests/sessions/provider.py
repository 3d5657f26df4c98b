"""An OpenID Connect provider for tests: vouches at once for whoever was chosen, also wrongly."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

CLIENT, SECRET = "whybuy", "a client's secret of a test"
HOUR = 3600


class Fault(StrEnum):
    """How a token is wrong."""

    NONE = ""
    NONCE = "nonce"
    NO_NONCE = "no nonce"
    SIGNATURE = "signature"
    OTHER_KEY = "other key"
    NO_ALGORITHM = "no algorithm"
    AS_THE_CLIENT = "signed with what the client knows"
    AUDIENCE = "audience"
    ISSUER = "issuer"
    EXPIRED = "expired"
    NO_EXPIRY = "no expiry"
    NO_SUBJECT = "no subject"


@dataclass
class Provider:
    """``user`` is whom the next sign-in is of (claims), ``fault`` how its token is wrong."""

    user: dict[str, Any] = field(default_factory=dict)
    fault: Fault = Fault.NONE
    asked: list[str] = field(default_factory=list)  # paths, in order
    codes: dict[str, dict[str, Any]] = field(default_factory=dict)
    port: int = 0
    _key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one"}))
    _other: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one"}))

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def secrets(self, app: str, cookie_secret: str) -> str:
        """The table [auth] of an app at that address."""
        return "\n".join(
            (
                "[auth]",
                f'redirect_uri = "{app}/oauth2callback"',
                f'cookie_secret = "{cookie_secret}"',
                f'client_id = "{CLIENT}"',
                f'client_secret = "{SECRET}"',
                f'server_metadata_url = "{self.address}/.well-known/openid-configuration"',
            )
        )

    def described(self) -> dict[str, Any]:
        return {
            "issuer": self.address,
            "authorization_endpoint": f"{self.address}/authorize",
            "token_endpoint": f"{self.address}/token",
            "jwks_uri": f"{self.address}/jwks",
            "userinfo_endpoint": f"{self.address}/userinfo",
            "end_session_endpoint": f"{self.address}/end",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "code_challenge_methods_supported": ["S256"],
        }

    def keys(self) -> dict[str, Any]:
        return {"keys": [self._key.as_dict(private=False) | {"use": "sig", "alg": "RS256"}]}

    def code(self, asked: dict[str, str]) -> str:
        made = secrets.token_urlsafe(16)
        self.codes[made] = {"asked": asked, "user": dict(self.user), "fault": self.fault}
        return made

    def token(self, code: str, verifier: str, credentials: str) -> dict[str, Any] | None:
        """A code is good once, for the client that proves what it was asked with (RFC 7636)."""
        known = self.codes.pop(code, None)
        if known is None or base64.b64decode(credentials).decode() != f"{CLIENT}:{SECRET}":
            return None
        digest = hashlib.sha256(verifier.encode()).digest()
        proof = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if proof != known["asked"].get("code_challenge"):
            return None
        told = self._claims(known["asked"].get("nonce", ""), known["user"], known["fault"])
        return {
            "access_token": secrets.token_urlsafe(8),
            "token_type": "Bearer",
            "id_token": self._signed(told, known["fault"]),
        }

    def _claims(self, nonce: str, user: dict[str, Any], fault: Fault) -> dict[str, Any]:
        now = int(time.time())
        told = {
            "iss": self.address,
            "aud": CLIENT,
            "iat": now,
            "exp": now + HOUR,
            "nonce": nonce,
        } | user
        wrong: dict[Fault, dict[str, Any]] = {
            Fault.NONCE: {"nonce": "another"},
            Fault.AUDIENCE: {"aud": "another"},
            Fault.ISSUER: {"iss": "https://id.example"},
            Fault.EXPIRED: {"iat": now - 2 * HOUR, "exp": now - HOUR},
        }
        lacks = {Fault.NO_NONCE: "nonce", Fault.NO_EXPIRY: "exp", Fault.NO_SUBJECT: "sub"}
        told |= wrong.get(fault, {})
        told.pop(lacks.get(fault, ""), None)
        return told

    def _signed(self, told: dict[str, Any], fault: Fault) -> str:
        if fault is Fault.NO_ALGORITHM:
            head = {"alg": "none", "typ": "JWT"}
            parts = (_packed(json.dumps(each).encode()) for each in (head, told))
            return ".".join((*parts, ""))
        if fault is Fault.AS_THE_CLIENT:
            return jwt.encode({"alg": "HS256"}, told, OctKey.import_key(SECRET))
        key = self._other if fault is Fault.OTHER_KEY else self._key
        made = jwt.encode({"alg": "RS256", "kid": "one"}, told, key)
        if fault is not Fault.SIGNATURE:
            return made
        head, _, sealed = made.split(".")
        forged = _packed(json.dumps(told | {"email": "root@shop.example"}).encode())
        return f"{head}.{forged}.{sealed}"


def _packed(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class _Handler(BaseHTTPRequestHandler):
    provider: Provider

    def do_GET(self) -> None:
        at = urlsplit(self.path)
        asked = {name: values[0] for name, values in parse_qs(at.query).items()}
        self.provider.asked.append(at.path)
        if at.path == "/authorize":
            code = self.provider.code(asked)
            back = urlencode({"code": code, "state": asked["state"]})
            self._sent(302, b"", location=f"{asked['redirect_uri']}?{back}")
        elif at.path == "/end":
            self._sent(302, b"", location=asked["post_logout_redirect_uri"])
        elif at.path == "/jwks":
            self._json(200, self.provider.keys())
        elif at.path == "/.well-known/openid-configuration":
            self._json(200, self.provider.described())
        else:
            self._sent(404, b"")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"])).decode()
        told = {name: values[0] for name, values in parse_qs(body).items()}
        self.provider.asked.append(self.path)
        credentials = self.headers.get("authorization", "Basic ").partition(" ")[2]
        token = self.provider.token(
            told.get("code", ""), told.get("code_verifier", ""), credentials
        )
        self._json(200 if token else 400, token or {"error": "invalid_grant"})

    def _json(self, status: int, told: dict[str, Any]) -> None:
        self._sent(status, json.dumps(told).encode())

    def _sent(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@contextmanager
def providing() -> Iterator[Provider]:
    """A provider at a port of its own, gone after the block."""
    found = Provider()
    handler = type("Handler", (_Handler,), {"provider": found})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    found.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield found
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
