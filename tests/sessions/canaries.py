"""Projects that each carry marks of their own, and the search for anybody else's in a frame.

There is no sign-in yet: whoever may open the app on this machine is one person, and the list of
projects (their names and ids, on the first page and in the sidebar) is that person's. Everything
else of a project reaches a tab only where that project is the one in use. ``Colony.may_list`` says
whose names a visitor may see: all today, the own ones with sign-in.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import msgspec
import numpy as np
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from core.progress import silent
from core.store import projects, tables
from core.tasks.models import train_model
from core.tasks.tables import bring, checked
from core.train.wish import Choices, wish

FOUND = re.compile(rb"zq(in|on)([0-9a-f]{8})")  # inside a project, or on its label
ROWS = 120
FAMILY = "tree"
TREE = {"max_depth": 3}


@dataclass(frozen=True)
class Project:
    """One visitor's project: ``inside`` marks all that is in it, ``label`` its name."""

    number: int
    inside: str
    label: str
    id: str = ""
    model: str = ""


@dataclass
class Colony:
    """Projects under one home, one a visitor."""

    home: Path
    projects: list[Project] = field(default_factory=list)

    def may_list(self, who: Project) -> set[str]:
        """The marks of names that a visitor may be shown in lists of projects."""
        return {each.label for each in self.projects} if who in self.projects else set()

    def foreign(self, who: Project, data: bytes, lists: bool = False) -> set[str]:
        """Marks in ``data`` that are not the visitor's to see; ``lists`` where names may be."""
        found = marks(data) - {who.inside, who.label}
        return found - self.may_list(who) if lists else found


def marks(data: bytes) -> set[str]:
    """Every mark in bytes of any kind: frames, tables in Arrow, figures, files."""
    return {f"zq{kind.decode()}{number.decode()}" for kind, number in FOUND.findall(data)}


def is_list(message: ForwardMsg, page: str) -> bool:
    """Whether a message is part of a list of projects: the sidebar's, or the first page's."""
    if message.WhichOneof("type") != "delta":
        return False
    element = message.delta.new_element
    of_sidebar = "-sidebar-project-" in element.selectbox.id
    return of_sidebar or page == ""


def colony(home: Path, count: int, seed: int = 5) -> Colony:
    """So many projects, each with a table, what was found about it, and a small tree."""
    return Colony(home, [made(home, number, seed) for number in range(count)])


def made(home: Path, number: int, seed: int = 5) -> Project:
    """One project, brought and trained by the same tasks as the app's."""
    token = hashlib.sha256(f"{seed}-{number}".encode()).hexdigest()
    who = Project(number, f"zqin{token[:8]}", f"zqon{token[8:16]}")
    file = home.parent / "files" / f"{who.inside}.csv"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(table(who, seed))
    brought = bring(
        home=home, report=silent, file=str(file), name=file.name, title=f"Of {who.label}"
    )
    target, outcome = f"will_{who.inside}", f"yes_{who.inside}"
    project = projects.aimed(home, brought["project"], target, outcome)
    folder = projects.folder(home, project.id)
    dataset = tables.load(folder, project.table)
    checked(folder, dataset, target)
    spec = wish(dataset, target, outcome, Choices(FAMILY, TREE))
    asked = {"project": project.id, "spec": msgspec.to_builtins(spec)}
    model = train_model(home, silent, **asked)["model"]
    return replace(who, id=project.id, model=model)


def table(who: Project, seed: int = 5) -> bytes:
    """A table whose header, cells, levels and target carry the mark; each has numbers of its own.

    There are as many rows more as the project's number: what is counted differs as well.
    """
    out = io.StringIO()
    lines = csv.writer(out)
    names = ("customer", "visits", "spend", "plan", "will")
    lines.writerow([f"{name}_{who.inside}" for name in names])
    lines.writerows(_rows(who, seed))
    return out.getvalue().encode()


def _rows(who: Project, seed: int) -> Iterator[list[object]]:
    draw = np.random.default_rng([seed, who.number])
    for row in range(ROWS + who.number):
        visits, spend = int(draw.integers(0, 40)), float(draw.gamma(2, 30 + who.number))
        many = 100 * who.number + visits  # so that the figure of a few rows is no one else's too
        plan = ("gold", "silver", "free")[int(draw.integers(3))]
        buys = visits + draw.normal(0, 8) > 18
        yield [
            f"c{row}_{who.inside}",
            many,
            round(spend, 2),
            f"{plan}_{who.inside}",
            f"{'yes' if buys else 'no'}_{who.inside}",
        ]
