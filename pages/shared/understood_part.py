"""How the file of the table in use was understood, with every choice to be corrected."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import msgspec
import streamlit as st

from core import wire
from core.data.apart import first_rows
from core.data.dataset import Provenance
from core.data.encoding import ENCODINGS
from core.data.preview import DELIMITED
from core.data.source import Options
from core.data.understanding import DayMonth, Decimals, understood, wished
from core.errors import UserError
from core.store import originals, vault
from core.store.roles import Right
from core.text.phrases import Phrases
from core.text.plain import plain_words
from pages.shared import frame, passphrase, session, working
from pages.shared.fold import fold

SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar", " ": "blank"}
START = 1 << 18  # bytes of the file that the preview reads
PREVIEWS_KEPT = 20


def part(say: Phrases) -> None:
    """Folded: what was understood, the choices, what they would give, and reading it again."""
    working.panel("reread", say, _read)
    title = say("understood.title")
    fold(title, "understood", lambda: _choices(say), ":material/translate:")


def _choices(say: Phrases) -> None:
    dataset, place = session.dataset(), session.folder()
    for sentence in _told(dataset.provenance, say):
        st.write(plain_words(sentence))
    if not session.may(Right.WORK):
        return
    if not originals.holds(place, dataset.id):
        st.caption(say("understood.not_kept"))
        return
    asked = wished(dataset.provenance, _form(dataset.id, dataset.provenance, say))
    changed = asked != wished(dataset.provenance, understood(dataset.provenance))
    if changed and dataset.provenance.format == DELIMITED:
        if originals.is_sealed(place, dataset.id):
            st.caption(say("understood.personal"))
        else:
            _preview(asked, say)
    if not changed:
        st.caption(say("understood.unchanged"))
    word = passphrase.asked("reread", say) if changed else ""
    if st.button(say("understood.again"), disabled=not changed, key="reread-go"):
        now, options = session.project(), asdict(asked)
        with vault.unlocked(place, word):
            working.start("reread", "reread", project=now.id, table=now.table, options=options)
        st.rerun()
    _kept(place, dataset.id, say)


def _read(result: dict[str, str]) -> None:
    """The table as it was read last is the one in use: the project says so already."""
    session.choose(project=result["project"])


def _told(known: Provenance, say: Phrases) -> list[str]:
    """What was understood, a sentence each."""
    facts = asdict(known)
    sentences = []
    if known.encoding:
        words = {
            "encoding": _encoding(known.encoding, say),
            "separator": say(f"understood.separators.{SEPARATORS.get(known.separator, 'comma')}"),
        }
        sentences.append(
            say(f"understood.{'aligned' if known.separator == ' ' else 'text'}", **words)
        )
    if known.sheet:
        sentences.append(say("understood.sheet", sheet=known.sheet))
    if known.encoding or known.header_row:
        named = "header" if known.header_row else "no_header"
        sentences.append(say(f"understood.{named}", line=known.header_row))
    if known.above:
        sentences.append(say("understood.above", **facts))
    if known.rows_left_out and known.encoding:
        sentences.append(say("understood.left_out", rows=known.rows_left_out))
    if known.undecodable:
        sentences.append(say("understood.undecodable", places=known.undecodable))
    if known.totals:
        sentences.append(say("understood.totals", **facts))
    return sentences


def _form(table: str, known: Provenance, say: Phrases) -> Options:
    """A widget for each choice, at what was understood."""
    now, places = understood(known), iter(st.columns(3) * 3)

    def choice(name: str, options: list[str], words: Any) -> str:
        at, label = getattr(now, name), f"understood.{'sheet_choice' if name == 'sheet' else name}"
        listed = options if at in options else [*options, at]
        return str(
            next(places).selectbox(
                say(label),
                listed,
                index=listed.index(at),
                format_func=words,
                key=f"understood-{name}-{table}",
            )
        )

    if known.encoding:
        now = replace(
            now, encoding=choice("encoding", list(ENCODINGS), lambda e: _encoding(e, say))
        )
        separator = choice(
            "separator",
            list(SEPARATORS),
            lambda mark: say(f"understood.separators.{SEPARATORS[mark]}"),
        )
        now = replace(now, separator=separator)
    if len(known.sheets) > 1:
        now = replace(now, sheet=choice("sheet", list(known.sheets), str))
    if known.encoding or known.header_row:
        now = _lines(now, table, known, say, next(places))
    decimals = choice(
        "decimals",
        [*Decimals, ""],
        lambda word: say(f"understood.decimals_choice.{word or 'none'}"),
    )
    dates = choice(
        "dates", [*DayMonth, ""], lambda word: say(f"understood.dates_choice.{word or 'none'}")
    )
    return replace(now, decimals=decimals, dates=dates)


def _lines(now: Options, table: str, known: Provenance, say: Phrases, place: Any) -> Options:
    """The line of the names; where there is none, the lines above the first row."""
    row = place.number_input(
        say("understood.header_row"),
        0,
        None,
        now.header_row,
        help=say("understood.header_help"),
        key=f"understood-header-{table}",
    )
    if row:
        return replace(now, header_row=int(row), skipped=None)
    skipped = place.number_input(
        say("understood.skipped"), 0, None, known.skipped, key=f"understood-skipped-{table}"
    )
    return replace(now, header_row=0, skipped=int(skipped))


def _encoding(encoding: str, say: Phrases) -> str:
    return say(f"understood.encodings.{encoding.replace('-', '_')}")


def _preview(asked: Options, say: Phrases) -> None:
    st.caption(say("understood.preview"))
    now = session.project()
    words = msgspec.json.encode(asked).decode()
    try:
        rows = _beginning(str(session.folder()), now.table, session.dataset().name, words)
    except UserError as error:
        st.warning(frame.sentence(say, error.code, error.facts), icon=":material/warning:")
        return
    st.dataframe(rows, hide_index=True, alt=say("understood.preview"))


@st.cache_data(max_entries=PREVIEWS_KEPT, show_spinner=False)
def _beginning(project: str, table: str, name: str, asked: str) -> Any:
    with originals.taken(Path(project), table, START) as start:
        return first_rows(start, name, wire.read(asked, Options))


def _kept(place: Path, table: str, say: Phrases) -> None:
    """That the file lies with the project, and how."""
    if originals.is_sealed(place, table):
        st.caption(say("understood.sealed"))
    else:
        st.caption(say("understood.kept", size=originals.size(place, table)))
