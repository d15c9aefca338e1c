"""Order out of ranges: a source without a sort is read in windows of time, each drained by id and then sorted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from gateway.adapter import Source
from gateway.capabilities import Arguments, Range
from gateway.customer import CustomerRecord, Value
from gateway.paging import Pager, Unpaged
from gateway.planner.cursor import Place
from gateway.planner.history import BEFORE_ANY_STORE, WindowHistory, span
from gateway.planner.stream import Reading, at_value
from gateway.planner.zone import learn_zone
from gateway.query import FilterField, OrderField

MONTH = timedelta(days=30)
YEAR = timedelta(days=365)
_TICK = timedelta(microseconds=1)
_FILLED = 0.6
"""The share of a page that a window should fill: a fuller one costs a second call too often."""
_PATIENCE = 3
"""Pages that a window which turned out too full is drained for, before a narrower one is cheaper."""
_TAIL = 8
"""The records at a window's far end that tell how dense it goes on."""
_GROWTH = 8.0
"""How much wider a window may be than a nearly empty one before it."""


class Rest(Value, frozen=True):
    """What the vendor counted between the walk's place and a time; `far` is None for all that is left."""

    far: datetime | None
    count: int


class Drained(Value, frozen=True):
    """What one window's answers held; `is_whole` is False where it was given up as too full."""

    records: tuple[CustomerRecord, ...]
    is_whole: bool
    total: int | None = None


