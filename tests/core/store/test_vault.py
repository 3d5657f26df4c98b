"""What is sealed comes back as it was, to whoever has the key, or not at all."""

from __future__ import annotations

import io
import os
import stat
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import KeyLost, VaultDamaged, VaultLocked, WrongPassphrase
from core.store import envelope, keys, sealed, vault
from core.store.keys import KeySource

KEY = bytes(range(32))


@pytest.fixture(autouse=True)
def _no_key_around(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WHYBUY_KEY", raising=False)
    monkeypatch.setattr(keys, "_keep_in_keyring", lambda name, made: False)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    place = tmp_path / "home" / "projects" / "shop-123456"
    place.mkdir(parents=True)
    return place


def closed(plain: bytes, context: str = "a") -> bytes:
    into = io.BytesIO()
    sealed.seal(KEY, context, io.BytesIO(plain), into)
    return into.getvalue()


def opened(content: bytes, context: str = "a", key: bytes = KEY) -> bytes:
    into = io.BytesIO()
    sealed.unseal(key, context, io.BytesIO(content), into)
    return into.getvalue()


@given(st.integers(0, 70))
@settings(max_examples=30)
def test_any_length_comes_back(length: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sealed, "CHUNK", 16)
        plain = os.urandom(length)
        content = closed(plain)
        assert opened(content) == plain
        chunks = max(1, -(-length // 16))
        assert len(content) == len(sealed.MAGIC) + 16 + length + 16 * chunks


def test_every_changed_bit_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealed, "CHUNK", 16)
    content = closed(b"the real ids of some customers, in chunks")
    for place in range(len(content)):
        changed = bytearray(content)
        changed[place] ^= 1
        with pytest.raises(VaultDamaged):
            opened(bytes(changed))


def test_cut_swapped_and_foreign_chunks_are_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealed, "CHUNK", 16)
    content = closed(bytes(64))
    head, size = len(sealed.MAGIC) + 16, 32
    chunks = [content[i : i + size] for i in range(head, len(content), size)]
    swapped = content[:head] + b"".join((chunks[1], chunks[0], *chunks[2:]))
    for other in (content[:-size], content[:head], swapped, content + chunks[-1], b"", b"whybuy"):
        with pytest.raises(VaultDamaged):
            opened(other)
    with pytest.raises(VaultDamaged):
        opened(content, "b")
    with pytest.raises(VaultDamaged):
        opened(content, key=bytes(32))


def test_the_file_in_clear_lies_in_memory_and_goes(tmp_path: Path) -> None:
    (tmp_path / "plain").write_bytes(b"Anna")
    sealed.sealed_file(KEY, "t", tmp_path / "plain", tmp_path / "x.sealed")
    assert b"Anna" not in (tmp_path / "x.sealed").read_bytes()
    with sealed.opened_file(KEY, "t", tmp_path / "x.sealed") as plain:
        assert plain.read_bytes() == b"Anna"
        assert "memfd:" in str(plain.readlink())
    assert not plain.exists()


def test_private_folders_go_and_those_of_killed_processes_are_swept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealed, "MEMORY", tmp_path)
    monkeypatch.setattr(sealed.tempfile, "gettempdir", lambda: str(tmp_path))
    with sealed.private_folder(in_memory=True) as folder:
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert folder.parent == tmp_path
        left = tmp_path / f"{sealed.PRIVATE}{2**22 + 1}-abc"  # a number no process can have
        left.mkdir()
        (left / "ids").write_bytes(b"Anna")
        sealed.sweep_private()
        assert folder.exists()
        assert not left.exists()
    assert not folder.exists()


def test_a_vault_keeps_what_is_put_into_it(project: Path, tmp_path: Path) -> None:
    made = vault.opened(project)
    assert made.source is KeySource.FILE
    assert stat.S_IMODE((project.parent.parent / keys.FILE).stat().st_mode) == 0o600
    (tmp_path / "plain").write_bytes(b"ids")
    vault.put(made, "0123abcd", tmp_path / "plain")
    again = vault.opened(project)
    assert again.key == made.key
    assert again.pseudonyms.of("1") == made.pseudonyms.of("1")
    with vault.taken(again, "0123abcd") as plain:
        assert plain is not None
        assert plain.read_bytes() == b"ids"
    with vault.taken(again, "other") as nothing:
        assert nothing is None
    assert vault.names(project) == ("0123abcd",)
    vault.throw_away(project, "0123abcd")
    assert not vault.holds(project, "0123abcd")


def test_a_lost_key_is_said(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    vault.opened(project)
    file = project.parent.parent / keys.FILE
    file.write_text("another one")
    with pytest.raises(KeyLost):
        vault.opened(project)
    file.unlink()
    with pytest.raises(KeyLost) as lost:
        vault.opened(project)
    assert lost.value.place == "file"


def test_the_environment_comes_first(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WHYBUY_KEY", "one")
    made = vault.opened(project)
    assert made.source is KeySource.ENVIRONMENT
    assert not (project.parent.parent / keys.FILE).exists()
    monkeypatch.setenv("WHYBUY_KEY", "two")
    with pytest.raises(KeyLost):
        vault.opened(project)
    monkeypatch.delenv("WHYBUY_KEY")
    with pytest.raises(KeyLost):
        vault.opened(project)


def test_a_keyring_that_keeps_is_used(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ring: dict[str, str] = {}
    monkeypatch.setattr(keys, "_keep_in_keyring", lambda n, made: ring.update({n: made}) is None)
    monkeypatch.setattr(keys, "in_keyring", lambda name: ring.get(name, ""))
    made = vault.opened(project)
    assert made.source is KeySource.KEYRING
    assert vault.opened(project).key == made.key
    ring.clear()
    with pytest.raises(KeyLost):
        vault.opened(project)


def test_a_passphrase_and_back(project: Path) -> None:
    made = vault.opened(project)
    assert vault.protect(project, "open sesame").source is KeySource.PASSPHRASE
    with pytest.raises(VaultLocked):
        vault.opened(project)
    with pytest.raises(WrongPassphrase):
        vault.opened(project, "open sesam")
    assert vault.opened(project, "open sesame").key == made.key
    with pytest.raises(WrongPassphrase):
        vault.protect(project, "another", "guessed")
    assert vault.protect(project, "", "open sesame").source is KeySource.FILE
    assert vault.opened(project).key == made.key
    assert "key" not in repr(made)


def test_a_damaged_record_does_not_make_a_new_vault(project: Path, tmp_path: Path) -> None:
    made = vault.opened(project)
    (tmp_path / "plain").write_bytes(b"ids")
    vault.put(made, "0123abcd", tmp_path / "plain")
    record = project / vault.FOLDER / envelope.RECORD
    whole = record.read_bytes()
    record.write_bytes(whole[:-5])
    with pytest.raises(VaultDamaged):
        vault.opened(project)
    record.unlink()
    with pytest.raises(VaultDamaged):
        vault.opened(project)
    record.write_bytes(whole)
    assert vault.opened(project).key == made.key
