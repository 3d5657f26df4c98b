"""A trail is whole or says which entry is not, whoever tampered and whenever the end came."""

from __future__ import annotations

import errno
import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from core.errors import CannotWrite, DiskFull, NotThere
from core.store import chain, heads, log, logged, signing, trail, untold
from core.store.chain import Flaw
from core.store.trail import FILE, What
from core.store.trail_words import judged, sentence
from core.store.who import Who, acting_as
from core.text.phrases import phrases

ROOT = Path(__file__).resolve().parents[3]
KEY, OTHER = "a key of the tests", "a key of another machine"
MANY = 10_000
WRITER = """
import sys
from pathlib import Path
from core.store import trail
for number in range(int(sys.argv[2])):
    trail.tell(Path(sys.argv[1]), trail.What.SCORE, sys.argv[3], rows=number)
    print(number, flush=True)
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with a trail of nine lines."""
    monkeypatch.setenv("WHYBUY_KEY", KEY)
    place = tmp_path / "home" / "projects" / "shop-000001"
    place.mkdir(parents=True)
    filled(place, 9)
    return place


def filled(place: Path, entries: int) -> None:
    for number in range(entries):
        trail.tell(place, What.SCORE, f"model{number}", "ab" * 32, kind="table", rows=number)


def raw(place: Path) -> list[bytes]:
    return (place / FILE).read_bytes().splitlines(keepends=True)


def put(place: Path, lines: list[bytes]) -> None:
    (place / FILE).write_bytes(b"".join(lines))


def flaw(place: Path) -> tuple[Flaw | None, int]:
    found = chain.verify(place)
    return found.flaw, found.number


def test_a_line_tells_who_did_what_when(project: Path) -> None:
    with acting_as(Who("Ada", signed_in=True)):
        told = trail.tell(project, What.TRAIN, "0f" * 8, "cd" * 32, kind="asked", rows=7)
    last = trail.lines(project)[-1]
    assert last == told
    assert (last.number, last.who, last.signed_in, last.what) == (10, "Ada", True, What.TRAIN)
    assert (last.of, last.hash, last.facts) == ("0f" * 8, "cd" * 32, {"kind": "asked", "rows": 7})
    assert last.when.endswith("+00:00")
    assert [line.number for line in trail.lines(project)] == list(range(1, 11))
    assert chain.verify(project) == chain.Verdict(10)


def test_each_line_names_the_one_before_and_is_signed_by_the_key_of_this_home(
    project: Path,
) -> None:
    import hashlib
    import hmac

    before = hashlib.sha256(project.name.encode()).hexdigest()
    key = signing.signing_key(project.parents[1])
    for line in raw(project):
        told = msgspec.json.decode(line)
        assert (told["before"], told["key"]) == (before, key.id)
        content = line[: line.index(b',"seal"')]
        assert told["seal"] == hmac.new(key.secret, content, "sha256").hexdigest()
        before = hashlib.sha256(line.rstrip(b"\n")).hexdigest()
    assert heads.head(project.parents[1], project.name) == (9, before)


def changed(lines: list[bytes]) -> list[bytes]:
    lines[3] = lines[3].replace(b'"rows":3', b'"rows":4')
    return lines


def spaced(lines: list[bytes]) -> list[bytes]:
    lines[3] = lines[3].replace(b'"rows":3', b'"rows": 3')
    return lines


def said_twice(lines: list[bytes]) -> list[bytes]:
    lines[3] = lines[3].replace(b'"what":"score"', b'"what":"score","what":"train"')
    return lines


def unsealed(lines: list[bytes]) -> list[bytes]:
    lines[3] = lines[3][: lines[3].index(b',"seal"')] + b"}\n"
    return lines


def no_line(lines: list[bytes]) -> list[bytes]:
    lines[3] = b"\xff\n"
    return lines


def removed(lines: list[bytes]) -> list[bytes]:
    return lines[:3] + lines[4:]


def swapped(lines: list[bytes]) -> list[bytes]:
    lines[3], lines[4] = lines[4], lines[3]
    return lines


def doubled(lines: list[bytes]) -> list[bytes]:
    return [*lines[:4], *lines[3:]]


def cut(lines: list[bytes]) -> list[bytes]:
    return lines[:7]


def cut_within(lines: list[bytes]) -> list[bytes]:
    return [*lines[:7], lines[7][:40]]


def emptied(_: list[bytes]) -> list[bytes]:
    return []


def beheaded(lines: list[bytes]) -> list[bytes]:
    return lines[1:]


