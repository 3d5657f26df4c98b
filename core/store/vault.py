"""A project's vault: the key of its pseudonyms, and what masks took out of its tables."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from core.data.privacy.pseudonym import Pseudonyms
from core.errors import VaultDamaged
from core.store import allowed, envelope, rest
from core.store.envelope import RECORD, Keys, Record
from core.store.folder import decoded, forget_decoded, unlink, write, written
from core.store.glance import is_there
from core.store.keys import KeySource, forget_secret, given_word, new_secret, secret
from core.store.opened import let_go
from core.store.roles import Right
from core.store.sealed import fitting, opened_file, sealed_file
from core.store.trail import What
from core.store.untold import telling

FOLDER = "vault"
SEALED = ".sealed"
# keys of vaults under a passphrase that were opened in this process, by the vault's name
_open: dict[str, bytes] = {}


@dataclass(frozen=True)
class Vault:
    """An opened vault in ``folder``; its keys never leave memory."""

    folder: Path
    source: KeySource
    _keys: Keys = field(repr=False)

    @property
    def key(self) -> bytes:
        """What is sealed from now on is sealed with this one."""
        return self._keys.now

    @property
    def keys(self) -> tuple[bytes, ...]:
        """Those that may open what is sealed, the present one first."""
        return (self._keys.now, self._keys.before) if self._keys.before else (self._keys.now,)

    @property
    def pseudonyms(self) -> Pseudonyms:
        """The project's own: ids of all its tables are the same customers."""
        return Pseudonyms(self._keys.people)


def opened(project: Path, passphrase: str = "") -> Vault:
    """The vault of a project's folder; a new one is made where there is none.

    One under a passphrase opens without where ``unlock`` or ``take_key`` came before. Raises
    VaultLocked, WrongPassphrase, KeyLost and VaultDamaged.
    """
    record = _record(project)
    if record is None:
        return _made(project)
    if record.source is KeySource.PASSPHRASE and not passphrase and record.name in _open:
        keys = envelope.within(record, _open[record.name])
    else:
        text = secret(_home(project), record.name, record.source, passphrase)
        keys = envelope.unwrapped(record, text)
    return Vault(project / FOLDER, record.source, keys)


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
    let_go()
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
    return f"{record.name}:{base64.b64encode(opened(project).key).decode()}"


def take_key(text: str) -> None:
    """Takes what ``spare_key`` gave in the process that started this one: of that vault as it was
    then, and of no other."""
    name, _, key = text.partition(":")
    _open[name] = base64.b64decode(key)


def key_source(project: Path) -> KeySource | None:
    """Where the vault's secret is kept; None without a vault. Raises VaultDamaged."""
    record = _record(project)
    return record.source if record else None


def protect(project: Path, passphrase: str, before: str = "") -> Vault:
    """The same vault under a passphrase (once ``before``) from now on; empty: kept by the machine.

    What is sealed in it stays as it is. Raises what ``opened`` raises.
    """
    allowed.need(project, Right.ADMIN)
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
    was = record.was if record else ""
    with telling(project, What.PROTECT, project.name, kind=source.value):
        _keep(project, envelope.wrapped((name, was), (source, text), vault._keys))
    _open.pop(name, None)
    if passphrase and vault.source is KeySource.KEYRING:
        forget_secret(name)
    return Vault(vault.folder, source, vault._keys)


def renew(project: Path, passphrase: str = "", new: str = "") -> None:
    """Another key seals what is written from now on; ``end_renewal`` once nothing needs the old.

    Both open the vault until then, by the same secret or by the ``new`` passphrase. A process in
    which it is open under its passphrase, but for this one, has to be told that again. Does
    nothing where a renewal goes on. Raises what ``opened`` raises.
    """
    record = _record(project)
    if record is None:
        _made(project)
        return
    text = secret(_home(project), record.name, record.source, passphrase)
    keys, name = envelope.unwrapped(record, text), secrets.token_hex(8)
    if keys.before:
        return
    kept, was = (record.source, text), ""
    if record.source is KeySource.KEYRING:  # where each vault has a secret of its own
        was = record.name
    if new:
        kept = KeySource.PASSPHRASE, new
    elif was:
        kept = new_secret(_home(project), name)
    made = envelope.renewed(keys)
    _keep(project, envelope.wrapped((name, was), kept, made))
    if _open.pop(record.name, None) is not None:
        _open[name] = made.now


def is_renewing(project: Path) -> bool:
    """Whether something may still need the key from before. Raises VaultDamaged."""
    record = _record(project)
    return record is not None and bool(record.before)


def end_renewal(project: Path) -> None:
    """The key from before goes, and where a keyring had its secret, that goes too."""
    record = _record(project)
    if record is not None and record.before:
        if record.was:
            forget_secret(record.was)
        _keep(project, msgspec.structs.replace(record, before="", was=""))


def forget_secrets(project: Path) -> None:
    """What this machine keeps of the secret of a vault that goes, and of no other, goes with it."""
    try:
        record = _record(project)
    except VaultDamaged:  # it says no name
        return
    if record is not None:
        _open.pop(record.name, None)
        gone = (record.was, record.name if record.source is KeySource.KEYRING else "")
        for name in filter(None, gone):
            forget_secret(name)


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
    with file.open("rb") as stream:
        key = fitting(vault.keys, name, stream)
    with opened_file(key, name, file) as plain:
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


def _record(project: Path) -> Record | None:
    file = project / FOLDER / RECORD
    try:
        return decoded(file, Record)
    except FileNotFoundError:
        if any((project / FOLDER).glob(f"*{SEALED}")):
            raise VaultDamaged(RECORD) from None
        return None
    except (msgspec.DecodeError, UnicodeDecodeError) as fault:
        raise VaultDamaged(RECORD) from fault


def _made(project: Path) -> Vault:
    name, keys = secrets.token_hex(8), envelope.fresh()
    kept = new_secret(_home(project), name)
    _keep(project, envelope.wrapped((name, ""), kept, keys))
    return Vault(project / FOLDER, kept[0], keys)


def _keep(project: Path, record: Record) -> None:
    write(project / FOLDER / RECORD, msgspec.json.encode(record))
