"""What the columns that matter mean in every real table, by hand from their READMEs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from core.data.dataset import Dataset
from core.data.infer import propose_outcome, propose_target
from core.schema import Column, Kind, Role

Loaded = Callable[..., Dataset]
N, C, B, D, T = Kind.NUMBER, Kind.CATEGORY, Kind.BOOLEAN, Kind.DATE, Kind.TEXT
USE, ID, GROUP, TIME, OUT = Role.FEATURE, Role.ID, Role.GROUP, Role.TIME, Role.IGNORED

# postcodes stay out as personal data
# file: (target proposed, its outcome, {column: (kind, role)})
TABLES: dict[str, tuple[str | None, str, dict[str, tuple[Kind, Role]]]] = {
    "adult-census/adult.csv": ("income-per-year", ">50K", {
        "age": (N, USE), "workclass": (C, USE), "fnlwgt": (N, USE), "education": (C, USE),
        "education-num": (N, USE), "race": (C, USE), "sex": (C, USE), "capital-gain": (N, USE),
        "income-per-year": (C, USE),
    }),
    "bank-marketing/bank-additional.csv": ("y", "yes", {
        "age": (N, USE), "job": (C, USE), "default": (C, USE), "month": (C, USE),
        "day_of_week": (C, USE), "duration": (N, USE), "pdays": (N, USE), "poutcome": (C, USE),
        "emp.var.rate": (N, USE), "nr.employed": (N, USE), "y": (B, USE),
    }),
    "bank-marketing/bank.csv": ("y", "yes", {
        "default": (B, USE), "balance": (N, USE), "day": (N, USE), "month": (C, USE),
        "pdays": (N, USE), "education": (C, USE), "y": (B, USE),
    }),
    "brand-choice-panels/Catsup.csv": ("choice", "heinz41", {
        "rownames": (T, ID), "id": (C, GROUP), "disp.heinz41": (B, USE),
        "price.heinz41": (N, USE), "choice": (C, USE),
    }),
    "brand-choice-panels/OJ.csv": ("Purchase", "MM", {
        "rownames": (T, ID), "Purchase": (C, USE), "WeekofPurchase": (N, USE),
        "StoreID": (C, USE), "STORE": (C, USE), "Store7": (B, USE), "LoyalCH": (N, USE),
        "PriceDiff": (N, USE), "SpecialCH": (B, USE),
    }),
    "brand-choice-panels/Yogurt.csv": ("choice", "hiland", {
        "rownames": (T, ID), "id": (C, GROUP), "feat.weight": (B, USE), "price.weight": (N, USE),
    }),
    "cdnow/CDNOW_master.txt": ("dollar_value", "", {
        "customer_id": (C, GROUP), "date": (D, TIME), "number_of_cds": (N, USE),
        "dollar_value": (N, USE),
    }),
    "cdnow/CDNOW_sample.txt": ("column 5", "", {
        "column 1": (C, GROUP), "column 2": (C, GROUP), "column 3": (D, TIME),
        "column 4": (N, USE), "column 5": (N, USE),
    }),
    "diginetica-sample/sample_train-item-views.csv": ("timeframe", "", {
        "session_id": (C, GROUP), "user_id": (C, GROUP), "item_id": (C, GROUP),
        "timeframe": (N, USE), "eventdate": (D, TIME),
    }),
    "ifood-marketing/marketing_campaign.csv": ("Response", "1", {
        "ID": (T, ID), "Year_Birth": (N, USE), "Education": (C, USE), "Income": (N, USE),
        "Kidhome": (N, USE), "Dt_Customer": (D, TIME), "MntWines": (N, USE),
        "AcceptedCmp3": (B, USE), "Z_CostContact": (N, OUT), "Z_Revenue": (N, OUT),
        "Response": (B, USE),
    }),
    "ifood-marketing/variant_dollar_mdy_country.csv": ("Response", "1", {
        "ID": (T, ID), "Income": (N, USE), "Dt_Customer": (D, TIME), "Country": (C, USE),
    }),
    "ifood-marketing/variant_encoded_yesno.csv": ("AcceptedCmp6", "Yes", {
        "ID": (T, ID), "Education_Code": (C, USE), "Marital_Status_Code": (C, USE),
        "Income": (N, USE), "Complain": (B, USE), "AcceptedCmp6": (B, USE),
    }),
    "messy-csv/TravelInsurancePrediction.csv": ("TravelInsurance", "1", {
        "column 1": (T, ID), "Age": (N, USE), "Employment Type": (C, USE),
        "ChronicDiseases": (B, USE), "TravelInsurance": (B, USE),
    }),
    "messy-csv/amazon_alexa.tsv": ("feedback", "1", {
        "rating": (N, USE), "date": (D, TIME), "variation": (C, USE),
        "verified_reviews": (T, OUT), "feedback": (B, USE),
    }),
    "messy-csv/fb_live_sellers.csv": ("status_type", "link", {
        "status_id": (T, ID), "status_type": (C, USE), "status_published": (D, TIME),
        "num_likes": (N, USE), "Column1": (T, OUT), "Column4": (T, OUT),
    }),
    "messy-csv/instagram_latin1.csv": ("Conversion Rate", "", {
        "Date": (D, TIME), "Impressions": (N, USE), "Caption": (T, OUT), "Hashtags": (T, OUT),
    }),
    "messy-csv/onlinefoods.csv": ("Output", "Yes", {
        "Age": (N, USE), "Monthly Income": (C, USE), "Educational Qualifications": (C, USE),
        "Pin code": (C, OUT), "latitude": (N, USE), "Output": (B, USE), "Feedback": (B, USE),
    }),
    "messy-csv/top10s_latin1.csv": ("pop", "", {
        "column 1": (T, ID), "title": (T, OUT), "artist": (C, USE), "top genre": (C, USE),
        "year": (N, USE), "bpm": (N, USE), "dB": (N, USE),
    }),
    "olist-subset/olist_customers_dataset.csv": (None, "", {
        "customer_id": (T, ID), "customer_unique_id": (C, GROUP),
        "customer_zip_code_prefix": (C, OUT), "customer_state": (C, USE),
    }),
    "olist-subset/olist_order_items_dataset.csv": ("freight_value", "", {
        "order_id": (C, GROUP), "product_id": (C, GROUP), "seller_id": (C, GROUP),
        "shipping_limit_date": (D, TIME), "price": (N, USE),
    }),
    "olist-subset/olist_order_reviews_dataset.csv": ("review_score", "", {
        "review_id": (C, GROUP), "order_id": (C, GROUP), "review_score": (N, USE),
        "review_comment_message": (T, OUT), "review_creation_date": (D, TIME),
    }),
    "olist-subset/olist_orders_dataset.csv": ("order_status", "approved", {
        "order_id": (T, ID), "customer_id": (T, ID), "order_status": (C, USE),
        "order_purchase_timestamp": (D, TIME), "order_delivered_customer_date": (D, TIME),
    }),
    "olist-subset/olist_products_dataset.csv": ("product_width_cm", "", {
        "product_id": (T, ID), "product_category_name": (C, USE),
        "product_name_lenght": (N, USE), "product_weight_g": (N, USE),
    }),
    "online-shoppers/online_shoppers_intention.csv": ("Revenue", "TRUE", {
        "Administrative": (N, USE), "PageValues": (N, USE), "SpecialDay": (N, USE),
        "Month": (C, USE), "OperatingSystems": (C, USE), "Browser": (C, USE),
        "Region": (C, USE), "TrafficType": (C, USE), "VisitorType": (C, USE),
        "Weekend": (B, USE), "Revenue": (B, USE),
    }),
    "online-shoppers/variant_semicolon.csv": ("Revenue", "TRUE", {
        "PageValues": (N, USE), "Month": (C, USE), "Weekend": (B, USE),
    }),
    "telco-churn/WA_Fn-UseC_-Telco-Customer-Churn.csv": ("Churn", "Yes", {
        "customerID": (T, ID), "gender": (C, USE), "SeniorCitizen": (B, USE),
        "tenure": (N, USE), "MultipleLines": (C, USE), "Contract": (C, USE),
        "TotalCharges": (N, USE), "Churn": (B, USE),
    }),
    "telco-churn/variant_crlf_evalml.csv": ("Churn", "Yes", {
        "customerID": (T, ID), "TotalCharges": (N, USE), "Churn": (B, USE),
    }),
    "telco-churn/variant_korean_4930.csv": ("이탈여부", "1", {
        "ID": (T, ID), "성별": (B, USE), "가입기간": (N, USE), "지불방법": (C, USE),
        "총지불요금": (N, USE), "이탈여부": (B, USE),
    }),
    "universal-bank/cr_only_line_ends.csv": ("Personal Loan", "1", {
        "ID": (T, ID), "ZIP Code": (C, OUT), "Family": (N, USE), "Education": (C, USE),
        "Personal Loan": (B, USE), "CreditCard": (B, USE), "DBSCAN_Cluster": (C, USE),
    }),
    "wholesale-customers/Wholesale_customers_data.csv": ("Channel", "2", {
        "Channel": (C, USE), "Region": (C, USE), "Fresh": (N, USE), "Delicassen": (N, USE),
    }),
    "womens-reviews-sample/reviews_first1000.csv": ("Recommended IND", "1", {
        "column 1": (T, ID), "Clothing ID": (C, GROUP), "Age": (N, USE), "Title": (T, OUT),
        "Review Text": (T, OUT), "Rating": (N, USE), "Recommended IND": (B, USE),
        "Department Name": (C, USE),
    }),
    "womens-reviews-sample/wcp.csv": ("Recommended IND", "1", {
        "ClothingID": (C, GROUP), "ReviewText": (T, OUT), "Recommended IND": (B, USE),
    }),
    "yoochoose-100k/yoochoose-clicks-100k_test.txt": (None, "", {
        "SessionId": (C, GROUP), "ItemId": (C, GROUP), "Time": (D, TIME),
    }),
}  # fmt: skip

VISITS = ("Feb", "Mar", "May", "June", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
CONTRACTS = ("Month-to-month", "One year", "Two year")
ORDERS: dict[str, dict[str, tuple[str, ...]]] = {
    "adult-census/adult.csv": {"education": (
        "Preschool", "1st-4th", "5th-6th", "7th-8th", "9th", "10th", "11th", "12th", "HS-grad",
        "Some-college", "Assoc-voc", "Assoc-acdm", "Bachelors", "Masters", "Prof-school",
        "Doctorate",
    )},
    "bank-marketing/bank.csv": {
        "month": (
            "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
        ),
        "education": ("primary", "secondary", "tertiary", "unknown"),
    },
    "bank-marketing/bank-additional.csv": {
        "day_of_week": ("mon", "tue", "wed", "thu", "fri"),
        "month": (
            "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
        ),
        "education": (
            "illiterate", "basic.4y", "basic.6y", "basic.9y", "high.school",
            "professional.course", "university.degree", "unknown",
        ),
    },
    "messy-csv/onlinefoods.csv": {
        "Monthly Income": (
            "No Income", "Below Rs.10000", "10001 to 25000", "25001 to 50000", "More than 50000",
        ),
        "Educational Qualifications": (
            "Uneducated", "School", "Graduate", "Post Graduate", "Ph.D",
        ),
    },
    "online-shoppers/online_shoppers_intention.csv": {"Month": VISITS},
    "online-shoppers/variant_semicolon.csv": {"Month": VISITS},
    "telco-churn/WA_Fn-UseC_-Telco-Customer-Churn.csv": {"Contract": CONTRACTS},
    "telco-churn/variant_crlf_evalml.csv": {"Contract": CONTRACTS},
}  # fmt: skip


@pytest.mark.parametrize("file", TABLES)
def test_every_real_table_is_understood(file: str, shared: Path, loaded: Loaded) -> None:
    target, outcome, wanted = TABLES[file]
    schema = loaded(shared / file, file).schema
    found = {name: (schema[name].kind, schema[name].role) for name in wanted}
    assert found == wanted
    assert propose_target(schema) == target
    assert (propose_outcome(schema[target]) if target else "") == outcome
    orders = {c.name: c.levels for c in schema.columns if c.ordered}
    assert orders == ORDERS.get(file, {})


def column_of(loaded: Loaded, values: list[str], name: str) -> Column:
    """How a column of these cells is understood beside another one."""
    rows = "\n".join(f'"{value}";{i % 7}.5' for i, value in enumerate(values))
    return loaded(f"{name};other\n{rows}\n").schema[name]


CELLS = [
    ("ids of a table with gaps", "customer_id", [f"{i * 7919 % 9973}.0" for i in range(60)],
     (T, ID, "whole")),
    ("ids that repeat", "고객번호", [f"{i // 3 + 10}.0" for i in range(60)], (C, GROUP, "whole")),
    ("ids beyond 2^53", "x", [str(2**60 + i * 7) for i in range(60)], (T, ID, "")),
    ("ids beyond 2^53 with a point", "id", [f"{2**60 + i * 7}.0" for i in range(60)],
     (T, ID, "whole")),
    ("leading zeros", "kundennr", [f"{i:05}" for i in range(60)], (T, ID, "")),
    ("codes with a point", "region", ["1.0", "2.0", "3.0"] * 9, (C, USE, "whole")),
    ("seconds", "created_at", [str(1396860669 + 977 * i) for i in range(60)], (D, TIME, "unix")),
    ("milliseconds", "timestamp", [str(1396860669277 + 977 * i) for i in range(60)],
     (D, TIME, "unix ms")),
    ("days of a spreadsheet", "date", [str(43831 + i % 40) for i in range(60)],
     (D, TIME, "excel")),
    ("amounts like seconds", "revenue", [str(1396860669 + 977 * i * i) for i in range(60)],
     (N, USE, "")),
    ("Chinese days", "日期", ["2020年1月31日", "2021年12月1日"] * 9, (D, TIME, "%Y年%m月%d日")),
    ("Korean days", "날짜", ["2020. 1. 31.", "2021. 12. 1."] * 9, (D, TIME, "%Y. %m. %d.")),
    ("wide digits", "金額", ["１２３", "４５．５", "６"] * 9, (N, USE, "wide")),
    ("yen", "価格", ["1,200円", "980円", "12,000円"] * 9, (N, USE, "money")),
    ("lakhs", "amount", ["1,23,456", "12,345", "99"] * 9, (N, USE, "thousands")),
    ("millions", "reach", ["1.2M", "60K", "950"] * 9, (N, USE, "short")),
    ("months of a child", "size", ["12M", "18M", "24M"] * 9, (C, USE, "")),
    ("many spellings", "opened", ["yes", "Y", "no", "0"] * 9, (B, USE, "spellings")),
]  # fmt: skip


@pytest.mark.parametrize(("_what", "name", "values", "wanted"), CELLS, ids=[c[0] for c in CELLS])
def test_ways_of_writing(
    _what: str, name: str, values: list[str], wanted: tuple[Kind, Role, str], loaded: Loaded
) -> None:
    column = column_of(loaded, values, name)
    assert (column.kind, column.role, column.pattern) == wanted
