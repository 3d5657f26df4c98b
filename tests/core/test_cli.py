from __future__ import annotations

import contextlib
import gzip
import io
import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from core import cli
from core.errors import UserError
from core.models.family import families
from core.store import models

ROOT = Path(__file__).resolve().parents[2]
ROWS = 160


@dataclass(frozen=True)
class Said:
    """What a command printed and how it ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        return dict(json.loads(self.out))


def whybuy(*words: object) -> Said:
    """Runs a command of the shell in this process, as ``main`` would."""
    out, err, code = io.StringIO(), io.StringIO(), 0
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            cli.app([str(word) for word in words], standalone_mode=False)
        except UserError as error:
            code = 2
            err.write(cli.sentence(error) + "\n")
    return Said(code, out.getvalue(), err.getvalue())


def table(rows: int = ROWS) -> pd.DataFrame:
    """Customers whose answers follow from age and city, but for some chance."""
    chance = np.random.default_rng(0)
    age, city = chance.integers(18, 80, rows), chance.choice(["Wien", "Graz", "Linz"], rows)
    signal = age - 45 + 10 * (city == "Wien") + chance.normal(0, 8, rows)
    return pd.DataFrame(
        {
            "age": age,
            "city": city,
            "note": [f"={i}+1" if i % 2 else f"@cmd {i}" for i in range(rows)],
            "news": chance.choice(["yes", "no"], rows),
            "buys": np.where(signal > 0, "yes", "no"),
            "next": np.array(["a", "b", "c"])[np.digitize(signal, [-10, 15])],
            "spend": np.round(signal + 100, 2),
        }
    )


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("shop") / "shop.csv"
    table().to_csv(file, index=False)
    return file


@pytest.fixture(scope="module")
def model(shop: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("models") / "deep" / "m"
    words = ("--target", "buys", "--outcome", "yes", "--family", "logistic", "--out", place)
    assert whybuy("train", shop, *words).code == 0
    return place


Change = Callable[[pd.DataFrame], pd.DataFrame]


def changed(tmp_path: Path, change: Change, name: str = "t.csv") -> Path:
    change(table()).to_csv(tmp_path / name, index=False)
    return tmp_path / name


# --- what it gives --------------------------------------------------------------------------


def test_check_as_json(shop: Path) -> None:
    found = whybuy("check", shop, "--target", "buys", "--json").json
    assert set(found) == {"rows", "columns", "findings"}
    assert found["rows"] == ROWS
    assert [c["name"] for c in found["columns"]] == list(table().columns)
    assert found["columns"][0] == {"name": "age", "kind": "number", "role": "feature"}
    for finding in found["findings"]:
        assert {"code", "column", "count", "sentence"} <= set(finding)


def test_check_in_words(shop: Path) -> None:
    lines = whybuy("check", shop).out.splitlines()
    assert lines[0] == "160 rows, 7 columns"
    assert lines[1] == "  age: number, feature"


@pytest.mark.parametrize(
    ("target", "task", "classes", "metric"),
    [
        ("buys", "binary", ["no", "yes"], "roc_auc"),
        ("next", "multiclass", ["a", "b", "c"], "macro_roc_auc"),
        ("spend", "regression", [], "r2"),
    ],
)
def test_train_as_json(
    target: str, task: str, classes: list[str], metric: str, shop: Path, tmp_path: Path
) -> None:
    words = ("train", shop, "--target", target, "--family", "linear", "--seed", 3, "--json")
    found = whybuy(*words, "--out", tmp_path / "m")
    assert found.err == ""
    report = found.json
    assert (report["task"], report["classes"], report["target"]) == (task, classes, target)
    assert report["model"] == models.load(tmp_path / "m").model.spec.id
    assert report["rows"] == {"training": 120, "judged": 40, "left_out": 0}
    assert report["seconds"] > 0
    measured = report["metrics"][metric]
    assert set(measured) == {"value", "low", "high"}
    assert measured["low"] <= measured["value"] <= measured["high"]
    again = whybuy(*words).json
    assert (again["metrics"], again["model"]) == (report["metrics"], report["model"])
    assert whybuy("evaluate", tmp_path / "m", "--json").json == report


def test_another_seed_holds_out_other_rows(shop: Path) -> None:
    words = ("train", shop, "--target", "buys", "--family", "logistic", "--json", "--seed")
    assert whybuy(*words, 1).json["metrics"] != whybuy(*words, 2).json["metrics"]


def test_settings_start_from_a_preset(shop: Path, tmp_path: Path) -> None:
    words = ("train", shop, "--target", "buys", "--preset")
    params = []
    for preset in ("usual", "quick"):
        assert whybuy(*words, preset, "--out", tmp_path / preset).code == 0
        params.append(models.load(tmp_path / preset).model.spec.params)
    assert params[0]["trees"] == 200
    assert params[1] == params[0] | {"trees": 60}
    assert len(models.load(tmp_path / "quick").model.estimator.estimators_) == 60


def test_the_help_names_every_preset() -> None:
    told = whybuy("train", "--help").out
    for kind in families().values():
        for preset in kind.presets:
            assert preset.key in told


def test_train_in_words(shop: Path) -> None:
    found = whybuy("train", shop, "--target", "buys", "--family", "none")
    lines = found.out.splitlines()
    assert "“buys”" in lines[0]
    assert "120 rows" in lines[0]
    assert any(line.startswith("  ROC AUC: 0.500 (") for line in lines)


def test_evaluate_a_file(model: Path, shop: Path, tmp_path: Path) -> None:
    def other(t: pd.DataFrame) -> pd.DataFrame:
        t["buys"] = t["buys"].where(t.index >= 10, None)
        return t.iloc[:90]

    found = whybuy("evaluate", model, changed(tmp_path, other), "--json").json
    assert found["rows"] == {"training": 120, "judged": 80, "left_out": 10}
    # of the very table it learned from, only what it never saw is judged
    assert (
        whybuy("evaluate", model, shop, "--json").json == whybuy("evaluate", model, "--json").json
    )


def test_rows_of_one_customer_in_a_file_count_once(model: Path, tmp_path: Path) -> None:
    """Each customer twice: figures are as of one row each, intervals as wide as of one."""
    widths = []
    for owners in (None, [f"c{n // 2}" for n in range(2 * ROWS)]):
        whole = table().loc[np.repeat(np.arange(ROWS), 2)]
        named = whole if owners is None else whole.assign(customer_id=owners)
        named.to_csv(tmp_path / "twice.csv", index=False)
        found = whybuy("evaluate", model, tmp_path / "twice.csv", "--json").json
        told = found["metrics"]["accuracy"]
        widths.append(told["high"] - told["low"])
    assert widths[1] / widths[0] == pytest.approx(2**0.5, rel=0.1)


def test_score_adds_columns_and_changes_no_cell(model: Path, shop: Path, tmp_path: Path) -> None:
    found = whybuy("score", model, shop, "--out", tmp_path / "new" / "out.csv", "--json")
    assert found.json == {
        "rows": ROWS,
        "out": str(tmp_path / "new" / "out.csv"),
        "unseen": {},
        "unread": {},
    }
    before, after = (
        pd.read_csv(f, dtype=str, keep_default_na=False) for f in (shop, tmp_path / "new/out.csv")
    )
    assert after["note"].tolist() == [f"'{note}" for note in before["note"]]  # formulas are guarded
    after["note"] = before["note"]
    pd.testing.assert_frame_equal(after[before.columns], before)
    scores = after["chance of buys = yes"].astype(float)
    assert scores.between(0, 1).all()
    saved = models.load(model)
    np.testing.assert_allclose(scores[saved.model.held_out], saved.model.held_out_scores)
    twice = whybuy("score", model, tmp_path / "new/out.csv", "--out", tmp_path / "twice.csv")
    assert twice.code == 0
    again = pd.read_csv(tmp_path / "twice.csv")
    np.testing.assert_array_equal(again["chance of buys = yes (2)"], again["chance of buys = yes"])
    assert sorted(p.name for p in tmp_path.iterdir()) == ["new", "twice.csv"]


def test_scores_of_several_classes(shop: Path, tmp_path: Path) -> None:
    whybuy("train", shop, "--target", "next", "--family", "tree", "--out", tmp_path / "m")
    assert whybuy("score", tmp_path / "m", shop, "--out", tmp_path / "o.csv").code == 0
    found = pd.read_csv(tmp_path / "o.csv")
    chances = found[[f"chance of next = {c}" for c in "abc"]]
    np.testing.assert_allclose(chances.sum(axis=1), 1)
    best = [("a", "b", "c")[i] for i in chances.to_numpy().argmax(axis=1)]
    assert found["predicted next"].tolist() == best


def test_what_a_model_never_saw_is_scored_and_said(model: Path, tmp_path: Path) -> None:
    def strange(t: pd.DataFrame) -> pd.DataFrame:
        t = t.drop(columns="buys").astype({"age": object})
        t.loc[:4, "city"] = "Salzburg"
        t.loc[:2, "news"] = "perhaps"
        t.loc[0, "age"] = "old"
        return t

    file = changed(tmp_path, strange)
    found = whybuy("score", model, file, "--out", tmp_path / "o.csv", "--json").json
    assert found["unseen"] == {"city": 5}
    assert found["unread"] == {"news": 3, "age": 1}
    words = whybuy("score", model, file, "--out", tmp_path / "o.csv").out
    assert "5 cells of “city” held a value the model never saw" in words
    assert "1 cell of “age” could not be read" in words
    assert pd.read_csv(tmp_path / "o.csv")["chance of buys = yes"].notna().all()


def test_reasons_add_up(model: Path, shop: Path, tmp_path: Path) -> None:
    words = ("explain", model, shop, "--rows", 7, "--out", tmp_path / "deep" / "e.parquet")
    found = whybuy(*words, "--json").json
    assert (found["rows"], found["of"]) == (7, "yes")
    reasons = pd.read_parquet(tmp_path / "deep" / "e.parquet")
    assert reasons["row"].tolist() == list(range(7))
    effects = reasons.filter(regex="^effect of ").sum(axis=1)
    np.testing.assert_allclose(reasons["base"] + effects, reasons["prediction"], atol=1e-9)
    assert {"effect of age", "error of age"} <= set(reasons.columns)
    assert whybuy("explain", model, shop, "--rows", 9999, "--out", tmp_path / "e", "--json").json[
        "rows"
    ] == (ROWS)


# --- what a person can mend -----------------------------------------------------------------


def refused(*words: object, says: tuple[str, ...] = ()) -> str:
    """The sentence of a refusal: one line with the person's words in quotes, and nothing else."""
    found = whybuy(*words)
    assert found.code == 2, found
    assert found.out == ""
    assert found.err.count("\n") == 1
    assert "“" in found.err
    assert "Traceback" not in found.err
    for word in says:
        assert word in found.err, found.err
    return found.err


