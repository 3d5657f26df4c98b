"""Any value of ours as JSON has it: not rounded, and null for what is no number."""

from __future__ import annotations

import math
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any

import msgspec
import numpy as np
import pandas as pd


def plainly(value: Any) -> Any:
    """Dictionaries, lists, texts, numbers, true, false and null. Raises TypeError for others."""
    if isinstance(value, Enum):
        return plainly(value.value)
    if isinstance(value, np.generic):
        return plainly(value.item())
    if value is None or value is pd.NA or value is pd.NaT:
        return None
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value if isinstance(value, bool | int | str) else _of_many(value)


def _of_many(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): plainly(each) for key, each in value.items()}
    if isinstance(value, np.ndarray | pd.Series):
        return [plainly(each) for each in value.tolist()]
    if isinstance(value, pd.DataFrame):
        return {str(name): plainly(cells) for name, cells in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plainly(each) for each in value]
    if isinstance(value, msgspec.Struct):
        return {name: plainly(getattr(value, name)) for name in value.__struct_fields__}
    if is_dataclass(value):
        return {each.name: plainly(getattr(value, each.name)) for each in fields(value)}
    raise TypeError(type(value).__name__)
