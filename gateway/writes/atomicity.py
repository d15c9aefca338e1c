"""The two manners of writing to several sources: each for itself, or all or nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from gateway.errors import ErrorCode, WriteRefused
from gateway.writes.outcome import GOOD, Atomicity, Complaint, OutcomeStatus
from gateway.writes.sending import Sender
from gateway.writes.track import Track, named


def check_revocable(tracks: Sequence[Track]) -> None:
    """Raise `WriteRefused` where more than one step could not be taken back: then "nothing" could not be promised.

    A write that was cut off goes forward in any case: the way back went with the state that was read then.
    """
    if any(track.is_resumed for track in tracks):
        return
    final = [(track, step) for track in tracks if track.status is None for step in track.final]
    if len(final) > 1:
        listed = "; ".join(f"{track.source.name}: {_deed(track, step)}" for track, step in final)
        raise WriteRefused(
            "ALL_OR_NOTHING needs all steps but one to be such as can be taken back, and these cannot: "
            f"{listed}. Use BEST_EFFORT, or name fewer sources or fields.",
            code=ErrorCode.UNSUPPORTED,
        )


def _deed(track: Track, step: object) -> str:
    steps = [one for one in track.steps if one is step]
    return str(track.change.action).replace("_", " ") if not steps[0].fields else named(steps)


async def carry_out(tracks: Sequence[Track], atomicity: Atomicity, sender: Sender) -> None:
    """Send what was planned; afterwards every track has ended."""
    if atomicity is Atomicity.ALL_OR_NOTHING:
        await _all_or_nothing(tracks, sender)
    else:
        await asyncio.gather(*(_alone(track, sender) for track in tracks if track.status is None))


async def _alone(track: Track, sender: Sender) -> None:
    """One record is written whole or, where its vendor allows, not at all."""
    if await sender.forward(track, track.steps):
        track.end(OutcomeStatus.APPLIED)
    elif track.status is OutcomeStatus.FAILED:
        await sender.back(track)


async def _all_or_nothing(tracks: Sequence[Track], sender: Sender) -> None:
    ready = [track for track in tracks if track.status is None]
    if any(track.status not in GOOD for track in tracks if track.status is not None):
        return _skip(ready)
    parts = [(track, track.revocable) for track in ready] + [(track, track.final) for track in ready]
    for track, steps in parts:
        if not await sender.forward(track, steps):
            return await _take_back(ready, sender)
    for track in ready:
        track.end(OutcomeStatus.APPLIED)
    return None


async def _take_back(tracks: Sequence[Track], sender: Sender) -> None:
    for track in reversed(tracks):
        if not track.done:
            _skip([track] if track.status is None else [])
        elif await sender.back(track) and track.status is None:
            track.end(OutcomeStatus.REVERTED)


def _skip(tracks: Sequence[Track]) -> None:
    for track in tracks:
        if track.is_resumed:
            message = "An earlier attempt with this key was cut off here; what it wrote is not taken back."
            complaint = Complaint(code=ErrorCode.CONFLICT, message=message, source_name=track.source.name)
            track.end(OutcomeStatus.FAILED, complaint)
        else:
            track.end(OutcomeStatus.SKIPPED)
