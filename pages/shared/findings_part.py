"""What was found about a table: why it matters, what a click does about it, and the way back."""

from __future__ import annotations

from dataclasses import asdict

import msgspec
import streamlit as st

from core.data.finding import MEANING, ROWS, TRAINING, Finding, Remedy
from core.data.remedies import Change, change
from core.evaluate.price import FOLDS, TREES, gained
from core.evaluate.price import ROWS as ROWS_PRICED
from core.store import checked, history, tables
from core.store.checked import findings_key
from core.store.clock import now
from core.store.roles import Right
from core.text.phrases import Phrases
from core.text.plain import plain, plain_words
from pages.shared import cached, frame, session, working
from pages.shared.fold import fold
from pages.shared.show import FINDINGS_AT_ONCE, ICONS

SLOTS = ("check", "mend", "price")
SHOWN = "findings-shown"  # of which table and what its columns meant; never a cell


def part(say: Phrases) -> None:
    """Findings, looked for beside the app where they are not known yet.

    Until then those that were known stay: a fold that is open, or a click under way, is kept.
    """
    st.subheader(say("pages.data.findings"))
    asked, kept = session.project(), cached.findings()
    if kept is None and not any(map(working.held, SLOTS)):
        working.start("check", "check", project=asked.id, table=asked.table, target=asked.target)
    with st.container():  # a place of its own: what stands below is not moved and not made anew
        for slot in SLOTS:
            working.panel(slot, say, lambda result: None)
    with st.container():
        _history(say)
    if kept is None:
        key, kept = _before()
    else:
        key = cached.schema_key()
        st.session_state[SHOWN] = (asked.table, key)
    if kept is None:
        return
    _scores(key, say)
    if not kept:
        st.write(say("pages.data.nothing_found"))
    first, more = kept[:FINDINGS_AT_ONCE], kept[FINDINGS_AT_ONCE:]
    for each in first:
        _finding(each, say)
    if more and st.toggle(say("pages.data.more_findings", more=len(more)), key="all-findings"):
        for each in more:
            _finding(each, say)


def _before() -> tuple[str, tuple[Finding, ...] | None]:
    """What was shown of the same table last, without what a click has dealt with since: the key
    that it is kept under, and the findings."""
    asked, (table, key) = session.project(), st.session_state.get(SHOWN, ("", ""))
    kept = tables.kept_findings(session.folder(), table, key) if table == asked.table else None
    steps = history.history(session.folder(), asked.table)
    done = steps[-1].remedy.columns if steps else ()
    left = tuple(each for each in kept or () if each.column not in done)
    return key, left or None


def _scores(key: str, say: Phrases) -> None:
    kept = checked.kept_quality(session.folder(), session.project().table, key)
    if not kept:
        return
    for place, score in zip(st.columns(len(kept)), kept, strict=True):
        with place.container(border=True, height="stretch"):
            st.metric(
                say(f"check.quality.{score.key}.name"),
                say("check.quality.score", share=score.share),
                help=say(f"check.quality.{score.key}.help"),
            )
            st.caption(say("check.quality.formula", right=score.right, all=score.all))


def _finding(found: Finding, say: Phrases) -> None:
    facts = asdict(found)
    what = plain_words(say(f"check.{found.code}.what", **facts))
    key = f"finding-{found.code}-{found.column}-{found.example}"

    def inside() -> None:
        st.write(plain_words(say(f"check.{found.code}.why", **facts)))
        st.write(plain_words(say(f"check.{found.code}.do", **facts)))
        if found.looked_at:
            st.caption(say("check.remedy.looked_at", rows=found.looked_at))
        for number, remedy in enumerate(found.remedies):
            _remedy(found, remedy, f"{key}-{number}", say)

    fold(what, key, inside, ICONS[found.severity])


