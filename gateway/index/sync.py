"""Keeping one source's index: built by a walk, kept fresh by polls, mended by another walk now and then."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta

import msgspec
import structlog

from gateway.adapter import Source
from gateway.clock import Clock
from gateway.customer import CustomerRecord
from gateway.errors import GatewayError
from gateway.index.entry import Hasher
from gateway.index.poll import CLOCKS, Poll, advanced
from gateway.index.reading import Reader
from gateway.index.share import Share
from gateway.index.store import LEASE, LeaseLost, Progress, Store, StoreFailed
from gateway.index.walk import walk_of

POLL_EVERY = 5.0
"""Seconds from one poll's beginning to the next's; more where the share of the rate limit allows no more."""
WALK_EVERY = timedelta(days=1)
"""From one whole walk's beginning to the next's, which finds what no vendor tells: deletions for good."""
_RENEWED_BEFORE = 10.0
"""Seconds before its end that a lease is renewed."""
_LEAST = 0.5
"""The share of the records known that a walk has to meet, to be believed about the others."""
_FOLLOW_EVERY = 2.0
_FIRST_PAUSE = 2.0
_LONGEST_PAUSE = 60.0

_journal = structlog.stdlib.get_logger("gateway.index")


class SourceSync:
    """One source. Only who holds the source's lease syncs; the others read how far it is."""

    def __init__(self, source: Source, store: Store, hasher: Hasher, share: Share, *, holder: str) -> None:
        self.source = source
        self.progress = Progress()
        self._store = store
        self._hasher = hasher
        self._holder = holder
        self._clock: Clock = source.clock
        self._reader = Reader(source, share)
        self._walk = walk_of(self._reader)
        self._poll = Poll(self._reader)
        self._fingerprint = hasher.fingerprint(
            f"{source.vendor} {source.spec.connect(source.settings).base_url}"
        )
        self._leased_until = 0.0
        self._polled_at: float | None = None

    @property
    def is_complete(self) -> bool:
        """True where the whole source was walked once, and is known to be this one."""
        known = self.progress
        is_ours = known.fingerprint == self._fingerprint
        return is_ours and known.walked_at is not None and known.synced_at is not None

    async def run(self) -> None:
        """For ever; failures of the source or the store are waited out."""
        pause = _FIRST_PAUSE
        while True:
            try:
                await self._clock.sleep(await self.step())
                pause = _FIRST_PAUSE
            except (GatewayError, StoreFailed, LeaseLost) as error:
                self._leased_until = 0.0 if isinstance(error, LeaseLost) else self._leased_until
                _journal.warning("index sync waits", source=self.source.name, why=str(error), seconds=pause)
                await self._clock.sleep(pause)
                pause = min(2 * pause, _LONGEST_PAUSE)

    async def step(self) -> float:
        """One call or one poll; the seconds until there is something to do. Raises what stands in the way."""
        if not await self._is_leader():
            self.progress = await self._store.progress(self.source.name)
            return _FOLLOW_EVERY
        await self._begin()
        if self._is_poll_due():
            await self._polled()
        elif reminders := await self._store.reminders(self.source.name, self._reader.table.batch_size):
            await self._look_at(reminders)
        elif self._is_walk_due():
            await self._walk_on()
        else:
            return max(0.0, (self._polled_at or 0.0) + POLL_EVERY - self._clock.monotonic())
        return 0.0

    async def _is_leader(self) -> bool:
        now = self._clock.monotonic()
        if now < self._leased_until - _RENEWED_BEFORE:
            return True
        if not await self._store.lease(self.source.name, self._holder):
            self._leased_until = 0.0
            return False
        if self._leased_until <= now:
            self.progress = await self._store.progress(self.source.name)
        self._leased_until = now + LEASE
        return True

    async def refresh(self) -> None:
        """Read how far the source is by the store."""
        self.progress = await self._store.progress(self.source.name)

    async def take_over(self) -> bool:
        """Take the source to sync it; False where another process syncs it."""
        return await self._is_leader()

    async def resign(self) -> None:
        """Leave the source to others at once."""
        if self._leased_until:
            with suppress(StoreFailed):
                await self._store.release(self.source.name, self._holder)

    async def _begin(self) -> None:
        """Begin anew where the entries belong to another secret or account."""
        if self.progress.fingerprint == self._fingerprint:
            return
        if self.progress.fingerprint:
            _journal.warning("index is of another secret or account: built anew", source=self.source.name)
        await self.rebuild()

    async def rebuild(self) -> None:
        """Drop what is known, and walk the source from its beginning. Raises `LeaseLost`, `StoreFailed`."""
        fresh = Progress(fingerprint=self._fingerprint)
        await self._store.reset(self.source.name, fresh, holder=self._holder)
        self.progress = fresh

    def _is_poll_due(self) -> bool:
        if self.progress.watermark is None or (
            self.progress.walked_at is None and self.progress.started_at is not None
        ):
            return False
        return self._polled_at is None or self._clock.monotonic() >= self._polled_at + POLL_EVERY

    def _is_walk_due(self) -> bool:
        known = self.progress
        if known.started_at is not None or known.walked_at is None:
            return True
        return self._clock.now() >= known.walked_at + WALK_EVERY

    async def _look_at(self, vendor_ids: Sequence[str]) -> None:
        """Records that a webhook told of. Ids that fail are left to the polls, and never asked for without end."""
        found = await self._reader.by_ids(vendor_ids)
        records = tuple(one for one in found.values() if isinstance(one, CustomerRecord))
        gone = [vendor_id for vendor_id in vendor_ids if found.get(vendor_id) is None]
        await self._save(records, self.progress)
        await self._store.remove(self.source.name, gone)
        await self._store.looked_at(self.source.name, vendor_ids)

    async def _walk_on(self) -> None:
        known = self.progress
        if known.started_at is None:
            known = await self._started()
        batch = await self._walk.step(known.position)
        known = msgspec.structs.replace(known, position=batch.following, met=known.met + len(batch.records))
        if batch.following is not None:
            await self._save(batch.records, known)
        else:
            await self._walked(batch.records, known)

    async def _walked(self, records: tuple[CustomerRecord, ...], known: Progress) -> None:
        """The walk's end: who was not met is gone, unless so many are missing that the vendor must have slipped."""
        expected = max(known.expected or 0, await self._store.records(self.source.name))
        is_whole = known.met >= _LEAST * expected
        if not is_whole:
            _journal.warning("index walk met too few", source=self.source.name, met=known.met, known=expected)
        is_done = is_whole or known.walked_at is not None
        walked_at = known.started_at if is_done else None
        ended = msgspec.structs.replace(known, started_at=None, walked_at=walked_at)
        await self._save(records, ended, sweep=is_whole)
        _journal.info("index walked", source=self.source.name, records=known.met)

    @property
    def share(self) -> float:
        """How much of the source the first walk has met, from 0 to 1; 0 where nothing tells."""
        known = self.progress
        if known.walked_at is not None:
            return 1.0
        told = self._walk.share(known.position, self._clock.now())
        if told is None:
            told = known.met / known.expected if known.expected else 0.0
        return min(told, 1.0)

    async def _started(self) -> Progress:
        """A walk's beginning. What changes behind it is found by polls from a time surely before it."""
        now = self._clock.now()
        known = self.progress
        return msgspec.structs.replace(
            known,
            generation=known.generation + 1,
            position=None,
            started_at=now,
            met=0,
            watermark=known.watermark or now - CLOCKS,
            expected=await self._reader.count(),
        )

    async def _polled(self) -> None:
        began, began_at = self._clock.monotonic(), self._clock.now()
        known = self.progress
        watermark = known.watermark or began_at - CLOCKS
        latest: datetime | None = None
        async for records in self._poll.changes(watermark):
            await self._save(records, self.progress)
            latest = max(filter(None, (latest, _latest(records, began_at))), default=None)
        moved = advanced(watermark, latest, began_at)
        await self._save((), msgspec.structs.replace(self.progress, watermark=moved, synced_at=began_at))
        self._polled_at = began

    async def _save(
        self, records: tuple[CustomerRecord, ...], progress: Progress, *, sweep: bool = False
    ) -> None:
        entries = [self._hasher.entry(record) for record in records]
        await self._store.save(self.source.name, entries, progress, holder=self._holder, sweep=sweep)
        self._leased_until = self._clock.monotonic() + LEASE
        self.progress = progress


def _latest(records: tuple[CustomerRecord, ...], now: datetime) -> datetime | None:
    """The latest time that is not in our future."""
    times = [time for record in records if (time := record.updated_at or record.created_at) is not None]
    return max((time for time in times if time <= now), default=None)
