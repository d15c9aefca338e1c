"""What the API reads from: the gateway with its sources, and one reader for each operation."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from gateway.adapter import Source
from gateway.clock import Clock
from gateway.customer import Selection
from gateway.identity import MatchField
from gateway.operation import Operation
from gateway.planner.census import Census
from gateway.planner.connection import CustomerPage, Slice, Wanted
from gateway.planner.cursor import CursorCodec
from gateway.planner.execute import Question
from gateway.planner.listed import Snapshots
from gateway.planner.lookup import Lookup
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

    def reader(self, selection: Selection, *, visible: Iterable[str] | None = None) -> Reader:
        """A new operation's reader. `visible` names the sources that the caller may see; None: all."""
        sources = tuple(source for source in self.sources if visible is None or source.name in set(visible))
        return Reader(gateway=self, sources=sources, selection=selection)

    def operation(self) -> Operation:
        """A fresh budget and deadline."""
        ends_at = self.clock.monotonic() + self.deadline
        return Operation(calls_left=self.vendor_calls, ends_at=ends_at, monotonic=self.clock.monotonic)

    async def close(self) -> None:
        """Give every connection back."""
        await self.transport.close()


class Reader:
    """Reads for one operation: look-ups and pages share its budget, deadline, loaders and selection."""

    def __init__(self, *, gateway: Gateway, sources: Sequence[Source], selection: Selection) -> None:
        self.gateway = gateway
        self.sources = sources
        self.operation = gateway.operation()
        self.lookup = Lookup(sources, gateway.match, selection, self.operation, gateway.census)

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
        self, order: Order, condition: Condition, piece: Slice, wanted: Wanted
    ) -> CustomerPage:
        """A page of merged customers. Raises `InvalidInput` for a cursor that does not belong to the question."""
        return await Question(self, order, condition, piece, wanted).answer()
