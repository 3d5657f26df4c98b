"""What the store knows of one model, as values: the ground that every section stands on."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from core.data.dataset import Dataset
from core.data.finding import Finding
from core.data.quality import Score as Quality
from core.evaluate.evaluation import Evaluation
from core.explain.explanation import Explanation
from core.explain.quality import Quality as Trusted
from core.review.review import Told
from core.store.guard import Hidden
from core.store.history import Done
from core.store.models import Entry, SavedModel
from core.store.robustness import Examined
from core.store.trail import Line
from core.text.phrases import Phrases
from core.train.spec import ModelSpec


@dataclass(frozen=True)
class Table:
    """The table that a model learned from, as the store knows it now.

    ``findings`` and ``quality`` are None where nobody looked, ``corrected`` names the columns whose
    meaning a person corrected.
    """

    dataset: Dataset
    hidden: tuple[Hidden, ...]
    findings: tuple[Finding, ...] | None
    quality: tuple[Quality, ...] | None
    steps: tuple[Done, ...]
    corrected: tuple[str, ...]


@dataclass(frozen=True)
class Rival:
    """Another model of the same question; ``same`` is true where the same customers judged it."""

    entry: Entry
    name: str
    same: bool


@dataclass(frozen=True, eq=False)
class Reasons:
    """Reasons that were worked out, and how far they can be trusted where that was looked at."""

    found: Explanation
    trusted: Trusted | None


@dataclass(frozen=True, eq=False)
class Known:
    """All of it. ``project`` is None for a model's folder outside of every project.

    ``evaluation`` is the saved one, with answers of fewer than ten held-out customers unnamed and
    rows numbered anew. ``table`` is None where the table was deleted or never was in the project,
    ``trail`` None where it cannot be read.
    """

    project: Path | None
    saved: SavedModel
    evaluation: Evaluation
    name: str
    libraries: dict[str, str]
    digest: str
    table: Table | None
    rivals: tuple[Rival, ...]
    examined: Examined
    reasons: tuple[Reasons, ...]
    told: Told
    trail: tuple[Line, ...] | None
    say: Phrases

    @property
    def spec(self) -> ModelSpec:
        return self.saved.model.spec

    @property
    def sayable(self) -> frozenset[str]:
        """Texts that are no cell of a customer: names of columns, answers of the question."""
        columns = (self.spec.target, *self.spec.features)
        names = self.table.dataset.schema.names if self.table else [c.name for c in columns]
        return frozenset((*names, *self.evaluation.predictions.classes))

    def rival(self, family: str) -> Rival | None:
        """The rival of that family which the same customers judged."""
        return next((r for r in self.rivals if r.same and r.entry.spec.family == family), None)
