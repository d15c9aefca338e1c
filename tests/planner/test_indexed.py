"""The match index changes what an answer costs, and never what it says."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from random import Random

import pytest

from gateway.customer import ALL_FIELDS, CustomerRecord
from gateway.index import MatchIndex, StoreFailed
from gateway.index.database import Row, Values
from gateway.index.sqlite import MEMORY, SqliteDatabase
from gateway.planner.connection import Count, CountPrecision, Wanted, slice_of
from gateway.query import (
    TRUE,
    Comparison,
    Direction,
    FilterField,
    Not,
    Operator,
    Or,
    Order,
    OrderField,
)
from gateway.sandbox import Fault, FaultKind
from tests.support import filters
from tests.support.indexed import HandClock, indexed, synced
from tests.support.nasty import crowd_times
from tests.support.storm import Storm
from tests.support.world import Identity, World, identity, orders, world

CASES = int(os.environ.get("INDEX_CASES", "0"))
"""Random filters in each setting instead of the few below; INDEX_SEED chooses others."""
FEW = {"index": 24, "building": 8, "broken": 8}
SEED = int(os.environ.get("INDEX_SEED", "1"))
ORDERS = [Order(field=field, direction=direction) for field in OrderField for direction in Direction]
NEWEST = Order(field=OrderField.CREATED_AT, direction=Direction.DESC)


class Moody(SqliteDatabase):
    """Fails whenever it is in the mood."""

    def __init__(self, random: Random | None = None) -> None:
        super().__init__(MEMORY)
        self.random = random

    async def rows(self, statement: str, values: Values = ()) -> Sequence[Row]:
        if self.random is not None and self.random.random() < 0.2:
            raise StoreFailed("it is in a mood")
        return await super().rows(statement, values)


def flat(pages: list[list[Identity]], *, is_backward: bool) -> list[Identity]:
    return [one for page in (reversed(pages) if is_backward else pages) for one in page]


@pytest.mark.parametrize("setting", [*FEW, *(["live"] if CASES else [])])
async def test_filtered_walks_are_the_same_with_and_without_the_index(setting: str) -> None:
    with world(40, seed=3, cache_ttl=3600, scan_ttl=3600) as small:
        records = await small.records(ALL_FIELDS)
        database = Moody()
        async with indexed(small, database) as index:
            await prepared(index, small, setting, database)
            for case in range(CASES or FEW[setting]):
                random = Random(f"{SEED} {case}")
                condition = filters.condition(records, random)
                order = random.choice(ORDERS)
                size, is_backward = random.choice([3, 20, 100]), random.random() < 0.5
                index._failed_at = None
                pages = await small.walk(order, size, is_backward=is_backward, condition=condition)
                told = (case, order, size, is_backward, condition)
                expected = small.expected(records, order, condition)
                assert flat(pages, is_backward=is_backward) == expected, told


async def prepared(index: MatchIndex, small: World, setting: str, database: Moody) -> None:
    if setting == "live":
        return
    small.use(index)
    if setting == "building":
        # One source is complete, two have begun, the others wait.
        for sync in list(index.syncs.values())[:2]:
            await sync.step()
        while await list(index.syncs.values())[2].step() == 0.0:
            pass
        return
    await synced(index)
    if setting == "broken":
        database.random = Random(SEED)


@pytest.mark.parametrize("distinct", [None, 1, 4])
async def test_pages_straight_from_the_index_are_those_of_the_list(distinct: int | None) -> None:
    with world(35, seed=2) as small:
        if distinct is not None:
            crowd_times(small.sandbox, distinct=distinct, seed=distinct)
        async with indexed(small) as index:
            await synced(index)
            small.use(index)
            for order in orders():
                reference = await small.reference(order)
                for size, is_backward in ((4 if distinct == 4 else 7, False), (20, True)):
                    pages = await small.walk(order, size, is_backward=is_backward)
                    assert flat(pages, is_backward=is_backward) == reference


async def test_a_filter_on_times_is_answered_by_the_index() -> None:
    with world(60) as small:
        async with indexed(small) as index:
            await synced(index)
            small.use(index)
            records = await small.records()
            times = sorted(record.created_at for record in records if record.created_at)
            late = Comparison(FilterField.CREATED_AT, Operator.GTE, times[len(times) // 2])
            early = Comparison(FilterField.UPDATED_AT, Operator.LT, times[len(times) // 3])
            for condition in (late, Not(late), Or((early, late))):
                for order in orders():
                    pages = await small.walk(order, 20, condition=condition)
                    expected = small.expected(records, order, condition)
                    assert flat(pages, is_backward=False) == expected
                    wanted = Wanted(
                        nodes=False, has_next_page=False, has_previous_page=False, total_count=True
                    )
                    counted = await small.page(order, slice_of(first=5), wanted, condition)
                    assert counted.total == Count(value=len(expected), precision=CountPrecision.APPROXIMATE)
                    assert not small.calls


async def test_a_page_costs_one_call_a_source_and_a_deep_one_no_more() -> None:
    """Each source's records on the page in one call: that is the least there is."""
    with world(200) as small:
        async with indexed(small) as index:
            await synced(index)
            small.use(index)
            cursor, calls = None, []
            for _ in range(10):
                page = await small.page(NEWEST, slice_of(first=20, after=cursor))
                assert len(page.edges) == 20
                calls.append(sum(small.calls.values()))
                cursor = page.end_cursor
            assert max(calls) <= len(small.sources) + 1
            last = await small.page(NEWEST, slice_of(last=20))
            assert len(last.edges) == 20
            assert sum(small.calls.values()) <= len(small.sources) + 1


