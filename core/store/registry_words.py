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
from core.store.said import Question
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


def labels(models: Iterable[Model], called: dict[str, str], say: Phrases) -> dict[str, str]:
    """What ``names`` gave, with the question where there is more than one; no two are alike."""
    listed = tuple(models)
    asked = _questions(listed, say)
    if len(asked) > 1:
        called = {e.entry.id: f"{called[e.entry.id]} · {asked[e.question]}" for e in listed}
    taken = Counter(called.values())
    return {
        id_: name if taken[name] == 1 else say("train.name.same", name=name, id=id_)
        for id_, name in called.items()
    }


def _questions(models: Iterable[Model], say: Phrases) -> dict[Question, str]:
    """Each question in words: there are few, of many models."""
    return {
        asked: question(entry, say)
        for asked, entry in {m.question: m.entry for m in models}.items()
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
    """Whether it is the champion, or put away; empty for any other."""
    if model.archived is not None:
        return say("registry.standing.archived")
    return say("registry.standing.champion") if model.champion else ""


def moment(when: str) -> str:
    """A time in UTC, to the minute, for people."""
    return when[:16].replace("T", " ")


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
    listed = tuple(models)
    scores = [main_score(each.entry) for each in listed]
    judged = {key: say(f"evaluate.metric.{key}.name") for key in {s.metric for s in scores}}
    asked = _questions(listed, say)
    columns: dict[str, list[Any]] = {
        "name": [visible(called[each.entry.id]) for each in listed],
        "question": [asked[each.question] for each in listed],
        "standing": [standing(each, say) for each in listed],
        "metric": [judged[score.metric] for score in scores],
        "score": [score.value for score in scores],
        "low": [score.low for score in scores],
        "high": [score.high for score in scores],
        "trained": [moment(each.entry.trained_at) for each in listed],
        "notes": [each.notes for each in listed],
        "review": [review(each, say) for each in listed],
    }
    return pd.DataFrame({say(f"registry.column.{key}"): cells for key, cells in columns.items()})
