"""Finding people: records by id and by e-mail address, each asked for once in an operation, merged into customers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from typing import Any, TypeAlias

import msgspec
from aiodataloader import DataLoader

from gateway.adapter import Found, Source
from gateway.customer import (
    IDENTITY_FIELDS,
    Customer,
    CustomerRecord,
    Field,
    Selection,
    SourceReport,
)
from gateway.errors import BudgetExceeded, DeadlineExceeded, GatewayError, SourceError, SourceTimeout
from gateway.identity import MatchField, key_of, merge
from gateway.index import Entry
from gateway.operation import Operation
from gateway.planner.census import Census
from gateway.planner.fetch import Fetch, drained
from gateway.planner.membership import Entries, Membership
from gateway.planner.report import complete, or_failed, raise_failure, raise_first, reports_of
from gateway.planner.walk import precedence_of
from gateway.query import FilterField, match_key, spellings

_STOPS = (SourceError, BudgetExceeded, DeadlineExceeded)
"""What may end one look-up while the others' answers stand."""


Members: TypeAlias = tuple[CustomerRecord, ...] | BaseException
"""What a look-up gives for one match key; a data loader hands an exception on as one."""
Batch: TypeAlias = Callable[[list[str]], Coroutine[Any, Any, list[Any]]]
"""What a data loader asks for several at once."""


