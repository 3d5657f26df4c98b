"""``whybuy run``: the app in the browser."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from core.store import projects
from core.store.listening import ANYWHERE, may_listen, names, read_secrets
from core.store.options import options


def run(
    port: Annotated[int, typer.Option(help="Where to listen on this machine.")] = 8501,
    address: Annotated[
        str,
        typer.Option(
            help="At which address to listen; another than this machine's own needs sign-in."
        ),
    ] = "",
) -> None:
    """Opens the app in the browser."""
    script = Path(__file__).resolve().parents[2] / "serve.py"
    folders = (Path.home(), script.parent)
    known, secrets = options(folders, os.environ), read_secrets(folders)
    where = address or known["server.address"]
    may_listen(where, secrets, projects.home())
    screen = sys.platform != "linux" or bool({"DISPLAY", "WAYLAND_DISPLAY"} & set(os.environ))
    hosts = names(where, known["server.allowedHosts"], secrets)
    command = [
        *(sys.executable, "-m", "streamlit", "run", str(script), f"--server.port={port}"),
        *(f"--server.headless={str(not screen).lower()}", f"--server.address={where}"),
        *(f"--server.allowedHosts={host}" for host in hosts),
    ]
    if where in ANYWHERE:  # else Streamlit asks a server in the internet what to show
        command.append(f"--browser.serverAddress={(hosts or ('localhost',))[-1]}")
    os.chdir(script.parent)  # where .streamlit/config.toml is
    os.execv(sys.executable, command)
