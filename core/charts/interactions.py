"""What columns do together for one customer: alone on the diagonal, beside it what pairs add."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core.charts.chart import Chart, Drawing, Look
from core.charts.colours import DOWN, INK, UP
from core.charts.effects import axis_title, drawn, figure, name_and_value, with_unit
from core.explain.amounts import Unit, adding_up, unit_for
from core.explain.explanation import Scale
from core.explain.joint import Joint, Pair
from core.explain.sentences import subject
from core.explain.values import cut, in_words
from core.intervals import Z
from core.text.phrases import Phrases
from core.text.plain import plot_text, visible

KEY = "charts_explain.interactions"
CELL_HEIGHT = 40
ROOM_FOR_NAMES = 110
STRONGEST = 0.6  # see-through enough for the theme's text to be read on it, light or dark
FAINTEST = 0.25  # of the largest: pairs are seen beside what one column does alone
LONGEST_UNDER = 16

Cell = tuple[int, int]


@dataclass(frozen=True)
class InteractionsPoints:
    """What is drawn: a cell for each column (i, i) and each pair (i, j), i below j, once.

    ``shown`` are the cells' amounts as they are written: with ``rest`` they add up exactly from
    ``base`` to ``prediction``.
    """

    joint: Joint
    target: str
    unit: Unit
    base: Decimal
    prediction: Decimal
    shown: dict[Cell, Decimal]
    rest: Decimal


def points(joint: Joint, target: str = "") -> InteractionsPoints:
    """The cells of a customer's interactions, rounded so that they add up."""
    cells = {
        (i, j): float(joint.alone[i] if i == j else joint.pairs[i, j])
        for i in range(len(joint.columns))
        for j in range(i + 1)
    }
    amounts = [*cells.values(), joint.rest]
    unit = unit_for(joint.scale, [joint.base, joint.prediction, *amounts])
    # a rest of rounding alone must not take a step from others
    parts = amounts if joint.left_out else amounts[:-1]
    total = adding_up(joint.base, parts, joint.prediction, unit)
    shown = dict(zip(cells, total.effects, strict=False))
    rest = total.effects[-1] if joint.left_out else Decimal(0)
    return InteractionsPoints(joint, target, unit, total.base, total.prediction, shown, rest)


def draw(shown: InteractionsPoints, look: Look) -> Drawing:
    """A triangle: columns from top to bottom, the same from left to right."""
    joint, say = shown.joint, look.say
    count = len(joint.columns)
    fig = figure(count)
    fig.update_layout(height=ROOM_FOR_NAMES + CELL_HEIGHT * count, hovermode="closest")
    fig.add_trace(_cells(shown, look))
    fig.update_layout(annotations=_numbers(shown, look))
    places = list(range(count))
    rows = [name_and_value(c, v, say) for c, v in zip(joint.columns, joint.inputs, strict=True)]
    under = [plot_text(cut(column, LONGEST_UNDER)) for column in joint.columns]
    fig.update_xaxes(
        title=axis_title(subject(joint.of, joint.scale, shown.target), joint.scale, look),
        tickvals=places,
        ticktext=under,
        tickangle=-30,
        showgrid=False,
        fixedrange=True,
    )
    fig.update_yaxes(
        tickvals=places, ticktext=rows, range=[count - 0.5, -0.5], showgrid=False, fixedrange=True
    )
    return Drawing(fig, _title(shown, say), _sentence(shown, say), _table(shown, say))


def _cells(shown: InteractionsPoints, look: Look) -> go.Heatmap:
    count = len(shown.joint.columns)
    amounts, hovers = np.full((count, count), np.nan), np.full((count, count), "", object)
    for (i, j), amount in shown.shown.items():
        amounts[i, j] = float(amount)
        hovers[i, j] = plot_text(_hover(shown, (i, j), look.say))
    sizes = np.abs(np.nan_to_num(amounts))
    strong = max(float(np.tril(sizes, -1).max()), FAINTEST * float(sizes.max())) or 1.0
    return go.Heatmap(
        z=amounts,
        zmin=-strong,
        zmax=strong,
        colorscale=[
            [0, _see_through(DOWN, STRONGEST)],
            [0.5, _see_through(DOWN, 0.0)],
            [0.5, _see_through(UP, 0.0)],
            [1, _see_through(UP, STRONGEST)],
        ],
        showscale=False,
        xgap=2,
        ygap=2,
        hoverongaps=False,
        text=hovers.tolist(),
        hovertemplate="%{text}<extra></extra>",
    )


def _see_through(colour: str, strength: float) -> str:
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgba({red}, {green}, {blue}, {strength})"


def _numbers(shown: InteractionsPoints, look: Look) -> list[dict[str, object]]:
    """Each cell's amount; what a column does alone stands out."""
    return [
        {
            "x": j,
            "y": i,
            "text": f"<b>{shown.unit.change(amount)}</b>" if i == j else shown.unit.change(amount),
            "showarrow": False,
            "font": {"color": INK[look.dark]},
        }
        for (i, j), amount in shown.shown.items()
    ]


def _hover(shown: InteractionsPoints, cell: Cell, say: Phrases) -> str:
    joint, (i, j) = shown.joint, cell
    amount = with_unit(shown.unit.change(shown.shown[cell]), shown.unit.scale, say)
    named = [_value(joint, place, say) for place in (j, i)]
    error = joint.alone_errors[i] if i == j else joint.pairs_errors[i, j]
    words = say(
        f"{KEY}.hover_{'alone' if i == j else 'pair'}", amount=amount, one=named[0], other=named[1]
    )
    wide = shown.unit.shown(Z * float(error))
    return f"{words} {_within(wide, shown.unit, say)}" if wide else words


