"""A page of a connection: what is asked for, and what came."""

from __future__ import annotations

from enum import StrEnum

from gateway.customer import Customer, SourceReport, Value
from gateway.errors import InvalidInput

DEFAULT_SIZE = 20
MAXIMUM_SIZE = 100


class CountPrecision(StrEnum):
    """How near a count is to the truth."""

    EXACT = "EXACT"
    AT_LEAST = "AT_LEAST"
    AT_MOST = "AT_MOST"
    APPROXIMATE = "APPROXIMATE"


class Count(Value, frozen=True):
    """A number of customers, and how exact it is."""

    value: int
    precision: CountPrecision


class Wanted(Value, frozen=True):
    """Which parts of a page are selected; what nobody selected is not found out."""

    nodes: bool = True
    has_next_page: bool = True
    has_previous_page: bool = True
    total_count: bool = False


class Slice(Value, frozen=True):
    """Which part of a list: what stands after `after` and before `before`, `size` items of it from one end."""

    size: int = DEFAULT_SIZE
    after: str | None = None
    before: str | None = None
    is_backward: bool = False
    """True: the last items, reading from the far end."""


class Edge(Value, frozen=True):
    """A customer and where it stands."""

    cursor: str
    node: Customer


class CustomerPage(Value, frozen=True):
    """One page. A flag that nobody asked for is None; one that could not be checked is true.

    `end_cursor` (`start_cursor` going backward) is there without edges too, where the page ended early.
    """

    edges: tuple[Edge, ...] = ()
    has_next_page: bool | None = None
    has_previous_page: bool | None = None
    start_cursor: str | None = None
    end_cursor: str | None = None
    total: Count | None = None
    reports: tuple[SourceReport, ...] = ()


def slice_of(
    *, first: int | None = None, after: str | None = None, last: int | None = None, before: str | None = None
) -> Slice:
    """Relay's four arguments as one slice; raises `InvalidInput` that names the argument.

    Both cursors may be given: they bound the list from both ends. `before` alone means the last ones before it.
    """
    if first is not None and last is not None:
        raise InvalidInput("`first` and `last` cannot be given together; choose one end.")
    is_backward = last is not None or (first is None and after is None and before is not None)
    name, size = ("last", last) if is_backward else ("first", first)
    if size is None:
        size = DEFAULT_SIZE
    if not 0 <= size <= MAXIMUM_SIZE:
        raise InvalidInput(f"`{name}` must be from 0 to {MAXIMUM_SIZE}, not {size}.")
    return Slice(size=size, after=after, before=before, is_backward=is_backward)
