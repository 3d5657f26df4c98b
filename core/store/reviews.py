"""Reviews of a project's models on disk: what people said, and every step of a sign-off, sealed.

Where people sign in, whoever judges needs the right to review. Raises NotAllowed there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from core.errors import NotApproved, NoteMissing, ReviewChanged
from core.review import signing_off
from core.review.better import AgainstRule
from core.review.people import Answer as Compared
from core.review.review import (
    Answer,
    Mark,
    Move,
    Person,
    Review,
    Rule,
    State,
    Told,
    Verdict,
)
from core.store import allowed, models, signing, trail
from core.store.clock import now
from core.store.folder import readable, room_on_disk, sound, unlink, write
from core.store.locked import locked
from core.store.prints import EVIDENCE_FILE, REVIEWS, changed, prints
from core.store.roles import Right
from core.store.trail import What
from core.store.untold import telling
from core.store.who import Who, acting, acting_as

FILE, POLICY, LOCK = "review.json", "policy.json", ".lock"
LONGEST = 2_000  # letters of a note
RULES_AT_MOST = 20
DECIDED = frozenset((State.APPROVED, State.REJECTED, State.WITHDRAWN))
APP = Person("")  # what the app does by itself
SIGNATURE = "signature"  # the part of a step whose own seal is wrong


@dataclass(frozen=True)
class Policy:
    """What a project asks for: whether it scores with approved models only."""

    approved_only: bool = False


@dataclass(frozen=True)
class Step:
    """A step that a person wants to take, and why.

    ``seen`` are the prints of what they looked at: where it is other by now, nothing is signed.
    """

    after: State
    by: Person
    note: str = ""
    seen: dict[str, str] | None = None


@dataclass(frozen=True)
class Standing:
    """A review as it stands now, and what was changed since it was approved, by part."""

    review: Review
    changed: tuple[str, ...] = ()

    @property
    def state(self) -> State:
        return self.review.state


def load(project: Path, model: str) -> Review:
    """What was said of a model; a damaged file is set aside, and nothing counts as said."""
    return sound(_file(project, model), Review) or Review()


def state_of(project: Path, model: str) -> str:
    """The state that is kept, without a look whether it still stands; empty without a review."""
    found = readable(project / REVIEWS / model / FILE, Review, damaged=Review())
    return "" if found is None else str(found.state)


def standing(project: Path, model: str) -> Standing:
    """How a review stands. An approval of what is no longer there is withdrawn, on disk and in
    the trail. Raises NotThere and DiskFull."""
    found = load(project, model)
    last = found.last
    if last is None or last.after is not State.APPROVED:
        return Standing(found, () if last is None else last.changed)
    other = changed_since(project, model, found, last)
    if not other:
        return Standing(found)
    with acting_as(Who("")), _changing(project, model) as (known, keep):  # the app, not who looks
        if known.last != last:  # somebody else has just taken a step
            return Standing(known)
        move = Move(State.APPROVED, State.WITHDRAWN, APP, now(), "", last.prints, other)
        sealed, state = _sealed(project, model, move), str(State.WITHDRAWN)
        facts: dict[str, str | int] = {"kind": state, "state": state, "parts": len(other)}
        with telling(project, What.STATE, model, **facts) as doing:
            left = keep(replace(known, moves=(*known.moves, sealed)))
            doing.hash = sealed.seal
    return Standing(left, other)


def changed_since(project: Path, model: str, found: Review, move: Move) -> tuple[str, ...]:
    """The parts that are other than when that step was signed; its own seal is looked at too."""
    if not is_sealed(project, model, move):
        return (SIGNATURE,)
    return changed(move.prints, prints(project, model, found))


def is_sealed(project: Path, model: str, move: Move) -> bool:
    """Whether a step carries this installation's signature for this model."""
    told = signing.verdict(_home(project), move.key, _content(project, model, move), move.seal)
    return told is signing.Verdict.GOOD


def said(project: Path, model: str, question: str, answer: Answer, note: str, by: Person) -> Review:
    """Keeps a verdict. Raises NoteMissing for one that needs a note, and DiskFull."""
    allowed.need(project, Right.REVIEW)
    words = clean(note)
    if answer is not Answer.YES and not words:
        raise NoteMissing(answer)
    with _changing(project, model) as (known, keep):
        verdict = Verdict(answer, words, by, now())
        with telling(project, What.REVIEW, model, question=question, answer=str(answer)):
            return keep(replace(known, verdicts=known.verdicts | {question: verdict}))


def marked(project: Path, model: str, column: str, mark: Mark) -> Review:
    """Keeps what a person makes of a reason."""
    allowed.need(project, Right.REVIEW)
    with _changing(project, model) as (known, keep):
        return keep(replace(known, marks=known.marks | {column: mark}))


def ruled(project: Path, model: str, text: str, found: AgainstRule, by: Person) -> Review:
    """Keeps a rule that the model was held against; the same text again takes its place."""
    allowed.need(project, Right.REVIEW)
    with _changing(project, model) as (known, keep):
        others = tuple(each for each in known.rules if each.text != text)
        rule = Rule(clean(text), found, by, now())
        return keep(replace(known, rules=(*others, rule)[-RULES_AT_MOST:]))


