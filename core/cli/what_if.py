"""``whybuy what-if``: one row of a table with edits, before and after."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np
import typer

from core.cli.shell import (
    AsJson,
    File,
    Model,
    Row,
    customer,
    named,
    plain_cell,
    saved_model,
    say,
    tell,
)
from core.errors import BadSetting
from core.explain.amounts import Unit, unit_for
from core.explain.explaining import explainer
from core.explain.sentences import subject
from core.explain.values import in_words
from core.train.training import TrainedModel
from core.what_if.scenario import Cell, Comparison, Scenario, compare, edited
from core.what_if.support import outside, support

REASONS_SHOWN = 8


def what_if(
    model: Model,
    file: File,
    row: Row,
    edits: Annotated[
        list[str] | None, typer.Option("--set", help="COL=VALUE; once for each column to change.")
    ] = None,
    outcome: Annotated[str, typer.Option(help="For several classes: the one to explain.")] = "",
    as_json: AsJson = False,
) -> None:
    """What the model would say of one customer, had some columns other values."""
    saved = saved_model(model)
    columns = tuple(column.name for column in saved.model.spec.features)
    if not edits:
        raise BadSetting("--set", "", say("cli.what_if.no_edit"))
    wished: dict[str, Cell] = dict(named("--set", edits, columns).items())
    person = customer(file, saved, row)
    found = compare(explainer(saved.model), Scenario(person, wished), outcome)
    report = _report(found, saved.model) | {"row": row}
    tell(report, as_json, lambda _: _lines(found, saved.model.spec.target.name))


def _report(found: Comparison, model: TrainedModel) -> dict[str, Any]:
    before, after = found.before, found.after
    known = support(model)
    lies = outside(known, edited(Scenario(before.inputs, found.edits), model))
    return {
        "of": after.of,
        "before": float(before.prediction[0]),
        "after": float(after.prediction[0]),
        "difference": found.difference,
        "base": after.base,
        "method": after.method,
        "background": after.background,
        "outside": {"columns": list(lies.columns), "distance": lies.distance},
        "effects": [
            {
                "column": name,
                "from": plain_cell(before.inputs[name].iloc[0]),
                "to": plain_cell(after.inputs[name].iloc[0]),
                "before": float(before.effects[0, i]),
                "after": float(after.effects[0, i]),
                "error": float(after.errors[0, i]),
            }
            for i, name in enumerate(after.columns)
        ],
    }


def _lines(found: Comparison, target: str) -> list[str]:
    """The two answers, and the reasons that the edits change, the most changed first."""
    before, after = found.before, found.after
    unit = unit_for(after.scale, [after.base, *before.prediction, *after.prediction])
    head = say(
        f"cli.what_if.{after.scale}",
        of=subject(after.of, after.scale, target),
        before=unit.level(unit.shown(float(before.prediction[0]))),
        after=unit.level(unit.shown(float(after.prediction[0]))),
        difference=unit.change(unit.shown(found.difference)),
    )
    changed = np.abs(after.effects[0] - before.effects[0])
    order = [i for i in np.argsort(-changed, kind="stable") if changed[i]][:REASONS_SHOWN]
    return [head, *(_reason(found, int(i), unit) for i in order)]


def _reason(found: Comparison, at: int, unit: Unit) -> str:
    before, after = found.before, found.after
    return say(
        "cli.what_if.reason",
        column=after.columns[at],
        value=in_words(before.inputs.iloc[0, at], say),
        new=in_words(after.inputs.iloc[0, at], say),
        before=unit.change(unit.shown(float(before.effects[0, at]))),
        after=unit.change(unit.shown(float(after.effects[0, at]))),
    )
