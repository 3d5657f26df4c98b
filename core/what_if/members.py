"""The rows of a table that are asked whether they are in a segment."""

from __future__ import annotations

import pandas as pd

from core.data.dataset import Dataset
from core.data.table import frame
from core.explore.filters import kept
from core.explore.sample import ROWS_AT_MOST, sampled
from core.train.training import TrainedModel
from core.what_if.segment import Among, Segment, columns_of


def members(dataset: Dataset, model: TrainedModel, asked: Segment) -> pd.DataFrame:
    """Held-out rows, or all (an even draw of at most 100,000), with the columns that are needed.

    ``dataset`` is the model's table as the model knows it. Raises what ``columns_of`` raises.
    """
    return _rows(dataset, model, asked.among, columns_of(model, asked, dataset.schema))


def how_many(dataset: Dataset, model: TrainedModel, asked: Segment) -> int:
    """How many rows meet the filters. Raises UnknownColumn and BadValue."""
    if not asked.filters:
        held_out = asked.among is Among.HELD_OUT
        return len(model.held_out) if held_out else min(dataset.rows, ROWS_AT_MOST)
    columns = tuple(dict.fromkeys(wanted.column for wanted in asked.filters))
    return len(kept(_rows(dataset, model, asked.among, columns), asked.filters))


def _rows(
    dataset: Dataset, model: TrainedModel, among: Among, columns: tuple[str, ...]
) -> pd.DataFrame:
    if among is Among.HELD_OUT:
        return frame(dataset, columns, model.held_out.tolist())
    return sampled(dataset, columns, ROWS_AT_MOST, model.spec.seed)
