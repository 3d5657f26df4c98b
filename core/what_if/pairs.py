"""The reasons of one customer before and after a change, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.explain.amounts import Sum, Unit, adding_up, unit_for
from core.explain.explanation import Explanation
from core.explain.sentences import subject
from core.explain.values import cut, in_words
from core.text.phrases import Phrases

COLUMNS_AT_MOST = 8
JOINING = 3  # of the columns that are not asked for, so many of the most changed are named too
Numbers = NDArray[np.int64]


@dataclass(frozen=True)
class Pair:
    """One column before and after: values, effects, and the effects as written."""

    column: str
    values: tuple[object, object]
    effects: tuple[float, float]
    shown: tuple[Decimal, Decimal]
    edited: bool


@dataclass(frozen=True)
class Pairs:
    """Columns before and after; ``rest`` sums the others (None where there are none).

    Written effects add up before and after, and so do their changes.
    """

    pairs: tuple[Pair, ...]
    rest: Pair | None
    left: int
    before: Decimal
    after: Decimal
    unit: Unit
    subject: str

    @property
    def words(self) -> tuple[str, str, str]:
        """Before, after and the difference as they are written; the difference adds up."""
        unit = self.unit
        change = unit.change(self.after - self.before)
        return unit.level(self.before), unit.level(self.after), change

    @property
    def all(self) -> tuple[Pair, ...]:
        """The named columns, and the others as one."""
        return (*self.pairs, self.rest) if self.rest else self.pairs


def points(
    before: Explanation,
    after: Explanation,
    how_many: int = COLUMNS_AT_MOST,
    target: str = "",
    named: Sequence[str] = (),
) -> Pairs:
    """Two explanations of one row each by the same model against the same background.

    The ``how_many`` most changed columns come first. Where columns are ``named``, these stay in
    their order; edited columns and the most changed of the others join behind them.
    Raises ValueError where the two are not of the same model.
    """
    if before.columns != after.columns or not np.isclose(before.base, after.base):
        raise ValueError("the two explanations are not of the same model")
    if len(before.rows) != 1 or len(after.rows) != 1:
        raise ValueError("each explanation must be of one row")
    unit = unit_for(before.scale, [before.base, *before.prediction, *after.prediction])
    order = _most_changed(before, after)
    values = list(zip(_values(before), _values(after), strict=True))
    edited = [_edited(*both) for both in values]
    joining = [*np.flatnonzero(edited), *_clearest(before, after, order, unit)]
    shown = _joined(before.columns, named, joining) if named else order[:how_many]
    others = order[~np.isin(order, shown)]
    first, last = (_sum(one, shown, others, unit) for one in (before, after))
    written = list(zip(first.effects, last.effects, strict=True))
    return Pairs(
        pairs=tuple(
            _pair(before, after, column, values[column], pair)
            for column, pair in zip(shown, written, strict=False)
        ),
        rest=_rest(before, after, others, written[-1]) if len(others) else None,
        left=len(others),
        before=first.prediction,
        after=last.prediction,
        unit=unit,
        subject=subject(before.of, before.scale, target),
    )


def strongest(one: Explanation, how_many: int = COLUMNS_AT_MOST) -> tuple[str, ...]:
    """The columns that move a row's prediction most, either way."""
    order = np.argsort(-np.abs(one.effects[0]), kind="stable")
    return tuple(one.columns[column] for column in order[:how_many])


def _most_changed(before: Explanation, after: Explanation) -> Numbers:
    change = np.abs(after.effects[0] - before.effects[0])
    return np.lexsort((-np.abs(after.effects[0]), -change))  # ties: the larger effect first


def _clearest(before: Explanation, after: Explanation, order: Numbers, unit: Unit) -> list[int]:
    """Of the most changed columns those whose change can be seen."""
    change = after.effects[0] - before.effects[0]
    return [int(c) for c in order[:JOINING] if unit.shown(float(change[c]))]


