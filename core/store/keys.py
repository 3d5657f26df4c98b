"""Where the secret lies that opens a project's vault: environment, keyring, passphrase or file."""

from __future__ import annotations

import logging
import os
import secrets
import uuid
from contextlib import suppress
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from core.errors import KeyLost, VaultLocked
from core.store.folder import room_on_disk

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
    if given := in_environment():
        return KeySource.ENVIRONMENT, given
    made = secrets.token_urlsafe(32)
    if _keep_in_keyring(name, made):
        return KeySource.KEYRING, made
    return KeySource.FILE, in_file(home) or _new_file(home, made)


def secret(home: Path, name: str, source: KeySource, passphrase: str = "") -> str:
    """The secret as it was kept; a passphrase may be in the environment.

    Raises VaultLocked without a passphrase, and KeyLost.
    """
    if source is KeySource.PASSPHRASE:
        if not (passphrase or given_word()):
            raise VaultLocked()
        return passphrase or given_word()
    found = {
        KeySource.ENVIRONMENT: in_environment,
        KeySource.KEYRING: lambda: in_keyring(name),
        KeySource.FILE: lambda: in_file(home),
    }[source]()
    if not found:
        raise KeyLost(source.value)
    return found


def given_word() -> str:
    """The passphrase in the environment, as the shell is given it; empty where there is none."""
    return os.environ.get(WORD, "")


def stretched(text: str, salt: bytes) -> bytes:
    """A key of 32 bytes from a secret of any length: scrypt, slow on purpose."""
    return _stretched(text, salt, COST)


@lru_cache(maxsize=32)
def _stretched(text: str, salt: bytes, cost: int) -> bytes:
    from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

    return Scrypt(salt, 32, cost, BLOCK, LANES).derive(text.encode())


def _keep_in_keyring(name: str, made: str) -> bool:
    import keyring
    from keyring.errors import KeyringError

    try:
        if keyring.get_keyring().priority < WEAK:
            return False
        keyring.set_password(SERVICE, name, made)
        return keyring.get_password(SERVICE, name) == made
    except (KeyringError, RuntimeError) as fault:
        logging.warning("the keyring cannot be used: %s", type(fault).__name__)
        return False


def in_keyring(name: str) -> str:
    """The secret of that name in the system's keyring; empty where there is none."""
    import keyring
    from keyring.errors import KeyringError

    try:
        return keyring.get_password(SERVICE, name) or ""
    except (KeyringError, RuntimeError) as fault:
        logging.warning("the keyring cannot be used: %s", type(fault).__name__)
        return ""


def forget_secret(name: str) -> None:
    """The system's keyring has no secret of that name any more."""
    import keyring
    from keyring.errors import KeyringError

    try:
        if in_keyring(name):
            keyring.delete_password(SERVICE, name)
    except (KeyringError, RuntimeError) as fault:
        logging.warning("the keyring cannot be used: %s", type(fault).__name__)


def in_environment() -> str:
    """The secret in the environment; empty where there is none."""
    return os.environ.get(KEY, "")


def in_file(home: Path) -> str:
    """The secret in the workspace's own file; empty where there is none."""
    file = home / FILE
    return file.read_text("ascii").strip() if file.is_file() else ""


def _new_file(home: Path, made: str) -> str:
    """Writes the file once: of two processes that both want to, one wins and both take its."""
    aside = home / f".{FILE}.{uuid.uuid4().hex}"
    with room_on_disk(FILE):
        home.mkdir(parents=True, exist_ok=True)
        try:
            aside.touch(0o600)  # nobody else may read it, not even for a moment
            with aside.open("wb") as file:
                file.write(made.encode())
                file.flush()
                os.fsync(file.fileno())
            with suppress(FileExistsError):
                os.link(aside, home / FILE)
        finally:
            aside.unlink(missing_ok=True)
    return in_file(home)
