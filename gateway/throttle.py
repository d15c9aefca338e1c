"""Requests of one caller in a minute: counted in this process, forgotten after it."""

from __future__ import annotations

import math
import time

from limits import RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import SlidingWindowCounterRateLimiter

WITH_AUTH = 1200
"""Requests in a minute where there is [auth] and nothing else is configured: twenty a second, all day."""


class Throttle:
    """Admits so many requests of each caller in a minute; 0 admits all."""

    def __init__(self, requests: int) -> None:
        self._item = RateLimitItemPerMinute(requests) if requests else None
        self._limiter = SlidingWindowCounterRateLimiter(MemoryStorage())

    async def wait(self, caller: str) -> int | None:
        """None where the caller may go on; else the whole seconds after which it may ask again."""
        if self._item is None or await self._limiter.hit(self._item, caller):
            return None
        reset_at, _ = await self._limiter.get_window_stats(self._item, caller)
        return max(1, math.ceil(reset_at - time.time()))


def allowance(configured: int | None, *, is_open: bool) -> int:
    """Requests in a minute, 0 for any number, by the configuration and by whether everybody is let in."""
    if configured is not None:
        return configured
    return 0 if is_open else WITH_AUTH