class Lookup:
    """The look-ups of one operation over the sources that its caller may see, all with one selection."""

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

    def judging(self, fields: frozenset[Field]) -> Lookup:
        """Look-ups that bring these fields of every record at once, and all others when a customer is `completed`.

        These very ones where nothing was looked up yet, or what was has the fields; else others, since it cannot be
        judged by them.
        """
        if self._is_used and fields <= self._judged.fields:
            return self
        selection = msgspec.structs.replace(self.selection, fields=self.selection.fields | fields)
        found = self
        if self._is_used:
            sources = tuple(self.sources.values())
            found = Lookup(sources, self.match, selection, self.operation, self.census, self.membership)
        found.selection, found._judged = selection, Selection(fields=IDENTITY_FIELDS | fields)
        return found

    async def record(self, source_name: str, vendor_id: str) -> CustomerRecord | None:
        """None where the vendor, or the caller, knows no such record; raises the source's failure."""
        loader = self._by_id.get(source_name)
        if loader is None:
            return None
        self._is_used = True
        found: CustomerRecord | None = await loader.load(vendor_id)
        return found

    async def customer(self, source_name: str, vendor_id: str) -> Customer | None:
        """The whole customer that the record is a member of."""
        record = await self.record(source_name, vendor_id)
        return None if record is None else await self.customer_of(record)

    async def customer_by_email(self, email: str) -> Customer | None:
        """The customer of an address; where nothing is merged, the primary-most record with it."""
        key = match_key(email)
        if key is None:
            return None
        records, reports = await self._members(key, self.sources.values())
        if not records and self.membership.covered:
            records, reports = await self._members_live(key)
        if not records:
            raise_first(reports)
            return None
        if key_of(records[0], self.match) is None:
            records = list(self.precedence.sorted(records)[:1])
        return await self.completed(self.merged(records, reports))

    async def customer_of(self, record: CustomerRecord) -> Customer:
        """The record's customer: whatever the other sources know of the same person, asked by e-mail address."""
        key = key_of(record, self.match)
        if key is None:
            return self._alone(record)
        others, reports = await self._members(key, self._askable(record))
        return await self.completed(self._with(record, others, reports))

    async def completed(self, customer: Customer) -> Customer:
        """The customer with all that was selected of each record, of which so far perhaps only a row is known.

        What cannot be had is told in the reports, and the row stands.
        """
        records = customer.records
        loads = (self.record(record.source_name, record.vendor_id) for record in records)
        answers = await asyncio.gather(*loads, return_exceptions=True)
        failures = {
            record.source_name: self._noted(answer)
            for record, answer in zip(records, answers, strict=True)
            if isinstance(answer, BaseException)
        }
        whole = [
            record if answer is None or isinstance(answer, BaseException) else answer
            for record, answer in zip(records, answers, strict=True)
        ]
        return self.merged(whole, [or_failed(report, failures) for report in customer.reports])

    async def judged(self, record: CustomerRecord) -> CustomerRecord:
        """A row that came by a list or a look-up, with the fields that are judged; raises the source's failure."""
        if self.sources[record.source_name].spec.complete is None:
            return record
        found: CustomerRecord = await self._rows[record.source_name].load(record.vendor_id)
        return found

    async def customer_unless(
        self, record: CustomerRecord, is_elsewhere: Callable[[CustomerRecord], bool]
    ) -> Customer | None:
        """The record's customer, not yet `completed`; None as soon as one of its records `is_elsewhere`.

        Sources that can answer without a call are asked first, then the two that most likely know the person one
        after the other, then the rest at once: most records whose customer stands elsewhere cost one call or two.
        """
        key = key_of(record, self.match)
        if key is None:
            return self._alone(record)
        found: list[CustomerRecord] = []
        outcome: dict[str, GatewayError | None] = {}
        known = await self.membership.of(key)
        for sources in self._rounds(key, self._askable(record), known):
            members = await self._asked(key, sources, outcome)
            if any(is_elsewhere(member) for member in members):
                return None
            found += members
        return self._with(record, found, self._reports(outcome))

    def _askable(self, record: CustomerRecord) -> list[Source]:
        """The sources that may know more of the record's person: its own too where records may share an address."""
        own = self.sources[record.source_name]
        return [source for source in self.sources.values() if source is not own or not own.table.unique_email]

    def _rounds(self, key: str, sources: Iterable[Source], known: Entries) -> Iterable[list[Source]]:
        free = [source for source in sources if self._is_free(source, key, known)]
        dear = [source for source in sources if source not in free]
        dear.sort(key=self.census.promise, reverse=True)
        return (part for part in (free, dear[:1], dear[1:2], dear[2:]) if part)

    def _is_free(self, source: Source, key: str, known: Entries) -> bool:
        if self.membership.knows(source, key):
            rows = self._streamed[source.name]
            return all(entry.vendor_id in rows for entry in known.get(source.name, ()))
        is_known = source.table.unique_email and key in self._streamed_keys[source.name]
        return is_known or source.name in self._whole

    def _alone(self, record: CustomerRecord) -> Customer:
        return self.merged([record], self._reports({record.source_name: None}))

    def _with(
        self, record: CustomerRecord, others: Iterable[CustomerRecord], reports: Iterable[SourceReport]
    ) -> Customer:
        own = record.source_name
        told = [
            complete(own) if report.source_name == own and report.error is None else report
            for report in reports
        ]
        return self.merged([record, *others], told)

    async def read_whole(self, source: Source) -> None:
        """Read a source's whole list, so that nothing needs to be looked up there; raises what `Source.page` raises."""
        async for records in drained(source, {}, self.selection, self.operation, is_cached=True):
            self.streamed(source, records)
        self._whole.add(source.name)
        self.census.counted(source, len(self._streamed[source.name]))

    async def _read_if_cheaper(self, source: Source, count: int) -> None:
        """Read the whole list where so many look-ups would take more calls; failing that harms nobody."""
        pages = self.census.pages(source)
        if source.name in self._whole or pages is None or 2 * pages > count:
            return
        try:
            await self.read_whole(source)
        except _STOPS:
            return

    def whole(self, source: Source) -> Sequence[CustomerRecord] | None:
        """All the source's rows, where they were read; deleted ones that the vendor keeps apart are not among them."""
        return list(self._streamed[source.name].values()) if source.name in self._whole else None

    async def with_key(self, source_name: str, key: str) -> Sequence[CustomerRecord]:
        """The records of one source with a match key; raises the source's failure."""
        found: Sequence[CustomerRecord] = await self._by_key[source_name].load(key)
        return found

    def merged(self, records: Iterable[CustomerRecord], reports: Iterable[SourceReport]) -> Customer:
        """One customer of records that are known to be the same person; a record that came twice counts once."""
        distinct = {(record.source_name, record.vendor_id): record for record in records}
        customer = merge(distinct.values(), self.precedence, self.selection.fields)
        ordered = sorted(reports, key=lambda report: self.sources[report.source_name].priority)
        return msgspec.structs.replace(customer, reports=tuple(ordered))

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

    async def _members_live(self, key: str) -> tuple[list[CustomerRecord], list[SourceReport]]:
        """What the vendors know of a key that the index does not."""
        self.membership.doubt(key)
        for loader in self._by_key.values():
            loader.clear(key)
        return await self._members(key, self.sources.values())

    async def _members(
        self, key: str, asked: Iterable[Source]
    ) -> tuple[list[CustomerRecord], list[SourceReport]]:
        outcome: dict[str, GatewayError | None] = {}
        records = await self._asked(key, list(asked), outcome)
        return records, self._reports(outcome)

    async def _asked(
        self, key: str, sources: Sequence[Source], outcome: dict[str, GatewayError | None]
    ) -> list[CustomerRecord]:
        """What the sources know of the key; `outcome` takes in who answered and who failed."""
        self._is_used = True
        loads = (self._by_key[source.name].load(key) for source in sources)
        answers = await asyncio.gather(*loads, return_exceptions=True)
        records: list[CustomerRecord] = []
        for source, answer in zip(sources, answers, strict=True):
            if isinstance(answer, BaseException):
                outcome[source.name] = self._noted(answer)
            else:
                outcome[source.name] = None
                records += answer
        return records

    def _noted(self, error: BaseException) -> GatewayError:
        if not isinstance(error, _STOPS):
            raise error
        self.operation.report(error)
        if isinstance(error, SourceTimeout):
            self.hung(error)
        return error

    def hung(self, error: SourceTimeout) -> None:
        """The source was waited for in vain: nothing more is looked up there, since each time would take as long."""
        self._hung.setdefault(error.source, error)

    def _reports(self, outcome: Mapping[str, GatewayError | None]) -> list[SourceReport]:
        return reports_of(self.sources, outcome)

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
        return await source.by_ids(ids, self.selection, self.operation) if ids else {}

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
        except _STOPS as error:
            return error
        return None

    async def _members_of(self, rows: Members) -> Members:
        if isinstance(rows, BaseException):
            return rows
        try:
            return tuple(await asyncio.gather(*map(self.judged, rows)))
        except _STOPS as error:
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
