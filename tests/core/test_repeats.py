"""The same data and seed give the same scores, to the last bit, in whichever process."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FITS = """
import sys, tempfile
from hashlib import sha256
from pathlib import Path
from core.store import fitting
from core.data.load import load
from core.predict import scored
from core.progress import silent
from core.train.wish import Choices, wish

params = {"forest": {"trees": 20}, "mlp": {"layers": "16", "epochs": 3}}
with tempfile.TemporaryDirectory() as into:
    dataset = load(Path(sys.argv[1]), "t.csv", Path(into) / "read", "", silent)
    for family in sys.argv[2:]:
        for target, outcome in (("buys", "yes"), ("spend", "")):
            spec = wish(dataset, target, outcome, Choices(family, params.get(family, {}), seed=3))
            model = fitting.fit(dataset, spec).model
            told = scored(model, model.background).tobytes() + model.held_out_scores.tobytes()
            print(family, target, spec.id, sha256(told).hexdigest())
"""


def told(file: Path, *families: str) -> list[str]:
    """What a new process says of models of these families."""
    environment = os.environ | {"PYTHONHASHSEED": "random", "TF_CPP_MIN_LOG_LEVEL": "3"}
    found = subprocess.run(
        [sys.executable, "-c", FITS, str(file), *families],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert found.returncode == 0, found.stderr[-3000:]
    return found.stdout.splitlines()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A table with numbers, levels and gaps."""
    rows = [
        f"{i % 37},{i * 11 % 53},{'abc'[i % 3] if i % 9 else ''},"
        f"{'yes' if i * 11 % 53 > 20 else 'no'},{(i % 37) * 1.5 + i % 3}"
        for i in range(400)
    ]
    made = tmp_path / "t.csv"
    made.write_text("visits,days,plan,buys,spend\n" + "\n".join(rows) + "\n")
    return made


# attack J10
def test_j10_scores_repeat_in_another_process(file: Path) -> None:
    families = ("forest", "tree", "svm", "linear")
    first, second = (told(file, *families) for _ in range(2))
    assert len(first) == 2 * len(families)
    assert first == second


@pytest.mark.whole
def test_j10_a_networks_scores_repeat_in_another_process(file: Path) -> None:
    first, second = (told(file, "mlp") for _ in range(2))
    assert len(first) == 2
    assert first == second
