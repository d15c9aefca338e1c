"""Complete walks through a source: by id, by windows of creation, or by the times of updates."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from gateway.customer import CustomerRecord
from gateway.index.entry import micros, moment
from gateway.index.reading import Batch, Reader
from gateway.paging import SinceId, Unpaged
from gateway.query import FilterField, OrderField

BEFORE_ANY_STORE = datetime(2010, 1, 1, tzinfo=UTC)
"""Earlier records come in one window."""
_MONTH = timedelta(days=30)
_WIDEST = timedelta(days=90)
"""A store may begin to sell at any time: a wider window could hold more than one answer should."""
_TICK = timedelta(microseconds=1)


class Walk(Protocol):
    """Reads a whole source step by step. Positions are plain JSON, so that a killed walk goes on."""

    async def step(self, position: Any) -> Batch:  # noqa: ANN401  # plain JSON
        """The records at the position, `None` for the beginning. Raises what `Source.page` raises."""

    def share(self, position: Any, now: datetime) -> float | None:  # noqa: ANN401
        """How far a position is along the way, from 0 to 1; None where that cannot be told."""


def walk_of(reader: Reader) -> Walk:
    """The cheapest walk that misses no record that stays: ids, else updates in their order, else windows."""
    table = reader.table
    if isinstance(reader.drain, SinceId):
        return IdWalk(reader)
    if OrderField.UPDATED_AT in table.orders and FilterField.UPDATED_AT in table.ranges:
        return UpdateWalk(reader)
    if isinstance(reader.drain, Unpaged) and FilterField.CREATED_AT in table.ranges:
        return WindowWalk(reader)
    return IdWalk(reader)


class IdWalk:
    """Pages by ascending id: each begins after the last id that came."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    async def step(self, position: Any) -> Batch:  # noqa: ANN401
        """See `Walk.step`."""
        lap, at = position or (0, None)
        page = await self._reader.page(self._reader.laps[lap], position=at)
        if page.following is not None:
            return Batch(page.records, (lap, page.following))
        return Batch(page.records, _next_lap(self._reader, lap))

    def share(self, position: Any, now: datetime) -> float | None:  # noqa: ANN401, ARG002
        """Ids tell nothing of how many there are."""
        return None


class UpdateWalk:
    """Pages by ascending time of update, begun anew at each time reached: whoever moves, moves ahead of it."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._range = reader.table.ranges[FilterField.UPDATED_AT]
        self._order = reader.table.orders[OrderField.UPDATED_AT].ascending

    async def step(self, position: Any) -> Batch:  # noqa: ANN401
        """See `Walk.step`. A position is the list, the time begun at and the page from there."""
        lap, low, at = position or (0, None, None)
        bounds = {} if low is None else self._range.render(moment(low), None, self._reader.source.filter_zone)
        arguments = {**self._reader.laps[lap], **self._order, **bounds}
        pager = self._reader.source.spec.pager
        page = await self._reader.page(arguments, pager=pager, position=at)
        if page.following is None:
            following = _next_lap(self._reader, lap)
            return Batch(page.records, following and (*following, None))
        reached = _latest(page.records)
        if reached is not None and (low is None or reached - self._margin() > low):
            return Batch(page.records, (lap, reached - self._margin(), None))
        return Batch(page.records, (lap, low, page.following))

    def _margin(self) -> int:
        """Microseconds that a range begins before its bound: a page within them would not get ahead."""
        return 2_000_000

    def share(self, position: Any, now: datetime) -> float | None:  # noqa: ANN401, ARG002
        """Updates are not spread evenly."""
        return None


class WindowWalk:
    """Windows of creation, each as wide as the records before it were sparse; for lists without pages."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._range = reader.table.ranges[FilterField.CREATED_AT]

    async def step(self, position: Any) -> Batch:  # noqa: ANN401
        """See `Walk.step`. A position is the window's beginning and its width in seconds."""
        low, width = position or (None, None)
        begin, now = moment(low), self._reader.source.clock.now()
        end = BEFORE_ANY_STORE if begin is None or width is None else begin + timedelta(seconds=width)
        high = None if end >= now else end
        arguments = self._range.render(begin, high, self._reader.source.filter_zone)
        page = await self._reader.page(arguments)
        if high is None:
            return Batch(page.records, None)
        return Batch(page.records, (micros(high + _TICK), self._next_width(width, len(page.records))))

    def _next_width(self, width: float | None, count: int) -> float:
        if width is None:
            return _MONTH.total_seconds()
        growth = min(2.0, max(0.05, self._reader.table.page_size / max(count, 1)))
        return max(self._range.step.total_seconds(), min(width * growth, _WIDEST.total_seconds()))

    def share(self, position: Any, now: datetime) -> float | None:  # noqa: ANN401
        """By the time that has been walked."""
        begin = moment(position[0]) if position else None
        return 0.0 if begin is None else (begin - BEFORE_ANY_STORE) / (now - BEFORE_ANY_STORE)


def _next_lap(reader: Reader, lap: int) -> tuple[int, None] | None:
    return (lap + 1, None) if lap + 1 < len(reader.laps) else None


def _latest(records: tuple[CustomerRecord, ...]) -> int | None:
    times = [time for record in records if (time := micros(record.updated_at)) is not None]
    return max(times, default=None)
