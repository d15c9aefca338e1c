"""Polls: what has changed at a source since it was last asked, in each vendor's own way."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

from gateway.customer import CustomerRecord
from gateway.index.entry import micros
from gateway.index.reading import Reader
from gateway.index.walk import UpdateWalk, walk_of
from gateway.paging import Offset, Pager
from gateway.query import FilterField, OrderField

OVERLAP = timedelta(seconds=10)
"""How far each poll reaches behind the last update known: equal seconds, and writes that take a moment to show."""
CLOCKS = timedelta(minutes=15)
"""How far the vendor's clock may be off ours, before a poll misses what changed while nothing was known."""
_SHARED_ROWS = 5
"""Rows that two pages of a list by offset share, so that one which moves up is not missed."""


class Poll:
    """Finds changes of one source. Records that were never updated are found by their creation."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._table = reader.table
        self._walk = walk_of(reader)

    def changes(self, watermark: datetime) -> AsyncIterator[tuple[CustomerRecord, ...]]:
        """Everything updated after the watermark, and a little before it, a page at a time."""
        low = watermark - OVERLAP
        if isinstance(self._walk, UpdateWalk):
            return self._ascent(low)
        return self._ranges(low) if FilterField.UPDATED_AT in self._table.ranges else self._descent(low)

    async def _ranges(self, low: datetime) -> AsyncIterator[tuple[CustomerRecord, ...]]:
        ranges = self._table.ranges
        asked = [ranges[FilterField.UPDATED_AT]]
        if asked[0].misses_unset:
            asked.append(ranges[FilterField.CREATED_AT])
        for one in asked:
            arguments = one.render(low, None, self._reader.source.filter_zone)
            position: int | None = self._reader.drain.start
            while position is not None:
                page = await self._reader.page(arguments, position=position)
                yield page.records
                position = page.following

    async def _ascent(self, low: datetime) -> AsyncIterator[tuple[CustomerRecord, ...]]:
        """In the order of updates, list by list."""
        walk = UpdateWalk(self._reader)
        for lap in range(len(self._reader.laps)):
            position: Any = (lap, micros(low), None)
            while position is not None and position[0] == lap:
                batch = await walk.step(position)
                yield batch.records
                position = batch.following

    async def _descent(self, low: datetime) -> AsyncIterator[tuple[CustomerRecord, ...]]:
        """From the last update on, until known ground."""
        pager: Pager = self._reader.source.spec.pager
        arguments = self._table.orders[OrderField.UPDATED_AT].descending
        position: int | None = pager.start
        while position is not None:
            page = await self._reader.page(arguments, pager=pager, position=position)
            yield page.records
            times = [record.updated_at or record.created_at for record in page.records]
            if any(time is not None and time < low for time in times):
                return
            position = page.following
            if position is not None and isinstance(pager, Offset):
                position = max(position - _SHARED_ROWS, pager.start)


def advanced(watermark: datetime, latest: datetime | None, began_at: datetime) -> datetime:
    """The watermark after a poll that began then, by our clock, and saw no later update than `latest`.

    An update in our future is left out: should it be a slip, everything until then would be taken for known. Where
    nothing happens it follows our clock at a distance, so that a crowd of equal times is not read for ever.
    """
    return max(watermark, latest or watermark, began_at - CLOCKS)