TAMPERED: dict[Callable[[list[bytes]], list[bytes]], tuple[Flaw, int]] = {
    changed: (Flaw.CHANGED, 4),
    spaced: (Flaw.CHANGED, 4),
    said_twice: (Flaw.CHANGED, 4),
    unsealed: (Flaw.CHANGED, 4),
    no_line: (Flaw.CHANGED, 4),
    removed: (Flaw.MISSING, 5),
    swapped: (Flaw.MISSING, 5),
    doubled: (Flaw.CHANGED, 5),
    cut: (Flaw.CUT, 8),
    cut_within: (Flaw.CUT, 8),
    emptied: (Flaw.CUT, 1),
    beheaded: (Flaw.MISSING, 2),
}


@pytest.mark.parametrize("way", TAMPERED, ids=lambda way: way.__name__)
def test_the_first_entry_that_is_not_as_it_was_is_named(
    project: Path, way: Callable[[list[bytes]], list[bytes]]
) -> None:
    put(project, way(raw(project)))
    assert flaw(project) == TAMPERED[way]
    expected, number = TAMPERED[way]
    assert str(number) in judged(chain.verify(project), phrases())
    filled(project, 2)  # what is told afterwards does not hide it
    after = flaw(project)
    if expected is Flaw.CUT:
        assert after == (Flaw.MISSING, 10)
        assert chain.verify(project).missing == 10 - number
    else:
        assert after == (expected, number)
    trail.lines(project)


def test_any_bit_that_is_flipped_is_noticed(project: Path) -> None:
    draw, content = random.Random(0), (project / FILE).read_bytes()  # noqa: S311
    for _ in range(300):
        place = draw.randrange(len(content))
        other = bytearray(content)
        other[place] ^= 1 << draw.randrange(8)
        (project / FILE).write_bytes(other)
        found, number = flaw(project)
        assert found is not None, place
        entry = content[:place].count(b"\n") + 1
        assert entry <= number <= entry + 1 or found is Flaw.CUT, (place, found, number)


def test_a_trail_that_was_removed_whole_is_missed(project: Path) -> None:
    (project / FILE).unlink()
    found = chain.verify(project)
    assert (found.flaw, found.number, found.missing) == (Flaw.CUT, 1, 9)
    filled(project, 1)
    found = chain.verify(project)
    assert (found.flaw, found.number, found.missing) == (Flaw.MISSING, 10, 9)


def test_the_trail_of_another_project_is_foreign(project: Path) -> None:
    other = project.with_name("shop-000002")
    other.mkdir()
    filled(other, 9)
    shutil.copy(project / FILE, other / FILE)
    assert flaw(other) == (Flaw.FOREIGN, 1)


