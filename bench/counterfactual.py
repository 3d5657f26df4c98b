"""The smallest change against ``dice-ml``: validity, columns changed, distance and seconds.

Run as ``python -m bench.counterfactual``. The same forest and the same customers for both, taking
turns in one process; ``dice-ml`` comes from an environment of its own that is made in a temporary
folder and removed again (or ``DICE_ENVIRONMENT`` names one). Where it cannot be installed, a line
says so. Distances are in standard deviations of the training rows, 1 for another level; both
sides are measured alike, on the typed rows, by the model itself.
"""

from __future__ import annotations

import json
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pandas as pd

from bench.environment import environment
from bench.figure import figure, told
from bench.tables import sessions
from core.data.load import load
from core.models.family import Floats
from core.predict import scored
from core.progress import silent
from core.store import fitting
from core.store.clock import now
from core.train.preparation import is_numeric
from core.train.training import TrainedModel
from core.train.wish import Choices, wish
from core.what_if.aim import Aim
from core.what_if.limits import limits, only_free
from core.what_if.scenario import Scenario, edited
from core.what_if.smallest import Wanted, smallest
from core.what_if.support import Support, support

ROWS, ANSWERS, TO = 8, 4, 0.5
METHODS = ("genetic", "random")
FASTER = 0.5  # of the seconds that dice-ml's genetic search takes
OPTIONS: dict[str, dict[str, Any]] = {
    "genetic": {"maxiterations": 500},
    "random": {"random_seed": 7, "sample_size": 1000},
}


@dataclass(frozen=True)
class Tried:
    """What one side found for one customer."""

    given: int
    valid: int
    columns: float
    distance: float
    wall: float
    cpu: float


@contextmanager
def dice() -> Iterator[bool]:
    """Makes ``dice_ml`` importable; False where it cannot be installed."""
    with environment("DICE_ENVIRONMENT", "dice-ml") as place:
        sites = sorted(place.glob("lib/python*/site-packages")) if place else []
        sys.path += map(str, sites)  # behind ours: only what we lack comes from there
        try:
            import dice_ml  # noqa: F401
        except ImportError:
            yield False
        else:
            yield True


def customers(folder: Path) -> tuple[TrainedModel, pd.DataFrame, pd.DataFrame]:
    """A forest of the shop's sessions, rows to learn from, and unlikely buyers to change."""
    file = folder / "sessions.csv"
    sessions().to_csv(file, index=False)
    dataset = load(file, file.name, folder / "table", now(), silent)
    model = fitting.fit(dataset, wish(dataset, "Revenue", "TRUE", Choices("forest"))).model
    return model, *_rows(folder, dataset, model)


def _rows(folder: Path, dataset: Any, model: TrainedModel) -> tuple[pd.DataFrame, pd.DataFrame]:
    from core.data.table import frame

    names = [column.name for column in model.spec.features]
    every = frame(fitting.as_asked(dataset, model.spec), names)
    held = every.loc[model.held_out]
    unlikely = np.flatnonzero(model.held_out_scores < TO - 0.2)
    chosen = unlikely[np.linspace(0, len(unlikely) - 1, ROWS).astype(int)]
    return every.drop(index=model.held_out), held.iloc[chosen]


def ours(known: Support, row: pd.DataFrame) -> list[pd.DataFrame]:
    """Our answers as typed rows."""
    model = known.model
    free = only_free(limits(model), tuple(row.columns))
    found = smallest(known, row, free, Wanted(Aim(TO), ANSWERS))
    return [edited(Scenario(row, answer.edits), model) for answer in found.answers]


class AsScikit:
    """Our model as ``dice-ml`` wants one: DataFrames in, two chances out."""

    def __init__(self, model: TrainedModel) -> None:
        self.model = model
        self.classes_ = np.array([0, 1])

    def predict_proba(self, rows: pd.DataFrame) -> Floats:
        chance = scored(self.model, as_typed(self.model, rows))
        return np.stack([1 - chance, chance], axis=1)

    def predict(self, rows: pd.DataFrame) -> Any:
        return self.predict_proba(rows).argmax(axis=1)


def as_typed(model: TrainedModel, rows: pd.DataFrame) -> pd.DataFrame:
    """Rows as ``dice-ml`` makes them, in the kinds of our tables."""
    return pd.DataFrame(
        {
            column.name: pd.to_numeric(rows[column.name]).astype("float64")
            if is_numeric(column)
            else rows[column.name].astype(str).astype(object)
            for column in model.spec.features
        },
        index=rows.index,
    )


