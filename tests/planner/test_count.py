"""How many there are: exact where that is known, at most where the vendors count more, else nothing; never in vain."""

from __future__ import annotations

from collections import Counter

import pytest

from gateway.customer import SourceState
from gateway.errors import SourceUnavailable
from gateway.operation import CallKind
from gateway.planner.connection import Count, CountPrecision, CustomerPage, Wanted, slice_of
from gateway.planner.sought import Notes
from gateway.query import (
    TRUE,
    And,
    Comparison,
    Condition,
    FilterField,
    Not,
    Operator,
    Or,
    Order,
)
from gateway.sandbox import Fault, FaultKind
from gateway.vendors import SPECS
from tests.support.world import SELECTION, World, world

COUNT = Wanted(total_count=True)
COUNT_ALONE = Wanted(nodes=False, has_next_page=False, has_previous_page=False, total_count=True)
COUNTING = [name for name, spec in SPECS.items() if spec.count is not None]
UNIQUE = next(name for name in COUNTING if SPECS[name].table.unique_email)
"""The vendor that counts, and never has an address twice."""
SHARED = [name for name in COUNTING if not SPECS[name].table.unique_email]
NAMED = Comparison(FilterField.NAME, Operator.CONTAINS, "a")
CONSENT = Comparison(FilterField.ACCEPTS_MARKETING, Operator.EQ, value=True)


def only(vendor: str) -> Comparison:
    return Comparison(FilterField.SOURCE_NAME, Operator.EQ, f"my-{vendor}")


async def asked(
    small: World, condition: Condition = TRUE, wanted: Wanted = COUNT, size: int = 1
) -> tuple[CustomerPage, Counter[CallKind]]:
    reader = small.gateway.reader(SELECTION, notes=Notes())
    page = await reader.customers(Order(), condition, slice_of(first=size), wanted)
    return page, Counter((reader.operation.kinds or {}).values())


def exactly(number: int) -> Count:
    return Count(value=number, precision=CountPrecision.EXACT)


async def number(small: World, condition: Condition = TRUE) -> int:
    return len(await small.reference(Order(), condition))


async def test_a_page_that_shows_everybody_knows_their_number_without_counting() -> None:
    with world(12, cache_ttl=60) as small:
        for condition in (TRUE, NAMED, Not(NAMED), CONSENT):
            page, calls = await asked(small, condition, size=100)
            assert page.total == exactly(await number(small, condition))
            assert CallKind.COUNT not in calls


async def test_looked_up_people_are_counted_once_they_were_all_seen() -> None:
    with world(12) as small:
        emails = tuple(sorted({one.email for one in await small.records() if one.email}))[:10]
        among = Comparison(FilterField.EMAIL, Operator.IN, emails)
        page, calls = await asked(small, among, size=20)
        assert page.total == exactly(await number(small, among)) == exactly(len(emails))
        assert CallKind.COUNT not in calls
        page, calls = await asked(small, among, size=1)
        assert page.total is None
        assert CallKind.COUNT not in calls


async def test_several_sources_that_count_have_together_at_most_their_sum() -> None:
    with world(40, vendors=COUNTING) as small:
        page, calls = await asked(small)
        assert page.total is not None
        assert page.total.precision is CountPrecision.AT_MOST
        listed = [one for one in await small.records() if one.deleted_at is None]
        assert page.total.value == len(listed)
        assert page.total.value > await number(small)
        assert calls[CallKind.COUNT] >= len(COUNTING)


async def test_one_source_without_shared_addresses_counts_exactly_what_it_evaluates_exactly() -> None:
    with world(40) as small:
        for condition in (only(UNIQUE), And((only(UNIQUE), Not(only(SHARED[0]))))):
            page, _ = await asked(small, condition)
            assert page.total == exactly(await number(small, condition))


async def test_a_source_whose_records_may_share_an_address_counts_at_most() -> None:
    with world(40) as small:
        for vendor in SHARED:
            page, _ = await asked(small, only(vendor))
            assert page.total is not None
            assert page.total.precision is CountPrecision.AT_MOST
            assert page.total.value >= await number(small, only(vendor))


