"""Keeping within a vendor's rate limit: the documented rate beforehand, the vendor's own headers afterwards."""

from __future__ import annotations

import asyncio

from aiolimiter import AsyncLimiter

from gateway.capabilities import Rate
from gateway.clock import Clock
from gateway.errors import DeadlineExceeded
from gateway.spec import RateReading

LONGEST_HOLD = 86_400.0
"""Seconds; the longest quotas are of a day, and a vendor's slip must not shut a source for ever."""


class Pace:
    """One source's turnstile. `factor` multiplies the documented rate; 0 lets everything through."""

    def __init__(self, rate: Rate, *, concurrency: int, factor: float, clock: Clock) -> None:
        self._limiter = AsyncLimiter(max(rate.calls * factor, 1), rate.seconds) if factor else None
        self._slots = asyncio.Semaphore(concurrency)
        self._clock = clock
        self._resumes_at = 0.0
        self._waiting = 0
        self.reading: RateReading | None = None
        self.resets_at: float | None = None

    async def enter(self, patience: float) -> None:
        """Wait for a turn and a slot, at most `patience` seconds; raises `DeadlineExceeded`. Pair with `leave`.

        What `pause` says is waited for by the one who has the slot, since it may be said while others queue.
        """
        self._waiting += 1
        try:
            async with asyncio.timeout(patience):
                if self._limiter is not None:
                    await self._limiter.acquire()
                await self._slots.acquire()
        except TimeoutError as error:
            raise DeadlineExceeded(
                "The operation's deadline passed while waiting for a vendor's rate limit."
            ) from error
        finally:
            self._waiting -= 1

    @property
    def is_wanted(self) -> bool:
        """True while somebody waits for a turn: what nobody waits for had better come later."""
        return self._waiting > 0 or self.pause() > 0

    def pause(self) -> float:
        """Seconds that the vendor's own words keep everybody waiting; 0 for none."""
        return max(0.0, self._resumes_at - self._clock.monotonic())

    def leave(self) -> None:
        """Give the slot back."""
        self._slots.release()

    def observe(self, reading: RateReading | None) -> None:
        """Take in what an answer's headers tell; nothing left means a pause until a call is free."""
        if reading is None:
            return
        self.reading = reading
        now = self._clock.monotonic()
        self.resets_at = None if reading.reset_after is None else now + reading.reset_after
        wait = reading.reset_after if reading.free_after is None else reading.free_after
        if reading.remaining == 0 and wait:
            self.hold(wait)

    def hold(self, seconds: float) -> None:
        """The vendor said to come back later: nobody is to be sent before, at the latest in `LONGEST_HOLD`."""
        self._resumes_at = max(self._resumes_at, self._clock.monotonic() + min(seconds, LONGEST_HOLD))
