"""``whybuy score``: a table with the model's predictions beside its rows."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import typer

from core.cli.shell import AsJson, File, Model, asked, saved_model, say, table, tell
from core.data.names import column_names
from core.data.spreadsheet import write_csv
from core.data.unread import unread
from core.predict import as_columns, predict
from core.store.folder import written
from core.store.places import free_file, writing


def score(
    model: Model,
    file: File,
    out: Annotated[Path, typer.Option(help="The CSV to write.")],
    as_json: AsJson = False,
) -> None:
    """Adds the model's predictions to a table's rows and writes them as CSV.

    Text that a spreadsheet would take for a formula (= + - @) gets an apostrophe in front, which
    is taken off when this app reads the file; all else is written as it came.
    """
    saved, place = saved_model(model), free_file(out, file, model)
    with table(file) as dataset:
        found = predict(saved.model, asked(dataset, saved))
        text = pd.read_parquet(dataset.source)
        lost = unread(dataset, saved.model.spec.features)
    added = as_columns(found)
    names = column_names([*text.columns, *added])[-len(added) :]  # a table may be scored twice
    scores = pd.DataFrame(dict(zip(names, added.values(), strict=True)), index=text.index)
    with writing(place), written(place) as aside:
        write_csv(pd.concat([text, scores], axis=1), aside)
    unseen = dict(found.unseen)
    report = {"rows": len(text), "out": str(out), "unseen": unseen, "unread": lost}
    tell(report, as_json, _score_lines)


def _score_lines(report: dict[str, Any]) -> list[str]:
    return [say("cli.scored", rows=report["rows"], out=report["out"])] + [
        say(f"cli.{kind}", column=column, count=count)
        for kind in ("unseen", "unread")
        for column, count in report[kind].items()
    ]
