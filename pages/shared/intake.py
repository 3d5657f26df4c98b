"""An upload goes to disk in blocks and leaves the server's memory."""

from __future__ import annotations

import shutil
import uuid
from pathlib import Path
from typing import Any

from streamlit.runtime.scriptrunner import get_script_run_ctx

from core.store.folder import room_on_disk
from pages.shared import session

BLOCK = 1 << 20


def received(upload: Any) -> Path:
    """The upload as a file in a folder of its own. Raises DiskFull; the upload stays then."""
    place = session.home() / "uploads" / uuid.uuid4().hex
    with room_on_disk(upload.name):
        place.mkdir(parents=True)
        try:
            with (place / "upload").open("wb") as file:
                shutil.copyfileobj(upload, file, BLOCK)
        except OSError:
            shutil.rmtree(place, ignore_errors=True)
            raise
    _forget(upload)
    return place / "upload"


def _forget(upload: Any) -> None:
    """Streamlit keeps an upload's bytes until the session ends unless they are removed."""
    context = get_script_run_ctx()
    manager = getattr(context, "uploaded_file_mgr", None)
    if context is not None and manager is not None:
        manager.remove_file(context.session_id, upload.file_id)
