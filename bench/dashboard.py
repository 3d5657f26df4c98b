"""The page of reasons against explainerdashboard's build: 1,000 customers, a forest of 100 trees.

Run as ``python -m bench.dashboard``. Ours is measured in the browser on a project never explained
before: from the click on Explain until the importance of all 1,000 customers and one customer's
waterfall stand there. Theirs is the building of ``ClassifierExplainer`` and
``ExplainerDashboard`` as they come, given up after ``LIMIT`` times our seconds (the ratio is then
at most one in that), and beside it the build without interactions; a browser is not counted. It
has an environment of its own, made for the run (or ``DASHBOARD_ENVIRONMENT`` names one); where it
cannot be installed, a line says so.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd

from bench.environment import environment
from bench.figure import figure, told
from bench.journey import Journey, idle, travelled
from bench.pages import changed
from bench.server import chromium, opened, ready, serving, tab
from bench.tables import sessions
from core.text.phrases import phrases

ROWS, SHOWN, TREES = 4_000, 1_000, 100  # a quarter is held out, and explained
GOAL = 1 / 25
TARGET = "Revenue"
WORDS = ["Month", "VisitorType", "Weekend"]
LIMIT = 40  # times our seconds
BUILD = """
import sys, time, warnings
warnings.simplefilter("ignore")
import pandas as pd
from sklearn.ensemble import RandomForestClassifier
from explainerdashboard import ClassifierExplainer, ExplainerDashboard

rows = pd.read_csv(sys.argv[1])
shown, trees, words = int(sys.argv[2]), int(sys.argv[3]), sys.argv[4].split(",")
truth = (rows.pop("Revenue").astype(str).str.upper() == "TRUE").astype(int)
rows = pd.get_dummies(rows, columns=words, dtype=int)
forest = RandomForestClassifier(trees, random_state=0, n_jobs=2).fit(rows[shown:], truth[shown:])
begun = time.perf_counter()
explainer = ClassifierExplainer(forest, rows[:shown], truth[:shown], cats=words)
ExplainerDashboard(explainer, **({"shap_interaction": False} if sys.argv[5] == "lean" else {}))
print(time.perf_counter() - begun)
"""


def theirs(table: pd.DataFrame, place: Path, build: str, limit: float) -> float:
    """Seconds of their build, ``limit`` where it was not there by then."""
    with TemporaryDirectory(prefix="whybuy-bench-") as folder:
        file, script = Path(folder) / "sessions.csv", Path(folder) / "build.py"
        table.to_csv(file, index=False)
        script.write_text(BUILD, "utf-8")
        given = [str(file), str(SHOWN), str(TREES), ",".join(WORDS), build]
        command = [str(place / "bin" / "python"), str(script), *given]
        try:
            run = subprocess.run(command, capture_output=True, text=True, check=True, timeout=limit)
        except subprocess.TimeoutExpired:
            return limit
    return float(run.stdout.splitlines()[-1])


def ours(journey: Journey) -> dict[str, float]:
    """Seconds from the click to the first picture with a waterfall, and to all customers."""
    say = phrases()
    with serving(home=journey.home) as server, chromium() as browser, tab(browser) as page:
        opened(page, journey.address(server, "evaluate", "forest"))
        idle(journey.home)
        ready(page)
        begun = time.perf_counter()
        changed(page, "explain")
        page.locator("[data-testid=stPlotlyChart]").nth(1).wait_for()
        first = time.perf_counter() - begun
        page.get_by_role("button", name=say("pages.explain.go", rows=SHOWN)).click()
        page.get_by_text(say("pages.explain.explained", done=SHOWN, rows=SHOWN)).wait_for()
        ready(page)
        return {"first": first, "all": time.perf_counter() - begun}


def figures() -> Iterator[dict[str, object]]:
    """The ratio of the page to the build."""
    table = sessions(ROWS)
    with travelled(table, TARGET, "TRUE", "forest", params={"trees": TREES}) as journey:
        page = {name: round(took, 2) for name, took in ours(journey).items()}
    with environment("DASHBOARD_ENVIRONMENT", "explainerdashboard") as place:
        if place is None:
            missing = "explainerdashboard cannot be installed"
            yield {"name": "dashboard.page", "ok": True, "missing": missing, "seconds": page}
            return
        limit = LIMIT * page["all"]
        builds = {build: theirs(table, place, build, limit) for build in ("whole", "lean")}
    facts = {"seconds": page, "builds": {name: round(took, 1) for name, took in builds.items()}}
    given_up = builds["whole"] >= limit
    ratio = page["all"] / builds["whole"]
    yield figure("dashboard.page", "ratio", ratio, GOAL, given_up=given_up, **facts)


if __name__ == "__main__":
    sys.exit(told(figures()))
