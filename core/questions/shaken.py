"""Does it hold when the input is not what it should be, and when it is trained again?"""

from __future__ import annotations

from collections.abc import Iterator

from core.charts.dotted import Dotted, Row
from core.questions.known import Known
from core.questions.question import Question, text, waiting
from core.review.piece import Drawn, Listed, Piece, Said
from core.review.shaken import Shake, Shaken, Trial
from core.robust.sentences import signal, steadiness
from core.text.phrases import Phrases, change, share

KEY = "questions.shaken"
DRAWN = 14


def pieces(known: Known, say: Phrases) -> tuple[Piece, ...]:
    """Noise, gaps, unseen levels and shifts; then seeds and shuffled answers."""
    found = known.evidence.shaken
    told = [waiting("evidence")] if found is None else [*_shaken(found, say)]
    return (*told, *_trained(known, say))


def _shaken(found: Shaken, say: Phrases) -> Iterator[Piece]:
    metric = say(f"evaluate.metric.{found.metric}.name")
    for shake in Shake:
        trials = [each for each in found.trials if each.shake is shake]
        if not trials:
            continue
        worst = min(trials, key=lambda each: each.change)
        facts = {"metric": metric, "column": worst.column, "change": worst.change}
        facts |= {"low": worst.low, "high": worst.high, "tried": len(trials)}
        bad = worst.is_worse
        yield Said(f"{KEY}.{shake}_{'worse' if bad else 'holds'}", facts, None if bad else True)
    shown = sorted(found.trials, key=lambda each: each.change)[:DRAWN]
    if not shown:
        yield Said(f"{KEY}.nothing")
        return
    rows = tuple(
        Row(_name(t, say), t.change, t.low, t.high, t.rows, t.is_worse or t.low > 0) for t in shown
    )
    facts = {"metric": metric, "rows": found.rows}
    yield Drawn("dotted", Dotted("shaken", rows, 0.0, facts=facts))
    yield Listed(
        f"{KEY}.trials",
        tuple(f"{KEY}.of.{head}" for head in ("name", "change", "between", "flipped")),
        tuple(_line(each, say) for each in found.trials),
    )


def _line(trial: Trial, say: Phrases) -> tuple[object, ...]:
    between = f"{change(trial.low)} – {change(trial.high)}"
    flipped = "–" if trial.flipped is None else share(trial.flipped / max(trial.rows, 1))
    return _name(trial, say), change(trial.change), between, flipped


def _name(trial: Trial, say: Phrases) -> str:
    return say(f"{KEY}.name.{trial.shake}", column=trial.column)


def _trained(known: Known, say: Phrases) -> Iterator[Piece]:
    found, task = known.examined, known.saved.model.spec.task
    if found.permutation is None:
        yield waiting("tests")
    else:
        sure, words = signal(found.permutation, say)
        yield text(words, sure)
    if found.stability is not None:
        yield text(" ".join(steadiness(found.stability, task, say)))
    if found.learning is not None:
        yield Drawn("learning_curve", found.learning)


QUESTION = Question("shaken", 90, pieces)
