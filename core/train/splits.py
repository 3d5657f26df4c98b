"""In which ways rows of a table can be held out, and in which they should be."""

from __future__ import annotations

from core.errors import BadSetting
from core.schema import Kind, Role, Schema
from core.train.spec import BY_COLUMN, Split, SplitKind


def ways(schema: Schema) -> dict[SplitKind, tuple[str, ...]]:
    """The columns that rows can be held out by in each way, the likeliest first; an empty name in
    a way that needs none."""
    dates = tuple(c.name for c in schema.columns if c.kind is Kind.DATE)
    groups = tuple(c.name for role in (Role.GROUP, Role.ID) for c in schema.with_role(role))
    found = {
        SplitKind.SHARE: ("",),
        SplitKind.DATE: dates,
        SplitKind.LAST: ("",),
        SplitKind.GROUP: groups,
    }
    return {kind: names for kind, names in found.items() if names}


def proposed(schema: Schema) -> Split:
    """Whole groups where rows have owners: those of one customer must not fall on both sides. At
    random where they have none."""
    return Split(kind=SplitKind.GROUP, column=schema.owner) if schema.owner else Split()


def asked(schema: Schema, text: str) -> Split:
    """The way that ``text`` names, such as "share" or "date:day"; the proposed one where it is
    empty.

    Raises BadSetting, which lists what there is.
    """
    if not text:
        return proposed(schema)
    known = {
        f"{kind}:{name}" if kind in BY_COLUMN else str(kind): Split(kind=kind, column=name)
        for kind, names in ways(schema).items()
        for name in names
    }
    if text not in known:
        raise BadSetting("split", text, ", ".join(known))
    return known[text]
