"""Carrying steps out and taking them back: each is sent once, and a lost answer is made up for by reading."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from gateway.adapter import WHOLE
from gateway.change import Create
from gateway.errors import DeadlineExceeded, ErrorCode, GatewayError, SourceError, SourceTimeout
from gateway.operation import Operation
from gateway.query import match_key, spellings
from gateway.write import Step
from gateway.writes.audit import Audit, Deed
from gateway.writes.outcome import Complaint, OutcomeStatus
from gateway.writes.track import Track, named


class Sender:
    """Sends for one write. Going forward spends the operation, taking back and looking again do not.

    So no spent deadline leaves a write half done, or its outcome untold.
    """

    def __init__(
        self,
        operation: Operation,
        *,
        fresh: Callable[[], Operation],
        audit: Audit,
        begin: Callable[[Track], Awaitable[None]],
    ) -> None:
        self._operation = operation
        self._fresh = fresh
        self._audit = audit
        self._begin = begin

    async def forward(self, track: Track, steps: Iterable[Step[Any]]) -> bool:
        """Carry the steps out, as far as that goes; False where the track has ended badly."""
        for step in steps:
            if track.is_resumed and step.holds is None and not step.creates and not step.removes:
                return self._left_open(track, step)
            if not await self._is_begun(track) or not await self._one(track, step):
                return False
        return True

    async def _is_begun(self, track: Track) -> bool:
        """Before the first request: what stands behind the write has to know of it, or nothing is sent."""
        if not track.done:
            try:
                await self._begin(track)
            except GatewayError as error:
                track.end(OutcomeStatus.FAILED, error)
                return False
        return True

    async def _one(self, track: Track, step: Step[Any]) -> bool:
        try:
            call = step.write(track.vendor_id or "")
            answer = await track.source.write(call, self._operation)
        except GatewayError as error:
            if not error.may_be_done:
                self._audit.wrote(track, step, Deed.FAILED, error)
                track.end(OutcomeStatus.FAILED, error)
                return False
            return await self._looked(track, step, error)
        return self._went(track, step, answer)

    def _went(self, track: Track, step: Step[Any], answer: Any) -> bool:  # noqa: ANN401  # a call's own answer
        if step.creates:
            track.vendor_id = str(answer)
        track.done.append((step, answer))
        self._audit.wrote(track, step, Deed.DONE)
        return True

    async def _looked(self, track: Track, step: Step[Any], error: GatewayError) -> bool:
        """No answer: what the vendor shows now decides, and where it cannot, the outcome is unknown."""
        shown = await self._shows(track, step)
        if shown is True:
            return self._went(track, step, track.vendor_id if step.creates else None)
        if shown is False and not _may_still_come(error):
            self._audit.wrote(track, step, Deed.FAILED, error)
            track.end(OutcomeStatus.FAILED, error)
            return False
        self._audit.wrote(track, step, Deed.UNKNOWN, error)
        track.end(OutcomeStatus.UNKNOWN, _unknown(track, step, error.message))
        return False

    def _left_open(self, track: Track, step: Step[Any]) -> bool:
        """An earlier attempt may have sent it, and nothing shows whether: it is not sent a second time."""
        why = "An earlier attempt with this key was cut off, and no reading shows what it has written."
        track.end(OutcomeStatus.UNKNOWN, _unknown(track, step, why))
        return False

    async def _shows(self, track: Track, step: Step[Any]) -> bool | None:
        """Whether the step was carried out; None where that cannot be seen."""
        operation = self._fresh()
        try:
            if step.creates:
                return await found_new(track, operation)
            record = await track.source.whole(track.vendor_id or "", operation)
        except GatewayError:
            return None
        if step.removes or record is None:
            return record is None if step.removes else None
        return None if step.holds is None else step.holds(record.details)

    async def back(self, track: Track) -> bool:
        """Take back what was done, the last first; False where something could not be, which the track then tells."""
        stuck: list[Step[Any]] = []
        for step, answer in _to_undo(track):
            if step.undo is None or not await self._undone(track, step, answer):
                stuck.append(step)
        if stuck:
            track.end(_after(track), _stuck(track, stuck))
            return False
        if track.steps and track.steps[0].creates and track.done:
            track.vendor_id = None
        track.done.clear()
        return True

    async def _undone(self, track: Track, step: Step[Any], answer: Any) -> bool:  # noqa: ANN401  # a call's own answer
        if step.undo is None:
            return False
        operation = self._fresh()
        try:
            await track.source.write(step.undo(track.vendor_id or "", answer), operation)
        except GatewayError as error:
            is_done = error.may_be_done and await self._is_gone(track, step)
            self._audit.wrote(track, step, Deed.UNDONE if is_done else Deed.STUCK, error)
            return is_done
        self._audit.wrote(track, step, Deed.UNDONE)
        return True

    async def _is_gone(self, track: Track, step: Step[Any]) -> bool:
        """Whether a step shows no more."""
        try:
            record = await track.source.whole(track.vendor_id or "", self._fresh())
        except GatewayError:
            return False
        if step.creates:
            return record is None
        return record is not None and step.holds is not None and not step.holds(record.details)


def _to_undo(track: Track) -> list[tuple[Step[Any], Any]]:
    """What a creation made goes with the record that it made."""
    if track.done and track.done[0][0].creates:
        return track.done[:1]
    return track.done[::-1]


async def found_new(track: Track, operation: Operation) -> bool | None:
    """Whether the record of a creation is there, which the track then knows; None where nothing can tell."""
    email = track.change.draft.email if isinstance(track.change, Create) else None
    if not isinstance(email, str):
        return None
    new = await ids_with(track, email, operation) - track.known
    if len(new) != 1:
        return None if new else False
    (track.vendor_id,) = new
    return True


async def ids_with(track: Track, email: str, operation: Operation) -> frozenset[str]:
    """The vendor ids of all records with an address, as the vendor finds them now."""
    track.source.exchange.forget()
    found: set[str] = set()
    for spelling in spellings(email):
        records = await track.source.by_spelling(spelling, WHOLE, operation)
        found |= {one.vendor_id for one in records if match_key(one.email) == match_key(email)}
    return frozenset(found)


def _may_still_come(error: GatewayError) -> bool:
    """Who has not answered in time may still be at it; a broken connection or a failed server is not."""
    is_late = isinstance(error, SourceTimeout | DeadlineExceeded)
    return is_late or (isinstance(error, SourceError) and error.status in {408, 504})


def _unknown(track: Track, step: Step[Any], why: str) -> Complaint:
    parts = [why, f"Perhaps written: {named([step])}."]
    if track.done:
        parts.append(f"Written: {named(one for one, _ in track.done)}.")
    sent = [one for one, _ in track.done]
    if missing := [one for one in track.steps if one not in sent and one is not step]:
        parts.append(f"Not sent: {named(missing)}.")
    return Complaint(code=ErrorCode.UNKNOWN_OUTCOME, message=" ".join(parts), source_name=track.source.name)


def _after(track: Track) -> OutcomeStatus:
    return OutcomeStatus.UNKNOWN if track.status is OutcomeStatus.UNKNOWN else OutcomeStatus.FAILED


def _stuck(track: Track, stuck: list[Step[Any]]) -> Complaint:
    """The first error's code and words, and what stays written."""
    left = f"Written, and not taken back: {named(stuck)}."
    if track.error is not None:
        message = f"{track.error.message.rstrip('.')}. {left}"
        return Complaint(
            code=track.error.code, message=message, path=track.error.path, source_name=track.source.name
        )
    return Complaint(
        code=ErrorCode.CONFLICT,
        message=f"{track.source.name} ({track.source.vendor}): another source failed. {left}",
        source_name=track.source.name,
    )
