"""The real tables and questions that accuracy is measured on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from bench.server import ROOT
from core.behaviour.building import plan_of
from core.behaviour.built import build
from core.behaviour.cleaning import Choices as Cleaning
from core.behaviour.propose import propose
from core.behaviour.question import YES, Asks, Question
from core.behaviour.recording import record
from core.data.dataset import Dataset
from core.data.load import load
from core.data.table import frame
from core.models.family import Task
from core.progress import silent
from core.store.log_work import recipe_of
from core.store.logs import Log
from core.train.spec import ModelSpec, Split, SplitKind
from core.train.target import truth
from core.train.wish import Choices, wish

JUDGED = {Task.BINARY: "roc_auc", Task.MULTICLASS: "accuracy", Task.REGRESSION: "r2"}
SHARED = ROOT.parent / "shared" / "data"
FOLDS = 5
SEED = 0

Fold = tuple[NDArray[np.int64], NDArray[np.int64]]


@dataclass(frozen=True)
class Real:
    """A file and what is asked of it.

    ``left_out`` columns are no features; with a ``group`` no group is on both sides; of
    ``distinct`` rows those that are alike but for what is left out count once. A file of events
    first becomes the table of its ``question``.
    """

    name: str
    file: str
    target: str
    outcome: str = ""
    left_out: tuple[str, ...] = ()
    group: str = ""
    distinct: bool = False
    question: Question | None = None


WEEKS = 39 * 7
AGAIN = Question(Asks.BUY, ("1997-10-01",), lookback=WEEKS, outcome=WEEKS)
SHOPPERS = "online-shoppers/online_shoppers_intention.csv"
IFOOD = "ifood-marketing/marketing_campaign.csv"
CONSTANT = ("Z_CostContact", "Z_Revenue")
REAL = (
    Real("shoppers", SHOPPERS, "Revenue", "TRUE"),
    Real("shoppers without PageValues", SHOPPERS, "Revenue", "TRUE", ("PageValues",)),
    Real("telco", "telco-churn/WA_Fn-UseC_-Telco-Customer-Churn.csv", "Churn", "Yes",
         ("customerID",)),
    Real("ifood response", IFOOD, "Response", "1", ("ID", *CONSTANT), distinct=True),
    Real("ifood wines", IFOOD, "MntWines", "", ("ID", *CONSTANT), distinct=True),
    Real("adult", "adult-census/adult.csv", "income-per-year", ">50K"),
    Real("bank", "bank-marketing/bank-additional.csv", "y", "yes", ("duration",)),
    Real("yogurt", "brand-choice-panels/Yogurt.csv", "choice", "", ("rownames",), "id"),
    Real("catsup", "brand-choice-panels/Catsup.csv", "choice", "", ("rownames",), "id"),
    Real("cdnow", "cdnow/CDNOW_sample.txt", f"buys_in_{WEEKS}_days", YES, question=AGAIN),
    Real("wholesale", "wholesale-customers/Wholesale_customers_data.csv", "Channel", "2"),
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Asked:
    """A typed table of rows with an answer, the wish, the truth (rows,), and the folds; ``group``
    is the column whose groups are on one side."""

    name: str
    table: pd.DataFrame
    spec: ModelSpec
    y: NDArray[np.generic]
    classes: int
    folds: tuple[Fold, ...]
    group: str = ""


@contextmanager
def read(real: Real) -> Iterator[Asked]:
    """The table as the app reads it."""
    with TemporaryDirectory(prefix="whybuy-bench-") as aside:
        file, place = SHARED / real.file, Path(aside)
        dataset = load(file, file.name, place / "table", "2026-01-01", silent)
        if real.question is not None:
            dataset = told_by(dataset, real.question, place)
        yield asked(real, dataset)


def told_by(events: Dataset, question: Question, place: Path) -> Dataset:
    """The table that the app builds of events: behaviour up to the cutoff, and the answer."""
    uses = propose([events])
    history = record({events.id: events}, uses, Cleaning(), place / "history", silent)
    recipe = recipe_of(Log((events.id,), uses), question, plan_of(history.story, question))
    return build(history, recipe, place / "built", silent).dataset


def asked(real: Real, dataset: Dataset) -> Asked:
    """The question put to the table, and its folds."""
    left_out = {*real.left_out, real.group}
    way = Split(kind=SplitKind.GROUP, column=real.group) if real.group else Split()
    spec = wish(dataset, real.target, real.outcome, Choices(split=way))
    spec = replace(spec, features=tuple(c for c in spec.features if c.name not in left_out))
    names = [column.name for column in dataset.schema.columns]
    table = frame(dataset, names)
    table = table[table[real.target].notna()]
    if real.distinct:
        table = table.drop_duplicates([name for name in names if name not in left_out])
    table = table.reset_index(drop=True)
    known = truth(table[real.target], spec.target, spec.outcome)
    return Asked(
        real.name,
        table,
        spec,
        known.y,
        len(known.classes),
        _folds(real, table, known.y),
        real.group,
    )


def _folds(real: Real, table: pd.DataFrame, y: NDArray[np.generic]) -> tuple[Fold, ...]:
    from sklearn.model_selection import GroupKFold, KFold, StratifiedKFold

    if real.group:
        groups = table[real.group].astype(str)
        return tuple(GroupKFold(FOLDS).split(table, y, groups))
    way = KFold if y.dtype.kind == "f" else StratifiedKFold
    return tuple(way(FOLDS, shuffle=True, random_state=SEED).split(table, y))


def score(task: Task, y: NDArray[np.generic], said: NDArray[np.float64]) -> float:
    """What is judged by (``JUDGED``): ROC AUC of two classes, accuracy of several, R2 of values."""
    from sklearn.metrics import accuracy_score, r2_score, roc_auc_score

    if task is Task.BINARY:
        return float(roc_auc_score(y, said))
    if task is Task.MULTICLASS:
        return float(accuracy_score(y, said.argmax(axis=1)))
    return float(r2_score(y, said))
