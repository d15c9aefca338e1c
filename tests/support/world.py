"""A gateway over an in-process sandbox, and the reference that its lists are held to."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import httpx

from gateway.adapter import Source
from gateway.clock import Clock, SystemClock
from gateway.customer import IDENTITY_FIELDS, CustomerRecord, Field, Selection
from gateway.identity import MatchField, key_of, merge
from gateway.index import MatchIndex
from gateway.planner.connection import CustomerPage, Slice, Wanted, slice_of
from gateway.planner.cursor import CursorCodec
from gateway.planner.listed import Snapshots
from gateway.planner.reader import Gateway, Reader
from gateway.planner.walk import precedence_of
from gateway.query import (
    TRUE,
    Condition,
    Direction,
    FilterField,
    Order,
    OrderField,
    Reach,
    anchor,
    fields_of,
    matches,
    position,
    sort_key,
    without_deleted,
)
from gateway.sandbox import (
    Assumptions,
    ConnectionDropped,
    Sandbox,
    SandboxOptions,
    TextSearch,
    create_app,
)
from gateway.sandbox.source import sources
from gateway.transport import HttpTransport
from gateway.vendors import SPECS

TABLES = {str(table["vendor"]): table for table in sources("http://sandbox")}
"""Vendor name → the `[[sources]]` table that reaches its emulation, in the order of priority."""
MATCH = (MatchField.EMAIL,)
SELECTION = Selection(fields=frozenset({Field.NAME, Field.EMAIL, Field.CREATED_AT, Field.UPDATED_AT}))
Identity = tuple[str, str]


def source(
    vendor: str,
    priority: int,
    transport: HttpTransport,
    *,
    cache_ttl: float,
    pushdown: str,
    clock: Clock | None = None,
) -> Source:
    spec = SPECS[vendor]
    own = {"name": f"my-{vendor}", "rate_factor": 0, "pushdown": pushdown}
    settings = spec.settings.model_validate({**TABLES[vendor], **own})
    return Source(
        settings,
        spec,
        priority=priority,
        transport=transport,
        clock=clock or QuickClock(),
        cache_ttl=cache_ttl,
    )


class QuickClock(SystemClock):
    """The machine's time, but nobody waits before another attempt."""

    async def sleep(self, seconds: float) -> None:  # noqa: ARG002  # none are waited
        await asyncio.sleep(0)


