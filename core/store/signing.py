"""What this installation wrote can be told from what anyone else did: HMAC-SHA-256 (RFC 2104).

The key is derived (HKDF-SHA-256, RFC 5869) from the installation's secret, which lies where secrets
of vaults do and never in a project: in the environment, the system's keyring, or a file of the
workspace that only its account may read.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from core.store import keys

NAME = "installation"
SALT = b"whybuy manifests 1"
ID_LENGTH = 16


class Verdict(StrEnum):
    """What a signature is worth. UNKNOWN: its key is not here, so nothing can be said."""

    GOOD = "good"
    BAD = "bad"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Key:
    """A signing key of 32 bytes; ``id`` tells which, and nothing of it."""

    id: str
    secret: bytes = field(repr=False)


def signing_key(home: Path) -> Key:
    """The key that this installation signs with; its secret is made where there is none.

    Raises DiskFull.
    """
    for found in _there(home):
        return found
    source, made = keys.new_secret(home, NAME)
    return _key(made, source is keys.KeySource.ENVIRONMENT)


def signature(key: Key, content: bytes) -> str:
    """The signature of ``content``, in hexadecimal."""
    return hmac.new(key.secret, content, hashlib.sha256).hexdigest()


def verdict(home: Path, key_id: str, content: bytes, signed: str) -> Verdict:
    """Whether ``signed`` is the signature of ``content`` by a key that is here."""
    key = key_here(home, key_id)
    if key is None:
        return Verdict.UNKNOWN
    good = hmac.compare_digest(signature(key, content).encode(), signed.encode())
    return Verdict.GOOD if good else Verdict.BAD


def key_here(home: Path, id_: str) -> Key | None:
    """The key of that id, where it is here."""
    for key in _there(home):
        if hmac.compare_digest(key.id.encode(), id_.encode()):
            return key
    return None


def expanded(secret: bytes, salt: bytes, purpose: bytes) -> bytes:
    """HKDF-SHA-256 of 32 bytes; as ``sealed.derived``, without its library's start."""
    kept = hmac.new(salt or bytes(32), secret, hashlib.sha256).digest()
    return hmac.new(kept, purpose + b"\x01", hashlib.sha256).digest()


def _there(home: Path) -> Iterator[Key]:
    """The keys that are here, the one to sign with first; the keyring is slow and comes last."""
    places: tuple[tuple[Callable[[], str], bool], ...] = (
        (keys.in_environment, True),
        (lambda: keys.in_file(home), False),
        (lambda: keys.in_keyring(NAME), False),
    )
    for look, typed in places:
        if text := look():
            yield _key(text, typed)


def _key(text: str, typed: bool) -> Key:
    """What a person typed is stretched first: it may be short, and a signature can be tried on."""
    return _derived(keys.stretched(text, SALT) if typed else text.encode())


@lru_cache(maxsize=16)
def _derived(secret: bytes) -> Key:
    key = expanded(secret, SALT, b"sign")
    return Key(expanded(secret, SALT, b"name").hex()[:ID_LENGTH], key)
