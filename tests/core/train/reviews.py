"""Made reviews whose words go with how they end."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

PRAISE = ["love", "perfect", "great", "soft", "fits", "well", "happy", "would", "buy", "again"]
BLAME = ["returned", "poor", "cheap", "tight", "broke", "slow", "refund", "sorry", "wrong"]
OTHERS = ["the", "a", "it", "and", "dress", "shop", "order", "bag", "in", "on", "my", "was", "i'm"]


def said(rows: int = 400, seed: int = 0, gaps: float = 0.0) -> tuple[pd.Series, Any]:
    """Reviews (rows,) and whether each is happy."""
    chance = np.random.default_rng(seed)
    y = (chance.random(rows) < 0.5).astype("int64")
    texts = []
    for happy in y:
        own = chance.choice(PRAISE if happy else BLAME, 3)
        other = chance.choice(BLAME if happy else PRAISE, 1)
        words = [*own, *other, *chance.choice(OTHERS, chance.integers(4, 20))]
        texts.append(" ".join(chance.permutation(words)).capitalize() + "!")
    cells = pd.Series(texts, dtype=object)
    return cells.where(chance.random(rows) >= gaps, None), y
