"""A project's vault: the key of its pseudonyms, and what masks took out of its tables."""

from __future__ import annotations

import base64
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from core.data.privacy.pseudonym import Pseudonyms
from core.errors import KeyLost, VaultDamaged, WrongPassphrase
from core.store import rest
from core.store.folder import decoded, forget_decoded, unlink, write, written
from core.store.glance import is_there
from core.store.keys import KeySource, given_word, new_secret, secret, stretched
from core.store.sealed import derived, opened_file, sealed_file

FOLDER = "vault"
RECORD = "vault.json"
SEALED = ".sealed"
NONCE = 12
WRAPPED = b"whybuy vault 1"
# keys of vaults under a passphrase that were opened in this process, by the vault's name
_open: dict[str, bytes] = {}


class _Record(msgspec.Struct, frozen=True):
    """How the vault is opened: its own key, encrypted under the stretched secret."""

    name: str
    source: KeySource
    salt: str
    wrapped: str


@dataclass(frozen=True)
class Vault:
    """An opened vault in ``folder``; ``key`` never leaves memory."""

    folder: Path
    source: KeySource
    key: bytes = field(repr=False)

    @property
    def pseudonyms(self) -> Pseudonyms:
        """The project's own: ids of all its tables are the same customers."""
        return Pseudonyms(derived(self.key, b"", "pseudonyms"))


def opened(project: Path, passphrase: str = "") -> Vault:
    """The vault of a project's folder; a new one is made where there is none.

    One under a passphrase opens without where ``unlock`` or ``take_key`` came before. Raises
    VaultLocked, WrongPassphrase, KeyLost and VaultDamaged.
    """
    record = _record(project)
    if record is None:
        return _made(project)
    if record.source is KeySource.PASSPHRASE and not passphrase and record.name in _open:
        return Vault(project / FOLDER, record.source, _open[record.name])
    text = secret(_home(project), record.name, record.source, passphrase)
    return Vault(project / FOLDER, record.source, _unwrapped(record, text))


def unlock(project: Path, passphrase: str) -> None:
    """Opens a vault under a passphrase for as long as this process runs, or until ``lock``.

    Raises what ``opened`` raises.
    """
    record = _record(project)
    if record is not None and record.source is KeySource.PASSPHRASE:
        _open[record.name] = opened(project, passphrase or "").key


def lock(project: Path) -> None:
    """This process forgets the key, and what it read with it."""
    record = _record(project)
    if record is not None:
        _open.pop(record.name, None)
    rest.let_go()
    forget_decoded()


@contextmanager
def unlocked(project: Path, passphrase: str) -> Iterator[None]:
    """Open within the block, for what starts a worker that is told the key; then as before."""
    was_locked = is_locked(project)
    if passphrase:
        unlock(project, passphrase)
    try:
        yield
    finally:
        if was_locked:
            lock(project)


def is_locked(project: Path) -> bool:
    """Whether a passphrase is wanted before anything sealed can be read. Raises VaultDamaged."""
    record = _record(project)
    return (
        record is not None
        and record.source is KeySource.PASSPHRASE
        and record.name not in _open
        and not given_word()
    )


def locks_all(project: Path) -> bool:
    """Whether nothing of an encrypted project can be read before its passphrase is given."""
    return rest.state(project) is not rest.State.CLEAR and is_locked(project)


def spare_key(project: Path) -> str:
    """The key, as text, for a worker that could not open the vault itself; else empty."""
    record = _record(project)
    if record is None or record.source is not KeySource.PASSPHRASE or is_locked(project):
        return ""
    return base64.b64encode(opened(project).key).decode()


def take_key(project: Path, text: str) -> None:
    """Takes what ``spare_key`` gave in the process that started this one."""
    record = _record(project)
    if record is not None:
        _open[record.name] = base64.b64decode(text)


def key_source(project: Path) -> KeySource | None:
    """Where the vault's secret is kept; None without a vault. Raises VaultDamaged."""
    record = _record(project)
    return record.source if record else None


def protect(project: Path, passphrase: str, before: str = "") -> Vault:
    """The same vault under a passphrase (once ``before``) from now on; empty: kept by the machine.

    What is sealed in it stays as it is. Raises what ``opened`` raises.
    """
    record = _record(project)
    if record is not None:  # that it is open is not enough to change who may open it
        secret(_home(project), record.name, record.source, before)
    vault = opened(project, before)
    record = _record(project)
    name = record.name if record else ""
    if passphrase:
        source, text = KeySource.PASSPHRASE, passphrase
    else:
        source, text = new_secret(_home(project), name)
    _keep(project, name, (source, text), vault.key)
    _open.pop(name, None)
    return Vault(vault.folder, source, vault.key)


def put(vault: Vault, name: str, plain: Path) -> None:
    """Seals a file as ``name``: a table's masked columns, or a table as it was brought."""
    with written(vault.folder / f"{name}{SEALED}") as aside:
        sealed_file(vault.key, name, plain, aside)


@contextmanager
def taken(vault: Vault, name: str) -> Iterator[Path | None]:
    """The file ``name`` in clear, in a private folder that goes with the block; None without.

    Raises VaultDamaged.
    """
    file = vault.folder / f"{name}{SEALED}"
    if not is_there(file):
        yield None
        return
    with opened_file(vault.key, name, file) as plain:
        yield plain


def holds(project: Path, name: str) -> bool:
    """Whether the vault holds something of that name."""
    return is_there(project / FOLDER / f"{name}{SEALED}")


def names(project: Path) -> tuple[str, ...]:
    """What the vault holds, by name."""
    return tuple(sorted(file.stem for file in (project / FOLDER).glob(f"*{SEALED}")))


def throw_away(project: Path, name: str) -> None:
    """Removes what the vault holds of that name, if it does."""
    unlink(project / FOLDER / f"{name}{SEALED}")


def _home(project: Path) -> Path:
    return project.parent.parent


def _record(project: Path) -> _Record | None:
    file = project / FOLDER / RECORD
    try:
        return decoded(file, _Record)
    except FileNotFoundError:
        if any((project / FOLDER).glob(f"*{SEALED}")):
            raise VaultDamaged(RECORD) from None
        return None
    except (msgspec.DecodeError, UnicodeDecodeError) as fault:
        raise VaultDamaged(RECORD) from fault


def _made(project: Path) -> Vault:
    name, key = secrets.token_hex(8), os.urandom(32)
    kept = new_secret(_home(project), name)
    _keep(project, name, kept, key)
    return Vault(project / FOLDER, kept[0], key)


def _keep(project: Path, name: str, kept: tuple[KeySource, str], key: bytes) -> None:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    source, text = kept
    salt, nonce = os.urandom(16), os.urandom(NONCE)
    wrapped = nonce + AESGCM(stretched(text, salt)).encrypt(nonce, key, WRAPPED)
    record = _Record(name, source, *(base64.b64encode(b).decode() for b in (salt, wrapped)))
    write(project / FOLDER / RECORD, msgspec.json.encode(record))


def _unwrapped(record: _Record, text: str) -> bytes:
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    try:
        salt, wrapped = (base64.b64decode(t, validate=True) for t in (record.salt, record.wrapped))
        cipher = AESGCM(stretched(text, salt))
        return cipher.decrypt(wrapped[:NONCE], wrapped[NONCE:], WRAPPED)
    except InvalidTag as fault:
        if record.source is KeySource.PASSPHRASE:
            raise WrongPassphrase() from fault
        raise KeyLost(record.source.value) from fault
    except ValueError as fault:
        raise VaultDamaged(RECORD) from fault
