"""Smaller forms of models, by their wishes: the same, and how much of what it gives is kept."""

from __future__ import annotations

from dataclasses import replace

from core.models.family import family
from core.train.spec import ModelSpec


def whole(spec: ModelSpec) -> ModelSpec:
    """The wish for the model that this one is a smaller form of; itself where it is none."""
    form = {f.name for f in family(spec.family).form}
    kept = {name: value for name, value in spec.params.items() if name not in form}
    return spec if len(kept) == len(spec.params) else replace(spec, params=kept)


def is_smaller(spec: ModelSpec) -> bool:
    """Whether a wish is for a smaller form of another model."""
    return whole(spec) is not spec
