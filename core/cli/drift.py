"""``whybuy drift``: whether a model still holds for a table that came later."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from core.cli.shell import FORMATS, AsJson, File, Model, saved_model, say, table, tell
from core.drift.comparing import Then
from core.drift.comparison import Comparison
from core.drift.words import (
    advice_words,
    columns_table,
    note_words,
    outcome_words,
    performance_table,
    scope_words,
    whole_words,
)
from core.errors import BadSetting
from core.progress import silent
from core.store.drifting import alone, compared, then_in, then_of
from core.store.models import SavedModel
from core.store.projects import RECORD


def drift(
    model: Model,
    file: File,
    training: Annotated[
        Path | None, typer.Option(help=f"The table it learned from. {FORMATS}", readable=False)
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Whether a model still holds for a table that came later, and what to do.

    Columns, customers as a whole, predictions and, where the table has outcomes, how good the model
    is are compared with what it learned from. Of a model in a project that is the project's table;
    elsewhere name it with --training, or up to 500 rows that lie with the model are taken.
    """
    saved = saved_model(model)
    if training is None:
        report = _report(saved, _known(model, saved), file)
    else:
        with table(training) as learned:
            if learned.id != saved.model.spec.dataset:
                raise BadSetting("--training", str(training), say("cli.drift.training"))
            report = _report(saved, then_of(saved, learned, {}), file)
    tell(msgspec.to_builtins(report), as_json, lambda _: _lines(report))


def _known(model: Path, saved: SavedModel) -> Then:
    project = model.resolve().parent.parent
    return then_in(project, saved) if (project / RECORD).is_file() else alone(saved)


def _report(saved: SavedModel, then: Then, file: Path) -> Comparison:
    with table(file) as dataset:
        return compared(saved, then, dataset, silent)


def _lines(found: Comparison) -> list[str]:
    """The advice, what was compared, columns that moved or have a note, and figures."""
    told = [*advice_words(found, say), "", *scope_words(found, say), *whole_words(found, say)]
    shown = [one for one in found.columns if one.moved or note_words(one, say)]
    if shown:
        names = {one.name for one in shown}
        places = [place for place, one in enumerate(found.columns) if one.name in names]
        told += ["", *_as_lines(columns_table(found, say).iloc[places])]
    if min(found.rows) and not found.missing:
        told += ["", *outcome_words(found, say)]
    if found.performance is not None:
        told += _as_lines(performance_table(found, say))
    return told


def _as_lines(rows: Any) -> list[str]:
    """A line a row: what it is called, then each figure with its name."""
    return [
        say(
            "cli.drift.line",
            name=row.iloc[0],
            facts="; ".join(f"{name} {value}" for name, value in row.iloc[1:].items() if value),
        )
        for _, row in rows.iterrows()
    ]
