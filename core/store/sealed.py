"""Files sealed with AES-GCM in chunks: of any size, and nothing in them can be changed unseen.

A file is MAGIC, 16 random bytes and then chunks of ``CHUNK`` bytes, each followed by its 16 bytes
of authentication. Its key is HKDF-SHA-256 (RFC 5869) of the given key and the random bytes; a
chunk's nonce is its number and whether it is the last (the STREAM construction of Hoang,
Reyhanitabar, Rogaway and Vizar, CRYPTO 2015), so that chunks can be neither cut off, swapped nor
taken from another file. ``context`` says what the file is and must be the same when it is opened.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from core.errors import VaultDamaged

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

MAGIC = b"whybuy sealed 1\n"
SALT = 16
CHUNK = 1 << 20
TAG = 16
KEY = 32
PRIVATE = "whybuy-private-"
MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of memory, and ours in it is private


def derived(key: bytes, salt: bytes, purpose: str) -> bytes:
    """Another key of 32 bytes for a purpose of its own (HKDF-SHA-256)."""
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return HKDF(SHA256(), KEY, salt, purpose.encode()).derive(key)


def seal(key: bytes, context: str, plain: BinaryIO, into: BinaryIO) -> None:
    """Writes what ``plain`` holds from here on, sealed."""
    _seal(key, context, iter(lambda: plain.read(CHUNK), b""), into)


def unseal(key: bytes, context: str, sealed: BinaryIO, into: BinaryIO) -> None:
    """Writes what was sealed. Raises VaultDamaged before a chunk that is not what it was."""
    for chunk in _chunks(key, context, sealed):
        into.write(chunk)


def reseal(keys: tuple[bytes, bytes], context: str, sealed: BinaryIO, into: BinaryIO) -> None:
    """Writes what was sealed with the first key, sealed with the second. Raises VaultDamaged."""
    _seal(keys[1], context, _chunks(keys[0], context, sealed), into)


def fitting(keys: tuple[bytes, ...], context: str, sealed: BinaryIO) -> bytes:
    """Which of the keys a file was sealed with, by its first chunk; the only one is it anyway.

    Raises VaultDamaged where it is none of several.
    """
    if len(keys) == 1:
        return keys[0]
    for key in keys:
        try:
            next(_chunks(key, context, sealed))
        except VaultDamaged:
            continue
        finally:
            sealed.seek(0)
        return key
    raise VaultDamaged(context)


def _seal(key: bytes, context: str, plain: Iterator[bytes], into: BinaryIO) -> None:
    salt = os.urandom(SALT)
    into.write(MAGIC + salt)
    cipher = _cipher(key, salt, context)
    chunk: bytes | None = next(plain, b"")
    number = 0
    while chunk is not None:
        after = next(plain, None)
        into.write(cipher.encrypt(_nonce(number, after is None), chunk, MAGIC))
        chunk, number = after, number + 1


def _chunks(key: bytes, context: str, sealed: BinaryIO) -> Iterator[bytes]:
    from cryptography.exceptions import InvalidTag

    head = sealed.read(len(MAGIC) + SALT)
    if len(head) != len(MAGIC) + SALT or not head.startswith(MAGIC):
        raise VaultDamaged(context)
    cipher = _cipher(key, head[len(MAGIC) :], context)
    chunk, number = sealed.read(CHUNK + TAG), 0
    while True:
        after = sealed.read(CHUNK + TAG)
        try:
            yield cipher.decrypt(_nonce(number, not after), chunk, MAGIC)
        except (InvalidTag, ValueError) as fault:
            raise VaultDamaged(context) from fault
        if not after:
            return
        chunk, number = after, number + 1


def sealed_file(key: bytes, context: str, plain: Path, into: Path) -> None:
    """Seals the file ``plain`` as the file ``into``."""
    with plain.open("rb") as source, into.open("wb") as target:
        seal(key, context, source, target)


class Held:
    """A file without a name on any disk, for as long as this lives; ``path`` opens it.

    It lies in memory where the system can do that (Linux), else in a private folder.
    """

    def __init__(self, name: str) -> None:
        if hasattr(os, "memfd_create"):
            handle = os.memfd_create(name[:64], os.MFD_CLOEXEC)
            self.path = Path(f"/proc/self/fd/{handle}")
            weakref.finalize(self, os.close, handle)
        else:
            folder = _private()
            self.path = folder / "held"
            weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)


def held(name: str) -> Held:
    """A new, empty one, called ``name`` in what the system says of it."""
    return Held(name)


@contextmanager
def private_folder(in_memory: bool = False) -> Iterator[Path]:
    """A folder that only this account may enter; it and all in it go with the block.

    With ``in_memory`` it is one of memory, where the system has such a folder.
    """
    folder = _private(in_memory)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def sweep_private() -> None:
    """Removes private folders that killed processes of this account left behind."""
    for place in {Path(tempfile.gettempdir()), MEMORY}:
        for left in place.glob(f"{PRIVATE}*"):
            number = left.name.removeprefix(PRIVATE).partition("-")[0]
            if left.stat().st_uid == os.getuid() and not _runs(number):
                shutil.rmtree(left, ignore_errors=True)


@contextmanager
def opened_file(key: bytes, context: str, sealed: Path) -> Iterator[Path]:
    """The sealed file in clear, in memory, for the length of the block. Raises VaultDamaged."""
    clear = held(sealed.stem)
    with sealed.open("rb") as source, clear.path.open("wb") as target:
        unseal(key, context, source, target)
    yield clear.path


def _runs(number: str) -> bool:
    """Whether a process of that number runs; what has no number may be anyone's."""
    import psutil

    return not number.isdigit() or psutil.pid_exists(int(number))


def _private(in_memory: bool = False) -> Path:
    place = MEMORY if in_memory and os.access(MEMORY, os.W_OK) else None
    return Path(tempfile.mkdtemp(prefix=f"{PRIVATE}{os.getpid()}-", dir=place))


def _cipher(key: bytes, salt: bytes, context: str) -> AESGCM:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    return AESGCM(derived(key, salt, context))


def _nonce(number: int, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])
