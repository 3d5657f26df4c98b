"""Everything a marketer does with two projects, one encrypted: ``python -m`` HOME BROUGHT EXPORTED.

In a process of its own, so that its temporary folder can be looked at when it has ended.
"""

from __future__ import annotations

import logging
import sys
import time
from pathlib import Path

import msgspec
from typer.testing import CliRunner

from core import jobs
from core.cli import app
from core.data.correct import Edit
from core.errors import UserError
from core.explain.explanation import Scale
from core.explore.filters import Filter
from core.progress import silent
from core.store import (
    cohorts,
    corrections,
    export,
    fitting,
    history,
    models,
    projects,
    protection,
    reasons,
    scenarios,
    segmentation,
    shapes,
    tables,
    vault,
)
from core.store.explored import look_over
from core.store.temporary import own_folder
from core.tasks.models import train_model
from core.tasks.reasons import explain_model
from core.tasks.tables import bring, check
from core.tasks.tidying import tidy
from core.train.wish import Choices, wish

QUESTION = {"target": "bought", "outcome": "yes"}
GROUPS = {"method": "k_means", "segments": 2, "seed": 0}
WHEN = "2026-01-02T03:04:05+00:00"
ROW = 5


def whole(home: Path, file: Path, exported: Path, sealed: bool) -> None:
    """One project from its table to the list with real ids."""
    upload = home / "uploads" / exported.stem / "people.csv"
    upload.parent.mkdir(parents=True)
    upload.write_bytes(file.read_bytes())
    made = bring(home, silent, str(upload), "people.csv")
    folder, table = projects.folder(home, made["project"]), str(made["table"])
    if sealed:
        protection.protect_project(home, silent, folder.name, True)
    projects.aimed(home, folder.name, "bought", "yes")
    edits = {"city": Edit(levels=("Berlin", "Hamburg", "Wien", "Quackville"), ordered=True)}
    corrections.correct(folder, tables.load(folder, table), edits)
    now = tables.load(folder, table)
    shapes.remember(home, now, corrections.kept(folder, table), WHEN)
    check(home, silent, folder.name, table, "bought")
    look_over(home, silent, folder.name, table, QUESTION | {"key": "0123abcd"})
    spec = wish(now, "bought", "yes", Choices("tree"))
    model = str(train_model(home, silent, folder.name, msgspec.to_builtins(spec))["model"])
    way = reasons.way_text(reasons.Way("yes"))
    explain_model(home, silent, folder.name, model, way, 60)
    segmentation.find_segments(home, silent, folder.name, table, QUESTION, GROUPS)
    customer = scenarios.Customer(ROW, {"city": "Quackville"})
    figures = scenarios.Figures(1, 0.1, 0.2)
    kept = scenarios.Made(model, "bought", "yes", Scale.CHANCE, figures, customer)
    scenarios.keep(folder, "what if she moved", kept, WHEN)
    cohorts.keep(folder, "in town", (Filter("city", levels=("Quackville",)),), WHEN)
    saved = models.load(models.place(folder, model)).model
    listed = export.answers(fitting.as_asked(now, saved.spec), saved)
    real = export.put_back(folder, now, listed)
    real.to_csv(exported, index=False)
    export.logged(folder, table, real, exported.name)


def beside(home: Path, sealed: str) -> None:
    """A job in a process of its own that fails, and whose wish names cells."""
    spec = {"levels": ["Quackville"], "family": {"Wilhelmina Quackenbusch": 1}}
    job = jobs.start(home, "train", project=sealed, spec=spec)
    end = time.monotonic() + 240
    while not jobs.status(job).state.ended:
        assert time.monotonic() < end
        time.sleep(0.05)
    assert jobs.status(job).error == "unexpected", jobs.log(job)
    assert "Traceback" in jobs.log(job)


def errors(home: Path, project: str) -> None:
    """What goes wrong is told without a value."""
    folder = projects.folder(home, project)
    dataset = tables.load(folder, projects.load(home, project).table)
    try:
        corrections.correct(folder, dataset, {"city": Edit(levels=("Quackenbusch",))})
    except UserError as error:
        logging.warning("%s", error.code)


def main(home: Path, file: Path, out: Path) -> None:
    """Both projects, the shell, and what is left is tidied away as at the next start."""
    own_folder(home)
    whole(home, file, out / "clear.csv", False)
    whole(home, file, out / "sealed.csv", True)
    first, second = sorted(projects.recent(home), key=lambda each: each.created)
    sealed = next(
        p.id for p in (first, second) if (home / "projects" / p.id / "rest.json").exists()
    )
    errors(home, sealed)
    beside(home, sealed)
    checked = CliRunner().invoke(app, ["check", str(file), "--json"])
    assert checked.exit_code == 0, checked.output
    assert vault.names(home / "projects" / sealed)
    assert history.history(home / "projects" / sealed, first.table) == ()
    tidy(home, time.time())


if __name__ == "__main__":
    main(*(Path(each) for each in sys.argv[1:]))
