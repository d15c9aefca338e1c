"""The index's part of a vendor's rate limit: evenly spaced calls, each after those that somebody waits for."""

from __future__ import annotations

from gateway.adapter import Source
from gateway.clock import Clock

DEFAULT_SHARE = 0.25
_POLITENESS = 10
"""Turns of its own that a call lets pass for others: a busy gateway must not starve its own index."""
_NOTICE = 0.05
"""Seconds after which is looked again whether others wait."""


class Share:
    """Spaces the background's calls to one source. A source that is not paced is not paced here either."""

    def __init__(self, source: Source, clock: Clock, share: float = DEFAULT_SHARE) -> None:
        rate, factor = source.table.rate, source.settings.rate_factor
        self.interval = rate.seconds / (rate.calls * factor * share) if factor else 0.0
        self._pace = source.exchange.pace
        self._clock = clock
        self._next = 0.0

    async def turn(self) -> None:
        """Wait for the next call's time, and then for everybody who is waiting, up to some turns."""
        now = self._clock.monotonic()
        begins = max(now, self._next)
        self._next = begins + self.interval
        if begins > now:
            await self._clock.sleep(begins - now)
        if self.interval:
            await self._yield_to_others()

    async def _yield_to_others(self) -> None:
        until = self._clock.monotonic() + _POLITENESS * self.interval
        while self._pace.is_wanted and self._clock.monotonic() < until:
            await self._clock.sleep(_NOTICE)
