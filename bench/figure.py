"""One figure of a bench as a line of JSON, with how busy the machine was."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence

import numpy as np


def figure(name: str, kind: str, found: float, goal: float, **facts: object) -> dict[str, object]:
    """A figure that must not exceed its goal; ``kind`` is "ratio" or "value"."""
    load = round(os.getloadavg()[0], 1)
    held = {"name": name, kind: round(found, 3), "goal": goal, "ok": bool(found <= goal)}
    return held | facts | {"load": load}


def spread(times: Sequence[float]) -> dict[str, float]:
    """Least, median and 95th percentile of times in milliseconds."""
    least, middle, most = np.quantile(np.asarray(times), (0, 0.5, 0.95))
    shown = {"min": least, "median": middle, "p95": most}
    return {name: round(float(value), 1) for name, value in shown.items()}


def told(figures: Iterable[dict[str, object]]) -> int:
    """Prints each figure as it comes; 1 where one misses its goal."""
    missed = 0
    for each in figures:
        print(json.dumps(each), flush=True)
        missed |= not each["ok"]
    return missed