def _joined(columns: tuple[str, ...], named: Sequence[str], joining: list[int]) -> Numbers:
    numbers = {column: number for number, column in enumerate(columns)}
    asked = [numbers[column] for column in named if column in numbers]
    return np.array(list(dict.fromkeys([*asked, *map(int, joining)])), np.int64)


def _sum(one: Explanation, shown: Numbers, others: Numbers, unit: Unit) -> Sum:
    effects = one.effects[0][shown].tolist()
    if len(others):
        effects.append(float(one.effects[0][others].sum()))
    return adding_up(one.base, effects, float(one.prediction[0]), unit)


def _values(one: Explanation) -> tuple[object, ...]:
    """The user's own values of the one row, as cheaply as a what-if needs them."""
    return next(one.inputs.itertuples(index=False, name=None))


def _edited(old: object, new: object) -> bool:
    same = (pd.isna(old) and pd.isna(new)) or old == new  # type: ignore[call-overload]
    return not (same is not pd.NA and bool(same))


def _pair(
    before: Explanation,
    after: Explanation,
    column: int,
    values: tuple[object, object],
    shown: tuple[Decimal, Decimal],
) -> Pair:
    return Pair(
        column=before.columns[column],
        values=values,
        effects=(float(before.effects[0, column]), float(after.effects[0, column])),
        shown=shown,
        edited=_edited(*values),
    )


def _rest(
    before: Explanation, after: Explanation, others: Numbers, shown: tuple[Decimal, Decimal]
) -> Pair:
    effects = tuple(float(one.effects[0][others].sum()) for one in (before, after))
    return Pair("", (None, None), (effects[0], effects[1]), shown, False)


# --- in words ----------------------------------------------------------------------------


def label(pair: Pair, shown: Pairs, say: Phrases, short: bool = False) -> str:
    """``PageValues: 0 → 41.2``, cut for an axis where ``short``."""
    if pair is shown.rest:
        return say("charts_explain.rest", columns=shown.left)
    column = cut(pair.column, 24) if short else pair.column
    values = [
        cut(in_words(value, say), 14) if short else in_words(value, say) for value in pair.values
    ]
    if not pair.edited:
        return say("charts_explain.comparison.kept", column=column, value=values[1])
    return say("charts_explain.comparison.edited", column=column, old=values[0], new=values[1])


def hover(pair: Pair, shown: Pairs, say: Phrases) -> str:
    """A column with both its effects."""
    before, after = (shown.unit.change(amount) for amount in pair.shown)
    words = label(pair, shown, say)
    return say("charts_explain.comparison.hover", label=words, before=before, after=after)


def title(shown: Pairs, say: Phrases) -> str:
    """The finding: what the prediction was, is, and by how much it changed."""
    difference = shown.after - shown.before
    way = "up" if difference > 0 else "down" if difference < 0 else "same"
    words = say(f"charts_explain.of.{shown.unit.scale}", subject=shown.subject)
    return say(
        f"charts_explain.comparison.title_{way}",
        of=words[:1].upper() + words[1:],
        before=shown.unit.level(shown.before),
        after=shown.unit.level(shown.after),
        difference=_with_unit(difference, shown, say),
    )


def sentence(shown: Pairs, say: Phrases) -> str:
    """Which column's effect changed most."""
    first = max(shown.pairs, key=lambda pair: abs(pair.effects[1] - pair.effects[0]))
    if not any(pair.edited for pair in shown.pairs) or first.shown[0] == first.shown[1]:
        return say("charts_explain.comparison.sentence_none")
    return say(
        f"charts_explain.comparison.sentence_{'edited' if first.edited else 'other'}",
        label=label(first, shown, say, short=True),
        change=_with_unit(first.shown[1] - first.shown[0], shown, say),
    )


def _with_unit(amount: Decimal, shown: Pairs, say: Phrases) -> str:
    return say(f"charts_explain.amount.{shown.unit.scale}", amount=shown.unit.change(amount))
