"""``whybuy train``: a table and a question become a model in a folder."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

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
    split_of,
    table,
    tell,
    with_texts,
)
from core.models.family import USUAL
from core.models.family import family as family_of
from core.store import fitting
from core.store.judgement import judgement
from core.store.places import free_folder
from core.train.target import task_of
from core.train.wish import Choices, wish

ALIASES = {"logistic": "linear", "ridge": "linear", "neural": "mlp", "none": "baseline"}


def train(
    file: File,
    target: Annotated[str, typer.Option(help="The column to predict.")],
    outcome: Annotated[str, typer.Option(help="For two values: the one of interest.")] = "",
    family: Annotated[
        str,
        typer.Option(
            help="forest, boosting, extra, svm, mlp, linear, tree, bayes, column, baseline."
        ),
    ] = "forest",
    preset: Annotated[
        str,
        typer.Option(
            help="Settings to start from; forest: quick, thorough; mlp: 32-16-linear (values), "
            "64-32-sigmoid and 128-64-sigmoid (two answers), 64-32-softmax (several)."
        ),
    ] = USUAL.key,
    seed: Annotated[int, typer.Option(help="Decides every draw.", min=0, max=LARGEST_SEED)] = 0,
    split: SplitText = "",
    out: Annotated[Path | None, typer.Option(help="The folder to save the model in.")] = None,
    text: Texts = None,
    as_json: AsJson = False,
) -> None:
    """Trains a model and judges it on rows it never saw."""
    kind = family_of(ALIASES.get(family, family))
    place = None if out is None else free_folder(out)
    with table(file) as read:
        dataset = with_texts(read, text or [])
        chosen = outcome_of(dataset, target, outcome)
        start = kind.start(preset, task_of(dataset.schema[target]))
        with native_silence():
            way = split_of(dataset, target, split)
            spec = wish(dataset, target, chosen, Choices(kind.key, start.settings, way, seed=seed))
            saved = fitting.fit(dataset, spec)
            saved_in(place, saved)
    tell(judgement(saved, saved.evaluation), as_json, judgement_lines)