def test_a_line_that_another_installation_appends_is_foreign(
    project: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    head = heads.head(project.parents[1], project.name)
    shutil.copytree(project.parents[1], tmp_path / "theirs")
    monkeypatch.setenv("WHYBUY_KEY", OTHER)
    theirs = tmp_path / "theirs" / "projects" / project.name
    trail.tell(theirs, What.SIGN, "model", kind="any")
    shutil.copy(theirs / FILE, project / FILE)
    monkeypatch.setenv("WHYBUY_KEY", KEY)
    assert heads.head(project.parents[1], project.name) == head
    assert flaw(project) == (Flaw.FOREIGN, 10)
    filled(project, 2)  # ours do not follow it, nor vouch for it
    assert flaw(project) == (Flaw.FOREIGN, 10)


def test_a_line_signed_with_a_guessed_key_under_our_keys_name_is_noticed(project: Path) -> None:
    lines = raw(project)
    guessed = signing.Key(signing.signing_key(project.parents[1]).id, b"guessed")
    bare = lines[-1][: lines[-1].index(b',"seal"')].replace(b'"rows":8', b'"rows":9')
    seal = signing.signature(guessed, bare)
    put(project, [*lines[:-1], bare + f',"seal":"{seal}"}}\n'.encode()])
    assert flaw(project) == (Flaw.CHANGED, 9)


def test_another_key_is_not_tampering(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WHYBUY_KEY", OTHER)
    found = chain.verify(project)
    assert (found.flaw, found.number) == (Flaw.UNCHECKED, 1)
    assert found.key == trail.lines(project)[0].key
    assert "signed with another key" in judged(found, phrases())
    filled(project, 1)  # signs the hash of all before it
    assert chain.verify(project) == chain.Verdict(10)
    put(project, changed(raw(project)))  # which is noticed without the old key
    assert flaw(project) == (Flaw.CHANGED, 4)
    monkeypatch.setenv("WHYBUY_KEY", KEY)
    assert flaw(project) == (Flaw.CHANGED, 4)


def test_a_line_that_is_half_written_is_told_and_mended_by_the_next(project: Path) -> None:
    whole = (project / FILE).read_bytes()
    for left in (b"{", b'{"number":10,"when":"2026', raw(project)[-1][:-1]):
        (project / FILE).write_bytes(whole + left)
        found = chain.verify(project)
        assert (found.flaw, found.number, found.entries) == (Flaw.HALF, 10, 9)
        assert "was being written" in judged(found, phrases())
        assert len(trail.lines(project)) == 9
        trail.mend(project)
        assert (project / FILE).read_bytes() == whole
    (project / FILE).write_bytes(whole + b"{")
    filled(project, 1)
    assert chain.verify(project) == chain.Verdict(10)


def test_killed_between_line_and_note_is_told_from_tampering(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = project.parents[1]
    known = heads.head(home, project.name)
    assert known is not None
    filled(project, 1)
    heads.note(home, project.name, *known)  # as if it had not come to that
    assert chain.verify(project) == chain.Verdict(10)
    filled(project, 1)
    assert chain.verify(project) == chain.Verdict(11)
    assert heads.head(home, project.name) == (11, trail.hash_of(raw(project)[-1].rstrip()))


@pytest.mark.parametrize("written", [False, True])
def test_killed_at_the_first_line_of_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, written: bool
) -> None:
    home = tmp_path / "fresh"

    class Killed(BaseException):
        pass

    def dies(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(os, "ftruncate", lambda *_: None)  # nothing is put back either
        if written:
            real, calls = heads.note, []

            def note(*known: object) -> None:
                calls.append(known)
                if len(calls) == 2:  # the first begins the trail
                    raise Killed
                real(*known)  # type: ignore[arg-type]

            patch.setattr(heads, "note", note)
        else:
            patch.setattr(trail, "_written", dies)
        with pytest.raises(Killed):
            trail.tell(home, trail.What.DELETE, "shop-000001")
    assert chain.verify(home) == chain.Verdict(int(written))
    trail.tell(home, trail.What.DELETE, "shop-000002")
    assert chain.verify(home) == chain.Verdict(1 + written)
    put(home, [])
    assert chain.verify(home).flaw is chain.Flaw.CUT


def test_without_the_index_the_end_is_not_known_and_that_is_said(project: Path) -> None:
    for file in project.parents[1].glob("index.*"):
        file.unlink()
    put(project, cut(raw(project)))
    found = chain.verify(project)
    assert (found.flaw, found.entries, found.end_known) == (None, 7, False)
    assert "cannot be told" in judged(found, phrases())
    filled(project, 1)
    assert chain.verify(project) == chain.Verdict(8)


def test_a_disk_that_is_full_leaves_nothing_half_there(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, real = (project / FILE).read_bytes(), os.write
    full = OSError(errno.ENOSPC, "No space left on device")

    def short(file: int, content: bytes) -> int:
        return real(file, content[:20])

    def none(*_: object) -> None:
        raise full

    for name, way in (("write", short), ("write", none), ("fsync", none)):
        with monkeypatch.context() as patch:
            patch.setattr(os, name, way)
            with pytest.raises(DiskFull):
                filled(project, 1)
        assert (project / FILE).read_bytes() == before
    with monkeypatch.context() as patch:
        patch.setattr(heads, "note", lambda *_: (_ for _ in ()).throw(DiskFull("index")))
        with pytest.raises(DiskFull):
            filled(project, 1)
    assert (project / FILE).read_bytes() == before
    assert chain.verify(project) == chain.Verdict(9)
    filled(project, 1)
    assert chain.verify(project) == chain.Verdict(10)


def test_where_nobody_may_write_there_is_a_sentence(project: Path) -> None:
    if os.getuid() == 0:
        pytest.skip("the administrator may write everywhere")
    (project / FILE).chmod(0o400)
    with pytest.raises(CannotWrite):
        filled(project, 1)


def test_nothing_is_told_of_a_project_that_has_gone(project: Path) -> None:
    shutil.rmtree(project)
    with pytest.raises(NotThere):
        filled(project, 1)
    assert not project.exists()


def test_a_home_has_a_trail_of_its_own(project: Path) -> None:
    home = project.parents[1]
    trail.tell(home, What.DELETE, "shop-000009", kind="project")
    assert [line.of for line in trail.lines(home)] == ["shop-000009"]
    assert chain.verify(home) == chain.Verdict(1)
    (home / FILE).unlink()
    assert flaw(home) == (Flaw.CUT, 1)
    assert chain.verify(project) == chain.Verdict(9)


def writer(place: Path, lines: int, name: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", WRITER, str(place), str(lines), name]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE)


def test_two_processes_write_at_once(project: Path) -> None:
    with writer(project, 200, "one") as one, writer(project, 200, "other") as other:
        assert [each.wait(timeout=240) for each in (one, other)] == [0, 0]
    assert chain.verify(project) == chain.Verdict(409)
    told = trail.lines(project)[9:]
    for name in ("one", "other"):
        rows = [line.facts["rows"] for line in told if line.of == name]
        assert rows == list(range(200))
    assert [line.of for line in told].index("other") < 200  # neither waited for the other's end


# the promise: at least 50 times at random moments
@pytest.mark.parametrize("times", [6, pytest.param(60, marks=pytest.mark.whole)])
def test_killed_at_random_moments_no_acknowledged_line_is_lost(project: Path, times: int) -> None:
    draw, known = random.Random(1), 9  # noqa: S311
    for turn in range(times):
        with writer(project, 1000, f"turn{turn}") as process:
            assert process.stdout is not None
            process.stdout.readline()  # it writes
            time.sleep(draw.uniform(0, 0.25))
            process.kill()
            acknowledged = 1 + len(process.stdout.read().split())
        found = chain.verify(project)
        assert found.flaw in (None, Flaw.HALF), found
        told = [line for line in trail.lines(project) if line.of == f"turn{turn}"]
        assert acknowledged <= len(told) <= acknowledged + 1
        assert [line.facts["rows"] for line in told] == list(range(len(told)))
        filled(project, 1)
        assert chain.verify(project).is_whole
        known += len(told) + 1
        assert len(trail.lines(project)) == known


def test_ten_thousand_lines(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:  # the disk's time is not what is asked
        patch.setattr(os, "fsync", lambda _: None)
        patch.setattr(heads, "note", lambda *_: None)
        filled(project, MANY - 10)
    filled(project, 1)
    began = time.perf_counter()
    found = trail.lines(project)
    lines = time.perf_counter() - began
    assert [line.number for line in found] == list(range(1, MANY + 1))
    began = time.perf_counter()
    assert [line.number for line in trail.latest(project, 3, 20)] == [9980, 9979, 9978]
    page = time.perf_counter() - began
    began = time.perf_counter()
    assert chain.verify(project) == chain.Verdict(MANY)
    whole = time.perf_counter() - began
    read: list[int] = []
    real = os.pread

    def pread(file: int, size: int, at: int) -> bytes:
        read.append(size)
        return real(file, size, at)

    monkeypatch.setattr(os, "pread", pread)
    filled(project, 1)
    assert sum(read) <= trail.BLOCK
    print(f"lines {lines:.3f} s, page {page:.3f} s, verify {whole:.3f} s")
    assert lines < 1.0
    assert page < 0.3
    assert whole < 3.0


def test_a_line_longer_than_what_is_looked_at_first(project: Path) -> None:
    trail.tell(project, What.EXPORT, "table", columns="x" * (3 * trail.BLOCK))
    filled(project, 1)
    assert chain.verify(project) == chain.Verdict(11)


def test_what_a_newer_version_writes_is_a_sentence(project: Path) -> None:
    key = signing.signing_key(project.parents[1])
    told = msgspec.json.decode(raw(project)[-1])
    told |= {"number": 10, "what": "teleport", "facts": {"where": [1, 2.5]}, "more": {"a": None}}
    told |= {"before": trail.hash_of(raw(project)[-1].rstrip())}
    del told["seal"]
    bare = msgspec.json.encode(told)[:-1]
    line = bare + f',"seal":"{signing.signature(key, bare)}"}}\n'.encode()
    (project / FILE).write_bytes((project / FILE).read_bytes() + line)
    assert chain.verify(project) == chain.Verdict(10)
    assert "has no words for (“teleport”" in sentence(trail.lines(project)[-1], phrases())
    filled(project, 1)
    assert chain.verify(project) == chain.Verdict(11)


def test_every_kind_of_line_has_words(project: Path) -> None:
    say = phrases()
    for what in What:
        line = trail.tell(project, what, "0123456789abcdef", "", rows=3, columns="city")
        words = sentence(line, say)
        assert "no words" not in words
        assert "(not signed in): " in words
    with acting_as(Who("Ada", signed_in=True)):
        line = trail.tell(project, What.SIGN, "0123456789abcdef")
    assert sentence(line, say).endswith("Ada (signed in): signed 0123456789abcdef.")
    bare = msgspec.structs.replace(line, what="train", who="", facts={"kind": "asked"})
    assert sentence(bare, say).endswith("UTC, the app by itself: trained model 0123456789abcdef.")


class Ended(BaseException):
    """A process that ends."""


def test_what_was_begun_and_never_told_is_told_later(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(untold, "unlink", lambda _: None)  # a killed process removes nothing
        with (
            pytest.raises(Ended),
            acting_as(Who("Ada")),
            untold.telling(project, What.MASK, "table", columns="city"),
        ):
            raise Ended
    assert len(trail.lines(project)) == 9
    untold.settle(project)
    untold.settle(project)
    last = trail.lines(project)[-1]
    assert (last.number, last.who, last.what, last.of) == (10, "Ada", What.MASK, "table")
    assert last.facts == {"columns": "city", untold.BROKEN_OFF: 1}
    assert "broken off" in sentence(last, phrases())
    assert list((project / untold.FOLDER).iterdir()) == []


def test_what_was_told_is_not_told_again_and_what_goes_on_waits(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(untold, "unlink", lambda _: None)  # killed once it was told
        with untold.telling(project, What.MASK, "table", columns="city") as doing:
            doing.hash = "ef" * 32
    assert trail.lines(project)[-1].hash == "ef" * 32
    untold.settle(project)
    assert len(trail.lines(project)) == 10
    with untold.telling(project, What.MASK, "table", columns="city"):
        untold.settle(project)  # another process, while it is done
        assert len(trail.lines(project)) == 10
    assert len(trail.lines(project)) == 11


def test_what_a_broken_disk_ends_may_be_done_and_is_told_as_begun(project: Path) -> None:
    with pytest.raises(DiskFull), untold.telling(project, What.MASK, "table"):
        raise DiskFull("table")
    assert len(trail.lines(project)) == 9
    untold.settle(project)
    assert trail.lines(project)[-1].facts == {untold.BROKEN_OFF: 1}
    with pytest.raises(DiskFull), untold.telling(project, What.TRAIN, "0123456789abcdef"):
        raise DiskFull("model")
    untold.settle(project)  # there is no such model
    assert len(trail.lines(project)) == 10


def test_what_somebody_else_puts_there_is_not_told(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = project.with_name("shop-000002")
    other.mkdir()
    untold.leave(other, What.SIGN, "model", "ab" * 32)
    (taken,) = (other / untold.FOLDER).iterdir()
    place = project / untold.FOLDER
    place.mkdir(exist_ok=True)
    shutil.copy(taken, place)  # of another project
    (place / "0a.json").write_bytes(taken.read_bytes().replace(b"model", b"mine!"))
    (place / "0b.json").write_bytes(b"{")
    said = {"when": "", "who": "Ada", "signed_in": True, "what": "sign", "of": "x"}
    (place / "0c.json").write_bytes(msgspec.json.encode({"said": said, "done": True}))
    untold.settle(project)
    assert len(trail.lines(project)) == 9
    untold.settle(other)
    assert [line.of for line in trail.lines(other)] == ["model"]
    shutil.copy(place / taken.name, other / untold.FOLDER)  # told already
    untold.settle(other)
    assert len(trail.lines(other)) == 1


@pytest.mark.parametrize(
    ("before", "after"), [(b'"when":"20', b'"when":"never'), (b'"days":3', b'"days":"many"')]
)
def test_a_line_that_was_changed_does_not_keep_the_others_from_being_shown(
    project: Path, before: bytes, after: bytes
) -> None:
    trail.tell(project, What.DELETE, "x", kind="removed", days=3)
    lines = raw(project)
    put(project, [*lines[:-1], lines[-1].replace(before, after)])
    assert flaw(project) == (Flaw.CHANGED, 10)
    assert len([sentence(line, phrases()) for line in trail.lines(project)]) == 10
    assert logged.entries(project, log.KEEPING)[0].what == "removed"


def test_what_fails_or_comes_to_nothing_is_not_told(project: Path) -> None:
    with pytest.raises(ValueError, match="no"), untold.telling(project, What.MASK, "table"):
        raise ValueError("no")
    with untold.telling(project, What.MASK, "table") as doing:
        doing.happened = False
    untold.settle(project)
    assert len(trail.lines(project)) == 9


def test_what_is_done_when_the_disk_is_full_is_told_once_there_is_room(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise DiskFull("index")

    with (  # noqa: PT012
        monkeypatch.context() as patch,
        pytest.raises(DiskFull),
        untold.telling(project, What.MASK, "table") as doing,
    ):
        doing.hash = "ef" * 32
        patch.setattr(heads, "note", full)
    assert len(trail.lines(project)) == 9
    untold.settle(project)
    last = trail.lines(project)[-1]
    assert (last.number, last.hash, last.facts) == (10, "ef" * 32, {})
