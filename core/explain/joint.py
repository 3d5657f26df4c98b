"""What columns do together for one customer: what each adds alone, and each two beyond that."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.explain.explaining import Explainer, explainer
from core.explain.explanation import Scale
from core.explain.output import answers, encoded, output
from core.explain.shapley.method import Effects, method, nothing_quicker
from core.explain.shapley.pairs import STRONGEST, Interactions
from core.explain.shapley.pairs import interactions as asked_of_the_model
from core.explain.shapley.players import shown_inputs
from core.explain.shapley.worth import contests, worth
from core.intervals import Z
from core.models.family import Floats, Matrix, family
from core.predict import known_columns
from core.progress import Report, part, silent
from core.train.training import TrainedModel

STAGE = "explain.stage.reasons"
Whole = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Pair:
    """Two columns by their places, what they add together beyond what each adds alone, its error.

    Below zero they take away from what each adds alone.
    """

    one: int
    other: int
    amount: float
    error: float


@dataclass(frozen=True, eq=False)
class Joint:
    """One prediction as the sum of what columns add alone and what pairs add beyond that.

    Of the k ``columns`` that matter most, the first most, with the customer's ``inputs``: ``alone``
    (k,) is what each adds by itself, ``pairs`` (k, k) the whole of what two add beyond that, the
    same both ways, 0 on the diagonal; their standard errors, 0 where exact. ``rest`` is all else:
    ``base + alone.sum() + pairs.sum() / 2 + rest == prediction``. ``effects`` (k,) are the
    columns' Shapley values: ``alone`` and half of each of their pairs.
    """

    columns: tuple[str, ...]
    inputs: tuple[object, ...]
    of: str
    scale: Scale
    base: float
    prediction: float
    alone: Floats
    alone_errors: Floats
    pairs: Floats
    pairs_errors: Floats
    effects: Floats
    rest: float
    left_out: int

    @property
    def strongest(self) -> Pair | None:
        """The pair that adds or takes away most; None for one column."""
        first, second = np.tril_indices(len(self.columns), -1)
        if not len(first):
            return None
        place = int(np.abs(self.pairs[first, second]).argmax())
        at = int(second[place]), int(first[place])
        return Pair(*at, float(self.pairs[at]), float(self.pairs_errors[at]))

    @property
    def largest_error(self) -> float:
        """Half the width of the widest 95% interval; 0 where all is exact."""
        return Z * float(max(self.alone_errors.max(), self.pairs_errors.max()))


def interactions_of(
    ready: Explainer, table: pd.DataFrame, of: str = "", report: Report = silent
) -> Joint:
    """What the columns of a typed table's only row do together, for class ``of`` or the value.

    Shapley interaction values as shap shares them (see ``shapley.pairs``), made by ``ready``'s
    method where it knows interactions, else by the family's own. Raises UnknownOutcome,
    ColumnsMissing and, for more or fewer rows, ValueError.
    """
    if len(table) != 1:
        raise ValueError(f"one row is needed, not {len(table)}")
    knowing = _knowing(ready)
    shown, x = output(ready.model, of), encoded(ready.model, table)
    found, base = _interactions(knowing, x, shown.number, report)
    values = shown_inputs(known_columns(ready.model, table), ready.players)
    prediction, names = float(answers(ready.model, x, shown)[0]), ready.players.names
    pairs = 2 * found.values
    np.fill_diagonal(pairs, 0.0)
    alone = found.values.diagonal().copy()
    return Joint(
        columns=tuple(names[player] for player in found.players),
        inputs=tuple(values.iloc[0, player] for player in found.players),
        of=shown.of,
        scale=shown.scale,
        base=base,
        prediction=prediction,
        alone=alone,
        alone_errors=found.errors.diagonal().copy(),
        pairs=pairs,
        pairs_errors=2 * found.errors * ~np.eye(len(pairs), dtype=bool),
        effects=found.effects,
        rest=prediction - base - float(alone.sum() + pairs.sum() / 2),
        left_out=len(names) - len(found.players),
    )


def method_for(model: TrainedModel, by: str) -> str:
    """Key of the method that interactions are made by where reasons are by ``by``.

    The same where it has a way of its own, else the family's own (empty): what first pictures
    show are no Shapley values, and what other packages' methods estimate are the same.
    """
    own = str(family(model.spec.family).reasons)
    return by if by and by != own and method(by).pairs is not nothing_quicker else ""


def _knowing(ready: Explainer) -> Explainer:
    own = str(family(ready.model.spec.family).reasons)
    by = method_for(ready.model, ready.method.key) or own
    return ready if by == ready.method.key else explainer(ready.model, ready.asked, by)


def _interactions(
    ready: Explainer, x: Matrix, number: int, report: Report
) -> tuple[Interactions, float]:
    """Interactions of the columns that matter most, the first most, and the base of them."""
    known = ready.method.effects(ready.state, x, number, part(report, 0.0, 0.3))
    told = part(report, 0.3, 1.0)
    exact = ready.method.pairs(ready.state, x, number, told)
    if exact is None:
        contest = contests(worth(ready.model, ready.asked), x, number)[0]
        found = asked_of_the_model(contest, known, report=told)
    else:
        found = _exactly(exact[0])
    report(1.0, STAGE)
    return _strongest(_tied(found, known)), known.base


def _exactly(values: Floats) -> Interactions:
    nothing = np.zeros(len(values))
    players, errors = np.arange(len(values)), np.zeros_like(values)
    return Interactions(players, values, errors, nothing, nothing, values.sum(axis=1))


def _tied(found: Interactions, known: Effects) -> Interactions:
    """Lines that add up to the reasons that are shown, which may be estimates of their own."""
    effects, shown_errors = known.values[0, found.players], known.errors[0, found.players]
    values, errors = found.values.copy(), found.errors.copy()
    places = np.arange(len(values))
    values[places, places] += effects - found.effects
    errors[places, places] = np.maximum(errors[places, places], shown_errors)
    return replace(found, values=values, errors=errors, effects=effects)


def _strongest(found: Interactions) -> Interactions:
    """At most eight players, by what they do alone and together."""
    order = np.argsort(-np.abs(found.values).sum(axis=1), kind="stable")
    kept, rest = order[:STRONGEST], order[STRONGEST:]
    errors = found.errors[np.ix_(kept, rest)]
    return Interactions(
        players=found.players[kept],
        values=found.values[np.ix_(kept, kept)],
        errors=found.errors[np.ix_(kept, kept)],
        others=found.others[kept] + found.values[np.ix_(kept, rest)].sum(axis=1),
        others_errors=np.sqrt(found.others_errors[kept] ** 2 + (errors**2).sum(axis=1)),
        effects=found.effects[kept],
    )
