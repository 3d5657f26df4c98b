"""The same product from a shell: ``whybuy check | train | evaluate | score | explain | run``."""

from __future__ import annotations

import json
import math
import os
import sys
import tempfile
from collections.abc import Callable
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
from core.data.table import frame
from core.errors import FileNotFound, NotThere, UserError
from core.evaluate.evaluating import evaluate as evaluated
from core.evaluate.evaluation import Evaluation
from core.explain.explaining import explain as explained
from core.explain.explaining import explainer
from core.models.family import Task
from core.predict import judged, predict
from core.progress import silent
from core.store import models
from core.store.models import SavedModel
from core.text.phrases import phrases
from core.train.wish import Choices, wish

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")]
File = Annotated[Path, typer.Argument(help="CSV, TSV, Excel or Parquet, also in gzip or zip.")]
Model = Annotated[Path, typer.Argument(help="A folder that `whybuy train` wrote.")]
say = phrases("en")


def main() -> None:
    """Runs the shell; a person's mistake is a sentence on standard error and exit code 2."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # TensorFlow tells its start-up otherwise
    try:
        app()
    except UserError as error:
        typer.echo(sentence(error), err=True)
        sys.exit(2)


def sentence(error: UserError) -> str:
    """A UserError in words."""
    return say(f"errors.{error.code}", **error.facts)


@app.command()
def check(
    file: File,
    target: Annotated[str, typer.Option(help="The column to predict.")] = "",
    as_json: AsJson = False,
) -> None:
    """What is in a table, and what is wrong with it."""
    with _Table(file) as dataset:
        if target:
            dataset.schema[target]
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
    seed: Annotated[int, typer.Option(help="Decides every draw.")] = 0,
    out: Annotated[Path | None, typer.Option(help="The folder to save the model in.")] = None,
    as_json: AsJson = False,
) -> None:
    """Trains a model and judges it on rows it never saw."""
    with _Table(file) as dataset:
        column = dataset.schema[target]
        chosen = outcome or (propose_outcome(column) if len(column.levels) == 2 else "")
        choices = Choices(family=ALIASES.get(family, family), seed=seed)
        saved = tasks.fit(dataset, wish(dataset, target, chosen, choices))
    if out is not None:
        models.save(out, saved)
    _tell(_judgement(saved, saved.evaluation), as_json, _judgement_lines)


@app.command()
def evaluate(
    model: Model,
    file: Annotated[Path | None, typer.Argument(help="Rows with their truth.")] = None,
    as_json: AsJson = False,
) -> None:
    """How good a saved model is: on its held-out rows, or on a file's."""
    saved = _saved(model)
    evaluation = saved.evaluation
    if file is not None:
        with _Table(file) as dataset:
            table = frame(tasks.as_asked(dataset, saved.model.spec))
        evaluation = evaluated(judged(saved.model, table), evaluation.threshold)
    _tell(_judgement(saved, evaluation), as_json, _judgement_lines)


@app.command()
def score(
    model: Model,
    file: File,
    out: Annotated[Path, typer.Option(help="The CSV to write.")],
    as_json: AsJson = False,
) -> None:
    """Adds the model's predictions to a table's rows and writes them as CSV."""
    saved = _saved(model)
    with _Table(file) as dataset:
        asked = tasks.as_asked(dataset, saved.model.spec)
        found = predict(saved.model, frame(asked))
        text = pd.read_parquet(asked.source)
    for name, values in _score_columns(saved, found.scores).items():
        text[name] = values
    text.to_csv(out, index=False)
    report = {"rows": len(text), "out": str(out), "unseen": dict(found.unseen)}
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
    saved = _saved(model)
    with _Table(file) as dataset:
        table = frame(tasks.as_asked(dataset, saved.model.spec)).head(rows)
    found = explained(explainer(saved.model), table, outcome)
    effects = pd.DataFrame(found.effects, columns=[f"effect of {c}" for c in found.columns])
    errors = pd.DataFrame(found.errors, columns=[f"error of {c}" for c in found.columns])
    first = pd.DataFrame({"row": found.rows, "prediction": found.prediction, "base": found.base})
    pd.concat([first, effects, errors], axis=1).to_parquet(out)
    report = {"rows": len(first), "of": found.of, "base": found.base, "out": str(out)}
    _tell(report, as_json, lambda r: [say("cli.explained", **r)])


@app.command()
def run(port: Annotated[int, typer.Option(help="Where to listen on this machine.")] = 8501) -> None:
    """Opens the app in the browser."""
    script = Path(__file__).resolve().parents[1] / "app.py"
    command = [sys.executable, "-m", "streamlit", "run", str(script), f"--server.port={port}"]
    os.chdir(script.parent)  # where .streamlit/config.toml is
    os.execv(sys.executable, command)


ALIASES = {"logistic": "linear", "ridge": "linear", "neural": "mlp", "none": "baseline"}


class _Table:
    """A file read into a temporary folder for the length of a command."""

    def __init__(self, file: Path) -> None:
        if not file.is_file():
            raise FileNotFound(str(file))
        self.file = file
        self.folder = tempfile.TemporaryDirectory(prefix="whybuy-")

    def __enter__(self) -> Dataset:
        into = Path(self.folder.name)
        try:
            return load(self.file, self.file.name, into, tasks.now(), silent)
        except BaseException:
            self.folder.cleanup()
            raise

    def __exit__(self, *_: object) -> None:
        self.folder.cleanup()


def _saved(model: Path) -> SavedModel:
    if not model.is_dir():
        raise NotThere("model", str(model))
    return models.load(model)


def _judgement(saved: SavedModel, evaluation: Evaluation) -> dict[str, Any]:
    model = saved.model
    return {
        "model": model.spec.id,
        "family": model.spec.family,
        "task": model.spec.task,
        "target": model.spec.target.name,
        "classes": list(model.classes),
        "outcome": model.spec.outcome,
        "threshold": evaluation.threshold if model.spec.task is Task.BINARY else None,
        "metrics": {
            s.metric: {"value": s.value, "low": s.low, "high": s.high} for s in evaluation.scores
        },
        "rows": {
            "training": model.training_rows,
            "judged": len(evaluation.predictions.rows),
            "left_out": model.left_out,
        },
        "seconds": round(saved.seconds, 3),
    }


def _score_columns(saved: SavedModel, scores: Any) -> dict[str, Any]:
    spec, classes = saved.model.spec, saved.model.classes
    if spec.task is Task.BINARY:
        return {f"chance of {spec.target.name} = {classes[1]}": scores}
    if spec.task is Task.REGRESSION:
        return {f"predicted {spec.target.name}": scores}
    best = {f"predicted {spec.target.name}": [classes[i] for i in scores.argmax(axis=1)]}
    return best | {
        f"chance of {spec.target.name} = {name}": scores[:, i] for i, name in enumerate(classes)
    }


def _tell(
    report: dict[str, Any], as_json: bool, lines: Callable[[dict[str, Any]], list[str]]
) -> None:
    if as_json:
        typer.echo(json.dumps(_finite(report), ensure_ascii=False))
    else:
        typer.echo("\n".join(lines(report)))


def _finite(value: Any) -> Any:
    """JSON has no "not a number": null."""
    if isinstance(value, dict):
        return {key: _finite(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_finite(each) for each in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


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
    lines = [say("cli.scored", rows=report["rows"], out=report["out"])]
    return lines + [
        say("cli.unseen", column=column, count=count) for column, count in report["unseen"].items()
    ]


if __name__ == "__main__":
    main()
