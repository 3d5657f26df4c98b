"""``whybuy counterfactual``: the smallest changes that bring one row over or under a bound."""

from __future__ import annotations

import csv
from typing import Annotated, Any

import typer

from core.cli.shell import (
    LARGEST_SEED,
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
from core.errors import BadSetting, BadValue
from core.models.family import Task
from core.train.training import TrainedModel
from core.what_if.aim import Aim, Side
from core.what_if.limits import Limit, changed, limits, only_free
from core.what_if.smallest import ANSWERS, Answer, Change, Found, Wanted, smallest
from core.what_if.support import support
from core.what_if.wording import headline, sentence

EVEN = 0.5
MOST_ANSWERS = 20
Texts = list[str] | None


def counterfactual(
    model: Model,
    file: File,
    row: Row,
    free: Annotated[
        str, typer.Option(help="COL,...: the columns that may change; all that can, if left out.")
    ] = "",
    to: Annotated[float | None, typer.Option(help="The chance or value to come to.")] = None,
    under: Annotated[bool, typer.Option("--under", help="At most instead of at least.")] = False,
    outcome: Annotated[
        str,
        typer.Option(help="For several classes: the one meant; without --to, the likeliest one."),
    ] = "",
    limit: Annotated[Texts, typer.Option(help="COL=LOWEST:HIGHEST[:STEP], of numbers.")] = None,
    price: Annotated[Texts, typer.Option(help="COL=PRICE of a unit or of another level.")] = None,
    answers: Annotated[int, typer.Option(help="How many.", min=1, max=MOST_ANSWERS)] = ANSWERS,
    seed: Annotated[int, typer.Option(help="Decides every draw.", min=0, max=LARGEST_SEED)] = 0,
    as_json: AsJson = False,
) -> None:
    """What would have to change for the model to say something else of one customer."""
    saved = saved_model(model)
    learned = saved.model
    known = _wished(limits(learned), limit or [], price or [])
    if free:
        known = only_free(known, tuple(next(csv.reader([free], skipinitialspace=True))))
    wanted = Wanted(_aim(learned, to, under, outcome), answers, seed)
    found = smallest(support(learned), customer(file, saved, row), known, wanted)
    report = _report(found) | {"row": row}
    tell(report, as_json, lambda _: _lines(found, learned))


def _aim(model: TrainedModel, to: float | None, under: bool, outcome: str) -> Aim:
    side = Side.UNDER if under else Side.OVER
    if to is not None:
        return Aim(to, side, outcome)
    if model.spec.task is Task.REGRESSION:
        words = say("cli.counterfactual.to_a_value", target=model.spec.target.name)
        raise BadSetting("--to", "", words)
    if model.spec.task is Task.MULTICLASS and not under:
        return Aim(EVEN, Side.LIKELIEST, outcome)
    return Aim(EVEN, side, outcome)


def _wished(known: dict[str, Limit], bounds: list[str], prices: list[str]) -> dict[str, Limit]:
    columns = tuple(known)
    wishes: dict[str, dict[str, Any]] = {}
    for column, text in named("--limit", bounds, columns).items():
        wishes[column] = _bounds(column, text)
    for column, text in named("--price", prices, columns).items():
        wishes.setdefault(column, {})["price"] = _number(column, text)
    return changed(known, wishes)


def _bounds(column: str, text: str) -> dict[str, float]:
    parts = text.split(":")
    if not 2 <= len(parts) <= 3:
        raise BadSetting("--limit", f"{column}={text}", say("cli.counterfactual.bound"))
    return {
        name: _number(column, part)
        for name, part in zip(("low", "high", "step"), parts, strict=False)
    }


def _number(column: str, text: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise BadValue(column, text, "number") from error


def _report(found: Found) -> dict[str, Any]:
    aim = found.aim
    return {
        "of": aim.of,
        "to": aim.to,
        "side": aim.side,
        "before": found.before,
        "already": found.already,
        "answers": [_told(answer) for answer in found.answers],
        "nearest": None if found.nearest is None else _told(found.nearest),
        "tried": found.tried,
        "all_tried": found.all_tried,
    }


def _told(answer: Answer) -> dict[str, Any]:
    return {
        "changes": [_change(change) for change in answer.changes],
        "following": [_change(change) for change in answer.following],
        "after": answer.output,
        "price": answer.price,
        "size": answer.size,
        "distance": answer.distance,
        "beyond": list(answer.beyond),
    }


def _change(change: Change) -> dict[str, Any]:
    before, after = plain_cell(change.before), plain_cell(change.after)
    return {"column": change.column, "from": before, "to": after}


def _lines(found: Found, model: TrainedModel) -> list[str]:
    answers = [f"- {sentence(answer, found, model, say)}" for answer in found.answers]
    return [headline(found, model, say), *answers]
