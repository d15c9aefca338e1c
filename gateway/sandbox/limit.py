"""Server-side rate limits: a leaky bucket, a fixed window and a daily quota, all driven by the sandbox's clock."""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

import msgspec

Clock = Callable[[], datetime]
DAY = 86_400.0


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What a limit says of one request.

    ``remaining`` is counted after this request; ``wait`` is the seconds until one more is allowed (0 when
    it is now); ``reset`` is the seconds until the limit is entirely free again.
    """

    allowed: bool
    limit: int
    remaining: int
    wait: float
    reset: float


class Limit(Protocol):
    """A server-side rate limit."""

    def take(self) -> Verdict:
        """Count one request, unless it is refused."""
        ...

    def clear(self) -> None:
        """Forget every request so far."""
        ...


class LeakyBucket:
    """Holds ``size`` requests and leaks ``rate`` of them a second."""

    def __init__(self, size: int, rate: float, clock: Clock) -> None:
        self._size, self._rate, self._clock = size, rate, clock
        self.clear()

    def clear(self) -> None:
        """Empty the bucket."""
        self._level, self._at = 0.0, self._clock().timestamp()

    def take(self) -> Verdict:
        """Add one request, unless the bucket would overflow."""
        now = self._clock().timestamp()
        self._level = max(0.0, self._level - (now - self._at) * self._rate)
        self._at = now
        allowed = self._level + 1 <= self._size
        if allowed:
            self._level += 1
        free = self._size - self._level
        return Verdict(
            allowed=allowed,
            limit=self._size,
            remaining=int(free),
            wait=max(0.0, (1 - free) / self._rate),
            reset=self._level / self._rate,
        )


class FixedWindow:
    """Allows ``size`` requests in each window of ``period`` seconds; windows are aligned to the unix epoch."""

    def __init__(self, size: int, period: float, clock: Clock) -> None:
        self._size, self._period, self._clock = size, period, clock
        self.clear()

    def clear(self) -> None:
        """Forget this window's requests."""
        self._window, self._count = -1, 0

    def take(self) -> Verdict:
        """Count one request, unless the window is spent."""
        now = self._clock().timestamp()
        window = int(now // self._period)
        if window != self._window:
            self._window, self._count = window, 0
        allowed = self._count < self._size
        if allowed:
            self._count += 1
        remaining = self._size - self._count
        until = (window + 1) * self._period - now
        return Verdict(
            allowed=allowed,
            limit=self._size,
            remaining=remaining,
            wait=0.0 if remaining else until,
            reset=until,
        )


def daily_quota(size: int, clock: Clock) -> FixedWindow:
    """A window of 24 hours that begins at midnight UTC."""
    return FixedWindow(size, DAY, clock)
