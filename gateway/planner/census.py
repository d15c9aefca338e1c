"""What a process remembers of its sources' size and overlap: it chooses the cheaper way, never the answer."""

from __future__ import annotations

from collections import Counter

from cachetools import LRUCache

from gateway.adapter import Source
from gateway.capabilities import Arguments, Paging
from gateway.planner.history import BEFORE_ANY_STORE, WindowHistory
from gateway.query import OrderField

_MOST_HISTORIES = 1024
MOST_ROWS_AT_ONCE = 10_000
"""Rows that an unpaged list may be expected to hold and still be read whole."""


class Census:
    """Counts, densities and hits of all operations so far."""

    def __init__(self) -> None:
        self._windows: LRUCache[tuple[str, OrderField, str], WindowHistory] = LRUCache(_MOST_HISTORIES)
        self._totals: dict[str, int] = {}
        self._asked: Counter[str] = Counter()
        self._found: Counter[str] = Counter()

    def windows(self, source: Source, field: OrderField, arguments: Arguments) -> WindowHistory:
        """The history of one source in one order, as far as the arguments narrow it."""
        key = (source.name, field, repr(sorted(arguments.items())))
        history = self._windows.get(key)
        if history is None:
            history = self._windows[key] = WindowHistory()
        return history

    def counted(self, source: Source, total: int) -> None:
        """The vendor told how many records it has, or they were all read."""
        self._totals[source.name] = total

    def looked_up(self, source: Source, *, is_found: bool) -> None:
        """A person of another source was looked for here."""
        self._asked[source.name] += 1
        self._found[source.name] += is_found

    def total(self, source: Source) -> int | None:
        """About how many records the source has, rather more than fewer; None where nothing is known yet."""
        history = self.windows(source, OrderField.CREATED_AT, {})
        told = self._totals.get(source.name, history.total)
        return history.estimate(BEFORE_ANY_STORE, source.clock.now()) if told is None else told

    def pages(self, source: Source) -> int | None:
        """About how many calls it takes to read the whole list; None where that is not known, or too much for one."""
        total = self.total(source)
        if total is None:
            return None
        if Paging.UNPAGED in source.table.paging:
            return 1 if total <= MOST_ROWS_AT_ONCE else None
        return total // source.table.page_size + 1

    def promise(self, source: Source) -> float:
        """How likely a look-up here finds somebody, for the share of the rate limit that it takes."""
        likelihood = (self._found[source.name] + 1) / (self._asked[source.name] + 2)
        return likelihood * source.table.rate.calls / source.table.rate.seconds