class WindowStream:
    """See `Stream`. Windows are as wide as the records around them are sparse."""

    def __init__(self, source: Source, reading: Reading, history: WindowHistory) -> None:
        start, walk = reading.start, reading.walk
        self.source = source
        self.is_done = False
        self._reading = reading
        self._walk = walk
        self._start = None if start is None else walk.key_of(start)
        low, high = reading.bounds.low, reading.bounds.high
        near, self._end = (low, high) if walk.is_rising else (high, low)
        begin = start.value if start is not None and isinstance(start.value, datetime) else None
        self._edge = self._further(begin, near)
        self._history = history
        self._pager: Pager = source.spec.drain or source.spec.pager
        self._target = min(_FILLED * source.table.page_size, max(60, 4 * reading.size))
        self._width: timedelta | None = None
        self._rest: Rest | None = None
        self._empty = 0
        """Windows without a record, one after the other."""

    @property
    def frontier(self) -> Place | None:
        """The near edge of the next window."""
        return None if self._edge is None else at_value(self._edge)

    @property
    def lane(self) -> str:
        """See `Stream.lane`."""
        return self.source.name + self._reading.lane

    def hint(self, place: Place) -> int | None:  # noqa: ARG002  # a time is a position
        """Windows need none."""
        return None

    def _further(self, one: datetime | None, other: datetime | None) -> datetime | None:
        """The time that the walk comes to later."""
        times = [time for time in (one, other) if time is not None]
        return (max if self._walk.is_rising else min)(times, default=None)

    def _is_over(self) -> bool:
        """True where the walk has passed the bound of what can match."""
        if self._edge is None or self._end is None:
            return False
        return self._edge > self._end if self._walk.is_rising else self._edge < self._end

    async def fetch(self) -> Sequence[CustomerRecord]:
        """One window, narrowed until its records fit."""
        if self._is_over():
            self.is_done = True
            return ()
        far = self._far()
        while True:
            drained = await self._drained(far)
            await learn_zone(self.source, drained.records, self._reading.operation)
            if drained.is_whole:
                return self._advance(far, drained.records)
            narrower = self._narrowed(far, drained)
            far = narrower if self._is_nearer(narrower, far) else self._middle(far)

    def _is_nearer(self, one: datetime | None, other: datetime | None) -> bool:
        if one is None or other is None:
            return one is not None
        return one < other if self._walk.is_rising else one > other

    def _middle(self, far: datetime | None) -> datetime:
        low, high = self._ends(far)
        low, high = low or BEFORE_ANY_STORE, high or self.source.clock.now()
        return low + (high - low) / 2

    def _advance(self, far: datetime | None, records: Sequence[CustomerRecord]) -> Sequence[CustomerRecord]:
        low, high = self._ends(far)
        within = [record for record in records if self._is_within(record, low, high)]
        times = [time for record in within if (time := self._walk.time(record)) is not None]
        self._history.learn(low, high or self.source.clock.now(), times)
        self._subtract(far, len(within))
        self.is_done = far is None or far == self._end
        if far is not None:
            self._width = self._next_width(far, times)
            self._edge = far + _TICK if self._walk.is_rising else far - _TICK
        given = (record for record in within if self._start is None or self._walk.key(record) > self._start)
        return sorted(filter(self._reading.accepts, given), key=self._walk.key)

    def _subtract(self, far: datetime | None, count: int) -> None:
        """Keep account of what the vendor counted, as far as the walk has not come to it yet."""
        self._empty = 0 if count else self._empty + 1
        if self._rest is None or far == self._rest.far:
            self._rest = None
            return
        left = self._rest.count - count
        self._rest = Rest(far=self._rest.far, count=left) if left > 0 else None

    def _is_within(self, record: CustomerRecord, low: datetime | None, high: datetime | None) -> bool:
        time = self._walk.time(record)
        return time is not None and (low is None or time >= low) and (high is None or time <= high)

    def _ends(self, far: datetime | None) -> tuple[datetime | None, datetime | None]:
        return (self._edge, far) if self._walk.is_rising else (far, self._edge)

    def _far(self) -> datetime | None:
        """The far edge of the next window; None is everything that is left."""
        if self._rest is not None:
            return self._into(self._rest, None)
        here = self._edge or (BEFORE_ANY_STORE if self._walk.is_rising else self.source.clock.now())
        width = self._history.width(here, round(self._target), is_rising=self._walk.is_rising)
        if width is not None:
            return self._beyond(width * 2**self._empty)
        if self._width is not None:
            return self._beyond(self._width)
        if not isinstance(self._pager, Unpaged):
            return self._end
        is_first = self._edge is None and self._walk.is_rising
        return self._nearer(BEFORE_ANY_STORE) if is_first else self._beyond(MONTH)

    def _into(self, rest: Rest, earliest: datetime | None) -> datetime | None:
        """A part of what was counted that should hold enough, wider after each that held nothing."""
        if rest.count <= self.source.table.page_size:
            return rest.far
        now = self.source.clock.now()
        first, last = (self._edge, rest.far) if self._walk.is_rising else (rest.far, self._edge)
        begin, end = first or earliest or BEFORE_ANY_STORE, last or now
        part = (end - begin) * min(1.0, self._target * 2**self._empty / rest.count)
        if self._walk.is_rising and self._edge is None:
            part += begin - BEFORE_ANY_STORE
        far = self._beyond(max(part, self._floor()))
        if rest.far is None or far is None:
            return far if far is not None else rest.far
        return (min if self._walk.is_rising else max)(far, rest.far)

    def _beyond(self, width: timedelta) -> datetime | None:
        """A window's far edge; a window that reaches past now, or before any store, takes all that is left."""
        now = self.source.clock.now()
        if self._walk.is_rising:
            far = (self._edge or BEFORE_ANY_STORE) + min(width, YEAR * 100)
            return self._nearer(None if far > now else far)
        far = (self._edge or now) - min(width, YEAR * 50)
        return self._nearer(None if far < BEFORE_ANY_STORE else far)

    def _nearer(self, far: datetime | None) -> datetime | None:
        """The far edge, no further than what can match."""
        if far is None or self._end is None:
            return self._end if far is None else far
        return (min if self._walk.is_rising else max)(far, self._end)

    def _next_width(self, far: datetime, times: Sequence[datetime]) -> timedelta:
        begin = self._edge or (BEFORE_ANY_STORE if self._walk.is_rising else self.source.clock.now())
        width = max(abs(far - begin), self._floor())
        if len(times) >= _TAIL:
            tail = sorted(times, reverse=not self._walk.is_rising)[-_TAIL:]
            paced = abs(tail[-1] - tail[0]) * (self._target / _TAIL)
            return max(self._floor(), min(paced, width * _GROWTH))
        grown = width * min(_GROWTH, self._target / max(len(times), 0.5))
        if not times and isinstance(self._pager, Unpaged):
            # Nothing limits the answer of an unpaged list, so it is approached with care.
            return max(MONTH, min(grown, YEAR * min(self._empty, 3)))
        return grown

    def _floor(self) -> timedelta:
        """The narrowest window worth asking for: below it the vendor cannot tell, or over-fetching outweighs."""
        return max(kind.step for kind in self._ranges()) + self.source.overfetch(self._field())

    async def _drained(self, far: datetime | None) -> Drained:
        records: list[CustomerRecord] = []
        total: int | None = 0
        for kind, field in zip(self._ranges(), self._fields(), strict=True):
            low, high = self._ends(far)
            arguments = {**self._reading.arguments, **kind.render(low, high, self.source.filter_zone)}
            drained = await self._drained_range(arguments, far)
            if not drained.is_whole:
                return drained
            total = None if total is None or drained.total is None else total + drained.total
            records += [record for record in drained.records if self._is_under(field, record)]
        return Drained(records=tuple(records), is_whole=True, total=total)

    def _is_under(self, field: FilterField, record: CustomerRecord) -> bool:
        """Where two ranges are asked: a record comes under its update or, without one, under its creation."""
        own = self._field()
        if not self.source.table.ranges[own].misses_unset:
            return True
        return (field is own) is (record.updated_at is not None)

    async def _drained_range(self, arguments: Arguments, far: datetime | None) -> Drained:
        position: int | None = self._pager.start
        records: list[CustomerRecord] = []
        pages = 0
        while position is not None:
            page = await self.source.page(
                arguments,
                self._reading.selection,
                self._reading.operation,
                pager=self._pager,
                position=position,
                limit=self.source.table.page_size,
            )
            records += page.records
            position = page.following
            pages += 1
            if position is not None and pages == self._suspected(far):
                total = page.total
                if total is None:
                    total = await self.source.count(arguments, self._reading.operation)
                if self._is_too_full(far, total):
                    return Drained(records=tuple(records), is_whole=False, total=total)
        return Drained(records=tuple(records), is_whole=True, total=len(records))

    def _suspected(self, far: datetime | None) -> int:
        """After how many full pages it is worth knowing how many there are: a sized window is seldom far off."""
        return 1 if far is None or self._width is None else 2

    def _is_too_full(self, far: datetime | None, total: int | None) -> bool:
        """True where narrower windows are cheaper than draining this one to its end."""
        low, high = self._ends(far)
        if low is not None and high is not None and high - low <= self._floor():
            return False
        return total is None or total > _PATIENCE * self.source.table.page_size

    def _narrowed(self, far: datetime | None, drained: Drained) -> datetime | None:
        """The far edge of a narrower window, by how dense the records seem."""
        times = sorted(time for record in drained.records if (time := self._walk.time(record)) is not None)
        self._empty = 0
        if drained.total is not None:
            self._remember(far, drained.total)
            self._rest = Rest(far=far, count=drained.total)
        enough = round(self._target)
        if self._walk.is_rising and self._field() is FilterField.CREATED_AT and len(times) > enough:
            # The rows came by ascending id, which is mostly the order of creation: these are the first.
            return times[enough]
        if self._rest is not None:
            return self._into(self._rest, times[0] if times else None)
        return self._halved(far, times)

    def _halved(self, far: datetime | None, times: Sequence[datetime]) -> datetime | None:
        """Where the vendor does not count: as much as the rows at hand seem to allow, at most half of the window."""
        low, high = self._ends(far)
        earliest, now = times[0] if times else BEFORE_ANY_STORE, self.source.clock.now()
        density = len(times) / max((times[-1] - earliest).total_seconds(), 1.0) if times else 1.0
        begins = max(earliest - BEFORE_ANY_STORE, timedelta()) if low is None else timedelta()
        narrower = min(span(self._target / density), ((high or now) - (low or earliest)) / 2)
        return self._beyond((begins if self._walk.is_rising else timedelta()) + max(narrower, self._floor()))

    def _remember(self, far: datetime | None, total: int) -> None:
        if far is None and self._edge is None:
            self._history.total = total

    def _field(self) -> FilterField:
        return _RANGES[self._walk.order.field]

    def _fields(self) -> tuple[FilterField, ...]:
        field = self._field()
        misses = self.source.table.ranges[field].misses_unset
        return (field, FilterField.CREATED_AT) if misses else (field,)

    def _ranges(self) -> list[Range]:
        return [self.source.table.ranges[field] for field in self._fields()]


_RANGES = {OrderField.CREATED_AT: FilterField.CREATED_AT, OrderField.UPDATED_AT: FilterField.UPDATED_AT}
