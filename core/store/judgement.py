"""What is known of a saved model's quality, as plain values for people who read JSON."""

from __future__ import annotations

import math
from typing import Any

from core.evaluate.evaluation import Evaluation
from core.models.family import Task
from core.store.models import SavedModel


def judgement(
    saved: SavedModel, evaluation: Evaluation, left_out: int | None = None
) -> dict[str, Any]:
    """The model, what it predicts, and each metric with its interval.

    ``left_out`` counts the rows of the judged table without a truth; without it the model is judged
    on rows that it held out, and how is told.
    """
    model, split = saved.model, saved.model.spec.split
    way = {"kind": split.kind, "share": split.held_out, "column": split.column}
    return {
        "model": model.spec.id,
        "family": model.spec.family,
        "task": model.spec.task,
        "target": model.spec.target.name,
        "classes": list(model.classes),
        "outcome": model.spec.outcome,
        "threshold": evaluation.threshold if model.spec.task is Task.BINARY else None,
        **({"split": way} if left_out is None else {}),
        "metrics": {
            s.metric: {"value": s.value, "low": s.low, "high": s.high} for s in evaluation.scores
        },
        "rows": {
            "training": model.training_rows,
            "judged": len(evaluation.predictions.rows),
            "left_out": model.left_out if left_out is None else left_out,
        },
        "seconds": round(saved.seconds, 3),
    }


def finite(value: Any) -> Any:
    """JSON has no "not a number": null."""
    if isinstance(value, dict):
        return {key: finite(each) for key, each in value.items()}
    if isinstance(value, list):
        return [finite(each) for each in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
