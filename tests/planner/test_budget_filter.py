"""Filters that match nobody, under budgets and deadlines: each page says how far it came, the next goes on."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest

from gateway.customer import SourceState
from gateway.errors import BudgetExceeded, DeadlineExceeded, GatewayError
from gateway.planner.connection import CustomerPage, Wanted, slice_of
from gateway.planner.execute import binding
from gateway.planner.walk import Walk
from gateway.query import Comparison, Direction, FilterField, Not, Operator, Order, OrderField
from tests.support.world import MATCH, QuickClock, World, world

NOBODY = Not(Comparison(FilterField.NAME, Operator.CONTAINS, ""))
"""Every name holds the empty text, and nothing under a not like this can be asked of a vendor."""
BUDGET = 30
MOST_PAGES = 20


async def scanned(
    large: World, cursor: str | None, order: Order, *, is_backward: bool
) -> tuple[CustomerPage, list[GatewayError]]:
    piece = slice_of(last=20, before=cursor) if is_backward else slice_of(first=20, after=cursor)
    reader = large.reader()
    wanted = Wanted(has_next_page=not is_backward, has_previous_page=is_backward)
    page = await reader.customers(order, NOBODY, piece, wanted)
    assert reader.operation.calls_made <= large.gateway.vendor_calls
    return page, reader.operation.problems


async def scan(
    large: World, order: Order, stop: type[GatewayError], *, is_backward: bool = False
) -> list[str]:
    """The cursors of the pages that were ended early; everything else that has to hold of each is held."""
    cursors: list[str] = []
    while True:
        page, problems = await scanned(
            large, cursors[-1] if cursors else None, order, is_backward=is_backward
        )
        has_more = page.has_previous_page if is_backward else page.has_next_page
        states = {report.state for report in page.reports}
        assert page.edges == ()
        if not problems:
            assert has_more is False
            assert states == {SourceState.COMPLETE}
            return cursors
        assert [type(problem) for problem in problems] == [stop]
        assert SourceState.PARTIAL in states
        assert has_more is True
        cursor = page.start_cursor if is_backward else page.end_cursor
        assert cursor is not None
        cursors.append(cursor)
        assert len(cursors) < MOST_PAGES


def assert_each_further(large: World, cursors: list[str], order: Order, *, is_backward: bool = False) -> None:
    walk = Walk(order=order, precedence=large.precedence, is_backward=is_backward)
    bound = binding(order, NOBODY, MATCH, large.sources)
    places = [large.gateway.cursors.decode(cursor, bound, argument="after") for cursor in cursors]
    keys = [walk.key_of(place) for place in places]
    assert all(earlier < later for earlier, later in pairwise(keys))


@pytest.mark.parametrize("is_backward", [False, True], ids=["forward", "backward"])
@pytest.mark.parametrize("field", [OrderField.CREATED_AT, OrderField.UPDATED_AT])
async def test_a_scan_for_nobody_goes_further_with_each_page_until_everybody_was_looked_at(
    field: OrderField, is_backward: bool
) -> None:
    with world(450, budget=BUDGET) as large:
        order = Order(field=field, direction=Direction.DESC)
        cursors = await scan(large, order, BudgetExceeded, is_backward=is_backward)
        assert len(cursors) > 1
        assert_each_further(large, cursors, order, is_backward=is_backward)


async def test_a_scan_that_sorts_in_memory_goes_on_reading_where_it_was_ended() -> None:
    """Nothing of the order is known before all is read, so the cursor is that of the beginning."""
    with world(700, budget=BUDGET) as large:
        for direction in Direction:
            cursors = await scan(large, Order(OrderField.EMAIL, direction), BudgetExceeded)
            assert len(cursors) == (1 if direction is Direction.ASC else 0)


class TickingClock(QuickClock):
    """Every look at it takes a hundredth of a second, so that time passes by work alone."""

    def __init__(self) -> None:
        self._passed = 0.0

    def monotonic(self) -> float:
        self._passed += 0.01
        return self._passed


async def test_a_passed_deadline_leaves_a_cursor_as_a_spent_budget_does() -> None:
    with world(400, clock=TickingClock()) as large:
        large.gateway = replace(large.gateway, deadline=2.0)
        cursors = await scan(large, Order(), DeadlineExceeded)
        assert len(cursors) > 1
        assert_each_further(large, cursors, Order())
