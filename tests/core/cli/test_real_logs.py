"""Logs that no one here made, from their files to a trained model, without code in between."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from tests.core.test_cli import Said, whybuy

pytestmark = pytest.mark.whole
OLIST = {
    "customers": "olist_customers_dataset.csv",
    "orders": "olist_orders_dataset.csv",
    "lines": "olist_order_items_dataset.csv",
    "products": "olist_products_dataset.csv",
    "reviews": "olist_order_reviews_dataset.csv",
}
MOST = 10  # items that are told apart


def built(folder: Path, asks: str, tables: dict[str, Path]) -> Said:
    (folder / "q.toml").write_text(f"asks = '{asks}'\nlookback = 365\n")
    words = [word for name, file in tables.items() for word in (f"--{name}", file)]
    return whybuy("build", *words, "--question", folder / "q.toml", "--out",
                  folder / "t.parquet", "--check-leakage", "--json")  # fmt: skip


def learned(folder: Path, made: Said, family: str = "forest") -> dict[str, dict[str, float]]:
    """The metrics of a model of what was built; nothing leaked into it."""
    assert made.code == 0, made.err
    assert made.json["proof"]["holds"]
    assert made.json["proof"]["cells"] == made.json["proof"]["equal"] > 0
    words = ("train", folder / "t.parquet", "--target", made.json["target"], "--json")
    found = whybuy(*words, "--family", family)
    assert found.code == 0, found.err
    return dict(found.json["metrics"])


def answers(folder: Path, made: Said) -> pd.Series:
    return pd.read_parquet(folder / "t.parquet")[made.json["target"]]


def olist(shared: Path) -> dict[str, Path]:
    return {name: shared / "olist-subset" / file for name, file in OLIST.items()}


def test_olist_how_many_stars(shared: Path, tmp_path: Path) -> None:
    made = built(tmp_path, "rate", olist(shared))
    metrics = learned(tmp_path, made)
    stars = pd.read_csv(olist(shared)["reviews"])["review_score"]
    found = answers(tmp_path, made).astype(float).astype(int)
    assert found.value_counts().to_dict() == stars.value_counts().to_dict()
    assert metrics["accuracy"]["value"] > stars.value_counts(normalize=True).max()


def test_olist_late_or_not(shared: Path, tmp_path: Path) -> None:
    made = built(tmp_path, "late", olist(shared))
    metrics = learned(tmp_path, made)
    orders = pd.read_csv(olist(shared)["orders"]).dropna(subset="order_delivered_customer_date")
    arrived, promised = (
        orders[f"order_{name}_date"].str[:10]
        for name in ("delivered_customer", "estimated_delivery")
    )
    found = answers(tmp_path, made)
    assert (len(found), (found == "yes").sum()) == (len(orders), (arrived > promised).sum())
    assert metrics["roc_auc"]["value"] > 0.55


def clicks(file: Path, mark: str, names: tuple[str, str, str]) -> pd.Series:
    """The last item of each session that had more than one moment, how often each was it."""
    session, item, time = names
    table = pd.read_csv(file, sep=mark)
    span = table.groupby(session)[time].agg(["min", "max"])
    asked = span.index[span["min"] < span["max"]]
    last = table.sort_values(time, kind="stable").groupby(session)[item].last()
    return last[asked].value_counts()


def test_what_is_clicked_next(shared: Path, tmp_path: Path) -> None:
    file = shared / "yoochoose-100k/yoochoose-clicks-100k_test.txt"
    made = built(tmp_path, "next", {"events": file})
    learned(tmp_path, made, "tree")
    expected = clicks(file, "\t", ("SessionId", "ItemId", "Time"))
    found = answers(tmp_path, made)
    assert len(found) == expected.sum()
    told = found[found != "other"].value_counts()
    assert sorted(told, reverse=True) == sorted(expected, reverse=True)[:MOST]


def test_a_sample_in_which_no_item_comes_often(shared: Path, tmp_path: Path) -> None:
    file = shared / "diginetica-sample/sample_train-item-views.csv"
    often = clicks(file, ";", ("session_id", "item_id", "timeframe"))
    made = built(tmp_path, "next", {"events": file})
    assert made.code == 2
    assert f"of {often.sum():,} rows" in made.err
    assert f"has {often.max()}. Ask about categories" in made.err
