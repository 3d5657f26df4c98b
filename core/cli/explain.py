"""``whybuy explain``: why the model says what it says of a table's rows."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from core.cli.shell import (
    LARGEST_SEED,
    AsJson,
    File,
    Model,
    asked,
    saved_model,
    say,
    table,
    tell,
)
from core.explain.explaining import explain as explained
from core.explain.explaining import explainer
from core.explain.shapley.method import BACKGROUND_ROWS, Asked
from core.explain.tabular import as_table
from core.store import export
from core.store.folder import written
from core.store.places import free_file, writing
from core.store.trail import What
from core.train.training import BACKGROUND_ROWS as BACKGROUND_AT_MOST


def explain(
    model: Model,
    file: File,
    out: Annotated[Path, typer.Option(help="The Parquet file to write.")],
    rows: Annotated[int, typer.Option(help="How many rows, from the first.", min=1)] = 100,
    outcome: Annotated[str, typer.Option(help="For several classes: the one to explain.")] = "",
    background: Annotated[
        int,
        typer.Option(
            help="Training rows that stand in for what is not known.", min=1, max=BACKGROUND_AT_MOST
        ),
    ] = BACKGROUND_ROWS,
    seed: Annotated[
        int | None, typer.Option(help="Decides every draw.", min=0, max=LARGEST_SEED)
    ] = None,
    method: Annotated[str, typer.Option(help="Another way to work out the reasons.")] = "",
    as_json: AsJson = False,
) -> None:
    """Why the model says what it says of a table's first rows: base and effects that add up."""
    saved, place = saved_model(model), free_file(out, file, model)
    wish = Asked(background, saved.model.spec.seed if seed is None else seed)
    with table(file) as dataset:
        first = list(range(min(rows, dataset.rows)))
        found = explained(
            explainer(saved.model, wish, method), asked(dataset, saved, first), outcome
        )
    with writing(place), written(place) as aside:
        as_table(found).to_parquet(aside)
        export.left(model, What.EXPORT, "reasons", aside, len(first))
    report = {"rows": len(first), "of": found.of, "base": found.base, "out": str(out)}
    report |= {"method": found.method, "background": found.background}
    tell(report, as_json, lambda r: [say("cli.explained", **r)])
