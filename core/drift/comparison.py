"""What comes of a comparison, as values that can be kept: plain numbers, None for not known."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

from core.models.family import Task
from core.schema import Kind

Fact = str | float | int


class Strength(StrEnum):
    """How much a column moved: by the size of it, where it is more than chance."""

    NONE = "none"
    SOME = "some"
    STRONG = "strong"


class Verdict(StrEnum):
    """What to do with a model."""

    KEEP = "keep"
    WATCH = "watch"
    RETRAIN = "retrain"
    CANNOT = "cannot"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Bar:
    """Rows then and now of one bin (``low`` to ``high``; days since 1970 for dates) or level."""

    then: int
    now: int
    low: float = 0.0
    high: float = 0.0
    level: str = ""


@dataclass(frozen=True)
class ColumnDrift:
    """One column in both tables.

    ``filled`` and ``gaps`` are cells then and now. ``test`` names the test of the values ("ks",
    "chi_squared", "words"; empty where none was made) with its ``statistic``; ``p`` is of the
    values and the gaps together, ``q`` the same corrected for all columns. ``index`` is the
    population stability index, gaps being a group, ``by_chance`` what two samples of the same
    customers would have, and ``strength`` follows from what is beyond. ``distance`` is the
    Wasserstein distance in the column's unit (days for dates), ``deviations`` the same in standard
    deviations of then, ``variation`` the total variation of levels. ``middle`` are the medians
    and ``average`` the means, of texts the mean shares of words that are known. ``unseen`` counts
    rows whose level training never saw and ``unseen_usual`` is the share of those to expect;
    ``outside`` rows beyond the range of
    training; ``lost`` cells that cannot be read as what the column is, which in the new table is
    ``kind_now``. ``importance`` is the column's part of all reasons, None where those are not
    known. ``note`` is the key of a sentence about a column that cannot be compared.
    """

    name: str
    kind: Kind
    kind_now: Kind
    filled: tuple[int, int]
    gaps: tuple[int, int]
    test: str = ""
    statistic: float | None = None
    p: float | None = None
    q: float | None = None
    index: float | None = None
    by_chance: float | None = None
    strength: Strength = Strength.NONE
    distance: float | None = None
    deviations: float | None = None
    variation: float | None = None
    middle: tuple[float | None, float | None] = (None, None)
    average: tuple[float | None, float | None] = (None, None)
    unseen: int = 0
    unseen_usual: float = 0.0
    unseen_levels: tuple[str, ...] = ()
    outside: int = 0
    lost: int = 0
    importance: float | None = None
    note: str = ""
    bars: tuple[Bar, ...] = ()

    @property
    def beyond(self) -> float:
        """The index beyond what chance gives, 0 where it is less or not known."""
        if self.index is None or self.by_chance is None:
            return 0.0
        return max(0.0, self.index - self.by_chance)

    @property
    def changed_kind(self) -> bool:
        """Whether most of what is in it can no longer be read as what the model knows."""
        filled = self.filled[1] + self.lost
        return self.kind != self.kind_now and filled > 0 and self.lost >= filled / 2

    @property
    def moved(self) -> bool:
        return self.strength is not Strength.NONE


@dataclass(frozen=True)
class Copies:
    """How many of the new rows say the same as a row that the model learned from, and the share
    of held-out rows that do: what chance alone gives."""

    rows: int
    of: int
    usual: float

    @property
    def share(self) -> float:
        return self.rows / self.of if self.of else 0.0

    @property
    def more_than_chance(self) -> bool:
        """Whether there are copies, and not merely customers who are alike."""
        spread = math.sqrt(max(self.usual * (1 - self.usual), 0.0) / max(self.of, 1))
        return self.rows > 0 and self.share > self.usual + max(3 * spread, COPIES_LEAST)


COPIES_LEAST = 0.01  # of the rows


@dataclass(frozen=True)
class Gives:
    """By how much the area falls when a column is shuffled, with its 95 % interval."""

    column: str
    fall: float
    low: float
    high: float


@dataclass(frozen=True)
class Telling:
    """How well a forest tells old rows from new ones it did not learn from: the area under the
    ROC curve with its 95 % interval (0.5: it cannot), of how many rows, and by which columns."""

    area: float
    low: float
    high: float
    rows: tuple[int, int]
    columns: int
    gives: tuple[Gives, ...]


@dataclass(frozen=True)
class Mean:
    """A mean with its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Spread:
    """What was predicted of held-out customers then and is of the new ones now.

    ``of`` is the outcome whose chance it is, or empty for values of ``target``. ``above`` are the
    shares at the model's threshold or above (None where it has none), ``cut`` what the tenth with
    the highest begins at, and ``over`` the share of the new at or above the old cut.
    """

    of: str
    means: tuple[Mean, Mean]
    threshold: float | None
    above: tuple[float, float] | None
    cut: tuple[float, float]
    over: float
    index: float
    by_chance: float
    statistic: float
    p: float
    bars: tuple[Bar, ...]
    target: str = ""

    @property
    def beyond(self) -> float:
        """The index beyond what chance gives."""
        return max(0.0, self.index - self.by_chance)


