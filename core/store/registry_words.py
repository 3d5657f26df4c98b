"""How the registry is told in words: names, questions, standing, and why something is not used."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

import pandas as pd

from core.evaluate.evaluation import Score
from core.evaluate.metric import headline_metric
from core.store.manifest import MANIFEST
from core.store.models import Entry
from core.store.quarantine import DAMAGED, UNKNOWN, Aside
from core.store.registry import Model
from core.text.phrases import Phrases
from core.text.plain import visible
from core.train.naming import names_by_id
from core.train.spec import ModelSpec

# reasons that are their own key
WHYS = ("link", "version", "time", "model_foreign", "model_outdated", UNKNOWN)
TOLD = {MANIFEST: "manifest", "self-test": "self_test"}
STATES = frozenset(("draft", "in_review", "approved", "rejected", "withdrawn"))


def names(models: Iterable[Model], say: Phrases) -> dict[str, str]:
    """What models are called by id; of those of one question none are called the same."""
    asked: dict[object, dict[str, ModelSpec]] = defaultdict(dict)
    for each in models:
        asked[each.question][each.entry.id] = each.entry.spec
    return {id_: name for specs in asked.values() for id_, name in names_by_id(specs, say).items()}


def labels(models: Iterable[Model], say: Phrases) -> dict[str, str]:
    """The same, with the question where there is more than one; no two are alike."""
    listed = tuple(models)
    called = names(listed, say)
    if len({each.question for each in listed}) > 1:
        asked = {each.entry.id: question(each.entry, say) for each in listed}
        called = {id_: f"{name} · {asked[id_]}" for id_, name in called.items()}
    taken = Counter(called.values())
    return {
        id_: name if taken[name] == 1 else say("train.name.same", name=name, id=id_)
        for id_, name in called.items()
    }


def question(entry: Entry, say: Phrases) -> str:
    """What a model answers."""
    spec = entry.spec
    facts = {"target": visible(spec.target.name), "table": visible(entry.table_name)}
    if spec.outcome:
        return say("registry.question.outcome", outcome=visible(spec.outcome), **facts)
    return say("registry.question.target", **facts)


def main_score(entry: Entry) -> Score:
    """What models of its task are ranked by; of nan where it has none."""
    metric = headline_metric(entry.spec.task).key
    return entry.score(metric) or Score(metric, math.nan, math.nan, math.nan)


def standing(model: Model, say: Phrases) -> str:
    """Whether it is the champion, or put away."""
    if model.archived is not None:
        return say("registry.standing.archived")
    return say(f"registry.standing.{'champion' if model.champion else 'open'}")


def review(model: Model, say: Phrases) -> str:
    """How far its review is; empty where there is none."""
    if not model.review:
        return ""
    return say(f"registry.review.{model.review if model.review in STATES else 'other'}")


def why(aside: Aside, say: Phrases) -> str:
    """The sentence why something is not used."""
    if aside.code != DAMAGED:
        return say(f"errors.{aside.code}", **aside.facts)
    reason = str(aside.facts["reason"])
    if not aside.model:
        return say("registry.why.unread")
    return say(f"registry.why.{_why(reason)}", model=aside.model, part=reason)


def _why(reason: str) -> str:
    if reason in WHYS:
        return reason
    for part, key in TOLD.items():
        if part in reason:
            return key
    if reason.startswith("ended by"):
        return "ended"
    return "other" if ":" in reason else "part"


def table(models: Iterable[Model], called: dict[str, str], say: Phrases) -> pd.DataFrame:
    """The registry as a table, a line a model."""
    return pd.DataFrame([_line(each, called[each.entry.id], say) for each in models])


def _line(model: Model, name: str, say: Phrases) -> dict[str, Any]:
    score = main_score(model.entry)
    cells = {
        "name": visible(name),
        "question": question(model.entry, say),
        "standing": standing(model, say),
        "metric": say(f"evaluate.metric.{score.metric}.name"),
        "score": score.value,
        "low": score.low,
        "high": score.high,
        "trained": model.entry.trained_at[:16].replace("T", " "),
        "notes": model.notes,
        "review": review(model, say),
    }
    return {say(f"registry.column.{key}"): cell for key, cell in cells.items()}
