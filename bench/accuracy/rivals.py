"""scikit-learn as it comes, on the same rows: what a data scientist tries first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from bench.accuracy.sets import SEED, Asked, Fold
from core.models.family import Task

Rival = Callable[[Asked, Fold], NDArray[np.float64]]


def logistic(asked: Asked, fold: Fold) -> NDArray[np.float64]:
    """Logistic or ridge regression on standardised one-hot columns."""
    from sklearn.linear_model import LogisticRegression, Ridge

    values = asked.spec.task is Task.REGRESSION
    return _said(asked, fold, Ridge() if values else LogisticRegression(max_iter=2000), True)


def forest(asked: Asked, fold: Fold) -> NDArray[np.float64]:
    """300 trees."""
    from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor

    kind = _kind(asked, RandomForestClassifier, RandomForestRegressor)
    return _said(asked, fold, kind(300, n_jobs=-1, random_state=SEED), False)


def boosting(asked: Asked, fold: Fold) -> NDArray[np.float64]:
    """Histogram boosting, which takes categories as they are."""
    from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

    kind = _kind(asked, HistGradientBoostingClassifier, HistGradientBoostingRegressor)
    return answers(asked, fold, kind(random_state=SEED), plain(asked))


def svm(asked: Asked, fold: Fold) -> NDArray[np.float64]:
    """The exact machine with Gaussian kernel; its margin ranks as well as its chances."""
    from sklearn.svm import SVC, SVR

    if asked.spec.task is Task.REGRESSION:
        return _said(asked, fold, SVR(), True)
    machine = SVC(cache_size=1000, decision_function_shape="ovr", random_state=SEED)
    return _said(asked, fold, machine, True)


RIVALS: dict[str, Rival] = {
    "logistic": logistic, "forest": forest, "boosting": boosting, "svm": svm,
}  # fmt: skip


def _kind(asked: Asked, classes: Any, values: Any) -> Any:
    return values if asked.spec.task is Task.REGRESSION else classes


def plain(asked: Asked) -> pd.DataFrame:
    """Numbers as they are, dates as days, words as categories."""
    columns = {}
    for column in asked.spec.features:
        cells = asked.table[column.name]
        if pd.api.types.is_datetime64_any_dtype(cells):
            cells = (cells - pd.Timestamp("2000-01-01")).dt.days.astype("float64")
        elif not pd.api.types.is_numeric_dtype(cells):
            cells = cells.astype("object").astype("category")
        columns[column.name] = cells
    return pd.DataFrame(columns)


def piped(model: Any, scaled: bool) -> Any:
    """A model that wants numbers, behind what makes them: medians for gaps, one column a word."""
    from sklearn.compose import make_column_selector, make_column_transformer
    from sklearn.impute import SimpleImputer
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler

    scaler = StandardScaler() if scaled else FunctionTransformer()
    numbers = make_pipeline(SimpleImputer(strategy="median"), scaler)
    words = OneHotEncoder(handle_unknown="ignore", sparse_output=False)
    ready = make_column_transformer(
        (numbers, make_column_selector(dtype_include="number")),
        (words, make_column_selector(dtype_exclude="number")),
    )
    return make_pipeline(ready, model)


def _said(asked: Asked, fold: Fold, model: Any, scaled: bool) -> NDArray[np.float64]:
    return answers(asked, fold, piped(model, scaled), plain(asked))


def answers(asked: Asked, fold: Fold, model: Any, table: pd.DataFrame) -> NDArray[np.float64]:
    """What a model of scikit-learn's says of the rows to judge."""
    learn, judge = fold
    if hasattr(model, "categorical_features"):
        model.set_params(categorical_features="from_dtype")
    model.fit(table.iloc[learn], asked.y[learn])
    new = table.iloc[judge]
    if asked.spec.task is Task.REGRESSION:
        return np.asarray(model.predict(new), "float64")
    way = "predict_proba" if hasattr(model, "predict_proba") else "decision_function"
    said = np.asarray(getattr(model, way)(new), "float64")
    return said[:, 1] if asked.spec.task is Task.BINARY and said.ndim == 2 else said
