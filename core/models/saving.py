"""Estimators on disk, read back without running anything that the file says.

scikit-learn's estimators go through skops with the types named here and no others; our own go as
arrays in a ``.npz`` read without pickle.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from core.errors import ModelDamaged

Estimator = TypeVar("Estimator")

ESTIMATOR = "estimator.skops"
ARRAYS = "estimator.npz"
# Beyond what skops trusts by itself (scikit-learn's estimators, numpy's arrays and numbers).
TRUSTED = ("sklearn.tree._tree.Tree",)
# What readers of damaged archives, schemas and arrays raise.
UNREADABLE = (
    OSError,
    EOFError,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    ImportError,
    RuntimeError,
    MemoryError,
    struct.error,
    zlib.error,
    zipfile.BadZipFile,
)


def save_estimator(estimator: Any, folder: Path) -> None:
    """Write a scikit-learn estimator into ``folder`` with skops."""
    from skops import io

    io.dump(estimator, folder / ESTIMATOR)


def load_estimator(folder: Path, kinds: tuple[type[Estimator], ...]) -> Estimator:
    """The scikit-learn estimator of one of ``kinds`` in ``folder``. Raises ModelDamaged."""
    from skops import io
    from skops.io.exceptions import UntrustedTypesFoundException

    try:
        found = io.load(folder / ESTIMATOR, trusted=list(TRUSTED))
    except (UntrustedTypesFoundException, *UNREADABLE) as error:
        raise damaged(folder, error) from error
    if type(found) not in kinds:
        raise ModelDamaged(folder.name, f"{ESTIMATOR}: {type(found).__name__}")
    return found


def save_arrays(folder: Path, **arrays: Any) -> None:
    """Write named arrays (numbers or texts) into ``folder``."""
    np.savez(folder / ARRAYS, allow_pickle=False, **{k: np.asarray(v) for k, v in arrays.items()})


def load_arrays(folder: Path) -> dict[str, NDArray[Any]]:
    """The named arrays in ``folder``; numbers are finite. Raises ModelDamaged."""
    try:
        with (folder / ARRAYS).open("rb") as file:
            stored = np.load(file, allow_pickle=False)
            arrays = {name: stored[name] for name in stored.files}
    except UNREADABLE as error:
        raise damaged(folder, error) from error
    for name, values in arrays.items():
        if values.dtype.kind not in "iufU" or (
            values.dtype.kind == "f" and not np.isfinite(values).all()
        ):
            raise ModelDamaged(folder.name, f"{ARRAYS}: {name}")
    return arrays


def damaged(folder: Path, error: Exception) -> ModelDamaged:
    """The error that says ``folder`` cannot be read, and why."""
    return ModelDamaged(folder.name, f"{type(error).__name__}: {error}"[:200])
