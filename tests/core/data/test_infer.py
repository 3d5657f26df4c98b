from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from core.data.dataset import Dataset
from core.data.infer import propose_outcome, propose_target
from core.schema import Column, Kind, Role, Schema

Loaded = Callable[..., Dataset]
FEATURE, ID, GROUP, TIME, IGNORED = Role.FEATURE, Role.ID, Role.GROUP, Role.TIME, Role.IGNORED


def column_of(loaded: Loaded, values: Sequence[str], name: str = "x") -> Column:
    """How a column of these cells is understood beside another one."""
    rows = "\n".join(f'"{value}";{i % 7}.5' for i, value in enumerate(values))
    return loaded(f"{name};other\n{rows}\n").schema[name]


NUMBERS = [
    (["1", "2.5", "-3e2", "7"], ""),
    (["1,5", "2,25", "1.234,5", "3"], "comma"),
    (["1,234", "12,345", "1,234,567"], "thousands"),
    (["$84,835.00 ", "$57,091.00 ", "-$3.10", "($4.00)"], "money"),
    (["1.234,50 €", "7,00 €", "12 €"], "money comma"),
    (["12.5%", "3 %", "100%"], "percent"),
    (["1", "?", "3.5", "NA", "n/a", "null", "-", " "], ""),
]


@pytest.mark.parametrize(("values", "pattern"), NUMBERS)
def test_ways_of_writing_numbers(values: list[str], pattern: str, loaded: Loaded) -> None:
    column = column_of(loaded, values)
    assert (column.kind, column.pattern) == (Kind.NUMBER, pattern)


DATES = [
    (["2020-01-31", "2021-12-01"], "%Y-%m-%d"),
    (["31/01/2020", "01/02/2020"], "%d/%m/%Y"),
    (["1/31/2020", "2/1/2020"], "%m/%d/%Y"),
    (["6/16/14", "1/2/13"], "%m/%d/%y"),
    (["31.01.2020", "1.2.2020"], "%d.%m.%Y"),
    (["31-Jul-18", "1-Jan-17"], "%d-%b-%y"),
    (["19970101", "19981231"], "%Y%m%d"),
    (["2018-08-17 12:15:10", "2018-08-18 02:00:00"], "%Y-%m-%d %H:%M:%S"),
    (["2018-08-17T12:15:10.5Z", "2018-08-18T02:00:00.25Z"], "%Y-%m-%dT%H:%M:%S.%f%z"),
    (["4/22/2018 6:00", "4/21/2018 22:45"], "%m/%d/%Y %H:%M"),
    (["July 5, 2018", "May 31, 2019"], "%B %d, %Y"),
    (["2020-01-31", "NA", "", "2021-12-01"], "%Y-%m-%d"),
]


@pytest.mark.parametrize(("values", "pattern"), DATES)
def test_ways_of_writing_dates(values: list[str], pattern: str, loaded: Loaded) -> None:
    column = column_of(loaded, values)
    assert (column.kind, column.role, column.pattern) == (Kind.DATE, TIME, pattern)


def test_a_monthly_table_is_not_read_as_days_of_january(loaded: Loaded) -> None:
    assert column_of(loaded, [f"01/{m:02}/2020" for m in range(1, 13)]).pattern == "%d/%m/%Y"


@pytest.mark.parametrize(
    "pair",
    [
        "Yes No",
        "TRUE FALSE",
        "0 1",
        "Y N",
        "ja nein",
        "oui non",
        "예 아니오",
        "да нет",
        "はい いいえ",
    ],
)
def test_yes_and_no_in_any_spelling(pair: str, loaded: Loaded) -> None:
    one, two = pair.split()
    column = column_of(loaded, [one, two, one, one, "", two])
    assert (column.kind, column.levels) == (Kind.BOOLEAN, (one, two))


def test_one_spelling_is_kept_of_each_answer(loaded: Loaded) -> None:
    column = column_of(loaded, ["yes", "Yes", "Yes", "NO", "no", "no", "?"])
    assert (column.kind, column.levels) == (Kind.BOOLEAN, ("Yes", "no"))


@pytest.mark.parametrize(
    ("name", "values", "kind"),
    [
        ("Region", ["1", "2", "3"], Kind.CATEGORY),
        ("OperatingSystems", ["1", "2", "8"], Kind.CATEGORY),
        ("TrafficType", ["1", "20", "3"], Kind.CATEGORY),
        ("zip", ["10115", "80331", "10115"], Kind.CATEGORY),
        ("plz", ["01067", "80331", "01067"], Kind.CATEGORY),
        ("NumStorePurchases", ["1", "2", "3"], Kind.NUMBER),
        ("Kidhome", ["0", "1", "2"], Kind.NUMBER),
        ("x", ["1", "2", "1"], Kind.CATEGORY),
        ("y", ["yes", "no", "unknown"], Kind.CATEGORY),
        ("Monthly Income", ["No Income", "More than 5"], Kind.CATEGORY),
    ],
)
def test_codes_and_amounts(name: str, values: list[str], kind: Kind, loaded: Loaded) -> None:
    assert column_of(loaded, values * 5, name).kind is kind


