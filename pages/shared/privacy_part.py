"""Personal data in the table in use: what was found, how it is masked, who may see it again."""

from __future__ import annotations

import streamlit as st

from core import jobs
from core.data.privacy.detect import FITTING
from core.schema import Mask
from core.store import deletion, export, guard, log, logged, rest, rotation, vault
from core.store.fitting import as_asked
from core.store.guard import Hidden
from core.store.keys import KeySource
from core.store.rest import State
from core.store.roles import Right
from core.text.phrases import Phrases
from core.text.plain import plain, plain_words
from pages.shared import cached, passphrase, retention_part, rights, session, show, working
from pages.shared.fold import fold

ALWAYS = (Mask.NONE, Mask.DROP, Mask.PSEUDONYM)
ICONS = {"on": ":material/lock:", "off": ":material/lock_open:"}
ANY_COLUMN = (Mask.NONE, Mask.DROP, Mask.PSEUDONYM, Mask.PREFIX, Mask.REDACT)


def part(say: Phrases) -> None:
    """What was found, folded; a second fold for what is done with real people's data."""
    dataset = session.dataset()
    found = guard.hidden(dataset)
    working.panel("remask", say, lambda result: _forget_answers())
    working.panel("protect", say, _turned)
    working.panel("rotate", say, lambda result: _forget_answers())
    st.subheader(say("privacy.part.title"))
    names = tuple(each.column for each in found)
    key = "found" if found else "nothing"
    st.write(plain_words(say(f"privacy.part.{key}", columns=names)))
    masks = say("privacy.part.masks")
    if session.may(Right.IDS):
        fold(masks, "masks", lambda: _masks(found, say), ":material/visibility_off:")
    if found and session.may(Right.IDS):
        fold(say("privacy.part.people"), "people", lambda: _people(say), ":material/person:")
    if not rights.told(Right.ADMIN, say):
        return
    fold(say("privacy.part.rest"), "rest", lambda: _rest(say), ":material/key:")
    keep = say("privacy.part.keep")
    fold(keep, "keep", lambda: retention_part.part(say), ":material/event_busy:")


def _rest(say: Phrases) -> None:
    """Whether the files of the project are encrypted, the way to and fro, and the key."""
    folder = session.folder()
    state = rest.state(folder)
    st.write(say(f"privacy.rest.{state}"))
    if not working.running("protect") and not working.running("rotate"):
        _turn(state, say)
        _vault(say)
        _rotation(say)


def _turn(state: State, say: Phrases) -> None:
    sealed = state in (State.SEALED, State.SEALING)
    goes_on = state in (State.SEALING, State.OPENING)
    with st.form("rest", border=False, clear_on_submit=True):
        word = passphrase.asked("rest", say)
        way = "on" if sealed is goes_on else "off"
        asked = st.form_submit_button(say(f"privacy.rest.{way}"), icon=ICONS[way])
    if asked:
        jobs.make_way(session.home(), session.project().id)
        if word:
            vault.unlock(session.folder(), word)
        working.start("protect", "protect", project=session.project().id, sealed=way == "on")
        st.rerun()


def _turned(result: dict[str, str]) -> None:
    """In a project in clear the vault alone is locked, and each act asks for the passphrase."""
    _forget_answers()
    if rest.state(session.folder()) is State.CLEAR:
        vault.lock(session.folder())


def _rotation(say: Phrases) -> None:
    """Another key for all that is sealed in the project."""
    folder = session.folder()
    going = rotation.is_begun(folder)
    st.write(say("privacy.rotate.going" if going else "privacy.rotate.about"))
    with st.form("rotate", border=False, clear_on_submit=True):
        word = passphrase.asked("rotate", say, always=True)
        way = "on" if going else "do"
        asked = st.form_submit_button(say(f"privacy.rotate.{way}"), icon=":material/sync_lock:")
    _keys(say)
    if asked:
        jobs.make_way(session.home(), session.project().id)
        with vault.unlocked(folder, word):
            rotation.begin(folder, word)
            working.start("rotate", "rotate", project=session.project().id)
        st.rerun()


def _keys(say: Phrases) -> None:
    """The keys that were made so far, the newest few."""
    for entry in logged.entries(session.folder(), log.KEYS)[:5]:
        facts = {"who": entry.who, "when": entry.when, "rows": entry.rows}
        st.caption(plain_words(say("privacy.log.keys", **facts)))
        if entry.names:
            st.caption(plain_words(say("privacy.rotate.damaged", names=entry.names)))


def _people(say: Phrases) -> None:
    """What is done with real people's data."""
    _export(say)
    if session.may(Right.ADMIN):
        _deletion(say)
    _log(say)


def _masks(found: tuple[Hidden, ...], say: Phrases) -> None:
    """A choice for each masked column, and one for any other; applied together."""
    dataset = session.dataset()
    if found and not vault.holds(session.folder(), dataset.id):
        st.write(say("privacy.part.made"))
        return
    with st.form(f"masks-{dataset.id}-{len(found)}", border=False):
        wished = {each.column: _mask(each, say) for each in found}
        others = [name for name in dataset.schema.names if name not in wished]
        other, how = st.columns(2)
        name = other.selectbox(say("privacy.part.other"), others, index=None, key="mask-other")
        mask = how.selectbox(
            say("privacy.part.how"),
            ANY_COLUMN,
            format_func=lambda mask: say(f"privacy.mask.{mask or 'none'}"),
            key="mask-other-how",
        )
        word = passphrase.asked("masks", say)
        asked = st.form_submit_button(say("privacy.part.apply"))
    if not asked:
        return
    before = {each.column: each.mask for each in found}
    changed = {name: mask for name, mask in wished.items() if mask is not before[name]}
    if name and mask:
        changed[name] = mask
    if changed:
        _apply(changed, word)


