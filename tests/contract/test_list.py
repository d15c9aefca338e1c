"""Lists: everyone once at any page size, sorted where the vendor sorts, counted where it counts."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import Any

import pytest

from gateway.capabilities import Arguments, Pushdown
from gateway.customer import IDENTITY_FIELDS, Field, Selection
from gateway.paging import Pager
from gateway.query import Direction, OrderField, order_value
from gateway.sandbox import Assumptions
from gateway.vendors import SPECS
from tests.contract.value import operands
from tests.contract.world import World, operation

MOST = 1_000_000
"""More than any vendor's page: the pager has to cut it."""
TIMES = Selection(fields=frozenset({Field.CREATED_AT, Field.UPDATED_AT}))

PAGERS = [
    pytest.param(vendor, pager, id=f"{vendor}-{name}")
    for vendor, spec in SPECS.items()
    for name, pager in (("page", spec.pager), ("drain", spec.drain))
    if pager is not None
]

every_reading = pytest.mark.parametrize("reading", Assumptions)
every_vendor = pytest.mark.parametrize("vendor", SPECS)


@every_reading
@pytest.mark.parametrize(("vendor", "pager"), PAGERS)
@pytest.mark.parametrize("size", [1, 7, MOST])
async def test_everyone_comes_once_at_any_page_size(world: World, pager: Pager, size: int) -> None:
    rows = await world.listed({}, pager=pager, size=size)
    assert Counter(row.vendor_id for row in rows) == Counter(record.vendor_id for record in world.living)


@every_reading
@every_vendor
async def test_a_filtered_list_is_the_same_by_page_and_by_drain(world: World) -> None:
    """A walk by id takes a filter's parameters beside its own."""
    source = world.source()
    for pushdown in source.table.pushdowns:
        for arguments in _rendered(pushdown, world)[:3]:
            rows = await world.listed(arguments, pager=source.spec.drain, size=7)
            ids = [row.vendor_id for row in rows]
            assert len(set(ids)) == len(ids)
            assert set(ids) == await world.given(arguments)


def _rendered(pushdown: Pushdown, world: World) -> list[Arguments]:
    values = operands(pushdown.field, pushdown.operator, world.everyone)
    return [said for value in values if (said := pushdown.render(value)) is not None]


@every_reading
@pytest.mark.parametrize(
    ("vendor", "order"), [(vendor, order) for vendor, spec in SPECS.items() for order in spec.table.orders]
)
@pytest.mark.parametrize("direction", Direction)
@pytest.mark.parametrize("size", [7, MOST])
async def test_a_native_order_is_sorted_by_its_value(
    world: World, order: OrderField, direction: Direction, size: int
) -> None:
    native = world.source().table.orders[order]
    arguments = native.ascending if direction is Direction.ASC else native.descending
    rows = await world.listed(arguments, selection=TIMES, size=size)
    values: list[Any] = [order_value(order, row) for row in rows]
    if direction is Direction.DESC:
        values.reverse()
    assert all(first <= second for first, second in pairwise(values))
    assert Counter(row.vendor_id for row in rows) == Counter(record.vendor_id for record in world.living)


@every_reading
@every_vendor
async def test_a_count_is_the_number_of_rows_or_unknown(world: World) -> None:
    source = world.source()
    table, countable = source.table, source.table.countable
    asked: list[Arguments] = [{}]
    asked += [said for pushdown in table.pushdowns for said in _rendered(pushdown, world)[:3]]
    times = sorted(record.created_at for record in world.living if record.created_at)
    middle = times[len(times) // 2]
    asked += [
        one.render(low, high, None)
        for one in table.ranges.values()
        for low, high in ((middle, None), (None, middle), (middle, times[-1]))
    ]
    for arguments in asked:
        counts = source.spec.count is not None and (countable is None or set(arguments) <= countable)
        expected = len(await world.given(arguments)) if counts else None
        assert await source.count(arguments, operation()) == expected, arguments


@every_reading
@every_vendor
async def test_a_total_beside_rows_is_the_number_of_all(world: World) -> None:
    source = world.source()
    pager = source.spec.pager
    page = await source.page({}, TIMES, operation(), pager=pager, position=pager.start, limit=7)
    assert page.total in (None, len(world.living))


@every_reading
@every_vendor
async def test_list_rows_carry_what_is_listed(world: World) -> None:
    """Field by field, as a load of the whole record says it."""
    source = world.source()
    whole = {record.vendor_id: record for record in world.everyone}
    pager = source.spec.pager
    for field in sorted(source.table.listed):
        selection = Selection(fields=frozenset({field}))
        page = await source.page({}, selection, operation(), pager=pager, position=pager.start, limit=MOST)
        assert page.records
        for record in page.records:
            for brought in IDENTITY_FIELDS & source.table.listed | {field}:
                assert getattr(record, brought) == getattr(whole[record.vendor_id], brought), brought


@every_reading
@every_vendor
async def test_completed_rows_are_whole(world: World) -> None:
    """A list row with what it lacks asked for is the record that a look-up by id gives."""
    source = world.source()
    whole = {record.vendor_id: record for record in world.everyone}
    pager = source.spec.pager
    for field in sorted(source.table.known):
        selection = Selection(fields=frozenset({field}))
        page = await source.page({}, selection, operation(), pager=pager, position=pager.start, limit=20)
        rows = page.records[:20]
        records = await source.completed(rows, selection, operation())
        assert [record.vendor_id for record in records] == [row.vendor_id for row in rows]
        values = [getattr(record, field) for record in records]
        assert values == [getattr(whole[row.vendor_id], field) for row in rows], field
