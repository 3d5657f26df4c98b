"""The shipped sample: its targets are of the same future, and one gives the others away."""

from __future__ import annotations

from dataclasses import replace

from core.schema import Role, Schema

TARGETS = ("will_buy_again", "next_category", "spend_next_60_days")


def aimed(schema: Schema, target: str) -> Schema:
    """The sample's schema asking for one of its targets; the others are left out."""
    for name in TARGETS:
        role = Role.TARGET if name == target else Role.IGNORED
        schema = schema.changed(replace(schema[name], role=role))
    return schema
