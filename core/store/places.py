"""Where a person may have something written without losing what is there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.errors import CannotWrite, PlaceTaken
from core.store.manifest import holds_nothing_else
from core.text.phrases import LONGEST_QUOTE


def shown(path: Path) -> str:
    """A path as it was typed, cut at its beginning where a quote would cut its end."""
    typed = str(path)
    return typed if len(typed) <= LONGEST_QUOTE else "…" + typed[1 - LONGEST_QUOTE :]


def free_folder(out: Path) -> Path:
    """``out`` where a model may be written: nothing is there, an empty folder, or only a model.

    Raises PlaceTaken.
    """
    place, here = out.resolve(), Path.cwd().resolve()
    if place == here or place in here.parents or (place.exists() and not _replaceable(place)):
        raise PlaceTaken(shown(out))
    return place


def free_file(out: Path, table: Path, model: Path) -> Path:
    """``out`` where a result may be written: not over its table, nor into its model.

    Another file of that name is replaced. Raises PlaceTaken.
    """
    place = out.resolve()
    if place == table.resolve() or place.is_relative_to(model.resolve()) or place.is_dir():
        raise PlaceTaken(shown(out))
    return place


def free_package(out: Path) -> Path:
    """``out`` where a model may be exported to: a .zip file, not over a folder.

    Raises PlaceTaken.
    """
    place = out.resolve()
    if place.is_dir() or place.suffix.lower() != ".zip":
        raise PlaceTaken(shown(out))
    return place


@contextmanager
def writing(place: Path) -> Iterator[None]:
    """The system's objections to writing, in our words: raises CannotWrite."""
    try:
        yield
    except OSError as fault:
        raise CannotWrite(shown(place)) from fault


def _replaceable(place: Path) -> bool:
    return place.is_dir() and (not any(place.iterdir()) or holds_nothing_else(place))
