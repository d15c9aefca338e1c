"""One emulated vendor with a source before it, in this process, and everybody whom the vendor knows."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import msgspec

from gateway.adapter import Source
from gateway.capabilities import Arguments
from gateway.clock import Clock, SystemClock
from gateway.customer import ALL_FIELDS, CustomerRecord, Selection
from gateway.operation import Operation
from gateway.paging import Pager
from gateway.query import Comparison, FilterField, matches
from gateway.sandbox import Assumptions, ConnectionDropped, Sandbox
from gateway.sandbox.source import sources
from gateway.transport import HttpTransport
from gateway.vendors import SPECS

TABLES: Mapping[str, Mapping[str, Any]] = {str(table["vendor"]): table for table in sources("http://sandbox")}
"""Vendor name → the `[[sources]]` table that reaches its emulation."""

WHOLE = Selection(fields=ALL_FIELDS)
BARE = Selection()


class TurnedClock:
    """Time that passes by sleeping alone, at once; `slept` are the waits in seconds."""

    def __init__(self) -> None:
        self.slept: list[float] = []
        self.passed = 0.0

    def now(self) -> datetime:
        return datetime(2026, 7, 1, tzinfo=UTC) + timedelta(seconds=self.passed)

    def monotonic(self) -> float:
        return 1000.0 + self.passed

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.passed += seconds
        await asyncio.sleep(0)


class Wire(httpx.AsyncBaseTransport):
    """The sandbox without sockets; a dropped connection and a spent time-out look as they do on a real one."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._inner = httpx.ASGITransport(sandbox.app)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        try:
            async with asyncio.timeout(request.extensions["timeout"]["read"]):
                return await self._inner.handle_async_request(request)
        except TimeoutError as error:
            raise httpx.ReadTimeout("no answer") from error
        except ConnectionDropped as error:
            raise httpx.RemoteProtocolError("disconnected") from error


def source_of(
    sandbox: Sandbox,
    vendor: str,
    *,
    clock: Clock | None = None,
    wire: httpx.AsyncBaseTransport | None = None,
    **changes: object,
) -> Source:
    """A new source at the vendor's emulation, without pacing or cache; `changes` are settings."""
    spec = SPECS[vendor]
    settings = spec.settings(**{**TABLES[vendor], "rate_factor": 0, **changes})
    return Source(
        settings,
        spec,
        priority=1,
        transport=HttpTransport(wire or Wire(sandbox)),
        clock=clock or SystemClock(),
        cache_ttl=0,
    )


def operation(clock: Clock | None = None, *, calls: int = 10_000, deadline: float = 60.0) -> Operation:
    monotonic = time.monotonic if clock is None else clock.monotonic
    return Operation(calls_left=calls, ends_at=monotonic() + deadline, monotonic=monotonic)


@dataclass
class World:
    """A vendor whose data nobody changes. `everyone` holds deleted customers too."""

    sandbox: Sandbox
    vendor: str
    everyone: Sequence[CustomerRecord] = ()
    _given: dict[bytes, frozenset[str]] = field(default_factory=dict)

    def source(self) -> Source:
        """A new one for each test, since what it waits with belongs to the test's event loop."""
        return source_of(self.sandbox, self.vendor)

    @property
    def reading(self) -> Assumptions:
        return self.sandbox.options.assumptions

    @property
    def living(self) -> list[CustomerRecord]:
        """Those that a plain list shows."""
        return [record for record in self.everyone if record.deleted_at is None]

    async def load(self) -> None:
        """Read everybody whole, by id."""
        documents = self.sandbox.state(self.vendor).customers.stream()
        ids = [str(document["id"]) for document in documents]
        found = await self.source().by_ids(ids, WHOLE, operation())
        self.everyone = [record for record in found.values() if isinstance(record, CustomerRecord)]

    def meant(self, comparison: Comparison) -> frozenset[str]:
        """The ids of those who satisfy a comparison, by its definition."""
        crowd = self.everyone if comparison.field is FilterField.IS_DELETED else self.living
        reach = self.source().reach
        return frozenset(one.vendor_id for one in crowd if matches(comparison, one, reach) is True)

    async def given(self, arguments: Arguments) -> frozenset[str]:
        """The ids that the vendor lists under the arguments; asked once for each."""
        key = msgspec.json.encode(arguments, order="deterministic")
        if key not in self._given:
            self._given[key] = frozenset(one.vendor_id for one in await self.listed(arguments))
        return self._given[key]

    async def listed(
        self,
        arguments: Arguments,
        *,
        selection: Selection = BARE,
        pager: Pager | None = None,
        size: int | None = None,
        source: Source | None = None,
    ) -> list[CustomerRecord]:
        """All rows of a list in the order they came, by the spec's pager unless told otherwise."""
        source = source or self.source()
        pager = pager or source.spec.pager
        budget = operation()
        rows: list[CustomerRecord] = []
        position: int | None = pager.start
        while position is not None:
            page = await source.page(
                arguments,
                selection,
                budget,
                pager=pager,
                position=position,
                limit=size or source.table.page_size,
            )
            rows += page.records
            position = page.following
        return rows
