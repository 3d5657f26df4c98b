"""Signatures: HKDF against another implementation, whose key is whose, and where it lies."""

from __future__ import annotations

import stat
import threading
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.store import keys, signing
from core.store.sealed import derived
from core.store.signing import Verdict, signature, signing_key, verdict


@pytest.fixture(autouse=True)
def _no_key_around(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WHYBUY_KEY", raising=False)


@given(st.binary(max_size=80), st.binary(max_size=40), st.sampled_from(["a", "sign", "b" * 40]))
@settings(max_examples=25)
def test_hkdf_is_the_librarys(secret: bytes, salt: bytes, purpose: str) -> None:
    assert signing.expanded(secret, salt, purpose.encode()) == derived(secret, salt, purpose)


def test_a_signature_is_worth_something_only_here(tmp_path: Path) -> None:
    key = signing_key(tmp_path / "a")
    signed = signature(key, b"content")
    assert verdict(tmp_path / "a", key.id, b"content", signed) is Verdict.GOOD
    assert verdict(tmp_path / "a", key.id, b"contenT", signed) is Verdict.BAD
    assert verdict(tmp_path / "a", key.id, b"content", "") is Verdict.BAD
    assert verdict(tmp_path / "a", key.id, b"content", "ü") is Verdict.BAD
    signing_key(tmp_path / "b")
    assert verdict(tmp_path / "b", key.id, b"content", signed) is Verdict.UNKNOWN
    assert verdict(tmp_path / "c", key.id, b"content", signed) is Verdict.UNKNOWN


def test_the_key_is_made_once_for_nobody_else(tmp_path: Path) -> None:
    found: list[signing.Key] = []
    threads = [threading.Thread(target=lambda: found.append(signing_key(tmp_path))) for _ in "four"]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(set(found)) == 1
    assert stat.S_IMODE((tmp_path / keys.FILE).stat().st_mode) == 0o600
    assert found[0].secret.hex() not in repr(found[0])


def test_what_one_place_signed_is_known_when_another_has_a_key_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = signing_key(tmp_path)
    signed = signature(first, b"content")
    monkeypatch.setenv("WHYBUY_KEY", "another place")
    assert signing_key(tmp_path) != first
    assert verdict(tmp_path, first.id, b"content", signed) is Verdict.GOOD


def test_the_keyring_comes_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ring: dict[str, str] = {}
    monkeypatch.setattr(keys, "_keep_in_keyring", lambda n, made: ring.update({n: made}) is None)
    monkeypatch.setattr(keys, "in_keyring", lambda name: ring.get(name, ""))
    key = signing_key(tmp_path)
    assert list(ring) == ["installation"]
    assert not (tmp_path / keys.FILE).exists()
    assert signing_key(tmp_path) == key
