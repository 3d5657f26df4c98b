"""mljar-supervised, run by its own Python: ``python -m bench.accuracy.peers.mljar FOLDER MODE``."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.accuracy.peers.exchange import (
    BINARY,
    MULTICLASS,
    REGRESSION,
    Given,
    chances,
    given,
    say,
)

TASKS = {
    BINARY: ("binary_classification", "auc"),
    MULTICLASS: ("multiclass_classification", "accuracy"),
    REGRESSION: ("regression", "r2"),
}
INNER = 5  # folds where rows are grouped; else the mode chooses


def searched(told: Given, mode: str, folder: Path) -> NDArray[np.float64]:
    """What the best it finds in the time says; it is ranked by what it is judged by."""
    from sklearn.model_selection import GroupKFold
    from supervised.automl import AutoML

    task, metric = TASKS[told.task]
    own, splits = {}, {}
    if told.is_grouped:
        own["validation_strategy"] = {"validation_type": "custom"}
        splits["cv"] = list(GroupKFold(INNER).split(told.learn, told.y, told.groups))
    machine = AutoML(
        results_path=str(folder / "mljar"), mode=mode, ml_task=task, eval_metric=metric,
        total_time_limit=round(told.seconds), explain_level=0, random_state=told.seed, verbose=0,
        **own,
    )  # fmt: skip
    machine.fit(told.learn, told.y, **splits)
    if told.task == REGRESSION:
        return machine.predict(told.judge)
    return chances(told.task, machine.predict_proba(told.judge))


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    say(folder, searched(given(folder), sys.argv[2], folder))
