"""Every compiled loop of trees run once, so that it lies in the cache before a person waits.

``python -m core.explain.shapley.exact.ready`` fills the cache at install; an app does at start.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np

from core.explain.shapley.exact.game import played
from core.explain.shapley.exact.interventional import against, interventional
from core.explain.shapley.exact.interventional_pairs import interactions as interventional_pairs
from core.explain.shapley.exact.mixes import mixes
from core.explain.shapley.exact.pairs import interactions
from core.explain.shapley.exact.path_dependent import path_dependent
from core.explain.shapley.exact.walks import settle_pairs
from core.explain.shapley.subsets import shared, shared_by_pairs
from core.models.packed.trees import packed

ROWS = 16  # more than are taken one by one
MODULE = "core.explain.shapley.exact.ready"
ROOT = Path(__file__).resolve().parents[4]


def ready() -> None:
    """Compile, or read from the cache, all that predictions and reasons of trees run.

    Compiling takes half a minute of this thread, and of Python's lock, the first time.
    """
    from sklearn.tree import DecisionTreeRegressor

    x = np.arange(2 * ROWS, dtype="float32").reshape(ROWS, 2)
    game = played(packed(DecisionTreeRegressor(max_depth=2).fit(x, np.arange(ROWS))))
    behind = against(game, x)  # is predicted too
    interventional(behind, x)
    interventional_pairs(behind, x[:1])
    path_dependent(game, x)
    path_dependent(game, x[:1])
    interactions(game, x[:1])
    if found := mixes(behind, x[0], most=ROWS**2):
        shared(found, found.raw)
        shared_by_pairs(found, found.raw[:, 0].copy())


def ready_beside() -> None:
    """The same; compiling, where it is needed, in a process beside this one."""
    if not is_compiled():
        subprocess.run([sys.executable, "-m", MODULE], cwd=ROOT, check=False)
    ready()


def is_compiled() -> bool:
    """True where an earlier process left its compiled loops, or where none can be left."""
    cache = settle_pairs.stats.cache_path  # the last that is run
    return not cache or any(Path(cache).glob("walks.settle_pairs-*.nbi"))


if __name__ == "__main__":
    ready()
