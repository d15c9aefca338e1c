"""A source that sorts itself, read by offset: found again after a cursor, and followed while it changes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from gateway.adapter import Source
from gateway.capabilities import Arguments
from gateway.customer import CustomerRecord, Value
from gateway.paging import Offset, PageNumber
from gateway.planner.cursor import Place
from gateway.planner.stream import Reading, at_value
from gateway.planner.walk import WalkKey

_SPARE = 5
"""Rows asked for beyond those needed: ties, and records of customers who stand elsewhere."""


class Stretch(Value, frozen=True):
    """Rows of the vendor's order from offset `first` on; `is_last` where the list ends with them."""

    first: int
    records: tuple[CustomerRecord, ...]
    is_last: bool
    total: int | None

    @property
    def following(self) -> int:
        """The offset after the last row."""
        return self.first + len(self.records)


class SortedStream:
    """See `Stream`. Rows of equal value are given together, sorted by id: the vendor's order of ties is not known."""

    def __init__(self, source: Source, reading: Reading) -> None:
        self.source = source
        self.is_done = False
        self._reading = reading
        self._walk = reading.walk
        near, self._end = _ends(reading)
        starts = [place for place in (reading.start, near) if place is not None]
        self._start = max(starts, key=self._walk.key_of, default=None)
        self._given: WalkKey | None = None if self._start is None else self._walk.key_of(self._start)
        self._held: list[CustomerRecord] = []
        self._previous: Stretch | None = None
        self._offsets: dict[str, int] = {}
        self._rows: list[CustomerRecord] = []
        order = source.table.orders[self._walk.order.field]
        native = order.ascending if self._walk.is_rising else order.descending
        self._arguments: Arguments = {**reading.arguments, **native}

    @property
    def frontier(self) -> Place | None:
        """The value of the rows held back, since more of the same may follow."""
        if self._held:
            return at_value(self._walk.value(self._held[-1]))
        return self._start if self._previous is None else None

    def hint(self, place: Place) -> int | None:
        """The offset of the last row seen whose value comes before the place's."""
        edge = self._walk.key_before(place.value)
        offsets = [self._offsets[row.vendor_id] for row in self._rows if self._walk.key(row) < edge]
        return max(offsets, default=None)

    async def fetch(self) -> Sequence[CustomerRecord]:
        """The next rows, up to the last value that is certain to be complete."""
        previous, start = self._previous, self._start
        if previous is not None:
            stretch = await self._continued(previous)
        elif start is not None:
            stretch = await Search(self, start).found()
        else:
            stretch = await self.read(0)
        self._previous = stretch
        return self._settled(stretch)

    def _settled(self, stretch: Stretch) -> Sequence[CustomerRecord]:
        """What can be given now: rows of the last value wait until a further one is seen."""
        held = {record.vendor_id for record in self._held}
        rows = [*self._held, *(record for record in stretch.records if record.vendor_id not in held)]
        self.is_done = stretch.is_last
        last = None if stretch.is_last else self._walk.value(rows[-1])
        self._held = [] if stretch.is_last else [row for row in rows if self._walk.value(row) == last]
        settled = rows if stretch.is_last else [row for row in rows if self._walk.value(row) != last]
        fresh = [row for row in settled if self._given is None or self._walk.key(row) > self._given]
        fresh.sort(key=self._walk.key)
        if fresh:
            self._given = self._walk.key(fresh[-1])
        if self._end is not None and rows and self._walk.key(rows[-1]) > self._end:
            self.is_done = True
            fresh = [row for row in fresh if self._walk.key(row) <= self._end]
        return [row for row in fresh if self._reading.accepts(row)]

    async def _continued(self, previous: Stretch) -> Stretch:
        """The rows after those read; where the list has moved meanwhile, from far enough back to miss nobody."""
        stretch = await self.read(self.overlapping(previous.following))
        if self._joins(previous, stretch):
            return stretch
        return await self._stepped_back(previous.first)

    def overlapping(self, offset: int) -> int:
        """The offset to read from so that one known row comes first; numbered pages cannot overlap."""
        return max(0, offset - 1) if isinstance(self.source.spec.pager, Offset) else offset

    def _joins(self, previous: Stretch, stretch: Stretch) -> bool:
        """True where nobody moved from the unread part into the read one: the last known row is there again.

        Numbered pages cannot overlap; they are taken to have stayed where the total has.
        """
        if isinstance(self.source.spec.pager, Offset):
            last = previous.records[-1].vendor_id
            return any(record.vendor_id == last for record in stretch.records)
        return stretch.total == previous.total

    async def _stepped_back(self, first: int) -> Stretch:
        """A stretch that begins with a row already given, or with the list."""
        step = self.page_size
        while True:
            stretch = await self.read(first)
            if first == 0 or (stretch.records and self._is_given(stretch.records[0])):
                return stretch
            first, step = max(0, first - step), step * 2

    def _is_given(self, record: CustomerRecord) -> bool:
        return self._given is not None and self._walk.key(record) <= self._given

    @property
    def lane(self) -> str:
        """What hints are kept under: offsets from one end say nothing of those from the other."""
        return f"{self.source.name}{self._reading.lane}{'+' if self._walk.is_rising else '-'}"

    @property
    def page_size(self) -> int:
        """Rows that one call brings at most."""
        return self.source.table.page_size

    @property
    def start_arguments(self) -> Arguments:
        """The filter's arguments, without order and page."""
        return self._reading.arguments

    @property
    def reading(self) -> Reading:
        """What the stream is to bring."""
        return self._reading

    async def read(self, offset: int, *, is_probe: bool = False) -> Stretch:
        """Rows from `offset` or, where pages are numbered, from the beginning of its page. A probe fills a page."""
        pager = self.source.spec.pager
        size = self.page_size
        if isinstance(pager, PageNumber):
            position, first = pager.start + offset // size, offset // size * size
        else:
            position = first = max(0, offset)
            size = size if is_probe else min(size, max(25, self._reading.size + _SPARE))
        page = await self.source.page(
            self._arguments,
            self._reading.selection,
            self._reading.operation,
            pager=pager,
            position=position,
            limit=size,
        )
        stretch = Stretch(first=first, records=page.records, is_last=page.following is None, total=page.total)
        self._note(stretch)
        return stretch

    def _note(self, stretch: Stretch) -> None:
        self._rows += (record for record in stretch.records if record.vendor_id not in self._offsets)
        self._offsets.update(
            (record.vendor_id, stretch.first + place) for place, record in enumerate(stretch.records)
        )


