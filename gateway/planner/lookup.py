"""Finding people: records by id and by e-mail address, each asked for once in an operation, merged into customers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence

import msgspec

from gateway.adapter import Source
from gateway.customer import (
    IDENTITY_FIELDS,
    Customer,
    CustomerRecord,
    Field,
    Selection,
    SourceReport,
)
from gateway.errors import GatewayError, SourceTimeout
from gateway.identity import key_of, merge
from gateway.planner.loading import STOPS, Loading
from gateway.planner.membership import Entries
from gateway.planner.report import complete, or_failed, raise_first, reports_of
from gateway.query import match_key


class Lookup(Loading):
    """The look-ups of one operation over the sources that its caller may see, all with one selection."""

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

    def merged(self, records: Iterable[CustomerRecord], reports: Iterable[SourceReport]) -> Customer:
        """One customer of records that are known to be the same person; a record that came twice counts once."""
        distinct = {(record.source_name, record.vendor_id): record for record in records}
        customer = merge(distinct.values(), self.precedence, self.selection.fields)
        ordered = sorted(reports, key=lambda report: self.sources[report.source_name].priority)
        return msgspec.structs.replace(customer, reports=tuple(ordered))

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
        if not isinstance(error, STOPS):
            raise error
        self.operation.report(error)
        if isinstance(error, SourceTimeout):
            self.hung(error)
        return error

    def _reports(self, outcome: Mapping[str, GatewayError | None]) -> list[SourceReport]:
        return reports_of(self.sources, outcome)
