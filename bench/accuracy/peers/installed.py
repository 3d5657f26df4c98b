"""Peers that live in environments of their own: what is installed there, and asking them."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from bench.accuracy.peers.exchange import Given, give, said
from bench.accuracy.rivals import plain
from bench.accuracy.sets import SEED, Asked, Fold
from bench.environment import kept
from bench.server import ROOT

MLJAR = ("mljar-supervised==1.3.2",)
PYTABKIT = ("pytabkit==1.7.3", "torch==2.13.0")
TOLD = 2000  # letters of what went wrong


@dataclass(frozen=True)
class Peer:
    """A module of ours that their Python runs, which of its models, and what must be installed.

    ``variable`` names an environment that is there already.
    """

    module: str
    model: str
    packages: tuple[str, ...]
    variable: str

    def place(self) -> Path | None:
        """Its environment; None where it cannot be installed."""
        return kept(self.variable, *self.packages)


NETWORKS = "bench.accuracy.peers.networks"
PEERS = {
    "mljar": Peer("bench.accuracy.peers.mljar", "Compete", MLJAR, "MLJAR_ENVIRONMENT"),
    "realmlp": Peer(NETWORKS, "realmlp", PYTABKIT, "PYTABKIT_ENVIRONMENT"),
    "tabm": Peer(NETWORKS, "tabm", PYTABKIT, "PYTABKIT_ENVIRONMENT"),
}


def asked_of(
    peer: Peer, place: Path, asked: Asked, fold: Fold, seconds: float = 0.0
) -> NDArray[np.float64]:
    """What a peer says of the rows to judge; an AutoML peer may search for so many seconds.

    Raises RuntimeError with the end of what it wrote where it fails.
    """
    with TemporaryDirectory(prefix="whybuy-bench-") as aside:
        folder = Path(aside)
        give(folder, told(asked, fold, seconds))
        command = [str(place / "bin" / "python"), "-m", peer.module, aside, peer.model]
        run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        if run.returncode:
            raise RuntimeError(f"{peer.module}: {run.stderr[-TOLD:]}")
        return said(folder)


def told(asked: Asked, fold: Fold, seconds: float) -> Given:
    """What a peer is told of a fold: never the answers of the rows to judge."""
    learn, table = fold[0], plain(asked)
    groups = np.arange(len(learn))
    if asked.group:
        groups, _ = pd.factorize(asked.table[asked.group].astype(str).iloc[learn])
    rows, new = (table.iloc[places].reset_index(drop=True) for places in fold)
    return Given(asked.spec.task.value, rows, asked.y[learn], new, groups, seconds, SEED)
