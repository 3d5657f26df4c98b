"""Held-out customers are explained, and their reasons looked at."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from core.data.table import frame
from core.explain import quality
from core.explain.explaining import Explainer, explain, explainer
from core.explain.explanation import Explanation
from core.explore.sample import sampled
from core.progress import Report, part, silent
from core.store import models, projects, reasons, tables
from core.store.fitting import as_asked, columns_of
from core.store.models import SavedModel

FIRST_SLICE = 10
SLICE = 0.25  # seconds of work until the next rows are shown
GROWTH = 8
ROWS_JUDGED = 60


def explain_model(
    home: Path, report: Report, project: str, model: str, way: str, rows: int
) -> dict[str, Any]:
    """Explains a sample of held-out rows slice by slice, each kept as soon as it is there.

    ``way`` is the text of a ``reasons.Way``.
    """
    folder = projects.folder(home, project)
    saved = models.load(models.place(folder, model))
    where, asks = reasons.place(folder, model, way), reasons.way_of(way)
    inputs = held_out_inputs(folder, saved, rows)
    ready = explainer(saved.model, asks.asked, asks.method)
    for _ in reason_slices(where, ready, asks.of, inputs, report):
        pass
    report(1.0, "explain.stage.reasons")
    return {"rows": len(inputs)}


def reason_slices(
    where: Path, ready: Explainer, of: str, inputs: pd.DataFrame, report: Report = silent
) -> Iterator[int]:
    """Explains the rows that lack in ``where``, a slice at a time, each kept at once.

    Yields how many rows are there. Slices grow until one takes ``SLICE`` seconds.
    """
    there = reasons.load(where)
    done, size = 0 if there is None else len(there.rows), FIRST_SLICE
    while done < len(inputs):
        begun, end = time.monotonic(), min(done + size, len(inputs))
        within = part(report, done / len(inputs), end / len(inputs))
        reasons.keep(where, done, explain(ready, inputs.iloc[done:end], of, within))
        done = end
        yield done
        took = max(time.monotonic() - begun, SLICE / GROWTH)
        size = max(size, int(size * SLICE / took))


def judge_reasons(home: Path, report: Report, project: str, model: str, way: str) -> dict[str, Any]:
    """Looks how far kept reasons can be trusted; each check is kept as soon as it is made."""
    folder = projects.folder(home, project)
    saved = models.load(models.place(folder, model))
    where, asks = reasons.place(folder, model, way), reasons.way_of(way)
    inputs = held_out_inputs(folder, saved, ROWS_JUDGED)
    ready = explainer(saved.model, asks.asked, asks.method)
    there = reasons.load(where) or explain(ready, inputs, asks.of, part(report, 0.0, 0.2))
    known = quality.adding_up(there)
    reasons.keep_quality(where, known)
    found = there.only(list(range(min(len(there.rows), len(inputs)))))
    inputs = inputs.loc[found.rows]
    again = explainer(*quality.drawn_again(saved.model, asks.asked), asks.method)
    second = explain(again, inputs, asks.of, part(report, 0.2, 0.4))
    known = replace(known, agreement=quality.agreement(found, second))
    reasons.keep_quality(where, known)
    acted = quality.deletion(ready, found, inputs, part(report, 0.4, 0.6))
    known = replace(known, deletion=acted)
    reasons.keep_quality(where, known)
    vanished = quality.shuffled(found, *_noise(folder, saved, asks, part(report, 0.6, 1.0)))
    reasons.keep_quality(where, replace(known, shuffled=vanished))
    return {"rows": len(found.rows)}


def _noise(
    folder: Path, saved: SavedModel, asks: reasons.Way, report: Report
) -> tuple[Explanation, int]:
    """Reasons of the same wish trained on shuffled answers, and how many rows it learned from."""
    spec = saved.model.spec
    dataset = as_asked(tables.load(folder, spec.dataset), spec)
    table = sampled(dataset, columns_of(spec), quality.ROWS_TO_SHUFFLE, spec.seed)
    noise = quality.on_shuffled(table, saved.model, part(report, 0.0, 0.7))
    ready = explainer(noise, asks.asked, asks.method)
    rows = table.loc[noise.held_out[:ROWS_JUDGED]]
    return explain(ready, rows, asks.of, part(report, 0.7, 1.0)), noise.training_rows


def held_out_inputs(folder: Path, saved: SavedModel, most: int) -> pd.DataFrame:
    """At most ``most`` held-out rows of the feature columns, in an order drawn by the seed."""
    drawn = np.random.default_rng(saved.model.spec.seed).permutation(saved.model.held_out)
    return rows_of(folder, saved, drawn[:most].tolist())


def rows_of(folder: Path, saved: SavedModel, rows: list[int]) -> pd.DataFrame:
    """Rows of the model's table by number, in that order: its feature columns as it knows them."""
    spec = saved.model.spec
    dataset = as_asked(tables.load(folder, spec.dataset), spec)
    return frame(dataset, [c.name for c in spec.features], rows).loc[rows]
