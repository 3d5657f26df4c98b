"""Over which channels a customer came."""

from __future__ import annotations

from collections.abc import Iterator

from core.behaviour.features.feature import Feature, Group, Level, Measure, Plan, share, word


def measures(plan: Plan) -> Iterator[Measure]:
    """The share of events over each channel."""
    yield from map(_over, plan.channels)


def _over(channel: str) -> Measure:
    facts = {"channel": channel}
    return Measure(
        Feature(f"share_over_{word(channel)}", "channel_share", "share", facts, None),
        lambda rows: share(rows.channel == channel),
    )


GROUP = Group("channels", Level.EVENTS, measures, order=8)
