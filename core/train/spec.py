"""A wish for a model, as a value whose hash is the model's id."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from enum import StrEnum

import msgspec

from core.models.family import Task
from core.schema import Column, Mask

ROWS_AT_MOST = 200_000
# what a column came to say later: left out of the hash where it is the usual, so that ids last
UNSAID: dict[str, object] = {"ordered": False, "missing": [], "mask": Mask.NONE}


class SplitKind(StrEnum):
    """How rows are held out."""

    SHARE = "share"
    DATE = "date"
    LAST = "last"
    GROUP = "group"


BY_COLUMN = frozenset((SplitKind.DATE, SplitKind.GROUP))


@dataclass(frozen=True)
class Split:
    """Which rows are held out: a share at random, the latest by a date, the last ones, or groups.

    ``column`` names the date or the group; ``held_out`` is the share of rows in 0..1.
    """

    kind: SplitKind = SplitKind.SHARE
    held_out: float = 0.25
    column: str = ""


@dataclass(frozen=True)
class ModelSpec:
    """Everything that decides a model. Same wish, same ``id``.

    ``outcome`` is the level of interest of a binary target and empty otherwise. ``params`` holds
    the family's own settings by name. ``balanced`` weighs the classes equally while fitting (on
    training rows only; shown chances stay real shares). At most ``rows_at_most`` rows are used.
    """

    dataset: str
    task: Task
    target: Column
    features: tuple[Column, ...]
    family: str
    outcome: str = ""
    params: dict[str, int | float | str | bool] = field(default_factory=dict)
    split: Split = Split()
    balanced: bool = False
    seed: int = 0
    rows_at_most: int = ROWS_AT_MOST

    @property
    def id(self) -> str:
        """Twelve hexadecimal digits of the SHA-256 of the wish."""
        wish = msgspec.json.decode(msgspec.json.encode(self, order="deterministic"))
        for column in (wish["target"], *wish["features"]):
            for name, usual in UNSAID.items():
                if column[name] == usual:
                    del column[name]
        return hashlib.sha256(msgspec.json.encode(wish)).hexdigest()[:12]
