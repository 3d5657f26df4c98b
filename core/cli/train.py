"""``whybuy train``: a table and a question become a model in a folder."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from core.cli.shell import (
    LARGEST_SEED,
    AsJson,
    File,
    judgement_lines,
    native_silence,
    outcome_of,
    saved_in,
    table,
    tell,
)
from core.models.family import family as family_of
from core.store import fitting
from core.store.judgement import judgement
from core.store.places import free_folder
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
    seed: Annotated[int, typer.Option(help="Decides every draw.", min=0, max=LARGEST_SEED)] = 0,
    out: Annotated[Path | None, typer.Option(help="The folder to save the model in.")] = None,
    as_json: AsJson = False,
) -> None:
    """Trains a model and judges it on rows it never saw."""
    kind = family_of(ALIASES.get(family, family))
    place = None if out is None else free_folder(out)
    with table(file) as dataset:
        chosen = outcome_of(dataset, target, outcome)
        with native_silence():
            spec = wish(dataset, target, chosen, Choices(kind.key, seed=seed))
            saved = fitting.fit(dataset, spec)
            saved_in(place, saved)
    tell(judgement(saved, saved.evaluation), as_json, judgement_lines)
