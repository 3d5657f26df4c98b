"""Another key: everything is read as before, and the old key opens nothing that is left."""

from __future__ import annotations

import io
import itertools
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from core.cli import app
from core.errors import KeyLost, VaultDamaged, VaultLocked, WrongPassphrase
from core.store import (
    envelope,
    folder,
    keys,
    log,
    logged,
    projects,
    protection,
    repair,
    rest,
    rotation,
    sealed,
    vault,
)
from core.store.keys import KeySource

NAMES = [f"note-{n}.json" for n in range(4)]
ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(autouse=True)
def _cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WHYBUY_KEY", "a key of the tests")
    monkeypatch.setattr(keys, "COST", 16)  # nobody guesses at these


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """An encrypted project with a few files, and two in its vault."""
    return made(tmp_path / "home")


def made(home: Path, passphrase: str = "") -> Path:
    place = projects.folder(home, projects.create(home, "shop", "2026-01-02T03:04:05+00:00").id)
    opened = vault.opened(place)
    for name in ("0123abcd", "0123abcd-original"):
        (home / "plain").write_text(f"Anna {name}")
        vault.put(opened, name, home / "plain")
    (home / "plain").unlink()
    for name in NAMES:
        folder.write(place / "tables" / name, json.dumps([name, "Anna"]).encode())
    folder.write(place / "empty.json", b"")
    if passphrase:
        vault.protect(place, passphrase)
        vault.unlock(place, passphrase)
    protection.protect(place, True)
    return place


def read(project: Path) -> dict[str, bytes]:
    """All that is sealed in a project, in clear."""
    found = {name: rest.content(project / "tables" / name) for name in NAMES}
    found["empty.json"] = rest.content(project / "empty.json")
    for name in vault.names(project):
        with vault.taken(vault.opened(project), name) as plain:
            assert plain is not None
            found[name] = plain.read_bytes()
    return found


def ciphertexts(project: Path) -> dict[Path, bytes]:
    files = (file for file in project.rglob("*") if file.is_file())
    return {file: content for file in files if (content := file.read_bytes())[:16] == sealed.MAGIC}


def opens(key: bytes, file: Path, content: bytes) -> bool:
    try:
        sealed.unseal(key, rotation._context(file), io.BytesIO(content), io.BytesIO())
    except VaultDamaged:
        return False
    return True


def test_all_is_sealed_anew_and_read_as_before(project: Path) -> None:
    before, old, files = read(project), vault.opened(project), ciphertexts(project)
    done = rotation.rotate(project)
    assert (done.files, done.damaged) == (len(files), ())
    assert len(files) == len(NAMES) + 3
    assert read(project) == before
    new = vault.opened(project)
    assert new.key != old.key
    assert new.pseudonyms.of("7") == old.pseudonyms.of("7")
    assert ciphertexts(project).keys() == files.keys()
    for file, content in ciphertexts(project).items():
        assert content != files[file]
        assert opens(new.key, file, content)
        assert not opens(old.key, file, content)
    entry = logged.entries(project, log.KEYS)[0]
    assert (entry.who, entry.rows) == (log.person(), len(files))
    assert entry.when.endswith("+00:00")


def test_what_was_sealed_before_opens_with_nothing_that_is_left(
    project: Path, tmp_path: Path
) -> None:
    shutil.copytree(project, tmp_path / "stolen")
    files, old = ciphertexts(project), vault.opened(project).key
    assert all(opens(old, file, content) for file, content in files.items())
    rotation.rotate(project)
    left = vault.opened(project)
    assert left.keys == (left.key,)
    assert b"before" not in (project / vault.FOLDER / envelope.RECORD).read_bytes()
    assert not any(opens(left.key, file, content) for file, content in files.items())
    for file, content in files.items():
        file.write_bytes(content)
    with pytest.raises(VaultDamaged):
        read(project)


def test_twice_and_in_clear_and_without_a_vault(tmp_path: Path) -> None:
    home = tmp_path / "home"
    project = made(home)
    protection.protect(project, False)
    before, pseudonym = read(project), vault.opened(project).pseudonyms.of("7")
    assert rotation.rotate(project).files == 2
    assert rotation.rotate(project).files == 2
    assert read(project) == before
    assert vault.opened(project).pseudonyms.of("7") == pseudonym
    empty = projects.create(home, "empty", "2026-01-02T03:04:05+00:00")
    assert rotation.rotate(projects.folder(home, empty.id)).files == 0


def test_under_a_passphrase_it_must_be_told_and_may_become_another(tmp_path: Path) -> None:
    project = made(tmp_path / "home", "correct horse")
    before = read(project)
    for word, error in (("", VaultLocked), ("battery", WrongPassphrase)):
        with pytest.raises(error):
            rotation.rotate(project, word)
    rotation.rotate(project, "correct horse", "staple")
    assert read(project) == before  # this process had it open
    vault.lock(project)
    with pytest.raises(WrongPassphrase):
        vault.opened(project, "correct horse")
    vault.unlock(project, "staple")
    assert read(project) == before


def test_another_process_that_had_it_open_has_to_be_told_again(tmp_path: Path) -> None:
    project = made(tmp_path / "home", "correct horse")
    told, kept = vault.spare_key(project), dict(vault._open)
    rotation.rotate(project, "correct horse")
    vault._open.clear()
    vault._open.update(kept)
    assert vault.is_locked(project)
    vault.take_key(told)  # of the vault as it was
    assert vault.is_locked(project)
    with pytest.raises(VaultLocked):
        read(project)


