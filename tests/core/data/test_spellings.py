from __future__ import annotations

from collections.abc import Callable

from core.data.check import findings
from core.data.dataset import Dataset
from core.data.finding import Finding

Loaded = Callable[..., Dataset]


def found_in(dataset: Dataset) -> dict[tuple[str, str], Finding]:
    return {(f.code, f.column): f for f in findings(dataset)}


def column(loaded: Loaded, cells: list[str]) -> Dataset:
    return loaded("\n".join(["c,n", *(f"{cell},{i * 1.5}" for i, cell in enumerate(cells))]))


def pairs(loaded: Loaded, cells: list[str]) -> dict[str, str]:
    found = found_in(column(loaded, cells)).get(("inconsistent", "c"))
    return dict(found.remedies[0].values) if found else {}


def test_one_thing_written_in_several_ways(loaded: Loaded) -> None:
    places = ["Berlin"] * 90 + ["berlin"] * 5 + ["München"] * 60 + ["Munchen"] * 3 + ["Bern"] * 20
    assert pairs(loaded, places) == {"berlin": "Berlin", "Munchen": "München"}
    homes = ["New-York"] * 40 + ["new york"] * 2 + ["Boston"] * 40
    assert pairs(loaded, homes) == {"new york": "New-York"}


def test_a_misspelt_word_is_rare_and_one_letter_away(loaded: Loaded) -> None:
    cells = ["Married"] * 300 + ["Marrried"] * 2 + ["Single"] * 200 + ["Divorced"] * 50
    assert pairs(loaded, cells) == {"Marrried": "Married"}
    assert pairs(loaded, ["Married"] * 150 + ["Harried"] * 100) == {}
    assert pairs(loaded, ["Product 1"] * 300 + ["Product 2"]) == {}


def test_yes_in_three_spellings(loaded: Loaded) -> None:
    assert pairs(loaded, ["Yes"] * 50 + ["No"] * 60 + ["maybe"] * 30) == {}
    cells = ["Yes"] * 50 + ["No"] * 60 + ["Y"] * 4 + ["x"] * 9
    assert pairs(loaded, cells) == {}


def test_numbers_among_words(loaded: Loaded) -> None:
    cells = [str(i % 40) for i in range(200)] + ["none of them"] * 40
    found = found_in(column(loaded, cells))["mixed_types", "c"]
    assert (found.count, found.example) == (40, "none of them")
    assert found.figures == (200 / 240,)
    assert found.remedies[0].word == "number"
    assert ("mixed_types", "c") not in found_in(column(loaded, ["a", "b", "7"] * 80))
