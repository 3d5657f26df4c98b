"""What was found, in sentences."""

from __future__ import annotations

from core.evaluate.metric import headline_metric
from core.models.family import Task
from core.robust.permutation import Permutation
from core.robust.stability import Stability
from core.text.phrases import Phrases

SURE = 0.05
HUNDRED = 100


def signal(found: Permutation, say: Phrases) -> tuple[bool, str]:
    """Whether there is anything to learn, and the sentence that says so."""
    times = len(found.shuffled)
    as_good = round(found.p * (times + 1)) - 1
    sure = found.p <= SURE
    key = "signal" if sure else "no_signal"
    return sure, say(f"robust.{key}", times=times, as_good=as_good, p=found.p)


def steadiness(found: Stability, task: Task, say: Phrases) -> tuple[str, ...]:
    """What seeds change, and how much better it knows what it learned from."""
    metric = say(f"evaluate.metric.{headline_metric(task).key}.name")
    span = {"low": min(found.scores), "high": max(found.scores)}
    told = [say("robust.seeds", seeds=len(found.scores) - 1, metric=metric, **span)]
    if task is Task.REGRESSION:
        told.append(say("robust.apart_value", apart=found.apart))
    else:
        told.append(say("robust.apart_chance", apart=HUNDRED * found.apart))
    if found.shared is not None:
        told.append(say("robust.shared", shared=found.shared))
    facts = {"metric": metric, "learned": found.learned, "held_out": found.scores[0]}
    return (*told, say("robust.gap", **facts))
