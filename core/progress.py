"""Long work tells how far it is, and is stopped, through one call."""

from __future__ import annotations

from collections.abc import Callable, Iterator

# report(share done in 0..1, key of the stage in core/text); raises Cancelled to stop.
Report = Callable[[float, str], None]


class Cancelled(Exception):
    """Raised by a report when the person asked to stop."""


def silent(share: float, stage: str) -> None:
    """A report for work nobody watches."""


def parts(report: Report, many: int) -> Iterator[Report]:
    """A report for each of ``many`` like parts of a work, one after the other."""
    return (part(report, place / many, (place + 1) / many) for place in range(many))


def part(report: Report, start: float, end: float) -> Report:
    """A report whose 0..1 is ``start..end`` of another's."""

    def within(share: float, stage: str) -> None:
        report(start + (end - start) * min(max(share, 0.0), 1.0), stage)

    return within
