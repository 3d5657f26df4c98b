"""What a history can be asked, and where the cutoffs of a question may lie in it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import nan

from core.behaviour.labels import SORTS
from core.behaviour.meaning import Part, Use
from core.behaviour.pictures.intervals import intervals
from core.behaviour.pictures.windows import Volume, volume
from core.behaviour.question import Asks, Question, iso, millis
from core.behaviour.recorded import DAY, Recorded, Story
from core.behaviour.timeline import Counts, Pulse, pulse
from core.data.engine import engine, literal

CUTOFFS_AT_MOST = 24
TOLD = {Asks.SPEND: "amount", Asks.CATEGORY: "category", Asks.PRODUCT: "product"}
HISTORIES = (Part.EVENTS, Part.ORDERS, Part.LINES, Part.REVIEWS, Part.CAMPAIGNS)


@dataclass(frozen=True, eq=False)
class Overlook:
    """What moving a question over a log needs at once: ``story`` ends with the last day of which
    the answers are known; ``window`` is a usual outcome window in days, 0 where none can be told;
    ``moments`` are how many rows each question of moments has."""

    story: Story
    pulse: Pulse
    volume: Volume
    window: int
    moments: dict[Asks, int]


@dataclass(frozen=True)
class Told:
    """How many are asked about, of whom so many give the answer of interest (of questions of
    amounts or words: buy), and their ``share``."""

    asked: int
    hits: int
    share: float


def told(question: Question, found: Counts) -> Told:
    """What the counts say to the question."""
    leaves = question.asks is Asks.LEAVE
    hits = found.customers - found.buyers if leaves else found.buyers
    return Told(found.customers, hits, hits / found.customers if found.customers else nan)


def overlook(recorded: Recorded) -> Overlook:
    """Read once a history; its size goes with days and customers, not with events."""
    known = pulse(recorded.pulse)
    found = intervals(recorded).window if recorded.story.buyers else 0
    story = replace(recorded.story, last=recorded.story.end)
    return Overlook(story, known, volume(recorded), found, _moments(recorded))


def tells_history(uses: tuple[Use, ...]) -> bool:
    """Whether any table says what customers did, in place of what they are."""
    return any(use.part in HISTORIES for use in uses)


def askable(story: Story) -> tuple[Asks, ...]:
    """The questions that a log can answer."""

    def holds(asks: Asks) -> bool:
        if asks in SORTS:
            return SORTS[asks] in story.sorts and (asks is not Asks.RESPOND or story.buyers > 0)
        return story.buyers > 0 and TOLD.get(asks, "at") in ("at", *story.tells)

    return tuple(asks for asks in Asks if holds(asks))


def rolled(last: str, count: int, apart: int) -> tuple[str, ...]:
    """So many cutoffs, the last of them given, so many days apart, earliest first."""
    end = millis(last)
    return tuple(iso(end - place * apart * DAY) for place in reversed(range(count)))


def rolling(question: Question) -> tuple[str, int, int]:
    """The same backwards: the last cutoff, how many there are, and the days between the last two
    (the outcome window's for a single one)."""
    moments = question.moments
    if len(moments) < 2:
        return question.cutoffs[-1] if moments else "", 1, question.outcome
    return question.cutoffs[-1], len(moments), max(1, (moments[-1] - moments[-2]) // DAY)


def room_for_cutoffs(story: Story, question: Question, known: Question) -> tuple[str, str]:
    """The first and the last day on which a cutoff may lie, the outcome window being in the log.

    They are the same where the log is too short for that. A cutoff ``known`` with the same windows
    stays, wherever it lies.
    """
    first = story.first // DAY + 1
    last = max(first, story.last // DAY + 1 - question.gap - question.outcome)
    if (known.gap, known.outcome) == (question.gap, question.outcome) and known.cutoffs:
        days = [at // DAY for at in known.moments]
        first, last = min(first, days[-1]), max(last, days[-1])
    return iso(first * DAY), iso(last * DAY)


def cutoffs_that_fit(story: Story, question: Question, apart: int) -> int:
    """How many cutoffs so far apart lie in the log, the last of the question's being the last.

    Before the first of several lies as much of the log as the outcome window is long, or the
    lookback where that is shorter: less tells hardly anything of a customer.
    """
    if not question.moments:
        return 1
    past = min(question.lookback, question.outcome)
    before = question.moments[-1] // DAY - story.first // DAY - past
    return int(max(1, min(CUTOFFS_AT_MOST, before // max(apart, 1) + 1)))


def begins(question: Question) -> str:
    """The first day of the outcome window of the last cutoff."""
    return iso(question.future(question.moments[-1])[0])


def ends(story: Story) -> tuple[str, str]:
    """The first and the last day of a log."""
    return iso(story.first // DAY * DAY), iso(story.last // DAY * DAY)


def _moments(recorded: Recorded) -> dict[Asks, int]:
    if not recorded.moments.is_file():
        return {}
    file = literal(str(recorded.moments))
    with engine(recorded.folder) as connection:
        rows = connection.execute(
            f"SELECT sort, count(*) FROM read_parquet({file}) GROUP BY sort"  # noqa: S608
        ).fetchall()
    known = dict(rows)
    return {asks: int(known[sort]) for asks, sort in SORTS.items() if sort in known}
