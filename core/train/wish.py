"""What a person chose, made into a complete wish for a model."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from core.data.dataset import Dataset
from core.errors import NoFeatures, UnknownOutcome
from core.models.family import Task, family
from core.train.spec import ModelSpec, Split
from core.train.target import task_of


@dataclass(frozen=True)
class Choices:
    """How to model: everything but what is asked."""

    family: str = "forest"
    params: dict[str, int | float | str | bool] = field(default_factory=dict)
    split: Split = field(default_factory=Split)
    balanced: bool = False
    seed: int = 0


def wish(dataset: Dataset, target: str, outcome: str, choices: Choices) -> ModelSpec:
    """The wish to predict ``target`` from the table's features.

    ``outcome`` is needed for two levels only. Every setting is written out, so that a default
    that was chosen and one that was left alone are the same wish. Raises UnknownColumn,
    UnknownOutcome, NoFeatures, UnknownFamily and BadSetting.
    """
    schema = dataset.schema.aimed_at(target)
    column = schema[target]
    task = task_of(column)
    features = tuple(c for c in schema.features if c.name != choices.split.column)
    if not features:
        raise NoFeatures(target)
    if task is Task.BINARY and len(column.levels) == 2 and outcome not in column.levels:
        raise UnknownOutcome(target, outcome, column.levels)
    return ModelSpec(
        dataset=dataset.id,
        task=task,
        target=column,
        features=features,
        family=choices.family,
        outcome=outcome if task is Task.BINARY else "",
        params=_settings(choices),
        split=choices.split,
        balanced=choices.balanced,
        seed=choices.seed,
    )


def _settings(choices: Choices) -> dict[str, int | float | str | bool]:
    """The family's settings as chosen, the others by default; whole numbers where a float goes."""
    kind = family(choices.family)
    made: Any = kind.settings(choices.params)
    known: list[tuple[str, Any]] = [(f.name, f.default) for f in kind.choices]
    written = {name: type(default)(getattr(made, name)) for name, default in known}
    return written | {f.name: choices.params[f.name] for f in kind.form if f.name in choices.params}
