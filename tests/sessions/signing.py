"""The app as ``whybuy run`` starts it where people sign in, and somebody who does without a
browser."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from core.progress import silent
from core.store import projects, tables
from core.store.who import Who, acting_as
from core.tasks.models import train_model
from core.tasks.tables import bring
from core.train.wish import Choices, wish
from tests.sessions.client import Visitor
from tests.sessions.provider import Provider, providing
from tests.sessions.served import ROOT, Served, free_port
from tests.sessions.served import _answering as answering
from tests.sessions.wire import Answer, Wire

SAMPLE = ROOT / "data" / "samples" / "shop_customers.csv"
COOKIES_SECRET = "nobody guesses here-" * 2
ACCESS = 'admins = ["root@shop.example"]\nwelcome = ["@shop.example"]\n'
ANNA, BEN, CLEO = (Who(f"{name}@shop.example", True) for name in ("anna", "ben", "cleo"))
ASKED = "asks who you are first"  # what stands on the page of whoever has not signed in
SIGN_IN = "sign-in"


@dataclass(frozen=True)
class Shop:
    """A running app with a project of Anna's, and who vouches for people there."""

    served: Served
    home: Path
    provider: Provider
    project: str
    model: str

    @property
    def address(self) -> str:
        return self.served.address

    @property
    def folder(self) -> Path:
        return self.home / "projects" / self.project


def claims(who: Who) -> dict[str, Any]:
    """What a provider says of somebody."""
    return {"sub": f"id-of-{who.name}", "email": who.name, "email_verified": True}


@contextmanager
def shop(folder: Path) -> Iterator[Shop]:
    """The app, gone after the block."""
    home, port = folder / "home", free_port()
    home.mkdir(parents=True)
    _private(home / "access.toml", ACCESS)
    with acting_as(ANNA):
        project, model = _made(home)
    with providing() as provider:
        address = f"http://127.0.0.1:{port}"
        text = provider.secrets(address, COOKIES_SECRET)
        _private(folder / ".streamlit" / "secrets.toml", text)
        served = _started(folder, home, port)
        try:
            yield Shop(served, home, provider, project, model)
        finally:
            served.process.terminate()
            served.process.wait(20)


def _made(home: Path) -> tuple[str, str]:
    """Anna's project with a small forest."""
    made = bring(home=home, report=silent, file=str(SAMPLE), name=SAMPLE.name)
    projects.aimed(home, made["project"], "will_buy_again", "yes")
    dataset = tables.load(projects.folder(home, made["project"]), made["table"])
    spec = wish(dataset, "will_buy_again", "yes", Choices(params={"trees": 10}))
    trained = train_model(home, silent, made["project"], msgspec.to_builtins(spec))
    return made["project"], trained["model"]


def _private(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")
    file.chmod(0o600)


def _started(folder: Path, home: Path, port: int) -> Served:
    log = folder / "log.txt"
    command = [sys.executable, "-m", "core.cli", "run", f"--port={port}", "--address=127.0.0.1"]
    told = {"HOME": str(folder), "WHYBUY_HOME": str(home), "OMP_NUM_THREADS": "1"}
    with log.open("ab") as out:
        process = subprocess.Popen(
            command, cwd=ROOT, env=os.environ | told, stdout=out, stderr=subprocess.STDOUT
        )
    found = Served(f"http://127.0.0.1:{port}", process, log)
    answering(found)
    return found


def signs_in(at: Shop, user: dict[str, Any]) -> Visitor:
    """A new browser in which somebody has signed in, or has tried to."""
    led: list[str] = []

    def watch(_: Visitor, frame: bytes, message: ForwardMsg) -> None:
        if message.WhichOneof("type") == "auth_redirect":
            led.append(message.auth_redirect.url)

    visitor = Visitor(at.address, watch)
    visitor.open()
    visitor.click(SIGN_IN)
    visitor.close()
    at.provider.user = user
    follow(visitor.wire, at, led[-1])
    return visitor


def follow(wire: Wire, at: Shop, path: str) -> Answer:
    """Where that leads, as a browser goes: to the provider and back."""
    while True:
        answer = wire.ask("GET", path)
        place = answer.headers.get("location", "")
        if not place.startswith(("http://", "https://")):
            return answer
        there = Wire(at.provider.address, origin=None).ask(
            "GET", place.removeprefix(at.provider.address)
        )
        back = urlsplit(there.headers["location"])
        path = f"{back.path}?{back.query}"
