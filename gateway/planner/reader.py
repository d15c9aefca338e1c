"""What the API reads from: the gateway with its sources, and one reader for each operation."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakValueDictionary

from gateway.adapter import Source
from gateway.clock import Clock
from gateway.customer import Customer, CustomerGroup, CustomerRecord, Selection, Tag
from gateway.identity import MatchField
from gateway.index import MatchIndex
from gateway.ledger import Ledger, MemoryLedger
from gateway.operation import CallKind, Operation
from gateway.planner.census import Census
from gateway.planner.connection import CustomerPage, Slice, Wanted
from gateway.planner.cursor import CursorCodec
from gateway.planner.execute import Question
from gateway.planner.listed import Snapshots
from gateway.planner.lookup import Lookup
from gateway.planner.membership import Membership
from gateway.planner.sought import Notes
from gateway.query import Condition, Order
from gateway.transport import Transport


@dataclass(frozen=True, slots=True, kw_only=True)
class Gateway:
    """All sources in priority order, with what holds for every operation. `deadline` is in seconds."""

    sources: Sequence[Source]
    match: tuple[MatchField, ...]
    cursors: CursorCodec
    clock: Clock
    transport: Transport
    vendor_calls: int = 500
    deadline: float = 20.0
    census: Census = field(default_factory=Census)
    snapshots: Snapshots
    index: MatchIndex | None = None
    """None: every look-up asks the vendors."""
    ledger: Ledger = field(default_factory=MemoryLedger)
    """What is remembered of writes with an idempotency key."""
    held: float = 30.0
    """Seconds after its last sign of life at which a write with a key may be taken up."""
    turns: WeakValueDictionary[tuple[str, str], asyncio.Lock] = field(default_factory=WeakValueDictionary)
    """Whose turn it is to write to a record, by source and vendor id."""
    running: set[asyncio.Task[Any]] = field(default_factory=set)
    """Writes under way, which go on to their end even where nobody waits for them any more."""

    def reader(
        self, selection: Selection, *, visible: Iterable[str] | None = None, notes: Notes | None = None
    ) -> Reader:
        """A new operation's reader. `visible` names the sources that the caller may see; None: all.

        With `notes` it notes what it is asked, and what each call is for.
        """
        return Reader(gateway=self, sources=self.visible(visible), selection=selection, notes=notes)

    def visible(self, names: Iterable[str] | None) -> Sequence[Source]:
        """The sources of these names in priority order; None: all."""
        return tuple(source for source in self.sources if names is None or source.name in set(names))

    def operation(self) -> Operation:
        """A fresh budget and deadline."""
        ends_at = self.clock.monotonic() + self.deadline
        return Operation(calls_left=self.vendor_calls, ends_at=ends_at, monotonic=self.clock.monotonic)

    def start(self) -> None:
        """Begin what is done in the background: keeping the match index."""
        if self.index is not None:
            self.index.start()

    async def close(self) -> None:
        """Let writes come to their end, end what is done in the background, then give every connection back."""
        await asyncio.gather(*self.running, return_exceptions=True)
        if self.index is not None:
            await self.index.stop()
        await self.transport.close()
        await self.ledger.close()


class Reader:
    """Reads for one operation: look-ups and pages share its budget, deadline, loaders and selection."""

    def __init__(
        self,
        *,
        gateway: Gateway,
        sources: Sequence[Source],
        selection: Selection,
        notes: Notes | None = None,
    ) -> None:
        self.gateway = gateway
        self.sources = sources
        self.operation = gateway.operation()
        self.lookup = self.anew(selection)
        self.notes = notes
        if notes is not None:
            self.operation.kinds = {}

    def anew(self, selection: Selection) -> Lookup:
        """Look-ups that know nothing yet."""
        gateway = self.gateway
        membership = Membership(gateway.index, self.sources)
        return Lookup(self.sources, gateway.match, selection, self.operation, gateway.census, membership)

    def live(self, selection: Selection) -> Lookup:
        """Look-ups that ask the vendors themselves who belongs together: a write is not to miss a record."""
        gateway = self.gateway
        nobody = Membership(None, self.sources)
        return Lookup(self.sources, gateway.match, selection, self.operation, gateway.census, nobody)

    def forget(self) -> None:
        """Something was written: whatever is asked for from now on is read again."""
        self.snapshots.forget()
        self.lookup = self.anew(self.lookup.selection)

    @property
    def cursors(self) -> CursorCodec:
        """What writes and reads cursors."""
        return self.gateway.cursors

    @property
    def snapshots(self) -> Snapshots:
        """Orders that are kept in memory."""
        return self.gateway.snapshots

    def source(self, name: str) -> Source | None:
        """The source of that name, None where the caller cannot see one."""
        return self.lookup.sources.get(name)

    async def customers(
        self, order: Order, condition: Condition, piece: Slice, wanted: Wanted, field: str = "customers"
    ) -> CustomerPage:
        """A page of merged customers. Raises `InvalidInput` for a cursor that does not belong to the question.

        `field` is what the answer calls the page, for notes.
        """
        question = Question(self, order, condition, piece, wanted)
        if self.notes is not None:
            self.notes.inquired(field, question.inquiry(), question.lookup)
        return await self._answered(question)

    async def _answered(self, question: Question) -> CustomerPage:
        return await question.answer()

    async def record(self, source_name: str, vendor_id: str) -> CustomerRecord | None:
        """See `Lookup.record`."""
        if self.notes is not None:
            self.notes.record(source_name, vendor_id)
        return await self.lookup.record(source_name, vendor_id)

    async def customer(self, source_name: str, vendor_id: str) -> Customer | None:
        """See `Lookup.customer`."""
        if self.notes is not None:
            self.notes.record(source_name, vendor_id)
            self.notes.person(source_name, vendor_id)
        return await self.lookup.customer(source_name, vendor_id)

    async def customer_by_email(self, email: str) -> Customer | None:
        """See `Lookup.customer_by_email`."""
        if self.notes is not None:
            self.notes.email(email)
        return await self.lookup.customer_by_email(email)

    async def customer_of(self, record: CustomerRecord) -> Customer:
        """See `Lookup.customer_of`."""
        if self.notes is not None:
            self.notes.person(record.source_name, record.vendor_id)
        return await self.lookup.customer_of(record)

    async def tags(self, source: Source) -> tuple[Tag, ...]:
        """See `Source.tags`."""
        if self.notes is not None and source.spec.tags is not None:
            self.notes.listed(source, CallKind.TAGS)
        return await self._tags(source)

    async def _tags(self, source: Source) -> tuple[Tag, ...]:
        return await source.tags(self.operation)

    async def groups(self, source: Source) -> tuple[CustomerGroup, ...]:
        """See `Source.groups`."""
        if self.notes is not None and source.spec.groups is not None:
            self.notes.listed(source, CallKind.GROUPS)
        return await self._groups(source)

    async def _groups(self, source: Source) -> tuple[CustomerGroup, ...]:
        return await source.groups(self.operation)
