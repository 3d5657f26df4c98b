"""The funnel against a walk over every customer's events, and by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.behaviour.pictures.few import without_few
from core.behaviour.pictures.funnel import Funnel, Step, Steps, funnel, usual_steps
from core.behaviour.pictures.span import Span
from core.behaviour.recorded import DAY, Recorded
from tests.core.behaviour.logs import KINDS, event, write


def walked(events: pd.DataFrame, kinds: tuple[str, ...], days: int | None) -> dict[int, int]:
    """Place of a step to the time since the step before, by trying every first step."""
    found: dict[int, tuple[int, int]] = {}
    rows = list(zip(events["at"], events["kind"], strict=True))
    for start in [at for at, kind in rows if kind == kinds[0]]:
        limit = np.inf if days is None else start + days * DAY
        reached = {start}
        for place, kind in enumerate(kinds[1:], 1):
            came = {
                at for at, k in rows if k == kind and min(reached, default=np.inf) <= at <= limit
            }
            for at in came:
                since = at - max(before for before in reached if before <= at)
                old = found.get(place, (np.inf, np.inf))
                found[place] = min(old, (at, since))
            reached = came
    return {place: since for place, (_, since) in found.items()}


@pytest.mark.parametrize("days", [None, 1, 30])
def test_a_funnel_is_what_a_walk_finds(
    log: pd.DataFrame, recorded: Recorded, days: int | None
) -> None:
    kinds = ("view", "checkout", "order")
    few = log[log["customer"] < "c0040"].sort_values("at")
    part = Recorded(recorded.folder, recorded.story)
    by = ["customer", "session"] if days is None else ["customer"]
    times: dict[int, dict[str, int]] = {1: {}, 2: {}}
    for key, events in few.groupby(by):
        for place, since in walked(events, kinds, days).items():
            times[place].setdefault(key[0], since)
    found = funnel(write(part.folder / f"few{days}", few), Steps(kinds, days))
    assert [step.customers for step in found.steps] == [
        few.loc[few["kind"] == "view", "customer"].nunique(), len(times[1]), len(times[2])
    ]  # fmt: skip
    if days is not None:  # of several sessions the earliest counts, which the walk does not tell
        for place in (1, 2):
            expected = np.median(list(times[place].values())) / DAY
            assert found.steps[place].days == pytest.approx(expected)
    assert np.isnan(found.steps[0].days)


def test_the_latest_first_step_that_fits_is_taken(tmp_path: Path) -> None:
    rows = [
        event("a", "2025-01-01", "view"),
        event("a", "2025-01-09", "view"),
        event("a", "2025-01-10", "cart"),
        event("a", "2025-01-13", "order"),
        event("b", "2025-01-01", "order"),  # in the wrong order
        event("b", "2025-01-02", "cart"),
        event("b", "2025-01-03", "view"),
        event("c", "2025-01-01", "view"),
        event("c", "2025-01-01", "cart"),  # at the same moment
    ]
    history = write(tmp_path, rows)
    steps = Steps(("view", "cart", "order"), 7)
    found = funnel(history, steps)
    assert [(step.customers, step.days) for step in found.steps[1:]] == [(2, 0.5), (1, 3.0)]
    assert found.of_all(2) == pytest.approx(1 / 3)
    assert found.of_before(2) == 0.5
    assert [s.customers for s in funnel(history, Steps(steps.kinds, 3)).steps] == [3, 2, 0]
    early = Span(until=history.story.first + DAY)
    assert [s.customers for s in funnel(history, steps, early).steps] == [2, 1, 0]
    assert [s.customers for s in funnel(history, Steps(steps.kinds, None)).steps] == [0, 0, 0]


def test_steps_are_proposed_in_the_order_in_which_they_begin(recorded: Recorded) -> None:
    assert usual_steps(recorded) == Steps(KINDS, None)


def test_a_log_with_purchases_alone_has_one_step(tmp_path: Path) -> None:
    history = write(tmp_path, [event("a", "2025-01-01"), event("a", "2025-01-05")])
    assert usual_steps(history) == Steps(("order",), 7)
    assert funnel(history, usual_steps(history)).steps[0].customers == 1


def test_rare_kinds_are_no_steps(tmp_path: Path) -> None:
    rows = [event(c, f"2025-01-0{d}", kind) for c in "abc"
            for d, kind in enumerate(("cart", "view", "order", "return"), 1)]  # fmt: skip
    rows.append(event("a", "2025-01-01", "chat"))
    assert usual_steps(write(tmp_path, rows)).kinds == ("cart", "view", "order")


def test_steps_of_few_are_hidden() -> None:
    nothing = float("nan")
    shown = Funnel((Step("a", 100, nothing), Step("b", 40, 1.0), Step("c", 3, 1.0)), 7)
    hidden = without_few(shown)
    assert [step.hidden for step in hidden.steps] == [False, True, True]
    assert np.isnan(hidden.of_all(2))
