"""A model made from a table of people holds none of them."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pyarrow.parquet as pq
import pytest

from core.data.dataset import Dataset
from core.progress import silent
from core.schema import Mask, Role
from core.store import fitting, models, projects, tables
from core.tasks.tables import bring
from core.train.wish import Choices, wish
from tests.core.data.privacy.people_table import TOLD, people, people_file

ROWS = 200
FAMILIES = {"baseline": {}, "tree": {}, "forest": {"trees": 10}, "linear": {}, "svm": {}}
# cells that tell who somebody is, long enough to stand nowhere by chance
TELLING = ("Customer ID", "E-mail", "Phone", "Street", "Date of birth", "IBAN", "Card", "SSN",
           "Login from")  # fmt: skip


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The people, and a model of each family that needs no Keras."""
    folder = tmp_path_factory.mktemp("people")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WHYBUY_KEY", "a key of the tests")
        made = bring(folder / "home", silent, str(people_file(folder, ROWS)), "people.csv")
        place = projects.folder(folder / "home", made["project"])
        dataset = tables.load(place, made["table"])
        for family, params in FAMILIES.items():
            spec = wish(dataset, "bought", "yes", Choices(family, dict(params)))
            models.save(place / "models" / spec.id, fitting.fit(dataset, spec))
    return place


def only(project: Path) -> Dataset:
    return tables.load(project, next((project / "tables").glob("[0-9a-f]*")).name)


def contents(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every file of a folder, what is packed in it, and what its tables hold."""
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        content = file.read_bytes()
        yield file.name, content
        if file.suffix == ".parquet":
            table = pq.read_table(file)
            yield file.name, table.to_pandas().to_csv().encode() + str(table.schema).encode()
        elif zipfile.is_zipfile(file):
            with zipfile.ZipFile(file) as archive:
                for name in archive.namelist():
                    yield f"{file.name}/{name}", archive.read(name)


def held(folder: Path, told: set[str]) -> list[tuple[str, str]]:
    return [
        (name, text)
        for name, content in contents(folder)
        for text in sorted(told)
        if stands(text, content) or text.encode("utf-16-le") in content
    ]


def stands(text: str, content: bytes) -> bool:
    """Whether it is there, a number not as a part of another: skops writes where in the memory an
    object was, and some five digits of so many are somebody's by chance."""
    if not text.isdigit():
        return text.encode() in content
    return re.search(rb"(?<!\d)%b(?!\d)" % text.encode(), content) is not None


# attack K06
def test_k06_a_model_holds_no_name_address_or_id(project: Path) -> None:
    told = {str(person[name]) for person in people(ROWS) for name in TELLING} | set(TOLD)
    places = sorted((project / "models").glob("[0-9a-f]*"))
    assert len(places) == len(FAMILIES)
    assert [found for place in places for found in held(place, told)] == []


def test_the_scan_finds_what_is_there(tmp_path: Path) -> None:
    rows = people(20)
    (tmp_path / "model.json").write_bytes(msgspec.json.encode({"levels": [rows[3]["E-mail"]]}))
    with zipfile.ZipFile(tmp_path / "a.npz", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x", rows[4]["IBAN"].encode("utf-16-le"))
    told = {str(person[name]) for person in rows for name in TELLING}
    assert held(tmp_path, told) == [("a.npz/x", rows[4]["IBAN"]), ("model.json", rows[3]["E-mail"])]


# attack K07
def test_k07_what_tells_who_somebody_is_teaches_no_model(project: Path) -> None:
    dataset = only(project)
    assert {column.name for column in dataset.schema.features} == {"orders", "city", "bought"}
    spec = wish(dataset, "bought", "yes", Choices("tree"))
    assert [column.name for column in spec.features] == ["orders", "city"]
    told = [c for c in dataset.schema.columns if c.name in TELLING]
    assert all(c.mask is not Mask.NONE and c.role in (Role.ID, Role.IGNORED) for c in told)


# attack K07
def test_k07_a_column_of_different_numbers_is_an_id(tmp_path: Path) -> None:
    rows = [f"{100_000 + 7 * row},{row % 5},{'yes' if row % 3 else 'no'}" for row in range(120)]
    (tmp_path / "t.csv").write_text("customer_id,orders,bought\n" + "\n".join(rows) + "\n")
    made = bring(tmp_path / "home", silent, str(tmp_path / "t.csv"), "t.csv")
    dataset = tables.load(projects.folder(tmp_path / "home", made["project"]), made["table"])
    assert dataset.schema["customer_id"].role is Role.ID
    assert "customer_id" not in [c.name for c in dataset.schema.features]