def _ends(reading: Reading) -> tuple[Place | None, WalkKey | None]:
    """Where the times that can match begin and end along the walk."""
    walk, low, high = reading.walk, reading.bounds.low, reading.bounds.high
    near, far = (low, high) if walk.is_rising else (high, low)
    return (None if near is None else at_value(near)), (None if far is None else walk.key_after(far))


class Search:
    """Where a place's value begins in a list that sorts itself: by the cursor's hint, which is checked, else by search.

    The row at `low` is known to come before the value (-1: none is), the row at `high` not to (-1: unknown).
    """

    def __init__(self, stream: SortedStream, start: Place) -> None:
        self._stream = stream
        self._walk = stream.reading.walk
        self._start = start
        self._edge = self._walk.key_before(start.value)
        self._low, self._high = -1, -1
        self._times: dict[int, datetime | None] = {}
        self._step = stream.page_size

    async def found(self) -> Stretch:
        """A stretch that begins before the value, or with the list, and reaches it, or the list's end."""
        hint = self._start.hints.get(self._stream.lane)
        offset = hint if hint is not None else await self._guess()
        while True:
            stretch = await self._stream.read(offset, is_probe=hint is None)
            if self._is_it(stretch):
                return stretch
            offset = self._closer(stretch, is_hinted=hint is not None)

    def _is_it(self, stretch: Stretch) -> bool:
        rows = stretch.records
        begins = stretch.first in {0, self._low + 1} or (bool(rows) and self._is_before(rows[0]))
        reaches = stretch.is_last or (bool(rows) and not self._is_before(rows[-1]))
        return begins and reaches

    def _is_before(self, record: CustomerRecord) -> bool:
        return self._walk.key(record) < self._edge

    async def _guess(self) -> int:
        """The middle, where the vendor counts; else the beginning."""
        stream = self._stream
        total = await stream.source.count(stream.start_arguments, stream.reading.operation)
        if total is None:
            return 0
        self._high = total
        return self._middle()

    def _closer(self, stretch: Stretch, *, is_hinted: bool) -> int:
        rows = stretch.records
        is_short = bool(rows) and self._is_before(rows[-1])
        if is_short:
            self._low = stretch.following - 1
            self._times[self._low] = self._walk.time(rows[-1])
            self._high = max(self._high, stretch.total or -1) if self._high <= self._low else self._high
        else:
            self._high = stretch.first
            self._low = min(self._low, self._high - 1)
            self._times[self._high] = self._walk.time(rows[0]) if rows else None
        if self._high <= self._low:
            self._high = -1
            return self._leap(forward=True)
        if is_hinted and self._step < self._high - self._low:
            return self._leap(forward=is_short)
        return self._middle()

    def _leap(self, *, forward: bool) -> int:
        """From a hint that has drifted, growing steps: it is mostly near."""
        step, self._step = self._step, self._step * 4
        return self._low + step if forward else max(self._low + 1, self._high - step)

    def _middle(self) -> int:
        """By the times at both ends where they are known, since records come about evenly; else the middle."""
        page, room = self._stream.page_size, self._high - self._low - 1
        if room < page:
            return self._stream.overlapping(self._low + 1)
        share = self._share(self._times.get(self._low), self._times.get(self._high))
        return min(max(self._low + 1, self._low + 1 + round(room * share) - page // 2), self._high - 1)

    def _share(self, before: datetime | None, after: datetime | None) -> float:
        if before is None or after is None or before == after or not isinstance(self._start.value, datetime):
            return 0.5
        # The next guess is by the middle again, so that an uneven list is still halved.
        self._times.clear()
        return min(max((self._start.value - before) / (after - before), 0.0), 1.0)
