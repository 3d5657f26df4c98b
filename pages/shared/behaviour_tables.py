"""What the tables of a log are, how they hang together, and what was found in them."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

import msgspec
import streamlit as st

from core import wire
from core.behaviour.asking import ends
from core.behaviour.cleaning import ALLOWED, checked
from core.behaviour.joins import Join
from core.behaviour.meaning import Part, Use
from core.behaviour.propose import CARRIES
from core.behaviour.recorded import Story
from core.behaviour.wanted import wanted
from core.store import logs
from core.store.logs import Log
from core.text.phrases import Phrases
from core.text.plain import plain, plain_words
from pages.shared import behaviour_bring, behaviour_log, show, working
from pages.shared.behaviour_log import Known
from pages.shared.fold import fold
from pages.shared.frame import guarded

NOT_TOLD = ""
IN_A_ROW = 4
ICONS = {
    Part.EVENTS: ":material/ads_click:",
    Part.ORDERS: ":material/receipt_long:",
    Part.LINES: ":material/list:",
    Part.CUSTOMERS: ":material/group:",
    Part.PRODUCTS: ":material/sell:",
    Part.REVIEWS: ":material/star:",
    Part.CAMPAIGNS: ":material/campaign:",
    Part.LOOKUP: ":material/translate:",
    Part.OTHER: ":material/block:",
}


def part(log: Known, story: Story | None, say: Phrases) -> None:
    """Every table in a fold, joins, what was found, and a place for more; all correctable."""
    draft = _draft(log)
    for place, (use, kept) in enumerate(zip(draft.uses, log.log.uses, strict=True)):
        _table(log, place, (use, kept), say)
    _joined(log, say)
    kinds = tuple(kind for kind, _ in story.kinds) if story else ()
    _found(log, story, kinds, say)
    _changes(log, say)
    with st.container(border=True):
        behaviour_bring.upload(say("behaviour.empty.more"), say)


def _turn(log: Known) -> int:
    """Fields get other keys when changes are taken back."""
    return int(st.session_state.setdefault(log.named("draft-turn"), 0))


def _draft(log: Known) -> Log:
    """The log as the fields on the page say it."""
    text = st.session_state.get(log.named("draft"))
    return wire.read(text, Log) if text else log.log


def _keep(log: Known, draft: Log) -> None:
    st.session_state[log.named("draft")] = msgspec.json.encode(draft).decode()


def _table(log: Known, place: int, said: tuple[Use, Use], say: Phrases) -> None:
    """A table's fields, folded under what it is now: a fold with another label would close."""
    use, kept = said
    rows, part = log.datasets[use.table].rows, say(_part(kept.part))
    told, key = say("behaviour.tables.row", name=use.name, rows=rows, part=part), f"use-{place}"
    fields = log.named(f"{key}-{_turn(log)}")
    fold(plain(told), log.named(key), lambda: _fields(log, use, fields, say), ICONS[kept.part])


def _part(part: Part) -> str:
    return f"behaviour.part.{part}"


def _fields(log: Known, use: Use, key: str, say: Phrases) -> None:
    """What one row is, and a field for every meaning that such a table may have."""
    parts = list(Part)
    part = st.selectbox(
        say("behaviour.tables.part"),
        parts,
        index=parts.index(use.part),
        format_func=lambda each: say(_part(each)),
        key=f"{key}-part",
    )
    if part is not use.part:
        kept = {m: name for m, name in use.columns.items() if m in CARRIES[part]}
        _keep(log, _draft(log).used(replace(use, part=part, columns=kept)))
        st.rerun()
    names = log.datasets[use.table].schema.names
    options = [NOT_TOLD, *names]
    said = use
    places = st.columns(IN_A_ROW)
    for number, meaning in enumerate(CARRIES[part]):
        now = use.column(meaning)
        column = places[number % IN_A_ROW].selectbox(
            say(f"behaviour.meaning.{meaning}"),
            options,
            index=options.index(now) if now in options else 0,
            format_func=lambda name: plain(name) if name else say("behaviour.tables.none"),
            help=say("behaviour.tables.columns_help"),
            key=f"{key}-{part}-{meaning}",
        )
        said = said.meaning(meaning, column) if column != now else said
    if said != use:
        _keep(log, _draft(log).used(said))


