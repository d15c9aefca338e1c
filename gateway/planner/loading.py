"""The data loaders of one operation: records by id and by match key, each fetched once, and what came along."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from typing import Any, TypeAlias

import msgspec
from aiodataloader import DataLoader

from gateway.adapter import Found, Source
from gateway.customer import (
    IDENTITY_FIELDS,
    CustomerRecord,
    Selection,
)
from gateway.errors import BudgetExceeded, DeadlineExceeded, SourceError, SourceTimeout
from gateway.identity import MatchField
from gateway.index import Entry, StoreFailed
from gateway.operation import Operation
from gateway.planner.census import Census
from gateway.planner.fetch import Fetch, drained
from gateway.planner.membership import Membership
from gateway.planner.report import raise_failure
from gateway.planner.walk import precedence_of
from gateway.query import FilterField, match_key, spellings

STOPS = (SourceError, BudgetExceeded, DeadlineExceeded)
"""What may end one look-up while the others' answers stand."""


Members: TypeAlias = tuple[CustomerRecord, ...] | BaseException
"""What a look-up gives for one match key; a data loader hands an exception on as one."""
Batch: TypeAlias = Callable[[list[str]], Coroutine[Any, Any, list[Any]]]
"""What a data loader asks for several at once."""


class Loading:
    """What has come of the sources that the caller may see, and how more is asked for, all with one selection."""

    def __init__(
        self,
        sources: Sequence[Source],
        match: tuple[MatchField, ...],
        selection: Selection,
        operation: Operation,
        census: Census,
        membership: Membership | None = None,
    ) -> None:
        self.census = census
        self.membership = membership or Membership(None, sources)
        self.sources = {source.name: source for source in sources}
        self.match = match
        self.selection = msgspec.structs.replace(selection, fields=selection.fields | IDENTITY_FIELDS)
        self._judged = self.selection
        """What rows are completed with as soon as they are found."""
        self._is_used = False
        self._hung: dict[str, SourceTimeout] = {}
        self.operation = operation
        self.precedence = precedence_of(sources)
        self._streamed: dict[str, dict[str, CustomerRecord]] = {source.name: {} for source in sources}
        self._streamed_keys: dict[str, dict[str, list[str]]] = {source.name: {} for source in sources}
        self._whole: set[str] = set()
        self._by_id = self._loaders(self._id_batch)
        self._rows = self._loaders(self._row_batch)
        self._by_key: dict[str, DataLoader[str, Any]] = {
            # Where rows found by address lack much, and it is asked for row by row, they wait for each other; so do
            # those whom the index knows.
            one.name: DataLoader(
                self._key_batch(one),
                batch=one.spec.by_ids is None or one.name in self.membership.covered,
            )
            for one in sources
        }

    def _loaders(self, batch: Callable[[Source], Batch]) -> dict[str, DataLoader[str, Any]]:
        return {name: DataLoader(batch(source)) for name, source in self.sources.items()}

    async def record(self, source_name: str, vendor_id: str) -> CustomerRecord | None:
        """None where the vendor, or the caller, knows no such record; raises the source's failure."""
        loader = self._by_id.get(source_name)
        if loader is None:
            return None
        self._is_used = True
        found: CustomerRecord | None = await loader.load(vendor_id)
        return found

    async def judged(self, record: CustomerRecord) -> CustomerRecord:
        """A row that came by a list or a look-up, with the fields that are judged; raises the source's failure."""
        if self.sources[record.source_name].spec.complete is None:
            return record
        found: CustomerRecord = await self._rows[record.source_name].load(record.vendor_id)
        return found

    async def row(self, source_name: str, vendor_id: str) -> CustomerRecord | None:
        """The record with the fields that are judged: completed where a list brought it, else fetched as `record`."""
        known = self._streamed[source_name].get(vendor_id)
        return await self.record(source_name, vendor_id) if known is None else await self.judged(known)

    async def read_whole(self, source: Source) -> None:
        """Read a source's whole list, so that nothing needs to be looked up there; raises what `Source.page` raises."""
        async for records in drained(source, {}, self.selection, self.operation, is_cached=True):
            self.streamed(source, records)
        self.was_read(source)

    def was_read(self, source: Source) -> None:
        """All rows of the source's plain list have come."""
        self._whole.add(source.name)
        self.census.counted(source, len(self._streamed[source.name]))

    async def _read_if_cheaper(self, source: Source, count: int) -> None:
        """Read the whole list where so many look-ups would take more calls; failing that harms nobody."""
        pages = self.census.pages(source)
        if source.name in self._whole or pages is None or 2 * pages > count:
            return
        try:
            await self.read_whole(source)
        except STOPS:
            return

    def whole(self, source: Source) -> Sequence[CustomerRecord] | None:
        """All the source's rows, where they were read; deleted ones that the vendor keeps apart are not among them."""
        return list(self._streamed[source.name].values()) if source.name in self._whole else None

    async def with_key(self, source_name: str, key: str) -> Sequence[CustomerRecord]:
        """The records of one source with a match key; raises the source's failure."""
        found: Sequence[CustomerRecord] = await self._by_key[source_name].load(key)
        return found

    def streamed(self, source: Source, records: Iterable[CustomerRecord]) -> None:
        """Rows that a list brought: they are completed, not fetched, if their record is asked for."""
        self._is_used = True
        rows, ids = self._streamed[source.name], self._streamed_keys[source.name]
        for record in records:
            rows[record.vendor_id] = record
            key = match_key(record.email)
            if key is not None and not record.deleted_at and record.vendor_id not in ids.setdefault(key, []):
                ids[key].append(record.vendor_id)

    async def fetched(
        self, source_name: str, entries: Sequence[Entry], by: FilterField
    ) -> Mapping[str, CustomerRecord]:
        """Rows of records that the index knows, less those that are gone; raises the source's failure.

        `by` is the time that they may lie together in. The index is told what became of them.
        """
        source, rows = self.sources[source_name], self._streamed[source_name]
        wanted = [entry for entry in entries if entry.vendor_id not in rows]
        if wanted and (index := self.membership.index) is not None:
            if source.name in self._hung:
                raise self._hung[source.name]
            found = await Fetch(source, index, self.selection, self.operation).rows(wanted, by)
            self.streamed(source, (one for one in found.values() if isinstance(one, CustomerRecord)))
            told = {one.vendor_id: found[one.vendor_id] for one in wanted}
            await self.membership.confirm(source, told, self.selection.fields)
            raise_failure(found.values())
        return {entry.vendor_id: rows[entry.vendor_id] for entry in entries if entry.vendor_id in rows}

    def hung(self, error: SourceTimeout) -> None:
        """The source was waited for in vain: nothing more is looked up there, since each time would take as long."""
        self._hung.setdefault(error.source, error)

    def _id_batch(self, source: Source) -> Batch:
        async def load(ids: list[str]) -> list[Found]:
            size = 1 if source.spec.by_ids is None else source.table.batch_size
            rows = self._streamed[source.name]
            await self._read_if_cheaper(source, sum(one not in rows for one in ids) // size)
            known = [rows[vendor_id] for vendor_id in ids if vendor_id in rows]
            unknown = [vendor_id for vendor_id in ids if vendor_id not in rows]
            found = await self._by_ids(source, unknown)
            await self.membership.confirm(source, found, self.selection.fields)
            found.update(await self._completed(source, known))
            return [found[vendor_id] for vendor_id in ids]

        return load

    async def _by_ids(self, source: Source, ids: Sequence[str]) -> dict[str, Found]:
        if source.name in self._hung:
            return dict.fromkeys(ids, self._hung[source.name])
        entries = [] if self.selection.raw or len(ids) < 2 else await self.membership.entries(source, ids)
        if entries and source.spec.by_ids is None:
            return await self._by_entries(source, ids, entries)
        return await source.by_ids(ids, self.selection, self.operation) if ids else {}

    async def _by_entries(
        self, source: Source, ids: Sequence[str], entries: Sequence[Entry]
    ) -> dict[str, Found]:
        """By windows of the list, since the vendor answers no several ids at once; the index knows where they lie."""
        try:
            rows = await self.fetched(source.name, entries, FilterField.CREATED_AT)
        except SourceError as error:
            return dict.fromkeys(ids, error)
        except StoreFailed:
            self.membership.give_up()
            rows = {}
        # An index that failed on the way has not told who is gone.
        is_told = source.name in self.membership.covered
        told = {entry.vendor_id for entry in entries} if is_told else set(rows)
        rest = [vendor_id for vendor_id in ids if vendor_id not in told]
        found: dict[str, Found] = dict.fromkeys(told)
        if rest:
            found |= await source.by_ids(rest, self.selection, self.operation)
        return found | await self._completed(source, list(rows.values()))

    async def _completed(self, source: Source, rows: Sequence[CustomerRecord]) -> dict[str, Found]:
        try:
            records = await source.completed(rows, self.selection, self.operation)
        except SourceError as error:
            return dict.fromkeys((row.vendor_id for row in rows), error)
        return {record.vendor_id: record for record in records}

    def _row_batch(self, source: Source) -> Batch:
        async def load(ids: list[str]) -> list[CustomerRecord]:
            rows = [self._streamed[source.name][vendor_id] for vendor_id in ids]
            found = await source.completed(rows, self._judged, self.operation)
            self.streamed(source, found)
            if self._judged is self.selection:
                for record in found:
                    self._by_id[source.name].prime(record.vendor_id, record)
            return list(found)

        return load

    def _key_batch(self, source: Source) -> Batch:
        async def load(keys: list[str]) -> list[Members]:
            failure = await self._foreseen(source, keys)
            found = await asyncio.gather(
                *(self._rows_of(source, key, failure) for key in keys), return_exceptions=True
            )
            # All at once after the last of them: what rows lack is asked for in as few calls as the vendor allows.
            return list(await asyncio.gather(*map(self._members_of, found)))

        return load

    async def _foreseen(self, source: Source, keys: Sequence[str]) -> BaseException | None:
        """Fetch whom the index knows by the keys, all at once; the failure that kept it from being done."""
        asked = [key for key in keys if self.membership.knows(source, key)]
        known = await asyncio.gather(*map(self.membership.of, asked))
        entries = {one.vendor_id: one for found in known for one in found.get(source.name, ())}
        try:
            await self.fetched(source.name, list(entries.values()), FilterField.CREATED_AT)
        except STOPS as error:
            return error
        except StoreFailed:
            self.membership.give_up()
        return None

    async def _members_of(self, rows: Members) -> Members:
        if isinstance(rows, BaseException):
            return rows
        try:
            return tuple(await asyncio.gather(*map(self.judged, rows)))
        except STOPS as error:
            return error

    async def _rows_of(
        self, source: Source, key: str, failure: BaseException | None
    ) -> tuple[CustomerRecord, ...]:
        """Of the index where that knows, and `failure` where they could not be had; else as the vendor finds them."""
        if self.membership.knows(source, key):
            known = [one.vendor_id for one in (await self.membership.of(key)).get(source.name, ())]
            rows = self._streamed[source.name]
            if failure is not None and not rows.keys() >= set(known):
                raise failure
            return tuple(_with_key((rows[vendor_id] for vendor_id in known if vendor_id in rows), key))
        return await self._found(source, key)

    async def _found(self, source: Source, key: str) -> tuple[CustomerRecord, ...]:
        """The vendor is asked for each spelling; what it equates beyond ours is left out."""
        if source.name in self._hung:
            raise self._hung[source.name]
        known = self._streamed_keys[source.name].get(key, [])
        if source.name in self._whole or (known and source.table.unique_email):
            return tuple(self._streamed[source.name][vendor_id] for vendor_id in known)
        answers = await asyncio.gather(
            *(source.by_spelling(address, self.selection, self.operation) for address in spellings(key))
        )
        distinct = {record.vendor_id: record for records in answers for record in records}
        members = _with_key(distinct.values(), key)
        self.streamed(source, members)
        self.census.looked_up(source, is_found=bool(members))
        return tuple(members)


def _with_key(records: Iterable[CustomerRecord], key: str) -> list[CustomerRecord]:
    return [record for record in records if not record.deleted_at and match_key(record.email) == key]
