"""Reasons worked out in the page where a moment is enough, and beside the app where it is not."""

from __future__ import annotations

import time
from typing import Any

from core.explain.explaining import explain, methods_for
from core.store import reasons
from core.store.models import SavedModel
from core.tasks.reasons import FIRST_SLICE, held_out_inputs, reason_slices
from pages.shared import reasons_kept, session, working

MOMENT = 1.0  # seconds that a page may take


def begin(slot: str, saved: SavedModel, rows: int, asked: dict[str, Any]) -> None:
    """Explains so many held-out rows; what a moment is too short for becomes a job of ``slot``.

    ``asked`` names ``project``, ``model`` and ``way``.
    """
    inputs = held_out_inputs(session.folder(), saved, rows)
    if _there_after_a_moment(saved, inputs, asked["model"], asked["way"]) < len(inputs):
        working.start(slot, "explain", **asked, rows=rows)


def _there_after_a_moment(saved: SavedModel, inputs: Any, model: str, way: str) -> int:
    """How many rows are explained; 0 where a slice alone would take too long."""
    asks = reasons.way_of(way)
    if asks.method not in ("", methods_for(saved.model)[0]):
        return 0  # another method than the model's own may take seconds a row
    ready = reasons_kept.explainer(str(session.folder()), model, way)
    begun = time.monotonic()
    explain(ready, inputs.iloc[:1], asks.of)
    if (time.monotonic() - begun) * FIRST_SLICE > MOMENT:
        return 0
    where = reasons.place(session.folder(), model, way)
    every = reason_slices(where, ready, asks.of, inputs)
    there = (done for done in every if done == len(inputs) or time.monotonic() - begun > MOMENT)
    return next(there, len(inputs))
