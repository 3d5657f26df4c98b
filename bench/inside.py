"""The app with a window on itself: every while it collects garbage and writes down what it holds.

``python -m bench.inside FILE run serve.py ...`` is ``streamlit run serve.py ...`` with it.
"""

from __future__ import annotations

import gc
import json
import sys
import threading
import time
from pathlib import Path
from typing import Any

EVERY = 5.0  # seconds


def held() -> dict[str, float]:
    """Counts of what may only grow for a reason, after a round of garbage collection."""
    import psutil
    from streamlit import runtime

    gc.collect()
    process = psutil.Process()
    found = {
        "memory": process.memory_info().rss / 1e6,
        "files": float(process.num_fds()),
        "threads": float(process.num_threads()),
        # not gc.get_objects(): who holds a tuple that another thread is making breaks it
        "blocks": float(sys.getallocatedblocks()),
    }
    return found | (of_streamlit(runtime.get_instance()) if runtime.exists() else {})


def of_streamlit(running: Any) -> dict[str, float]:
    """Sessions, uploads and files to download that Streamlit keeps in memory."""
    sessions = running._session_mgr
    files = running.media_file_mgr
    uploads = running.uploaded_file_mgr.file_storage
    return {
        "sessions": float(len(sessions.list_sessions())),
        "active": float(len(sessions.list_active_sessions())),
        "media": float(len(files._file_metadata)),
        "deferred": float(len(files._deferred_callables)),
        "uploads": float(sum(len(each) for each in list(uploads.values()))),
    }


def _told(file: Path) -> None:
    aside = file.with_suffix(".part")
    while True:
        time.sleep(EVERY)
        aside.write_text(json.dumps(held()))
        aside.replace(file)


if __name__ == "__main__":
    from streamlit.web.cli import main

    window = Path(sys.argv.pop(1))
    threading.Thread(target=_told, args=(window,), daemon=True, name="inside").start()
    main(prog_name="streamlit")
