"""Rows of records that are known by id and time, in as few calls as their vendor allows."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import datetime

from gateway.adapter import Found, Source
from gateway.capabilities import Arguments
from gateway.customer import CustomerRecord, Selection, Value
from gateway.errors import SourceError
from gateway.index import Entry, MatchIndex
from gateway.operation import Operation
from gateway.query import FilterField


class Window(Value, frozen=True):
    """A range of one time that holds wanted records, and not many more than a page of others."""

    field: FilterField
    low: datetime
    high: datetime
    ids: tuple[str, ...]


class Fetch:
    """By id where the vendor answers several at once; else by windows of its list, where records lie together."""

    def __init__(self, source: Source, index: MatchIndex, selection: Selection, operation: Operation) -> None:
        self._source = source
        self._index = index
        self._selection = source.shallow(selection)
        self._operation = operation

    async def rows(self, entries: Sequence[Entry], by: FilterField) -> dict[str, Found]:
        """What became of each; rows that came along are among them. `by` is the time that they may lie together in."""
        found: dict[str, Found] = {}
        for time in dict.fromkeys((by, FilterField.CREATED_AT)):
            missing = [entry for entry in entries if entry.vendor_id not in found]
            windows = await self._windows(missing, time) if self._is_listed(time) else []
            for rows in await asyncio.gather(*map(self._listed, windows)):
                found |= rows
        rest = [entry.vendor_id for entry in entries if entry.vendor_id not in found]
        if rest:
            found |= await self._source.by_ids(rest, self._selection, self._operation)
        return found

    def _is_listed(self, by: FilterField) -> bool:
        is_possible = self._source.spec.by_ids is None and by in self._source.table.ranges
        # The raw answer is that of the record's own endpoint, wherever there is a choice.
        return is_possible and not self._selection.raw

    async def _windows(self, entries: Sequence[Entry], by: FilterField) -> list[Window]:
        """One where all fit a page, else as many as it takes; lone records only where a list is the cheaper call."""
        times = sorted((time, entry.vendor_id) for entry in entries if (time := _time(entry, by)) is not None)
        windows: list[Window] = []
        for time, vendor_id in times:
            grown = None if not windows else _grown(windows[-1], time, vendor_id)
            if grown is not None and await self._fits(grown):
                windows[-1] = grown
            else:
                windows.append(Window(by, time, time, (vendor_id,)))
        is_list_cheaper = self._source.spec.complete is not None
        return [one for one in windows if len(one.ids) > 1 or (is_list_cheaper and await self._fits(one))]

    async def _fits(self, window: Window) -> bool:
        most = self._source.table.page_size
        by_update = window.field is FilterField.UPDATED_AT
        count = await self._index.between(
            self._source.name, window.low, window.high, by_update=by_update, limit=most
        )
        return count < most

    async def _listed(self, window: Window) -> dict[str, Found]:
        source = self._source
        bounds = source.table.ranges[window.field].render(window.low, window.high, source.filter_zone)
        found: dict[str, Found] = {}
        try:
            async for records in drained(source, bounds, self._selection, self._operation):
                found.update((record.vendor_id, record) for record in records)
        except SourceError as error:
            return dict.fromkeys(window.ids, error)
        # Who is not there by that time any more is asked for by id.
        return found


async def drained(
    source: Source,
    arguments: Arguments,
    selection: Selection,
    operation: Operation,
    *,
    is_cached: bool = False,
) -> AsyncIterator[Sequence[CustomerRecord]]:
    """A list to its end, a page at a time; raises what `Source.page` raises."""
    pager = source.spec.drain or source.spec.pager
    position: int | None = pager.start
    while position is not None:
        page = await source.page(
            arguments,
            selection,
            operation,
            pager=pager,
            position=position,
            limit=source.table.page_size,
            is_cached=is_cached,
        )
        yield page.records
        position = page.following


def _time(entry: Entry, by: FilterField) -> datetime | None:
    return entry.updated_at if by is FilterField.UPDATED_AT else entry.created_at


def _grown(window: Window, time: datetime, vendor_id: str) -> Window:
    return Window(window.field, window.low, time, (*window.ids, vendor_id))