BAD_FILES: dict[str, tuple[bytes, tuple[str, ...]]] = {
    "empty.csv": (b"", ("“empty.csv”", "empty")),
    "header.csv": (b"a,b,c\n", ("“header.csv”", "3 columns", "no rows")),
    "one.csv": (b"a\n1\n2\n3\n", ("“one.csv”", "“a”")),
    "rubbish.csv": (bytes(range(256)) * 64, ("“rubbish.csv”",)),
    "zeros.csv": (bytes(5000), ("“zeros.csv”",)),
    "picture.csv": (b"\x89PNG\r\n\x1a\n" + os.urandom(3000), ("“picture.csv”",)),
    "wide.csv": (
        b",".join(b"c%d" % i for i in range(10_000)) + b"\n" + b",".join([b"1"] * 10_000) + b"\n",
        ("“wide.csv”", "10,000", "2,000"),
    ),
    "word.docx": (b"PK\x03\x04" + os.urandom(500), ("“word.docx”",)),
    "t.pdf": (b"%PDF-1.7 ...", ("“t.pdf”", "“.csv”")),
    "cut.csv.gz": (gzip.compress(b"a,b\n1,2\n" * 1000)[:40], ("“cut.csv.gz”", "damaged")),
    "cut.parquet": (b"PAR1" + bytes(400), ("“cut.parquet”", "damaged")),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_bad_file_is_refused_with_a_sentence(name: str, tmp_path: Path) -> None:
    content, says = BAD_FILES[name]
    (tmp_path / name).write_bytes(content)
    refused("check", tmp_path / name, says=says)
    refused("train", tmp_path / name, "--target", "a", says=says)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    refused("check", tmp_path / "no.csv", says=("no.csv", "Check the name"))
    refused("check", tmp_path, says=("no file that we read",))


def test_a_bomb_is_refused(tmp_path: Path) -> None:
    with (
        zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as bomb,
        bomb.open("t.csv", "w", force_zip64=True) as file,
    ):
        file.write(b"a,b\n")
        for _ in range(260):
            file.write(b"1,1\n" * 250_000)
    refused("check", tmp_path / "bomb.zip", says=("“bomb.zip”", "unpacks"))


def test_a_file_nobody_may_read_is_refused(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)
    refused("check", shop, says=("cannot be opened",))


def one_value(t: pd.DataFrame) -> pd.DataFrame:
    return t.assign(buys="yes")


def no_value(t: pd.DataFrame) -> pd.DataFrame:
    return t.assign(buys=None)


def few(t: pd.DataFrame) -> pd.DataFrame:
    return t.iloc[:49]


def rare(t: pd.DataFrame) -> pd.DataFrame:
    return t.assign(buys=["yes"] * 3 + ["no"] * (len(t) - 3))


@pytest.mark.parametrize(
    ("change", "words", "says"),
    [
        (None, ("--target", "bys"), ("“bys”", "“age”", "“buys”")),
        (None, ("--target", "buys", "--outcome", "maybe"), ("“maybe”", "“yes”", "“no”")),
        (None, ("--target", "buys", "--family", "oracle"), ("“oracle”", "“forest”", "“mlp”")),
        (None, ("--target", "spend", "--outcome", "9"), ("“9”", "two answers")),
        (None, ("--target", "buys", "--preset", "slow"), ("“slow”", "“usual”", "“quick”")),
        (
            None,
            ("--target", "spend", "--family", "mlp", "--preset", "64-32-sigmoid"),
            ("“64-32-sigmoid”", "“mlp”", "“usual”", "“32-16-linear”"),
        ),
        (one_value, ("--target", "buys"), ("“buys”", "“yes”", "another column")),
        (no_value, ("--target", "buys"), ("“buys”", "empty")),
        (few, ("--target", "buys"), ("49 rows", "50")),
        (rare, ("--target", "buys"), ("“buys”", "“yes”", "3 rows")),
    ],
)
def test_a_bad_question_is_refused(
    change: Change | None, words: tuple[str, ...], says: tuple[str, ...], shop: Path, tmp_path: Path
) -> None:
    file = shop if change is None else changed(tmp_path, change)
    found = whybuy("train", file, *words, "--out", tmp_path / "m")
    assert (found.code, found.out) == (2, "")
    assert found.err.count("\n") == 1
    for word in says:
        assert word in found.err
    assert not (tmp_path / "m").exists()


def test_check_refuses_an_unknown_target(shop: Path) -> None:
    refused("check", shop, "--target", "bys", says=("“bys”", "“buys”"))


@pytest.mark.parametrize("command", ["score", "explain", "evaluate"])
def test_a_missing_column_is_named(command: str, model: Path, tmp_path: Path) -> None:
    file = changed(tmp_path, lambda t: t.drop(columns=["city", "news"]))
    out = () if command == "evaluate" else ("--out", tmp_path / "o")
    refused(command, model, file, *out, says=("“city”", "“news”", "“age”"))
    assert not (tmp_path / "o").exists()


def test_evaluating_without_the_truth_is_refused(model: Path, tmp_path: Path) -> None:
    file = changed(tmp_path, lambda t: t.drop(columns="buys"))
    refused("evaluate", model, file, says=("“buys”",))
    refused("evaluate", model, changed(tmp_path, no_value), says=("“buys”", "empty"))


@pytest.mark.parametrize("command", ["score", "explain", "evaluate"])
def test_a_damaged_model_is_refused(command: str, model: Path, shop: Path, tmp_path: Path) -> None:
    shutil.copytree(model, tmp_path / "m")
    file = next((tmp_path / "m" / "estimator").iterdir())
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 4
    file.write_bytes(content)
    out = () if command == "evaluate" else ("--out", tmp_path / "o")
    refused(command, tmp_path / "m", shop, *out, says=("“m”", "damaged", "Train it again"))
    refused(command, tmp_path / "nowhere", shop, *out, says=("nowhere", "is not a model"))
    refused(command, tmp_path, shop, *out, says=("is not a model",))
    assert not (tmp_path / "o").exists()


# --- what works all the same ----------------------------------------------------------------


def bytes_of(change: str) -> bytes:
    t = table()
    if change == "long field":
        t.loc[3, "note"] = "x" * 1_000_000
    separator = {"semicolon": ";", "tab": "\t", "bar": "|"}.get(change, ",")
    text = t.replace("Wien", "Wörgl").to_csv(index=False, sep=separator)
    if change == "odd headers":
        text = text.replace("age,city,note,news", "age,,note,NOTE", 1)
    if change == "umlaut target":
        text = text.replace("buys", "kauft (€)", 1)
    encoding = {"utf-16": "utf-16", "cp1252": "cp1252", "umlaut target": "cp1252"}
    return text.encode(encoding.get(change, "utf-8"))


@pytest.mark.parametrize(
    "change", ["semicolon", "tab", "bar", "utf-16", "cp1252", "odd headers", "long field"]
)
def test_untidy_files_work(change: str, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_bytes(bytes_of(change))
    found = whybuy("check", tmp_path / "t.csv", "--json").json
    names = [column["name"] for column in found["columns"]]
    odd = ["age", "column 2", "note", "NOTE (2)", *table().columns[4:]]
    assert names == (odd if change == "odd headers" else list(table().columns))
    assert found["rows"] == ROWS
    words = ("--target", "buys", "--family", "logistic", "--out", tmp_path / "m")
    assert whybuy("train", tmp_path / "t.csv", *words).code == 0
    scored = whybuy("score", tmp_path / "m", tmp_path / "t.csv", "--out", tmp_path / "o.csv")
    assert scored.code == 0
    back = pd.read_csv(tmp_path / "o.csv")
    assert len(back) == ROWS
    assert "Wörgl" in set(back.iloc[:, 1])


def test_excel_parquet_and_zip_work(tmp_path: Path) -> None:
    table().to_excel(tmp_path / "t.xlsx", index=False, engine="xlsxwriter")
    table().to_parquet(tmp_path / "t.parquet")
    with zipfile.ZipFile(tmp_path / "t.zip", "w") as packed:
        packed.writestr("in/t.csv", table().to_csv(index=False))
    (tmp_path / "t.csv.gz").write_bytes(gzip.compress(table().to_csv(index=False).encode()))
    for name in ("t.xlsx", "t.parquet", "t.zip", "t.csv.gz"):
        assert whybuy("check", tmp_path / name, "--json").json["rows"] == ROWS, name


# --- what is a person's stays ---------------------------------------------------------------


def test_a_model_replaces_a_model_and_nothing_else(shop: Path, tmp_path: Path) -> None:
    words = ("train", shop, "--target", "buys", "--family", "none", "--out")
    assert whybuy(*words, tmp_path / "m").code == 0
    assert whybuy(*words, tmp_path / "m", "--seed", 1).code == 0
    assert models.load(tmp_path / "m").model.spec.seed == 1
    (tmp_path / "m" / "notes.txt").write_text("mine")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("mine")
    for taken in (tmp_path / "m", tmp_path / "mine", shop, tmp_path):
        refused(*words, taken, says=(taken.name, "would be overwritten"))
    assert (tmp_path / "m" / "notes.txt").read_text() == "mine"
    assert (tmp_path / "mine" / "notes.txt").read_text() == "mine"


def test_a_result_replaces_neither_its_table_nor_its_model(model: Path, shop: Path) -> None:
    before = shop.read_bytes()
    for command in ("score", "explain"):
        for taken in (shop, model, model / "o.csv", shop.parent):
            refused(command, model, shop, "--out", taken, says=("would be overwritten",))
    assert shop.read_bytes() == before
    models.load(model)


def test_where_nothing_can_be_written_it_is_said(model: Path, shop: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for command in ("score", "explain"):
        refused(command, model, shop, "--out", tmp_path / "file" / "o", says=("cannot be written",))
    words = ("--target", "buys", "--family", "none")
    refused("train", shop, *words, "--out", tmp_path / "file" / "m", says=("cannot be written",))


# --- the process ----------------------------------------------------------------------------


def process(*words: object, **more: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "core.cli", *map(str, words)]
    environment = os.environ | {"OMP_NUM_THREADS": "1"} | more
    return subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )


def test_main_ends_with_two_and_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("")
    found = process("check", tmp_path / "t.csv", "--json", LC_ALL="C", PYTHONIOENCODING="ascii")
    assert (found.returncode, found.stdout) == (2, "")
    assert found.stderr.count("\n") == 1
    for words in (("train", "t.csv"), ("check",), ("nonsense",), ("train", "t", "--seed", "-1")):
        found = process(*words)
        assert (found.returncode, found.stdout) == (2, "")
        assert "Traceback" not in found.stderr


def test_what_nobody_foresaw_is_a_sentence_too(shop: Path, tmp_path: Path) -> None:
    code = (
        "import sys; from core import cli; from core.cli import check; check.findings = None;"
        f"sys.argv = ['whybuy', 'check', {str(shop)!r}]; cli.main()"
    )
    found = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=os.environ | {"TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (found.returncode, found.stdout) == (1, "")
    assert found.stderr.count("\n") == 1
    assert "did not foresee" in found.stderr
    assert "TypeError" in next(tmp_path.rglob("log.txt")).read_text()
    assert str(next(tmp_path.rglob("log.txt"))) in found.stderr


def test_a_network_is_trained_in_silence(shop: Path, tmp_path: Path) -> None:
    words = ("train", shop, "--target", "buys", "--family", "mlp", "--out", tmp_path / "m")
    found = process(*words)
    assert found.returncode == 0, found.stderr
    assert found.stderr == ""
    assert found.stdout.startswith("Model ")
    assert all(line.startswith(("Model ", "  ")) for line in found.stdout.splitlines())
    scored = whybuy("score", tmp_path / "m", shop, "--out", tmp_path / "o.csv", "--json")
    assert scored.json["rows"] == ROWS
    saved = models.load(tmp_path / "m")
    assert saved.model.spec.family == "mlp"
