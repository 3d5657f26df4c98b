"""Each attack that is known of stands in the ledger once, with the tests that withstand it.

The ledger is `tests/attacks/*.toml`, a file a group (named by its letter), an entry an attack:

    A01 = { what = "an empty file", tests = ["tests/core/data/test_x.py::test_y"] }
    E09 = { what = "text too long for a cell of a PDF", later = "no PDF is made" }

`later` is only for what the product has nothing yet that it could concern.
"""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
LEDGER = ROOT / "tests" / "attacks"
# group: how many attacks it has
GROUPS = {
    "A": 33,  # CSV
    "B": 14,  # workbooks
    "C": 8,  # Parquet and JSON
    "D": 22,  # text that becomes markup
    "E": 14,  # what is taken away
    "F": 20,  # sessions and the server
    "G": 20,  # models and the store
    "H": 15,  # the service
    "I": 11,  # SQL and databases
    "J": 12,  # the machine's limits
    "K": 10,  # logs and privacy
    "L": 6,  # supply
}
WHAT_AT_MOST = 200


def ids(group: str) -> list[str]:
    return [f"{group}{number:02}" for number in range(1, GROUPS[group] + 1)]


def ledger(group: str) -> dict[str, dict[str, object]]:
    file = LEDGER / f"{group.lower()}.toml"
    assert file.is_file(), f"tests/attacks/{file.name} is missing: no ledger of group {group}"
    return tomllib.loads(file.read_text("utf-8"))


@cache
def names_in(file: Path) -> frozenset[str]:
    """The tests of a file, those of a class with the class's name before them."""
    return frozenset(_tests(ast.parse(file.read_text("utf-8")).body))


def _tests(body: list[ast.stmt], before: str = "") -> Iterator[str]:
    for node in body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            yield before + node.name
        elif isinstance(node, ast.ClassDef):
            yield from _tests(node.body, f"{before}{node.name}::")


def faults(entry: dict[str, object]) -> Iterator[str]:
    """What is wrong with an entry."""
    what, tests = entry.get("what"), entry.get("tests")
    if not isinstance(what, str) or not 0 < len(what) <= WHAT_AT_MOST:
        yield "what: says in a few words what the attack is"
    if entry.keys() - {"what", "tests", "later"}:
        yield "an entry has what, and tests or later"
    if ("tests" in entry) == ("later" in entry):
        yield "has tests or later, one of the two"
    if "later" in entry and not (isinstance(entry["later"], str) and entry["later"]):
        yield "later: says what the product has not yet"
    if "tests" in entry:
        yield from _tests_missing(tests)


def _tests_missing(tests: object) -> Iterator[str]:
    if not isinstance(tests, list) or not tests:
        yield "tests: a list of one or more"
        return
    if len(set(tests)) < len(tests):
        yield "names a test twice"
    for test in tests:
        path, _, name = str(test).partition("::")
        file = ROOT / path
        if not (path.startswith("tests/") and file.name.startswith("test_") and file.is_file()):
            yield f"{test}: no such file of tests"
        elif name.partition("[")[0] not in names_in(file):
            yield f"{test}: no such test in the file"


@pytest.mark.parametrize("group", GROUPS)
def test_every_attack_of_a_group_stands_in_its_ledger_once(group: str) -> None:
    """An id written twice is no TOML; one in another group's file is one too many there."""
    assert sorted(ledger(group)) == ids(group)


@pytest.mark.parametrize("group", GROUPS)
def test_an_attack_names_tests_that_exist_or_says_why_none_can(group: str) -> None:
    wrong = [f"{name}: {fault}" for name, entry in ledger(group).items() for fault in faults(entry)]
    assert wrong == []


def test_there_is_no_ledger_of_no_group() -> None:
    assert {file.name for file in LEDGER.glob("*")} <= {f"{group.lower()}.toml" for group in GROUPS}


THIS = "tests/test_attacks.py::test_there_is_no_ledger_of_no_group"


@pytest.mark.parametrize(
    "entry",
    [
        {},
        {"what": "a"},
        {"what": "a", "tests": []},
        {"what": "a", "later": ""},
        {"what": "", "tests": [THIS]},
        {"what": "a", "tests": [THIS], "later": "no PDF is made"},
        {"what": "a", "tests": [THIS, THIS]},
        {"what": "a", "tests": [THIS], "note": "more"},
        {"what": "a", "tests": ["tests/test_nowhere.py::test_a"]},
        {"what": "a", "tests": ["tests/test_attacks.py::test_that_is_not"]},
        {"what": "a", "tests": ["tests/test_attacks.py::faults"]},
        {"what": "a", "tests": ["tests/test_attacks.py"]},
        {"what": "a", "tests": ["core/errors.py::test_a"]},
    ],
)
def test_an_entry_that_proves_nothing_is_seen(entry: dict[str, object]) -> None:
    assert list(faults(entry))


def test_an_entry_that_holds_is_left_alone() -> None:
    assert not list(faults({"what": "a", "tests": [THIS]}))
    assert not list(faults({"what": "a", "tests": [f"{THIS}[anything]"]}))
    assert not list(faults({"what": "a", "later": "no PDF is made"}))
