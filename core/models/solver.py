"""What solves a support vector machine exactly, and for how many rows it is asked to.

oneDAL's solver where it exists (``core.models.engine``), in float64, as libsvm computes; else
libsvm (Chang & Lin 2011) in scikit-learn. Both stop at the same tolerance, and their margins
differ by about as much. Both give scikit-learn's arrays.
"""

from __future__ import annotations

from typing import Any

from numpy.typing import NDArray

from core.models.engine import Engine, engine
from core.models.family import Floats, Matrix

CACHE_MB = 500
SECONDS = 10.0  # of a processor, for the fit and those of its folds
FITS = 2.33  # all rows, and two thirds of them three times: a fit takes the square of its rows
# Seconds of a fit are measured to be about rate * rows^2 * (columns + beside), at a price of an
# error of 1 or less: the kernel's cells, and what is done with each. A higher price takes longer.
RATES = {Engine.QUICK: (3.5e-10, 48.0), Engine.USUAL: (1.3e-9, 8.0)}
LONGER = 0.2  # power of the price: 100 takes 2.5 times as long


def rows_at_most(columns: int, price: float, by: Engine) -> int:
    """How many rows an engine fits, folds and all, in about ``SECONDS``.

    It looks at no clock, so that the same table is fitted in the same way every time.
    """
    rate, beside = RATES[by]
    each = FITS * rate * (columns + beside) * max(1.0, price) ** LONGER
    return int((SECONDS / each) ** 0.5)


def classifier(x: Matrix, y: NDArray[Any], weights: Floats, price: float, gamma: float) -> Any:
    """A fitted SVC: rows x (n, columns), classes y (n,) and weights (n,); a duel of each pair.

    Of several classes its vectors lie class by class; of two, with oneDAL, as the rows did.
    """
    asked = {"C": price, "gamma": gamma, "cache_size": CACHE_MB, "decision_function_shape": "ovo"}
    if engine() is Engine.QUICK:
        from sklearnex.svm import SVC

        return SVC(**asked).fit(x.astype("float64"), y, sample_weight=weights)
    from sklearn.svm import SVC

    return SVC(**asked).fit(x, y, sample_weight=weights)


def regressor(x: Matrix, y: Floats, price: float, gamma: float) -> Any:
    """A fitted SVR: rows x (n, columns) and values y (n,)."""
    asked = {"C": price, "gamma": gamma, "cache_size": CACHE_MB}
    if engine() is Engine.QUICK:
        from sklearnex.svm import SVR

        return SVR(**asked).fit(x.astype("float64"), y)
    from sklearn.svm import SVR

    return SVR(**asked).fit(x, y)


def memory(rows: int, columns: int, price: float) -> float:
    """The kernel's cache and two copies in float64, if any engine solves so many rows; or 0."""
    if rows > max(rows_at_most(columns, price, each) for each in Engine):
        return 0.0
    return CACHE_MB * 1e6 + 2 * 8.0 * rows * columns
