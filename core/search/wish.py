"""A wish for a good model, as a value whose hash is the search's id."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace

import msgspec

from core.errors import BadSetting, FamilyCannot, NoFamilies
from core.evaluate.metric import Metric, chosen_metric, ranking
from core.models.family import families, family
from core.search.trial import Trial
from core.train.spec import ModelSpec

PARTS = 5


@dataclass(frozen=True)
class Search:
    """Of what a good model is wanted, and among which families.

    ``spec`` says everything but the family and its settings, which are empty in it. ``parts`` is
    how many times rows of the training rows are set aside in turn, ``by`` the key of the metric
    that says which is best (empty: the one that ranks models of the task). How long is no part of
    the wish: a search goes on where it was left.
    """

    spec: ModelSpec
    families: tuple[str, ...]
    parts: int = PARTS
    by: str = ""

    @property
    def metric(self) -> Metric:
        """What says which is best."""
        return chosen_metric(self.spec.task, self.by)

    @property
    def id(self) -> str:
        """Twelve hexadecimal digits of a SHA-256."""
        said = (self.spec.id, sorted(self.families), self.parts, *filter(None, [self.by]))
        return hashlib.sha256(msgspec.json.encode(said)).hexdigest()[:12]


def wish_of(asked: Search, trial: Trial) -> ModelSpec:
    """The wish for a model with the settings of a trial."""
    return replace(asked.spec, family=trial.family, params=trial.params)


def search(
    spec: ModelSpec, wanted: tuple[str, ...] = (), by: str = "", parts: int = PARTS
) -> Search:
    """The search for a model of what ``spec`` asks, among ``wanted`` families or all that can, and
    for the best by the metric of the key ``by``, or by the usual one.

    Raises NoFamilies, UnknownFamily, FamilyCannot for a wanted one that cannot do the task, and
    BadSetting for a metric that models of the task cannot be ranked by.
    """
    usual, *others = (metric.key for metric in ranking(spec.task))
    if by not in ("", usual, *others):
        raise BadSetting("by", by, ", ".join((usual, *others)))
    for key in wanted:
        if spec.task not in family(key).tasks:
            raise FamilyCannot(key, spec.task)
    able = [
        key
        for key, kind in families().items()
        if spec.task in kind.tasks and kind.on_menu and not kind.columns
    ]
    chosen = tuple(key for key in able if key in wanted or not wanted)
    if not chosen:
        raise NoFamilies(spec.task)
    return Search(replace(spec, family="", params={}), chosen, parts, "" if by == usual else by)
