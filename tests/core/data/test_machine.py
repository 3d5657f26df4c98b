"""What a process let go of goes back to the system."""

import subprocess
import sys

import pytest

SCRIPT = """
import threading
import psutil
from core.data.machine import few_arenas, give_back

few_arenas()
kept = []

def work():
    pieces = [bytearray(50_000) for _ in range(2000)]
    kept.append(pieces[::50])

for _ in range(10):
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
before = psutil.Process().memory_info().rss
give_back()
print(before - psutil.Process().memory_info().rss)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="it is glibc's allocator that is asked")
def test_pieces_between_what_still_lives_are_given_back() -> None:
    """In a process of its own: threads fill its memory with pieces, of which one in fifty stays."""
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True
    )
    assert int(done.stdout) > 20e6
