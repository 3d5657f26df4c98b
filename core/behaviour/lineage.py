"""Where each feature comes from, in a sentence, and which of them a proof speaks against."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import pandas as pd

from core.behaviour.building import features_of
from core.behaviour.features.feature import Plan, chosen
from core.behaviour.proof import Proof
from core.text.phrases import Phrases

ATTRIBUTES, MOMENT = "attributes", "moment"
GROUP_OF = {"attribute": ATTRIBUTES, "attribute_date": ATTRIBUTES, "own": MOMENT}
COLUMNS = ("feature", "group", "lineage", "strength")


@dataclass(frozen=True)
class Lineage:
    """A feature, the group it belongs to, and the sentence that says what it is made of."""

    name: str
    group: str
    sentence: str


def lineage(plan: Plan, say: Phrases) -> tuple[Lineage, ...]:
    """Every feature that a plan allows, whether it was left out or not."""
    groups = {name: group for group, names in in_groups(plan).items() for name in names}
    return tuple(
        Lineage(
            each.name,
            groups[each.name],
            say(f"behaviour.lineage.{each.code}", **({"lookback": plan.lookback} | each.facts)),
        )
        for each in features_of(replace(plan, left_out=()))
    )


def in_groups(plan: Plan) -> dict[str, tuple[str, ...]]:
    """The names of all features that a plan allows, by the group they belong to."""
    whole = replace(plan, left_out=())
    found = {group.key: tuple(m.feature.name for m in own) for group, own in chosen(whole)}
    of_tables: dict[str, tuple[str, ...]] = {}
    for each in features_of(whole):
        if each.code in GROUP_OF:
            group = GROUP_OF[each.code]
            of_tables[group] = (*of_tables.get(group, ()), each.name)
    return found | of_tables


def named(plan: Plan, groups: Iterable[str], columns: Iterable[str]) -> tuple[str, ...]:
    """The features of some groups and some single ones, as far as the plan has them."""
    known = in_groups(plan)
    wanted = {name for group in groups for name in known.get(group, ())} | set(columns)
    return tuple(name for names in known.values() for name in names if name in wanted)


def lines(
    found: Iterable[Lineage], left_out: Iterable[str], glance: pd.DataFrame | None, say: Phrases
) -> pd.DataFrame:
    """A line a feature that is not left out, under the words of COLUMNS.

    With ``glance`` (``explore.glance.lines`` of the table that was built), the features that go
    with the answer most stand first, each with its strength in per cent.
    """
    out = set(left_out)
    table = pd.DataFrame(
        [
            (each.name, say(f"behaviour.group.{each.group}"), each.sentence)
            for each in found
            if each.name not in out
        ],
        columns=list(COLUMNS[:3]),
    )
    if glance is None:
        return table
    known = dict(zip(glance["column"], glance["strength"], strict=True))
    table["strength"] = [known.get(name) for name in table["feature"]]
    return table.sort_values(
        "strength", ascending=False, na_position="last", kind="stable", ignore_index=True
    )


def suspects(found: Proof, plan: Plan) -> tuple[str, ...]:
    """The features that a proof speaks against: unequal cells, or made of a column that was
    written after the cutoff."""
    columns = {column for column, *_ in found.future}
    differ = {name for name, _ in found.differ}
    return tuple(
        each.name
        for each in features_of(plan)
        if each.name in differ or each.facts.get("column") in columns
    )
