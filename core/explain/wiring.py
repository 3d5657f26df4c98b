"""A network's strongest links, from the user's columns to what is predicted."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from core.models.family import Floats
from core.models.network import Network
from core.train.training import TrainedModel

COLUMNS_AT_MOST = 12
UNITS_AT_MOST = 8

Signs = NDArray[np.int8]


@dataclass(frozen=True, eq=False)
class Layer:
    """The drawn members of a layer and how many there are.

    ``names`` are columns or classes, empty for hidden units; ``numbers`` are the places of the
    drawn ones. ``strengths`` (drawn,) are in 0..1 of the strongest in the layer.
    """

    names: tuple[str, ...]
    numbers: tuple[int, ...]
    units: int
    strengths: Floats

    @property
    def left_out(self) -> int:
        return self.units - len(self.numbers)


@dataclass(frozen=True, eq=False)
class Links:
    """Between two layers: ``sizes`` (drawn from, drawn to) in 0..1 of the strongest of all.

    ``signs`` are 1 where a higher value pushes the unit up, -1 where down and 0 where the link is
    of a column with several cells (a category, or a number with gaps), which have a sign each.
    """

    sizes: Floats
    signs: Signs


@dataclass(frozen=True, eq=False)
class Wiring:
    """Columns, hidden layers and outputs, and the links between neighbours.

    ``shares`` (columns,) of the drawn columns are their parts of the sizes of all first links.
    """

    layers: tuple[Layer, ...]
    links: tuple[Links, ...]
    shares: Floats


def has_wiring(model: TrainedModel) -> bool:
    """True for networks."""
    return isinstance(model.estimator, Network)


def wiring(
    model: TrainedModel, columns: int = COLUMNS_AT_MOST, units: int = UNITS_AT_MOST
) -> Wiring:
    """The strongest columns, units and links of a network.

    A link's size is its weight's; a column's to a unit is the root of the sum of the squares over
    its cells, which are standardised, so that sizes may be compared. A unit is as strong as what
    comes in times what goes out (root of the sum of squares of its weights on either side), a
    column as what goes out, an output as what comes in. Raises ValueError for another family.
    """
    if not isinstance(model.estimator, Network):
        raise ValueError(f"a {model.spec.family} is no network")
    weights, signs = _by_column(model.estimator, model.preparation.blocks)
    strengths = _strengths(weights)
    most = [columns, *[units] * (len(weights) - 1), max(columns, units)]
    drawn = [_strongest(each, limit) for each, limit in zip(strengths, most, strict=True)]
    names = [_column_names(model), *[()] * (len(weights) - 1), _output_names(model)]
    return Wiring(
        layers=tuple(
            Layer(
                tuple(named[i] for i in chosen) if named else (),
                tuple(map(int, chosen)),
                len(each),
                each[chosen] / (each.max() or 1.0),
            )
            for named, chosen, each in zip(names, drawn, strengths, strict=True)
        ),
        links=tuple(
            Links(
                weight[np.ix_(one, other)] / (weight.max() or 1.0),
                sign[np.ix_(one, other)],
            )
            for (one, other), weight, sign in zip(pairwise(drawn), weights, signs, strict=True)
        ),
        shares=strengths[0][drawn[0]] / (strengths[0].sum() or 1.0),
    )


def _by_column(
    network: Network, blocks: tuple[tuple[int, int], ...]
) -> tuple[list[Floats], list[Signs]]:
    """Sizes and signs of the links of each layer, the first one's by the user's columns."""
    whole = [np.asarray(matrix, np.float64) for matrix in network.weights]
    first = whole[0]
    joined = np.stack([np.sqrt((first[a:b] ** 2).sum(axis=0)) for a, b in blocks])
    signed = np.stack([first[a] if b - a == 1 else np.zeros(first.shape[1]) for a, b in blocks])
    sizes = [joined, *(np.abs(matrix) for matrix in whole[1:])]
    return sizes, [np.sign(each).astype(np.int8) for each in (signed, *whole[1:])]


def _strengths(weights: list[Floats]) -> list[Floats]:
    """How strong each member of each layer is."""
    comes = [np.sqrt((matrix**2).sum(axis=0)) for matrix in weights]
    goes = [np.sqrt((matrix**2).sum(axis=1)) for matrix in weights]
    hidden = [coming * going for coming, going in zip(comes[:-1], goes[1:], strict=True)]
    return [goes[0], *hidden, comes[-1]]


def _strongest(strengths: Floats, at_most: int) -> NDArray[np.intp]:
    """Places of the strongest, the strongest first."""
    return np.argsort(-strengths, kind="stable")[:at_most]


def _column_names(model: TrainedModel) -> tuple[str, ...]:
    return tuple(column.name for column in model.spec.features)


def _output_names(model: TrainedModel) -> tuple[str, ...]:
    """The outcome of interest, each class, or the target."""
    outputs = model.estimator.weights[-1].shape[1]
    if not model.classes:
        return (model.spec.target.name,)
    return model.classes if outputs == len(model.classes) else (model.classes[1],)