def judged(project: Path, model: str, answer: Compared) -> Review:
    """Keeps what a person said of a customer, once: what they say after they saw more is nothing
    that they said before."""
    allowed.need(project, Right.REVIEW)
    with _changing(project, model) as (known, keep):
        if any(each.row == answer.row for each in known.judged):
            return known
        return keep(replace(known, judged=(*known.judged, answer)))


def told(project: Path, model: str, words: Told) -> Review:
    """Keeps what the model is for and where it ends."""
    kept = Told(clean(words.intended_use), clean(words.limits))
    with (
        _changing(project, model) as (known, keep),
        telling(project, What.REVIEW, model, kind="told"),
    ):
        return keep(replace(known, told=kept))


def moved(project: Path, model: str, step: Step, questions: tuple[str, ...]) -> Review:
    """Takes a step, sealed over the hashes of all that is there.

    ``questions`` must be answered before an approval. Raises what ``signing_off.check`` raises,
    ReviewChanged, NotThere and DiskFull.
    """
    if step.after in DECIDED:
        allowed.need(project, Right.REVIEW)
    with _changing(project, model) as (known, keep):
        who = trainers(project, model)
        signing_off.check(known, step.after, step.by, step.note, who, questions)
        there = prints(project, model, known)
        if step.seen is not None and (other := changed(step.seen, there)):
            raise ReviewChanged(other)
        move = Move(known.state, step.after, step.by, now(), clean(step.note), there)
        move = _sealed(project, model, move)
        what = What.SIGN if step.after is State.APPROVED else What.STATE
        with telling(project, what, model, state=str(step.after), by=step.by.name) as doing:
            doing.hash = move.seal
            return keep(replace(known, moves=(*known.moves, move)))


def trainers(project: Path, model: str) -> tuple[str, ...]:
    """Who trained a model, by the trail."""
    return tuple(
        dict.fromkeys(
            line.who
            for line in trail.lines(project)
            if line.what is What.TRAIN and line.of == model
        )
    )


def person(typed: str) -> Person:
    """Who signs: whom a sign-in vouches for, else the name that was typed, told as such."""
    who = acting()
    return Person(who.name, True) if who.signed_in else Person(clean(typed)[:100])


def policy(project: Path) -> Policy:
    """What the project asks for; one whose record is damaged asks for approval."""
    return readable(project / REVIEWS / POLICY, Policy, Policy(approved_only=True)) or Policy()


def ask_for(project: Path, wanted: Policy) -> None:
    """Keeps what the project asks for. Raises DiskFull."""
    allowed.need(project, Right.ADMIN)
    only = int(wanted.approved_only)
    with telling(project, What.STATE, project.name, kind="policy", approved_only=only):
        write(project / REVIEWS / POLICY, msgspec.json.encode(wanted))


def may_score(place: Path) -> None:
    """Raises NotApproved for a project's model that must be approved first and is not.

    ``place`` is the model's folder; outside of a project there is nothing to ask.
    """
    project = place.parents[1]
    if project.parent.name != "projects" or not policy(project).approved_only:
        return
    found = standing(project, place.name)
    if found.state is not State.APPROVED:
        raise NotApproved(place.name, found.state.words)


def forget(project: Path, model: str) -> None:
    """Takes away what names rows of the model's table: they are other rows now."""
    unlink(project / REVIEWS / model / EVIDENCE_FILE)
    found = load(project, model)
    if found.judged:
        write(_file(project, model), msgspec.json.encode(replace(found, judged=())))


def clean(text: str) -> str:
    """A person's words without what cannot be seen or read, and not without end."""
    kept = "".join(each for each in text if each.isprintable() or each == "\n")
    return kept.strip()[:LONGEST]


def _file(project: Path, model: str) -> Path:
    return models.place(project, model).parents[1] / REVIEWS / model / FILE


def _home(project: Path) -> Path:
    return project.parents[1]


@contextmanager
def _changing(project: Path, model: str) -> Iterator[tuple[Review, Callable[[Review], Review]]]:
    """The review as it is on disk and what writes another; nobody else changes it meanwhile."""
    file = _file(project, model)
    with room_on_disk(file.name):
        file.parent.mkdir(parents=True, exist_ok=True)
        with locked(file.parent / LOCK):

            def keep(found: Review) -> Review:
                write(file, msgspec.json.encode(found))
                return found

            yield load(project, model), keep


def _sealed(project: Path, model: str, move: Move) -> Move:
    key = signing.signing_key(_home(project))
    named = replace(move, key=key.id)
    return replace(named, seal=signing.signature(key, _content(project, model, named)))


def _content(project: Path, model: str, move: Move) -> bytes:
    """What a seal stands for: the step, of this model of this project and no other."""
    told = (project.name, model, replace(move, seal=""))
    return msgspec.json.encode(told, order="deterministic")
