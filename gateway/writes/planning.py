"""From a change to steps: what a source cannot do is told, what is already so is left out, nothing is written yet."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from typing import Any

import msgspec
from msgspec import UNSET

from gateway.change import (
    Action,
    AddressCreate,
    AddressDelete,
    AddressUpdate,
    Change,
    Create,
    TagsAdd,
    TagsRemove,
    Update,
    replaced,
)
from gateway.errors import ErrorCode, GatewayError
from gateway.operation import Operation
from gateway.query import match_key
from gateway.spelling import camel
from gateway.write import Plan, Step, Writes
from gateway.writes.fit import Owns, fitted
from gateway.writes.outcome import OutcomeStatus
from gateway.writes.track import Track


async def plan(track: Track, owns: Owns, operation: Operation) -> None:
    """Give the track its steps, or end it where there is nothing to send or no way to."""
    writes = track.source.writes
    change = _left(track, writes, owns)
    if change is None:
        return None
    track.change = change
    try:
        steps = await _steps(change, writes, track, operation)
    except GatewayError as error:
        return track.end(OutcomeStatus.FAILED, error)
    if track.vendor_id is not None:
        steps = [step for step in steps if not step.creates]
    track.steps = tuple(_ordered(_due(steps, track.row)))
    if not track.steps:
        # What is so after an attempt that was cut off is so by that attempt.
        track.end(OutcomeStatus.APPLIED if track.is_resumed else OutcomeStatus.UNCHANGED)
    return None


def _left(track: Track, writes: Writes[Any], owns: Owns) -> Change | None:
    """What of the change this vendor can hold; None where the track has ended."""
    reason = refusal_of(track.change, writes)
    if reason is not None:
        track.refuse(ErrorCode.UNSUPPORTED, reason)
        return None
    kept = fitted(_without_same_email(track), writes, owns)
    track.ignored = kept.ignored
    if kept.lost:
        track.refuse(ErrorCode.UNSUPPORTED, _lost(kept.lost[0], writes))
    elif "email" in kept.ignored and isinstance(track.change, Update):
        track.refuse(ErrorCode.UNSUPPORTED, _lost("email", writes), ("customer", "email"))
    elif kept.change is None:
        track.end(OutcomeStatus.SKIPPED)
    elif _is_elsewhere(track):
        track.end(OutcomeStatus.UNCHANGED)
    return kept.change if track.status is None else None


def _without_same_email(track: Track) -> Change:
    """The address that a record has already is no change of it, even where the vendor could not make one."""
    change = track.change
    if not isinstance(change, Update) or not isinstance(change.draft.email, str):
        return change
    if "email" in track.source.writes.updates or track.record is None:
        return change
    if match_key(track.record.email) != match_key(change.draft.email):
        return change
    return msgspec.structs.replace(change, draft=replaced(change.draft, {"email": UNSET}))


def _is_elsewhere(track: Track) -> bool:
    """Whether the record is not in the group that it is to leave."""
    group = track.change.only_from if isinstance(track.change, Update) else None
    known = None if track.record is None else track.record.groups
    return group is not None and known is not None and all(one.vendor_id != group for one in known)


def refusal_of(change: Change, writes: Writes[Any]) -> str | None:
    """Why a source cannot do this at all, as a sentence's end; None where it can."""
    if getattr(writes, change.action) is not None:
        return None
    reason = writes.reasons.get(change.action)
    return f"cannot do this{f': it {reason}' if reason else ''}."


def _lost(name: str, writes: Writes[Any]) -> str:
    reason = writes.reasons.get(f"{Action.UPDATE}.{name}")
    return f"cannot change `{camel(name)}`{f': it {reason}' if reason else ''}."


async def _steps(
    change: Change, writes: Writes[Any], track: Track, operation: Operation
) -> Sequence[Step[Any]]:
    made = _plan(change, writes, track.row)
    if isinstance(made, Generator):
        return await track.source.driven(made, operation)
    return made


def _plan(change: Change, writes: Writes[Any], row: Any) -> Plan[Any]:  # noqa: ANN401  # a vendor's own row
    arguments: tuple[object, ...] = (row,)
    match change:
        case Create(draft=draft):
            arguments = (draft,)
        case Update(draft=draft):
            arguments = (draft, row)
        case AddressCreate(address=address):
            arguments = (address, row)
        case AddressUpdate(address_id=address_id, address=address):
            arguments = (address_id, address, row)
        case AddressDelete(address_id=address_id):
            arguments = (address_id, row)
        case TagsAdd(tags=tags):
            arguments = (tags, row)
        case TagsRemove(tags=tags, prefixes=prefixes):
            arguments = (tags, prefixes, row)
    planned: Plan[Any] = getattr(writes, change.action)(*arguments)
    return planned


def _due(steps: Sequence[Step[Any]], row: Any) -> Iterator[Step[Any]]:  # noqa: ANN401  # a vendor's own row
    """The steps whose effect the row does not show yet."""
    return (step for step in steps if row is None or step.holds is None or not step.holds(row))


def _ordered(steps: Iterator[Step[Any]]) -> list[Step[Any]]:
    """Those that can be taken back first, else in the plan's order; what creates begins in any case."""
    every = list(steps)
    if every and every[0].creates:
        return every
    return sorted(every, key=lambda step: step.undo is None)
