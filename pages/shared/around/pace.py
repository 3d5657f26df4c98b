"""How fast one visitor may ask: a bucket that fills with time (token bucket, Turner 1986)."""

from __future__ import annotations

import time
from collections import OrderedDict
from http import HTTPStatus

from starlette.types import ASGIApp, Receive, Scope, Send

from pages.shared.around.cookie import visitor
from pages.shared.around.request import HEALTH, refuse

RATE, BURST = 50.0, 500.0  # requests a second, and at once; a page's first visit takes about 60
KEPT = 2000
FREE = ("/static/", HEALTH)


class Bucket:
    """Holds ``burst`` at most and fills by ``rate`` a second; each request takes one out."""

    def __init__(self, rate: float, burst: float, now: float) -> None:
        self._rate, self._burst = rate, burst
        self._left, self._seen = burst, now

    def takes(self, now: float) -> bool:
        """True where one was left."""
        filled = self._left + (now - self._seen) * self._rate
        self._left, self._seen = min(self._burst, filled), now
        if self._left < 1:
            return False
        self._left -= 1
        return True


class Pace:
    """Refuses a visitor who asks too fast; whoever has no cookie counts by address."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._buckets: OrderedDict[str, Bucket] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._is_paced(scope) and not self._bucket(scope).takes(time.monotonic()):
            await refuse(scope, send, HTTPStatus.TOO_MANY_REQUESTS)
        else:
            await self.app(scope, receive, send)

    @staticmethod
    def _is_paced(scope: Scope) -> bool:
        if scope["type"] == "websocket":
            return True
        return scope["type"] == "http" and not scope["path"].startswith(FREE)

    def _bucket(self, scope: Scope) -> Bucket:
        client = scope.get("client")
        who = visitor(scope) or (client[0] if client else "")
        bucket = self._buckets.pop(who, None) or Bucket(RATE, BURST, time.monotonic())
        self._buckets[who] = bucket  # the last who asked stands last
        if len(self._buckets) > KEPT:
            self._buckets.popitem(last=False)
        return bucket
