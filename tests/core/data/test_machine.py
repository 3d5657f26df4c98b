@pytest.mark.skipif(sys.platform != "linux", reason="glibc's own")
def test_what_was_let_go_of_is_given_back() -> None:
    """In a process of its own: threads fill arenas with pieces, of which few stay."""
    script = """
import threading, psutil
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
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert int(done.stdout) >= 0
