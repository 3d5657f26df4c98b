"""A network's strongest links, from the user's columns to what is predicted."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from core.explain.output import encoded
from core.models.family import Floats
from core.models.network import Network, entered, of_inputs
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
    """Between two layers: ``sizes`` (drawn from, drawn to) in 0..1 of the strongest there.

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

    A link is as strong as what passes through it differs between customers: the standard deviation,
    over the background rows, of weight times what comes in (for a column, the sum over its cells).
    Weights alone would make columns of many levels look strong. A member is as strong as all its
    links to the right, an output as those from the left (root of the sum of squares). Raises
    ValueError for another family.
    """
    if not isinstance(model.estimator, Network):
        raise ValueError(f"a {model.spec.family} is no network")
    passing, signs = _passing(model), _signs(model)
    strengths = [np.sqrt((sizes**2).sum(axis=1)) for sizes in passing]
    strengths.append(np.sqrt((passing[-1] ** 2).sum(axis=0)))
    most = [columns, *[units] * (len(passing) - 1), max(columns, units)]
    drawn = [_strongest(each, limit) for each, limit in zip(strengths, most, strict=True)]
    names = [_column_names(model), *[()] * (len(passing) - 1), _output_names(model)]
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
                sizes[np.ix_(one, other)] / (sizes.max() or 1.0),
                sign[np.ix_(one, other)],
            )
            for (one, other), sizes, sign in zip(pairwise(drawn), passing, signs, strict=True)
        ),
        shares=strengths[0][drawn[0]] / (strengths[0].sum() or 1.0),
    )


def _passing(model: TrainedModel) -> list[Floats]:
    """Standard deviations of what passes through each link: (from, to) between two layers."""
    network: Network = model.estimator
    at = entered(network, encoded(model, model.background)).astype(np.float64)
    first, of = network.weights[0], _inputs_of(model)
    found = [np.stack([(at[:, own] @ first[own]).std(axis=0) for own in of])]
    for place, weights in enumerate(network.weights[1:]):
        at = np.maximum(at @ network.weights[place] + network.biases[place], 0.0)
        found.append(np.abs(weights) * at.std(axis=0)[:, None])
    return found


def _inputs_of(model: TrainedModel) -> list[NDArray[np.intp]]:
    """The places of each user column's inputs of the first layer: its cells and their pieces."""
    blocks = model.preparation.blocks
    columns = np.repeat(np.arange(len(blocks)), [stop - start for start, stop in blocks])
    of = of_inputs(model.estimator, columns)
    return [np.flatnonzero(of == column) for column in range(len(blocks))]


def _signs(model: TrainedModel) -> list[Signs]:
    """Signs of the weights, of a column's first link only where the column is one input."""
    network: Network = model.estimator
    first, of = network.weights[0], _inputs_of(model)
    none = np.zeros(first.shape[1])
    signed = np.stack([first[own[0]] if len(own) == 1 else none for own in of])
    return [np.sign(each).astype(np.int8) for each in (signed, *network.weights[1:])]


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
