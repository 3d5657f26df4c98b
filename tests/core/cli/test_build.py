"""``whybuy build`` and ``whybuy score`` of a log, as the app would do it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from core.behaviour import recipe as recipes
from core.behaviour.built import How, as_built, build
from core.behaviour.meaning import Use
from core.behaviour.question_file import asked
from core.behaviour.recorded import Recorded
from core.behaviour.recording import record
from core.behaviour.reference import references
from core.cli import app
from core.cli.recipes import recipe_beside
from core.data.load import load
from core.data.table import frame
from core.predict import scored
from core.progress import silent
from core.store import fitting, models
from core.train.rivals import reference
from core.train.wish import Choices, wish
from tests.core.behaviour.logs import shop
from tests.core.test_cli import Said, whybuy

QUESTION = """asks = "buy"
cutoff = 2025-08-01
lookback = 150
outcome = 30
"""
TARGET = "buys_in_30_days"
LATER = "2025-09-01"
FIGURES = ("amount", "quantity")


def events(file: Path, seed: int, customers: int = 250) -> Path:
    log = shop(customers, seed).sort_values("at")
    table = log[["customer", "at", "kind", "session", "category", *FIGURES]]
    at = pd.to_datetime(table["at"], unit="ms").dt.strftime("%Y-%m-%d %H:%M:%S")
    table.assign(at=at).rename(columns={"at": "time"}).to_csv(file, index=False)
    return file


def people(file: Path, log: Path, extra: pd.Series | None = None) -> Path:
    chance, names = np.random.default_rng(0), sorted(set(pd.read_csv(log)["customer"]))
    table = pd.DataFrame({"customer": names})
    table["age"] = chance.integers(18, 80, len(names))
    table["plan"] = chance.choice(["basic", "plus"], len(names))
    if extra is not None:
        table[str(extra.name)] = table["customer"].map(extra).fillna(0)
    table.to_csv(file, index=False)
    return file


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a log and a later one, their customers, a question, the table and a model."""
    folder = tmp_path_factory.mktemp("log")
    for name, seed in (("events", 0), ("new", 1)):
        people(folder / f"{name}_people.csv", events(folder / f"{name}.csv", seed))
    (folder / "q.toml").write_text(QUESTION)
    said = built(folder, folder / "table.parquet", "--json")
    assert said.code == 0, said.err
    (folder / "said.json").write_text(said.out)
    table = folder / "table.parquet"
    trained = whybuy(
        "train", table, "--target", TARGET, "--family", "linear", "--out", folder / "m"
    )
    assert trained.code == 0, trained.err
    return folder


def built(folder: Path, out: Path, *more: object) -> Said:
    tables = ("--events", folder / "events.csv", "--customers", folder / "events_people.csv")
    return whybuy("build", *tables, "--question", folder / "q.toml", "--out", out, *more)


def test_a_log_becomes_a_table_with_its_recipe(files: Path) -> None:
    table = pq.read_table(files / "table.parquet")
    said = json.loads((files / "said.json").read_text())
    assert (said["rows"], said["target"]) == (table.num_rows, TARGET)
    assert (
        {"age", "plan", "purchases", "visits"} <= set(said["features"]) <= set(table.column_names)
    )
    assert set(table.column("purchases").to_pylist()) <= set(map(float, range(40)))
    known = recipes.read(recipe_beside(files / "table.parquet").read_text())
    assert known is not None
    assert known.question == asked(QUESTION)
    assert recipes.read(models.load(files / "m").recipe) == known


def test_the_same_table_as_csv(files: Path, tmp_path: Path) -> None:
    assert built(files, tmp_path / "table.csv").code == 0
    one = pd.read_csv(tmp_path / "table.csv", encoding="utf-8-sig")
    other = pd.read_parquet(files / "table.parquet")
    pd.testing.assert_frame_equal(one, other, check_dtype=False, rtol=1e-12)
    trained = whybuy("train", tmp_path / "table.csv", "--target", TARGET, "--family", "linear",
                     "--out", tmp_path / "m")  # fmt: skip
    assert trained.code == 0, trained.err
    assert models.load(tmp_path / "m").recipe == models.load(files / "m").recipe


def later(files: Path, recipe: recipes.Recipe, aside: Path) -> tuple[tuple[Use, ...], Recorded]:
    """The new log as the app records it."""
    by_name = {
        f"{name}.csv": load(
            files / f"{name}.csv", f"{name}.csv", aside / name, "2026-01-01", silent
        )
        for name in ("new", "new_people")
    }
    uses = tuple(
        replace(use, table=by_name[use.name.replace("events", "new")].id) for use in recipe.uses
    )
    log = record({d.id: d for d in by_name.values()}, uses, recipe.choices, aside / "h", silent)
    return uses, log