@dataclass(frozen=True)
class Change:
    """A metric then and now with 95 % intervals (None where unknown), and now minus then."""

    metric: str
    then: tuple[float | None, float | None, float | None]
    now: tuple[float | None, float | None, float | None]
    change: tuple[float | None, float | None, float | None]

    @property
    def is_known(self) -> bool:
        return None not in (*self.then, *self.now, *self.change)


@dataclass(frozen=True)
class Level:
    """What was predicted and what happened on average; ``off`` is their difference (happened less
    predicted) with its 95 % interval."""

    predicted: float
    happened: float
    off: Mean


@dataclass(frozen=True)
class Group:
    """Customers by chance: the mean chance, the share that it came true for with its interval."""

    predicted: float
    actual: float
    low: float
    high: float
    rows: int


@dataclass(frozen=True)
class Performance:
    """How well the model did then and does now: ``rows`` whose outcome is known. ``levels`` and
    ``groups`` are about calibration (of ``of``'s chance, or of values, which have no groups)."""

    rows: tuple[int, int]
    without_copies: int
    changes: tuple[Change, ...]
    of: str
    levels: tuple[Level, Level]
    groups: tuple[tuple[Group, ...], tuple[Group, ...]]


@dataclass(frozen=True)
class Period:
    """A month, quarter or year by its name; ``now`` tells new rows from held-out ones. ``value``
    with its interval is None where there are too few rows or only one answer."""

    name: str
    now: bool
    rows: int
    value: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Course:
    """The figure that models are ranked by, along time: ``unit`` is month, quarter or year."""

    column: str
    unit: str
    task: Task
    periods: tuple[Period, ...]


@dataclass(frozen=True)
class Reason:
    """The key of a sentence under ``drift.reason`` and its facts."""

    key: str
    facts: dict[str, Fact]


@dataclass(frozen=True)
class Advice:
    """What to do and why; the first reason is the one that decides."""

    verdict: Verdict
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Comparison:
    """A model's training data and a new table.

    ``rows`` are those looked at then and now, ``rows_of_table`` all new ones. ``is_whole`` is
    False where only the rows that lie with the model could be compared. ``missing`` columns the
    model needs, ``new`` ones its table did not have. ``columns`` come in the order in which they
    deserve to be looked at.
    """

    task: Task
    target: str
    outcome: str
    rows: tuple[int, int]
    rows_of_table: int
    is_whole: bool
    missing: tuple[str, ...]
    new: tuple[str, ...]
    columns: tuple[ColumnDrift, ...]
    answers: ColumnDrift | None
    copies: Copies | None
    telling: Telling | None
    spreads: tuple[Spread, ...]
    performance: Performance | None
    course: Course | None
    advice: Advice
