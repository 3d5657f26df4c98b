"""pytabkit's networks, run by its own Python: ``... bench.accuracy.peers.networks FOLDER KIND``.

RealMLP with tuned defaults (Holzmüller et al. 2024) and TabM with its defaults (Gorishniy et al.
2025). Of two classes the epoch is chosen by AUC; and RealMLP smooths no labels, as its authors
advise where chances or ranks count.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from bench.accuracy.peers.exchange import BINARY, REGRESSION, Given, chances, given, say

GAP = "gap"  # the level of a gap
THREADS = {"realmlp": 1, "tabm": os.cpu_count()}  # threads of small layers wait for each other
KINDS = {
    "realmlp": ("RealMLP_TD_Classifier", "RealMLP_TD_Regressor"),
    "tabm": ("TabM_D_Classifier", "TabM_D_Regressor"),
}


def fitted(told: Given, kind: str) -> NDArray[np.float64]:
    """What one network says that stops by a fifth of the rows, which it sets aside itself."""
    import pytabkit

    settings: dict[str, Any] = {"device": "cpu", "n_threads": THREADS[kind],
                                "random_state": told.seed, "verbosity": 0}  # fmt: skip
    if told.task == BINARY:
        settings["val_metric_name"] = "1-auc_ovr"
        if kind == "realmlp":
            settings["use_ls"] = False
    network = getattr(pytabkit, KINDS[kind][told.task == REGRESSION])(**settings)
    learn, judge = whole(told.learn, told.learn), whole(told.judge, told.learn)
    network.fit(learn, told.y, val_idxs=aside(told) if told.is_grouped else None)
    if told.task == REGRESSION:
        return network.predict(judge)
    return chances(told.task, network.predict_proba(judge))


def whole(table: pd.DataFrame, learn: pd.DataFrame) -> pd.DataFrame:
    """A table without gaps, which these networks cannot take: medians of the rows to learn from and
    a column that tells of the gap; a level of its own."""
    columns = {}
    for name, known in learn.items():
        cells = table[name]
        if isinstance(cells.dtype, pd.CategoricalDtype):
            columns[name] = cells.cat.add_categories([GAP]).fillna(GAP)
            continue
        columns[name] = cells.fillna(known.median())
        if known.isna().any():
            columns[f"{name} {GAP}"] = cells.isna().astype("float64")
    return pd.DataFrame(columns)


def aside(told: Given) -> NDArray[np.int64]:
    """The places of the rows to stop by; no group is on both sides."""
    from sklearn.model_selection import GroupShuffleSplit

    split = GroupShuffleSplit(1, test_size=0.2, random_state=told.seed)
    return next(split.split(told.learn, groups=told.groups))[1]


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    say(folder, fitted(given(folder), sys.argv[2]))
