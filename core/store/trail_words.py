"""The trail in words: a sentence a line, and one about whether it is whole."""

from __future__ import annotations

from datetime import datetime
from string import Formatter

from core.store.chain import Verdict
from core.store.trail import Line
from core.store.untold import BROKEN_OFF
from core.text.phrases import Phrases

AT_ONCE = 10  # entries


def older(shown: int) -> int:
    """How many entries to show where so many were and a person wants to see further back."""
    return shown + AT_ONCE


def sentence(line: Line, say: Phrases) -> str:
    """Who did what when. What a newer version wrote has a sentence too."""
    what = _what(line, say)
    if line.facts.get(BROKEN_OFF):
        what = say("trail.broken_off", what=what)
    return say("trail.line", when=_when(line), who=who(line, say), what=what)


def who(line: Line, say: Phrases) -> str:
    """By the name that a sign-in vouches for, or that nobody checked."""
    if not line.who:
        return say("trail.who.nobody")
    return say(f"trail.who.{'signed_in' if line.signed_in else 'typed'}", name=line.who)


def judged(found: Verdict, say: Phrases) -> str:
    """Whether a trail is whole, or which entry is the first that is not."""
    if found.flaw is not None:
        key, facts = str(found.flaw), {"number": found.number, "missing": found.missing}
        return say(f"trail.verdict.{key}", **facts, key=found.key)
    if not found.entries:
        return say("trail.verdict.none")
    key = "whole" if found.end_known else "whole_so_far"
    return say(f"trail.verdict.{key}", entries=found.entries)


def _what(line: Line, say: Phrases) -> str:
    facts = line.facts | {"what": line.what, "of": line.of}
    family = f"models.{line.facts.get('family')}.name"
    if family in say:
        facts["family"] = say(family)
    if "state" in facts:
        facts["state"] = str(facts["state"]).replace("_", " ")
    question = f"questions.{line.facts.get('question')}.title"
    if question in say:
        facts["question"] = say(question)
    for kind in (line.facts.get("kind"), "full", "any"):
        key = f"trail.said.{line.what}.{kind}"
        if key in say and _places(say.raw(key)) <= facts.keys():
            try:
                return say(key, **facts)
            except (ValueError, TypeError):  # somebody wrote a text where a number was
                break
    return say("trail.said.unknown", what=line.what, of=line.of)


def _when(line: Line) -> str:
    try:
        return datetime.fromisoformat(line.when).strftime("%Y-%m-%d %H:%M")
    except ValueError:  # the line was changed, which the verdict says
        return line.when


def _places(raw: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(raw) if name}