def test_a_new_log_is_scored_as_in_the_app(files: Path, tmp_path: Path) -> None:
    tables = ("--customers", files / "new_people.csv", "--events", files / "new.csv")
    out = tmp_path / "scores.csv"
    found = whybuy("score", files / "m", *tables, "--cutoff", LATER, "--out", out, "--json")
    assert found.code == 0, found.err
    saved = models.load(files / "m")
    recipe = recipes.read(saved.recipe)
    assert recipe is not None
    uses, log = later(files, recipe, tmp_path)
    question = replace(recipe.question, cutoffs=(LATER,))
    again = replace(recipe, question=question, uses=uses)
    made = build(log, again, tmp_path / "b", silent, How(answers=False)).dataset
    expected = scored(saved.model, frame(made, [c.name for c in saved.model.spec.features]))
    scores = pd.read_csv(out, encoding="utf-8-sig")
    assert found.json["rows"] == len(scores) == made.rows > 200
    assert set(scores["cutoff"]) == {f"{LATER} 00:00:00"}
    assert list(scores.columns) == ["customer", "cutoff", f"chance of {TARGET} = yes"]
    np.testing.assert_allclose(scores.iloc[:, -1], expected, rtol=1e-9)
    assert np.ptp(expected) > 0.05


def test_without_a_cutoff_a_log_is_asked_at_its_end(files: Path, tmp_path: Path) -> None:
    tables = ("--customers", files / "new_people.csv", "--events", files / "new.csv")
    assert whybuy("score", files / "m", *tables, "--out", tmp_path / "s.csv").code == 0
    last = pd.to_datetime(pd.read_csv(files / "new.csv")["time"]).max().normalize()
    scores = pd.read_csv(tmp_path / "s.csv", encoding="utf-8-sig")
    assert set(scores["cutoff"]) == {str(last + pd.Timedelta(days=1))}


def test_what_knows_the_future_is_told(files: Path, tmp_path: Path) -> None:
    sound = built(files, tmp_path / "sound.parquet", "--check-leakage", "--json")
    assert sound.code == 0
    proof = sound.json["proof"]
    assert proof["equal"] == proof["cells"] > 1000
    log = pd.read_csv(files / "events.csv")
    spent = log.groupby("customer")["amount"].sum().round(2).rename("lifetime_value")
    leaky = people(tmp_path / "leaky.csv", files / "events.csv", spent)
    words = ("build", "--events", files / "events.csv", "--customers", leaky, "--question",
             files / "q.toml", "--out", tmp_path / "t.csv", "--check-leakage")  # fmt: skip
    found = CliRunner().invoke(app, list(map(str, words)))
    assert found.exit_code == 1
    assert "lifetime_value" in found.stdout


@pytest.mark.parametrize(
    ("question", "says"),
    [
        ("asks = 'buys'", ("asks", "buys", "leave, spend")),
        ("ask = 'buy'", ("ask", "asks, cutoffs, lookback, gap")),
        ("asks = 'buy'\ncutoff = 'soon'", ("cutoff", "soon", "2025-11-01")),
        ("asks = 'buy'\ncutoff = 7", ("cutoff", "7")),
        ("asks = 'buy'\nlookback = 0", ("lookback", "0")),
        ("asks = 'buy'\nlookback = true", ("lookback", "True")),
        ("asks = 'buy'\neligible = 'all'", ("eligible", "active, buyers, known")),
        ("asks =", ("--question", 'asks = "buy"')),
        ("asks = 'buy'", ("no cutoff",)),
        ("asks = 'buy'\ncutoff = 2035-01-01", ("2035-01-01", "does not lie in the log")),
    ],
)
def test_a_question_that_cannot_be_asked(
    question: str, says: tuple[str, ...], files: Path, tmp_path: Path
) -> None:
    (tmp_path / "q.toml").write_text(question)
    found = whybuy("build", "--events", files / "events.csv", "--question", tmp_path / "q.toml",
                   "--out", tmp_path / "t.csv")  # fmt: skip
    assert found.code == 2
    assert all(each in found.err for each in says), found.err
    assert not (tmp_path / "t.csv").exists()


@pytest.fixture(scope="module")
def established(files: Path) -> Path:
    """The model folder of the established model that is trained beside others."""
    known = recipes.read(recipe_beside(files / "table.parquet").read_text())
    assert known is not None
    table = files / "table.parquet"
    dataset = as_built(load(table, table.name, files / "aside", "2026-01-01", silent), known)
    rival = reference(wish(dataset, TARGET, "yes", Choices("linear")), dataset.schema)
    assert rival is not None
    models.save(files / "established", fitting.fit(dataset, rival))
    return files / "established"


