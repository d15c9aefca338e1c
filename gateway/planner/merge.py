"""The k-way merge: the sources' streams as one, in walking order, reading no further than it must."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence

from gateway.adapter import Source
from gateway.customer import CustomerRecord
from gateway.errors import BudgetExceeded, DeadlineExceeded, GatewayError, SourceError
from gateway.planner.cursor import Place
from gateway.planner.stream import Stream, at_value
from gateway.planner.walk import Walk, WalkKey

Seen = Callable[[Source, Iterable[CustomerRecord]], None]
"""Is told of all rows as they come, needed or not."""


class Lane:
    """One stream with the records that it brought and nobody took yet. A lane that failed is closed."""

    def __init__(self, stream: Stream) -> None:
        self.stream = stream
        self.records: deque[CustomerRecord] = deque()
        self.error: SourceError | None = None

    @property
    def is_open(self) -> bool:
        """True where more may come."""
        return self.error is None and not self.stream.is_done

    @property
    def is_dry(self) -> bool:
        """True where nothing is at hand but more may come."""
        return self.is_open and not self.records


def _is_last(lane: Lane) -> bool:
    frontier = lane.stream.frontier
    return frontier is not None and frontier.value is None


class Merge:
    """Records of all streams in walking order. `stopped` is why it ended early: a budget or a deadline."""

    def __init__(self, streams: Sequence[Stream], walk: Walk, seen: Seen) -> None:
        self._lanes = [Lane(stream) for stream in streams]
        self._walk = walk
        self._seen = seen
        self._last: WalkKey | None = None
        self.stopped: GatewayError | None = None

    @property
    def failures(self) -> Mapping[str, SourceError]:
        """The sources that failed on the way, by name: what they had left is not in the list."""
        return {lane.stream.source.name: lane.error for lane in self._lanes if lane.error is not None}

    @property
    def unfinished(self) -> frozenset[str]:
        """The sources that may have more."""
        return frozenset(lane.stream.source.name for lane in self._lanes if lane.is_open or lane.records)

    async def take(self, count: int) -> list[CustomerRecord]:
        """The next records, each once; fewer only where the list ends or the merge is stopped."""
        taken: list[CustomerRecord] = []
        while len(taken) < count and (lane := await self._next()) is not None:
            record = lane.records.popleft()
            key = self._walk.key(record)
            # Several lists of one source may bring the same record; equal keys are one record.
            if key != self._last:
                taken.append(record)
                self._last = key
        return taken

    async def _next(self) -> Lane | None:
        """The lane whose record comes next; lanes that cannot come before it are not read for it."""
        while self.stopped is None:
            lane = min((one for one in self._lanes if one.records), key=self._head, default=None)
            limit = None if lane is None else self._head(lane)
            behind = [one for one in self._lanes if one.is_dry and self._may_precede(one, limit)]
            # Who has nothing but nulls, which come last, is not read before it is their turn.
            behind = [one for one in behind if not _is_last(one)] or behind
            if not behind:
                return lane
            for result in await asyncio.gather(*map(self._fetch, behind), return_exceptions=True):
                self._judge(result)
        return None

    def _head(self, lane: Lane) -> WalkKey:
        return self._walk.key(lane.records[0])

    def _may_precede(self, lane: Lane, limit: WalkKey | None) -> bool:
        frontier = lane.stream.frontier
        return limit is None or frontier is None or self._walk.key_of(frontier) <= limit

    async def _fetch(self, lane: Lane) -> None:
        try:
            records = await lane.stream.fetch()
        except SourceError as error:
            lane.error = error
            return
        self._seen(lane.stream.source, records)
        lane.records.extend(records)

    def _judge(self, result: BaseException | None) -> None:
        if isinstance(result, BudgetExceeded | DeadlineExceeded):
            self.stopped = result
        elif result is not None:
            raise result

    def hints(self, place: Place) -> dict[str, int]:
        """The vendors' own positions of a place, by lane."""
        hints = {lane.stream.lane: lane.stream.hint(place) for lane in self._lanes}
        return {name: hint for name, hint in hints.items() if hint is not None}

    def frontier(self) -> Place | None:
        """A place before which every open lane has been read; None where one has not begun."""
        places: list[Place | None] = []
        for lane in self._lanes:
            if lane.records:
                places.append(at_value(self._walk.value(lane.records[0])))
            elif lane.is_open:
                places.append(lane.stream.frontier)
        known = [place for place in places if place is not None]
        return min(known, key=self._walk.key_of) if known and len(known) == len(places) else None
