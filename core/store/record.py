"""What a model's folder says of itself in ``model.json``."""

from __future__ import annotations

import math
from pathlib import Path

import msgspec

from core import wire
from core.errors import ModelDamaged
from core.evaluate.evaluation import Score
from core.models.family import Curve, families
from core.train.field import Field
from core.train.preparation import Preparation
from core.train.spec import ModelSpec

RECORD = "model.json"
FORMAT = 1


class KeptScore(msgspec.Struct):
    """A score; None for what is not a number, which JSON does not know."""

    metric: str
    value: float | None
    low: float | None
    high: float | None


class Record(msgspec.Struct, frozen=True):
    """What ``model.json`` says: all that is known without opening the estimator."""

    spec: ModelSpec
    preparation: Preparation
    classes: tuple[str, ...]
    training_rows: int
    held_out_rows: int
    left_out: int
    fields: tuple[Field, ...]
    curve: Curve
    notes: tuple[str, ...]
    table_name: str
    trained_at: str
    seconds: float
    threshold: float
    scores: tuple[KeptScore, ...]
    format: int = FORMAT
    recipe: str = ""
    engine: str = ""
    chosen: dict[str, float] = {}


def _or_none(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


def kept_scores(scores: tuple[Score, ...]) -> tuple[KeptScore, ...]:
    """Scores as they are written."""
    return tuple(
        KeptScore(s.metric, _or_none(s.value), _or_none(s.low), _or_none(s.high)) for s in scores
    )


def scores_of(record: Record) -> tuple[Score, ...]:
    """The scores that were written."""
    return tuple(
        Score(s.metric, *(math.nan if v is None else v for v in (s.value, s.low, s.high)))
        for s in record.scores
    )


def read_record(place: Path) -> Record:
    """What a model's folder in clear says of itself. Raises ModelDamaged."""
    try:
        record = wire.read((place / RECORD).read_bytes(), Record)
    except (msgspec.DecodeError, UnicodeDecodeError, OSError) as fault:
        raise ModelDamaged(place.name, f"{RECORD}: {fault}") from fault
    if record.format != FORMAT:
        raise ModelDamaged(place.name, f"format {record.format}")
    if record.spec.family not in families():  # of a version that has more
        raise ModelDamaged(place.name, f"family {record.spec.family}")
    return record
