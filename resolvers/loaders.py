"""Lists that a page shares: every source's tags and groups, asked for once in an operation."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

import msgspec

from gateway.adapter import Source
from gateway.customer import CustomerGroup, SourceReport, SourceState, Tag
from gateway.errors import BudgetExceeded, DeadlineExceeded, GatewayError, SourceError, Unsupported
from gateway.planner.reader import Reader

T = TypeVar("T", Tag, CustomerGroup)


class Listed(msgspec.Struct, Generic[T], frozen=True):
    """What all sources list, in priority order; a vendor that cannot list is SKIPPED in the reports."""

    items: tuple[T, ...]
    reports: tuple[SourceReport, ...]


class Listings:
    """The lists of one operation. Two fields that ask for the same list share its calls."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._tags: asyncio.Task[Listed[Tag]] | None = None
        self._groups: asyncio.Task[Listed[CustomerGroup]] | None = None

    async def tags(self) -> Listed[Tag]:
        """The tags of every source that lists them."""
        if self._tags is None:
            self._tags = asyncio.ensure_future(self._all(self._reader.tags))
        return await self._tags

    async def groups(self) -> Listed[CustomerGroup]:
        """The groups of every source that lists them."""
        if self._groups is None:
            self._groups = asyncio.ensure_future(self._all(self._reader.groups))
        return await self._groups

    async def _all(self, ask: Callable[[Source], Awaitable[tuple[T, ...]]]) -> Listed[T]:
        answers = await asyncio.gather(*(self._one(source, ask) for source in self._reader.sources))
        items = tuple(item for found, _ in answers for item in found)
        return Listed(items, tuple(report for _, report in answers))

    async def _one(
        self, source: Source, ask: Callable[[Source], Awaitable[tuple[T, ...]]]
    ) -> tuple[tuple[T, ...], SourceReport]:
        try:
            return await ask(source), _report(source, SourceState.COMPLETE)
        except Unsupported:
            return (), _report(source, SourceState.SKIPPED)
        except (SourceError, BudgetExceeded, DeadlineExceeded) as error:
            return (), _report(source, SourceState.FAILED, error)


def _report(source: Source, state: SourceState, error: GatewayError | None = None) -> SourceReport:
    return SourceReport(source_name=source.name, state=state, error=error)
