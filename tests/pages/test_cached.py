"""Answers that are kept are those to what was asked."""

from __future__ import annotations

import ast
import math
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import streamlit as st

from core.progress import silent
from core.store import models, projects, tables
from core.tasks.tables import bring
from pages.shared import cached
from tests.lint.remembered import cached_functions, key_of
from tests.lint.source import sources
from tests.pages.conftest import Open, words

ROOT = Path(__file__).resolve().parents[2]
# texts of ours in a key: ids, folders, and JSON, which no name in a table can imitate
OURS = frozenset(
    ("project", "place", "where", "table", "model", "key", "written", "drawn", "language", "way",
     "asked", "text", "filters", "pick")
)  # fmt: skip


# attack F04
def test_f04_texts_of_a_key_do_not_run_into_each_other() -> None:
    kept = [
        cached.answer(key, lambda key=key: key)
        for key in (("doc1", "acme"), ("doc1str:acme",), ("doc1str:", "acme"), ("doc1", "str:acme"))
    ]
    assert kept == [("doc1", "acme"), ("doc1str:acme",), ("doc1str:", "acme"), ("doc1", "str:acme")]
    assert cached.answer(("doc1", "acme"), lambda: ()) == ("doc1", "acme")
    assert cached.answer(("\ud800",), lambda: 1) == 1


def test_f04_streamlits_own_keys_would_run_together() -> None:
    """What the words are kept apart for: were this to fail, the test above would show nothing."""

    @st.cache_resource
    def bare(key: tuple[str, ...], _make: Callable[[], object]) -> object:
        return _make()

    assert bare(("a", "bstr:c"), lambda: 1) == 1
    assert bare(("astr:b", "c"), lambda: 2) == 1


def test_f04_every_key_of_several_words_out_of_tables_is_kept_apart() -> None:
    loose = [
        f"{page.path}::{function.name}"
        for page in sources(ROOT, "pages/**/*.py")
        for function in cached_functions(page)
        if _holds_words(key_of(function))
        and "hash_funcs" not in "".join(map(ast.unparse, function.decorator_list))
    ]
    assert loose == []


def _holds_words(key: dict[str, ast.expr | None]) -> bool:
    kinds = {name: ast.unparse(kind) if kind else "" for name, kind in key.items()}
    words_of_tables = [name for name, kind in kinds.items() if kind == "str" and name not in OURS]
    many = [kind for kind in kinds.values() if "Key" in kind or "tuple[str" in kind]
    return len(words_of_tables) > 1 or bool(many)


# attacks F02, F03
def test_f03_a_corrected_file_is_another_table_with_answers_of_its_own(tmp_path: Path) -> None:
    lines = [f"{row},{'yes' if row % 3 else 'no'}" for row in range(60_000)]
    brought = []
    for cell in ("no", "yes"):
        lines[31_111] = f"31111,{cell}"
        (tmp_path / "t.csv").write_text("number,bought\n" + "\n".join(lines) + "\n")
        made = bring(tmp_path / "home", silent, str(tmp_path / "t.csv"), "t.csv")
        brought.append((str(projects.folder(tmp_path / "home", made["project"])), made["table"]))
    assert brought[0][1] != brought[1][1]
    found = [cached._summary(*each, "key", "bought", "yes").hits for each in brought]
    assert found == [39_999, 40_000]


def using(home: Path, project: str) -> tuple[Path, str]:
    place = projects.folder(home, project)
    entry = next(
        each for each in models.board(place)[0]
        if each.spec.target.name == "will_buy_again" and each.spec.family != "baseline"
    )  # fmt: skip
    return place, entry.id


# attack K08
@pytest.mark.parametrize("told", [True, False])
def test_k08_a_model_that_remembers_its_customers_is_told_of(
    app: Open, project: str, monkeypatch: pytest.MonkeyPatch, told: bool
) -> None:
    monkeypatch.setattr("core.evaluate.membership.area", lambda *_: Told(0.61 if told else 0.6))
    cached.remembered.clear()
    shown = words(app("evaluate", project=project))
    cached.remembered.clear()
    assert ("its answers tell which is which in 61.0%" in shown) is told


class Told:
    """An area of that value."""

    def __init__(self, value: float) -> None:
        self.value = value


def test_k08_what_is_known_of_the_models_memory(home: Path, project: str) -> None:
    place, model = using(home, project)
    cached.remembered.clear()
    assert 0.5 < cached.remembered(str(place), model) < 1
    known = projects.load(home, project)
    cached.remembered.clear()
    projects.save(home, replace(known, table=""))
    shutil.rmtree(tables.place(place, known.table))
    assert math.isnan(cached.remembered(str(place), model))
    cached.remembered.clear()
