"""What the quality of reasons comes to, in sentences made from its numbers."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum

from core.explain.amounts import unit_for
from core.explain.explanation import Scale
from core.explain.quality import Agreement, Deletion, Estimate, Quality, Shuffled
from core.text.phrases import Phrases

ADDS_UP = 1e-6  # of a chance, or of the size of the effects
COMES_AGAIN, COMES_MOSTLY = 0.9, 0.7
NEAR_NOTHING, NOT_MUCH = 0.25, 0.5


class Trust(StrEnum):
    """What a check says of the reasons."""

    GOOD = "good"
    CAREFUL = "careful"
    BAD = "bad"


@dataclass(frozen=True)
class Verdict:
    """One check with its finding; ``check`` is a key of ``quality.check``."""

    check: str
    trust: Trust
    sentence: str


def verdicts(found: Quality, say: Phrases) -> tuple[Verdict, ...]:
    """A verdict for each check that was made."""
    made = [_adding_up(found, say)]
    if found.agreement is not None:
        made.append(_agreement(found.agreement, say))
    if found.deletion is not None:
        made.append(_deletion(found.deletion, found.scale, say))
    if found.shuffled is not None:
        made.append(_shuffled(found.shuffled, found.scale, say))
    return tuple(made)


def _adding_up(found: Quality, say: Phrases) -> Verdict:
    trust = Trust.GOOD if found.adding_up <= ADDS_UP else Trust.BAD
    amount = 100 * found.adding_up if found.scale is Scale.CHANCE else found.adding_up
    words = say(f"quality.adding_up.{trust}_{found.scale}", error=f"{amount:.2g}", rows=found.rows)
    return Verdict("adding_up", trust, words)


def _agreement(found: Agreement, say: Phrases) -> Verdict:
    facts = asdict(found) | _ends(found.same_top)
    if found.exact:
        return Verdict("agreement", Trust.GOOD, say("quality.agreement.exact", **facts))
    share = found.same_top.value
    trust = Trust.GOOD if share >= COMES_AGAIN else Trust.CAREFUL
    trust = trust if share >= COMES_MOSTLY else Trust.BAD
    words = say(f"quality.agreement.{trust}", **facts)
    if found.correlation is not None:
        ranked = say("quality.agreement.correlation", correlation=found.correlation)
        words = f"{words} {ranked}"
    return Verdict("agreement", trust, words)


def _deletion(found: Deletion, scale: Scale, say: Phrases) -> Verdict:
    """Good where the difference is above nothing beyond doubt, bad where it is below."""
    settled = found.difference.low > 0
    trust = Trust.GOOD if settled else Trust.BAD if found.difference.high < 0 else Trust.CAREFUL
    facts: dict[str, object] = {
        "rows": found.rows,
        "farther": found.farther,
        "background": found.background,
    }
    for name in ("strongest", "another", "difference"):
        mean: Estimate = getattr(found, name)
        facts |= {name: _amount(mean.value, scale, say)}
    facts |= {
        "low": _change(found.difference.low, scale),
        "high": _change(found.difference.high, scale),
    }
    return Verdict("deletion", trust, say(f"quality.deletion.{trust}", **facts))


def _shuffled(found: Shuffled, scale: Scale, say: Phrases) -> Verdict:
    ratio = found.shuffled / found.total if found.total > 0 else 1.0
    trust = Trust.GOOD if ratio <= NEAR_NOTHING else Trust.CAREFUL
    trust = trust if ratio <= NOT_MUCH else Trust.BAD
    facts = asdict(found) | {
        "total": _amount(found.total, scale, say),
        "shuffled": _amount(found.shuffled, scale, say),
    }
    return Verdict("shuffled", trust, say(f"quality.shuffled.{trust}", **facts))


def _ends(mean: Estimate) -> dict[str, float]:
    return {"share": mean.value, "low": mean.low, "high": mean.high}


def _amount(amount: float, scale: Scale, say: Phrases) -> str:
    """With its unit: 12.3 points; 412."""
    return say(f"charts_explain.amount.{scale}", amount=_change(amount, scale).lstrip("+"))


def _change(amount: float, scale: Scale) -> str:
    """With its sign: +12.3."""
    unit = unit_for(scale, [amount])
    return unit.change(unit.shown(amount))