@pytest.mark.parametrize(
    ("name", "values", "role"),
    [
        ("customerID", [f"{i * 7919 % 9973}" for i in range(60)], ID),
        ("anything", [f"k{i * 7919 % 9973}" for i in range(60)], ID),
        ("", [str(i) for i in range(60)], ID),
        ("x", [str(i) for i in range(1, 61)], ID),
        ("x", [str(i * i) for i in range(60)], FEATURE),
        ("id", [str(i // 3) for i in range(60)], GROUP),
        ("x", ["same"] * 60, IGNORED),
        ("x", ["y"] + [""] * 60, IGNORED),
        (
            "x",
            [f"I bought number {i} and it was all I had hoped for, truly" for i in range(60)],
            IGNORED,
        ),
    ],
)
def test_roles(name: str, values: list[str], role: Role, loaded: Loaded) -> None:
    column = column_of(loaded, values, name) if name else column_of(loaded, values, "column 1")
    assert column.role is role


def test_ids_stay_text(loaded: Loaded) -> None:
    column = column_of(loaded, [str(2**53 + i) for i in range(60)], "id")
    assert (column.kind, column.role) == (Kind.TEXT, ID)


def test_a_few_cells_that_are_no_numbers_do_not_make_a_text(loaded: Loaded) -> None:
    assert column_of(loaded, [str(i / 8) for i in range(300)] + ["error"]).kind is Kind.NUMBER
    assert (
        column_of(loaded, [str(i / 8) for i in range(30)] + ["error"] * 9).kind is not Kind.NUMBER
    )


def test_levels_are_most_frequent_first(loaded: Loaded) -> None:
    assert column_of(loaded, ["b", "a", "c", "a", "c", "c"]).levels == ("c", "a", "b")


REAL = {
    "online-shoppers/online_shoppers_intention.csv": ("Revenue", "TRUE"),
    "telco-churn/WA_Fn-UseC_-Telco-Customer-Churn.csv": ("Churn", "Yes"),
    "telco-churn/variant_korean_4930.csv": ("이탈여부", "1"),
    "ifood-marketing/marketing_campaign.csv": ("Response", "1"),
    "wholesale-customers/Wholesale_customers_data.csv": ("Channel", "2"),
    "adult-census/adult.csv": ("income-per-year", ">50K"),
    "bank-marketing/bank.csv": ("y", "yes"),
    "brand-choice-panels/OJ.csv": ("Purchase", "MM"),
    "messy-csv/onlinefoods.csv": ("Output", "Yes"),
    "messy-csv/TravelInsurancePrediction.csv": ("TravelInsurance", "1"),
}


@pytest.mark.parametrize("file", REAL)
def test_targets_of_real_tables(file: str, shared: Path, loaded: Loaded) -> None:
    schema = loaded(shared / file, file).schema
    target = propose_target(schema)
    assert target is not None
    assert (target, propose_outcome(schema[target])) == REAL[file]


def test_columns_of_real_tables(shared: Path, loaded: Loaded) -> None:
    def kinds(file: str) -> dict[str, Kind]:
        return {c.name: c.kind for c in loaded(shared / file, file).schema.columns}

    shop = kinds("online-shoppers/online_shoppers_intention.csv")
    codes = {"OperatingSystems", "Browser", "Region", "TrafficType", "Month", "VisitorType"}
    assert {name for name, kind in shop.items() if kind is Kind.CATEGORY} == codes
    assert {n for n, k in shop.items() if k is Kind.BOOLEAN} == {"Weekend", "Revenue"}
    telco = kinds("telco-churn/WA_Fn-UseC_-Telco-Customer-Churn.csv")
    assert telco["SeniorCitizen"] is Kind.BOOLEAN
    assert {telco[n] for n in ("tenure", "MonthlyCharges", "TotalCharges")} == {Kind.NUMBER}
    yogurt = loaded(shared / "brand-choice-panels/Yogurt.csv", "Yogurt.csv").schema
    assert (yogurt["id"].role, yogurt["rownames"].role) == (GROUP, ID)
    people = loaded(shared / "ifood-marketing/variant_dollar_mdy_country.csv", "v.csv").schema
    assert (people["Income"].pattern, people["Dt_Customer"].pattern) == ("money", "%m/%d/%y")


def test_no_target_where_nothing_can_be_one() -> None:
    assert propose_target(Schema((Column("id", Kind.TEXT, ID),))) is None


def test_of_two_that_sound_alike_the_yes_or_no_is_proposed() -> None:
    bought = Column("categories_bought", Kind.CATEGORY, levels=("1", "2", "3"))
    again = Column("will_buy_again", Kind.BOOLEAN, levels=("no", "yes"))
    assert propose_target(Schema((bought, again))) == "will_buy_again"
