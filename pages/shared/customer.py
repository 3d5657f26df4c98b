"""Which customer is looked at: the striking ones, any row, or the average one."""

from __future__ import annotations

import streamlit as st

from core.evaluate.picks import Pick
from core.store.models import SavedModel
from core.text.phrases import Phrases
from pages.shared import cached, session

TYPICAL = -1
AVERAGE = "typical"
ANY_ROW = "row"


def choose(saved: SavedModel, of: str, average: bool, say: Phrases) -> int:
    """A row number from 0; -1 is the average customer, offered where ``average``.

    ``of`` is the class whose chance decides, for several classes.
    """
    picks = [*([AVERAGE] if average else []), *map(str, Pick), ANY_ROW]
    name = "start" if average else "pick"
    sort = saved.model.spec.task
    pick = st.segmented_control(
        say(f"pages.customer.{name}"),
        picks,
        default=picks[0],
        required=True,
        format_func=lambda pick: say(f"pages.customer.{sort}.{pick}"),
        wrap=True,
        key=f"customer-{name}",
        persist_state="session",
    )
    if pick == AVERAGE:
        return TYPICAL
    return _any(name, say) if pick == ANY_ROW else _striking(saved, Pick(pick), of, say)


def _striking(saved: SavedModel, pick: Pick, of: str, say: Phrases) -> int:
    shown = cached.striking(str(session.folder()), session.model_id(), pick, of)
    words = "chance" if saved.model.classes else "value"
    return int(
        st.selectbox(
            say("pages.customer.which"),
            list(shown),
            format_func=lambda row: say(
                f"pages.customer.{words}", number=session.row_shown(row), shown=shown[row]
            ),
            key=f"customer-{pick}-{of}",
        )
    )


def _any(name: str, say: Phrases) -> int:
    rows = session.dataset().rows
    label = say("pages.customer.row_of", rows=rows)
    number = st.number_input(label, 1, rows, 1, key=f"customer-row-{name}")
    return session.row_asked(int(number))
