"""What a page shows, as a word that only this server could have written."""

from __future__ import annotations

import base64
import binascii
import hmac
import secrets
from dataclasses import dataclass
from hashlib import sha256

import msgspec

from core import wire

SECRET = secrets.token_bytes(32)  # another one after each start: pages ask for a new permit then
LONGEST = 2000


@dataclass(frozen=True)
class Shown:
    """Which customer a page asks about: ids, the row (-1 is the average), the class, the words."""

    project: str
    model: str
    row: int
    of: str
    language: str


def permit(shown: Shown) -> str:
    """A word that lets its holder ask about just that."""
    body = msgspec.json.encode(shown)
    return f"{_text(body)}.{_text(_seal(body))}"


def permitted(word: str) -> Shown | None:
    """What the word lets ask about; None where this server has not written it."""
    body, _, seal = word[:LONGEST].partition(".")
    try:
        meant = base64.urlsafe_b64decode(body)
        given = base64.urlsafe_b64decode(seal)
    except (binascii.Error, ValueError):
        return None
    if not hmac.compare_digest(_seal(meant), given):
        return None
    return wire.read(meant, Shown)


def _seal(body: bytes) -> bytes:
    return hmac.digest(SECRET, body, sha256)


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode("ascii")
