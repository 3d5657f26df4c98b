"""Where a search looks: the settings that a family's params say are worth searching."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from core.models.family import Family, Task
from core.models.member import Params

if TYPE_CHECKING:  # brings a second of imports, in a worker only
    from optuna.distributions import BaseDistribution

DECADE = 10.0  # a range this wide is searched by its logarithm


def defaults(kind: Family) -> Params:
    """The family's own settings as they come."""
    usual: Any = kind.params()
    return {f.name: getattr(usual, f.name) for f in kind.choices}


def space(kind: Family, task: Task) -> dict[str, BaseDistribution]:
    """A distribution for each setting that is searched for a task, by name."""
    return {
        f.name: _distribution(f.default, f.metadata["searched"])
        for f in kind.asked(task)
        if f.metadata["searched"]
    }


def _distribution(default: Any, searched: tuple[Any, ...]) -> BaseDistribution:
    from optuna.distributions import (
        CategoricalDistribution,
        FloatDistribution,
        IntDistribution,
    )

    if isinstance(default, str):
        return CategoricalDistribution(searched)
    low, high = searched
    by_log = low > 0 and high / low >= DECADE
    if isinstance(default, int):
        return IntDistribution(low, high, log=by_log)
    return FloatDistribution(low, high, log=by_log)