def _joined(log: Known, say: Phrases) -> None:
    def inside() -> None:
        found = behaviour_log.links(log, say)
        if not found:
            st.write(say("behaviour.tables.joins_none"))
        st.markdown(show.bullets(_sentence(join, say) for join in found))

    fold(say("behaviour.tables.joins"), log.named("joins"), inside, ":material/join_inner:")


def _sentence(join: Join, say: Phrases) -> str:
    facts: dict[str, Any] = asdict(join) | {"share": join.share}
    said = [say("behaviour.join.one" if join.one_to_one else "behaviour.join.many", **facts)]
    if join.orphans:
        said.append(say("behaviour.join.orphans", **facts))
    if join.doubt:
        said.append(say(join.key, **facts))
    return " ".join(said)


def _found(log: Known, story: Story | None, kinds: tuple[str, ...], say: Phrases) -> None:
    def inside() -> None:
        dealt = story.dealt if story else ()
        if story and not dealt:
            st.write(say("behaviour.tables.found_none"))
        st.markdown(show.bullets(say(each.key, **asdict(each)) for each in dealt))
        _choices(log, kinds, say)

    fold(say("behaviour.tables.found"), log.named("found"), inside, ":material/rule:")


def _choices(log: Known, kinds: tuple[str, ...], say: Phrases) -> None:
    """What is done with rows that are not what they seem."""
    draft, key = _draft(log), log.named(f"choice-{_turn(log)}")
    now, places = draft.choices, st.columns(IN_A_ROW)
    wish: dict[str, Any] = {}
    for number, (name, ways) in enumerate(ALLOWED.items()):
        wish[name] = places[number % IN_A_ROW].selectbox(
            say(f"behaviour.choice.{name}"),
            ways,
            index=ways.index(getattr(now, name)),
            format_func=lambda way: say(f"behaviour.way.{way}"),
            key=f"{key}-{name}",
        )
    wish["bot_events"] = places[3].number_input(
        say("behaviour.choice.bot_events"), 1, None, now.bot_events, key=f"{key}-bots-from"
    )
    zone, buying = st.columns(2)
    wish["zone"] = zone.text_input(say("behaviour.choice.zone"), now.zone, key=f"{key}-zone")
    wish["buying"] = (
        tuple(
            buying.multiselect(
                say("behaviour.choice.buying"),
                sorted({*kinds, *(now.buying or ())}),
                list(now.buying or ()),
                format_func=plain,
                help=say("behaviour.choice.buying_help"),
                key=f"{key}-buying",
            )
        )
        or None
    )
    wish["from_orders"] = st.toggle(
        say("behaviour.choice.from_orders"),
        now.from_orders,
        help=say("behaviour.choice.from_orders_help"),
        key=f"{key}-from-orders",
    )
    made = replace(now, **wish)
    if made != now:
        _keep(log, replace(draft, choices=made))


def _changes(log: Known, say: Phrases) -> None:
    """What was changed counts once a person says so."""
    draft = _draft(log)
    if draft == log.log:
        return
    with st.container(border=True):
        st.write(say("behaviour.tables.changed"))
        sound = False
        with guarded(say):
            wanted(log.datasets, draft.uses)
            checked(draft.choices)
            sound = True
        with st.container(horizontal=True):
            wait = working.running(behaviour_log.RECORD)
            if sound and st.button(say("behaviour.tables.again"), disabled=wait, key="log-again"):
                logs.keep(log.folder, draft)
                st.rerun()
            if st.button(say("behaviour.tables.undo"), key="log-undo"):
                st.session_state.pop(log.named("draft"))
                st.session_state[log.named("draft-turn")] = _turn(log) + 1
                st.rerun()


def wrong(log: Known, say: Phrases) -> bool:
    """Says what is missing for a history; False for nothing."""
    sound = False
    with guarded(say):
        wanted(log.datasets, log.log.uses)
        sound = True
    return not sound


def told(story: Story, say: Phrases) -> None:
    """What the history holds, in a line."""
    first, last = ends(story)
    facts = {"customers": story.customers, "events": story.rows, "buyers": story.buyers}
    st.caption(plain_words(say("behaviour.tables.told", first=first, last=last, **facts)))
