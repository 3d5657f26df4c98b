"""One customer's reasons as a plain sentence."""

from __future__ import annotations

from core.explain.explanation import Scale
from core.explain.reasons import Reason, Reasons
from core.explain.values import cut, in_words
from core.text.phrases import Phrases

NAMED_FOR = 3
NAMED_AGAINST = 2
LONGEST_NAME = 60


def subject(of: str, scale: Scale, target: str = "") -> str:
    """What is explained: ``Revenue = TRUE`` for a chance whose target is known, else ``of``."""
    whole = f"{target} = {of}" if target and scale is Scale.CHANCE else of
    return cut(whole, LONGEST_NAME)


def sentence(reasons: Reasons, say: Phrases, target: str = "") -> str:
    """What is predicted, how far from the average, and what speaks for and against it.

    Plain text with the user's own words in it: escape it where Markdown or HTML is read.
    """
    return " ".join([_finding(reasons, say, target), *_because(reasons, say)])


def _finding(reasons: Reasons, say: Phrases, target: str) -> str:
    unit = reasons.unit
    difference = reasons.shown_prediction - reasons.shown_base
    way = "above" if difference > 0 else "below" if difference < 0 else "same"
    return say(
        f"explain.{reasons.scale}.{way}",
        of=subject(reasons.of, reasons.scale, target),
        prediction=unit.level(reasons.shown_prediction),
        difference=unit.size(difference),
        base=unit.level(reasons.shown_base),
        background=reasons.background,
    )


def _because(reasons: Reasons, say: Phrases) -> list[str]:
    """One more sentence, or none where nothing that is shown pushes either way."""
    up = [reason for reason in reasons.up if reason.shown > 0]
    down = [reason for reason in reasons.down if reason.shown < 0]
    difference = reasons.shown_prediction - reasons.shown_base
    if difference == 0:
        return [_balanced(up, down, reasons, say)] if up and down else []
    pro, con = (up, down) if difference > 0 else (down, up)
    if not pro:
        return []
    return [_one_sided(pro[:NAMED_FOR], con[:NAMED_AGAINST], reasons, say)]


def _one_sided(pro: list[Reason], con: list[Reason], reasons: Reasons, say: Phrases) -> str:
    named = abs(sum(reason.effect for reason in pro))
    all_of_it = reasons.all_up if pro[0].effect > 0 else -reasons.all_down
    how = "most" if 2 * named > all_of_it else "some"
    against = ("alone", "one", "several")[len(con)]
    return say(
        f"explain.because.{how}_{against}",
        named=_listed(pro, reasons, say),
        against=_listed(con, reasons, say, unit_said=True),
    )


def _balanced(up: list[Reason], down: list[Reason], reasons: Reasons, say: Phrases) -> str:
    return say(
        "explain.because.balanced",
        up=_listed(up[:NAMED_AGAINST], reasons, say),
        down=_listed(down[:NAMED_AGAINST], reasons, say, unit_said=True),
    )


def _listed(named: list[Reason], reasons: Reasons, say: Phrases, unit_said: bool = False) -> str:
    """``A (+3.0 points), B (+2.1) and C (+1.0)``: the unit is said once in a sentence."""
    words = [
        say(
            "explain.reason" if unit_said or place else f"explain.{reasons.scale}.first_reason",
            column=cut(reason.column),
            value=in_words(reason.value, say),
            effect=reasons.unit.change(reason.shown),
        )
        for place, reason in enumerate(named)
    ]
    if len(words) < 2:
        return "".join(words)
    return say("explain.list_end", others=", ".join(words[:-1]), last=words[-1])
