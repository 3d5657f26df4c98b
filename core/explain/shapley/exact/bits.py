"""Sets of up to 64 things as the bits of a word, for compiled loops."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import numpy as np
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic
from numpy.typing import NDArray

Words = NDArray[np.uint64]

WORD = 64
NONE, ONE = np.uint64(0), np.uint64(1)


@intrinsic
def _lowest(context: Any, word: Any) -> Any:
    """The place of the lowest bit of a word that is set."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.cttz(args[0], cgutils.false_bit)

    return types.int64(types.uint64), generate


first = cast(Callable[[np.uint64], int], _lowest)  # numba hands in the context itself
