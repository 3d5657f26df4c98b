"""Limits to the memory that reading a stranger's file may take."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from core.data.machine import free_memory
from core.errors import NotEnoughMemory, TooLarge

READING = 6 << 30  # bytes of address space
LEAST = 2 << 30  # of which libraries take more than a half before a cell is read
GIGABYTE = 1e9
OUT_OF_MEMORY = (MemoryError, duckdb.OutOfMemoryException)


def refuse_beyond(needed: float, file: str) -> None:
    """Raises NotEnoughMemory where reading ``file`` needs more bytes than are free or allowed."""
    free = min(free_memory(), READING)
    if needed > free:
        raise NotEnoughMemory(file, needed / GIGABYTE, free / GIGABYTE)


def reading_limit() -> int:
    """Bytes of address space for a reader: less than usual where little is free."""
    return max(LEAST, min(READING, LEAST // 2 + free_memory()))


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
