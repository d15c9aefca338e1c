"""Tags of many customers: by the vendor's own bulk write where it has one, else customer by customer."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import msgspec

from gateway.adapter import WHOLE, Source
from gateway.call import Call
from gateway.change import BulkTags
from gateway.customer import Customer, CustomerRecord
from gateway.errors import ErrorCode, GatewayError, Unsupported
from gateway.operation import Operation
from gateway.planner.lookup import Lookup
from gateway.planner.reader import Reader
from gateway.write import Tally
from gateway.writes.atomicity import carry_out
from gateway.writes.audit import Audit, Deed
from gateway.writes.check import vendor_complaints
from gateway.writes.crowd import Crowd, broken_rules, change_of
from gateway.writes.keeper import Claim, Member
from gateway.writes.membership import Membership, read_again
from gateway.writes.once import Once
from gateway.writes.outcome import (
    GOOD,
    Atomicity,
    BulkOutcome,
    BulkReport,
    Complaint,
    OutcomeStatus,
    complaint_of,
)
from gateway.writes.planning import plan, refusal_of
from gateway.writes.request import Manner, Target
from gateway.writes.sending import Sender
from gateway.writes.service import REFUSALS
from gateway.writes.track import Track
from gateway.writes.turn import taking_turns


class BulkWriter:
    """The bulk writes of one operation."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._once = Once(reader.gateway)
        self._membership = Membership(reader)

    async def tag(self, crowd: Crowd, tags: BulkTags, manner: Manner) -> BulkReport:
        """Add, remove or replace."""
        content = msgspec.json.encode((tags, crowd.emails, crowd), order="deterministic")
        try:
            manner.check()
            broken = broken_rules(crowd, tags)
            if broken:
                return BulkReport(refusals=broken)
            sources = self._sources(crowd)

            async def work(claim: Claim | None) -> BulkReport:
                return await self._carried(sources, crowd, tags, manner, claim)

            return await self._once.run(manner, content, work, BulkReport())
        except REFUSALS as error:
            return BulkReport(refusals=(complaint_of(error),))

    def _sources(self, crowd: Crowd) -> Sequence[Source]:
        if crowd.sources is None:
            return self._reader.sources
        return self._membership.sources_named(crowd.sources)

    async def _carried(
        self, sources: Sequence[Source], crowd: Crowd, tags: BulkTags, manner: Manner, claim: Claim | None
    ) -> BulkReport:
        found, failures = await self._people(sources, crowd)
        broken = [
            complaint
            for source in sources
            if (crowd.is_everybody or found[source.name])
            and refusal_of(change_of(tags), source.writes) is None
            for complaint in vendor_complaints(change_of(tags), source.writes, {}, source.name)
        ]
        if broken:
            return BulkReport(refusals=tuple(broken))
        if claim is not None and not claim.former:
            claim.joined(Member(source_name=source.name) for source in sources)
        part = _Part(self._reader, tags, manner, claim)
        outcomes = await asyncio.gather(
            *(
                part.of(source, None if crowd.is_everybody else found[source.name], failures.get(source.name))
                for source in sources
            )
        )
        return BulkReport(outcomes=tuple(outcomes))

    async def _people(
        self, sources: Sequence[Source], crowd: Crowd
    ) -> tuple[dict[str, list[CustomerRecord]], dict[str, GatewayError]]:
        """Each source's records of the people who are meant, and why a source's are not known."""
        records: dict[str, dict[str, CustomerRecord]] = {source.name: {} for source in sources}
        failures: dict[str, GatewayError] = {}
        if crowd.is_everybody:
            return {name: [] for name in records}, failures
        for source in self._reader.sources:
            source.exchange.forget()
        lookup = self._reader.live(WHOLE)
        ids = (self._by_id(lookup, target) for target in crowd.ids or ())
        emails = (lookup.customer_by_email(email) for email in crowd.emails or ())
        for customer in await asyncio.gather(*ids, *emails):
            for record in customer.records if isinstance(customer, Customer) else ():
                if record.source_name in records:
                    records[record.source_name][record.vendor_id] = record
            for report in customer.reports if isinstance(customer, Customer) else ():
                if report.error is not None:
                    failures[report.source_name] = report.error
        return {name: list(one.values()) for name, one in records.items()}, failures

    async def _by_id(self, lookup: Lookup, target: Target) -> Customer | None:
        if target.is_customer:
            return await lookup.customer(target.source_name, target.vendor_id)
        record = await lookup.record(target.source_name, target.vendor_id)
        return None if record is None else lookup.merged([record], ())


