"""The envelope of a vault's key: wrapped under a stretched secret; older keys are wrapped in it."""

from __future__ import annotations

import base64
import os
from dataclasses import dataclass, field

import msgspec

from core.errors import KeyLost, VaultDamaged, WrongPassphrase
from core.store.keys import KeySource, stretched
from core.store.sealed import derived

RECORD = "vault.json"
NONCE = 12
WRAPPED, PEOPLE, BEFORE = b"whybuy vault 1", b"whybuy people 1", b"whybuy before 1"


class Record(msgspec.Struct, frozen=True, omit_defaults=True):
    """How a vault is opened: its key, encrypted under the stretched secret.

    Under that key lie the key of its ``people``'s pseudonyms, once that is another one, and, while
    its files are sealed anew, the key from ``before``; ``was`` names a secret that goes with that.
    """

    name: str
    source: KeySource
    salt: str
    wrapped: str
    people: str = ""
    before: str = ""
    was: str = ""


@dataclass(frozen=True)
class Keys:
    """The key that seals ``now``, that of the ``people``'s pseudonyms, and the one from ``before``,
    empty unless files are sealed anew."""

    now: bytes = field(repr=False)
    people: bytes = field(repr=False)
    before: bytes = field(default=b"", repr=False)


def fresh() -> Keys:
    """The keys of a new vault."""
    return _with_people(os.urandom(32))


def renewed(keys: Keys) -> Keys:
    """Another key to seal with; customers keep their pseudonyms."""
    return Keys(os.urandom(32), keys.people, keys.now)


def wrapped(named: tuple[str, str], kept: tuple[KeySource, str], keys: Keys) -> Record:
    """The record of keys; ``named`` is the vault's name and that of a secret to forget, ``kept``
    where its own secret lies, and that."""
    (name, was), (source, text), salt = named, kept, os.urandom(16)
    people = b"" if keys.people == _with_people(keys.now).people else keys.people
    return Record(
        name,
        source,
        base64.b64encode(salt).decode(),
        _hidden(stretched(text, salt), keys.now, WRAPPED),
        _hidden(keys.now, people, PEOPLE),
        _hidden(keys.now, keys.before, BEFORE),
        was,
    )


def unwrapped(record: Record, text: str) -> Keys:
    """The keys, by the secret. Raises WrongPassphrase, KeyLost and VaultDamaged."""
    from cryptography.exceptions import InvalidTag

    try:
        salt = base64.b64decode(record.salt, validate=True)
        return within(record, _shown(stretched(text, salt), record.wrapped, WRAPPED))
    except InvalidTag as fault:
        if record.source is KeySource.PASSPHRASE:
            raise WrongPassphrase() from fault
        raise KeyLost(record.source.value) from fault
    except ValueError as fault:
        raise VaultDamaged(RECORD) from fault


def within(record: Record, key: bytes) -> Keys:
    """All keys, by the one that seals now. Raises VaultDamaged."""
    from cryptography.exceptions import InvalidTag

    try:
        people = _shown(key, record.people, PEOPLE) if record.people else b""
        before = _shown(key, record.before, BEFORE) if record.before else b""
    except (InvalidTag, ValueError) as fault:
        raise VaultDamaged(RECORD) from fault
    return Keys(key, people or _with_people(key).people, before)


def _with_people(key: bytes) -> Keys:
    return Keys(key, derived(key, b"", "pseudonyms"))


def _hidden(under: bytes, key: bytes, purpose: bytes) -> str:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    if not key:
        return ""
    nonce = os.urandom(NONCE)
    return base64.b64encode(nonce + AESGCM(under).encrypt(nonce, key, purpose)).decode()


def _shown(under: bytes, text: str, purpose: bytes) -> bytes:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    content = base64.b64decode(text, validate=True)
    return AESGCM(under).decrypt(content[:NONCE], content[NONCE:], purpose)
