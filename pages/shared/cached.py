"""Answers of core kept for the next run, keyed by ids: content never changes under an id.

A cached function takes strings and numbers only, never a table. The plain functions below ask
for what the visitor has in use.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import streamlit as st

from core import wire
from core.data.dataset import Dataset
from core.data.finding import Finding
from core.data.infer import propose_outcome, propose_target
from core.data.machine import machine_memory
from core.data.preview import preview as first_rows
from core.data.table import frame
from core.errors import UserError
from core.evaluate.picks import Pick, picked, shown_of, truth_words
from core.explain.explaining import Explainer
from core.explain.explanation import Explanation
from core.explore import ask
from core.explore.filters import Filter
from core.explore.summary import Summary
from core.explore.summary import summary as summed_up
from core.store import projects, tables
from core.store.checked import findings_key
from core.store.fitting import as_asked, columns_of
from core.store.models import SavedModel
from core.what_if.support import Support
from pages.shared import session

# a model, and what makes it ready, takes 10 to 500 MB; to read a forest again takes half a second
MODELS_KEPT = max(8, min(32, machine_memory() // (512 << 20)))
ANSWERS_KEPT = 300
T = TypeVar("T")
Key = tuple[str | float, ...]


def whole(text: str) -> bytes:
    """A text of a key as Streamlit shall take it: it joins texts without a mark between them, so
    that ("a", "bstr:c") and ("abstr:", "c") would be one key."""
    return sha256(text.encode("utf-8", "surrogatepass")).digest()


APART: Any = {str: whole}  # for functions whose keys hold several texts out of tables


# --- models ------------------------------------------------------------------------------


@st.cache_resource(max_entries=MODELS_KEPT, show_spinner=False)
def saved(project: str, model: str) -> SavedModel:
    """A model of the project whose folder is ``project``."""
    from core.store import models

    return models.load(models.place(Path(project), model))


@st.cache_resource(max_entries=MODELS_KEPT, show_spinner=False)
def explainer(project: str, model: str) -> Explainer:
    """The model made ready to be explained."""
    from core.explain import explaining

    return explaining.explainer(saved(project, model).model)


@st.cache_resource(max_entries=MODELS_KEPT, show_spinner=False)
def support(project: str, model: str) -> Support:
    """Where the model's data lie."""
    from core.what_if import support as supports

    return supports.support(saved(project, model).model)


@st.cache_data(max_entries=ANSWERS_KEPT, show_spinner=False)
def row(project: str, model: str, number: int) -> Any:
    """One row of the model's table, typed; -1 is the average customer."""
    from core.tasks.reasons import rows_of
    from core.what_if.scenario import typical

    known = saved(project, model)
    return typical(known.model) if number < 0 else rows_of(Path(project), known, [number])


@st.cache_resource(max_entries=ANSWERS_KEPT, show_spinner=False)
def striking(project: str, model: str, pick: Pick, of: str) -> dict[int, float]:
    """The rows of a pick, the most striking first, each with its chance of ``of`` or its value."""
    predictions = saved(project, model).evaluation.predictions
    shown = shown_of(predictions, of)
    return {row: shown[row] for row in picked(predictions, pick, of).tolist()}


@st.cache_resource(max_entries=MODELS_KEPT, show_spinner=False)
def happened(project: str, model: str) -> dict[int, str | float]:
    """What happened to held-out customers, by row number."""
    return truth_words(saved(project, model).evaluation.predictions)


@st.cache_data(max_entries=MODELS_KEPT, show_spinner=False)
def remembered(project: str, model: str) -> float:
    """How well the model tells whom it learned from; nan where its table is not there any more."""
    from core.evaluate import membership

    known = saved(project, model).model
    try:
        dataset = as_asked(tables.load(Path(project), known.spec.dataset), known.spec)
    except UserError:  # the model can still be judged
        return math.nan
    rows = known.background.index.tolist()
    return membership.remembered(known, frame(dataset, columns_of(known.spec), rows))


@st.cache_resource(max_entries=ANSWERS_KEPT, show_spinner=False)
def why(project: str, model: str, number: int, of: str) -> Explanation:
    """The reasons of one row, for class ``of`` where there are several."""
    from core.explain.explaining import explain

    return explain(explainer(project, model), row(project, model, number), of)


@st.cache_resource(max_entries=ANSWERS_KEPT, show_spinner=False, hash_funcs=APART)
def answer(key: Key, _make: Callable[[], T]) -> T:
    """What ``_make`` gave when it was first asked under that key, which must tell all of it."""
    return _make()


def order(project: str, model: str, number: int, of: str) -> list[str]:
    """The columns of one row, the most influential first."""
    from core.explain.importance import importance

    return [one.column for one in importance(why(project, model, number, of))]


# --- tables ------------------------------------------------------------------------------


def schema_key() -> str:
    """What the table in use was understood to be, as a short name."""
    return findings_key(session.dataset().schema, session.project().target)


def _dataset(project: str, table: str) -> Dataset:
    return tables.load(Path(project), table)


def _place() -> tuple[str, str, str]:
    return str(session.folder()), session.project().table, schema_key()


@st.cache_data(max_entries=ANSWERS_KEPT, show_spinner=False)
def _preview(project: str, table: str, key: str) -> Any:
    return first_rows(_dataset(project, table))


@st.cache_data(max_entries=ANSWERS_KEPT, show_spinner=False, hash_funcs=APART)
def _summary(project: str, table: str, key: str, target: str, outcome: str) -> Summary:
    return summed_up(_dataset(project, table), target, outcome)


@st.cache_data(max_entries=ANSWERS_KEPT, show_spinner=False)
def _rows_kept(project: str, table: str, key: str, filters: str) -> tuple[int, int]:
    dataset = _dataset(project, table)
    return ask.rows_kept(dataset, filters_of(filters)), dataset.rows


def filters_of(text: str) -> tuple[Filter, ...]:
    """Filters out of a cache key."""
    return wire.read(text, tuple[Filter, ...])


def filters_text(filters: tuple[Filter, ...]) -> str:
    """Filters as a cache key."""
    return msgspec.json.encode(filters).decode()


# --- of what is in use -------------------------------------------------------------------


def preview() -> Any:
    """The first rows of the table in use."""
    return _preview(*_place())


def summary() -> Summary:
    """What its target holds."""
    now = session.asked()
    return _summary(*_place(), now.target, now.outcome)


def findings() -> tuple[Finding, ...] | None:
    """What is wrong with it; None where that is not known yet."""
    now = session.project()
    return tables.kept_findings(session.folder(), now.table, schema_key())


def rows_kept(filters: str) -> tuple[int, int]:
    """How many rows of how many meet the filters."""
    return _rows_kept(*_place(), filters)


def propose(project: str) -> None:
    """Asks the likeliest question of a freshly brought table, as a start."""
    home = session.home()
    known = projects.load(home, project)
    schema = tables.load(projects.folder(home, project), known.table).schema
    target = propose_target(schema) or ""
    binary = bool(target) and len(schema[target].levels) == 2
    outcome = propose_outcome(schema[target]) if binary else ""
    projects.aimed(home, project, target, outcome)
