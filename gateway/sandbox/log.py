"""The record of every request a vendor's emulation received."""

from collections import Counter, deque
from datetime import datetime

import msgspec

RING = 1000


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """One request; ``status`` is None where no answer was sent, ``seconds`` is the time it took."""

    at: datetime
    method: str
    path: str
    query: str
    status: int | None
    seconds: float


class CallLog:
    """One vendor's calls: all counted, the last thousand kept, and the most that were in flight at once."""

    def __init__(self) -> None:
        self.in_flight = 0
        self.clear()

    def clear(self) -> None:
        """Forget all calls; those in flight stay counted as in flight."""
        self.count = 0
        self.most_in_flight = self.in_flight
        self.recent: deque[Call] = deque(maxlen=RING)
        self.counts: Counter[str] = Counter()

    def begin(self) -> None:
        """Count a request that arrived."""
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)

    def end(self, call: Call) -> None:
        """Record a request that ended, answered or not."""
        self.in_flight -= 1
        self.count += 1
        self.counts[f"{call.method} {call.path}"[:200]] += 1
        if len(self.counts) > 5 * RING:  # ids in paths must not grow this for ever
            self.counts = Counter(dict(self.counts.most_common(RING)))
        self.recent.append(call)
