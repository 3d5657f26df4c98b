"""``whybuy report``: all that is known of a model, as one file for people or for machines."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from core.cli.shell import AsJson, Passphrase, say
from core.errors import BadSetting, NotThere
from core.report import report as reports
from core.report.export import Form, told
from core.report.report import Report
from core.store import models, projects, rest, vault
from core.store.clock import now
from core.store.folder import write
from core.store.places import free_file, shown, writing


def report(
    model: Annotated[
        Path,
        typer.Argument(help="A folder that `whybuy train` wrote, or PROJECT/MODEL of the app."),
    ],
    out: Annotated[
        Path | None, typer.Option(help="The file to write: .html, or .json for machines.")
    ] = None,
    passphrase: Passphrase = "",
    as_json: AsJson = False,
) -> None:
    """The model card and the report of its review, read from what is kept; nothing is computed.

    With --json the report itself is printed as one JSON object.
    """
    form = _form(out, as_json)
    place = _place(model)
    project = rest.project_of(place)
    if project is not None and passphrase:
        vault.unlock(project, passphrase)
    free = None if out is None else free_file(out, place, place)
    made = _made(place, project)
    if free is not None and form is not None:
        content = told(made, form)
        with writing(free):
            write(free, content)
    if as_json:
        typer.echo(told(made, Form.JSON).decode().rstrip())
    else:
        typer.echo(say("report.cli.written", out=out, name=made.known.name))


def _form(out: Path | None, as_json: bool) -> Form | None:
    """As what the file is to be written. Raises BadSetting."""
    if out is None:
        if as_json:
            return None
        raise BadSetting("--out", "", say("report.cli.endings"))
    ending = out.suffix.lower().removeprefix(".")
    if ending not in tuple(Form):
        raise BadSetting("--out", shown(out), say("report.cli.endings"))
    return Form(ending)


def _place(model: Path) -> Path:
    """The folder of a model, named by its path or by the ids of the app. Raises NotThere."""
    if model.is_dir():
        return model.resolve()
    if len(model.parts) != 2:
        raise NotThere("model", shown(model))
    project, name = model.parts
    return models.place(projects.folder(projects.home(), project), name).resolve()


def _made(place: Path, project: Path | None) -> Report:
    if project is None:
        return reports.report_of_folder(place, say.language, now())
    return reports.report(project, place.name, say.language, now())
