"""The same product from a shell: ``whybuy COMMAND``, one file a command."""

from __future__ import annotations

import logging
import os
import signal
import sys
import tempfile
from pathlib import Path

import typer

from core.cli import (
    adopt,
    build,
    check,
    counterfactual,
    doctor,
    drift,
    encrypt,
    evaluate,
    explain,
    find,
    forget,
    keep,
    models,
    report,
    rotate,
    run,
    score,
    shrink,
    trail,
    train,
    what_if,
)
from core.cli.shell import say
from core.errors import UserError
from core.store.trace import silent_on_values

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command()(check.check)
app.command()(build.build)
app.command()(train.train)
app.command()(find.find)
app.command()(shrink.shrink)
app.command()(evaluate.evaluate)
app.command()(score.score)
app.command()(drift.drift)
app.command()(explain.explain)
app.command()(what_if.what_if)
app.command()(counterfactual.counterfactual)
app.command()(report.report)
app.command()(forget.forget)
app.command()(encrypt.encrypt)
app.command()(rotate.rotate)
app.command()(keep.keep)
app.command()(adopt.adopt)
app.add_typer(trail.commands, name="trail")
app.add_typer(models.models, name="models")
app.command()(run.run)
app.command()(doctor.doctor)


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
        silent_on_values()
        logging.exception("whybuy")
        typer.echo(say("cli.unexpected", file=log), err=True)
        sys.exit(1)


def sentence(error: UserError) -> str:
    """A UserError in words; where the shell's differ from the screen's, in its own."""
    own = f"cli.error.{error.code}"
    return say(own if own in say else f"errors.{error.code}", **error.facts)
