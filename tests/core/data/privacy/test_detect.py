"""Columns with personal data are found by name and by cells; others are left alone."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from core.data.infer import infer
from core.data.load import load
from core.data.privacy.detect import masked_schema, personal
from core.data.privacy.headers import Sort, sort_of
from core.progress import silent
from core.schema import Column, Kind, Mask, Role
from tests.core.data.privacy.people_table import german_iban, luhn, people

ROWS = 60
FOUND_IN = {
    "telco-churn/WA_Fn-UseC_-Telco-Customer-Churn.csv": {"customerID": Sort.CUSTOMER},
    "telco-churn/variant_korean_4930.csv": {"ID": Sort.CUSTOMER},
    "ifood-marketing/marketing_campaign.csv": {"ID": Sort.CUSTOMER},
    "bank-marketing/bank.csv": {},
    "online-shoppers/online_shoppers_intention.csv": {},
    "wholesale-customers/Wholesale_customers_data.csv": {},
    "messy-csv/onlinefoods.csv": {"Pin code": Sort.POSTCODE},
    "messy-csv/amazon_alexa.tsv": {},
    "cdnow/CDNOW_master.txt": {"customer_id": Sort.CUSTOMER},
}


def written(folder: Path, columns: dict[str, list[str]]) -> Path:
    """A Parquet file of text."""
    pq.write_table(
        pa.table({n: pa.array(c, pa.string()) for n, c in columns.items()}), folder / "t"
    )
    return folder / "t"


def found(folder: Path, columns: dict[str, list[str]]) -> dict[str, Sort]:
    source = written(folder, columns)
    return {p.column: p.sort for p in personal(source, infer(source))}


def cells(name: str, rows: int = ROWS) -> list[str]:
    return [person[name] for person in people(rows, seed=3)]


@pytest.mark.parametrize(
    ("name", "sort"),
    [
        ("First name", Sort.NAME), ("E-mail", Sort.EMAIL), ("Phone", Sort.PHONE),
        ("Street", Sort.ADDRESS), ("IBAN", Sort.ACCOUNT), ("Card", Sort.CARD),
        ("SSN", Sort.NATIONAL_ID), ("Login from", Sort.IP), ("Comment", Sort.TEXT),
    ],
)  # fmt: skip
def test_cells_alone_are_believed(tmp_path: Path, name: str, sort: Sort) -> None:
    column = cells(name)
    if name == "Comment":
        column[0] = "Her mail is anna@example.com, she says"
    amounts = [str(i % 7) for i in range(ROWS)]
    assert found(tmp_path, {"col_7": column, "n": amounts})["col_7"] is sort


@pytest.mark.parametrize(
    ("header", "sort"),
    [
        ("customer_first_name", Sort.NAME), ("Nachname", Sort.NAME), ("prénom", Sort.NAME),
        ("apellidos", Sort.NAME), ("姓名", Sort.NAME), ("氏名", Sort.NAME), ("고객명", Sort.NAME),
        ("фамилия", Sort.NAME), ("emailAddress", Sort.EMAIL), ("E-Mail", Sort.EMAIL),
        ("correo", Sort.EMAIL), ("邮箱", Sort.EMAIL), ("Telefonnummer", Sort.PHONE),
        ("téléphone", Sort.PHONE), ("手机号", Sort.PHONE), ("휴대폰 번호", Sort.PHONE),
        ("Straße", Sort.ADDRESS), ("住所", Sort.ADDRESS), ("direccion", Sort.ADDRESS),
        ("PLZ", Sort.POSTCODE), ("ZIP Code", Sort.POSTCODE), ("郵便番号", Sort.POSTCODE),
        ("Geburtsdatum", Sort.BIRTH), ("dob", Sort.BIRTH), ("생년월일", Sort.BIRTH),
        ("ip_address", Sort.IP), ("codice_fiscale", Sort.NATIONAL_ID),
        ("身份证号", Sort.NATIONAL_ID),
        ("kontonummer", Sort.ACCOUNT), ("Kreditkartennummer", Sort.CARD),
        ("product_name", None), ("store address", None), ("PhoneService", None), ("mac", None),
        ("Year_Birth", None), ("contact", None), ("email_opened", None), ("marital", None),
        ("campaign name", None), ("has_phone", None), ("company", None), ("city", None),
    ],
)  # fmt: skip
def test_what_a_header_promises(header: str, sort: Sort | None) -> None:
    assert sort_of(header) is sort


@pytest.mark.parametrize(
    ("header", "column"),
    [
        ("phone", ["yes", "no"] * 30),
        ("email", ["opened", "sent", "none"] * 20),
        ("name", ["Toaster", "Kettle", "Grill", "Oven", "Mixer"] * 12),
        ("address", [str(i) for i in range(60)]),
        ("mobile", ["desktop", "mobile"] * 30),
        ("amount", [f"{1234567 + 31 * i}" for i in range(60)]),
        ("price", [f"{1000 + i}.99" for i in range(60)]),
        ("when", [f"2024-01-{1 + i % 28:02d}" for i in range(60)]),
        ("version", [f"1.{i}.0" for i in range(60)]),
        ("city", ["Berlin", "Paris", "Lima", "Oslo", "Rom", "Wien"] * 10),
        ("hash", [f"{i * 2654435761 % 2**32:08x}" * 4 for i in range(59)] + ["0" * 32]),
        ("note", ["ok", "fine, thanks a lot for all that"] * 30),
    ],
)  # fmt: skip
def test_nothing_is_found_where_nothing_is(tmp_path: Path, header: str, column: list[str]) -> None:
    seen = found(tmp_path, {header: column, "n": [str(i % 7) for i in range(60)]})
    assert seen.get(header) in (None, Sort.CUSTOMER)  # 60 different texts may be an id


def test_one_mail_among_many_comments_is_found(tmp_path: Path) -> None:
    texts = [f"The parcel number {i} came in time and all was well" for i in range(9000)]
    texts[4321] = "Please write to peter.kern@example.org about it"
    counts = [str(i % 7) for i in range(9000)]
    assert found(tmp_path, {"remarks": texts, "n": counts})["remarks"] is Sort.TEXT


def test_national_ids_of_one_country_only(tmp_path: Path) -> None:
    italian = ["RCCMNL83S18D969H", "MRTMTT91D08F205J", "MLLSNT82P65Z404U", "BNZVCN32S10E573Z"] * 3
    source = written(tmp_path, {"code": [*italian[:4]] * 5, "n": [str(i) for i in range(20)]})
    column = Column("code", Kind.TEXT)
    schema = infer(source).changed(column)
    assert personal(source, schema) == ()  # four different ones are too few to tell
    assert found(tmp_path, {"codice fiscale": italian, "n": [str(i % 5) for i in range(12)]})


def test_masked_columns_are_no_features_and_ids_stay_ids(tmp_path: Path) -> None:
    names = ("Customer ID", "Surname", "Postcode", "Date of birth", "IBAN", "orders")
    source = written(tmp_path, {name: cells(name, 200) for name in names})
    schema = masked_schema(source, infer(source))
    masks = {c.name: c.mask for c in schema.columns}
    assert masks == {
        "Customer ID": Mask.PSEUDONYM, "Surname": Mask.DROP, "Postcode": Mask.PREFIX,
        "Date of birth": Mask.BAND, "IBAN": Mask.DROP, "orders": Mask.NONE,
    }  # fmt: skip
    assert schema["Customer ID"].role is Role.ID
    assert [c.name for c in schema.features] == ["orders"]


def test_a_unique_mail_is_the_customer_where_there_is_no_other_id(tmp_path: Path) -> None:
    source = written(tmp_path, {n: cells(n, 200) for n in ("E-mail", "orders")})
    column = masked_schema(source, infer(source))["E-mail"]
    assert (column.role, column.mask) == (Role.ID, Mask.PSEUDONYM)


@pytest.mark.parametrize("file", FOUND_IN)
def test_real_tables(shared: Path, tmp_path: Path, file: str) -> None:
    path = shared / file
    dataset = load(path, path.name, tmp_path / "into", "2026-01-01T00:00:00+00:00", silent)
    seen = {p.column: p.sort for p in personal(dataset.source, dataset.schema)}
    assert seen == FOUND_IN[file]


def test_made_numbers_are_what_they_should_be() -> None:
    assert luhn("411111111111111") == "4111111111111111"  # the test card of the payment schemes
    assert german_iban(37040044, 532013000) == "DE89370400440532013000"  # ISO 13616's example