def _value(joint: Joint, place: int, say: Phrases) -> str:
    value = in_words(joint.inputs[place], say)
    return say(f"{KEY}.value", column=cut(joint.columns[place]), value=value)


def _within(wide: Decimal, unit: Unit, say: Phrases) -> str:
    return say(f"{KEY}.within", error=with_unit(unit.size(wide), unit.scale, say))


def _clear(shown: InteractionsPoints) -> Pair | None:
    """The strongest pair, where it is written as more than nothing and is more than its error."""
    pair = shown.joint.strongest
    if pair is None or abs(pair.amount) <= Z * pair.error:
        return None
    return pair if shown.shown[pair.other, pair.one] else None


def _title(shown: InteractionsPoints, say: Phrases) -> str:
    pair, joint = _clear(shown), shown.joint
    if pair is None:
        return say(f"{KEY}.title_none")
    amount = shown.shown[pair.other, pair.one]
    return say(
        f"{KEY}.title_{'up' if amount > 0 else 'down'}",
        one=cut(joint.columns[pair.one]),
        other=cut(joint.columns[pair.other]),
        amount=with_unit(shown.unit.size(amount), shown.unit.scale, say),
    )


def _sentence(shown: InteractionsPoints, say: Phrases) -> str:
    joint, unit, pair = shown.joint, shown.unit, _clear(shown)
    found = []
    if pair is not None:
        found.append(_together(shown, pair, say))
    facts = {
        "base": unit.level(shown.base),
        "prediction": unit.level(shown.prediction),
        "of": say(
            f"charts_explain.of.{unit.scale}", subject=subject(joint.of, unit.scale, shown.target)
        ),
    }
    found.append(say(f"{KEY}.cells"))
    if joint.left_out:
        rest = with_unit(unit.change(shown.rest), unit.scale, say)
        found.append(say(f"{KEY}.sum_rest", rest=rest, columns=joint.left_out, **facts))
    else:
        found.append(say(f"{KEY}.sum", **facts))
    wide = unit.shown(joint.largest_error)
    if wide:
        found.append(say(f"{KEY}.estimated", error=with_unit(unit.size(wide), unit.scale, say)))
    return " ".join(found)


def _together(shown: InteractionsPoints, pair: Pair, say: Phrases) -> str:
    """``Alone, A adds 2.0 points and B takes away 1.0; together they add 3.1 points to that.``"""
    joint, unit = shown.joint, shown.unit
    alone = [
        say(
            f"{KEY}.alone_{'up' if shown.shown[place, place] >= 0 else 'down'}",
            named=_value(joint, place, say),
            amount=with_unit(unit.size(shown.shown[place, place]), unit.scale, say),
        )
        for place in (pair.one, pair.other)
    ]
    amount = shown.shown[pair.other, pair.one]
    return say(
        f"{KEY}.together_{'up' if amount > 0 else 'down'}",
        one=alone[0],
        other=alone[1],
        amount=with_unit(unit.size(amount), unit.scale, say),
    )


def _table(shown: InteractionsPoints, say: Phrases) -> pd.DataFrame:
    """A line a cell, the strongest first, and a line for the rest."""
    joint, unit = shown.joint, shown.unit
    cells = sorted(shown.shown, key=lambda cell: -abs(shown.shown[cell]))
    errors = [joint.alone_errors[i] if i == j else joint.pairs_errors[i, j] for i, j in cells]
    lines = {
        say("charts_explain.table.column"): [visible(joint.columns[j]) for _, j in cells],
        say(f"{KEY}.table_other"): [
            say(f"{KEY}.table_alone") if i == j else visible(joint.columns[i]) for i, j in cells
        ],
        say(f"charts_explain.table.effect_{unit.scale}"): [float(shown.shown[c]) for c in cells],
    }
    if unit.shown(joint.largest_error):
        wide = drawn(Z * np.array(errors), unit.scale)
        lines[say(f"{KEY}.table_error_{unit.scale}")] = wide.round(4).tolist()
    return pd.DataFrame(lines)


def example() -> InteractionsPoints:
    """Made-up interactions with awkward names and errors: for tests."""
    columns = ("PageValues", "Month", "최근 구매일", "the average time of a visitor on <b>%{x}</b>")
    half = np.array([[0, 0.0155, -0.004, 0], [0, 0, 0.002, 0.001], [0, 0, 0, -0.0005], [0] * 4])
    pairs, alone = 2 * (half + half.T), np.array([0.21, -0.03, 0.012, 0.0])
    rest = 0.0132
    return points(
        Joint(
            columns=columns,
            inputs=(41.2, "Nov", pd.Timestamp("2024-03-01"), np.nan),
            of="TRUE",
            scale=Scale.CHANCE,
            base=0.155,
            prediction=0.155 + float(alone.sum() + pairs.sum() / 2) + rest,
            alone=alone,
            alone_errors=np.full(4, 0.003),
            pairs=pairs,
            pairs_errors=np.where(np.eye(4) == 1, 0.0, 0.001),
            effects=alone + pairs.sum(axis=1) / 2,
            rest=rest,
            left_out=3,
        ),
        target="Revenue",
    )


CHART = Chart("interactions", draw, example)
