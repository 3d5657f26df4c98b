"""The same product from a shell: ``whybuy check | train | evaluate | score | explain | run``."""

from __future__ import annotations

import json
import logging
import os
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import typer

from core import tasks
from core.data.check import findings
from core.data.dataset import Dataset
from core.data.infer import propose_outcome
from core.data.load import load
from core.data.memory import READING, memory_at_most
from core.data.names import column_names
from core.data.table import frame
from core.data.unread import unread
from core.errors import BadSetting, CannotRead, FileNotFound, NotThere, UserError
from core.evaluate.evaluating import evaluate as evaluated
from core.explain.explaining import explain as explained
from core.explain.explaining import explainer
from core.explain.tabular import as_table
from core.models.family import family as family_of
from core.predict import as_columns, judged, predict
from core.progress import silent
from core.store import models
from core.store.folder import written
from core.store.judgement import finite, judgement
from core.store.models import SavedModel
from core.store.places import free_file, free_folder, shown, writing
from core.text.phrases import phrases
from core.train.wish import Choices, wish

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")]
FORMATS = "CSV, TSV, Excel or Parquet, also in gzip or zip."
File = Annotated[Path, typer.Argument(help=FORMATS, readable=False)]
Model = Annotated[Path, typer.Argument(help="A folder that `whybuy train` wrote.")]
say = phrases("en")
ALIASES = {"logistic": "linear", "ridge": "linear", "neural": "mlp", "none": "baseline"}
LARGEST_SEED = 2**31 - 1


def main() -> None:
    """Runs the shell; a person's mistake is a sentence on standard error and exit code 2."""
    os.environ |= {"TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1"}  # TensorFlow is loud
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # and temporary folders go
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    try:
        app()
    except UserError as error:
        typer.echo(sentence(error), err=True)
        sys.exit(2)
    except Exception:  # the edge: a person gets a sentence, we get the trace
        log = Path(tempfile.mkdtemp(prefix="whybuy-")) / "log.txt"
        logging.basicConfig(filename=log, force=True)
        logging.exception("whybuy")
        typer.echo(say("cli.unexpected", file=log), err=True)
        sys.exit(1)


def sentence(error: UserError) -> str:
    """A UserError in words; where the shell's differ from the screen's, in its own."""
    own = f"cli.error.{error.code}"
    return say(own if own in say else f"errors.{error.code}", **error.facts)


@app.command()
def check(
    file: File,
    target: Annotated[str, typer.Option(help="The column to predict.")] = "",
    as_json: AsJson = False,
) -> None:
    """What is in a table, and what is wrong with it."""
    with _table(file) as dataset:
        if target:
            dataset.schema[target]  # is it there?
        found = findings(dataset, target or None)
    report = {
        "rows": dataset.rows,
        "columns": [
            {"name": c.name, "kind": c.kind, "role": c.role} for c in dataset.schema.columns
        ],
        "findings": [
            {
                "code": f.code,
                "column": f.column,
                "count": f.count,
                "severity": f.severity,
                "sentence": say(f"check.{f.code}.what", **asdict(f)),
            }
            for f in found
        ],
    }
    _tell(report, as_json, _check_lines)


@app.command()
def train(
    file: File,
    target: Annotated[str, typer.Option(help="The column to predict.")],
    outcome: Annotated[str, typer.Option(help="For two values: the one of interest.")] = "",
    family: Annotated[
        str, typer.Option(help="forest, svm, mlp, linear, tree, baseline.")
    ] = "forest",
    seed: Annotated[int, typer.Option(help="Decides every draw.", min=0, max=LARGEST_SEED)] = 0,
    out: Annotated[Path | None, typer.Option(help="The folder to save the model in.")] = None,
    as_json: AsJson = False,
) -> None:
    """Trains a model and judges it on rows it never saw."""
    kind = family_of(ALIASES.get(family, family))
    place = None if out is None else free_folder(out)
    with _table(file) as dataset:
        column = dataset.schema[target]
        if outcome and len(column.levels) != 2:
            raise BadSetting("--outcome", outcome, say("cli.no_outcome"))
        chosen = outcome or (propose_outcome(column) if len(column.levels) == 2 else "")
        with _native_silence():
            saved = tasks.fit(dataset, wish(dataset, target, chosen, Choices(kind.key, seed=seed)))
            if place is not None:
                with writing(place):
                    models.save(place, saved)
    _tell(judgement(saved, saved.evaluation), as_json, _judgement_lines)


@app.command()
def evaluate(
    model: Model,
    file: Annotated[
        Path | None, typer.Argument(help="Rows with their truth.", readable=False)
    ] = None,
    as_json: AsJson = False,
) -> None:
    """How good a saved model is: on its held-out rows, or on a file's.

    Of the very table it learned from, only the held-out rows are judged.
    """
    saved = _saved(model)
    evaluation, left_out = saved.evaluation, saved.model.left_out
    if file is not None:
        with _table(file) as dataset:
            if dataset.id != saved.model.spec.dataset:
                found = judged(saved.model, _asked(dataset, saved))
                evaluation = evaluated(found, evaluation.threshold, saved.model.spec.seed)
                left_out = dataset.rows - len(found.rows)
    _tell(judgement(saved, evaluation, left_out), as_json, _judgement_lines)


