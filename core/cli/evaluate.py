"""``whybuy evaluate``: how good a saved model is."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from core.cli.shell import AsJson, Model, asked, judgement_lines, saved_model, table, tell
from core.evaluate.evaluating import evaluate as evaluated
from core.predict import judged
from core.store.judgement import judgement
from core.train.owners import owners_among


def evaluate(
    model: Model,
    file: Annotated[
        Path | None, typer.Argument(help="Rows with their truth.", readable=False)
    ] = None,
    as_json: AsJson = False,
) -> None:
    """How good a saved model is: on its held-out rows, or on a file's.

    Of the very table it learned from, only the held-out rows are judged.
    """
    saved = saved_model(model)
    evaluation, left_out = saved.evaluation, None
    if file is not None:
        with table(file) as dataset:
            if dataset.id != saved.model.spec.dataset:
                found = judged(saved.model, asked(dataset, saved))
                found = found.owned(owners_among(dataset, found.rows.tolist()))
                evaluation = evaluated(found, evaluation.threshold, saved.model.spec.seed)
                left_out = dataset.rows - len(found.rows)
    tell(judgement(saved, evaluation, left_out), as_json, judgement_lines)
