"""``whybuy find``: the best model of a table within a time, in a folder."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Annotated, Any

import typer

from core.cli.shell import (
    LARGEST_SEED,
    AsJson,
    File,
    SplitText,
    Texts,
    judgement_lines,
    native_silence,
    outcome_of,
    saved_in,
    say,
    split_of,
    table,
    tell,
    with_texts,
)
from core.data.dataset import Dataset
from core.errors import NothingFound
from core.evaluate.metric import Metric
from core.progress import silent
from core.search.pool import pool
from core.search.searching import Time, rows_of, search
from core.search.trial import Trial, leaders, ranked, standing
from core.search.trying import Rows, Tried
from core.search.wish import Search, wish_of
from core.search.wish import search as search_of
from core.store import fitting
from core.store.judgement import judgement
from core.store.places import free_folder
from core.train.wish import Choices, wish

MINUTE = 60.0


def find(
    file: File,
    target: Annotated[str, typer.Option(help="The column to predict.")],
    outcome: Annotated[str, typer.Option(help="For two values: the one of interest.")] = "",
    minutes: Annotated[float, typer.Option(help="How long to look.", min=0.1, max=1440)] = 10.0,
    families: Annotated[str, typer.Option(help="Only these, with commas between.")] = "",
    by: Annotated[str, typer.Option(help="The metric that says which is best.")] = "",
    seed: Annotated[int, typer.Option(help="Decides every draw.", min=0, max=LARGEST_SEED)] = 0,
    split: SplitText = "",
    out: Annotated[Path | None, typer.Option(help="The folder to save the model in.")] = None,
    text: Texts = None,
    as_json: AsJson = False,
) -> None:
    """Looks for a good model among all kinds and judges it on rows it never saw."""
    place = None if out is None else free_folder(out)
    with table(file) as read:
        dataset = with_texts(read, text or [])
        chosen = outcome_of(dataset, target, outcome)
        way = split_of(dataset, target, split)
        spec = wish(dataset, target, chosen, Choices(split=way, seed=seed))
        wanted = tuple(key.strip() for key in families.split(",") if key.strip())
        asked = search_of(spec, wanted, by)
        with native_silence():
            trials = _trials(dataset, asked, minutes * MINUTE)
            saved = fitting.fit(dataset, wish_of(asked, ranked(trials, asked.metric)[0]))
            saved_in(place, saved)
        tried = {"by": asked.metric.key, "tried": _told(trials, asked.metric)}
        tell(judgement(saved, saved.evaluation) | tried, as_json, _lines)


def _lines(report: dict[str, Any]) -> list[str]:
    """What each family reached, and how good the best is."""
    metric = say(f"evaluate.metric.{report['by']}.name")
    tried = [
        say("cli.tried", name=say(f"models.{each['family']}.name"), metric=metric, **each)
        for each in report["tried"]
    ]
    return [*tried, *judgement_lines(report)]


def _trials(dataset: Dataset, asked: Search, seconds: float) -> tuple[Trial, ...]:
    """Every trial that the time allows. Raises NothingFound."""
    begun = time.time()
    rows: Rows = rows_of(fitting.asked_rows(dataset, asked.spec), asked)
    given = Time(seconds, time.time() - begun)
    found: list[Tried] = list(search(rows, asked, (), given, pool(os.environ), silent))
    trials = tuple(each.trial for each in found)
    if not ranked(trials, asked.metric):
        raise NothingFound(len(trials))
    return trials


def _told(trials: tuple[Trial, ...], metric: Metric) -> list[dict[str, Any]]:
    """The best of each family with its interval on rows set aside."""
    return [
        {
            "family": trial.family,
            "settings": trial.params,
            "score": known.value,
            "low": known.low,
            "high": known.high,
        }
        for trial in leaders(trials, metric)
        for known in (standing(trial),)
    ]
