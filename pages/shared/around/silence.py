"""Connections on which nobody asks anything are closed; the server itself waits for ever."""

from __future__ import annotations

import time
from functools import cache
from typing import Any
from weakref import WeakKeyDictionary

MOST = 20.0  # seconds for the first line and the headers of a request


class Silence:
    """Follows the connections of uvicorn."""

    def __init__(self) -> None:
        self._since: WeakKeyDictionary[Any, tuple[object, float]] = WeakKeyDictionary()

    def listen(self, protocol: type) -> None:
        """Hears of each connection of a protocol of uvicorn's."""
        made = protocol.connection_made  # type: ignore[attr-defined]
        since = self._since

        def connection_made(connection: Any, transport: Any) -> None:
            made(connection, transport)
            since[connection] = (None, time.monotonic())

        protocol.connection_made = connection_made  # type: ignore[attr-defined]

    def end(self, now: float) -> int:
        """Closes those that have asked nothing for too long; tells how many."""
        ended = 0
        for connection, (asked, since) in list(self._since.items()):
            cycle = connection.cycle
            busy = cycle is not None and not cycle.response_complete
            if connection.transport.get_protocol() is not connection:  # it became a websocket
                del self._since[connection]
            elif busy or cycle is not asked:
                self._since[connection] = (cycle, now)
            elif now - since > MOST:
                connection.transport.close()
                del self._since[connection]
                ended += 1
        return ended


@cache
def listening() -> Silence:
    """Begins to follow the connections of this server."""
    from uvicorn.protocols.http.auto import AutoHTTPProtocol

    silence = Silence()
    silence.listen(AutoHTTPProtocol)
    return silence
