"""What of a bench is run: sets by parts of their names, and the first of their folds."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bench.accuracy.sets import FOLDS, REAL, Asked, read


@dataclass(frozen=True)
class Limits:
    """Sets whose names hold one of ``names`` (all, where there is none), and so many folds."""

    names: tuple[str, ...] = ()
    folds: int = FOLDS

    def sets(self) -> Iterator[Asked]:
        """The questions, one at a time; a table lies on disk until the next is asked for."""
        for real in REAL:
            if self.names and not any(part in real.name for part in self.names):
                continue
            with read(real) as asked:
                yield replace(asked, folds=asked.folds[: self.folds])


def asked_for(
    about: str, own: Mapping[str, dict[str, Any]], words: Sequence[str] | None = None
) -> tuple[Namespace, Limits]:
    """What is said in the shell: a bench's ``own`` arguments, and what is run of it."""
    parser = ArgumentParser(description=about.splitlines()[0])
    for name, how in own.items():
        parser.add_argument(name, **how)
    parser.add_argument("--folds", type=int, choices=range(1, FOLDS + 1), default=FOLDS)
    parser.add_argument("names", nargs="*", help="part of a set's name; all sets without one")
    said = parser.parse_intermixed_args(words)  # options may stand between names
    return said, Limits(tuple(said.names), said.folds)
