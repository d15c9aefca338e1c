"""What the merge reads from: one source's records in walking order, brought in batches."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from gateway.adapter import Source
from gateway.capabilities import Arguments
from gateway.customer import CustomerRecord, Selection
from gateway.operation import Operation
from gateway.planner.cursor import Place
from gateway.planner.walk import Bounds, Walk
from gateway.query import OrderValue


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a stream is to bring: the walk, where it starts (None: at the end), and what of each record.

    `size` is about how many records will be needed; `arguments` are what the vendor evaluates of a filter, `bounds` the
    times that the order's own value must lie between, and `accepts` tells rows that cannot match. `lane` tells several
    streams of one source apart.
    """

    walk: Walk
    start: Place | None
    selection: Selection
    operation: Operation
    size: int
    arguments: Arguments = field(default_factory=dict)
    bounds: Bounds = field(default_factory=Bounds)
    accepts: Callable[[CustomerRecord], bool] = lambda _: True
    lane: str = ""


def at_value(value: OrderValue | None) -> Place:
    """The place before everything with the value."""
    return Place(value=value, source_name="", vendor_id="")


class Stream(Protocol):
    """One source's records along a walk, strictly after its start. Nobody is given twice or left out."""

    source: Source
    is_done: bool
    """True once everything has been given."""

    @property
    def frontier(self) -> Place | None:
        """Everything before it has been given; None where nothing is known yet."""

    @property
    def lane(self) -> str:
        """What its hints are kept under in a cursor."""

    def hint(self, place: Place) -> int | None:
        """The vendor's own position of a place, for its cursor to carry; None where there is none."""

    async def fetch(self) -> Sequence[CustomerRecord]:
        """The next records in walking order, perhaps none. Raises what `Source.page` raises."""
