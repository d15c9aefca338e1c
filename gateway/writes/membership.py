"""Who takes part in a write: the records that an id names, read fresh and whole."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence

from gateway.adapter import WHOLE, Source
from gateway.change import Change, Create, Delete
from gateway.customer import Customer, CustomerRecord
from gateway.errors import ErrorCode, GatewayError, InvalidInput, WriteRefused
from gateway.identity import version
from gateway.operation import Operation
from gateway.planner.reader import Reader
from gateway.writes.keeper import Member
from gateway.writes.outcome import OutcomeStatus
from gateway.writes.request import Target
from gateway.writes.sending import found_new, ids_with
from gateway.writes.track import Track


class Membership:
    """Finds the records of one write."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self.members: tuple[tuple[str, str], ...] = ()
        """Source and vendor id of all records of the person that was found."""

    def sources_named(self, names: Iterable[str], path: str = "sources") -> list[Source]:
        """The sources of these names, in priority order; raises `InvalidInput` for one that there is not."""
        wanted = dict.fromkeys(names)
        known = {source.name for source in self._reader.sources}
        for name in wanted:
            if name not in known:
                raise InvalidInput(f"`{path}` names {name!r}, which is no source.", path=(path,))
        return [source for source in self._reader.sources if source.name in wanted]

    async def of_target(self, target: Target, change: Change, if_match: str | None) -> list[Track]:
        """A track for each record that takes part, and an ended one for each source that could not say.

        Raises `InvalidInput` where the target leaves open who is meant, `WriteRefused` where there is nobody, or
        (CONFLICT) where the records are not those of the version.
        """
        named = None if target.sources is None else self.sources_named(target.sources)
        for source in self._reader.sources:
            source.exchange.forget()
        records, failures = await self._found(target, if_match)
        self.members = tuple((record.source_name, record.vendor_id) for record in records)
        allowed = None if named is None else {source.name for source in named}
        tracks = [
            self._track(record, change)
            for record in records
            if allowed is None or record.source_name in allowed
        ]
        tracks += [
            self._failed(name, change, error)
            for name, error in failures.items()
            if allowed is None or name in allowed
        ]
        if not tracks:
            raise InvalidInput("The customer has no record at the named sources.", path=("sources",))
        if target.is_single and len(tracks) > 1:
            raise InvalidInput(
                "The customer has several records: name the `source`, or give the id of one CustomerRecord.",
                path=("source",),
            )
        return sorted(tracks, key=lambda track: track.source.priority)

    async def _found(
        self, target: Target, if_match: str | None
    ) -> tuple[Sequence[CustomerRecord], dict[str, GatewayError]]:
        lookup = self._reader.live(WHOLE)
        record = await lookup.record(target.source_name, target.vendor_id)
        if record is None:
            raise WriteRefused("There is no customer with this id.", code=ErrorCode.NOT_FOUND, path=("id",))
        if not target.is_customer and if_match is None:
            return [record], {}
        customer = await lookup.customer_of(record)
        failures = {
            report.source_name: report.error for report in customer.reports if report.error is not None
        }
        check_version(customer, failures, if_match)
        if not target.is_customer:
            return [record], {}
        return customer.records, failures

    async def of_members(
        self, members: Sequence[Member], change: Change, operation: Operation
    ) -> list[Track]:
        """The tracks of a write that was cut off, each record as it is now."""
        tracks = [track for member in members if (track := self._taken_up(member, change)) is not None]
        await asyncio.gather(*(self._read_again(track, operation) for track in tracks))
        return tracks

    def _taken_up(self, member: Member, change: Change) -> Track | None:
        source = self._reader.source(member.source_name)
        if source is None:
            return None
        return Track(
            source=source,
            change=change,
            vendor_id=member.vendor_id,
            known=frozenset(member.known),
            is_resumed=member.is_begun,
        )

    async def _read_again(self, track: Track, operation: Operation) -> None:
        try:
            if isinstance(track.change, Create) and track.is_resumed:
                await self._found_created(track, operation)
        except GatewayError as error:
            return track.end(OutcomeStatus.FAILED, error)
        return await read_again(track, operation)

    async def _found_created(self, track: Track, operation: Operation) -> None:
        """A creation that was cut off: the record is there by now, or was never made."""
        if await found_new(track, operation) is None:
            message = (
                "An earlier attempt with this key was cut off; whether it created a customer cannot be seen."
            )
            track.refuse(ErrorCode.UNKNOWN_OUTCOME, message)
            track.status = OutcomeStatus.UNKNOWN

    async def of_sources(self, names: Sequence[str], change: Create, operation: Operation) -> list[Track]:
        """A track for each source that is to get a record; raises `InvalidInput` where none is named."""
        if not names:
            raise InvalidInput("`sources` names no source.", path=("sources",))
        tracks = [Track(source=source, change=change) for source in self.sources_named(names)]
        await asyncio.gather(*(self._knowing(track, operation) for track in tracks))
        return tracks

    async def _knowing(self, track: Track, operation: Operation) -> None:
        """Who has the address already: otherwise a lost answer could not be told from a customer of old."""
        email = track.change.draft.email if isinstance(track.change, Create) else None
        if not isinstance(email, str) or track.source.writes.create is None:
            return
        try:
            track.known = await ids_with(track, email, operation)
        except GatewayError as error:
            track.end(OutcomeStatus.FAILED, error)
        else:
            if track.known and track.source.table.unique_email:
                track.refuse(
                    ErrorCode.ALREADY_EXISTS,
                    "has a customer with this e-mail address.",
                    ("customer", "email"),
                )

    def _track(self, record: CustomerRecord, change: Change) -> Track:
        source = self._reader.source(record.source_name)
        if source is None:
            raise AssertionError  # records come from sources that the caller may see
        return Track(source=source, change=change, vendor_id=record.vendor_id, record=record)

    def _failed(self, name: str, change: Change, error: GatewayError) -> Track:
        source = self._reader.source(name)
        if source is None:
            raise AssertionError  # as above
        track = Track(source=source, change=change)
        track.end(OutcomeStatus.FAILED, error)
        return track


def check_version(customer: Customer, failures: dict[str, GatewayError], if_match: str | None) -> None:
    """Raise `WriteRefused` where the customer is not, or perhaps not, as the caller has seen it."""
    if if_match is None:
        return
    if failures:
        missing = ", ".join(failures)
        message = f"Whether the customer has changed cannot be told, since {missing} could not be read."
        raise WriteRefused(message, code=ErrorCode.CONFLICT)
    if version(customer.records) != if_match:
        raise WriteRefused("The customer has changed since it was read.", code=ErrorCode.CONFLICT)


async def read_again(track: Track, operation: Operation) -> None:
    """The record as it is now; where it is gone, the track has ended."""
    if track.status is not None or track.vendor_id is None:
        return None
    try:
        track.record = await track.source.whole(track.vendor_id, operation)
    except GatewayError as error:
        return track.end(OutcomeStatus.FAILED, error)
    if track.record is not None:
        return None
    if isinstance(track.change, Delete) and track.is_resumed:
        return track.end(OutcomeStatus.APPLIED)
    return track.refuse(ErrorCode.NOT_FOUND, "has no such customer any more.")