async def test_a_bound_that_the_vendor_widens_makes_the_count_a_limit() -> None:
    with world(40) as small:
        times = sorted(one.created_at for one in await small.records() if one.created_at)
        recent = And((only(UNIQUE), Comparison(FilterField.CREATED_AT, Operator.GT, times[len(times) // 2])))
        page, _ = await asked(small, recent)
        assert page.total is not None
        assert page.total.precision is CountPrecision.AT_MOST
        assert await number(small, recent) <= page.total.value < await number(small, only(UNIQUE))


async def test_consent_that_another_source_may_revoke_is_counted_as_a_limit() -> None:
    """The vendor counts whoever consents there; who refused elsewhere is among them and is not listed."""
    with world(60) as small:
        consenting = And((only(UNIQUE), CONSENT))
        documents = small.sandbox.dump(UNIQUE)
        small.sandbox.load(UNIQUE, [{**one, "accepts_marketing": True} for one in documents])
        page, _ = await asked(small, consenting)
        assert page.total is not None
        assert page.total.value > await number(small, consenting)
        assert page.total.precision is CountPrecision.AT_MOST


async def test_without_other_sources_consent_is_counted_exactly() -> None:
    with world(60, vendors=[UNIQUE]) as small:
        page, _ = await asked(small, CONSENT)
        assert page.total == exactly(await number(small, CONSENT))


@pytest.mark.parametrize(
    "condition",
    [
        TRUE,
        And((only(SHARED[0]), NAMED)),
        Or((only(UNIQUE), Comparison(FilterField.SEARCH, Operator.MATCHES, "a"))),
        Comparison(FilterField.VENDOR_ID, Operator.IN, ("1", "2")),
    ],
    ids=["a source that cannot count", "a likely search", "an or of both", "ids"],
)
async def test_what_would_need_a_scan_is_not_counted_and_costs_no_call(condition: Condition) -> None:
    with world(30) as small:
        page, calls = await asked(small, condition, COUNT_ALONE)
        assert page.total is None
        assert calls.total() == 0


async def test_a_page_that_nobody_wants_counted_is_not_counted() -> None:
    with world(30, vendors=[UNIQUE]) as small:
        page, calls = await asked(small, CONSENT, Wanted())
        assert page.total is None
        counted = calls[CallKind.COUNT]
        _, more = await asked(small, CONSENT)
        assert more[CallKind.COUNT] <= counted + 1


async def test_the_number_alone_costs_a_count_at_each_source_and_no_list() -> None:
    with world(30, vendors=COUNTING) as small:
        page, calls = await asked(small, TRUE, COUNT_ALONE)
        assert page.edges == ()
        assert page.total is not None
        assert set(calls) == {CallKind.COUNT}
        assert calls[CallKind.COUNT] == len(COUNTING)


async def test_a_source_that_fails_leaves_the_number_unknown_and_is_told() -> None:
    with world(30, vendors=COUNTING) as small:
        small.sandbox.fault(UNIQUE, Fault(kind=FaultKind.OUTAGE))
        reader = small.reader()
        page = await reader.customers(Order(), TRUE, slice_of(first=1), COUNT)
        assert page.total is None
        assert {type(problem) for problem in reader.operation.problems} == {SourceUnavailable}
        states = {report.source_name: report.state for report in page.reports}
        assert states[f"my-{UNIQUE}"] is SourceState.FAILED


async def test_deleted_records_are_counted_only_where_the_filter_admits_them() -> None:
    keeping = next(
        name
        for name in COUNTING
        if any(one.field is FilterField.IS_DELETED for one in SPECS[name].table.pushdowns)
    )
    with world(60, vendors=[keeping]) as small:
        records = await small.records()
        living = [one for one in records if one.deleted_at is None]
        page, _ = await asked(small)
        assert page.total is not None
        assert page.total.value == len(living) < len(records)
        either = Or(tuple(Comparison(FilterField.IS_DELETED, Operator.EQ, value) for value in (True, False)))
        page, _ = await asked(small, either)
        assert page.total is not None
        assert page.total.value == len(records)
