"""Streams of sources whose list is not read in order: records that are looked up, and orders kept in memory."""

from __future__ import annotations

import asyncio
import hashlib
from bisect import bisect_right
from collections.abc import Awaitable, Callable, Sequence

import msgspec
from cachetools import TTLCache

from gateway.adapter import Source
from gateway.capabilities import Arguments
from gateway.clock import Clock
from gateway.customer import CustomerRecord, Field, Selection, Value
from gateway.errors import LimitExceeded
from gateway.planner.cursor import Place
from gateway.planner.lookup import Lookup
from gateway.planner.stream import Reading, at_value
from gateway.planner.walk import Walk, WalkKey
from gateway.query import OrderValue, match_key

Load = Callable[[], Awaitable[Sequence[CustomerRecord]]]

_FEW = 5
MOST_SNAPSHOTS = 64
"""Orders that are kept at once, the least recent going first."""


class LookupStream:
    """See `Stream`. All records at once: the filter names them."""

    def __init__(self, source: Source, reading: Reading, load: Load) -> None:
        self.source = source
        self.is_done = False
        self.lane = source.name
        self._reading = reading
        self._load = load

    @property
    def frontier(self) -> Place | None:
        """The start, until everything is given."""
        return self._reading.start

    def hint(self, place: Place) -> int | None:  # noqa: ARG002  # there is no list
        """There is none."""
        return None

    async def fetch(self) -> Sequence[CustomerRecord]:
        """The records that are there and may match."""
        walk, start = self._reading.walk, self._reading.start
        after = None if start is None else walk.key_of(start)
        found = await self._load()
        self.is_done = True
        fitting = (record for record in found if self._reading.accepts(record))
        return sorted(
            (record for record in fitting if after is None or walk.key(record) > after), key=walk.key
        )


class Entry(Value, frozen=True):
    """All that is kept of one record: its order value, its id, and whom it belongs to as a digest."""

    value: OrderValue | None
    vendor_id: str
    person: bytes | None


class Snapshot:
    """One source's list in an order that the vendor does not keep; read page by page, perhaps by several operations."""

    def __init__(self) -> None:
        self.entries: dict[str, Entry] = {}
        self.at = 0
        """Which of the lists is being read."""
        self.position: int | None = None
        self.is_whole = False
        self.reading = asyncio.Lock()


class Snapshots:
    """The snapshots of one process, each for `ttl` seconds from its first page; 0 keeps none."""

    def __init__(self, clock: Clock, *, ttl: float, limit: int) -> None:
        self._kept: TTLCache[str, Snapshot] | None = (
            TTLCache(MOST_SNAPSHOTS, ttl, timer=clock.monotonic) if ttl > 0 else None
        )
        self.limit = limit

    def of(self, question: str) -> Snapshot:
        """The snapshot of a question, a new one where none is kept."""
        if self._kept is None:
            return Snapshot()
        key = hashlib.sha256(question.encode()).hexdigest()
        found = self._kept.get(key)
        if found is None:
            found = self._kept[key] = Snapshot()
        return found

    def forget(self) -> None:
        """Something was written: no order from before it serves a later question."""
        if self._kept is not None:
            self._kept.clear()