class _Part:
    """One bulk write, source by source."""

    def __init__(self, reader: Reader, tags: BulkTags, manner: Manner, claim: Claim | None) -> None:
        self._reader = reader
        self._tags = tags
        self._manner = manner
        self._claim = claim
        self._audit = Audit(caller=manner.caller, mutation=manner.mutation)

    async def of(
        self, source: Source, records: Sequence[CustomerRecord] | None, failure: GatewayError | None
    ) -> BulkOutcome:
        """`records` is None where everybody is meant."""
        if failure is not None:
            return _ended(source, OutcomeStatus.FAILED, complaint_of(failure, source))
        if records is not None and not records:
            return BulkOutcome(source_name=source.name, status=OutcomeStatus.SKIPPED, matched=0, modified=0)
        reason = refusal_of(change_of(self._tags), source.writes)
        if reason is not None or (records is None and source.writes.bulk_all is None):
            return _refused(source, reason or "has no write to everybody: name the customers.")
        try:
            return await self._planned(source, records)
        except Unsupported as error:
            return _ended(source, OutcomeStatus.FAILED, complaint_of(error, source))

    async def _planned(self, source: Source, records: Sequence[CustomerRecord] | None) -> BulkOutcome:
        calls = _calls(source, self._tags, records)
        matched = None if records is None else len(records)
        if self._manner.is_dry:
            return BulkOutcome(source_name=source.name, status=OutcomeStatus.PLANNED, matched=matched)
        if calls is None:
            return await self._one_by_one(source, records or ())
        return await self._at_once(source, calls, matched)

    async def _at_once(
        self, source: Source, calls: Sequence[Call[Tally]], matched: int | None
    ) -> BulkOutcome:
        if not calls:
            return BulkOutcome(
                source_name=source.name, status=OutcomeStatus.UNCHANGED, matched=matched, modified=0
            )
        if self._is_begun(source):
            return _ended(source, OutcomeStatus.UNKNOWN, _cut_off(source))
        counts: list[int | None] = []
        try:
            await self._begin(source)
            for call in calls:
                tally = await source.write(call, self._reader.operation)
                counts.append(tally.modified)
        except GatewayError as error:
            return self._failed(source, error, len(counts), len(calls))
        self._audit.tagged(source.name, self._tags.verb, Deed.DONE)
        known = [count for count in counts if count is not None]
        modified = max(known) if known else None
        return BulkOutcome(
            source_name=source.name,
            status=OutcomeStatus.UNCHANGED if modified == 0 else OutcomeStatus.APPLIED,
            matched=matched,
            modified=modified if len(calls) == 1 else None if modified else modified,
        )

    def _failed(self, source: Source, error: GatewayError, done: int, of: int) -> BulkOutcome:
        """What was sent before stays: there is no state to go back to."""
        complaint = complaint_of(error, source)
        if done:
            complaint = msgspec.structs.replace(
                complaint, message=f"{complaint.message} {done} of {of} requests had been carried out before."
            )
        if error.may_be_done:
            self._audit.tagged(source.name, self._tags.verb, Deed.UNKNOWN, error)
            unknown = msgspec.structs.replace(complaint, code=ErrorCode.UNKNOWN_OUTCOME)
            return _ended(source, OutcomeStatus.UNKNOWN, unknown)
        self._audit.tagged(source.name, self._tags.verb, Deed.FAILED, error)
        return _ended(source, OutcomeStatus.FAILED, complaint)

    async def _one_by_one(self, source: Source, records: Sequence[CustomerRecord]) -> BulkOutcome:
        change = change_of(self._tags)
        tracks = [
            Track(
                source=source,
                change=change,
                vendor_id=record.vendor_id,
                record=record,
                is_resumed=self._is_begun(source),
            )
            for record in records
        ]
        async with taking_turns(tracks, self._reader.gateway.turns) as has_waited:
            if has_waited:
                await asyncio.gather(*(read_again(track, self._reader.operation) for track in tracks))
            open_tracks = [track for track in tracks if track.status is None]
            await asyncio.gather(*(plan(track, {}, self._reader.operation) for track in open_tracks))
            await carry_out(tracks, Atomicity.BEST_EFFORT, self._sender(source))
        return _counted(source, tracks)

    def _sender(self, source: Source) -> Sender:
        async def begin(_: Track) -> None:
            await self._begin(source)

        fresh = self._reader.gateway.operation
        operation: Operation = self._reader.operation
        return Sender(operation, fresh=fresh, audit=self._audit, begin=begin)

    async def _begin(self, source: Source) -> None:
        if self._claim is not None:
            await self._claim.begin(source.name, None)

    def _is_begun(self, source: Source) -> bool:
        former = () if self._claim is None else self._claim.former
        return any(one.is_begun for one in former if one.source_name == source.name)


def _calls(
    source: Source, tags: BulkTags, records: Sequence[CustomerRecord] | None
) -> Sequence[Call[Tally]] | None:
    writes = source.writes
    if records is None:
        return None if writes.bulk_all is None else writes.bulk_all(tags)
    return None if writes.bulk is None else writes.bulk(tags, [record.details for record in records])


def _counted(source: Source, tracks: Sequence[Track]) -> BulkOutcome:
    bad = [track for track in tracks if track.status not in GOOD]
    modified = sum(track.status is OutcomeStatus.APPLIED for track in tracks)
    status = OutcomeStatus.APPLIED if modified else OutcomeStatus.UNCHANGED
    error = None
    if bad:
        is_open = any(track.status is OutcomeStatus.UNKNOWN for track in bad)
        status = OutcomeStatus.UNKNOWN if is_open else OutcomeStatus.FAILED
        error = bad[0].error
        if error is not None and len(tracks) > 1:
            words = f"{error.message} This holds for {len(bad)} of {len(tracks)} customers."
            error = msgspec.structs.replace(error, message=words)
    return BulkOutcome(
        source_name=source.name, status=status, matched=len(tracks), modified=modified, error=error
    )


def _refused(source: Source, reason: str) -> BulkOutcome:
    message = f"{source.name} ({source.vendor}) {reason}"
    complaint = Complaint(code=ErrorCode.UNSUPPORTED, message=message, source_name=source.name)
    return _ended(source, OutcomeStatus.FAILED, complaint)


def _ended(source: Source, status: OutcomeStatus, error: Complaint) -> BulkOutcome:
    return BulkOutcome(source_name=source.name, status=status, error=error)


def _cut_off(source: Source) -> Complaint:
    return Complaint(
        code=ErrorCode.UNKNOWN_OUTCOME,
        message="An earlier attempt with this key was cut off; how far it got cannot be seen.",
        source_name=source.name,
    )
