"""One visitor's storm against what others wait for: the answer of ``/_stcore/health``.

Six storms in turn, each from a process of its own for some seconds: websockets of a foreign origin,
requests under a foreign name, requests as fast as they go, bodies that never come, uploads to
nowhere, and reruns of many tabs. Run as ``python -m bench.storm``; ``python -m bench.storm bare``
storms ``app.py`` without the guards, for comparison.
"""

from __future__ import annotations

import asyncio
import http.client
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np

from bench.figure import figure, spread, told
from bench.server import APP, ROOT, _answering, serving

GOAL = 0.2  # seconds, of 95 in 100 answers
SECONDS = 8.0
PAUSE = 0.05
AT_ONCE = 20
HALF_OPEN = 400
TABS = 10
EACH_SECOND = 200
SERVE = APP.with_name("serve.py")
UPGRADE = (
    "GET /_stcore/stream HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
    "Origin: http://foreign.example\r\n\r\n"
)
NAMED = "GET / HTTP/1.1\r\nHost: foreign.example\r\nConnection: close\r\n\r\n"
PAGE = "GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
HALF = (
    "POST /api/what-if HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\n"
    "Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{{"
)
NOWHERE = (
    "PUT /_stcore/upload_file/none/none HTTP/1.1\r\nHost: {host}\r\nContent-Length: 1000000\r\n\r\n"
)


async def _asked(host: str, words: str, wait: float, rest: bytes = b"") -> None:
    """Sends it and waits for the end of the answer, or so long."""
    name, port = host.split(":")
    reader, writer = await asyncio.open_connection(name, int(port))
    try:
        writer.write(words.format(host=host).encode() + rest)
        await asyncio.wait_for(reader.read(), wait)
    finally:
        writer.close()


async def _again(host: str, words: str, wait: float, rest: bytes = b"") -> None:
    while True:
        with suppress(OSError, TimeoutError):
            await _asked(host, words, wait, rest)


def _many(words: str, at_once: int, wait: float, rest: bytes = b"") -> Callable[[str], Awaitable]:
    async def storm(host: str) -> None:
        await asyncio.gather(*(_again(host, words, wait, rest) for _ in range(at_once)))

    return storm


async def _reruns(host: str) -> None:
    """Tabs of one visitor that each ask for a run of the page 200 times a second."""
    cookies = await asyncio.to_thread(_cookies, host)
    await asyncio.gather(*(_tab(host, cookies) for _ in range(TABS)))


async def _tab(host: str, cookies: str) -> None:
    from streamlit.proto.BackMsg_pb2 import BackMsg
    from websockets.asyncio.client import connect
    from websockets.exceptions import WebSocketException

    ask = BackMsg()
    ask.rerun_script.query_string = ""
    words = ask.SerializeToString()
    while True:
        with suppress(OSError, WebSocketException):
            line = connect(
                f"ws://{host}/_stcore/stream",
                origin=f"http://{host}",  # type: ignore[arg-type]
                subprotocols=["streamlit", "none"],  # type: ignore[list-item]
                additional_headers={"Cookie": cookies},
                max_size=None,
                proxy=None,
            )
            async with line as socket:
                while True:
                    await socket.send(words)
                    await asyncio.sleep(1 / EACH_SECOND)
        await asyncio.sleep(PAUSE)


def _cookies(host: str) -> str:
    line = http.client.HTTPConnection(host)
    line.request("GET", "/")
    found = line.getresponse().headers.get_all("Set-Cookie") or []
    line.close()
    return "; ".join(each.partition(";")[0] for each in found)


STORMS: dict[str, Callable[[str], Awaitable]] = {
    "origins": _many(UPGRADE, AT_ONCE, 30),
    "names": _many(NAMED, AT_ONCE, 5),
    "flood": _many(PAGE, AT_ONCE, 5),
    "bodies": _many(HALF, HALF_OPEN, 40),
    "uploads": _many(NOWHERE, AT_ONCE, 5, bytes(100_000)),
    "reruns": _reruns,
}


def answers(address: str, seconds: float) -> list[float]:
    """How long each health answer took, a visitor asking every 50 ms over a line of its own."""
    end, times = time.monotonic() + seconds, []
    while time.monotonic() < end:
        began = time.perf_counter()
        line = http.client.HTTPConnection(urlsplit(address).netloc, timeout=60)
        line.request("GET", "/_stcore/health")
        assert line.getresponse().status == 200
        line.close()
        times.append(time.perf_counter() - began)
        time.sleep(PAUSE)
    return times


def figures(script: Path = SERVE, seconds: float = SECONDS) -> Iterator[dict[str, object]]:
    """Each storm against the app that a script starts."""
    with serving(script) as server:
        _answering(server.address)
        answers(server.address, 1.0)
        for kind in STORMS:
            command = [sys.executable, "-m", "bench.storm", kind, urlsplit(server.address).netloc]
            storm = subprocess.Popen(command, cwd=ROOT)
            try:
                time.sleep(1.5)  # until it blows
                times = answers(server.address, seconds)
            finally:
                storm.kill()
                storm.wait()
            facts = {"asked": len(times), **spread([1000 * each for each in times])}
            facts["worst"] = round(1000 * max(times), 1)
            yield figure(f"storm.{kind}", "value", float(np.quantile(times, 0.95)), GOAL, **facts)


if __name__ == "__main__":
    if len(sys.argv) == 3:
        asyncio.run(STORMS[sys.argv[1]](sys.argv[2]))
    raise SystemExit(told(figures(APP if sys.argv[1:] == ["bare"] else SERVE)))
