"""The same features written by hand: as SQL for DuckDB, one query a level, and with pandas.

They are what ``core.behaviour`` is measured against, so both give the very same cells.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from core.behaviour.recorded import DAY

CUTOFF, LOOKBACK, OUTCOME = 18567 * DAY, 180 * DAY, 30 * DAY  # 2020-11-01, in milliseconds
QUIET = 30 * 60_000
WINDOWS = (7, 30, 90)
KINDS = ("view", "add_to_cart", "search")
CHANNELS = ("web", "app", "store")
PARTS = {"night": (0, 5), "morning": (6, 11), "afternoon": (12, 17), "evening": (18, 23)}


def _events() -> dict[str, str]:
    found = {
        "days_since_last_event": f"min(before) / {DAY}.0::DOUBLE",
        "days_since_last_purchase": f"min(before) FILTER (buys) / {DAY}.0::DOUBLE",
        "events": "count(*)::DOUBLE",
        "spend": "coalesce(sum(amount) FILTER (buys), 0)",
        "average_discount": "avg(discount) FILTER (buys)",
        "share_bought_at_a_discount": "avg((discount > 0)::INT) FILTER (buys)",
        "share_at_weekends": f"avg(((instant // {DAY} + 3) % 7 >= 5)::INT)",
    }
    for kind in KINDS:
        of = f"kind = '{kind}'"
        found[f"days_since_last_{kind}"] = f"min(before) FILTER ({of}) / {DAY}.0::DOUBLE"
        found[f"{kind}_count"] = f"(count(*) FILTER ({of}))::DOUBLE"
        for days in WINDOWS:
            lately = f"{of} AND before <= {days * DAY}"
            found[f"{kind}_last_{days}_days"] = f"(count(*) FILTER ({lately}))::DOUBLE"
    for days in WINDOWS:
        lately, earlier = f"before <= {days * DAY}", f"before <= {2 * days * DAY}"
        found[f"spend_last_{days}_days"] = f"coalesce(sum(amount) FILTER (buys AND {lately}), 0)"
        found[f"activity_change_{days}_days"] = (
            f"count(*) FILTER ({lately}) / nullif(count(*) FILTER ({earlier} AND NOT {lately}), 0)"
        )
    for channel in CHANNELS:
        found[f"share_over_{channel}"] = f"avg((channel = '{channel}')::INT)"
    for part, (begin, end) in PARTS.items():
        hour = f"instant % {DAY} // {DAY // 24}"
        found[f"share_in_the_{part}"] = f"avg(({hour} BETWEEN {begin} AND {end})::INT)"
    return found


def _purchases() -> dict[str, str]:
    found = {f"purchases_last_{days}_days": f"(count(*) FILTER (before <= {days * DAY}))::DOUBLE"
             for days in WINDOWS}  # fmt: skip
    return found | {
        "purchases": "count(*)::DOUBLE",
        "average_purchase": "avg(amount)",
        "spread_of_purchases": "stddev_samp(amount)",
        "largest_purchase": "max(amount)",
        "lines_per_purchase": "avg(lines)",
        "pieces_per_purchase": "avg(quantity)",
    }


def _days() -> dict[str, str]:
    half = LOOKBACK // 2
    found = {f"active_days_last_{days}_days": f"(count(*) FILTER (before <= {days * DAY}))::DOUBLE"
             for days in WINDOWS}  # fmt: skip
    return found | {
        "active_days": "count(*)::DOUBLE",
        "mean_days_between_visits": "avg(gap)",
        "spread_of_days_between_visits": "stddev_samp(gap)",
        "longest_break_between_visits": "max(gap)::DOUBLE",
        "share_of_active_days_recent": f"avg((before <= {half})::INT)",
        "mean_age_of_activity": f"avg(before) / {DAY}.0::DOUBLE",
    }


def _buying_days() -> dict[str, str]:
    half = LOOKBACK // 2
    return {
        "mean_days_between_purchases": "avg(gap)",
        "spread_of_days_between_purchases": "stddev_samp(gap)",
        "longest_break_between_purchases": "max(gap)::DOUBLE",
        "wait_against_usual": f"min(before) / {DAY}.0::DOUBLE / nullif(avg(gap), 0)",
        "share_of_purchases_recent": f"avg((before <= {half})::INT)",
    }


def _products() -> dict[str, str]:
    return {
        "products": "count(*)::DOUBLE",
        "share_of_products_met_again": "avg((events > 1)::INT)",
        "products_bought": "(count(*) FILTER (bought > 0))::DOUBLE",
        "share_of_products_not_bought": "avg((bought = 0)::INT)",
        "mean_price_of_products": "avg(price)",
    }


def _categories() -> dict[str, str]:
    return {
        "categories": "count(*)::DOUBLE",
        "share_of_favourite_category": "max(events) / sum(events)::DOUBLE",
        "variety_of_categories": "ln(sum(events)) - sum(events * ln(events)) / sum(events)",
    }


def _sessions() -> dict[str, str]:
    return {
        "visits": "count(*)::DOUBLE",
        "events_per_visit": "avg(events)",
        "seconds_per_visit": "avg(seconds)",
        "share_of_visits_with_one_event": "avg((events = 1)::INT)",
        "share_of_visits_that_bought": "avg(bought::INT)",
    }


def _gaps(where: str) -> str:
    return f"""SELECT *, day - lag(day) OVER (PARTITION BY customer ORDER BY day) AS gap
        FROM (SELECT customer, instant // {DAY} AS day, min(before) AS before
              FROM past {where} GROUP BY ALL)"""  # noqa: S608


VISITS = f"""SELECT customer, count(*) AS events, bool_or(buys) AS bought,
        (max(instant) - min(instant)) / 1000.0::DOUBLE AS seconds
    FROM (SELECT *, sum(begins) OVER (PARTITION BY customer ORDER BY instant) AS visit
          FROM (SELECT customer, instant, buys, coalesce(instant - lag(instant) OVER
                    (PARTITION BY customer ORDER BY instant) > {QUIET}, true)::INT AS begins
                FROM past))
    GROUP BY customer, visit"""  # noqa: S608
PURCHASES = """SELECT customer, min(before) AS before, count(*) AS lines, sum(quantity) AS quantity,
        sum(amount) AS amount FROM past WHERE buys GROUP BY customer, purchase"""
PRODUCTS = """SELECT customer, count(*) AS events, sum(buys::INT) AS bought, avg(price) AS price
        FROM past WHERE product IS NOT NULL GROUP BY customer, product"""
CATEGORIES = """SELECT customer, count(*) AS events FROM past WHERE category IS NOT NULL
        GROUP BY customer, category"""
LEVELS = {
    "of_events": (_events(), "past"),
    "of_purchases": (_purchases(), f"({PURCHASES})"),
    "of_days": (_days(), f"({_gaps('')})"),
    "of_buying_days": (_buying_days(), f"({_gaps('WHERE buys')})"),
    "of_products": (_products(), f"({PRODUCTS})"),
    "of_categories": (_categories(), f"({CATEGORIES})"),
    "of_visits": (_sessions(), f"({VISITS})"),
}
TENURE = {
    "days_since_first_event": f'({CUTOFF} - min("at")) / {DAY}.0::DOUBLE',
    "days_since_first_purchase": f'({CUTOFF} - min("at") FILTER (buys)) / {DAY}.0::DOUBLE',
}
FEATURES = (*(name for measures, _ in LEVELS.values() for name in measures), *TENURE)
COUNTS = ("purchases", "purchases_last_7_days", "purchases_last_30_days", "purchases_last_90_days",
          "products_bought")  # fmt: skip


def sql(events: Path) -> str:
    """All features and the answer, one row a customer."""
    file = f"read_parquet('{events}')"
    before = f'{file} WHERE "at" < {CUTOFF}'
    queries = [
        f'past AS (SELECT *, "at" AS instant, {CUTOFF} - "at" AS before FROM {file}'  # noqa: S608
        f' WHERE "at" >= {CUTOFF - LOOKBACK} AND "at" < {CUTOFF})',
        f"known AS ({_query(TENURE, before)})",
        f"answer AS (SELECT customer, count(DISTINCT purchase) AS times FROM {file}"  # noqa: S608
        f' WHERE buys AND "at" >= {CUTOFF} AND "at" < {CUTOFF + OUTCOME} GROUP BY customer)',
        *(f"{name} AS ({_query(measures, of)})" for name, (measures, of) in LEVELS.items()),
    ]
    cells = ", ".join(f"coalesce({n}, 0) AS {n}" if n in COUNTS else n for n in FEATURES)
    joins = "".join(f" LEFT JOIN {n} USING (customer)" for n in [*LEVELS, "known", "answer"][1:])
    return (
        f"WITH {', '.join(queries)} SELECT customer, {CUTOFF} AS cutoff, {cells},"  # noqa: S608
        f" CASE WHEN coalesce(times, 0) > 0 THEN 'yes' ELSE 'no' END AS label"
        f" FROM of_events{joins}"
    )


def _query(measures: dict[str, str], of: str) -> str:
    cells = ", ".join(f"{value} AS {name}" for name, value in measures.items())
    return f"SELECT customer, {cells} FROM {of} GROUP BY customer"  # noqa: S608


def with_pandas(events: Path) -> pd.DataFrame:
    """The same with pandas."""
    log = pd.read_parquet(events)
    log["before"] = CUTOFF - log["at"]
    known = log[log["before"] > 0]
    past = known[known["before"] <= LOOKBACK].copy()
    found = _frame_events(past)
    found |= _frame_days(past, "visits", "active_days") | _frame_purchases(past)
    found |= _frame_days(past[past["buys"]], "purchases", "")
    found |= _frame_words(past) | _frame_visits(past)
    found["days_since_first_event"] = known.groupby("customer")["before"].max() / DAY
    bought = known[known["buys"]].groupby("customer")["before"].max()
    found["days_since_first_purchase"] = bought / DAY
    table = pd.DataFrame(found).reindex(sorted(past["customer"].unique()))
    table[list(COUNTS)] = table[list(COUNTS)].fillna(0.0)
    after = log[log["buys"] & (log["before"] <= 0) & (log["before"] > -OUTCOME)]["customer"]
    table["label"] = np.where(table.index.isin(after.unique()), "yes", "no")
    return table


def _frame_events(past: pd.DataFrame) -> dict[str, pd.Series]:
    who, before, buys = past["customer"], past["before"], past["buys"]

    def number(where: pd.Series) -> pd.Series:
        return where.groupby(who).sum().astype(float)

    found = {
        "events": before.groupby(who).size().astype(float),
        "days_since_last_event": before.groupby(who).min() / DAY,
        "days_since_last_purchase": before[buys].groupby(who[buys]).min() / DAY,
        "spend": past["amount"].where(buys).groupby(who).sum(),
        "average_discount": past["discount"][buys].groupby(who[buys]).mean(),
        "share_bought_at_a_discount": (past["discount"][buys] > 0).groupby(who[buys]).mean(),
        "share_at_weekends": ((past["at"] // DAY + 3) % 7 >= 5).groupby(who).mean(),
    }
    for kind in KINDS:
        of = past["kind"] == kind
        found[f"days_since_last_{kind}"] = before[of].groupby(who[of]).min() / DAY
        found[f"{kind}_count"] = number(of)
        for days in WINDOWS:
            found[f"{kind}_last_{days}_days"] = number(of & (before <= days * DAY))
    for days in WINDOWS:
        lately = before <= days * DAY
        earlier = (before <= 2 * days * DAY) & ~lately
        found[f"spend_last_{days}_days"] = past["amount"].where(buys & lately).groupby(who).sum()
        found[f"activity_change_{days}_days"] = number(lately) / number(earlier).replace(0, np.nan)
    for channel in CHANNELS:
        found[f"share_over_{channel}"] = (past["channel"] == channel).groupby(who).mean()
    hour = past["at"] % DAY // (DAY // 24)
    for part, (begin, end) in PARTS.items():
        found[f"share_in_the_{part}"] = hour.between(begin, end).groupby(who).mean()
    return found


def _frame_purchases(past: pd.DataFrame) -> dict[str, pd.Series]:
    rows = past[past["buys"]].groupby(["customer", "purchase"]).agg(
        before=("before", "min"), lines=("before", "size"), quantity=("quantity", "sum"),
        amount=("amount", "sum"),
    ).reset_index()  # fmt: skip
    by = rows.groupby("customer")
    found = {f"purchases_last_{days}_days":
             (rows["before"] <= days * DAY).groupby(rows["customer"]).sum().astype(float)
             for days in WINDOWS}  # fmt: skip
    return found | {
        "purchases": by.size().astype(float),
        "average_purchase": by["amount"].mean(),
        "spread_of_purchases": by["amount"].std(),
        "largest_purchase": by["amount"].max(),
        "lines_per_purchase": by["lines"].mean(),
        "pieces_per_purchase": by["quantity"].mean(),
    }


def _frame_days(past: pd.DataFrame, of: str, active: str) -> dict[str, pd.Series]:
    day = past.assign(day=past["at"] // DAY)
    rows = day.groupby(["customer", "day"])["before"].min().reset_index()
    rows["gap"] = rows.groupby("customer")["day"].diff()
    by, recent = rows.groupby("customer"), rows["before"] <= LOOKBACK // 2
    found = {
        f"mean_days_between_{of}": by["gap"].mean(),
        f"spread_of_days_between_{of}": by["gap"].std(),
        f"longest_break_between_{of}": by["gap"].max(),
    }
    share = recent.groupby(rows["customer"]).mean()
    if not active:
        wait = by["before"].min() / DAY / by["gap"].mean().replace(0, np.nan)
        return found | {"wait_against_usual": wait, "share_of_purchases_recent": share}
    for days in WINDOWS:
        lately = rows["before"] <= days * DAY
        found[f"{active}_last_{days}_days"] = lately.groupby(rows["customer"]).sum().astype(float)
    found |= {active: by.size().astype(float), "share_of_active_days_recent": share}
    return found | {"mean_age_of_activity": by["before"].mean() / DAY}


def _frame_words(past: pd.DataFrame) -> dict[str, pd.Series]:
    rows = past.groupby(["customer", "product"]).agg(
        events=("buys", "size"), bought=("buys", "sum"), price=("price", "mean")
    ).reset_index()  # fmt: skip
    who = rows["customer"]
    count = past.groupby(["customer", "category"]).size()
    total = count.groupby(level=0).sum()
    return {
        "products": rows.groupby("customer").size().astype(float),
        "share_of_products_met_again": (rows["events"] > 1).groupby(who).mean(),
        "products_bought": (rows["bought"] > 0).groupby(who).sum().astype(float),
        "share_of_products_not_bought": (rows["bought"] == 0).groupby(who).mean(),
        "mean_price_of_products": rows.groupby("customer")["price"].mean(),
        "categories": count.groupby(level=0).size().astype(float),
        "share_of_favourite_category": count.groupby(level=0).max() / total,
        "variety_of_categories": np.log(total)
        - (count * np.log(count)).groupby(level=0).sum() / total,
    }


def _frame_visits(past: pd.DataFrame) -> dict[str, pd.Series]:
    rows = past[["customer", "at", "buys"]].sort_values(["customer", "at"])
    begins = ~(rows.groupby("customer")["at"].diff() <= QUIET)
    visits = rows.groupby([rows["customer"], begins.cumsum().rename("visit")]).agg(
        events=("at", "size"), first=("at", "min"), last=("at", "max"), bought=("buys", "max")
    )
    visits["seconds"] = (visits["last"] - visits["first"]) / 1000
    return {
        "visits": visits.groupby(level=0).size().astype(float),
        "events_per_visit": visits.groupby(level=0)["events"].mean(),
        "seconds_per_visit": visits.groupby(level=0)["seconds"].mean(),
        "share_of_visits_with_one_event": (visits["events"] == 1).groupby(level=0).mean(),
        "share_of_visits_that_bought": visits["bought"].groupby(level=0).mean(),
    }