def _mask(each: Hidden, say: Phrases) -> Mask:
    fitting = FITTING.get(each.sort, ()) if each.sort else ANY_COLUMN[len(ALWAYS) :]
    choices = list(dict.fromkeys((*ALWAYS, *fitting, each.mask)))
    sort = each.sort or "chosen"
    way = "name" if each.by_name else "content"
    label = say(f"privacy.sort.{sort}", column=each.column)
    return Mask(
        st.selectbox(
            plain(label),
            choices,
            index=choices.index(each.mask),
            format_func=lambda mask: say(f"privacy.mask.{mask or 'none'}"),
            help=say(f"privacy.by.{way}", share=each.share) if each.sort else None,
            key=f"mask-{each.column}",
        )
    )


def _apply(changed: dict[str, Mask], word: str) -> None:
    masks = {name: str(mask) for name, mask in changed.items()}
    table = session.dataset().id
    with vault.unlocked(session.folder(), word):
        working.start("remask", "remask", project=session.project().id, table=table, masks=masks)
    st.rerun()


def _vault(say: Phrases) -> None:
    """Where the key lies, and a passphrase instead."""
    source = vault.key_source(session.folder()) or KeySource.FILE
    st.write(say(f"privacy.vault.{source}"))
    with st.form("vault", border=False, clear_on_submit=True):
        old = passphrase.asked("vault", say, always=True)
        new = st.text_input(
            say("privacy.vault.new"),
            type="password",
            help=say("privacy.vault.help"),
            key="word-new",
        )
        if st.form_submit_button(say("privacy.vault.set")):
            vault.protect(session.folder(), new, old)
            if rest.state(session.folder()) is not State.CLEAR:
                vault.unlock(session.folder(), new)
            st.rerun()
    if source is KeySource.PASSPHRASE and not vault.is_locked(session.folder()):
        st.write(say("privacy.vault.open"))
        if st.button(say("privacy.vault.lock"), icon=":material/lock:"):
            vault.lock(session.folder())
            _forget_answers()
            st.rerun()


def _export(say: Phrases) -> None:
    """The final list; that it was made is written down before it can be taken."""
    st.write(say("privacy.export.about"))
    with st.form("final-list", border=False, clear_on_submit=True):
        word = passphrase.asked("export", say)
        asked = st.form_submit_button(say("privacy.export.make"), icon=":material/key:")
    if not asked:
        return
    folder, dataset, chosen = session.folder(), session.dataset(), _model()
    model = cached.saved(str(folder), chosen).model if chosen else None
    listed = export.answers(as_asked(dataset, model.spec) if model else dataset, model)
    real = export.put_back(folder, dataset, listed, word)
    file = say("privacy.export.file", number=len(logged.entries(folder, log.EXPORTS)) + 1)
    export.logged(folder, dataset.id, real, file)
    st.write(plain_words(say("privacy.export.ready", rows=len(real), file=file)))
    show.download(say("privacy.export.take"), real, file, "final-list-file")


def _model() -> str | None:
    """The model in use, once there is a question."""
    return session.maybe_model() if session.project().target else None


def _deletion(say: Phrases) -> None:
    """One customer, by the real id, out of everything."""
    st.write(say("privacy.deletion.about"))
    with st.form("deletion", border=False, clear_on_submit=True):
        customer = st.text_input(say("privacy.deletion.id"), key="forget-id")
        word = passphrase.asked("deletion", say)
        sure = st.checkbox(say("privacy.deletion.sure"), key="forget-sure")
        asked = st.form_submit_button(say("privacy.deletion.do"), icon=":material/delete:")
    if asked and customer.strip():
        if not sure:
            st.warning(say("privacy.deletion.unsure"), icon=":material/info:")
            return
        jobs.make_way(session.home(), session.project().id)
        done = deletion.forget(session.folder(), customer, word)
        _forget_answers()
        _told(done, say)


def _told(done: deletion.Forgotten, say: Phrases) -> None:
    rows, held = sum(done.rows.values()), len(done.rows)
    st.success(say("privacy.deletion.done", rows=rows, tables=held), icon=":material/check:")
    for end in ("learned", "changed", "removed"):
        ids = getattr(done, end)
        if ids:
            st.write(plain_words(say(f"privacy.deletion.{end}", models=ids)))


def _log(say: Phrases) -> None:
    """Exports and deletions so far, the newest few."""
    for kind in (log.EXPORTS, log.DELETIONS):
        for entry in logged.entries(session.folder(), kind)[:5]:
            facts = {"who": entry.who, "when": entry.when, "what": entry.what, "rows": entry.rows}
            st.caption(plain_words(say(f"privacy.log.{kind}", **facts)))


def _forget_answers() -> None:
    """What was worked out from the table before must not be shown again."""
    st.cache_data.clear()
    st.cache_resource.clear()
