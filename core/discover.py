"""A file in an extension room is an entry of that room's menu."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules


@cache
def entries(room: str, constant: str) -> dict[str, object]:
    """The ``constant`` of every module in package ``room`` that has one, by its ``key``.

    Ordered by the entry's ``order`` where it has one, then by key.
    """
    found = {}
    for module in iter_modules(import_module(room).__path__):
        entry = getattr(import_module(f"{room}.{module.name}"), constant, None)
        if entry is not None:
            found[entry.key] = entry
    return dict(sorted(found.items(), key=lambda item: (getattr(item[1], "order", 0), item[0])))
