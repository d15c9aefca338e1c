"""What a question is said to cost beforehand, held to what it then asks."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator
from random import Random

import pytest

from gateway.customer import ALL_FIELDS, Field, Selection
from gateway.explain.call import kind_of
from gateway.operation import CallKind
from gateway.planner.connection import Wanted, slice_of
from gateway.planner.outline import SourceOutline
from gateway.planner.reader import Reader
from gateway.planner.sought import Notes
from gateway.query import TRUE, Comparison, Condition, Direction, FilterField, Operator, Order, OrderField
from tests.support import filters
from tests.support.world import SELECTION, World, world

CASES = int(os.environ.get("EXPLAIN_CASES", "40"))
"""Random cases of each reading; EXPLAIN_CASES and EXPLAIN_SEED choose more or others."""
SEED = int(os.environ.get("EXPLAIN_SEED", "1"))
ORDERS = [Order(field=field, direction=direction) for field in OrderField for direction in Direction]
SELECTIONS = (
    SELECTION,
    Selection(fields=SELECTION.fields | {Field.TAGS, Field.GROUPS}),
    Selection(fields=frozenset({Field.PHONE, Field.ADDRESSES})),
    Selection(fields=ALL_FIELDS, details=True),
)


@pytest.mark.parametrize("pushdown", ["trusting", "strict"])
async def test_the_calls_of_a_page_are_of_the_planned_kinds(pushdown: str) -> None:
    """Any filter, order, size, direction, cursor and selection; with a census and without."""
    with world(40, seed=3, pushdown=pushdown) as small:
        records = await small.records(ALL_FIELDS)
        for case in range(CASES):
            random = Random(f"{SEED} {pushdown} {case}")
            condition = filters.condition(records, random)
            if case % 10 == 0:
                small.gateway = World(small.sandbox, pushdown=pushdown).gateway
            reader = await read_twice(small, random, condition, random.choice(ORDERS))
            hold(reader, (case, condition))


async def read_twice(small: World, random: Random, condition: Condition, order: Order) -> Reader:
    """The operation of a second page where there is one, else of the first."""
    wanted = Wanted(total_count=random.random() < 0.3, nodes=random.random() < 0.9)
    size, is_backward = random.choice([1, 5, 20, 100]), random.random() < 0.4
    selection = random.choice(SELECTIONS)
    piece = slice_of(last=size) if is_backward else slice_of(first=size)
    first = small.gateway.reader(selection, notes=Notes())
    page = await first.customers(order, condition, piece, wanted)
    hold(first, (condition, order, piece, wanted))
    cursor = page.start_cursor if is_backward else page.end_cursor
    if cursor is None or random.random() < 0.5:
        return first
    piece = slice_of(last=size, before=cursor) if is_backward else slice_of(first=size, after=cursor)
    second = small.gateway.reader(selection, notes=Notes())
    await second.customers(order, condition, piece, wanted)
    return second


def hold(reader: Reader, case: object) -> None:
    outlines = outlines_of(reader)
    for call in reader.operation.trace:
        kind = kind_of(call, reader.operation.kinds or {})
        assert kind in kinds_of(outlines, call.source_name), (case, call)


def outlines_of(reader: Reader) -> list[SourceOutline]:
    assert reader.notes is not None
    listed = [outline for _, _, outlines in reader.notes.inquiries for outline in outlines]
    return [*listed, *reader.notes.sought(reader.lookup)]


def kinds_of(outlines: Iterable[SourceOutline], source_name: str) -> set[CallKind]:
    """Every kind of call that is expected at the source."""
    return {kind for outline in outlines if outline.source_name == source_name for kind in outline.expected}


async def test_an_estimate_for_a_page_that_fills_is_about_right() -> None:
    """Within a factor of two, once the sources' sizes are remembered."""
    with world(60, seed=3) as small:
        await asked(small, TRUE)
        reader = await asked(small, TRUE)
        compared = list(compare(reader))
        assert {kind for kind, _, _ in compared} == {CallKind.LIST, CallKind.BY_EMAIL}
        assert [one for one in compared if not one[2] / 2 <= one[1] <= one[2] * 2] == []


@pytest.mark.parametrize(
    ("field", "values", "kind"),
    [
        (FilterField.EMAIL, ("ann@x.example", "bo@x.example"), CallKind.BY_EMAIL),
        (FilterField.VENDOR_ID, tuple(str(number) for number in range(1, 61)), CallKind.BY_IDS),
    ],
)
async def test_calls_for_named_records_are_counted_beforehand(
    field: FilterField, values: tuple[str, ...], kind: CallKind
) -> None:
    """A call for each address and source, a batch for as many ids as the vendor takes."""
    with world(40, seed=3) as small:
        reader = await asked(small, Comparison(field, Operator.IN, values))
        compared = [(estimate, calls) for one, estimate, calls in compare(reader) if one is kind]
        assert len(compared) > 1
        assert [pair for pair in compared if pair[0] != pair[1]] == []


async def asked(small: World, condition: Condition) -> Reader:
    reader = small.gateway.reader(SELECTION, notes=Notes())
    await reader.customers(Order(), condition, slice_of(first=20), Wanted())
    return reader


def compare(reader: Reader) -> Iterator[tuple[CallKind, int, int]]:
    """Each kind of call at each source that has an estimate, with it and with the number of calls."""
    made = Counter(
        (call.source_name, kind_of(call, reader.operation.kinds or {})) for call in reader.operation.trace
    )
    for outline in outlines_of(reader):
        for kind, estimate in outline.expected.items():
            if estimate is not None:
                yield kind, estimate, made[outline.source_name, kind]
