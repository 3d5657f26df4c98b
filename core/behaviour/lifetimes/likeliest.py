"""The likeliest parameters of a model whose parameters are all above 0."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

Floats = NDArray[np.float64]
LogLikelihood = Callable[[Floats], tuple[float, Floats]]

SMALLEST, LARGEST = 1e-5, 1e5
STEP = 1e-4  # of a logarithm, for the curvature
ROUNDS = 500


@dataclass(frozen=True, eq=False)
class Found:
    """The likeliest parameters (n,), and the covariance (n, n) of their logarithms."""

    values: Floats
    log_likelihood: float
    covariance: Floats


@dataclass(frozen=True)
class Scaled:
    """The same in the units that a person knows: ``units`` multiply the parameters."""

    found: Found
    units: tuple[float, ...]

    @property
    def values(self) -> tuple[float, ...]:
        return tuple(map(float, self.found.values * self.units))

    @property
    def errors(self) -> tuple[float, ...]:
        """Standard errors by the delta method; nan where the likelihood is flat."""
        spread = np.diag(self.found.covariance)
        known = np.sqrt(np.where(spread > 0, spread, np.nan))
        return tuple(map(float, known * self.values))


def likeliest(
    of: LogLikelihood, starts: tuple[tuple[float, ...], ...], lowest: tuple[float, ...] = ()
) -> Found | None:
    """The best that L-BFGS finds on the logarithms from several starts; None where all fail.

    ``of`` gives the log-likelihood at parameters and its slope. They stay between 0.00001 and
    100,000, and above ``lowest`` where that is given.
    """
    limits = [(max(SMALLEST, low), LARGEST) for low in lowest or (0.0,) * len(starts[0])]

    def cost(logs: Floats) -> tuple[float, Floats]:
        values = np.exp(logs)
        total, slope = of(values)
        return -total, -slope * values

    best = None
    for start in starts:
        size = max(1.0, abs(cost(np.log(start))[0]))
        made = minimize(
            lambda logs, size=size: tuple(part / size for part in cost(logs)),
            np.log(start),
            jac=True,
            method="L-BFGS-B",
            bounds=np.log(limits),
            options={"maxiter": ROUNDS, "ftol": 1e-12, "gtol": 1e-9},
        )
        total = cost(made.x)[0]
        if np.isfinite(total) and (best is None or total < best[0]):
            best = (total, made.x)
    if best is None:
        return None
    return Found(np.exp(best[1]), -float(best[0]), _covariance(cost, best[1]))


def _covariance(cost: LogLikelihood, logs: Floats) -> Floats:
    """The inverse of the curvature of the cost, by differences of its slope; nan without one."""
    steps = np.eye(len(logs)) * STEP
    rows = [(cost(logs + step)[1] - cost(logs - step)[1]) / (2 * STEP) for step in steps]
    curvature = np.array(rows)
    curvature = (curvature + curvature.T) / 2
    if not np.isfinite(curvature).all() or np.linalg.eigvalsh(curvature)[0] <= 0:
        return np.full(curvature.shape, np.nan)
    return np.asarray(np.linalg.inv(curvature))
