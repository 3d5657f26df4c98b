from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from io import StringIO
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.data.check import findings
from core.data.dataset import Dataset
from core.data.finding import Act, Finding, Remedy, Severity
from core.data.leaks import strengths
from core.data.load import load
from core.data.table import frame
from core.progress import silent
from core.schema import Role
from core.text import phrases as words

Loaded = Callable[..., Dataset]
SHARED = Path(__file__).resolve().parents[4] / "shared" / "data"
WHEN = "2026-01-01T00:00:00+00:00"
TEXTS = Path(words.__file__).parent / "en" / "check.toml"


def found_in(dataset: Dataset, target: str | None = None) -> dict[tuple[str, str], Finding]:
    return {(f.code, f.column): f for f in findings(dataset, target)}


Real = Callable[[str, str], dict[tuple[str, str], Finding]]


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Real:
    """Findings in a real table; each table is looked over once."""
    if not SHARED.is_dir():
        pytest.skip("the folder of real tables is not here")

    @cache
    def looked_over(file: str, target: str) -> dict[tuple[str, str], Finding]:
        into = tmp_path_factory.mktemp("real") / "into"
        return found_in(load(SHARED / file, file, into, WHEN, silent), target)

    return looked_over


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
    schema = dataset.schema.aimed_at("y")
    found = {each.column: each for each in strengths(frame(dataset), schema)}
    assert found["level"].value == pytest.approx(roc_auc_score(answer, level), abs=0.006)


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
        ("bank-marketing/bank-additional.csv", "y", ("suspicious", "duration"), 4119),
        ("bank-marketing/bank.csv", "y", ("suspicious", "duration"), 4521),
        (
            "ifood-marketing/variant_dollar_mdy_country.csv",
            "Response",
            ("duplicates_but_one", "Country"),
            182,
        ),
        (
            "ifood-marketing/variant_encoded_yesno.csv",
            "AcceptedCmp6",
            ("duplicates_but_id", "ID"),
            182,
        ),
        ("ifood-marketing/marketing_campaign.csv", "Response", ("constant", "Z_Revenue"), 2240),
        ("ifood-marketing/marketing_campaign.csv", "Response", ("constant", "Z_CostContact"), 2240),
        ("ifood-marketing/marketing_campaign.csv", "Response", ("impossible", "Year_Birth"), 3),
        ("ifood-marketing/marketing_campaign.csv", "Response", ("outliers", "Income"), 1),
        (
            "ifood-marketing/marketing_campaign.csv",
            "Response",
            ("conflicting_labels", "Response"),
            40,
        ),
        ("adult-census/adult.csv", "income-per-year", ("relabelled", "education-num"), 32561),
        ("brand-choice-panels/Yogurt.csv", "choice", ("same_customer", "id"), 2312),
        ("messy-csv/onlinefoods.csv", "Output", ("gives_away", "column 13"), 388),
        ("messy-csv/onlinefoods.csv", "Output", ("copies", "column 13"), 388),
        ("telco-churn/variant_korean_4930.csv", "이탈여부", ("missing", "인터넷이용방식"), 1071),
    ],
)
def test_real_tables(file: str, target: str, key: tuple[str, str], count: int, real: Real) -> None:
    assert real(file, target)[key].count == count


def test_nothing_false_about_wholesale(shared: Path, loaded: Loaded) -> None:
    dataset = loaded(shared / "wholesale-customers/Wholesale_customers_data.csv", "w.csv")
    assert findings(dataset, "Channel") == ()
    assert findings(dataset, "Region") == ()


def test_the_rising_share_of_yes_along_the_rows(shared: Path, loaded: Loaded) -> None:
    """The published bank file is in the order of time; its sample here was shuffled. Put back in
    the order of the quarters, which the number of people employed tells, the share rises."""
    rows = pd.read_csv(shared / "bank-marketing/bank-additional.csv", sep=";")
    shuffled = loaded(rows.to_csv(index=False))
    assert ("drift_along_rows", "") not in found_in(shuffled, "y")
    ordered = rows.sort_values("nr.employed", ascending=False, kind="stable")
    found = found_in(loaded(ordered.to_csv(index=False)), "y")["drift_along_rows", ""]
    yes = (ordered["y"] == "yes").to_numpy()
    parts = np.array([p.mean() for p in np.array_split(yes, 10)])
    assert found.example == "yes"
    assert found.remedies == (Remedy(Act.LATEST, ()),)
    assert found.figures[0] == pytest.approx(parts[:3].mean(), abs=0.01)
    assert found.figures[1] == pytest.approx(parts[7:].mean(), abs=0.01)
    assert found.figures[1] > 3 * found.figures[0]


def test_a_column_filled_only_afterwards(loaded: Loaded) -> None:
    chance = np.random.default_rng(6)
    answer = chance.integers(0, 2, 600)
    filled = np.where(chance.random(600) < 0.95, answer, 1 - answer).astype(bool)
    reason = [f"r{chance.integers(0, 5)}" if f else None for f in filled]
    content = table(600, y=list(np.where(answer, "yes", "no")), reason=reason)
    found = found_in(loaded(content), "y")["filled_after", "reason"]
    assert found.figures[1] == pytest.approx(0.95, abs=0.02)
    assert found.remedies[0].columns == ("reason",)


def test_columns_that_measure_one_thing_together_do_not_stand_out(loaded: Loaded) -> None:
    chance = np.random.default_rng(7)
    answer = chance.integers(0, 2, 900)
    size = answer * 2.0 + chance.normal(size=900)
    noisy = {f"n{i}": list((size + 0.2 * chance.normal(size=900)).round(4)) for i in range(3)}
    content = table(900, y=list(np.where(answer, "yes", "no")), **noisy)
    assert not any(code == "suspicious" for code, _ in found_in(loaded(content), "y"))


def test_rows_that_contradict_each_other(loaded: Loaded) -> None:
    made = pd.read_csv(StringIO(table(300, u=list(range(300)), v=list(range(300)))))
    made = made.assign(w=[i % 7 for i in range(300)])
    again = made.iloc[:5].assign(y=["b" if y == "a" else "a" for y in made["y"].iloc[:5]])
    found = found_in(loaded(pd.concat([made, again]).to_csv(index=False)), "y")
    assert found["conflicting_labels", "y"].count == 10


def test_imbalance_and_too_few_cases(loaded: Loaded) -> None:
    values = ["b" if i % 25 == 0 else "a" for i in range(1000)]
    found = found_in(loaded(table(1000, y=values)), "y")["imbalance", "y"]
    assert (found.count, found.example, found.figures) == (40, "b", (0.04,))
    assert found.remedies == (Remedy(Act.BALANCE, ("y",)),)
    wide = {f"c{i}": list(np.random.default_rng(i).normal(size=200).round(5)) for i in range(12)}
    found = found_in(loaded(table(200, **wide)), "y")["too_few_cases", "y"]
    assert found.figures == (13, 130)
    assert found.count < 130
