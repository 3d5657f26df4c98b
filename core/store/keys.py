"""Where the secret lies that opens a project's vault: environment, keyring, passphrase or file."""

from __future__ import annotations

import logging
import os
import secrets
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from core.errors import KeyLost, VaultLocked
from core.store.folder import replaced

KEY = "WHYBUY_KEY"
WORD = "WHYBUY_PASSPHRASE"
SERVICE = "whybuy"
FILE = "vault.key"
WEAK = 1  # keyrings of lower priority keep nothing, or keep it in clear
COST, BLOCK, LANES = 2**15, 8, 1  # of scrypt (RFC 7914): 32 MiB and a tenth of a second


class KeySource(StrEnum):
    """Who keeps the secret. FILE: a file of this workspace that only its account may read."""

    ENVIRONMENT = "environment"
    KEYRING = "keyring"
    PASSPHRASE = "passphrase"  # noqa: S105 - a word, not a secret
    FILE = "file"


def new_secret(home: Path, name: str) -> tuple[KeySource, str]:
    """A secret for a vault called ``name``, kept in the best place that this machine has."""
    if os.environ.get(KEY):
        return KeySource.ENVIRONMENT, os.environ[KEY]
    made = secrets.token_urlsafe(32)
    if _keep_in_keyring(name, made):
        return KeySource.KEYRING, made
    return KeySource.FILE, _of_file(home) or _new_file(home, made)


def secret(home: Path, name: str, source: KeySource, passphrase: str = "") -> str:
    """The secret as it was kept; a passphrase may be in the environment.

    Raises VaultLocked without a passphrase, and KeyLost.
    """
    if source is KeySource.PASSPHRASE:
        if not (passphrase or given_word()):
            raise VaultLocked()
        return passphrase or given_word()
    found = {
        KeySource.ENVIRONMENT: lambda: os.environ.get(KEY, ""),
        KeySource.KEYRING: lambda: _in_keyring(name),
        KeySource.FILE: lambda: _of_file(home),
    }[source]()
    if not found:
        raise KeyLost(source.value)
    return found


def given_word() -> str:
    """The passphrase in the environment, as the shell is given it; empty where there is none."""
    return os.environ.get(WORD, "")


@lru_cache(maxsize=32)
def stretched(text: str, salt: bytes) -> bytes:
    """A key of 32 bytes from a secret of any length: scrypt, slow on purpose."""
    from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

    return Scrypt(salt, 32, COST, BLOCK, LANES).derive(text.encode())


def _keep_in_keyring(name: str, made: str) -> bool:
    import keyring
    from keyring.errors import KeyringError

    try:
        if keyring.get_keyring().priority < WEAK:
            return False
        keyring.set_password(SERVICE, name, made)
        return keyring.get_password(SERVICE, name) == made
    except (KeyringError, RuntimeError) as fault:
        logging.warning("the keyring cannot be used: %s", fault)
        return False


def _in_keyring(name: str) -> str:
    import keyring
    from keyring.errors import KeyringError

    try:
        return keyring.get_password(SERVICE, name) or ""
    except (KeyringError, RuntimeError) as fault:
        logging.warning("the keyring cannot be used: %s", fault)
        return ""


def _of_file(home: Path) -> str:
    file = home / FILE
    return file.read_text("ascii").strip() if file.is_file() else ""


def _new_file(home: Path, made: str) -> str:
    with replaced(home / FILE) as aside:  # nobody else may read it, not even for a moment
        aside.touch(0o600)
        aside.write_bytes(made.encode())
    return made
