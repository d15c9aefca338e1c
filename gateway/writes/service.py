"""One write from its input to its outcomes: checked, claimed by its key, planned, sent, told and remembered."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence

import msgspec

from gateway.change import Change, Create
from gateway.errors import (
    BudgetExceeded,
    DeadlineExceeded,
    InvalidInput,
    SourceError,
    WriteRefused,
)
from gateway.planner.reader import Reader
from gateway.writes.atomicity import carry_out, check_revocable
from gateway.writes.audit import Audit
from gateway.writes.check import faults, told, vendor_complaints
from gateway.writes.keeper import Claim, Member
from gateway.writes.membership import Membership
from gateway.writes.once import Once
from gateway.writes.outcome import Atomicity, Complaint, OutcomeStatus, Report, complaint_of
from gateway.writes.planning import plan, refusal_of
from gateway.writes.request import Manner, Target
from gateway.writes.sending import Sender
from gateway.writes.track import Track
from gateway.writes.turn import taking_turns

REFUSALS = (InvalidInput, WriteRefused, SourceError, BudgetExceeded, DeadlineExceeded)
"""What ends a write before it has begun, told as a user error."""


class Writer:
    """The writes of one operation, for one caller."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._gateway = reader.gateway
        self._membership = Membership(reader)
        self._once = Once(reader.gateway)

    async def create(self, names: Sequence[str], change: Create, manner: Manner) -> Report:
        """A new record at each of the named sources."""
        content = _content(change, manner, sorted(names))

        async def tracks() -> list[Track]:
            return await self._membership.of_sources(names, change, self._reader.operation)

        return await self._written(change, manner, content, tracks, names)

    async def change(self, target: Target, change: Change, manner: Manner) -> Report:
        """A change to the records that the target names."""

        async def tracks() -> list[Track]:
            return await self._membership.of_target(target, change, manner.if_match)

        return await self._written(change, manner, _content(change, manner, target), tracks, _certain(target))

    async def _written(
        self,
        change: Change,
        manner: Manner,
        content: bytes,
        tracks: Callable[[], Awaitable[list[Track]]],
        certain: Iterable[str],
    ) -> Report:
        try:
            manner.check()
            found = (*told(faults(change)), *self._rules(change, manner, certain))
            if found:
                return Report(refusals=found)

            async def work(claim: Claim | None) -> Report:
                return await self._carried(change, manner, tracks, claim)

            return await self._once.run(manner, content, work, Report())
        except REFUSALS as error:
            return Report(refusals=(complaint_of(error),))

    def _rules(self, change: Change, manner: Manner, names: Iterable[str]) -> tuple[Complaint, ...]:
        """The rules of the vendors that are certain to take part: before any call."""
        known = [source for source in self._reader.sources if source.name in set(names)]
        return tuple(
            complaint
            for source in known
            if refusal_of(change, source.writes) is None
            for complaint in vendor_complaints(change, source.writes, manner.owns, source.name)
        )

    async def _carried(
        self,
        change: Change,
        manner: Manner,
        find: Callable[[], Awaitable[list[Track]]],
        claim: Claim | None,
    ) -> Report:
        async def found() -> list[Track]:
            if claim is not None and claim.former:
                return await self._membership.of_members(claim.former, change, self._reader.operation)
            return await find()

        tracks = await found()
        async with taking_turns(tracks, self._gateway.turns) as has_waited:
            if has_waited:
                tracks = await found()
            broken = self._rules(change, manner, {track.source.name for track in tracks})
            if broken:
                return Report(refusals=broken)
            await self._planned_and_sent(tracks, manner, claim)
        outcomes = tuple(track.outcome() for track in tracks)
        return Report(outcomes=outcomes, members=self._membership.members)

    async def _planned_and_sent(self, tracks: Sequence[Track], manner: Manner, claim: Claim | None) -> None:
        open_tracks = [track for track in tracks if track.status is None]
        await asyncio.gather(*(plan(track, manner.owns, self._reader.operation) for track in open_tracks))
        if manner.atomicity is Atomicity.ALL_OR_NOTHING:
            check_revocable(tracks)
        if manner.is_dry:
            _planned(tracks)
        else:
            await self._sent(tracks, manner, claim)

    async def _sent(self, tracks: Sequence[Track], manner: Manner, claim: Claim | None) -> None:
        async def begin(track: Track) -> None:
            if claim is not None:
                await claim.begin(track.source.name, track.vendor_id)

        if claim is not None:
            claim.joined(map(_member, tracks))
        sender = Sender(
            self._reader.operation,
            fresh=self._gateway.operation,
            audit=Audit(caller=manner.caller, mutation=manner.mutation),
            begin=begin,
        )
        try:
            await carry_out(tracks, manner.atomicity, sender)
        finally:
            self._reader.snapshots.forget()
            await self._told_index(tracks)

    async def _told_index(self, tracks: Iterable[Track]) -> None:
        """The match index knows at once whom the records belong to now, and that new ones are there."""
        index = self._gateway.index
        if index is None:
            return
        written: dict[str, list[str]] = {}
        for track in tracks:
            if track.vendor_id is not None and (track.done or track.status is OutcomeStatus.UNKNOWN):
                written.setdefault(track.source.name, []).append(track.vendor_id)
        operation = self._gateway.operation()
        await asyncio.gather(*(index.wrote(name, ids, operation) for name, ids in written.items()))


def _member(track: Track) -> Member:
    return Member(
        source_name=track.source.name,
        vendor_id=track.vendor_id,
        known=tuple(sorted(track.known)),
        is_begun=track.is_resumed,
    )


def _certain(target: Target) -> tuple[str, ...]:
    """The source that takes part whatever the others know of the person: that of the id itself."""
    if target.sources is None or target.source_name in target.sources:
        return (target.source_name,)
    return ()


def _content(change: Change, manner: Manner, whom: object) -> bytes:
    """The input as bytes that are the same for the same input, which a key is bound to."""
    parts = (change, manner.owns, manner.atomicity, manner.if_match, whom)
    return msgspec.json.encode(parts, order="deterministic")


def _planned(tracks: Iterable[Track]) -> None:
    for track in tracks:
        if track.status is None:
            track.end(OutcomeStatus.PLANNED)
