"""Segments worked out, kept for the next run: small ones here, large ones by a worker on disk."""

from __future__ import annotations

from pathlib import Path

import msgspec
import streamlit as st

from core import wire
from core.errors import NotThere
from core.store import segments, tables
from core.store.fitting import as_asked
from core.tasks.segments import segment_of
from core.what_if.members import how_many
from core.what_if.segment import Segment, Shifted
from core.what_if.totals import Earned, Money, Total, earned, totals
from pages.shared import cached, session

ROWS_AT_ONCE = 20_000  # more customers are worked out beside the app
RESULTS_KEPT = 20
COUNTS_KEPT = 200


def text(asked: Segment) -> str:
    """A wish as a cache key."""
    return msgspec.json.encode(asked).decode()


def met(asked: Segment) -> int:
    """How many customers meet the filters."""
    people = Segment(asked.among, asked.filters, ())
    return _met(str(session.folder()), session.model_id(), text(people))


def found(asked: Segment) -> Shifted | None:
    """What comes of a wish; None where a worker has yet to work it out."""
    project, model = str(session.folder()), session.model_id()
    if met(asked) <= ROWS_AT_ONCE:
        return _worked_out(project, model, text(asked))
    where = segments.place(Path(project), model, asked.id)
    return _loaded(str(where), where.stat().st_mtime_ns) if where.is_dir() else None


def sums(asked: Segment) -> tuple[Total, ...]:
    """What a wish that was worked out comes to, an entry an outcome."""
    project, model = str(session.folder()), session.model_id()
    return _sums(project, model, text(asked), there(asked))


def gain(asked: Segment, money: Money, of: str) -> Earned:
    """What a wish that was worked out earns."""
    project, model = str(session.folder()), session.model_id()
    return _gain(project, model, text(asked), (money.margin, money.cost, of), there(asked))


def there(asked: Segment) -> Shifted:
    """What comes of a wish that was worked out. Raises NotThere."""
    known = found(asked)
    if known is None:
        raise NotThere("segment", asked.id)
    return known


@st.cache_resource(max_entries=COUNTS_KEPT, show_spinner=False)
def _sums(project: str, model: str, asked: str, _found: Shifted) -> tuple[Total, ...]:
    return totals(_found, cached.saved(project, model).model.spec.seed)


@st.cache_resource(max_entries=COUNTS_KEPT, show_spinner=False)
def _gain(
    project: str, model: str, asked: str, terms: tuple[float, float, str], _found: Shifted
) -> Earned:
    margin, cost, of = terms
    return earned(_found, Money(margin, cost), of, cached.saved(project, model).model.spec.seed)


@st.cache_data(max_entries=COUNTS_KEPT, show_spinner=False)
def _met(project: str, model: str, asked: str) -> int:
    spec = cached.saved(project, model).model.spec
    dataset = as_asked(tables.load(Path(project), spec.dataset), spec)
    return how_many(dataset, cached.saved(project, model).model, _segment(asked))


@st.cache_resource(max_entries=RESULTS_KEPT, show_spinner=False)
def _worked_out(project: str, model: str, asked: str) -> Shifted:
    return segment_of(Path(project), cached.support(project, model), _segment(asked))


@st.cache_resource(max_entries=RESULTS_KEPT, show_spinner=False)
def _loaded(where: str, written: int) -> Shifted | None:
    return segments.load(Path(where))


def _segment(asked: str) -> Segment:
    return wire.read(asked, Segment)
