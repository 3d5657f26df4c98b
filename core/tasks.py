"""What a worker or the shell is asked to do: bring a table, check, train, explain."""

from __future__ import annotations

import hashlib
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pandas as pd

from core import jobs, wire
from core.data import shop
from core.data.check import findings
from core.data.dataset import Dataset
from core.data.finding import Finding, Remedy
from core.data.memory import reading_limit
from core.data.quality import quality as quality_of
from core.data.table import frame
from core.evaluate.price import price
from core.explain import quality
from core.explain.explaining import Explainer, explain, explainer
from core.explain.explanation import Explanation
from core.explore.sample import sampled
from core.progress import Report, part, silent
from core.schema import Schema
from core.store import checked as checks
from core.store import history, models, projects, protection, reasons, segments, tables
from core.store.bringing import bring_file, bring_folder, bring_query
from core.store.explored import look_over
from core.store.fitting import as_asked, columns_of, now, trained
from core.store.folder import LEFT_AFTER, sweep, touched
from core.store.log_work import bring_log, bring_more, build_table, prove_table, record_log
from core.store.models import SavedModel
from core.store.remask import remask
from core.store.repair import repair
from core.store.reread import reread
from core.store.robustness import examine_model
from core.store.rotation import rotate_project
from core.store.search_work import calibrate_model, find_model
from core.store.segmentation import find_segments, find_unusual
from core.train.spec import ModelSpec
from core.train.wish import Choices, wish
from core.what_if.members import members
from core.what_if.segment import Segment, Shifted, changed
from core.what_if.support import Support, support

READING_SECONDS = 900  # of the processor's time, for one file
CHECKS = 2  # findings kept by an older way of looking are looked for again
FIRST_SLICE = 10
SLICE = 0.25  # seconds of work until the next rows are shown
GROWTH = 8
ROWS_JUDGED = 60


def any_memory() -> int:
    """No limit."""
    return 1 << 62


@dataclass(frozen=True)
class Doing:
    """A task: ``run(home=, report=, **arguments)`` gives a plain result.

    ``memory()`` is the most it may take, in bytes, ``seconds`` the most of the processor's time
    (0: any). Whether it takes its turn is said in ``core.jobs.LANES``.
    """

    run: Callable[..., dict[str, Any]]
    memory: Callable[[], int] = any_memory
    seconds: int = 0


def bring(home: Path, report: Report, file: str, name: str, title: str = "") -> dict[str, Any]:
    """Reads a file into a new project and looks it over; an upload of ours is removed.

    ``name`` is the user's name of the file, ``title`` the project's where it is another.
    """
    return bring_file(home, report, file, name, title, look=checked)


def try_sample(
    home: Path, report: Report, file: str, title: str, target: str, outcome: str
) -> dict[str, Any]:
    """Brings the shipped sample and trains a forest on it: a finished result to look at.

    The sample's other targets are of the same future and would give the answer away.
    """
    brought = bring(home, part(report, 0.0, 0.4), file, Path(file).name, title)
    project = projects.aimed(home, brought["project"], target, outcome)
    folder = projects.folder(home, project.id)
    schema = shop.aimed(tables.load(folder, project.table).schema, target)
    dataset = tables.correct(folder, project.table, schema)
    spec = wish(dataset, target, outcome, Choices())
    made = train_model(home, part(report, 0.4, 1.0), project.id, msgspec.to_builtins(spec))
    return brought | made


def check(home: Path, report: Report, project: str, table: str, target: str) -> dict[str, Any]:
    """Looks a table over with a target in mind and keeps what is found."""
    folder = projects.folder(home, project)
    checked(folder, tables.load(folder, table), target, report)
    return {"table": table}


def checked(
    folder: Path, dataset: Dataset, target: str, report: Report = silent
) -> tuple[Finding, ...]:
    """The findings of a table, kept on disk by schema and target, and its scores beside them."""
    key = findings_key(dataset.schema, target)
    kept = tables.kept_findings(folder, dataset.id, key)
    if kept is None:
        kept = findings(dataset, target or None, report)
        checks.keep_quality(folder, dataset.id, key, quality_of(dataset, kept))
        tables.keep_findings(folder, dataset.id, key, kept)
    return kept


def mend(
    home: Path, report: Report, project: str, table: str, remedy: dict[str, Any], code: str
) -> dict[str, Any]:
    """Applies a remedy of cells or rows; the table it makes is the one in use."""
    folder = projects.folder(home, project)
    report(0.0, "check.stage.mending")
    made = history.apply(folder, table, wire.converted(remedy, Remedy), code, now())
    known = projects.load(home, project)
    if known.table == table:
        projects.save(home, replace(known, table=made.id))
    return {"table": made.id}


