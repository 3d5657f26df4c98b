"""A model and some rows become an explanation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.errors import UnknownMethod
from core.explain.explanation import Explanation
from core.explain.output import output
from core.explain.shapley.method import Asked, Method, method, methods
from core.explain.shapley.players import Players, players, shown_inputs
from core.models.family import Floats, Matrix, Task, family
from core.predict import known_columns
from core.progress import Report, part, silent
from core.train.preparation import encode
from core.train.training import TrainedModel

ROWS_AT_ONCE = 5_000


@dataclass(frozen=True, eq=False)
class Explainer:
    """A model made ready to be explained; worth keeping as long as the model is in use."""

    model: TrainedModel
    method: Method
    asked: Asked
    players: Players
    state: Any


def explainer(model: TrainedModel, asked: Asked | None = None, by: str = "") -> Explainer:
    """A model made ready by the method of key ``by``: by default the one that its family names.

    Raises UnknownMethod, and UnknownColumn for a family of columns that are not the model's.
    """
    asked = asked or Asked(seed=model.spec.seed)
    suiting = methods_for(model)
    key = by or str(family(model.spec.family).reasons)
    if key not in suiting:
        raise UnknownMethod(key, suiting)
    chosen = method(key)
    who, state = players(model, asked.together), chosen.prepare(model, asked)
    return Explainer(model, chosen, asked, who, state)


def methods_for(model: TrainedModel) -> tuple[str, ...]:
    """Keys of the methods that can explain a model; its family's own first."""
    own = str(family(model.spec.family).reasons)
    suiting = [key for key, each in methods().items() if each.suits(model)]
    return tuple(sorted(suiting, key=lambda key: key != own))


def explain(
    ready: Explainer, table: pd.DataFrame, of: str = "", report: Report = silent
) -> Explanation:
    """Why the model says what it says of each row of a typed table (index = row number).

    ``of`` is the class whose chance is explained: by default the outcome of interest, or for
    several classes the first. Raises UnknownOutcome and ColumnsMissing.
    """
    spec = ready.model.spec
    inputs = known_columns(ready.model, table)
    shown = output(ready.model, of)
    x, scores = _encoded(ready.model, inputs, part(report, 0.0, 0.05))
    found = ready.method.effects(ready.state, x, shown.number, part(report, 0.05, 1.0))
    return Explanation(
        columns=ready.players.names,
        base=found.base,
        effects=found.values,
        errors=found.errors,
        prediction=scores[:, shown.number] if spec.task is Task.MULTICLASS else scores,
        inputs=shown_inputs(inputs, ready.players),
        rows=inputs.index.to_numpy("int64"),
        of=shown.of,
        scale=shown.scale,
        method=ready.method.key,
        background=ready.method.background(ready.state),
        notes=found.notes,
        groups=_groups(ready.model, inputs),
    )


def _groups(model: TrainedModel, inputs: pd.DataFrame) -> NDArray[np.int64] | None:
    """Which of the rows stand together; a row that was not held out stands for itself."""
    if model.held_out_groups is None:
        return None
    known = pd.Series(model.held_out_groups, model.held_out).reindex(inputs.index).to_numpy()
    alone = -1 - inputs.index.to_numpy("int64")
    return np.where(np.isnan(known), alone, known).astype("int64")


def _encoded(model: TrainedModel, inputs: pd.DataFrame, report: Report) -> tuple[Matrix, Floats]:
    """The matrix of rows and what the model says of them, a slice at a time."""
    scores = family(model.spec.family).scores
    matrices, said = [], []
    for start in range(0, max(1, len(inputs)), ROWS_AT_ONCE):
        report(start / max(1, len(inputs)), "explain.stage.reasons")
        x = encode(model.preparation, inputs.iloc[start : start + ROWS_AT_ONCE])
        matrices.append(x)
        said.append(scores(model.estimator, x))
    return np.concatenate(matrices), np.concatenate(said)
