"""Is it better than no model, the best single column, and a rule of thumb?"""

from __future__ import annotations

from collections.abc import Iterator

from core.charts.dotted import Dotted, Row
from core.evaluate.metric import headline_metric
from core.evaluate.units import count_of
from core.questions.known import Known
from core.questions.question import Question, waiting
from core.review.better import Rival
from core.review.piece import Drawn, Listed, Piece, Said
from core.review.review import Rule
from core.review.together import together
from core.text.phrases import Phrases, share

KEY = "questions.better"


def pieces(known: Known, say: Phrases) -> tuple[Piece, ...]:
    """The model's own figure, the paired differences, and typed rules."""
    return (*_own(known, say), *_rivals(known, say), *_rules(known, say))


def _own(known: Known, say: Phrases) -> Iterator[Piece]:
    evaluation = known.saved.evaluation
    key = headline_metric(known.saved.model.spec.task).key
    score = evaluation[key]
    facts = {"value": score.value, "low": score.low, "high": score.high}
    rows, units = len(evaluation.predictions.rows), count_of(evaluation.predictions)
    yield Said(f"{KEY}.own", {"metric": say(f"evaluate.metric.{key}.name"), "rows": rows, **facts})
    yield from together(rows, units)


def _rivals(known: Known, say: Phrases) -> Iterator[Piece]:
    if known.evidence.rivals is None:
        yield waiting("evidence")
        return
    metric = headline_metric(known.saved.model.spec.task)
    name = say(f"evaluate.metric.{metric.key}.name")
    for rival in known.evidence.rivals:
        found = rival.difference
        word = {1: "better", 2: "worse", 0: "open"}[found.better]
        facts = {"difference": found.difference, "low": found.low, "high": found.high}
        other = say(f"{KEY}.rival.{rival.family}")
        yield Said(
            f"{KEY}.{word}",
            {"metric": name, "other": other, "theirs": found.second, **facts},
            good=found.better == 1,
        )
    rows = tuple(_row(rival, metric.better.sign, say) for rival in known.evidence.rivals)
    if rows:
        facts = {"metric": name, "rows": rows[0].count}
        yield Drawn("dotted", Dotted("rivals", rows, 0.0, facts=facts))


def _row(rival: Rival, sign: int, say: Phrases) -> Row:
    """Better is to the right, whichever way the metric goes."""
    found = rival.difference
    low, high = sorted((sign * found.low, sign * found.high))
    other = say(f"{KEY}.rival.{rival.family}")
    return Row(other, sign * found.difference, low, high, found.rows, found.better != 0)


def _rules(known: Known, say: Phrases) -> Iterator[Piece]:
    for rule in known.review.rules:
        found = rule.found
        word = "beats" if found.low > 0 else "beaten" if found.high < 0 else "level"
        yield Said(f"{KEY}.rule.{word}", _facts(rule), good=word == "beats")
    if known.review.rules:
        yield Listed(
            f"{KEY}.rules",
            tuple(f"{KEY}.of_rule.{each}" for each in ("text", "met", "rule", "model", "gap")),
            tuple(_line(rule) for rule in known.review.rules),
        )
    else:
        yield waiting("rule")


def _facts(rule: Rule) -> dict[str, object]:
    found = rule.found
    return {
        "text": rule.text,
        "met": found.met,
        "rule": found.rule,
        "model": found.model,
        "gap": found.gap,
        "low": found.low,
        "high": found.high,
    }


def _line(rule: Rule) -> tuple[object, ...]:
    found = rule.found
    gap = f"{share(found.gap)} ({share(found.low)} – {share(found.high)})"
    return rule.text, found.met, share(found.rule), share(found.model), gap


QUESTION = Question("better", 30, pieces)
