"""Layers of members side by side: one matrix with a block a member, and zeros beside the blocks."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def blocks(whole: NDArray[Any], members: int) -> NDArray[Any]:
    """The blocks on the diagonal: (members, inputs of one, outputs of one)."""
    wide, narrow = (size // members for size in whole.shape)
    each = np.arange(members)
    return whole.reshape(members, wide, members, narrow)[each, :, each]


def whole(of: NDArray[Any]) -> NDArray[Any]:
    """Blocks (members, inputs of one, outputs of one) as one matrix with zeros beside them."""
    members, wide, narrow = of.shape
    found = np.zeros((members, wide, members, narrow), of.dtype)
    each = np.arange(members)
    found[each, :, each] = of
    return found.reshape(members * wide, members * narrow)
