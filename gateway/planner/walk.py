"""A walk along a list: in its order or, from the far end, in the reverse of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import total_ordering
from typing import Any

from gateway.adapter import Source
from gateway.customer import CustomerRecord, Field, Value
from gateway.planner.cursor import Place
from gateway.query import (
    Direction,
    Order,
    OrderField,
    OrderValue,
    Position,
    Precedence,
    SortKey,
    SourceRank,
    anchor,
    order_value,
    position,
    preference,
    sort_key,
)

_FIELDS = {
    OrderField.CREATED_AT: frozenset({Field.CREATED_AT}),
    OrderField.UPDATED_AT: frozenset({Field.UPDATED_AT, Field.CREATED_AT}),
    OrderField.NAME: frozenset({Field.NAME}),
    OrderField.EMAIL: frozenset({Field.EMAIL}),
    OrderField.TOTAL_SPENT: frozenset({Field.TOTAL_SPENT}),
    OrderField.ORDERS_COUNT: frozenset({Field.ORDERS_COUNT}),
    OrderField.LAST_ORDER_AT: frozenset({Field.LAST_ORDER_AT}),
}


class Bounds(Value, frozen=True):
    """The times between which matches lie, both included; None leaves an end open."""

    low: datetime | None = None
    high: datetime | None = None


@total_ordering
class WalkKey:
    """What positions compare by in walking order."""

    __slots__ = ("_is_backward", "_key")

    def __init__(self, key: Any, *, is_backward: bool) -> None:  # noqa: ANN401  # a sort key's value is of any type
        self._key = key
        self._is_backward = is_backward

    def __eq__(self, other: object) -> bool:
        return isinstance(other, WalkKey) and bool(self._key == other._key)

    def __lt__(self, other: WalkKey) -> bool:
        return bool(other._key < self._key if self._is_backward else self._key < other._key)

    def __hash__(self) -> int:
        return hash(self._key)


class Walk(Value, frozen=True):
    """The order, which way along it, and what decides between sources."""

    order: Order
    precedence: Precedence
    is_backward: bool = False

    def turned(self) -> Walk:
        """The same list the other way."""
        return Walk(order=self.order, precedence=self.precedence, is_backward=not self.is_backward)

    @property
    def fields(self) -> frozenset[Field]:
        """What a record's place depends on."""
        return _FIELDS[self.order.field]

    @property
    def is_rising(self) -> bool:
        """True where order values grow as the walk goes on."""
        return (self.order.direction is Direction.ASC) is not self.is_backward

    def value(self, record: CustomerRecord) -> Any:  # noqa: ANN401  # any order value
        """The record's order value, None where it is unknown."""
        return order_value(self.order.field, record)

    def time(self, record: CustomerRecord) -> datetime | None:
        """The record's order value where that is a time."""
        value = self.value(record)
        return value if isinstance(value, datetime) else None

    def key(self, record: CustomerRecord) -> WalkKey:
        """Where the record stands."""
        return self._key(position(self.order.field, record, self.precedence))

    def key_of(self, place: Place) -> WalkKey:
        """Where a cursor stands. A place without a source stands before everything with its value."""
        if not place.source_name:
            return self.key_before(place.value)
        return self.key_at(place.value, place.source_name, place.vendor_id)

    def key_before(self, value: OrderValue | None) -> WalkKey:
        """Where records with the value begin."""
        edge = 1 << 30 if self.is_backward else -1
        return self._key(Position(value, edge, (0, 0, "")))

    def key_after(self, value: OrderValue | None) -> WalkKey:
        """Where records with the value have ended."""
        edge = -1 if self.is_backward else 1 << 30
        return self._key(Position(value, edge, (0, 0, "")))

    def anchor(self, matching: Sequence[CustomerRecord]) -> CustomerRecord:
        """The record where a customer stands, of its matching ones."""
        return anchor(self.order.field, matching, self.precedence)

    def key_at(self, value: OrderValue | None, source_name: str, vendor_id: str) -> WalkKey:
        """Where a record that is not at hand stands."""
        return self._key(Position(value, *self.precedence.rank(source_name, vendor_id)))

    def preference(self, value: OrderValue | None, source_name: str, vendor_id: str) -> SortKey:
        """What decides at which of its records a customer stands: the least does."""
        return preference(self.order.field, Position(value, *self.precedence.rank(source_name, vendor_id)))

    def place(self, record: CustomerRecord) -> Place:
        """The place that a cursor of the record holds."""
        return Place(value=self.value(record), source_name=record.source_name, vendor_id=record.vendor_id)

    def _key(self, place: Position) -> WalkKey:
        return WalkKey(sort_key(place, self.order.direction), is_backward=self.is_backward)


def precedence_of(sources: Iterable[Source]) -> Precedence:
    """The order of sources and ids that decides between records."""
    return Precedence(
        {
            source.name: SourceRank(priority=source.priority, numeric_ids=source.table.numeric_ids)
            for source in sources
        }
    )
