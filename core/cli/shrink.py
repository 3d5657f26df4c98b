"""``whybuy shrink``: a smaller form of a saved model that loses little."""

from __future__ import annotations

import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from core.cli.shell import (
    AsJson,
    File,
    Model,
    judgement_lines,
    native_silence,
    saved_in,
    saved_model,
    say,
    table,
    tell,
)
from core.errors import NotItsTable
from core.progress import silent
from core.search.shrinking import LARGEST_LOSS, USUAL_LOSS
from core.search.smaller import Smaller, lines, verdict
from core.store.fitting import asked_rows
from core.store.judgement import judgement
from core.store.places import free_folder, shown
from core.store.shrinking import beside, smaller_form


def shrink(
    model: Model,
    file: File,
    loss: Annotated[
        float,
        typer.Option(
            help="What it may lose, of 1, in ROC AUC (values: R²).", min=0, max=LARGEST_LOSS
        ),
    ] = USUAL_LOSS,
    out: Annotated[Path | None, typer.Option(help="The folder to save the model in.")] = None,
    as_json: AsJson = False,
) -> None:
    """Looks for the smallest form of a saved model that loses little.

    FILE is the table it was trained on: the form is chosen on customers set aside of those that it
    learned from, and judged on those that it never saw.
    """
    place = None if out is None else free_folder(out)
    saved = saved_model(model)
    spec = saved.model.spec
    with table(file) as dataset, tempfile.TemporaryDirectory(prefix="whybuy-") as aside:
        if dataset.id != spec.dataset:
            raise NotItsTable(shown(file), saved.table_name)
        with native_silence():
            small, found = smaller_form(saved, asked_rows(dataset, spec), loss, silent)
            kept = Path(aside) / small.model.spec.id
            saved_in(kept, small)
            told = beside(model.resolve(), kept, found, loss)
            saved_in(place, small)
    more = {"smaller": asdict(told), "settings": found.settings, "verdict": verdict(told, say)}
    tell(judgement(small, small.evaluation) | more, as_json, lambda report: _lines(report, told))


def _lines(report: dict[str, Any], told: Smaller) -> list[str]:
    """How good it is, before and after, and whether that is worth it."""
    rows = [say("cli.shrunk", **_facts(line)) for line in lines(told, say)]
    return [*judgement_lines(report), *rows, report["verdict"]]


def _facts(line: dict[str, str]) -> dict[str, str]:
    return dict(zip(("figure", "before", "after", "difference"), line.values(), strict=True))
