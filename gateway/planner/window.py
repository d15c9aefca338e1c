"""Order out of ranges: a source without a sort is read in windows of time, each drained by id and then sorted."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from gateway.adapter import Source
from gateway.capabilities import Arguments, Range
from gateway.customer import CustomerRecord, Value
from gateway.paging import Pager, Unpaged
from gateway.planner.cursor import Place
from gateway.planner.stream import Reading, at_value
from gateway.planner.walk import Walk
from gateway.query import FilterField, OrderField

MONTH = timedelta(days=30)
YEAR = timedelta(days=365)
BEFORE_ANY_STORE = datetime(2010, 1, 1, tzinfo=UTC)
"""Where a walk from the oldest record begins to look, where the vendor cannot tell: earlier ones come in one window."""
_TICK = timedelta(microseconds=1)
_WIDEST = timedelta(days=36500)
_FILLED = 0.6
"""The share of a page that a window should fill: a fuller one costs a second call too often."""
_PATIENCE = 3
"""Pages that a window which turned out too full is drained for, before a narrower one is cheaper."""


class Sample(Value, frozen=True):
    """How many records one window held."""

    low: datetime
    high: datetime
    count: int

    @property
    def density(self) -> float:
        """Records a second."""
        return self.count / max((self.high - self.low).total_seconds(), 1.0)


class WindowHistory:
    """What walks have learned of one source's records over time: it sizes windows and is never trusted for more."""

    def __init__(self, remembered: int = 64) -> None:
        self._samples: deque[Sample] = deque(maxlen=remembered)

    def learn(self, low: datetime | None, high: datetime | None, count: int) -> None:
        """A window with both ends held so many records."""
        if low is not None and high is not None and high > low:
            self._samples.append(Sample(low=low, high=high, count=count))

    def density(self, at: datetime) -> float | None:
        """Records a second around a time, by the nearest window that held any; None where none is known."""
        known = [sample for sample in self._samples if sample.count]
        if not known:
            return None
        return min(known, key=lambda sample: _distance(sample, at)).density


def _distance(sample: Sample, at: datetime) -> timedelta:
    return max(sample.low - at, at - sample.high, timedelta())


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
            if drained.is_whole:
                return self._advance(far, drained.records)
            far = self._beyond(await self._narrowed(far, drained))

    def _advance(self, far: datetime | None, records: Sequence[CustomerRecord]) -> Sequence[CustomerRecord]:
        low, high = self._ends(far)
        inside = [record for record in records if self._is_inside(record, low, high)]
        self._history.learn(
            low or _earliest(inside, self._walk), high or self.source.clock.now(), len(inside)
        )
        self.is_done = far is None or far == self._end
        if far is not None:
            self._width = self._next_width(far, len(inside))
            self._edge = far + _TICK if self._walk.is_rising else far - _TICK
        return sorted(filter(self._reading.accepts, inside), key=self._walk.key)

    def _is_inside(self, record: CustomerRecord, low: datetime | None, high: datetime | None) -> bool:
        time = self._walk.time(record)
        if time is None or (low is not None and time < low) or (high is not None and time > high):
            return False
        return self._start is None or self._walk.key(record) > self._start

    def _ends(self, far: datetime | None) -> tuple[datetime | None, datetime | None]:
        return (self._edge, far) if self._walk.is_rising else (far, self._edge)

    def _far(self) -> datetime | None:
        """The far edge of the next window; None is everything that is left."""
        if self._width is not None:
            return self._beyond(self._width)
        here = self._edge or (self.source.clock.now() if not self._walk.is_rising else None)
        density = None if here is None else self._history.density(here)
        if density:
            return self._beyond(_span(self._target / density))
        if not isinstance(self._pager, Unpaged):
            return self._end
        return self._nearer(BEFORE_ANY_STORE) if here is None else self._beyond(MONTH)

    def _beyond(self, width: timedelta) -> datetime | None:
        """A window's far edge; a window that reaches past now, or before any store, takes all that is left."""
        now = self.source.clock.now()
        if self._walk.is_rising:
            far = (self._edge or BEFORE_ANY_STORE) + min(width, _WIDEST)
            return self._nearer(None if far > now else far)
        far = (self._edge or now) - min(width, YEAR * 50)
        return self._nearer(None if far < BEFORE_ANY_STORE else far)

    def _nearer(self, far: datetime | None) -> datetime | None:
        """The far edge, no further than what can match."""
        if far is None or self._end is None:
            return self._end if far is None else far
        return (min if self._walk.is_rising else max)(far, self._end)

    def _next_width(self, far: datetime, count: int) -> timedelta:
        begin = self._edge or (BEFORE_ANY_STORE if self._walk.is_rising else self.source.clock.now())
        width = max(abs(far - begin), self._floor())
        growth = min(8.0, self._target / max(count, 0.5))
        grown = width * growth
        if count == 0 and isinstance(self._pager, Unpaged):
            # Nothing limits the answer of an unpaged list, so it is approached with care.
            return max(MONTH, min(grown, YEAR))
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
            if position is not None and pages == 1 and self._is_too_full(far, page.total):
                return Drained(records=tuple(records), is_whole=False, total=page.total)
        return Drained(records=tuple(records), is_whole=True, total=len(records))

    def _is_too_full(self, far: datetime | None, total: int | None) -> bool:
        """True where narrower windows are cheaper than draining this one to its end."""
        low, high = self._ends(far)
        if low is not None and high is not None and high - low <= self._floor():
            return False
        if total is not None:
            return total > _PATIENCE * self.source.table.page_size
        return True

    async def _narrowed(self, far: datetime | None, drained: Drained) -> timedelta:
        """A narrower width, by how dense the records seem."""
        now = self.source.clock.now()
        times = [time for record in drained.records if (time := self._walk.time(record)) is not None]
        earliest, latest = min(times, default=BEFORE_ANY_STORE), max(times, default=now)
        low, high = self._ends(far)
        whole = (high or now) - (low or earliest)
        total = drained.total if drained.total is not None else await self._counted(far)
        if total is None or (self._walk.is_rising and self._edge is None):
            # The rows came by ascending id, which is mostly the order of creation.
            density = len(drained.records) / max((latest - earliest).total_seconds(), 1.0)
        else:
            density = total / max(whole.total_seconds(), 1.0)
        begins = (
            max(earliest - BEFORE_ANY_STORE, timedelta())
            if self._walk.is_rising and low is None
            else timedelta()
        )
        narrower = min(_span(self._target / density), whole / 2)
        return begins + max(narrower, self._floor())

    async def _counted(self, far: datetime | None) -> int | None:
        low, high = self._ends(far)
        arguments = {
            **self._reading.arguments,
            **self._ranges()[0].render(low, high, self.source.filter_zone),
        }
        return await self.source.count(arguments, self._reading.operation)

    def _field(self) -> FilterField:
        return _RANGES[self._walk.order.field]

    def _fields(self) -> tuple[FilterField, ...]:
        field = self._field()
        misses = self.source.table.ranges[field].misses_unset
        return (field, FilterField.CREATED_AT) if misses else (field,)

    def _ranges(self) -> list[Range]:
        return [self.source.table.ranges[field] for field in self._fields()]


_RANGES = {OrderField.CREATED_AT: FilterField.CREATED_AT, OrderField.UPDATED_AT: FilterField.UPDATED_AT}


def _span(seconds: float) -> timedelta:
    return timedelta(seconds=min(seconds, _WIDEST.total_seconds()))


def _earliest(records: Sequence[CustomerRecord], walk: Walk) -> datetime | None:
    times = [time for record in records if (time := walk.time(record)) is not None]
    return min(times, default=None)