class InProcess(httpx.ASGITransport):
    """The sandbox without a socket; a connection that it drops breaks as a real one does."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        try:
            return await super().handle_async_request(request)
        except ConnectionDropped as error:
            raise httpx.RemoteProtocolError("dropped", request=request) from error


class World:
    """One sandbox with a gateway before it."""

    def __init__(
        self,
        sandbox: Sandbox,
        *,
        vendors: Sequence[str] = tuple(SPECS),
        cache_ttl: float = 0,
        budget: int = 100_000,
        pushdown: str = "trusting",
        scan_ttl: float = 60,
        in_memory: int = 10_000,
        clock: Clock | None = None,
    ) -> None:
        self.sandbox = sandbox
        transport = HttpTransport(InProcess(app=sandbox.app))
        self.sources = [
            source(name, at + 1, transport, cache_ttl=cache_ttl, pushdown=pushdown, clock=clock)
            for at, name in enumerate(vendors)
        ]
        self.precedence = precedence_of(self.sources)
        self.gateway = Gateway(
            sources=self.sources,
            match=MATCH,
            cursors=CursorCodec("a secret for tests"),
            clock=clock or QuickClock(),
            transport=transport,
            vendor_calls=budget,
            deadline=120,
            snapshots=Snapshots(clock or QuickClock(), ttl=scan_ttl, limit=in_memory),
        )

    def use(self, index: MatchIndex | None) -> None:
        """Have every later operation ask the index; None: the vendors."""
        self.gateway = replace(self.gateway, index=index)

    def reader(self) -> Reader:
        return self.gateway.reader(SELECTION)

    async def records(self, fields: frozenset[Field] = SELECTION.fields) -> list[CustomerRecord]:
        """Everything that the vendors have, deleted records included, read plainly to the end and completed."""
        found: dict[Identity, CustomerRecord] = {}
        selection = Selection(fields=fields | IDENTITY_FIELDS)
        for one in self.sources:
            for arguments in ({}, *deleted_lists(one)):
                for record in await self.listed(one, arguments, selection):
                    found[identity(record)] = record
        return list(found.values())

    async def listed(
        self, one: Source, arguments: dict[str, object], selection: Selection = SELECTION
    ) -> list[CustomerRecord]:
        """All that a source lists under the arguments, completed."""
        pager = one.spec.drain or one.spec.pager
        at: int | None = pager.start
        records: list[CustomerRecord] = []
        operation = self.gateway.operation()
        while at is not None:
            page = await one.page(
                arguments, selection, operation, pager=pager, position=at, limit=one.table.page_size
            )
            records += page.records
            at = page.following
        return list(await one.completed(records, selection, operation))

    async def reference(self, order: Order, condition: Condition = TRUE) -> list[Identity]:
        """The list as it has to be, written as plainly as possible: group, merge, filter, choose anchors, sort."""
        fields = SELECTION.fields | fields_of(condition) | {Field(order.field)}
        return self.expected(await self.records(fields), order, condition)

    def expected(
        self, records: Sequence[CustomerRecord], order: Order, condition: Condition
    ) -> list[Identity]:
        """The reference, given everybody's records with all that order and filter look at."""
        meant = without_deleted(condition)
        people: dict[object, list[CustomerRecord]] = {}
        for record in records:
            key = key_of(record, MATCH) or identity(record)
            people.setdefault(key, []).append(record)
        found: list[tuple[CustomerRecord, CustomerRecord]] = []
        for members in people.values():
            customer = merge(members, self.precedence)
            matching = [one for one in members if matches(meant, one, self.reach(one), customer) is True]
            if matching:
                place = anchor(order.field, matching, self.precedence)
                found.append((place, customer.records[0]))
        found.sort(
            key=lambda pair: sort_key(position(order.field, pair[0], self.precedence), order.direction)
        )
        return [identity(primary) for _, primary in found]

    def reach(self, record: CustomerRecord) -> Reach:
        return next(one.reach for one in self.sources if one.name == record.source_name)

    async def page(
        self, order: Order, piece: Slice, wanted: Wanted | None = None, condition: Condition = TRUE
    ) -> CustomerPage:
        """One page in an operation of its own; failures on the way are raised."""
        reader = self.reader()
        page = await reader.customers(order, condition, piece, wanted or Wanted())
        self.trace = reader.operation.trace
        self.calls = Counter(call.source_name for call in reader.operation.trace)
        for problem in reader.operation.problems:
            raise problem
        return page

    async def walk(
        self, order: Order, size: int, *, is_backward: bool = False, condition: Condition = TRUE
    ) -> list[list[Identity]]:
        """All pages to the end, in the order they came; every page's flags are held to be consistent."""
        pages: list[list[Identity]] = []
        cursor: str | None = None
        while True:
            piece = slice_of(last=size, before=cursor) if is_backward else slice_of(first=size, after=cursor)
            page = await self.page(order, piece, condition=condition)
            pages.append([identity(edge.node.records[0]) for edge in page.edges])
            behind, ahead = page.has_previous_page, page.has_next_page
            if is_backward:
                behind, ahead, cursor = ahead, behind, page.start_cursor
            else:
                cursor = page.end_cursor
            assert behind is (len(pages) > 1)
            if not ahead:
                return pages
            assert len(page.edges) == size


def deleted_lists(one: Source) -> Iterator[dict[str, object]]:
    """The arguments of the lists that hold deleted records, where the vendor keeps those apart."""
    for pushdown in one.table.pushdowns:
        arguments = pushdown.render(True) if pushdown.field is FilterField.IS_DELETED else None
        if arguments is not None:
            yield dict(arguments)


def identity(record: CustomerRecord) -> Identity:
    return record.source_name, record.vendor_id


def orders() -> Iterator[Order]:
    for field in (OrderField.CREATED_AT, OrderField.UPDATED_AT):
        for direction in Direction:
            yield Order(field=field, direction=direction)


@contextmanager
def world(
    size: int = 60,
    *,
    seed: int = 1,
    text_search: TextSearch = TextSearch.FOLDING,
    assumptions: Assumptions = Assumptions.USUAL,
    clock: Clock | None = None,
    **options: Any,
) -> Iterator[World]:
    """`clock` drives the gateway and the vendors; without one both have the machine's."""
    sandbox_options = SandboxOptions(
        size=size,
        seed=seed,
        rate_limits=False,
        text_search=text_search,
        assumptions=assumptions,
        clock=(clock or SystemClock()).now,
    )
    with create_app(sandbox_options) as sandbox:
        yield World(sandbox, clock=clock, **options)
