"""The same product from a shell: ``whybuy COMMAND``, one file a command.

A file holds a function of its own name, or ``commands`` where it is several.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
import tempfile
from collections import UserDict
from importlib import import_module
from pathlib import Path
from typing import Any

import typer
from typer.core import TyperGroup
from typer.main import get_group

from core.errors import UserError
from core.store.trace import silent_on_values
from core.text.phrases import phrases

COMMANDS = (
    *("check", "build", "train", "find", "shrink", "evaluate", "score", "drift", "explain"),
    *("what-if", "counterfactual", "report", "forget", "encrypt", "rotate", "keep", "adopt"),
    *("trail", "models", "run", "doctor"),
)
say = phrases("en")


class _Brought(UserDict[str, Any]):
    """Every command by name; its file is brought when it is asked for, and no other's: to bring
    all of them takes seconds, which whoever starts the app would wait for."""

    def __getitem__(self, name: str) -> Any:
        if name not in self.data:
            raise KeyError(name)
        file = name.replace("-", "_")
        module, holder = import_module(f"{__name__}.{file}"), typer.Typer(rich_markup_mode=None)
        if several := getattr(module, "commands", None):
            holder.add_typer(several, name=name)
        else:
            holder.command(name)(getattr(module, file))
        return get_group(holder).commands[name]


class _Commands(TyperGroup):
    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.commands = _Brought(dict.fromkeys(COMMANDS))


app = typer.Typer(
    cls=_Commands,
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


@app.callback()
def _whybuy() -> None:
    pass


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
