from __future__ import annotations

import gzip
import importlib
import sys
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest

SAMPLES = Path(__file__).resolve().parents[2] / "data" / "samples"
FILES = ("customers.csv", "products.csv", "promotions.csv", "orders.csv", "order_lines.csv",
         "clicks.csv.gz", "shop_customers.csv")  # fmt: skip
TARGETS = ["will_buy_again", "next_category", "spend_next_60_days"]


@pytest.fixture(scope="module")
def shop() -> duckdb.DuckDBPyConnection:
    """The shipped files as tables; ``past_*`` hold what was known before the cutoff."""
    connection = duckdb.connect()
    for name in FILES:
        file = (SAMPLES / name).as_posix()
        connection.execute(
            f"CREATE TABLE {name.split('.')[0]} AS FROM read_csv('{file}', sample_size=-1)"
        )
    connection.execute("""
        CREATE VIEW past_orders AS FROM orders WHERE ordered_at < '2025-11-01';
        CREATE VIEW past_clicks AS FROM clicks WHERE clicked_at < '2025-11-01';
        CREATE VIEW past_lines AS SELECT l.*, o.customer_id, o.ordered_at, category,
            quantity * unit_price AS listed, quantity * unit_price * (1 - discount) AS paid
            FROM order_lines l JOIN past_orders o USING (order_id) JOIN products USING (product_id);
    """)
    return connection


def difference(shop: duckdb.DuckDBPyConnection, column: str, recomputed: str) -> float:
    """Largest difference of a shipped column from the query's ``(customer_id, v)``."""
    found = shop.execute(f"""
        SELECT count(*), max(abs(coalesce(c.{column}, -1) - coalesce(r.v, -1)))
        FROM shop_customers c LEFT JOIN ({recomputed}) r USING (customer_id)
    """).fetchone()  # noqa: S608
    assert found is not None
    assert found[0] > 4_000
    return float(found[1])


PAST = {
    "orders": "SELECT customer_id, count(*) v FROM past_orders GROUP BY 1",
    "days_since_last_order": """SELECT customer_id, date_diff('second', max(ordered_at),
        TIMESTAMP '2025-11-01') // 86400 v FROM past_orders GROUP BY 1""",
    "spend": "SELECT customer_id, sum(paid) v FROM past_lines GROUP BY 1",
    "average_order": """SELECT customer_id, sum(paid) / count(DISTINCT order_id) v
        FROM past_lines GROUP BY 1""",
    "discount_share": """SELECT customer_id, 1 - sum(paid) / sum(listed) v
        FROM past_lines GROUP BY 1""",
    "categories_bought": """SELECT customer_id, count(DISTINCT category) v
        FROM past_lines GROUP BY 1""",
    "return_share": """SELECT customer_id, avg(CASE WHEN returned_on < '2025-11-01' THEN 1 ELSE 0
        END) v FROM past_lines GROUP BY 1""",
    "late_share": """SELECT customer_id, avg((delivered_on > promised_on)::int) v FROM past_orders
        WHERE delivered_on < '2025-11-01' GROUP BY 1""",
    "visits_last_30_days": """SELECT customer_id, count(DISTINCT session_id) FILTER (clicked_at >=
        TIMESTAMP '2025-11-01' - INTERVAL 30 DAY) v FROM past_clicks GROUP BY 1""",
    "views_last_30_days": """SELECT customer_id, count(*) FILTER (action = 'view' AND clicked_at >=
        TIMESTAMP '2025-11-01' - INTERVAL 30 DAY) v FROM past_clicks GROUP BY 1""",
    "carts_left_last_90_days": """SELECT customer_id, count(*) FILTER (filled AND NOT paid) v FROM (
        SELECT customer_id, session_id, bool_or(action = 'add_to_cart') filled,
        bool_or(action = 'purchase') paid FROM past_clicks
        WHERE clicked_at >= TIMESTAMP '2025-11-01' - INTERVAL 90 DAY GROUP BY 1, 2) GROUP BY 1
        UNION ALL SELECT customer_id, 0 FROM past_orders WHERE customer_id NOT IN (SELECT
        customer_id FROM past_clicks WHERE clicked_at >= TIMESTAMP '2025-11-01' - INTERVAL 90 DAY)
        GROUP BY 1""",
}


@pytest.mark.parametrize("column", PAST)
def test_a_feature_is_what_the_log_before_the_cutoff_says(
    shop: duckdb.DuckDBPyConnection, column: str
) -> None:
    assert difference(shop, column, PAST[column]) <= 0.0051


def test_the_targets_are_what_the_60_days_after_the_cutoff_say(
    shop: duckdb.DuckDBPyConnection,
) -> None:
    after = """SELECT customer_id, round(sum(quantity * unit_price * (1 - discount)), 2) v
        FROM order_lines JOIN orders USING (order_id)
        WHERE ordered_at >= '2025-11-01' AND ordered_at < '2025-12-31' GROUP BY 1"""
    wrong = shop.execute(f"""
        SELECT count(*) FROM shop_customers c LEFT JOIN ({after}) a USING (customer_id)
        WHERE abs(spend_next_60_days - coalesce(v, 0)) > 0.011
           OR will_buy_again <> (v IS NOT NULL)
           OR (next_category IS NULL) <> (v IS NULL)
    """).fetchone()  # noqa: S608
    assert wrong == (0,)


