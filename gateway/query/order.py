"""Where a customer stands in a list: order values, anchors, and positions that a merge can compare."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from functools import total_ordering
from typing import Any, TypeAlias

import msgspec

from gateway.customer import CustomerRecord, Money, Profile
from gateway.query.text import fold


class OrderField(StrEnum):
    """What a list of customers can be sorted by."""

    CREATED_AT = "created_at"
    UPDATED_AT = "updated_at"
    NAME = "name"
    EMAIL = "email"
    TOTAL_SPENT = "total_spent"
    ORDERS_COUNT = "orders_count"
    LAST_ORDER_AT = "last_order_at"


class Direction(StrEnum):
    """Which end comes first. It turns the order values alone: nulls stay last and ties ascend."""

    ASC = "ASC"
    DESC = "DESC"


class Order(msgspec.Struct, frozen=True):
    """One order of customers."""

    field: OrderField = OrderField.CREATED_AT
    direction: Direction = Direction.DESC


OrderValue: TypeAlias = datetime | str | Decimal | int
VendorIdKey: TypeAlias = tuple[int, int, str]
Rank: TypeAlias = tuple[int, VendorIdKey]
"""Source priority, then vendor id: which of two records is nearer to being the primary one."""

_LONGEST_NUMBER = 40


def vendor_id_key(vendor_id: str, *, numeric: bool) -> VendorIdKey:
    """What a vendor id compares by: its number where the vendor's ids are numbers, else its code points.

    An id that is no number where numbers are expected comes after all numbers.
    """
    if not numeric:
        return (0, 0, vendor_id)
    if vendor_id.isascii() and vendor_id.isdigit() and len(vendor_id) <= _LONGEST_NUMBER:
        return (0, int(vendor_id), vendor_id)
    return (1, 0, vendor_id)


class SourceRank(msgspec.Struct, frozen=True, kw_only=True):
    """What decides between records of sources: `priority` 1 comes first."""

    priority: int
    numeric_ids: bool


class Precedence(msgspec.Struct, frozen=True):
    """The sources' order, by their names. A source that is not in it is a KeyError."""

    sources: Mapping[str, SourceRank]

    def rank(self, source_name: str, vendor_id: str) -> Rank:
        """The rank of a record that may not be loaded, such as one that a cursor names."""
        source = self.sources[source_name]
        return (source.priority, vendor_id_key(vendor_id, numeric=source.numeric_ids))

    def of(self, record: CustomerRecord) -> Rank:
        """The record's rank."""
        return self.rank(record.source_name, record.vendor_id)

    def sorted(self, records: Iterable[CustomerRecord]) -> tuple[CustomerRecord, ...]:
        """The records in priority order, then by vendor id; the first is the primary."""
        return tuple(sorted(records, key=self.of))


def order_value(field: OrderField, record: Profile) -> OrderValue | None:
    """The record's value for the order, None where it is unknown. Texts are folded.

    A record without an update stands at its creation; of several amounts the greatest counts, whatever its
    currency.
    """
    match field:
        case OrderField.UPDATED_AT:
            return record.updated_at or record.created_at
        case OrderField.NAME | OrderField.EMAIL:
            text: str | None = getattr(record, field)
            return None if text is None else fold(text)
        case OrderField.TOTAL_SPENT:
            return _greatest(record.total_spent)
        case OrderField.CREATED_AT:
            return record.created_at
        case OrderField.ORDERS_COUNT:
            return record.orders_count
        case OrderField.LAST_ORDER_AT:
            return record.last_order_at


def _greatest(amounts: tuple[Money, ...] | None) -> Decimal | None:
    return max((money.amount for money in amounts), default=None) if amounts else None


class Position(msgspec.Struct, frozen=True):
    """A place in a list. Compare positions by `sort_key`."""

    value: OrderValue | None
    priority: int
    vendor_id_key: VendorIdKey


@total_ordering
class _Descending:
    """A value that sorts before the smaller ones; texts have no negative to sort by."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:  # noqa: ANN401  # any two values of one order compare
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Descending) and bool(self.value == other.value)

    def __lt__(self, other: _Descending) -> bool:
        return bool(other.value < self.value)

    def __hash__(self) -> int:
        return hash(self.value)


SortKey: TypeAlias = tuple[bool, Any, int, VendorIdKey]
"""Comparable with the keys of positions in the same order."""


def sort_key(position: Position, direction: Direction) -> SortKey:
    """What sorts positions into the list's order: total, nulls last and ties ascending in both directions."""
    value: Any = position.value
    if value is None:
        value = 0
    elif direction is Direction.DESC:
        value = _Descending(value)
    return (position.value is None, value, position.priority, position.vendor_id_key)


def position(field: OrderField, record: CustomerRecord, precedence: Precedence) -> Position:
    """Where the record by itself stands."""
    return Position(order_value(field, record), *precedence.of(record))


_PRIMARY_MOST = frozenset({OrderField.NAME, OrderField.EMAIL})


def anchor(field: OrderField, matching: Iterable[CustomerRecord], precedence: Precedence) -> CustomerRecord:
    """The record at whose position the customer stands, in either direction, among its matching ones.

    The earliest created for CREATED_AT, the greatest value for the other times and for numbers, for texts the
    primary-most with a value; of equals, and where no record has a value, the primary-most. ValueError where
    none matches.
    """
    return min(matching, key=lambda record: preference(field, position(field, record, precedence)))


def preference(field: OrderField, place: Position) -> SortKey:
    """What decides at which of several places a customer stands: the least does."""
    if field in _PRIMARY_MOST and place.value is not None:
        place = msgspec.structs.replace(place, value="")
    return sort_key(place, Direction.ASC if field is OrderField.CREATED_AT else Direction.DESC)
