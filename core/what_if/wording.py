"""The smallest changes in words: what was found, each answer's sentence, and the table of all."""

from __future__ import annotations

from core.explain.values import in_words
from core.models.family import Task
from core.text.phrases import Phrases, number, share
from core.train.training import TrainedModel
from core.what_if.aim import Aim
from core.what_if.smallest import Answer, Change, Found


def headline(found: Found, model: TrainedModel, say: Phrases) -> str:
    """What the search gave, in a sentence or two.

    Plain text with the user's own words in it: escape it where Markdown or HTML is read.
    """
    facts = {"of": subject(found.aim, model, say), "before": level(found.before, model)}
    if found.already:
        words = f"smallest.found.already_{found.aim.side}"
        return say(words, to=level(found.aim.to, model), **facts)
    if found.answers:
        words = "stopped" if found.stopped else "some"
        return say(f"smallest.found.{words}", answers=len(found.answers), tried=found.tried)
    looked = "all" if found.all_tried else "stopped" if found.stopped else "promising"
    none = say(f"smallest.found.none_{looked}", tried=found.tried)
    if found.nearest is None:
        return f"{none} {say('smallest.found.no_nearer')}"
    after = level(found.nearest.output, model)
    changes = changes_in_words(found.nearest, say)
    return f"{none} {say('smallest.found.nearest', changes=changes, after=after, **facts)}"


def sentence(answer: Answer, found: Found, model: TrainedModel, say: Phrases) -> str:
    """One answer: what changes, what the model then says, the price, and how usual that is."""
    said = [
        say(
            "smallest.answer.sentence",
            changes=changes_in_words(answer, say),
            of=subject(found.aim, model, say),
            before=level(found.before, model),
            after=level(answer.output, model),
        )
    ]
    if answer.price is not None:
        said.append(say("smallest.answer.price", price=answer.price))
    said.append(say(f"smallest.answer.{_near(answer)}", columns=answer.beyond))
    return " ".join(said)


def changes_in_words(answer: Answer, say: Phrases) -> str:
    """Every change of an answer, those of derived columns last."""
    free = [_change("smallest.change.set", change, say) for change in answer.changes]
    after = [_change("smallest.change.follows", change, say) for change in answer.following]
    return ", ".join([*free, *after])


def _change(key: str, change: Change, say: Phrases) -> str:
    before, after = in_words(change.before, say), in_words(change.after, say)
    return say(key, column=change.column, before=before, after=after)


def subject(aim: Aim, model: TrainedModel, say: Phrases) -> str:
    """What changes: the chance of an outcome, or the target."""
    target = model.spec.target.name
    if model.spec.task is Task.REGRESSION:
        return say("smallest.of.value", of=target)
    of = aim.of or model.classes[1]
    return say("smallest.of.chance", of=f"{target} = {of}")


def level(value: float, model: TrainedModel) -> str:
    """A chance as a percentage, a value as a number."""
    return number(value) if model.spec.task is Task.REGRESSION else share(value)


def _near(answer: Answer) -> str:
    return "beyond" if answer.beyond else "usual" if answer.usual else "unusual"


def lines(found: Found, model: TrainedModel, say: Phrases) -> list[dict[str, str]]:
    """The answers as a table: one line a change, the answer's own facts on its first."""
    priced = any(answer.price is not None for answer in found.answers)
    told = []
    for place, answer in enumerate(found.answers, 1):
        for at, change in enumerate((*answer.changes, *answer.following)):
            facts = {
                "answer": str(place),
                "change": change.column,
                "before": in_words(change.before, say),
                "after": in_words(change.after, say),
                "output": level(answer.output, model),
            }
            if priced:
                facts["price"] = "" if answer.price is None else number(answer.price)
            facts["near"] = say(f"smallest.near.{_near(answer)}")
            once = ("answer", "change", "before", "after") if at else tuple(facts)
            told.append(
                {
                    say(f"smallest.column.{key}"): value if key in once else ""
                    for key, value in facts.items()
                }
            )
    return told
