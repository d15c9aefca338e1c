"""Pages of merged customers, held to a reference that is written as plainly as possible."""

from __future__ import annotations

from collections import Counter
from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.operation import CallKind
from gateway.planner.connection import Slice, Wanted, slice_of
from gateway.query import TRUE, Direction, Order, OrderField
from tests.support.nasty import crowd_times
from tests.support.world import Identity, World, identity, orders, world

ORDERS = list(orders())
EXAMPLES = settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def flat(pages: list[list[Identity]], *, is_backward: bool) -> list[Identity]:
    """The pages as one list, in the list's order."""
    return [one for page in (reversed(pages) if is_backward else pages) for one in page]


@EXAMPLES
@given(
    seed=st.integers(0, 10_000),
    size=st.integers(5, 90),
    distinct=st.sampled_from([None, 2, 5, 25]),
    order=st.sampled_from(ORDERS),
    page=st.sampled_from([7, 20, 100]),
    is_backward=st.booleans(),
)
async def test_following_pages_to_the_end_gives_everybody_once_in_order(
    seed: int, size: int, distinct: int | None, order: Order, page: int, is_backward: bool
) -> None:
    with world(size, seed=seed, cache_ttl=60, budget=20_000) as small:
        if distinct is not None:
            crowd_times(small.sandbox, distinct=distinct, seed=seed)
        pages = await small.walk(order, page, is_backward=is_backward)
        assert flat(pages, is_backward=is_backward) == await small.reference(order)


@pytest.mark.parametrize("is_backward", [False, True])
@pytest.mark.parametrize("order", ORDERS, ids=str)
async def test_pages_of_one_walk_both_ways(order: Order, is_backward: bool) -> None:
    """Every single customer is the edge of a page, so every cursor is gone on from."""
    with world(25, cache_ttl=60) as small:
        crowd_times(small.sandbox, distinct=6, seed=1)
        pages = await small.walk(order, 1, is_backward=is_backward)
        assert flat(pages, is_backward=is_backward) == await small.reference(order)


async def test_a_page_turned_back_is_the_page_before() -> None:
    with world(60, cache_ttl=60) as small:
        order = ORDERS[1]
        first = await small.page(order, slice_of(first=20))
        second = await small.page(order, slice_of(first=20, after=first.end_cursor))
        back = await small.page(order, slice_of(last=20, before=second.start_cursor))
        assert names(back) == names(first)
        assert (back.has_next_page, back.has_previous_page) == (True, False)


async def test_both_cursors_bound_a_slice() -> None:
    with world(60, cache_ttl=60) as small:
        order = ORDERS[0]
        whole = await small.page(order, slice_of(first=30))
        after, before = whole.edges[4].cursor, whole.edges[15].cursor
        for piece in (
            slice_of(first=100, after=after, before=before),
            slice_of(last=100, after=after, before=before),
        ):
            page = await small.page(order, piece)
            assert names(page) == names(whole)[5:15]
            assert (page.has_next_page, page.has_previous_page) == (True, True)


async def test_an_empty_page_is_legal_and_its_flags_are_checked() -> None:
    with world(20) as small:
        page = await small.page(ORDERS[0], Slice(size=0))
        assert (page.edges, page.start_cursor, page.end_cursor) == ((), None, None)
        assert (page.has_next_page, page.has_previous_page) == (True, False)


async def test_flags_that_nobody_selected_cost_nothing() -> None:
    with world(60) as small:
        order = Order(field=OrderField.CREATED_AT, direction=Direction.ASC)
        wanted = Wanted(has_next_page=False, has_previous_page=False)
        await small.page(order, slice_of(first=5))  # what a process learns at first is learned
        page = await small.page(order, slice_of(first=5), wanted)
        plain = sum(small.calls.values())
        assert (page.has_next_page, page.has_previous_page) == (None, None)
        await small.page(order, slice_of(first=5))
        assert plain < sum(small.calls.values())


async def test_an_empty_store_has_an_empty_list() -> None:
    with world(5) as small:
        for vendor in small.sandbox.vendors:
            small.sandbox.load(vendor, [])
        for order in ORDERS:
            page = await small.page(order, slice_of(first=20))
            assert (page.edges, page.has_next_page, page.end_cursor) == ((), False, None)


def names(page: object) -> list[Identity]:
    """The primary record of each customer on a page."""
    return [identity(edge.node.records[0]) for edge in page.edges]  # type: ignore[attr-defined]


@pytest.mark.parametrize("order", [ORDERS[1], ORDERS[3]], ids=str)
async def test_a_walk_past_three_thousand_people(order: Order) -> None:
    with world(1900, cache_ttl=600, budget=100_000) as large:
        reference = await large.reference(order)
        assert len(reference) > 3000
        pages = await large.walk(order, 100)
        assert flat(pages, is_backward=False) == reference


async def test_who_knows_nothing_of_a_store_finds_its_ends_in_few_lists() -> None:
    """The windows close in on a page, wherever the records lie in time, and never stay where they are."""
    with world(1500) as large:
        for order, piece in product(ORDERS, (slice_of(first=40), slice_of(last=40))):
            reader = World(large.sandbox).reader()
            reader.operation.kinds = {}
            page = await reader.customers(
                order, TRUE, piece, Wanted(has_next_page=False, has_previous_page=False)
            )
            assert len(page.edges) == 40, (order, piece, reader.operation.problems)
            lists = Counter(
                call.source_name
                for call in reader.operation.trace
                if reader.operation.kinds.get(call.key) in {CallKind.LIST, CallKind.COUNT}
            )
            assert max(lists.values()) <= 16, (order, piece, lists)


async def test_the_reference_is_not_empty_and_has_people_at_several_sources() -> None:
    with world(60) as small:
        everything = await small.page(ORDERS[0], slice_of(first=100))
        assert any(
            len({record.source_name for record in edge.node.records}) == 5 for edge in everything.edges
        )