def price_remedy(
    home: Path, report: Report, project: str, table: str, asked: dict[str, str],
    remedy: dict[str, Any],
) -> dict[str, Any]:  # fmt: skip
    """Works out and keeps what a remedy moves; ``asked`` has a "target" and an "outcome"."""
    folder = projects.folder(home, project)
    dataset = tables.load(folder, table)
    aimed = replace(dataset, schema=dataset.schema.aimed_at(asked["target"]))
    known = wire.converted(remedy, Remedy)
    found = price(aimed, asked["outcome"], known, report)
    key = checks.price_key(findings_key(dataset.schema, asked["target"]), asked["outcome"], known)
    checks.keep_price(folder, table, key, found)
    return {"key": key}


def findings_key(schema: Schema, target: str) -> str:
    """What findings depend on, as a short name."""
    canonical = msgspec.json.encode((schema, target, CHECKS), order="deterministic")
    return hashlib.sha256(canonical).hexdigest()[:16]


def train_model(home: Path, report: Report, project: str, spec: dict[str, Any]) -> dict[str, Any]:
    """Trains a model into a project, and with it what it must beat."""
    folder = projects.folder(home, project)
    return {"model": trained(folder, wire.converted(spec, ModelSpec), report)}


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


def change_segment(
    home: Path, report: Report, project: str, model: str, segment: dict[str, Any]
) -> dict[str, Any]:
    """Works a segment with its levers out and keeps what comes of it."""
    folder = projects.folder(home, project)
    saved = models.load(models.place(folder, model))
    asked = wire.converted(segment, Segment)
    report(0.0, "segment.stage.reading")
    found = segment_of(folder, support(saved.model), asked, part(report, 0.1, 1.0))
    segments.keep(segments.place(folder, model, asked.id), found)
    return {"segment": asked.id}


def segment_of(folder: Path, known: Support, asked: Segment, report: Report = silent) -> Shifted:
    """The customers of a segment before and after, from the model's table."""
    spec = known.model.spec
    dataset = as_asked(tables.load(folder, spec.dataset), spec)
    rows = members(dataset, known.model, asked)
    return replace(changed(known, dataset.schema, rows, asked, report), rows_of_table=dataset.rows)


def held_out_inputs(folder: Path, saved: SavedModel, most: int) -> pd.DataFrame:
    """At most ``most`` held-out rows of the feature columns, in an order drawn by the seed."""
    drawn = np.random.default_rng(saved.model.spec.seed).permutation(saved.model.held_out)
    return rows_of(folder, saved, drawn[:most].tolist())


def rows_of(folder: Path, saved: SavedModel, rows: list[int]) -> pd.DataFrame:
    """Rows of the model's table by number, in that order: its feature columns as it knows them."""
    spec = saved.model.spec
    dataset = as_asked(tables.load(folder, spec.dataset), spec)
    return frame(dataset, [c.name for c in spec.features], rows).loc[rows]


def tidy(home: Path, now: float) -> None:
    """Removes what ended jobs and killed processes left behind; ``now`` in seconds since 1970.

    Uploads and half-read tables hold customers' data: they go once nobody can be at work on them.
    """
    jobs.tidy(home, now)
    repair(home, now)
    for left in (*(home / "uploads").glob("*"), *(home / "reading").glob("*")):
        if now - touched(left) > LEFT_AFTER:
            shutil.rmtree(left, ignore_errors=True)
    known = home / "projects"
    for folder in (known, home / "jobs"):
        sweep(folder, now)


TASKS: dict[str, Doing] = {
    "bring": Doing(bring, reading_limit, READING_SECONDS),
    "bring_folder": Doing(partial(bring_folder, look=checked), reading_limit),
    "bring_query": Doing(partial(bring_query, look=checked), reading_limit),
    "try_sample": Doing(try_sample),
    "check": Doing(check, reading_limit),
    "reread": Doing(reread, reading_limit, READING_SECONDS),
    "explore": Doing(look_over, reading_limit),
    "remask": Doing(remask, reading_limit),
    "protect": Doing(protection.protect_project),
    "rotate": Doing(rotate_project),
    "mend": Doing(mend, reading_limit),
    "price": Doing(price_remedy),
    "train": Doing(train_model),
    "find": Doing(find_model),
    "examine": Doing(examine_model),
    "calibrate": Doing(calibrate_model),
    "explain": Doing(explain_model),
    "segment": Doing(change_segment),
    "find_segments": Doing(find_segments),
    "find_unusual": Doing(find_unusual),
    "quality": Doing(judge_reasons),
    "bring_log": Doing(bring_log, reading_limit),
    "bring_more": Doing(bring_more, reading_limit),
    "record": Doing(record_log),
    "build": Doing(build_table),
    "prove": Doing(prove_table),
}
