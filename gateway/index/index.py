"""The match index as the planner sees it: who belongs together, in which order, how many; kept in the background."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Self
from uuid import uuid4

import msgspec
import structlog
from cachetools import TTLCache

from gateway.adapter import Source
from gateway.clock import Clock
from gateway.customer import CustomerRecord, Field
from gateway.errors import GatewayError, SourceError
from gateway.index.entry import Entry, Hasher
from gateway.index.reading import SELECTION
from gateway.index.share import Share
from gateway.index.status import IndexOptions, IndexState, IndexStatus, IndexUse
from gateway.index.store import Member, Progress, Span, Store, StoreFailed
from gateway.index.sync import SourceSync
from gateway.notice import Notice
from gateway.operation import Operation
from gateway.query import TRUE, Condition

_COUNTED_FOR = 10.0
"""Seconds that a number of people is remembered: it is an approximate one."""
_LEFT_ALONE = 5.0
"""Seconds that a store which failed is not asked."""

_journal = structlog.stdlib.get_logger("gateway.index")


class MatchIndex:
    """One store and the syncs of all sources. Reading raises `StoreFailed`; who is told so asks the vendors."""

    def __init__(
        self,
        store: Store,
        sources: Sequence[Source],
        hasher: Hasher,
        *,
        clock: Clock,
        options: IndexOptions | None = None,
    ) -> None:
        self._options = options or IndexOptions()
        self.hasher = hasher
        self._store = store
        self._clock = clock
        holder = uuid4().hex
        self.syncs = {
            one.name: SourceSync(one, store, hasher, Share(one, clock, self._options.share), holder=holder)
            for one in sources
        }
        self._numeric = {one.name: one.table.numeric_ids for one in sources}
        self._running: asyncio.Task[None] | None = None
        self._opening: asyncio.Task[None] | None = None
        self._is_open = False
        self._failed_at: float | None = None
        self._counts: TTLCache[object, int] = TTLCache(64, _COUNTED_FOR, timer=clock.monotonic)

    async def open(self) -> None:
        """Open the store without syncing. Raises `StoreFailed`."""
        await self._store.open(self._numeric)
        self._is_open = True

    async def refresh(self) -> None:
        """Read how far every source is, as another process left it. Raises `StoreFailed`."""
        for sync in self.syncs.values():
            await sync.refresh()

    def start(self) -> None:
        """Open and sync in the background; until then, and where it fails, the vendors are asked."""
        self._running = asyncio.create_task(self._run(), name="match index")
        self._running.add_done_callback(_ended)

    async def stop(self) -> None:
        """End the syncs, and leave the sources to other replicas."""
        if self._running is not None:
            self._running.cancel()
            await asyncio.gather(self._running, return_exceptions=True)
        if self._opening is not None:
            await asyncio.gather(self._opening, return_exceptions=True)
        for sync in self.syncs.values():
            await sync.resign()
        self._is_open = False
        await self._store.close()

    async def __aenter__(self) -> Self:
        """Opened, for those who sync by hand."""
        await self.open()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Closed."""
        await self.stop()

    async def _run(self) -> None:
        while not self._is_open:
            try:
                # A database that is about to open is not abandoned: it is closed when it has.
                self._opening = asyncio.ensure_future(self.open())
                await asyncio.shield(self._opening)
            except StoreFailed as error:
                _journal.warning("index cannot be opened", why=str(error))
                await self._clock.sleep(_LEFT_ALONE)
        async with asyncio.TaskGroup() as group:
            for sync in self.syncs.values():
                group.create_task(sync.run())

    def covers(self, source_name: str) -> bool:
        """True where a look-up may rest on the index."""
        if self._options.use is IndexUse.LIVE or not self._is_open or self._is_left_alone():
            return False
        state = self._state(self.syncs[source_name])
        return state is IndexState.READY or (
            state is IndexState.STALE and self._options.use is IndexUse.INDEX
        )

    def _is_left_alone(self) -> bool:
        return self._failed_at is not None and self._clock.monotonic() < self._failed_at + _LEFT_ALONE

    def _state(self, sync: SourceSync) -> IndexState:
        if not sync.is_complete:
            return IndexState.BUILDING
        lag = self._lag(sync)
        return IndexState.STALE if lag is None or lag > self._options.max_lag else IndexState.READY

    def _lag(self, sync: SourceSync) -> float | None:
        synced_at = sync.progress.synced_at
        return None if synced_at is None else max(0.0, (self._clock.now() - synced_at).total_seconds())

    async def status(self, source_name: str) -> IndexStatus:
        """How one source's index is; one whose store does not answer has no records, and is stale."""
        sync = self.syncs[source_name]
        state, records = self._state(sync), 0
        if self._is_open:
            try:
                with self._watched():
                    records = await self._store.records(source_name)
            except StoreFailed:
                state = IndexState.STALE
        return IndexStatus(
            state=state,
            records=records,
            progress=sync.share,
            synced_at=sync.progress.synced_at,
            lag_seconds=self._lag(sync),
        )

    async def known(
        self, sources: Iterable[str], keys: Sequence[str]
    ) -> Mapping[str, Mapping[str, list[Entry]]]:
        """Match key → source → entries, of those sources that have any."""
        digests = {self.hasher.digest(key): key for key in keys}
        found: dict[str, dict[str, list[Entry]]] = {key: {} for key in keys}
        for member in await self.members(dict.fromkeys(sources, TRUE), list(digests)):
            key = digests[member.entry.digest or b""]
            found[key].setdefault(member.source, []).append(member.entry)
        return found

    async def members(
        self, conditions: Mapping[str, Condition], digests: Sequence[bytes]
    ) -> Sequence[Member]:
        """See `Store.members`."""
        with self._watched():
            return await self._store.members(conditions, digests) if digests else ()

    async def span(self, source: str, span: Span) -> Sequence[Entry]:
        """See `Store.span`."""
        with self._watched():
            return await self._store.span(source, span)

    async def entries(self, source: str, vendor_ids: Sequence[str]) -> Sequence[Entry]:
        """See `Store.entries`."""
        with self._watched():
            return await self._store.entries(source, vendor_ids)

    async def between(
        self, source: str, low: datetime, high: datetime, *, by_update: bool, limit: int
    ) -> int:
        """See `Store.between`."""
        with self._watched():
            return await self._store.between(source, low, high, by_update=by_update, limit=limit)

    async def people(self, conditions: Mapping[str, Condition], *, is_merged: bool) -> int:
        """See `Store.people`; of some seconds ago."""
        key = (repr(sorted(conditions.items(), key=lambda one: one[0])), is_merged)
        known = self._counts.get(key)
        if known is None:
            with self._watched():
                known = self._counts[key] = await self._store.people(conditions, is_merged=is_merged)
        return known

    async def confirm(
        self, source: str, loaded: Mapping[str, CustomerRecord | None], fields: frozenset[Field]
    ) -> None:
        """Hold what was just loaded against the entries, of which it knows these fields, and correct them."""
        with self._watched():
            known = {entry.vendor_id: entry for entry in await self._store.entries(source, list(loaded))}
            gone = [vendor_id for vendor_id in known if loaded[vendor_id] is None]
            told = (
                self._told(record, known.get(vendor_id), fields)
                for vendor_id, record in loaded.items()
                if record is not None
            )
            changed = [entry for entry in told if entry is not None and entry != known.get(entry.vendor_id)]
            if gone:
                await self._store.remove(source, gone)
            if changed:
                await self._store.put(source, changed)

    async def wrote(self, source_name: str, vendor_ids: Sequence[str], operation: Operation) -> None:
        """Records were written through the gateway: what became of them is known at once, or else by the next poll."""
        if not self.covers(source_name) or not vendor_ids:
            return
        source = self.syncs[source_name].source
        try:
            found = await source.by_ids(vendor_ids, SELECTION, operation)
            loaded = {key: one for key, one in found.items() if not isinstance(one, SourceError)}
            await self.confirm(source_name, loaded, SELECTION.fields)
        except (GatewayError, StoreFailed) as error:
            _journal.warning("index learns of a write later", source=source_name, why=str(error))

    async def heard(self, source: str, notice: Notice) -> None:
        """What a vendor told unasked: some are forgotten now, others looked at soon. Raises `StoreFailed`."""
        with self._watched():
            if notice.is_all_erased:
                await self._store.clear(source)
                self.syncs[source].progress = Progress()
            if notice.erased:
                await self._store.remove(source, notice.erased)
            if notice.touched:
                await self._store.remind(source, notice.touched)

    def _told(self, record: CustomerRecord, known: Entry | None, fields: frozenset[Field]) -> Entry | None:
        """The record's entry; times that were not loaded stay as they are known, and are not made up."""
        entry = self.hasher.entry(record)
        if known is None:
            return entry if {Field.CREATED_AT, Field.UPDATED_AT} <= fields else None
        if Field.CREATED_AT not in fields:
            entry = msgspec.structs.replace(entry, created_at=known.created_at)
        if Field.UPDATED_AT not in fields:
            entry = msgspec.structs.replace(entry, updated_at=known.updated_at)
        return entry

    def _watched(self) -> _Watch:
        return _Watch(self)

    def failed(self) -> None:
        """The store did not answer: it is left alone for a while."""
        self._failed_at = self._clock.monotonic()


def _ended(running: asyncio.Task[None]) -> None:
    """A mistake of ours must not pass in silence: without the index every look-up asks the vendors."""
    if not running.cancelled() and (error := running.exception()) is not None:
        _journal.error("index sync ended", exc_info=error)


class _Watch:
    """Notes that the store failed, and lets the failure pass."""

    def __init__(self, index: MatchIndex) -> None:
        self._index = index

    def __enter__(self) -> None:
        """Nothing yet."""

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None and issubclass(kind, StoreFailed):
            self._index.failed()