@app.command()
def score(
    model: Model,
    file: File,
    out: Annotated[Path, typer.Option(help="The CSV to write.")],
    as_json: AsJson = False,
) -> None:
    """Adds the model's predictions to a table's rows and writes them as CSV.

    Cells of the table are written as they came, those too that a spreadsheet would take for a
    formula (= + - @): a changed cell would be another customer.
    """
    saved, place = _saved(model), free_file(out, file, model)
    with _table(file) as dataset:
        found = predict(saved.model, _asked(dataset, saved))
        text = pd.read_parquet(dataset.source)
        lost = unread(dataset, saved.model.spec.features)
    added = as_columns(found)
    names = column_names([*text.columns, *added])[-len(added) :]  # a table may be scored twice
    scores = pd.DataFrame(dict(zip(names, added.values(), strict=True)), index=text.index)
    with writing(place), written(place) as aside:
        pd.concat([text, scores], axis=1).to_csv(aside, index=False)
    unseen = dict(found.unseen)
    report = {"rows": len(text), "out": str(out), "unseen": unseen, "unread": lost}
    _tell(report, as_json, _score_lines)


@app.command()
def explain(
    model: Model,
    file: File,
    out: Annotated[Path, typer.Option(help="The Parquet file to write.")],
    rows: Annotated[int, typer.Option(help="How many rows, from the first.", min=1)] = 100,
    outcome: Annotated[str, typer.Option(help="For several classes: the one to explain.")] = "",
    as_json: AsJson = False,
) -> None:
    """Why the model says what it says of a table's first rows: base and effects that add up."""
    saved, place = _saved(model), free_file(out, file, model)
    with _table(file) as dataset:
        first = list(range(min(rows, dataset.rows)))
        found = explained(explainer(saved.model), _asked(dataset, saved, first), outcome)
    with writing(place), written(place) as aside:
        as_table(found).to_parquet(aside)
    report = {"rows": len(first), "of": found.of, "base": found.base, "out": str(out)}
    _tell(report, as_json, lambda r: [say("cli.explained", **r)])


@app.command()
def run(port: Annotated[int, typer.Option(help="Where to listen on this machine.")] = 8501) -> None:
    """Opens the app in the browser."""
    script = Path(__file__).resolve().parents[1] / "app.py"
    screen = sys.platform != "linux" or bool({"DISPLAY", "WAYLAND_DISPLAY"} & set(os.environ))
    options = [f"--server.port={port}", f"--server.headless={str(not screen).lower()}"]
    command = [sys.executable, "-m", "streamlit", "run", str(script), *options]
    os.chdir(script.parent)  # where .streamlit/config.toml is
    os.execv(sys.executable, command)


@contextmanager
def _table(file: Path) -> Iterator[Dataset]:
    """A file read into a temporary folder for the length of a command."""
    if not file.is_file():
        raise FileNotFound(shown(file))
    if not os.access(file, os.R_OK):
        raise CannotRead(shown(file))
    with tempfile.TemporaryDirectory(prefix="whybuy-") as folder:
        with memory_at_most(READING, file.name):
            dataset = load(file, file.name, Path(folder), tasks.now(), silent)
        yield dataset


def _asked(dataset: Dataset, saved: SavedModel, rows: list[int] | None = None) -> pd.DataFrame:
    """What there is of the columns that the model knows, read as it knows them."""
    spec = saved.model.spec
    names = [c.name for c in (spec.target, *spec.features) if c.name in dataset.schema]
    return frame(tasks.as_asked(dataset, spec), names or [dataset.schema.names[0]], rows)


@contextmanager
def _native_silence() -> Iterator[None]:
    """TensorFlow's start-up messages cannot be switched off; errors reach Python as exceptions."""
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


def _saved(model: Path) -> SavedModel:
    if not model.is_dir():
        raise NotThere("model", shown(model))
    return models.load(model.resolve())


def _tell(
    report: dict[str, Any], as_json: bool, lines: Callable[[dict[str, Any]], list[str]]
) -> None:
    if as_json:
        typer.echo(json.dumps(finite(report), ensure_ascii=False))
    else:
        typer.echo("\n".join(lines(report)))


def _check_lines(report: dict[str, Any]) -> list[str]:
    head = say("cli.table", rows=report["rows"], columns=len(report["columns"]))
    columns = [f"  {c['name']}: {c['kind']}, {c['role']}" for c in report["columns"]]
    return [head, *columns, *(f"- {f['sentence']}" for f in report["findings"])]


def _judgement_lines(report: dict[str, Any]) -> list[str]:
    head = say(
        "cli.model", **{k: report[k] for k in ("model", "target", "seconds")}, **report["rows"]
    )
    return [
        head,
        *(
            say("cli.metric", name=say(f"evaluate.metric.{key}.name"), **value)
            for key, value in report["metrics"].items()
        ),
    ]


def _score_lines(report: dict[str, Any]) -> list[str]:
    return [say("cli.scored", rows=report["rows"], out=report["out"])] + [
        say(f"cli.{kind}", column=column, count=count)
        for kind in ("unseen", "unread")
        for column, count in report[kind].items()
    ]


if __name__ == "__main__":
    main()
