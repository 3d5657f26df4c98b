"""``whybuy run``: the app in the browser."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer


def run(port: Annotated[int, typer.Option(help="Where to listen on this machine.")] = 8501) -> None:
    """Opens the app in the browser."""
    script = Path(__file__).resolve().parents[2] / "serve.py"
    screen = sys.platform != "linux" or bool({"DISPLAY", "WAYLAND_DISPLAY"} & set(os.environ))
    options = [f"--server.port={port}", f"--server.headless={str(not screen).lower()}"]
    command = [sys.executable, "-m", "streamlit", "run", str(script), *options]
    os.chdir(script.parent)  # where .streamlit/config.toml is
    os.execv(sys.executable, command)
