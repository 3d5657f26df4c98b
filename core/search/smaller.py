"""A model and its smaller form beside each other: what it saves, what it loses, in words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from core.evaluate.compare import Difference
from core.evaluate.metric import metrics
from core.search.cost import MANY, Cost
from core.text.phrases import Phrases

KILO, MEGA = 1e3, 1e6


@dataclass(frozen=True)
class Smaller:
    """The smaller form ``after`` of the model ``before``, both ids.

    ``loss`` was allowed; ``lost`` is what it lost on rows set aside, by which it was chosen, and
    ``difference`` is after less before on held-out rows, which nothing was chosen by. ``costs``
    are those of before and after.
    """

    before: str
    after: str
    loss: float
    lost: float
    difference: Difference
    costs: tuple[Cost, Cost]

    @property
    def most(self) -> float:
        """The most that it loses on held-out rows, by the interval; below 0 for a gain."""
        sign = metrics()[self.difference.metric].better.sign
        return max(-sign * self.difference.low, -sign * self.difference.high)

    @property
    def kept(self) -> str:
        """Whether the loss holds on held-out rows: "kept", "open" or "broken"."""
        lost = -metrics()[self.difference.metric].better.sign * self.difference.difference
        return "kept" if self.most <= self.loss else "open" if lost <= self.loss else "broken"


def verdict(found: Smaller, say: Phrases) -> str:
    """What it saves and whether the loss holds, in two sentences."""
    before, after = found.costs
    saved = say(
        "shrink.saves",
        disk=after.disk / before.disk,
        one=after.one / before.one,
        many=after.many / before.many,
    )
    change = found.difference
    facts = {"change": change.difference, "low": change.low, "high": change.high}
    metric = say(f"evaluate.metric.{change.metric}.name")
    told = say(f"shrink.{found.kept}", metric=metric, loss=found.loss, rows=change.rows, **facts)
    return f"{saved} {told}"


def lines(found: Smaller, say: Phrases) -> list[dict[str, str]]:
    """The table of before and after, a line a figure."""
    before, after = found.costs
    change = found.difference
    span = {"value": change.difference, "low": change.low, "high": change.high}
    score = (
        say(f"evaluate.metric.{change.metric}.name"),
        say("shrink.score", value=change.second),
        say("shrink.score", value=change.first),
        say("shrink.change", **span),
    )
    ways: tuple[tuple[str, Callable[[float, Phrases], str], float, float], ...] = (
        (say("shrink.disk"), _size, before.disk, after.disk),
        (say("shrink.memory"), _size, before.memory, after.memory),
        (say("shrink.one"), _time, before.one, after.one),
        (say("shrink.many", many=MANY), _time, before.many, after.many),
    )
    told = [score]
    for name, words, old, new in ways:
        told.append((name, words(old, say), words(new, say), say("shrink.of", share=new / old)))
    heads = tuple(say(f"shrink.{key}") for key in ("figure", "before", "after", "difference"))
    return [dict(zip(heads, line, strict=True)) for line in told]


def _size(bytes_: float, say: Phrases) -> str:
    if bytes_ < MEGA:
        return say("shrink.kilobytes", size=round(bytes_ / KILO, 1))
    return say("shrink.megabytes", size=bytes_ / MEGA)


def _time(seconds: float, say: Phrases) -> str:
    return say("shrink.milliseconds", time=seconds * KILO)
