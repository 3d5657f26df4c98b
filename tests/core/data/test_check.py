from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.data.check import Finding, Severity, findings
from core.data.dataset import Dataset
from core.data.leaks import leaks
from core.schema import Role
from core.text import phrases as words
from core.text.phrases import phrases

Loaded = Callable[..., Dataset]
TEXTS = Path(words.__file__).parent / "en" / "check.toml"


def found_in(dataset: Dataset, target: str | None = None) -> dict[tuple[str, str], Finding]:
    return {(f.code, f.column): f for f in findings(dataset, target)}


def table(rows: int = 200, **columns: list[object]) -> str:
    chance = np.random.default_rng(1)
    made = pd.DataFrame(
        {"x": chance.normal(size=rows).round(6), "y": chance.choice(["a", "b"], rows)}
    )
    return made.assign(**columns).to_csv(index=False)


def test_a_sound_table_has_no_findings(loaded: Loaded) -> None:
    assert findings(loaded(table()), "y") == ()


def test_each_trouble_is_found_and_counted(loaded: Loaded) -> None:
    n = 400
    content = table(
        n,
        gaps=[None if i < 100 else i % 17 for i in range(n)],
        word=["?" if i < 30 else "pq"[i % 2] for i in range(n)],
        same=["z"] * n,
        key=[f"k{i * 7919 % 9973}" for i in range(n)],
        many=[f"v{i % 110}" for i in range(n)],
        twin=["ab"[i // 2 % 2] for i in range(n)],
        copy=["ab"[i // 2 % 2] for i in range(n)],
        cells=["oops" if i < 2 else i * 1.25 for i in range(n)],
    )
    found = found_in(loaded(content), "y")
    expected = {
        ("missing", "gaps"): (100, Severity.WARN),
        ("disguised_missing", "word"): (30, Severity.NOTE),
        ("constant", "same"): (n, Severity.NOTE),
        ("id_like", "key"): (n, Severity.NOTE),
        ("high_cardinality", "many"): (110, Severity.NOTE),
        ("copies", "copy"): (n, Severity.WARN),
        ("bad_cells", "cells"): (2, Severity.WARN),
    }
    assert {key: (f.count, f.severity) for key, f in found.items()} == expected
    assert found["copies", "copy"].example == "twin"
    assert found["bad_cells", "cells"].example == "oops"
    assert found["disguised_missing", "word"].example == "?"


def test_too_few_rows_and_rows_left_out(loaded: Loaded) -> None:
    found = found_in(loaded("a,b\n1.5,x\n2.5,y\n3\n"))
    assert found["too_few_rows", ""].count == 2
    assert found["rows_left_out", ""].count == 1


@pytest.mark.parametrize(
    ("values", "code", "count"),
    [
        (["a"] * 200, "one_class", 200),
        ([""] * 200, "target_missing", 200),
        (["a"] * 100 + [""] * 40 + ["b"] * 60, "target_missing", 40),
        (["a"] * 195 + ["b"] * 5, "rare_class", 5),
    ],
)
def test_targets_in_trouble(values: list[str], code: str, count: int, loaded: Loaded) -> None:
    assert found_in(loaded(table(200, y=values)), "y")[code, "y"].count == count


def test_columns_that_give_the_answer_away(loaded: Loaded) -> None:
    chance = np.random.default_rng(2)
    answer = chance.integers(0, 2, 400)
    content = table(
        400,
        y=list(np.where(answer, "yes", "no")),
        relabelled=list(np.where(answer, "K2", "K1")),
        strong=list((answer * 2.2 + chance.normal(size=400)).round(4)),
        weak=list((answer * 0.4 + chance.normal(size=400)).round(4)),
    )
    dataset = loaded(content)
    found = found_in(dataset, "y")
    assert found["gives_away", "relabelled"].severity is Severity.STOP
    assert found["suspicious", "strong"].severity is Severity.WARN
    assert {c for _, c in found} == {"relabelled", "strong"}
    hidden = replace(dataset.schema["relabelled"], role=Role.IGNORED)
    assert ("gives_away", "relabelled") not in found_in(
        replace(dataset, schema=dataset.schema.changed(hidden)), "y"
    )


def test_a_linear_copy_of_a_number_and_a_relabelled_third_class(loaded: Loaded) -> None:
    chance = np.random.default_rng(3)
    spend, kind = chance.normal(size=300).round(6), chance.integers(0, 3, 300)
    content = table(300, spend=list(spend), cents=list((100 * spend + 7).round(4)))
    assert set(found_in(loaded(content), "spend")) == {("gives_away", "cents")}
    content = table(300, kind=[f"k{k}" for k in kind], code=[f"c{k}" for k in kind])
    assert ("gives_away", "code") in found_in(loaded(content), "kind")


def test_the_strength_is_the_auc_of_a_model_that_never_saw_the_row(loaded: Loaded) -> None:
    from sklearn.metrics import roc_auc_score

    chance = np.random.default_rng(4)
    answer = chance.integers(0, 2, 3000)
    level = np.where(chance.random(3000) < 0.93, answer, 1 - answer)
    dataset = loaded(table(3000, y=list(answer), level=[f"L{v}" for v in level]))
    found = {leak.column: leak for leak in leaks(dataset, dataset.schema.aimed_at("y"))}
    assert float(found["level"].strength) == pytest.approx(roc_auc_score(answer, level), abs=0.006)


@pytest.mark.parametrize(
    ("file", "target", "key", "count"),
    [
        ("ifood-marketing/marketing_campaign.csv", "Response", ("duplicates_but_id", "ID"), 182),
        ("online-shoppers/online_shoppers_intention.csv", "Revenue", ("duplicate_rows", ""), 125),
        ("adult-census/adult.csv", "income-per-year", ("duplicate_rows", ""), 24),
        (
            "telco-churn/WA_Fn-UseC_-Telco-Customer-Churn.csv",
            "Churn",
            ("bad_cells", "TotalCharges"),
            11,
        ),
        (
            "online-shoppers/online_shoppers_intention.csv",
            "Revenue",
            ("suspicious", "PageValues"),
            12330,
        ),
        ("messy-csv/onlinefoods.csv", "Output", ("gives_away", "column 13"), 388),
        ("messy-csv/onlinefoods.csv", "Output", ("copies", "column 13"), 388),
        ("telco-churn/variant_korean_4930.csv", "이탈여부", ("missing", "인터넷이용방식"), 1071),
    ],
)
def test_real_tables(
    file: str, target: str, key: tuple[str, str], count: int, shared: Path, loaded: Loaded
) -> None:
    assert found_in(loaded(shared / file, file), target)[key].count == count


def test_every_finding_has_its_sentences() -> None:
    codes = {
        "gives_away", "suspicious", "too_few_rows", "rows_left_out", "duplicate_rows",
        "duplicates_but_id", "missing", "disguised_missing", "bad_cells", "constant",
        "id_like",
        "high_cardinality", "copies", "target_missing", "one_class", "rare_class",
    }  # fmt: skip
    assert set(tomllib.loads(TEXTS.read_text("utf-8"))) == codes
    say = phrases("en")
    for code in codes:
        for part in ("what", "why", "do"):
            assert say(f"check.{code}.{part}", column="c", count=3, example="e", code=code)