def theirs(model: TrainedModel, learn: pd.DataFrame, way: str) -> Callable[..., Any]:
    """``dice-ml``'s answers as typed rows, by one of its methods."""
    import dice_ml

    numbers = [column.name for column in model.spec.features if is_numeric(column)]
    table = learn.assign(outcome=(scored(model, learn) >= TO).astype(int))
    data = dice_ml.Data(dataframe=table, continuous_features=numbers, outcome_name="outcome")
    wrapped = dice_ml.Model(model=AsScikit(model), backend="sklearn", model_type="classifier")
    explainer = dice_ml.Dice(data, wrapped, method=way)

    def answers(row: pd.DataFrame) -> list[pd.DataFrame]:
        try:
            found = explainer.generate_counterfactuals(
                row, total_CFs=ANSWERS, desired_class=1, verbose=False, **OPTIONS[way]
            )
        except Exception as error:  # noqa: BLE001 - it raises its own where it finds none
            print(json.dumps({"dice": way, "found nothing": str(error)[:80]}), file=sys.stderr)
            return []
        rows = found.cf_examples_list[0].final_cfs_df
        typed = as_typed(model, rows) if rows is not None else row.iloc[:0]
        return [typed.iloc[[i]] for i in range(len(typed))]

    return answers


def tried(known: Support, row: pd.DataFrame, side: Callable[..., list[pd.DataFrame]]) -> Tried:
    """One side's answers for one row, measured; the means are over its valid answers."""
    wall, cpu = time.perf_counter(), time.process_time()
    found = side(row)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    good = [one for one in found if scored(known.model, one)[0] >= TO]
    apart = [_apart(known, row, one) for one in good] or [(np.nan, np.nan)]
    columns, distance = np.mean(apart, axis=0)
    return Tried(len(found), len(good), float(columns), float(distance), wall, cpu)


def _apart(known: Support, row: pd.DataFrame, other: pd.DataFrame) -> tuple[float, float]:
    """Columns changed, and the distance."""
    changed, far = 0, 0.0
    for column in known.model.spec.features:
        before, after = row[column.name].iloc[0], other[column.name].iloc[0]
        if before != after:
            changed += 1
            spread = known.model.background[column.name].std() if is_numeric(column) else 1.0
            far += abs(after - before) / (spread or 1.0) if is_numeric(column) else 1.0
    return changed, far


def figures() -> Iterator[dict[str, object]]:
    """One line of facts a side, then the ratios."""
    with TemporaryDirectory(prefix="counterfactual-") as folder, dice() as there:
        model, learn, rows = customers(Path(folder))
        known = support(model)
        sides: dict[str, Callable[..., Any]] = {"ours": lambda row: ours(known, row)}
        if there:
            sides |= {f"dice-{way}": theirs(model, learn, way) for way in METHODS}
        found: dict[str, list[Tried]] = {name: [] for name in sides}
        for number in range(len(rows)):
            for name, side in sides.items():
                found[name].append(tried(known, rows.iloc[[number]], side))
    told_of = {name: _facts(each) for name, each in found.items()}
    for name, facts in told_of.items():
        print(json.dumps({"side": name, "rows": ROWS, "asked": ANSWERS} | facts), flush=True)
    without = 1 - told_of["ours"]["rows with an answer"]
    yield figure("rows without a valid answer", "value", without, 0.0)
    if not there:
        yield {"name": "against dice-ml", "ok": True, "missing": "dice-ml cannot be installed"}
        return
    yield from _ratios(told_of)


def _facts(each: list[Tried]) -> dict[str, float]:
    answered = [one for one in each if one.valid]
    facts = {
        "rows with an answer": len(answered) / len(each),
        "valid of those given": sum(one.valid for one in each)
        / max(1, sum(one.given for one in each)),
        "valid of those asked": sum(one.valid for one in each) / (ANSWERS * len(each)),
        "columns": median([one.columns for one in answered] or [np.nan]),
        "distance": median([one.distance for one in answered] or [np.nan]),
        "seconds": median(one.wall for one in each),
        "cpu seconds": median(one.cpu for one in each),
    }
    return {name: round(float(value), 3) for name, value in facts.items()}


def _ratios(sides: dict[str, dict[str, float]]) -> Iterator[dict[str, object]]:
    for name in (f"dice-{way}" for way in METHODS):
        for measure in ("columns", "distance"):
            ratio = sides["ours"][measure] / sides[name][measure]
            yield figure(f"{measure} against {name}", "ratio", ratio, 1.0)
    ratio = sides["ours"]["cpu seconds"] / sides["dice-genetic"]["cpu seconds"]
    yield figure("cpu seconds against dice-genetic", "ratio", ratio, FASTER)


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    sys.exit(told(figures()))
