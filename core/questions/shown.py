"""Tables of evidence as frames, for whoever draws them."""

from __future__ import annotations

import pandas as pd

from core.review.piece import Listed
from core.text.phrases import Phrases
from core.text.plain import visible


def as_frame(listed: Listed, say: Phrases) -> pd.DataFrame:
    """A frame with the headers in words; texts with all their letters to be seen."""
    heads = [say(head) for head in listed.headers]
    rows = [
        [visible(cell) if isinstance(cell, str) else cell for cell in row] for row in listed.rows
    ]
    return pd.DataFrame(rows, columns=heads)
