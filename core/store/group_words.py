"""Groups of customers in words: what they are called, their rates, several models beside."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from core.models.family import Task
from core.review.bands import OTHERS
from core.review.groups import SMALL, Apart, Group, Rate
from core.store.groups_beside import Beside
from core.text.phrases import Phrases, figure, number, points, share
from core.text.plain import visible

Side = Callable[[Group], tuple[Rate, Apart | None]]
SIDES: dict[str, Side] = {
    "selected": lambda group: (group.selected, group.selected_apart),
    "recall": lambda group: (group.recall, group.recall_apart),
    "precision": lambda group: (group.precision, group.precision_apart),
}
OF_TASK = {
    Task.BINARY: {"selected": "selected", "recall": "recall", "precision": "precision"},
    Task.MULTICLASS: {"selected": "right"},
    Task.REGRESSION: {},
}


def called(name: str, say: Phrases) -> str:
    """A group in words: some names stand for several."""
    if name in (SMALL, OTHERS):
        return say(f"questions.fair.{'small' if name == SMALL else 'others'}")
    return name


def rate(found: Rate) -> str:
    """A rate with its interval."""
    if found.value is None or found.low is None or found.high is None:
        return "–"
    return f"{share(found.value)} ({share(found.low)} – {share(found.high)})"


def beside(found: tuple[Beside, ...], names: tuple[str, ...], say: Phrases) -> pd.DataFrame:
    """A line a rate of a group: the same rate by each model; how far the lowest is from the
    highest selection rate after each column's."""
    lines: list[dict[str, str]] = []
    for each in found:
        for name, told in _by_name(each).items():
            group = called(name, say)
            for key in next(one for one in told if one):
                cells = [one.get(key, "–") for one in told]
                lines.append(
                    _line(each.column, group, key, dict(zip(names, cells, strict=True)), say)
                )
        ratios = [of.ratio if of else None for of in each.models]
        if any(ratio is not None for ratio in ratios):
            cells = ["–" if ratio is None else figure(ratio) for ratio in ratios]
            whole = say("registry.groups.all")
            lines.append(
                _line(each.column, whole, "ratio", dict(zip(names, cells, strict=True)), say)
            )
    return pd.DataFrame(lines)


def _line(
    column: str, group: str, rate_key: str, cells: dict[str, str], say: Phrases
) -> dict[str, str]:
    head = {"column": visible(column), "group": visible(group)}
    head["rate"] = say(f"registry.groups.of.{rate_key}")
    return {say(f"registry.groups.{key}"): cell for key, cell in head.items()} | cells


def _by_name(found: Beside) -> dict[str, list[dict[str, str]]]:
    """What each model's groups are told to be, by their names; nothing of those it lacks."""
    known = [of for of in found.models if of is not None]
    names = dict.fromkeys(group.name for of in known for group in of.groups)
    by_model = [{g.name: _told(g, of.task) for g in of.groups} if of else {} for of in found.models]
    return {name: [told.get(name, {}) for told in by_model] for name in names}


def _told(group: Group, task: Task) -> dict[str, str]:
    """By the key of its name."""
    told = {"rows": number(group.rows)}
    told |= {about: rate(SIDES[side](group)[0]) for side, about in OF_TASK[task].items()}
    words = number if task is Task.REGRESSION else points
    off, low, high = map(words, (group.off, group.off_low, group.off_high))
    key = "off" if task is Task.REGRESSION else "off_chance"
    return told | {key: f"{off} ({low} – {high})"}
