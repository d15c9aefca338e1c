"""Orders that no vendor keeps: exact within a limit, told beyond it, kept for a while, steady under changes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import cycle, product
from random import Random
from typing import Any

import pytest

from gateway.customer import CustomerRecord, Field
from gateway.errors import LimitExceeded
from gateway.operation import CallKind
from gateway.planner.connection import CustomerPage, Wanted, slice_of
from gateway.planner.sought import Notes
from gateway.query import (
    TRUE,
    Comparison,
    Condition,
    Direction,
    FilterField,
    Operator,
    Order,
    OrderField,
    order_value,
)
from tests.contract.world import TurnedClock
from tests.planner.test_drift import people
from tests.support.world import SELECTION, Identity, World, identity, world

KEPT_NOWHERE = [field for field in OrderField if field not in {OrderField.CREATED_AT, OrderField.UPDATED_AT}]
SPARSE = [OrderField.EMAIL, OrderField.TOTAL_SPENT, OrderField.LAST_ORDER_AT]
"""What some records lack, and for the latter two most sources altogether."""
BY_EMAIL = Order(field=OrderField.EMAIL, direction=Direction.ASC)
LISTS = {CallKind.LIST, CallKind.SEARCH}
SMALL_LISTS = 2
"""Sources without a batch by id that are so small that reading them whole is cheaper than loading a few records."""


def listings(calls: Counter[CallKind]) -> int:
    return sum(calls[kind] for kind in LISTS)


def most(records: Sequence[CustomerRecord]) -> int:
    """The greatest number of records at one source."""
    living = (record for record in records if record.deleted_at is None)
    return max(Counter(record.source_name for record in living).values())


async def test_a_list_as_long_as_the_limit_is_exact() -> None:
    with world(8, cache_ttl=60) as small:
        small.gateway.snapshots.limit = most(await small.records(SELECTION.fields | {Field.DELETED_AT}))
        for field, direction in zip(KEPT_NOWHERE, cycle(Direction), strict=False):
            order = Order(field=field, direction=direction)
            pages = await small.walk(order, 7)
            assert [one for page in pages for one in page] == await small.reference(order)


async def test_a_longer_list_is_refused_and_told_which_orders_are_free() -> None:
    with world(8) as small:
        limit = most(await small.records(SELECTION.fields | {Field.DELETED_AT})) - 1
        small.gateway.snapshots.limit = limit
        for field in KEPT_NOWHERE:
            with pytest.raises(LimitExceeded, match=f"more than {limit} records") as refused:
                await small.walk(Order(field=field, direction=Direction.ASC), 100)
            assert all(order in refused.value.message for order in ("CREATED_AT", "UPDATED_AT"))
            assert any(source.name in refused.value.message for source in small.sources)
        await small.walk(Order(), 100)


async def test_the_limit_counts_what_a_filter_leaves() -> None:
    with world(30) as small:
        records = await small.records()
        small.gateway.snapshots.limit = 3
        named = Comparison(FilterField.NAME, Operator.EQ, next(one.name for one in records if one.name) or "")
        pages = await small.walk(BY_EMAIL, 100, condition=named)
        assert [one for page in pages for one in page] == await small.reference(BY_EMAIL, named)


async def paged(
    small: World, cursor: str | None, order: Order = BY_EMAIL, condition: Condition = TRUE
) -> tuple[CustomerPage, Counter[CallKind]]:
    """A page of one customer, and the kinds of calls it took."""
    reader = small.gateway.reader(SELECTION, notes=Notes())
    page = await reader.customers(order, condition, slice_of(first=1, after=cursor), Wanted())
    assert reader.operation.problems == []
    return page, Counter((reader.operation.kinds or {}).values())


async def test_the_pages_after_the_first_read_no_list() -> None:
    clock = TurnedClock()
    with world(60, clock=clock, scan_ttl=30) as small:
        first, calls = await paged(small, None)
        whole = listings(calls)
        for _ in range(3):
            first, calls = await paged(small, first.end_cursor)
            assert listings(calls) <= SMALL_LISTS < whole
            assert calls.total() <= 10 * len(small.sources)
        clock.passed += 31
        _, calls = await paged(small, first.end_cursor)
        assert listings(calls) == whole


async def test_of_no_time_to_live_nothing_is_kept() -> None:
    with world(60, scan_ttl=0) as small:
        first, _ = await paged(small, None)
        _, calls = await paged(small, first.end_cursor)
        assert calls.keys() & LISTS


async def test_another_filter_or_order_is_another_list() -> None:
    with world(60) as small:
        await paged(small, None)
        lacking = Comparison(FilterField.NAME, Operator.CONTAINS, "a")
        for order, condition in ((BY_EMAIL, lacking), (Order(OrderField.NAME, Direction.ASC), TRUE)):
            _, calls = await paged(small, None, order, condition)
            assert calls.keys() & LISTS


async def test_the_other_direction_is_the_same_list() -> None:
    with world(60) as small:
        await paged(small, None)
        _, calls = await paged(small, None, Order(OrderField.EMAIL, Direction.DESC))
        assert listings(calls) <= SMALL_LISTS


async def test_no_more_is_read_than_lies_between_the_times_of_a_filter() -> None:
    with world(60) as small:
        times = sorted(one.created_at for one in await small.records() if one.created_at)
        recent = Comparison(FilterField.CREATED_AT, Operator.GTE, times[-8])
        rows = {condition: await rows_read(small, condition) for condition in (TRUE, recent)}
        for one in small.sources:
            if FilterField.CREATED_AT in one.table.ranges:
                assert rows[recent].get(one.name, 0) < rows[TRUE][one.name] / 2


async def rows_read(small: World, condition: Condition) -> dict[str, int]:
    reader = small.reader()
    await reader.customers(BY_EMAIL, condition, slice_of(first=1), Wanted(has_previous_page=False))
    return reader.operation.rows


async def test_who_has_no_value_stands_last_in_either_direction() -> None:
    with world(16, seed=2, cache_ttl=60) as small:
        records = await small.records(SELECTION.fields | {Field(field) for field in KEPT_NOWHERE})
        for field, direction in product(SPARSE, Direction):
            values = {identity(one): order_value(field, one) for one in records}
            page = await small.page(Order(field=field, direction=direction), slice_of(first=100))
            nulls = [
                all(values[identity(record)] is None for record in edge.node.records) for edge in page.edges
            ]
            assert nulls == sorted(nulls)
            assert len(set(nulls)) == 2


@pytest.mark.parametrize(("kept", "size"), [(60, 1), (60, 4), (0, 2)])
async def test_a_record_that_changes_its_value_moves_nobody_else(kept: float, size: int) -> None:
    """Between two pages somebody gets another address, which is what the list is sorted by."""
    with world(9, seed=4, scan_ttl=kept) as moving:
        chance, before, touched = Random(size), await people(moving), set[Identity]()
        met: list[Identity] = []
        cursor: str | None = None
        while True:
            page = await moving.page(BY_EMAIL, slice_of(first=size, after=cursor))
            met += [identity(edge.node.records[0]) for edge in page.edges]
            if not page.has_next_page:
                break
            cursor = page.end_cursor
            touched.add(readdress(moving, chance))
        after = await people(moving)
        steady = {who for who, group in before.items() if after[who] == group and not group & touched}
        assert touched
        assert [who for who in met if who in steady] == [
            who for who in await moving.reference(BY_EMAIL) if who in steady
        ]


def readdress(moving: World, chance: Random) -> Identity:
    """Somebody gets an address at a random place of the alphabet."""
    one = chance.choice(moving.sources)
    documents: list[dict[str, Any]] = moving.sandbox.dump(one.vendor)
    document = chance.choice(documents)
    holder = document if "email" in document else document["billingAddress"]
    holder["email"] = f"{chance.choice('aflrz')}{chance.random()}@moved.example"
    moving.sandbox.load(one.vendor, documents)
    return one.name, str(document["id"])
