"""A field for the passphrase of the project's vault, wherever something waits for it."""

from __future__ import annotations

import streamlit as st

from core.store import vault
from core.store.keys import KeySource
from core.text.phrases import Phrases
from pages.shared import session


def asked(place: str, say: Phrases, always: bool = False) -> str:
    """What was typed; empty, and no field, where the vault is open or has no passphrase.

    With ``always`` it is asked though the vault is open.
    """
    has_one = vault.key_source(session.folder()) is KeySource.PASSPHRASE
    if not has_one or not (always or vault.is_locked(session.folder())):
        return ""
    return st.text_input(say("privacy.vault.word"), type="password", key=f"word-{place}")
