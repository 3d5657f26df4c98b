"""What a smaller form saves on real tables: bytes on disk and time for one row, and what it loses.

Run as ``python -m bench.smaller``, with names of tables of ``bench.accuracy.sets`` to run only
these, as far as they are in ``TRIED``. Each family is trained with its own settings, the form is
chosen with the usual loss by rows set aside, and both are judged on the held-out rows. Figures are
the small model's to the whole one's; ``loss`` is what is lost on held-out rows, to the loss that
was allowed: it may be beyond by luck, and ``most`` is the end of its 95 % interval. Times are of
the model alone, its columns prepared.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.accuracy.sets import REAL, Asked, read
from bench.figure import figure, told
from core.evaluate.evaluating import evaluate
from core.predict import held_out
from core.progress import silent
from core.search.shrinking import USUAL_LOSS
from core.store import models
from core.store.clock import now
from core.store.models import SavedModel
from core.store.shrinking import beside, smaller_form
from core.train.spec import ModelSpec
from core.train.training import train

TRIED = ("telco", "shoppers")
FAMILIES = ("forest", "extra", "boosting", "mlp")
DISK = {"forest": 0.5, "extra": 0.5, "boosting": 0.9, "mlp": 0.25}
ONE = {"forest": 0.8, "extra": 0.8, "boosting": 1.05, "mlp": 1.1}  # a network's bytes save no time
WITHIN = 2.0  # times the loss that was allowed, on other rows than those that chose


def figures(names: tuple[str, ...]) -> Iterator[dict[str, object]]:
    """Those of every family on every table."""
    for real in REAL:
        if real.name in names:
            with read(real) as asked:
                for family in FAMILIES:
                    yield from _of(asked, family)


def _of(asked: Asked, family: str) -> Iterator[dict[str, object]]:
    spec = ModelSpec(
        asked.spec.dataset, asked.spec.task, asked.spec.target, asked.spec.features, family,
        asked.spec.outcome, seed=1,
    )  # fmt: skip
    model = train(asked.table, spec, silent)
    saved = SavedModel(model, evaluate(held_out(model)), asked.name, now(), 0.0)
    small, chosen = smaller_form(saved, asked.table, USUAL_LOSS, silent)
    with TemporaryDirectory(prefix="whybuy-bench-") as folder:
        places = Path(folder) / "whole", Path(folder) / "small"
        for place, each in zip(places, (saved, small), strict=True):
            models.save(place, each)
        found = beside(*places, chosen, USUAL_LOSS)
    before, after = found.costs
    name, form = f"smaller.{asked.name}.{family}", chosen.settings
    kilo = {"before_kb": before.disk // 1000, "after_kb": after.disk // 1000}
    memory = round(after.memory / before.memory, 3)
    yield figure(f"{name}.disk", "ratio", after.disk / before.disk, DISK[family], **kilo,
                 memory=memory, form=form)  # fmt: skip
    micro = {"before_us": round(before.one * 1e6, 1), "after_us": round(after.one * 1e6, 1)}
    many = round(after.many / before.many, 3)
    yield figure(f"{name}.one_row", "ratio", after.one / before.one, ONE[family], **micro,
                 many=many)  # fmt: skip
    change = found.difference
    lost = {"whole": round(change.second, 4), "lost": round(-change.difference, 5)}
    yield figure(f"{name}.loss", "ratio", -change.difference / USUAL_LOSS, WITHIN, **lost,
                 most=round(found.most, 5), aside=round(found.lost, 5))  # fmt: skip


if __name__ == "__main__":
    raise SystemExit(told(figures(tuple(sys.argv[1:]) or TRIED)))
