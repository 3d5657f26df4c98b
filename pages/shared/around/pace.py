"""How fast one visitor may ask: a bucket that fills with time (token bucket, Turner 1986)."""

from __future__ import annotations

import time
from collections import OrderedDict
from http import HTTPStatus

from starlette.types import ASGIApp, Receive, Scope, Send

from pages.shared.around.cookie import visitor
from pages.shared.around.request import FILES, UPLOADS, refuse, speaks

RATE, BURST = 50.0, 500.0  # requests a second, and at once
KEPT = 2000
DEAR = (UPLOADS, FILES, "/api/")  # what costs more than handing out a file of Streamlit's


class Bucket:
    """Holds ``burst`` at most and fills by ``rate`` a second; each request takes one out."""

    def __init__(self, rate: float, burst: float, now: float) -> None:
        self._rate, self._burst = rate, burst
        self._left, self._seen = burst, now

    def takes(self, now: float) -> bool:
        """True where one was left."""
        self._fill(now)
        if self._left < 1:
            return False
        self._left -= 1
        return True

    def waits(self, now: float, most: float) -> float | None:
        """Takes one out as soon as it is there: in so many seconds; None if not within ``most``."""
        self._fill(now)
        wait = max(0.0, (1 - self._left) / self._rate)
        if wait > most:
            return None
        self._left -= 1
        return wait

    def _fill(self, now: float) -> None:
        self._left = min(self._burst, self._left + (now - self._seen) * self._rate)
        self._seen = now


class Buckets:
    """One for each who asks; those who asked longest ago are forgotten first."""

    def __init__(self, rate: float, burst: float) -> None:
        self._rate, self._burst = rate, burst
        self._known: OrderedDict[str, Bucket] = OrderedDict()

    def of(self, who: str, now: float) -> Bucket:
        """The bucket of whoever asks at ``now``."""
        bucket = self._known.pop(who, None) or Bucket(self._rate, self._burst, now)
        self._known[who] = bucket
        if len(self._known) > KEPT:
            self._known.popitem(last=False)
        return bucket


class Pace:
    """Refuses a visitor who asks too fast; whoever has no cookie counts by address."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._buckets = Buckets(RATE, BURST)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if speaks(scope) and scope["path"].startswith(DEAR) and not self._in_time(scope):
            await refuse(scope, send, HTTPStatus.TOO_MANY_REQUESTS)
        else:
            await self.app(scope, receive, send)

    def _in_time(self, scope: Scope) -> bool:
        client, now = scope.get("client"), time.monotonic()
        who = visitor(scope) or (client[0] if client else "")
        return self._buckets.of(who, now).takes(now)
