"""What the commands about logs share: files of a shop become the history of its customers."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Annotated

import typer

from core.behaviour.again import Brought
from core.behaviour.cleaning import Choices
from core.behaviour.meaning import Part, Use
from core.behaviour.propose import propose, propose_as
from core.behaviour.recorded import Recorded
from core.behaviour.recording import record
from core.cli.shell import say, table
from core.errors import BadSetting
from core.progress import silent


def _option(what: str) -> typer.models.OptionInfo:
    return typer.Option(help=f"A table of {what}; may be said several times.")


Files = list[Path] | None
Events = Annotated[Files, _option("what customers did and when")]
Customers = Annotated[Files, _option("customers")]
Orders = Annotated[Files, _option("orders")]
Lines = Annotated[Files, _option("order lines")]
Products = Annotated[Files, _option("products")]
Reviews = Annotated[Files, _option("reviews")]
Campaigns = Annotated[Files, _option("contacts of campaigns")]
Engine = Annotated[
    str, typer.Option(help="Where features are computed: duckdb, local[2] or spark://host:port.")
]


def files(**said: Files) -> tuple[tuple[Part, Path], ...]:
    """The files with what each was said to be, as they were named in the shell."""
    return tuple((Part(part), file) for part, listed in said.items() for file in listed or [])


def uses_of(tables: Sequence[Brought]) -> tuple[Use, ...]:
    """What the columns of the tables mean, each table being what it was said to be."""
    found = propose([each.dataset for each in tables])
    return tuple(_as_said(use, each) for use, each in zip(found, tables, strict=True))


def _as_said(use: Use, table: Brought) -> Use:
    word = table.part is Part.PRODUCTS and use.part is Part.LOOKUP
    return use if word or use.part is table.part else propose_as(table.dataset, table.part)


@contextmanager
def brought(said: Sequence[tuple[Part, Path]]) -> Iterator[tuple[Brought, ...]]:
    """The files as tables, for the length of a command."""
    if not said:
        raise BadSetting("--events", "", say("cli.build.events"))
    with ExitStack() as stack:
        yield tuple(Brought(stack.enter_context(table(file)), part) for part, file in said)


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder for the length of a command."""
    with tempfile.TemporaryDirectory(prefix="whybuy-") as folder:
        yield Path(folder)


def recorded(
    tables: Sequence[Brought], uses: tuple[Use, ...], choices: Choices, into: Path
) -> Recorded:
    """The history that the tables tell. Raises what ``recording.record`` raises."""
    by_id = {each.dataset.id: each.dataset for each in tables}
    return record(by_id, uses, choices, into, silent)