def _remedy(found: Finding, remedy: Remedy, key: str, say: Phrases) -> None:
    """What the remedy does, before and after; a click does it, another tells what it moves."""
    with st.container(border=True):
        _change(_effect(remedy), remedy, say)
        if not session.may(Right.WORK):
            return
        with st.container(horizontal=True):
            label = say(f"check.remedy.act.{remedy.act}", **asdict(remedy))
            st.button(
                plain(label),
                key=f"do-{key}",
                on_click=frame.clicked(_apply),
                args=(remedy, found.code),
                icon=":material/healing:",
            )
            target = session.project().target
            if target and remedy.act not in TRAINING and not remedy.touches(target):
                facts = {"trees": TREES, "rows": ROWS_PRICED, "folds": FOLDS}
                st.button(
                    say("check.remedy.try"),
                    key=f"try-{key}",
                    on_click=frame.clicked(_try),
                    args=(remedy,),
                    help=say("check.remedy.try_help", **facts),
                    icon=":material/balance:",
                )
        _price(remedy, say)


def _effect(remedy: Remedy) -> Change:
    dataset = session.dataset()
    remembered = msgspec.json.encode(remedy).decode()
    key = ("change", str(session.folder()), dataset.id, cached.schema_key(), remembered)
    return cached.answer(key, lambda: change(dataset, remedy))


def _change(does: Change, remedy: Remedy, say: Phrases) -> None:
    if remedy.act in TRAINING:
        st.write(say(f"check.remedy.training.{remedy.act}"))
    elif does.is_nothing:
        st.caption(say("check.remedy.nothing"))
    elif remedy.act in ROWS:
        before, after = does.rows
        st.write(say("check.remedy.rows", before=before, after=after, gone=does.gone))
    elif remedy.act in MEANING:
        for before, after in does.examples:
            st.write(plain_words(say("check.remedy.meaning", before=before, after=after)))
    else:
        st.write(say("check.remedy.cells", cells=does.cells))
        for before, after in does.examples:
            _cell(before, after, say)


def _cell(before: str, after: str, say: Phrases) -> None:
    way = "cell" if before and after else "emptied" if before else "filled"
    st.caption(plain_words(say(f"check.remedy.{way}", before=before, after=after)))


def _price(remedy: Remedy, say: Phrases) -> None:
    asked, dataset = session.project(), session.dataset()
    known = findings_key(dataset.schema, asked.target)
    key = checked.price_key(known, asked.outcome, remedy)
    found = checked.kept_price(session.folder(), asked.table, key)
    if found is None:
        return
    value, low, high = gained(found)
    facts = {"before": found.before, "after": found.after, "low": low, "high": high}
    words = ("open", "better", "worse")[found.better]
    metric = say(f"evaluate.metric.{found.metric}.name")
    st.write(say(f"check.price.{words}", metric=metric, difference=value, **facts))
    st.caption(say("check.price.of", rows=found.rows, all=found.rows_of_table))
    if words == "worse":
        st.caption(say("check.price.honest"))


def _apply(remedy: Remedy, code: str) -> None:
    """What columns mean is changed at once; a table is made anew beside the app."""
    asked = session.project()
    if remedy.act in MEANING | TRAINING:
        history.apply(session.folder(), asked.table, remedy, code, now())
        return
    plainly = msgspec.to_builtins(remedy)
    working.start(
        "mend", "mend", project=asked.id, table=asked.table, remedy=plainly, code=code
    )  # fmt: skip


def _try(remedy: Remedy) -> None:
    asked = session.project()
    question = {"target": asked.target, "outcome": asked.outcome}
    plainly = msgspec.to_builtins(remedy)
    working.start(
        "price", "price", project=asked.id, table=asked.table, asked=question, remedy=plainly
    )


def _history(say: Phrases) -> None:
    """What was done about findings, with the way back."""
    steps = history.history(session.folder(), session.project().table)
    if not steps:
        return

    def inside() -> None:
        for step in steps:
            what = say(f"check.remedy.act.{step.remedy.act}", **asdict(step.remedy))
            facts = {"what": what, "columns": step.remedy.columns, "at": step.at}
            key = "step" if step.remedy.columns else "step_all"
            st.write(plain_words(say(f"check.history.{key}", **facts)))
        st.caption(say("check.remedy.models"))
        undo = say("check.history.undo")
        if session.may(Right.WORK):
            st.button(
                undo, key="undo-remedy", on_click=frame.clicked(_undo), icon=":material/undo:"
            )

    fold(say("check.history.title"), "remedies-done", inside, ":material/history:")


def _undo() -> None:
    folder, table = session.folder(), session.project().table
    if history.history(folder, table):  # else it was undone in another tab
        session.use(history.undo(folder, table).id)