def test_the_secret_in_a_keyring_is_another_and_the_old_one_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import keyring

    ring: dict[str, str] = {}
    monkeypatch.delenv("WHYBUY_KEY")
    monkeypatch.setattr(keys, "_keep_in_keyring", lambda name, made: not ring.update({name: made}))
    monkeypatch.setattr(keyring, "get_password", lambda service, name: ring.get(name))
    monkeypatch.setattr(keyring, "delete_password", lambda service, name: ring.pop(name))
    project = made(tmp_path / "home")
    before, old = read(project), dict(ring)
    assert vault.key_source(project) is KeySource.KEYRING
    rotation.rotate(project)
    assert read(project) == before
    record = json.loads((project / vault.FOLDER / envelope.RECORD).read_bytes())
    assert set(ring) - {"installation"} == {record["name"]}
    assert not set(ring.values()) & {old[n] for n in old if n != "installation"}
    vault.forget_secrets(project)
    with pytest.raises(KeyLost):
        vault.opened(project)


def test_a_passphrase_in_place_of_the_keyring_leaves_no_secret_in_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import keyring

    ring: dict[str, str] = {}
    monkeypatch.delenv("WHYBUY_KEY")
    monkeypatch.setattr(keys, "_keep_in_keyring", lambda name, made: not ring.update({name: made}))
    monkeypatch.setattr(keyring, "get_password", lambda service, name: ring.get(name))
    monkeypatch.setattr(keyring, "delete_password", lambda service, name: ring.pop(name))
    project = made(tmp_path / "home")
    assert set(ring) > {"installation"} or len(ring) == 1
    vault.protect(project, "correct horse")
    with pytest.raises(WrongPassphrase):
        rotation.rotate(project, "battery", "staple")
    assert not rotation.is_begun(project)
    assert set(ring) <= {"installation"}
    assert rotation.rotate(project, "correct horse", "staple").files == 7
    assert vault.is_locked(project)  # as it was
    assert vault.opened(project, "staple").source is KeySource.PASSPHRASE


def test_a_damaged_file_is_told_and_keeps_nobody_waiting(project: Path) -> None:
    bad = project / "tables" / NAMES[0]
    bad.write_bytes(bad.read_bytes()[:-1])
    done = rotation.rotate(project)
    assert done.damaged == (f"tables/{NAMES[0]}",)
    assert not rotation.is_begun(project)
    assert logged.entries(project, log.KEYS)[0].names == done.damaged


def test_broken_off_it_is_readable_and_ends_at_the_next_start(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, old = read(project), vault.opened(project).key
    steps = 0
    for step in itertools.count(1, 3):
        real, counted = folder._sync, itertools.count(1)

        def sync(path: Path, step=step, counted=counted, real=real) -> None:  # type: ignore[no-untyped-def]
            if next(counted) == step:
                raise KeyboardInterrupt
            real(path)

        with monkeypatch.context() as patch:
            patch.setattr(folder, "_sync", sync)
            try:
                rotation.rotate(project)
                break
            except KeyboardInterrupt:
                steps += 1
        assert read(project) == before
        folder.write(project / "tables" / NAMES[0], before[NAMES[0]])  # written in between
    assert steps > 3
    rotation.begin(project)
    repair.repair(project.parent.parent, 1.8e9)
    assert not rotation.is_begun(project)
    assert read(project) == before
    assert not any(opens(old, *each) for each in ciphertexts(project).items())


KILLING = """
import itertools, os, shutil, signal, sys
from pathlib import Path
from core.store import keys, projects, rotation
keys.COST = 16
import cryptography.hazmat.primitives.kdf.scrypt, psutil
for step in itertools.count(1):
    home = Path(sys.argv[1]).with_name(f"home-{step}")
    shutil.copytree(sys.argv[1], home)
    child = os.fork()
    if child == 0:
        seen = itertools.count(1)
        def heard(event, arguments):
            writes = event == "open" and isinstance(arguments[2], int) and arguments[2] & 3
            if writes or event in ("os.rename", "os.remove"):
                if str(home) in str(arguments[0]) and next(seen) == step:
                    os.kill(os.getpid(), signal.SIGKILL)
        sys.addaudithook(heard)
        rotation.rotate(next((home / "projects").iterdir()))
        os._exit(0)
    if os.waitpid(child, 0)[1] == 0:
        break
print(step)
"""


def test_killed_at_every_call_nothing_is_lost(tmp_path: Path) -> None:
    project = made(tmp_path / "home")
    before, files = read(project), ciphertexts(project)
    old = vault.opened(project).key
    told = subprocess.run(
        [sys.executable, "-c", KILLING, str(tmp_path / "home")],
        cwd=ROOT, env=os.environ | {"WHYBUY_KEY": "a key of the tests"},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    last = int(told.stdout)
    assert last > 2 * len(files)
    for step in range(1, last + 1):
        twin = tmp_path / f"home-{step}" / "projects" / project.name
        assert read(twin) == before
        rotation.resume(tmp_path / f"home-{step}")
        assert read(twin) == before
        if not any(opens(old, *each) for each in ciphertexts(twin).items()):
            assert not rotation.is_begun(twin)
        else:  # killed before anything was written
            assert vault.opened(twin).keys == (old,)


def test_the_shell_tells_how_many_files(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WHYBUY_HOME", str(project.parent.parent))
    said = CliRunner().invoke(app, ["rotate", project.name])
    assert said.output.startswith("The new key is in use, and the old one is destroyed. 7 files")
    vault.protect(project, "correct horse")
    words = ["--passphrase", "correct horse", "--new-passphrase", "staple"]
    assert CliRunner().invoke(app, ["rotate", project.name, *words]).exit_code == 0
    monkeypatch.setenv("WHYBUY_PASSPHRASE", "staple")
    said = CliRunner().invoke(app, ["rotate", project.name, "--json"])
    assert json.loads(said.output) == {"project": project.name, "files": 7, "damaged": []}
