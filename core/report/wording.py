"""What sections say alike: the question, the family, a setting, a time."""

from __future__ import annotations

from datetime import UTC, datetime

from core.report.known import Known
from core.review.piece import Said
from core.text.phrases import Phrases, number

QUIET = ("report.fact", "report.value")  # headers of a table of facts, a name and a value a row


def words(text: str, good: bool | None = None) -> Said:
    """A sentence that a room below has already made."""
    return Said("report.words", {"words": text}, good)


def asked(known: Known) -> str:
    """What is predicted, in words."""
    spec = known.spec
    facts = {"target": spec.target.name, "outcome": spec.outcome, "answers": 0}
    facts["answers"] = len(known.evaluation.predictions.classes)
    return known.say(f"report.asked.{spec.task}", **facts)


def family_name(known: Known) -> str:
    """The kind of model."""
    return known.say(f"models.{known.spec.family}.name")


def setting(of: str, name: str, value: object, say: Phrases) -> str:
    """What a setting of a family is, in words."""
    choice = f"models.{of}.settings.{name}.choice.{value}"
    if choice in say:
        return say(choice)
    if isinstance(value, bool):
        return say(f"report.{'yes' if value else 'no'}")
    return number(value) if isinstance(value, int | float) else str(value)


def when(text: str) -> str:
    """A time of the store's for people: its day and minute in UTC; as it is where it is no time."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return text
    at = at.astimezone(UTC) if at.tzinfo else at
    return f"{at:%Y-%m-%d %H:%M} UTC"
