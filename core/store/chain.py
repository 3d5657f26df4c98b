"""Whether a trail is what was written, and if not, which of its entries is the first that is not.

Each line carries a signature and the hash of the line before, and the index of the home notes the
last. A line that was signed with a key that is not here is vouched for by any later line whose key
is: that one signed the hash.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from core.store import heads, signing, trail
from core.store.glance import look
from core.store.signing import Key
from core.store.trail import Line


class Flaw(StrEnum):
    """What is wrong with the first entry that is not as it was written.

    UNCHECKED: nothing can be said of it, for it was signed with a key that is not here. HALF: a
    process was ended while it wrote it; nobody was told that it is there.
    """

    CHANGED = "changed"
    MISSING = "missing"
    CUT = "cut"
    FOREIGN = "foreign"
    UNCHECKED = "unchecked"
    HALF = "half"


@dataclass(frozen=True)
class Verdict:
    """How many entries there are, and of the first that is not whole its number and its flaw.

    ``missing`` entries lack before it, or from it on where the end was cut off; ``key`` is the id
    of another's. Without ``end_known`` the index was lost: nobody can tell whether the last are
    missing.
    """

    entries: int
    flaw: Flaw | None = None
    number: int = 0
    missing: int = 0
    key: str = ""
    end_known: bool = True

    @property
    def is_whole(self) -> bool:
        return self.flaw is None


def verify(place: Path) -> Verdict:
    """Whether the trail of a project, or a home, is whole. Nothing is written."""
    home, name = trail.whose(place)
    head = heads.head(home, name)  # first: what is told meanwhile is more, not less
    raw, left = trail.raw_lines(place)
    walk = _Walk(home, len(raw), trail.first(name))
    for number, each in enumerate(raw, 1):
        if flaw := walk.flaw(number, each):
            return flaw
    return _end(walk, raw, left, head) or Verdict(len(raw), end_known=head is not None or not raw)


def stamp(place: Path) -> str:
    """Another text after every change of a trail, or of what is noted of its end."""
    known = look(place / trail.FILE)
    written = (known.st_ino, known.st_mtime_ns, known.st_size) if known else ()
    return f"{written} {heads.head(*trail.whose(place))}"


@dataclass
class _Walk:
    """Goes from line to line; ``before`` is the hash of the last and ``by`` the id of its key,
    ``unchecked`` the first of those with another's key that no line of ours follows."""

    home: Path
    entries: int
    before: str
    by: str = ""
    unchecked: Line | None = None
    keys: dict[str, Key | None] = field(default_factory=dict)

    def flaw(self, place: int, raw: bytes) -> Verdict | None:
        """What is wrong with the line that stands there; None where nothing is."""
        line, content = trail.read(raw), trail.signed_part(raw)
        if line is None or content is None:
            return self.is_(Flaw.CHANGED, place)
        key = self.key(line.key)
        if key and not hmac.compare_digest(signing.signature(key, content), line.seal):
            return self.is_(Flaw.CHANGED, place)
        if line.number > place:
            return Verdict(self.entries, Flaw.MISSING, line.number, line.number - place)
        if line.number < place or line.before != self.before:
            return self.misplaced(place, line, key is not None)
        self.unchecked = None if key else self.unchecked or line
        self.before, self.by = trail.hash_of(raw), line.key
        return None

    def misplaced(self, place: int, line: Line, is_ours: bool) -> Verdict:
        """A line that does not follow: where it is as good as the one before, that one is not what
        it was."""
        if line.number < place and self.unchecked is not None:
            return self.others(self.unchecked)
        if line.number < place:
            return self.is_(Flaw.CHANGED, place)
        if place > 1 and (is_ours or line.key == self.by):
            return self.is_(Flaw.CHANGED, place - 1)
        return self.is_(Flaw.FOREIGN, place)

    def is_(self, flaw: Flaw, number: int) -> Verdict:
        return Verdict(self.entries, flaw, number)

    def others(self, line: Line, flaw: Flaw = Flaw.FOREIGN) -> Verdict:
        return Verdict(self.entries, flaw, line.number, key=line.key)

    def key(self, id_: str) -> Key | None:
        if id_ not in self.keys:
            self.keys[id_] = signing.key_here(self.home, id_)
        return self.keys[id_]


def _end(
    walk: _Walk, raw: list[bytes], left: bytes, head: tuple[int, str] | None
) -> Verdict | None:
    """What is wrong with the end of a trail whose lines follow each other."""
    other = walk.unchecked
    if head is not None and head[0]:
        number, hash_ = head
        if number > len(raw):
            return Verdict(len(raw), Flaw.CUT, len(raw) + 1, number - len(raw))
        if other is not None and (other.number > number or trail.hash_of(raw[number - 1]) != hash_):
            return walk.others(other)
        if trail.hash_of(raw[number - 1]) != hash_:
            return walk.is_(Flaw.CHANGED, number)
    if other is not None:
        return walk.others(other, Flaw.UNCHECKED)
    return walk.is_(Flaw.HALF, len(raw) + 1) if left else None
