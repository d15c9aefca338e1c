"""Whose turn it is to write to a record: in this process one write after the other, each on what the former left."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, MutableMapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

from gateway.writes.track import Track

Locks = MutableMapping[tuple[str, str], asyncio.Lock]
"""By source and vendor id, for as long as somebody writes there or waits to."""


@asynccontextmanager
async def taking_turns(tracks: Sequence[Track], locks: Locks) -> AsyncIterator[bool]:
    """Hold every record of the tracks; True where somebody else had it, so that it has to be read again.

    The records are held in the order of their names, so that no two writes wait for each other. Creations hold nothing.
    """
    places = {(track.source.name, track.vendor_id) for track in tracks if track.vendor_id is not None}
    mine = [locks.setdefault(place, asyncio.Lock()) for place in sorted(places)]
    has_waited = any(lock.locked() for lock in mine)
    async with AsyncExitStack() as stack:
        for lock in mine:
            await stack.enter_async_context(lock)
        yield has_waited
