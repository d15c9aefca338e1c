"""The capability table: the only truth about what a vendor can do. Planner, tests, API, CLI and README read it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta, tzinfo
from enum import StrEnum
from typing import Any, TypeAlias

from gateway.customer import Field, Value
from gateway.query import SEARCHABLE, FilterField, Operator, OrderField, Reach

Arguments: TypeAlias = Mapping[str, Any]
"""A vendor's own list parameters by their names; raw JSON values, since some vendors take them in a body."""


class Grade(StrEnum):
    """How well a vendor's answer covers a condition."""

    EXACT = "exact"
    """Just the records that satisfy it."""
    SUPERSET = "superset"
    """All of them and perhaps more: checked again by the gateway."""
    LIKELY = "likely"
    """The document leaves open whether all of them: used under `pushdown = "trusting"` only, checked again."""


class Pushdown(Value, frozen=True, kw_only=True):
    """One comparison that the vendor evaluates. `render` gives its parameters, None for a value it cannot express."""

    field: FilterField
    operator: Operator
    grade: Grade
    render: Callable[[Any], Arguments | None]
    note: str = ""


class Range(Value, frozen=True, kw_only=True):
    """A time range that the vendor evaluates.

    `render(low, high, zone)` gives parameters whose answer holds every record with low <= time <= high, and perhaps
    more: bounds whose strictness is not documented are widened. None leaves an end open. `zone` is what is known of
    the zone that the vendor reads filter times in, None where nothing is.
    """

    render: Callable[[datetime | None, datetime | None, tzinfo | None], Arguments]
    step: timedelta = timedelta(seconds=1)
    """The finest difference between two bounds that the vendor sees: a window of one step cannot be divided."""
    is_zone_unknown: bool = False
    """True where the zone of filter times is not documented: until it is known, ranges are widened by 14 hours."""
    misses_unset: bool = False
    """True where records may lack the time: no range finds them, and they are looked for by their creation."""


class NativeOrder(Value, frozen=True, kw_only=True):
    """An order that the vendor keeps itself. Ties are in no documented order, except where `ties_by_id`."""

    ascending: Arguments
    descending: Arguments
    ties_by_id: bool = False


class Rate(Value, frozen=True, kw_only=True):
    """The documented rate limit: `calls` in `seconds`, bucket or window. The vendor's headers overrule it."""

    calls: int
    seconds: float


class Paging(StrEnum):
    """The ways in which a vendor's list is read to its end."""

    UNPAGED = "unpaged"
    PAGE_NUMBER = "page number"
    OFFSET = "offset"
    SINCE_ID = "since id"


class Support(StrEnum):
    """Who does it: the vendor, the gateway, or nobody."""

    NATIVE = "NATIVE"
    EMULATED = "EMULATED"
    UNAVAILABLE = "UNAVAILABLE"


class CapabilityTable(Value, frozen=True, kw_only=True):
    """What one vendor can do. A claim stands here only because code reads it."""

    fields: Mapping[Field, tuple[str, ...]]
    """Unified field → the vendor's field names that it is read from. A field that is not a key is unknown there."""
    always: tuple[str, ...] = ("id",)
    """The vendor's fields that every load asks for."""
    listed: frozenset[Field]
    """The fields that list rows carry without a further call."""
    list_only: frozenset[Field] = frozenset()
    """The fields that a record found by id or e-mail carries only after a further call."""
    untold: frozenset[FilterField] = frozenset()
    """Comparisons of addresses that the vendor's addresses never carry the value for: unknown on all its records."""
    numeric_ids: bool
    """Vendor ids are compared by number; else as text."""
    page_size: int
    """Records that one list call brings at most."""
    batch_size: int = 1
    """Ids that one call answers; 1: a call an id."""
    concurrency: int = 8
    """Requests under way at once."""
    rate: Rate
    paging: tuple[Paging, ...]
    pushdowns: tuple[Pushdown, ...] = ()
    ranges: Mapping[FilterField, Range] = {}
    """By CREATED_AT and UPDATED_AT. Records without the time are in no answer."""
    orders: Mapping[OrderField, NativeOrder] = {}
    countable: frozenset[str] | None = frozenset()
    """The list parameters under which `VendorSpec.count` counts; None: under any; empty: everything alone."""
    lists_tags: bool = False
    lists_groups: bool = False
    unique_email: bool = False
    """The vendor's document says that two customers of a store never share an address."""
    notes: Mapping[str, str] = {}
    """Capability name → what a reader should know; shown in `Source.capabilities`."""

    def reach(self, lacks: frozenset[Field] = frozenset()) -> Reach:
        """How far a filter sees on this vendor's records. `lacks` are fields that one source may not read."""
        known = self.known - lacks
        return Reach(known=known, searched=SEARCHABLE & self.listed & known, untold=self.untold)

    @property
    def known(self) -> frozenset[Field]:
        """The unified fields that this vendor has at all; the others are unknown on all its records."""
        return frozenset(self.fields)

    def names(self, fields: frozenset[Field]) -> tuple[str, ...]:
        """The vendor's field names to ask for, each once, in the table's order."""
        wanted = [name for field, names in self.fields.items() if field in fields for name in names]
        return tuple(dict.fromkeys((*self.always, *wanted)))
