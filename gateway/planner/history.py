"""What walks have learned of how a source's records lie in time: it sizes windows, and is trusted for nothing else."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from gateway.customer import Value

BEFORE_ANY_STORE = datetime(2010, 1, 1, tzinfo=UTC)
"""Where a walk from the oldest record begins to look, where the vendor cannot tell: earlier ones come in one window."""
_FEW = 5
"""With fewer records than this a window's own ends say more of the density than the times between."""
_RECENT = timedelta(days=365)
_LONGEST = timedelta(days=36500)


class Sample(Value, frozen=True):
    """Between two times lay so many records, at least one."""

    low: datetime
    high: datetime
    count: int

    @property
    def density(self) -> float:
        """Records a second."""
        return self.count / max((self.high - self.low).total_seconds(), 1.0)


class WindowHistory:
    """The densities of one source's records around the times that were read; the oldest are forgotten."""

    def __init__(self, remembered: int = 64) -> None:
        self._samples: deque[Sample] = deque(maxlen=remembered)
        self.total: int | None = None
        """How many records the whole list had, where the vendor told it."""

    def learn(self, low: datetime | None, high: datetime | None, times: Sequence[datetime]) -> None:
        """A window between two times, None for an open end, held records of just these times."""
        if not times:
            return
        if len(times) >= _FEW:
            low, high = min(times), max(times)
        if low is not None and high is not None:
            self._samples.append(Sample(low=low, high=high, count=len(times)))

    def estimate(self, begin: datetime, now: datetime) -> int | None:
        """About how many records came since `begin`, if always as many as lately; None where nothing recent was read.

        Stores grow, so that this is rather too many; by their first years it would be far too few.
        """
        latest = max(self._samples, key=lambda one: one.high, default=None)
        if latest is None or now - latest.high > _RECENT:
            return None
        return round(latest.density * (now - begin).total_seconds())

    def width(self, at: datetime, count: int, *, is_rising: bool) -> timedelta | None:
        """How far from a time one has to look for about so many records; None where nothing beyond it was read."""
        ahead = [one for one in self._samples if (one.high > at if is_rising else one.low < at)]
        if not ahead:
            return None
        nearest = min(ahead, key=lambda one: _gap(one, at, is_rising=is_rising))
        needed = span(count / nearest.density)
        if 2 * nearest.count > count:
            # Beyond the sample it may be denser by far, and enough is known to lie within.
            needed = min(needed, nearest.high - nearest.low)
        return _gap(nearest, at, is_rising=is_rising) + needed


def _gap(sample: Sample, at: datetime, *, is_rising: bool) -> timedelta:
    return max(sample.low - at if is_rising else at - sample.high, timedelta())


def span(seconds: float) -> timedelta:
    """So many seconds, at most a century."""
    return timedelta(seconds=min(seconds, _LONGEST.total_seconds()))
