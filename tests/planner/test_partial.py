"""Pages that could not be finished: what is spent, who failed, and how a client goes on."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gateway.customer import SourceState
from gateway.errors import (
    BudgetExceeded,
    CredentialsRefused,
    DeadlineExceeded,
    InvalidInput,
    SourceTimeout,
    SourceUnavailable,
)
from gateway.planner.connection import CustomerPage, Wanted, slice_of
from gateway.planner.cursor import CursorCodec
from gateway.planner.reader import Gateway
from gateway.query import TRUE, Direction, Order, OrderField
from gateway.sandbox import Fault, FaultKind
from tests.support.world import Identity, World, identity, orders, world

NEWEST = Order(field=OrderField.CREATED_AT, direction=Direction.DESC)
ORDERS = list(orders())


async def ask(
    small: World, cursor: str | None, *, size: int = 10, order: Order = NEWEST
) -> tuple[CustomerPage, list[object]]:
    reader = small.reader()
    page = await reader.customers(order, TRUE, slice_of(first=size, after=cursor), Wanted())
    return page, list(reader.operation.problems)


def names(page: CustomerPage) -> list[Identity]:
    return [identity(edge.node.records[0]) for edge in page.edges]


@pytest.mark.parametrize("budget", [12, 30, 60])
async def test_a_spent_budget_leaves_a_cursor_that_goes_on_from_there(budget: int) -> None:
    with world(40, cache_ttl=600, budget=budget) as small:
        reference = await small.reference(NEWEST)
        met: list[Identity] = []
        cursor, was_spent = None, False
        for _ in range(400):
            page, problems = await ask(small, cursor)
            met += names(page)
            was_spent = was_spent or any(isinstance(problem, BudgetExceeded) for problem in problems)
            if problems:
                assert page.has_next_page
                assert page.end_cursor is not None
                assert any(report.state is SourceState.PARTIAL for report in page.reports)
            if not page.has_next_page:
                break
            cursor = page.end_cursor
        assert was_spent
        assert met == reference


async def test_a_passed_deadline_is_told_and_leaves_a_cursor() -> None:
    with world(40) as small:
        small.gateway = _with_deadline(small, 0.15)
        small.sandbox.fault(small.sources[-1].vendor, Fault(kind=FaultKind.LATENCY, seconds=0.06))
        page, problems = await ask(small, None, size=100)
        assert [type(problem) for problem in problems] == [DeadlineExceeded]
        assert page.has_next_page
        assert SourceState.PARTIAL in {report.state for report in page.reports}


async def test_a_source_that_hangs_is_waited_for_once() -> None:
    """Its list was not answered; the look-ups there would wait as long again, and again."""
    with world(40) as small:
        silent = small.sources[-1]
        silent.settings = silent.exchange._settings = silent.settings.model_copy(update={"timeout": 0.1})
        small.sandbox.fault(silent.vendor, Fault(kind=FaultKind.HANG))
        reader = small.reader()
        page = await reader.customers(NEWEST, TRUE, slice_of(first=10), Wanted())
        assert [type(problem) for problem in reader.operation.problems] == [SourceTimeout]
        assert len(page.edges) == 10
        assert len([call for call in reader.operation.trace if call.source_name == silent.name]) <= 2


def _with_deadline(small: World, seconds: float) -> Gateway:
    return replace(small.gateway, deadline=seconds)


async def test_a_source_that_is_down_leaves_a_full_page_of_the_others() -> None:
    with world(60) as small:
        down = small.sources[2]
        small.sandbox.fault(down.vendor, Fault(kind=FaultKind.OUTAGE))
        page, problems = await ask(small, None, size=20)
        assert len(page.edges) == 20
        assert {report.source_name: report.state for report in page.reports}[down.name] is SourceState.FAILED
        assert all(isinstance(problem, SourceUnavailable) for problem in problems)
        assert down.name not in {record.source_name for edge in page.edges for record in edge.node.records}


async def test_a_source_that_dies_on_the_way_is_told_and_the_walk_goes_on() -> None:
    with world(60) as small:
        dying = small.sources[3]
        cursor = None
        states = []
        for number in range(5):
            if number == 2:
                small.sandbox.fault(dying.vendor, Fault(kind=FaultKind.STATUS, status=500))
            if number == 4:
                small.sandbox.fault(dying.vendor)
                for source in small.sources:
                    source.exchange.health.succeeded()
            page, _ = await ask(small, cursor, size=8)
            assert len(page.edges) == 8
            states.append({report.source_name: report.state for report in page.reports}[dying.name])
            cursor = page.end_cursor
        complete, failed = SourceState.COMPLETE, SourceState.FAILED
        assert states == [complete, complete, failed, failed, complete]


async def test_wrong_credentials_fail_one_source_alone() -> None:
    with world(30) as small:
        small.sandbox.fault(small.sources[1].vendor, Fault(kind=FaultKind.STATUS, status=401))
        page, problems = await ask(small, None)
        assert len(page.edges) == 10
        assert {type(problem) for problem in problems} == {CredentialsRefused}


@pytest.mark.parametrize(
    ("use", "words"),
    [
        ("another order", "belongs to another order"),
        ("another secret", "made under another secret"),
        ("fewer sources", "belongs to another configuration"),
        ("changed", "was changed"),
        ("nonsense", "is not a cursor"),
        ("empty", "is not a cursor"),
    ],
)
async def test_a_cursor_goes_on_with_its_own_question_only(use: str, words: str) -> None:
    with world(30) as small:
        page, _ = await ask(small, None)
        cursor = page.end_cursor or ""
        order = NEWEST
        reader = small.reader()
        match use:
            case "another order":
                order = Order(field=OrderField.UPDATED_AT, direction=Direction.DESC)
            case "another secret":
                from dataclasses import replace

                small.gateway = replace(small.gateway, cursors=CursorCodec("another secret"))
                reader = small.reader()
            case "fewer sources":
                fewer = [source.name for source in small.sources[2:]]
                reader = small.gateway.reader(reader.lookup.selection, visible=fewer)
            case "changed":
                cursor = cursor[:30] + ("A" if cursor[30] != "A" else "B") + cursor[31:]
            case "nonsense":
                cursor = "bm9uc2Vuc2U"
            case "empty":
                cursor = ""
        with pytest.raises(InvalidInput, match=words) as caught:
            await reader.customers(order, TRUE, slice_of(first=10, after=cursor), Wanted())
        assert "`after`" in caught.value.message
        assert reader.operation.calls_made == 0


@pytest.mark.parametrize("order", ORDERS, ids=str)
async def test_hints_of_a_cursor_are_never_trusted(order: Order) -> None:
    """A cursor whose hints are wrong finds the same page."""
    with world(60, cache_ttl=60) as small:
        first, _ = await ask(small, None, order=order)
        right, _ = await ask(small, first.end_cursor, order=order)
        asker = small.reader()
        from gateway.planner.execute import binding

        bound = binding(order, TRUE, asker.lookup.match, small.sources)
        place = small.gateway.cursors.decode(first.end_cursor or "", bound, argument="after")
        for wrong in (0, 3, 50, 10_000):
            import msgspec

            lanes = {f"{source.name}{sign}": wrong for source in small.sources for sign in "+-"}
            cursor = small.gateway.cursors.encode(msgspec.structs.replace(place, hints=lanes), bound)
            page, problems = await ask(small, cursor, order=order)
            assert not problems
            assert names(page) == names(right)