def test_the_established_model_is_fitted_anew_on_a_new_log(
    files: Path, established: Path, tmp_path: Path
) -> None:
    out = tmp_path / "scores.csv"
    tables = ("--events", files / "new.csv", "--customers", files / "new_people.csv")
    found = whybuy("score", established, *tables, "--cutoff", LATER, "--out", out)
    assert found.code == 0, found.err
    scores = pd.read_csv(out, encoding="utf-8-sig")
    recipe = recipes.read(models.load(established).recipe)
    assert recipe is not None
    _, log = later(files, recipe, tmp_path)
    question = replace(recipe.question, cutoffs=(LATER,))
    at = int(pd.Timestamp(LATER).value // 1_000_000)
    keys = pd.DataFrame({"customer": scores["customer"], "cutoff": at})
    expected = references(log, question, keys).columns["bgnbd_chance"]
    assert len(set(expected)) > 50
    surely = np.clip(expected, 1e-6, 1 - 1e-6)  # a chance is never quite 0 or 1
    np.testing.assert_allclose(scores[f"chance of {TARGET} = yes"], surely, rtol=1e-6)


def test_the_established_model_cannot_be_fitted_on_a_log_of_few(
    files: Path, established: Path, tmp_path: Path
) -> None:
    log = pd.read_csv(files / "new.csv")
    few = log[log["customer"].isin(sorted(set(log["customer"]))[:5])]
    few.to_csv(tmp_path / "few.csv", index=False)
    people = files / "new_people.csv"
    found = whybuy("score", established, "--events", tmp_path / "few.csv", "--customers", people,
                   "--cutoff", LATER, "--out", tmp_path / "o.csv")  # fmt: skip
    assert found.code == 2
    assert "BG/NBD" in found.err
    assert not (tmp_path / "o.csv").exists()


def test_what_cannot_be_built_or_scored(files: Path, tmp_path: Path) -> None:
    log, out = ("--events", files / "new.csv"), ("--out", tmp_path / "o.csv")
    asks = ("--question", files / "q.toml")
    for words, says in (
        (("build", *asks, *out), "--orders"),
        (("build", *log, *asks, "--out", tmp_path / "o.xlsx"), ".parquet, .csv"),
        (("build", *log, "--question", files / "none.toml", *out), "none.toml"),
        (("build", *log, *asks, *out, "--engine", "oracle"), "oracle"),
        (("score", files / "m", *log, *out), "events_people"),
        (("score", files / "m", "--orders", files / "new.csv", *out), "events.csv"),
        (("score", files / "m", *out), "FILE"),
        (("score", files / "m", files / "new.csv", *log, *out), "FILE"),
        (("score", files / "m", *log, *out, "--cutoff", "soon"), "soon"),
    ):
        found = whybuy(*words)
        assert (found.code, found.out) == (2, ""), (words, found)
        assert says in found.err, (words, found.err)
    assert not (tmp_path / "o.csv").exists()


def test_a_model_of_a_plain_table_scores_no_log(files: Path, tmp_path: Path) -> None:
    plain = tmp_path / "plain.csv"
    pd.read_parquet(files / "table.parquet").to_csv(plain, index=False)
    words = ("train", plain, "--target", TARGET, "--family", "baseline", "--out", tmp_path / "m")
    assert whybuy(*words).code == 0
    found = whybuy("score", tmp_path / "m", "--events", files / "new.csv", "--out", tmp_path / "o")
    assert found.code == 2
    assert "not made of a log" in found.err


def test_a_broken_recipe(files: Path, tmp_path: Path) -> None:
    table = tmp_path / "table.parquet"
    table.write_bytes((files / "table.parquet").read_bytes())
    for text in ("", "{", "[]"):
        recipe_beside(table).write_text(text)
        found = whybuy("check", table)
        assert found.code == 2
        assert "table.parquet.recipe.json" in found.err


@pytest.mark.parametrize("asks", ["buy", "count", "spend"])
def test_cdnow(asks: str, shared: Path, tmp_path: Path) -> None:
    question = f"asks = '{asks}'\ncutoff = 1997-10-01\nlookback = 273\noutcome = 273\n"
    (tmp_path / "q.toml").write_text(question + "eligible = 'known'\n")
    made = whybuy("build", "--events", shared / "cdnow/CDNOW_sample.txt", "--question",
                  tmp_path / "q.toml", "--out", tmp_path / "t.parquet", "--check-leakage",
                  "--json")  # fmt: skip
    assert made.code == 0, made.err
    assert made.json["rows"] == 2357
    assert made.json["proof"]["holds"]
    words = ("train", tmp_path / "t.parquet", "--target", made.json["target"], "--json")
    found = whybuy(*words, "--family", "linear").json["metrics"]
    if asks == "buy":
        assert found["roc_auc"]["value"] >= 0.77
    else:
        assert found["r2"]["value"] > 0.2
