"""The recipe of a table that was made of a log, in a file beside it."""

from __future__ import annotations

from pathlib import Path

from core.behaviour.built import as_built
from core.behaviour.recipe import Recipe, read
from core.data.dataset import Dataset
from core.errors import FileDamaged

RECIPE = ".recipe.json"


def recipe_beside(file: Path) -> Path:
    """Where the recipe of a table lies that was made of a log."""
    return file.with_name(file.name + RECIPE)


def with_recipe(dataset: Dataset, file: Path) -> Dataset:
    """The table as it was built, where its recipe lies beside it. Raises FileDamaged."""
    beside = recipe_beside(file)
    if not beside.is_file():
        return dataset
    return as_built(dataset, _read(beside))


def _read(beside: Path) -> Recipe:
    try:
        found = read(beside.read_text("utf-8"))
    except ValueError as fault:
        raise FileDamaged(beside.name, "json") from fault
    if found is None:
        raise FileDamaged(beside.name, "json")
    return found