def test_features_do_not_move_when_the_time_after_the_cutoff_is_cut_off(
    maker: object, made: dict[str, pd.DataFrame]
) -> None:
    cut = {
        **made,
        "orders.csv": made["orders.csv"].query("ordered_at < '2025-11-01'"),
        "clicks.csv.gz": made["clicks.csv.gz"].query("clicked_at < '2025-11-01'"),
    }
    kept = made["order_lines.csv"]["order_id"].isin(cut["orders.csv"]["order_id"])
    cut["order_lines.csv"] = made["order_lines.csv"][kept]
    blind = importlib.import_module("customer_table").made_from(cut)
    whole = made["shop_customers.csv"]
    pd.testing.assert_frame_equal(blind.drop(columns=TARGETS), whole.drop(columns=TARGETS))
    assert set(blind["will_buy_again"]) == {"no"}


@pytest.fixture(scope="module")
def maker() -> object:
    sys.path.insert(0, str(SAMPLES))
    yield importlib.import_module("make_shop")
    sys.path.remove(str(SAMPLES))


@pytest.fixture(scope="module")
def made(maker: object) -> dict[str, pd.DataFrame]:
    return maker.tables()  # type: ignore[attr-defined, no-any-return]


def test_making_it_again_gives_the_same_bytes(
    maker: object, made: dict[str, pd.DataFrame], tmp_path: Path
) -> None:
    maker.write(made, tmp_path)  # type: ignore[attr-defined]
    assert {file.name for file in tmp_path.iterdir()} == set(FILES)
    for name in FILES:
        again, shipped = (tmp_path / name).read_bytes(), (SAMPLES / name).read_bytes()
        if name.endswith(".gz"):  # another zlib may pack the same text otherwise
            assert again[4:8] == shipped[4:8] == b"\0\0\0\0"
            again, shipped = gzip.decompress(again), gzip.decompress(shipped)
        assert again == shipped, name


def test_the_folder_is_small() -> None:
    assert sum(file.stat().st_size for file in SAMPLES.glob("*.*")) < 6_000_000


@pytest.mark.parametrize(
    ("child", "key", "parent"),
    [
        ("orders", "customer_id", "customers"),
        ("order_lines", "order_id", "orders"),
        ("order_lines", "product_id", "products"),
        ("clicks", "customer_id", "customers"),
        ("clicks", "product_id", "products"),
        ("orders", "promotion", "promotions"),
        ("shop_customers", "customer_id", "customers"),
    ],
)
def test_every_key_has_its_row(
    shop: duckdb.DuckDBPyConnection, child: str, key: str, parent: str
) -> None:
    orphans = shop.execute(f"""SELECT count(*) FROM {child} WHERE {key} IS NOT NULL
        AND {key} NOT IN (SELECT {key} FROM {parent})""").fetchone()  # noqa: S608
    distinct = shop.execute(f"SELECT count(DISTINCT {key}) = count(*) FROM {parent}").fetchone()  # noqa: S608
    assert (orphans, distinct) == ((0,), (True,))


@pytest.mark.parametrize(
    "impossible",
    [
        """SELECT count(*) FROM orders JOIN customers USING (customer_id)
           WHERE ordered_at < signup_date""",
        """SELECT count(*) FROM clicks JOIN customers USING (customer_id)
           WHERE clicked_at < signup_date""",
        "SELECT count(*) FROM orders WHERE delivered_on <= ordered_at::date",
        """SELECT count(*) FROM order_lines JOIN orders USING (order_id)
           WHERE returned_on <= delivered_on""",
        "SELECT count(*) FROM orders ANTI JOIN order_lines USING (order_id)",
        """SELECT count(*) FROM orders ANTI JOIN (FROM clicks WHERE action = 'purchase') c
           ON orders.customer_id = c.customer_id AND orders.ordered_at = c.clicked_at""",
    ],
)
def test_nothing_impossible_happens(shop: duckdb.DuckDBPyConnection, impossible: str) -> None:
    assert shop.execute(impossible).fetchone() == (0,)


def test_the_shop_has_the_structure_it_is_said_to_have(shop: duckdb.DuckDBPyConnection) -> None:
    a_day, usual = shop.execute("""SELECT
        count(*) FILTER (promotion IS NOT NULL) /
            (SELECT sum(ends_on - starts_on + 1) FROM promotions),
        count(*) FILTER (promotion IS NULL) /
            (SELECT 365 - sum(ends_on - starts_on + 1) FROM promotions) FROM orders""").fetchone()  # type: ignore[misc]
    assert a_day > 1.4 * usual
    late, on_time = shop.execute("""SELECT
        avg((n > 0)::int) FILTER (late), avg((n > 0)::int) FILTER (NOT late) FROM (
        SELECT delivered_on > promised_on late, (SELECT count(*) FROM orders b
        WHERE b.customer_id = a.customer_id AND b.ordered_at > a.ordered_at) n
        FROM orders a WHERE ordered_at < '2025-06-01')""").fetchone()  # type: ignore[misc]
    assert on_time - late > 0.1


def test_the_yes_no_target_can_be_learned_but_not_easily() -> None:
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.metrics import roc_auc_score

    table = pd.read_csv(SAMPLES / "shop_customers.csv")
    assert 0.25 < table["will_buy_again"].eq("yes").mean() < 0.45
    y = table["will_buy_again"].eq("yes").to_numpy()
    columns = table.drop(columns=["customer_id", *TARGETS])
    x = np.column_stack([
        c.fillna(-1) if c.dtype.kind in "if" else pd.factorize(c)[0] for _, c in columns.items()
    ])  # fmt: skip
    held = np.random.default_rng(0).random(len(y)) < 0.3
    forest = RandomForestClassifier(150, min_samples_leaf=10, random_state=0).fit(
        x[~held], y[~held]
    )
    assert 0.75 < roc_auc_score(y[held], forest.predict_proba(x[held])[:, 1]) < 0.85
