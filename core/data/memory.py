"""A limit to the memory that reading a stranger's file may take."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from core.errors import TooLarge

READING = 6 << 30  # bytes of address space
OUT_OF_MEMORY = (MemoryError, duckdb.OutOfMemoryException)


@contextmanager
def memory_at_most(limit: int, name: str) -> Iterator[None]:
    """Within, this process may not hold more than ``limit`` bytes; raises TooLarge(name) instead.

    The limit holds where the system knows one (Linux); elsewhere only what memory there is.
    """
    try:
        with _limited(limit):
            yield
    except OUT_OF_MEMORY as error:
        raise TooLarge(name) from error


@contextmanager
def _limited(limit: int) -> Iterator[None]:
    try:
        import resource
    except ImportError:  # Windows
        yield
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    known = [each for each in (limit, soft, hard) if each != resource.RLIM_INFINITY]
    resource.setrlimit(resource.RLIMIT_AS, (min(known), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