async def test_membership_by_the_index_spares_the_look_ups_of_filtered_pages() -> None:
    with world(120) as small:
        condition = Comparison(FilterField.NAME, Operator.STARTS_WITH, "a")
        live = await small.page(NEWEST, slice_of(first=20), condition=condition)
        before = sum(small.calls.values())
        async with indexed(small) as index:
            await synced(index)
            small.use(index)
            told = await small.page(NEWEST, slice_of(first=20), condition=condition)
            assert [edge.cursor for edge in told.edges] == [edge.cursor for edge in live.edges]
            assert sum(small.calls.values()) < before / 2


async def test_what_changed_unseen_is_corrected_by_the_load_and_the_page_is_right() -> None:
    """Addresses that moved, and deletions that no vendor tells, before any poll saw them."""
    clock = HandClock()
    with world(50, clock=clock) as small:
        async with indexed(small) as index:
            await synced(index)
            small.use(index)
            clock.elapsed += 30
            storm = Storm(small.sandbox, 5)
            for vendor in small.sandbox.vendors:
                for _ in range(4):
                    storm.move(vendor, clock.now())
                    storm.delete(vendor, clock.now())
            order = Order(field=OrderField.CREATED_AT, direction=Direction.ASC)
            await small.walk(order, 100)
            # The records loaded have told the index: now it agrees with the vendors.
            reference = await small.reference(order)
            assert flat(await small.walk(order, 100), is_backward=False) == reference
            assert await index.people({one.name: TRUE for one in small.sources}, is_merged=True)


async def test_nobody_is_looked_up_where_the_index_knows_that_nobody_is() -> None:
    with world(60) as small:
        async with indexed(small) as index:
            await synced(index)
            small.use(index)
            alone = lonely(await small.records())
            reader = small.reader()
            customer = await reader.lookup.customer_by_email(alone[1])
            assert customer is not None
            assert [identity(record) for record in customer.records] == [alone[0]]
            assert {call.source_name for call in reader.operation.trace} == {alone[0][0]}


def lonely(records: Sequence[CustomerRecord]) -> tuple[Identity, str]:
    """The first record whose address nobody else has, and the address in another spelling."""
    addresses = {identity(one): one.email.lower() for one in records if one.email and not one.deleted_at}
    count = Counter(addresses.values())
    found = next(key for key, address in addresses.items() if count[address] == 1 and address.isascii())
    return found, addresses[found].upper()


async def test_an_address_that_the_index_does_not_know_is_confirmed_live() -> None:
    clock = HandClock()
    with world(20, clock=clock) as small:
        async with indexed(small) as index:
            await synced(index)
            small.use(index)
            vendor = small.sandbox.vendors[2]
            clock.elapsed += 10
            moved = Storm(small.sandbox, 1).move(vendor, clock.now(), "someone.new@example.org")
            customer = await small.reader().lookup.customer_by_email("Someone.New@example.org")
            assert customer is not None
            assert [identity(record) for record in customer.records] == [(small.sources[2].name, moved)]


async def test_a_source_that_fails_to_load_is_left_out_and_told() -> None:
    with world(60) as small:
        async with indexed(small) as index:
            await synced(index)
            small.use(index)
            broken = small.sources[0]
            small.sandbox.fault(str(broken.vendor), Fault(kind=FaultKind.STATUS, status=403))
            reader = small.reader()
            page = await reader.customers(NEWEST, TRUE, slice_of(first=20), Wanted())
            assert len(page.edges) == 20
            members = {record.source_name for edge in page.edges for record in edge.node.records}
            assert broken.name not in members
            assert [one.source_name for one in page.reports if one.error] == [broken.name]


async def test_an_operation_without_budget_ends_where_it_stands() -> None:
    with world(60, budget=2) as small:
        async with indexed(small) as index:
            await synced(index)
            small.use(index)
            reader = small.reader()
            page = await reader.customers(NEWEST, TRUE, slice_of(first=20), Wanted())
            assert page.has_next_page is True
            assert len(page.edges) < 20
            assert {type(problem).__name__ for problem in reader.operation.problems} == {"BudgetExceeded"}
