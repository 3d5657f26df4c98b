"""A field for the passphrase of the project's vault, wherever something waits for it."""

from __future__ import annotations

import streamlit as st

from core.store import vault
from core.text.phrases import Phrases
from pages.shared import session


def asked(place: str, say: Phrases) -> str:
    """What was typed; empty, and no field, where the vault is open or has no passphrase."""
    if not vault.is_locked(session.folder()):
        return ""
    return st.text_input(say("privacy.vault.word"), type="password", key=f"word-{place}")
