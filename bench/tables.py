"""Made-up tables of any size, always the same for the same seed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

SEED = 11
CHANNELS = ("search", "mail", "social", "direct", "affiliate")
REGIONS = ("north", "south", "east", "west")
VISITORS = ("returning", "new", "other")


def customers(rows: int, seed: int = SEED) -> pd.DataFrame:
    """20 columns: an id, a date, ten numbers, six categories, two yes/no; ``bought`` to predict."""
    chance = np.random.default_rng(seed)
    numbers = chance.normal(size=(rows, 10)).astype("float32")
    table = pd.DataFrame({"customer": [f"c{i:07d}" for i in range(rows)]})
    days = chance.integers(0, 700, rows)
    table["joined"] = pd.Timestamp("2023-01-01") + pd.to_timedelta(days, unit="D")
    table["orders"] = chance.poisson(3, rows)
    table["spend"] = np.exp(3 + numbers[:, 0]).round(2)
    table["visits"] = chance.poisson(12, rows)
    table["basket"] = np.exp(2.5 + 0.6 * numbers[:, 1]).round(2)
    for place in range(2, 8):
        table[f"score_{place}"] = numbers[:, place].round(4)
    table["channel"] = chance.choice(CHANNELS, rows)
    table["region"] = chance.choice(REGIONS, rows)
    table["plan"] = chance.choice(["basic", "plus", "pro"], rows, p=[0.6, 0.3, 0.1])
    table["device"] = chance.choice(["phone", "desktop", "tablet"], rows)
    table["postcode"] = chance.choice([f"{i}" for i in range(10_000, 10_050)], rows)
    table["segment"] = chance.choice([f"s{i}" for i in range(12)], rows)
    table["newsletter"] = chance.choice(["yes", "no"], rows)
    signal = numbers[:, 0] + 0.5 * (table["channel"] == "mail") + numbers[:, 2] * numbers[:, 3]
    table["bought"] = np.where(signal + chance.normal(size=rows) > 1, "yes", "no")
    return table


def sessions(rows: int = 12_330, seed: int = SEED) -> pd.DataFrame:
    """18 columns like a shop's sessions: 17 to learn from and ``Revenue`` to predict."""
    chance = np.random.default_rng(seed)
    table = pd.DataFrame()
    for kind, mean in {"Administrative": 2, "Informational": 1, "ProductRelated": 30}.items():
        table[kind] = count = chance.poisson(mean, rows)
        table[f"{kind}_Duration"] = (count * chance.exponential(30, rows)).round(2)
    table["BounceRates"] = chance.beta(1, 40, rows).round(4)
    table["ExitRates"] = (table["BounceRates"] + chance.beta(1, 30, rows)).round(4)
    table["PageValues"] = (chance.exponential(8, rows) * chance.integers(0, 2, rows)).round(3)
    table["SpecialDay"] = chance.choice([0.0, 0.2, 0.4, 0.6, 0.8, 1.0], rows)
    table["Month"] = chance.choice(["Feb", "Mar", "May", "Jun", "Nov", "Dec"], rows)
    table["OperatingSystems"] = chance.integers(1, 8, rows)
    table["Browser"] = chance.integers(1, 10, rows)
    table["Region"] = chance.integers(1, 10, rows)
    table["TrafficType"] = chance.integers(1, 15, rows)
    table["VisitorType"] = chance.choice(VISITORS, rows, p=[0.8, 0.15, 0.05])
    table["Weekend"] = chance.choice(["TRUE", "FALSE"], rows)
    signal = 0.2 * table["PageValues"] + 0.05 * table["ProductRelated"] - 20 * table["ExitRates"]
    table["Revenue"] = np.where(signal + chance.logistic(size=rows) > 3, "TRUE", "FALSE")
    return table


def written(table: pd.DataFrame, path: Path) -> Path:
    """The table as CSV."""
    table.to_csv(path, index=False)
    return path


def written_to_size(path: Path, size: int, rows_at_once: int = 50_000) -> Path:
    """``customers`` as CSV of just under ``size`` bytes."""
    lines = customers(rows_at_once).to_csv(index=False).encode().split(b"\n")
    header, body = lines[0], b"\n".join(lines[1:])
    with path.open("wb") as file:
        file.write(header + b"\n")
        while file.tell() + len(body) < size:
            file.write(body)
        file.write(body[: body.rfind(b"\n", 0, size - file.tell()) + 1])
    return path
