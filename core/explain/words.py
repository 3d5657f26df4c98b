"""Which words of a text go with the strongest effects of the text."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.evaluate.units import numbered, units_at
from core.explain.amounts import unit_for
from core.explain.explanation import Explanation, Scale
from core.explain.importance import mean_reach
from core.text.phrases import Phrases
from core.text.plain import visible
from core.train.texts import ROWS_OF_A_WORD, TextPart

WORDS_SHOWN = 30


@dataclass(frozen=True)
class WordEffect:
    """The mean effect of a text over the ``rows`` that have the word, with its 95 % interval."""

    word: str
    rows: int
    mean: float
    low: float
    high: float


def word_effects(explanation: Explanation, column: str, part: TextPart) -> tuple[WordEffect, ...]:
    """Words and pairs that at least ten explained rows have, the farthest from 0 first.

    The effect is of the whole text: a word may stand beside those that do the work. Raises
    ValueError for a column that is not explained by itself.
    """
    place = explanation.columns.index(column)
    effects, errors = explanation.effects[:, place], explanation.errors[:, place]
    units = numbered(explanation.groups)
    rows: dict[int, list[int]] = {}
    for row, text in enumerate(explanation.inputs[column]):
        for word in part.weighed("" if pd.isna(text) else str(text))[0].tolist():
            rows.setdefault(word, []).append(row)
    found = []
    for word, having in rows.items():
        if len(having) >= ROWS_OF_A_WORD:
            mean = float(np.mean(effects[having]))
            together = units_at(units, np.array(having))
            wide = mean_reach(effects[having], errors[having], together)
            known = part.words[word]
            found.append(WordEffect(known, len(having), mean, mean - wide, mean + wide))
    return tuple(sorted(found, key=lambda each: (-abs(each.mean), each.word)))


def word_table(found: tuple[WordEffect, ...], scale: Scale, say: Phrases) -> pd.DataFrame:
    """The strongest words in lines to be shown: word, customers, mean effect, interval."""
    shown = found[:WORDS_SHOWN]
    unit = unit_for(scale, [each.mean for each in shown])

    def amount(value: float) -> str:
        return say(f"charts_explain.amount.{scale}", amount=unit.change(unit.shown(value)))

    return pd.DataFrame(
        {
            say("explain.words.word"): [visible(each.word) for each in shown],
            say("explain.words.rows"): [each.rows for each in shown],
            say("explain.words.effect"): [amount(each.mean) for each in shown],
            say("explain.words.interval"): [
                say("explain.words.span", low=amount(each.low), high=amount(each.high))
                for each in shown
            ],
        }
    )
