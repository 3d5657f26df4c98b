"""A model and some rows become an explanation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from core.errors import UnknownOutcome
from core.explain.explanation import Explanation, Scale
from core.explain.shapley.method import Method, method
from core.models.family import Task, family
from core.predict import known_columns
from core.progress import Report, silent
from core.train.preparation import encode
from core.train.training import TrainedModel


@dataclass(frozen=True, eq=False)
class Explainer:
    """A model made ready to be explained; worth keeping as long as the model is in use."""

    model: TrainedModel
    method: Method
    state: Any


def explainer(model: TrainedModel) -> Explainer:
    """The explainer that the model's family names."""
    chosen = method(family(model.spec.family).reasons)
    return Explainer(model, chosen, chosen.prepare(model))


def explain(
    ready: Explainer, table: pd.DataFrame, of: str = "", report: Report = silent
) -> Explanation:
    """Why the model says what it says of each row of a typed table (index = row number).

    ``of`` is the class whose chance is explained: by default the outcome of interest, or for
    several classes the first. Raises UnknownOutcome and ColumnsMissing.
    """
    spec = ready.model.spec
    inputs = known_columns(ready.model, table)
    number, name = _class(ready.model, of)
    x = encode(ready.model.preparation, inputs)
    scores = family(spec.family).scores(ready.model.estimator, x)
    found = ready.method.effects(ready.state, x, number, report)
    return Explanation(
        columns=tuple(inputs.columns),
        base=found.base,
        effects=found.values,
        errors=found.errors,
        prediction=scores[:, number] if spec.task is Task.MULTICLASS else scores,
        inputs=inputs,
        rows=inputs.index.to_numpy("int64"),
        of=name,
        scale=Scale.VALUE if spec.task is Task.REGRESSION else Scale.CHANCE,
        method=ready.method.key,
        background=ready.method.background(ready.state),
    )


def together(parts: list[Explanation]) -> Explanation:
    """Explanations of different rows of one model and class, as one."""
    first = parts[0]
    return Explanation(
        columns=first.columns,
        base=first.base,
        effects=np.concatenate([p.effects for p in parts]),
        errors=np.concatenate([p.errors for p in parts]),
        prediction=np.concatenate([p.prediction for p in parts]),
        inputs=pd.concat([p.inputs for p in parts]),
        rows=np.concatenate([p.rows for p in parts]),
        of=first.of,
        scale=first.scale,
        method=first.method,
        background=first.background,
    )


def _class(model: TrainedModel, of: str) -> tuple[int, str]:
    if not model.classes:
        return 0, model.spec.target.name
    named = of or (model.classes[1] if model.spec.task is Task.BINARY else model.classes[0])
    if model.spec.task is Task.BINARY and named != model.classes[1]:
        raise UnknownOutcome(model.spec.target.name, named, model.classes[1:])
    if named not in model.classes:
        raise UnknownOutcome(model.spec.target.name, named, model.classes)
    return model.classes.index(named), named
