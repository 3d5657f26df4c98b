"""The contract of a model family: what one file in this room says about itself.

A family's file defines one constant ``FAMILY``. It is found by ``families()``; nothing else
names it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import Field, dataclass, field, fields
from enum import StrEnum
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from core.discover import entries
from core.errors import BadSetting, UnknownFamily, UnknownPreset
from core.models.member import Member, Params
from core.progress import Report

Floats = NDArray[np.float64]
Matrix = NDArray[np.float32]


class Task(StrEnum):
    """What is predicted."""

    BINARY = "binary"
    MULTICLASS = "multiclass"
    REGRESSION = "regression"


class Encoding(StrEnum):
    """How the user's columns become the matrix a family fits on.

    CODES: one column each, a category as a code ordered by the outcome's rate, gaps filled, no
    scaling (for trees). SCALED: numbers standardised, categories one-hot (for all else). BOTH: of
    each of the user's columns first the code, then what it is when scaled.
    """

    CODES = "codes"
    SCALED = "scaled"
    BOTH = "both"


class Reasons(StrEnum):
    """How Shapley values of a family are computed: a file in ``core/explain/shapley``."""

    TREES = "trees"
    BOOSTED = "boosted"
    KERNEL = "kernel"
    LINEAR = "linear"
    SAMPLED = "sampled"
    MIXED = "mixed"


STEPPED = frozenset((Reasons.TREES, Reasons.BOOSTED))  # what they say changes at thresholds only


@dataclass(frozen=True)
class Problem:
    """What a family fits on: training rows only.

    ``x`` is (rows, columns) float32 without missing values. ``y`` is (rows,): class numbers
    0..classes-1 as int64, each at least once (binary: 1 is the outcome of interest), or float64
    values. ``weights`` is (rows,) float64 (all ones unless balanced). ``class_weights`` is
    (classes,), the weight that each class was given. ``blocks`` gives the (start, stop) of each
    user column in ``x``, and ``shared`` the numbers of those blocks that are the same whatever the
    encoding. Rows with one number in ``groups`` (rows,) belong together, a household's or copies:
    none is set aside where another is learned from.
    """

    task: Task
    x: Matrix
    y: NDArray[Any]
    weights: Floats
    classes: int = 0
    class_weights: Floats = field(default_factory=lambda: np.ones(0))
    blocks: tuple[tuple[int, int], ...] = ()
    shared: tuple[int, ...] = ()
    groups: NDArray[np.int64] | None = None


@dataclass(frozen=True)
class Curve:
    """How a fit went, step by step: ``series`` maps a name ("loss", "held-in loss") to values."""

    steps: tuple[int, ...] = ()
    series: dict[str, tuple[float, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Fitted:
    """An estimator and what fitting it told; ``notes`` are keys of sentences in core/text.

    ``engine`` names the library that fitted it and its version, where there is a choice. ``chosen``
    holds what it took for settings that were left to it, by name.
    """

    estimator: Any
    curve: Curve = Curve()
    notes: tuple[str, ...] = ()
    engine: str = ""
    chosen: Mapping[str, float] = field(default_factory=dict)


def no_more(params: Any, rows: int, columns: int) -> float:
    """No more memory than any fit takes."""
    return 0.0


def setting(
    default: Any,
    low: float | None = None,
    high: float | None = None,
    choices: tuple[str, ...] = (),
    searched: tuple[Any, ...] = (),
    check: Callable[[str], bool] | None = None,
) -> Any:
    """A field of a params class: its default and what it may be.

    ``searched`` is where a search looks for something better: a lowest and a highest number, or
    some of the choices; where it is empty the default stays. A text that is no choice must be one
    that ``check`` is true for. Its words are in core/text:
    ``models.<family>.settings.<field>.label``, ``.help`` and, for each choice,
    ``.choice.<value>``.
    """
    known = {"low": low, "high": high, "choices": choices, "searched": searched, "check": check}
    return field(default=default, metadata=known)


def of_form(default: Any, low: float, high: float, choices: tuple[str, ...] = ()) -> Any:
    """A setting that tells how much is kept of what was fitted: the default is all of it.

    No menu has it and it has no words; the search for a smaller form finds it.
    """
    known = setting(default, low, high, choices)
    return field(default=default, metadata={**known.metadata, "form": True})


@dataclass(frozen=True, eq=False)
class Form:
    """A smaller form of an estimator: the settings that name it, about how many bytes it takes on
    disk, and its scores of the rows it was asked about."""

    settings: Params
    size: int
    scores: Floats


@dataclass(frozen=True)
class Smaller:
    """How a fitted estimator becomes a smaller one of the same family.

    ``made(params, estimator, problem)`` is the form that the params name, the estimator itself
    where they ask for all of it. ``forms(estimator, problem, x)`` gives the forms worth trying
    with their scores of rows x: what ``made`` and ``scores`` give, but all of them together.
    ``problem`` is what the estimator was fitted on. What is given is left as it was.
    """

    made: Callable[[Any, Any, Problem], Any]
    forms: Callable[[Any, Problem, Matrix], Iterator[Form]]


@dataclass(frozen=True)
class Preset:
    """Settings to start from under a name, for the tasks that they suit; those that are not among
    ``settings`` are as they come.

    Its words are in core/text: ``models.<family>.presets.<key>``.
    """

    key: str
    settings: Params = field(default_factory=dict, hash=False)
    tasks: frozenset[Task] = frozenset(Task)


USUAL = Preset("usual")  # every family's, and the first


@dataclass(frozen=True)
class Family:
    """One way to model.

    ``fit(params, problem, seed, report)`` calls ``report`` wherever it may be stopped and repeats
    exactly with its seed. ``scores(estimator, x)`` gives float64: (rows,) chance of class 1 for
    binary, (rows, classes) for multi-class, (rows,) values for regression; it runs in the app's
    process, on one row in milliseconds, and imports no TensorFlow. ``save``/``load`` write to and
    read from a folder without pickle. ``memory(params, rows, columns)`` is about how many bytes a
    fit takes at its height beyond twice the matrix. ``columns``, where it is not 0, is how many
    feature columns the family takes, all numbers. A family that is ``beside`` is on no menu: it is
    trained along with what was chosen, to be compared with. ``effort`` puts families in the order
    of how long they take on most tables, 0 for moments. A family whose models are made of others'
    says by ``members(params)`` of which; it is on no menu: a search puts it together. ``presets``
    are settings to start from beside the usual ones. ``only`` are the tasks of a setting that
    changes nothing for others: there it is neither asked for nor searched. One whose models have
    ``smaller`` forms fits them too, by its settings of a form.
    """

    key: str
    order: int
    tasks: frozenset[Task]
    params: type
    encoding: Encoding
    reasons: Reasons
    fit: Callable[[Any, Problem, int, Report], Fitted]
    scores: Callable[[Any, Matrix], Floats]
    save: Callable[[Any, Path], None]
    load: Callable[[Path], Any]
    memory: Callable[[Any, int, int], float] = no_more
    columns: int = 0
    beside: bool = False
    effort: int = 0
    members: Callable[[Any], tuple[Member, ...]] | None = None
    presets: tuple[Preset, ...] = ()
    only: Mapping[str, frozenset[Task]] = field(default_factory=dict, hash=False)
    smaller: Smaller | None = None

    @property
    def on_menu(self) -> bool:
        """Whether a person may choose it by itself."""
        return not self.beside and self.members is None

    @property
    def choices(self) -> tuple[Field[Any], ...]:
        """The settings that a person or a search chooses."""
        return tuple(f for f in fields(self.params) if not f.metadata.get("form"))

    @property
    def form(self) -> tuple[Field[Any], ...]:
        """The settings that tell how much is kept of what was fitted."""
        return tuple(f for f in fields(self.params) if f.metadata.get("form"))

    def asked(self, task: Task) -> tuple[Field[Any], ...]:
        """The settings that change something for a task."""
        return tuple(f for f in self.choices if task in self.only.get(f.name, self.tasks))

    def starts(self, task: Task) -> dict[str, Preset]:
        """What settings of a task may start from, by key: the usual ones first."""
        return {each.key: each for each in (USUAL, *self.presets) if task in each.tasks}

    def start(self, key: str, task: Task) -> Preset:
        """The settings of that name. Raises UnknownPreset, also where they do not suit the task."""
        known = self.starts(task)
        if key not in known:
            raise UnknownPreset(self.key, key, tuple(known))
        return known[key]

    def settings(self, given: Params) -> Any:
        """The params from what a person typed. Raises BadSetting with the value and the limits."""
        known = {f.name: f for f in fields(self.params)}
        for name, value in given.items():
            if name not in known:
                raise BadSetting(name, str(value), ", ".join(known))
            if not _may_be(known[name], value):
                raise BadSetting(name, str(value), _allowed(known[name]))
        return self.params(**given)


def _may_be(known: Field[Any], value: object) -> bool:
    """True for a value of the default's type (a whole number serves as a float) in its range."""
    low, high, choices = (known.metadata[key] for key in ("low", "high", "choices"))
    if isinstance(known.default, bool) or isinstance(value, bool):
        return type(value) is type(known.default)
    if isinstance(known.default, str):
        check = known.metadata["check"]
        return bool(check(value)) if check is not None else value in choices
    if not isinstance(value, int | float if isinstance(known.default, float) else int):
        return False
    return bool((low is None or low <= value) and (high is None or value <= high))


def _allowed(known: Field[Any]) -> str:
    low, high, choices = (known.metadata[key] for key in ("low", "high", "choices"))
    if choices:
        return ", ".join(choices)
    return "–" if low is None and high is None else f"{low} – {'…' if high is None else high}"


def families() -> dict[str, Family]:
    """Every family by key, in the order of the menu."""
    return cast(dict[str, Family], entries("core.models", "FAMILY"))


def family(key: str) -> Family:
    """The family of that key. Raises UnknownFamily."""
    if key not in families():
        raise UnknownFamily(key, tuple(families()))
    return families()[key]