class SnapshotStream:
    """See `Stream`. The whole list is read first, at most so many records; then records are loaded as they come up."""

    def __init__(
        self,
        source: Source,
        reading: Reading,
        lists: Sequence[Arguments],
        lookup: Lookup,
        snapshots: Snapshots,
    ) -> None:
        self.source = source
        self.is_done = False
        self.lane = source.name
        self._reading = reading
        self._lists = lists
        self._lookup = lookup
        self._limit = snapshots.limit
        self._snapshot = snapshots.of(_question(source, reading, lists))
        self._order: list[tuple[WalkKey, Entry]] | None = None
        self._at = 0

    @property
    def frontier(self) -> Place | None:
        """A vendor that never has the value has nothing before the nulls, which come last."""
        field = Field(self._reading.walk.order.field)
        if (
            self._order is None
            and field not in self.source.reach.known
            and not self._reading.walk.is_backward
        ):
            return at_value(None)
        return None

    def hint(self, place: Place) -> int | None:  # noqa: ARG002  # values and ids are positions
        """There is none."""
        return None

    async def fetch(self) -> Sequence[CustomerRecord]:
        """The next records in order, loaded by id."""
        if self._order is None:
            await self._read()
            self._order, self._at = self._sorted()
        entries = [entry for _, entry in self._order[self._at : self._at + self._few()]]
        self._at += len(entries)
        self.is_done = self._at >= len(self._order)
        records = await asyncio.gather(
            *(self._lookup.row(self.source.name, entry.vendor_id) for entry in entries)
        )
        pairs = zip(records, entries, strict=True)
        return [record for record, entry in pairs if record is not None and self._is_as_kept(record, entry)]

    def _few(self) -> int:
        """As many as will be needed; fewer where each costs a call, since other sources may have those that are."""
        return self._reading.size if self.source.spec.by_ids is not None else _FEW

    def _is_as_kept(self, record: CustomerRecord, entry: Entry) -> bool:
        """A record that has changed its place since belongs elsewhere."""
        return self._reading.walk.value(record) == entry.value and self._reading.accepts(record)

    def _sorted(self) -> tuple[list[tuple[WalkKey, Entry]], int]:
        walk, name = self._reading.walk, self.source.name
        order = sorted(
            (
                (walk.key_at(entry.value, name, entry.vendor_id), entry)
                for entry in self._snapshot.entries.values()
            ),
            key=lambda pair: pair[0],
        )
        start = self._reading.start
        return order, 0 if start is None else bisect_right(
            order, walk.key_of(start), key=lambda pair: pair[0]
        )

    async def _read(self) -> None:
        """Pages until the list is whole; what earlier operations read is not read again."""
        snapshot = self._snapshot
        async with snapshot.reading:
            is_own = not snapshot.is_whole and snapshot.position is None and snapshot.at == 0
            pager = self.source.spec.drain or self.source.spec.pager
            while not snapshot.is_whole:
                position = pager.start if snapshot.position is None else snapshot.position
                page = await self.source.page(
                    self._lists[snapshot.at],
                    self._scanned(),
                    self._reading.operation,
                    pager=pager,
                    position=position,
                    limit=self.source.table.page_size,
                )
                self._keep(page.records)
                self._lookup.streamed(self.source, page.records)
                snapshot.position = page.following
                if page.following is None:
                    snapshot.at += 1
                    snapshot.is_whole = snapshot.at == len(self._lists)
            if is_own and list(self._lists) == [{}]:
                # Whoever is looked for at this source from now on is among the rows at hand.
                self._lookup.was_read(self.source)

    def _scanned(self) -> Selection:
        """What the order and the filter need to know of every record."""
        return msgspec.structs.replace(self._reading.selection, details=False, raw=False)

    def _keep(self, records: Sequence[CustomerRecord]) -> None:
        walk = self._reading.walk
        for record in filter(self._reading.accepts, records):
            key = match_key(record.email)
            person = None if key is None else hashlib.blake2b(key.encode(), digest_size=16).digest()
            self._snapshot.entries[record.vendor_id] = Entry(
                value=walk.value(record), vendor_id=record.vendor_id, person=person
            )
        if len(self._snapshot.entries) > self._limit:
            raise LimitExceeded(
                f"{self.source.name} has more than {self._limit} records that would have to be sorted in memory; "
                "order by CREATED_AT or UPDATED_AT, which are free of that limit, or filter more narrowly."
            )


def _question(source: Source, reading: Reading, lists: Sequence[Arguments]) -> str:
    arguments = [sorted((name, repr(value)) for name, value in one.items()) for one in lists]
    return repr((source.name, _order(reading.walk), arguments, reading.lane))


def _order(walk: Walk) -> str:
    return str(walk.order.field)
