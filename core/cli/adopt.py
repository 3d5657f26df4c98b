"""``whybuy adopt``: models that came from elsewhere, taken over by a person who trusts them."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from core.cli.shell import AsJson, Passphrase, say, tell
from core.store import adoption, projects, vault


def adopt(
    name: Annotated[str, typer.Argument(help="A project of the app, or a model's folder.")],
    passphrase: Passphrase = "",
    as_json: AsJson = False,
) -> None:
    """Checks models that another installation made, and signs them as they are.

    Do this only for what you trust: a model that was changed on purpose answers as its changer
    wants, and nothing in it tells.
    """
    home = projects.home()
    if passphrase:
        vault.unlock(home / "projects" / name, passphrase)
    done = adoption.adopt_named(home, name)
    tell({"taken": list(done.taken), "refused": done.refused}, as_json, _lines)


def _lines(report: dict[str, Any]) -> list[str]:
    refused = report["refused"].items()
    return [
        say("cli.adopted", models=len(report["taken"])),
        *(say("cli.not_adopted", model=model, reason=reason) for model, reason in refused),
    ]
