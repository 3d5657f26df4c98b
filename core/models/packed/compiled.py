"""Compiled loops, kept on disk between processes wherever a place to write is found."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from numba import njit


def compiled(**options: Any) -> Callable[[Callable[..., Any]], Any]:
    """numba's ``njit`` without the interpreter's lock and with its cache.

    The cache lies in ``NUMBA_CACHE_DIR`` if that is set, else beside the module, else (the
    package's folder is read-only) in the user's own cache folder. Where none can be written, the
    loops are compiled anew in each process.
    """

    def compile_later(loop: Callable[..., Any]) -> Any:
        try:
            return njit(cache=True, nogil=True, error_model="numpy", **options)(loop)
        except RuntimeError:  # numba found no place for the cache
            return njit(nogil=True, error_model="numpy", **options)(loop)

    return compile_later
