"""Models beside each other in words: tables of figures, reasons, settings and the rest."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from core.evaluate.compare import Difference
from core.evaluate.evaluation import Score
from core.store import registry_words
from core.store.side_by_side import Figure, Pairing, Setting, Side, SideBySide
from core.text.phrases import Phrases
from core.text.plain import visible
from core.train.spec import Split

MEGABYTE = 1e6


def pairing(found: SideBySide, say: Phrases) -> str:
    """Whether the figures can be set against each other, and how."""
    if found.pairing is not Pairing.PAIRED:
        return say(f"registry.side.{found.pairing}")
    facts = {"rows": found.rows, "tried": found.tried, "threshold": found.threshold}
    return say("registry.side.paired", **facts)


def figures(found: SideBySide, names: tuple[str, ...], say: Phrases) -> pd.DataFrame:
    """A line a metric: each model's own figure."""
    return pd.DataFrame(
        [
            _metric(each, say)
            | {name: _score(score, say) for name, score in zip(names, each.scores, strict=True)}
            for each in found.figures
        ]
    )


def differences(found: SideBySide, names: tuple[str, ...], say: Phrases) -> pd.DataFrame:
    """A line a metric: the first less each of the others; none where they are not paired."""
    if found.pairing is not Pairing.PAIRED:
        return pd.DataFrame()
    heads = [say("registry.side.less", first=names[0], other=other) for other in names[1:]]
    return pd.DataFrame(
        [
            _metric(each, say)
            | {head: _less(less, say) for head, less in zip(heads, each.less, strict=True)}
            for each in found.figures
        ]
    )


def _metric(figure: Figure, say: Phrases) -> dict[str, str]:
    return {say("registry.side.metric"): say(f"evaluate.metric.{figure.metric}.name")}


def _less(less: Difference | None, say: Phrases) -> str:
    if less is None:
        return say("registry.side.lacks")
    told = {"difference": less.difference, "low": less.low, "high": less.high}
    return say("registry.side.difference", **told)


def facts(found: SideBySide, names: tuple[str, ...], say: Phrases) -> pd.DataFrame:
    """A line a fact: question, rows, split, seed, size, versions."""
    told = [_facts(side, say) for side in found.sides]
    return pd.DataFrame(
        [
            {say("registry.side.fact"): say(f"registry.fact.{key}")}
            | {name: each[key] for name, each in zip(names, told, strict=True)}
            for key in told[0]
        ]
    )


def settings(found: SideBySide, names: tuple[str, ...], say: Phrases) -> pd.DataFrame:
    """A line a setting that is not the same in all; none where all are."""
    lines = [
        {say("registry.side.setting"): _setting(key, say)}
        | {name: _value(key, value, say) for name, value in zip(names, values, strict=True)}
        for key, values in found.settings.items()
    ]
    return pd.DataFrame(lines)


def reasons(found: SideBySide, names: tuple[str, ...], say: Phrases) -> pd.DataFrame:
    """The strongest reasons of each, in their order; none where none are kept of any."""
    most = max(len(side.reasons) for side in found.sides)
    lines = []
    for place in range(most):
        line: dict[str, Any] = {say("registry.side.rank"): place + 1}
        for name, side in zip(names, found.sides, strict=True):
            line[name] = _reason(side, place, say)
        lines.append(line)
    return pd.DataFrame(lines)


def _reason(side: Side, place: int, say: Phrases) -> str:
    if place >= len(side.reasons):
        return say("registry.side.lacks")
    one = side.reasons[place]
    return f"{visible(one.column)} · {say('registry.side.reason', share=one.share)}"


def _score(score: Score, say: Phrases) -> str:
    if math.isnan(score.value):
        return say("registry.side.lacks")
    if math.isnan(score.low):
        return say("registry.side.alone", value=score.value)
    return say("registry.side.value", value=score.value, low=score.low, high=score.high)


def _facts(side: Side, say: Phrases) -> dict[str, str]:
    entry, spec = side.entry, side.entry.spec
    made_with = ", ".join(f"{name} {number}" for name, number in sorted(side.libraries.items()))
    return {
        "question": registry_words.question(entry, say),
        "family": say(f"models.{spec.family}.name"),
        "trained_at": entry.trained_at,
        "training_rows": f"{entry.training_rows:,}",
        "held_out_rows": f"{entry.held_out_rows:,}",
        "split": _split(spec.split, say),
        "seed": str(spec.seed),
        "seconds": f"{entry.seconds:,.1f}",
        "size": say("registry.fact.megabytes", size=side.size / MEGABYTE),
        "versions": made_with,
    }


def _split(split: Split, say: Phrases) -> str:
    told = say(f"pages.train.split_{split.kind}")
    return f"{told}, {split.held_out:.0%}" + (f", {visible(split.column)}" if split.column else "")


def _setting(key: str, say: Phrases) -> str:
    family, _, name = key.partition(".")
    if not name:
        return say(f"registry.setting.{key}")
    label = f"models.{family}.settings.{name}.label"
    return say(label) if label in say else name


def _value(key: str, value: Setting | None, say: Phrases) -> str:
    if value is None or value == "":
        return say("registry.side.lacks")
    if isinstance(value, bool):
        return say(f"registry.setting.{'on' if value else 'off'}")
    if key == "family":
        return say(f"models.{value}.name")
    return visible(value)
