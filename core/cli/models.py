"""``whybuy models``: every model of a project of the app, what was said of it, in and out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from core.cli.shell import AsJson, Passphrase, Project, say, tell
from core.errors import FileNotFound
from core.progress import silent
from core.store import packing, projects, registry, registry_words, unpacking, vault
from core.store.places import free_package, shown, writing
from core.store.registry import Model, Registry

commands = typer.Typer(no_args_is_help=True, help="The models of a project.")
Id = Annotated[str, typer.Argument(help="A model, by its id.")]
WithRows = Annotated[
    bool, typer.Option("--with-rows", help="Customers' rows may leave in the file; it has some.")
]


@commands.command("list")
def listed(project: Project, passphrase: Passphrase = "", as_json: AsJson = False) -> None:
    """Lists every model over all tables and questions, and what is set aside with why."""
    found = registry.registry(_folder(project, passphrase))
    names = registry_words.names(found.models, say)
    report = {
        "models": [_told(each, names[each.entry.id]) for each in found.models],
        "aside": [
            {"key": a.key, "model": a.model, "file": a.file, "why": registry_words.why(a, say)}
            for a in found.aside
        ],
    }
    tell(report, as_json, lambda report: _lines(report, found))


@commands.command("export")
def export(
    project: Project,
    model: Id,
    out: Annotated[Path, typer.Option(help="The .zip file to write.")],
    with_rows: WithRows = False,
    passphrase: Passphrase = "",
    as_json: AsJson = False,
) -> None:
    """Writes a model as one file of plain formats, to be used elsewhere."""
    folder, place = _folder(project, passphrase), free_package(out)
    with writing(out):
        found = packing.pack(folder, model, with_rows, place, say)
    told = {"model": model, "file": str(out), "rows": found.rows, "answers": found.answers}
    tell(told, as_json, lambda told: [say("registry.cli.exported", **told)])


@commands.command("import")
def import_(
    project: Project,
    file: Annotated[Path, typer.Argument(help="A file that `export` wrote.")],
    passphrase: Passphrase = "",
    as_json: AsJson = False,
) -> None:
    """Checks an exported model whole, tries it in a process of its own, and takes it in."""
    folder = _folder(project, passphrase)
    if not file.is_file():
        raise FileNotFound(shown(file))
    _done("imported", unpacking.taken_in(folder, file, file.name, silent), as_json)


@commands.command("archive")
def archive(
    project: Project, model: Id, passphrase: Passphrase = "", as_json: AsJson = False
) -> None:
    """Puts a model away: out of boards and choices, and kept whole."""
    registry.archive(_folder(project, passphrase), model)
    _done("archived", model, as_json)


@commands.command("restore")
def restore(
    project: Project,
    model: Annotated[str, typer.Argument(help="A model's id, or the key of what is set aside.")],
    passphrase: Passphrase = "",
    as_json: AsJson = False,
) -> None:
    """Brings back a model that was put away, or set aside and now passes every check."""
    _done("restored", unpacking.restored(_folder(project, passphrase), model), as_json)


@commands.command("note")
def note(
    project: Project,
    model: Id,
    text: Annotated[str, typer.Argument(help="Plain text, on one line.")],
    passphrase: Passphrase = "",
    as_json: AsJson = False,
) -> None:
    """Keeps a note about a model, with who wrote it and when."""
    registry.note(_folder(project, passphrase), model, text)
    _done("noted", model, as_json)


@commands.command("champion")
def champion(
    project: Project, model: Id, passphrase: Passphrase = "", as_json: AsJson = False
) -> None:
    """Makes a model the one that answers its question."""
    registry.crown(_folder(project, passphrase), model)
    _done("crowned", model, as_json)


def _folder(project: str, passphrase: str) -> Path:
    folder = projects.folder(projects.home(), project)
    if passphrase:
        vault.unlock(folder, passphrase)
    return folder


def _done(what: str, model: str, as_json: bool) -> None:
    tell({what: model}, as_json, lambda _: [say(f"registry.cli.{what}", model=model)])


def _told(model: Model, name: str) -> dict[str, Any]:
    entry, score = model.entry, registry_words.main_score(model.entry)
    return {
        "model": entry.id,
        "name": name,
        "family": entry.spec.family,
        "target": entry.spec.target.name,
        "outcome": entry.spec.outcome,
        "table": entry.table_name,
        "trained_at": entry.trained_at,
        "scores": {
            s.metric: {"value": s.value, "low": s.low, "high": s.high} for s in entry.scores
        },
        "headline": score.metric,
        "champion": model.champion is not None,
        "archived": model.archived is not None,
        "notes": model.notes,
        "review": model.review,
    }


def _lines(report: dict[str, Any], found: Registry) -> list[str]:
    lines = [
        _line(told, each) for told, each in zip(report["models"], found.models, strict=True)
    ] or [say("registry.cli.none")]
    for each in report["aside"]:
        key = f" ({each['key']})" if each["key"] else ""
        lines.append(say("registry.cli.aside", key=key, why=each["why"]))
    return lines


def _line(told: dict[str, Any], model: Model) -> str:
    score = registry_words.main_score(model.entry)
    marked = registry_words.standing(model, say)
    return say(
        "registry.cli.line",
        id=told["model"],
        name=told["name"],
        question=registry_words.question(model.entry, say),
        metric=say(f"evaluate.metric.{score.metric}.name"),
        value=score.value,
        low=score.low,
        high=score.high,
        trained=told["trained_at"],
        standing=f" · {marked}" if marked else "",
    )
