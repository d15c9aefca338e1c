"""The split of a filter: a pure function of filter, capability table and settings, and no match is lost by it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import permutations, product
from random import Random

import httpx
import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from gateway.adapter import Source
from gateway.capabilities import Grade, Pushdown
from gateway.customer import ALL_FIELDS, CustomerRecord, Field, SourceState
from gateway.planner.connection import Wanted, slice_of
from gateway.planner.split import (
    MOST_BRANCHES,
    MOST_LOOK_UPS,
    Branch,
    SourcePlan,
    excludes_deleted,
    optimistic,
    split,
)
from gateway.query import (
    FALSE,
    TRUE,
    And,
    Comparison,
    Condition,
    FilterField,
    Not,
    Operator,
    Or,
    Order,
    match_key,
    matches,
    without_deleted,
)
from gateway.transport import HttpTransport
from gateway.vendors import SPECS
from tests.contract.value import operands
from tests.support import filters
from tests.support.world import World, source, world

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
MORNING = NOON - timedelta(hours=4)
READINGS = ("trusting", "strict")


def sources(pushdown: str) -> list[Source]:
    """A source of every vendor that nobody can call."""
    silent = HttpTransport(httpx.MockTransport(lambda _: pytest.fail("a vendor was called")))
    return [source(name, 1, silent, cache_ttl=0, pushdown=pushdown) for name in SPECS]


TRUSTING, STRICT = (sources(pushdown) for pushdown in READINGS)
NAMES = [one.name for one in TRUSTING]


@pytest.fixture(scope="module")
def records() -> Sequence[CustomerRecord]:
    with world(40, seed=5) as small:
        return asyncio.run(small.records(ALL_FIELDS))


def plan(condition: Condition, one: Source) -> SourcePlan:
    return split(without_deleted(condition), one)


def eq(field: FilterField, value: str | bool) -> Comparison:
    return Comparison(field, Operator.EQ, value)


CONTRADICTIONS = {
    "after noon and before the morning": And(
        (
            Comparison(FilterField.CREATED_AT, Operator.GT, NOON),
            Comparison(FilterField.CREATED_AT, Operator.LT, MORNING),
        )
    ),
    "after noon and before noon": And(
        (
            Comparison(FilterField.UPDATED_AT, Operator.GT, NOON),
            Comparison(FilterField.UPDATED_AT, Operator.LTE, NOON),
        )
    ),
    "a source that is not there": eq(FilterField.SOURCE_NAME, "elsewhere"),
    "two sources at once": And(
        (eq(FilterField.SOURCE_NAME, NAMES[0]), Comparison(FilterField.SOURCE_NAME, Operator.IN, (NAMES[1],)))
    ),
    "none of any ids": Comparison(FilterField.VENDOR_ID, Operator.IN, ()),
    "none of any addresses": Comparison(FilterField.EMAIL, Operator.IN, ()),
    "any of no tags": Comparison(FilterField.TAGS, Operator.ANY, ()),
    "two addresses at once": And(
        (eq(FilterField.EMAIL, "a@x.example"), eq(FilterField.EMAIL, "b@x.example"))
    ),
    "more than five orders and fewer than three": And(
        (
            Comparison(FilterField.ORDERS_COUNT, Operator.GT, 5),
            Comparison(FilterField.ORDERS_COUNT, Operator.LT, 3),
        )
    ),
    "a name and not the name": And(
        (eq(FilterField.NAME, "maria"), Not(Or((eq(FilterField.NAME, "maria"), FALSE))))
    ),
    "nothing, in an or of nothings": Or((FALSE, And((eq(FilterField.NAME, "maria"), FALSE)))),
    "not everything": Not(TRUE),
}


@pytest.mark.parametrize("condition", CONTRADICTIONS.values(), ids=CONTRADICTIONS)
async def test_what_nobody_can_match_costs_nothing_and_is_told_as_skipped(condition: Condition) -> None:
    with world(5) as small:
        wanted = Wanted(total_count=True)
        page = await small.page(Order(), slice_of(first=10), wanted, condition)
        assert small.trace == []
        assert [report.state for report in page.reports] == [SourceState.SKIPPED] * len(small.sources)
        assert (page.edges, page.has_next_page, page.has_previous_page) == ((), False, False)
        assert page.total is not None
        assert page.total.value == 0


def test_a_source_name_decides_every_source_but_its_own() -> None:
    named = And((eq(FilterField.SOURCE_NAME, NAMES[1]), eq(FilterField.NAME, "maria")))
    assert [plan(named, one).is_impossible for one in TRUSTING] == [name != NAMES[1] for name in NAMES]
    others = Not(Comparison(FilterField.SOURCE_NAME, Operator.IN, tuple(NAMES[1:])))
    assert [plan(others, one).is_impossible for one in TRUSTING] == [False] + [True] * (len(NAMES) - 1)


def test_a_field_that_a_vendor_does_not_have_rules_its_source_out_negated_or_not() -> None:
    for one in TRUSTING:
        for field in (FilterField.COMPANY, FilterField.CODE, FilterField.IS_BLACKLISTED):
            is_unknown = Field(field) not in one.reach.known
            asked = eq(field, field is FilterField.IS_BLACKLISTED or "1")
            assert plan(asked, one).is_impossible is is_unknown
            assert plan(Not(asked), one).is_impossible is is_unknown
            assert not plan(Or((asked, eq(FilterField.NAME, "maria"))), one).is_impossible


def said(
    grades: set[Grade], records: Sequence[CustomerRecord]
) -> Iterator[tuple[Source, Pushdown, Comparison]]:
    """Every pushdown of these grades with a comparison that it can say, and no surer way of saying it."""
    for one in TRUSTING:
        for pushdown in one.table.pushdowns:
            if pushdown.grade not in grades or pushdown.field is FilterField.IS_DELETED:
                continue
            own = [record for record in records if record.source_name == one.name]
            for value in operands(pushdown.field, pushdown.operator, own):
                if pushdown.render(value):
                    yield one, pushdown, Comparison(pushdown.field, pushdown.operator, value)
                    break


def pushed(given: SourcePlan) -> set[Comparison]:
    return {one.comparison for branch in given.branches for one in branch.pushed} - {
        eq(FilterField.IS_DELETED, value=value) for value in (False, True)
    }


def strict(one: Source) -> Source:
    return next(other for other in STRICT if other.name == one.name)


def test_likely_is_pushed_where_the_source_is_trusted_only(records: Sequence[CustomerRecord]) -> None:
    likely = list(said({Grade.LIKELY}, records))
    assert len(likely) > 20
    for one, pushdown, comparison in likely:
        trusted, careful = plan(comparison, one), plan(comparison, strict(one))
        assert pushed(trusted) == {comparison}, pushdown
        assert not trusted.is_superset
        assert pushed(careful) == set()
        assert careful.is_superset


def test_what_is_sure_is_pushed_under_both_settings(records: Sequence[CustomerRecord]) -> None:
    sure = list(said({Grade.EXACT, Grade.SUPERSET}, records))
    assert len(sure) > 15
    for one, pushdown, comparison in sure:
        for source_ in (one, strict(one)):
            assert pushed(plan(comparison, source_)) == {comparison}, pushdown


def test_nothing_under_a_not_is_pushed_unless_its_opposite_is_a_comparison(
    records: Sequence[CustomerRecord],
) -> None:
    for one, _, comparison in said(set(Grade), records):
        negated = plan(Not(comparison), one)
        assert comparison not in pushed(negated)
        assert pushed(negated) <= set(comparisons_outside_not(negated.condition))


def comparisons_outside_not(condition: Condition) -> Iterator[Comparison]:
    match condition:
        case Comparison():
            yield condition
        case And(parts) | Or(parts):
            for part in parts:
                yield from comparisons_outside_not(part)
        case Not():
            return


def alternatives(records: Sequence[CustomerRecord]) -> Iterator[tuple[Source, tuple[Comparison, ...]]]:
    """Comparisons of different fields that one vendor can be asked for."""
    for one in TRUSTING:
        ways = {
            comparison.field: comparison for other, _, comparison in said(set(Grade), records) if other is one
        }
        if len(ways) > 1:
            yield one, tuple(ways.values())


def test_an_or_is_asked_for_as_several_lists(records: Sequence[CustomerRecord]) -> None:
    tried = list(alternatives(records))
    assert len(tried) >= 3
    for one, ways in tried:
        both = plan(Or(ways[:2]), one)
        kinds = len(plan(TRUE, one).branches)
        assert len(both.branches) == 2 * kinds
        for way in ways[:2]:
            [*alone] = plan(way, one).branches
            assert all(arguments_of(branch) in map(arguments_of, both.branches) for branch in alone)


def arguments_of(branch: Branch) -> dict[str, object]:
    return dict(branch.arguments)


def test_an_or_with_a_part_that_the_vendor_cannot_evaluate_is_one_whole_list(
    records: Sequence[CustomerRecord],
) -> None:
    residual = Not(eq(FilterField.NAME, "maria"))
    for one, ways in alternatives(records):
        assert plan(Or((ways[0], residual)), one).branches == plan(TRUE, one).branches


def test_an_or_of_too_many_parts_is_one_whole_list() -> None:
    names = tuple(eq(FilterField.NAME, f"maria{at}") for at in range(MOST_BRANCHES + 1))
    for one in TRUSTING:
        assert plan(Or(names), one).branches == plan(TRUE, one).branches
        assert len(plan(And((Or(names[:3]), Or(names[3:6]))), one).branches) <= MOST_BRANCHES


def test_what_one_parameter_cannot_say_twice_is_left_to_the_gateway(
    records: Sequence[CustomerRecord],
) -> None:
    """A list under both arguments where they are different ones, else under the first alone."""
    shared = 0
    for one, ways in alternatives(records):
        for first, second in permutations(ways, 2):
            alone, other = (dict(plan(way, one).branches[0].arguments) for way in (first, second))
            both = plan(And((first, second)), one)
            if any(alone[name] != other[name] for name in alone.keys() & other.keys() - one.spec.join.keys()):
                shared += 1
                assert pushed(both) == {first}
                assert dict(both.branches[0].arguments) == alone
            elif not alone.keys() & other.keys():
                assert pushed(both) == {first, second}
                assert dict(both.branches[0].arguments) == {**alone, **other}
    assert shared


def test_no_list_is_asked_for_twice(records: Sequence[CustomerRecord]) -> None:
    deleted = Or(tuple(eq(FilterField.IS_DELETED, value=value) for value in (True, False)))
    for one, ways in alternatives(records):
        for condition in (
            deleted,
            Or(ways[:3]),
            And((deleted, Or(ways[:2]))),
            And((Or(ways[:2]), Or(ways[1:3]))),
        ):
            asked_for = [arguments_of(branch) for branch in plan(condition, one).branches]
            assert all(asked_for.count(arguments) == 1 for arguments in asked_for)


def test_ids_and_addresses_are_looked_up_each_once() -> None:
    addresses = Comparison(FilterField.EMAIL, Operator.IN, ("A@x.example ", "a@X.example", "b@x.example"))
    ids = Comparison(FilterField.VENDOR_ID, Operator.IN, ("7", "7", "8"))
    for one in (*TRUSTING, *STRICT):
        assert plan(addresses, one).keys == ("a@x.example", "b@x.example")
        assert plan(eq(FilterField.EMAIL, "A@x.example"), one).keys == ("a@x.example",)
        assert plan(ids, one).ids == ("7", "8")
        assert plan(And((ids, addresses)), one).keys is None
        assert plan(And((ids, addresses)), one).ids == ("7", "8")
        assert plan(Or((ids, addresses)), one).ids is plan(Or((ids, addresses)), one).keys is None
        assert plan(Not(ids), one).ids is plan(Not(addresses), one).keys is None


def test_more_addresses_than_are_worth_looking_up_are_found_in_the_list() -> None:
    def among(count: int) -> Comparison:
        return Comparison(FilterField.EMAIL, Operator.IN, tuple(f"p{at}@x.example" for at in range(count)))

    for one in TRUSTING:
        assert len(plan(among(MOST_LOOK_UPS), one).keys or ()) == MOST_LOOK_UPS
        assert plan(among(MOST_LOOK_UPS + 1), one).keys is None


def test_more_ids_than_are_worth_looking_up_are_found_in_the_list() -> None:
    for one in TRUSTING:
        size = 1 if one.spec.distrusts_by_ids else one.table.batch_size
        ids = tuple(str(at) for at in range(1, MOST_LOOK_UPS * size + 2))
        assert plan(Comparison(FilterField.VENDOR_ID, Operator.IN, ids[:-1]), one).ids == ids[:-1]
        assert plan(Comparison(FilterField.VENDOR_ID, Operator.IN, ids), one).ids is None


@pytest.mark.parametrize("field", [FilterField.CREATED_AT, FilterField.UPDATED_AT])
def test_times_that_no_store_has_seen_bound_no_list(field: FilterField) -> None:
    """Vendors cannot say them, and nothing has to be looked for there."""
    ends = (datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC))
    for one, operator, end in product(TRUSTING, (Operator.GTE, Operator.LTE), ends):
        bounds = plan(Comparison(field, operator, end), one).bounds[field]
        said = {time for time in (bounds.low, bounds.high) if time is not None}
        assert all(1900 < time.year < 2200 for time in said)
        assert bool(said) is ((operator is Operator.GTE) is (end == ends[1]))


def test_the_deleted_are_looked_for_in_lists_not_by_address() -> None:
    both = And(
        (
            eq(FilterField.EMAIL, "a@x.example"),
            Or((eq(FilterField.IS_DELETED, value=True), eq(FilterField.NAME, "maria"))),
        )
    )
    for one in TRUSTING:
        keeps_deleted = Field.DELETED_AT in one.reach.known
        assert (plan(both, one).keys is None) is keeps_deleted
        assert excludes_deleted(plan(both, one).condition, one) is not keeps_deleted


def admits(given: SourcePlan, record: CustomerRecord, one: Source) -> bool:
    """Whether the plan finds the record at a vendor that gives just what it is declared to give, and no more."""
    times = {FilterField.CREATED_AT: record.created_at, FilterField.UPDATED_AT: record.updated_at}
    for field, bounds in given.bounds.items():
        time = times[field]
        if time is not None and not (bounds.low or time) <= time <= (bounds.high or time):
            return False
        if time is None and (bounds.low or bounds.high):
            return False
    is_named = given.ids is None or record.vendor_id in given.ids
    is_addressed = given.keys is None or match_key(record.email) in given.keys
    listed = any(
        all(matches(part.comparison, record, one.reach) is True for part in branch.pushed)
        for branch in given.branches
    )
    return is_named and is_addressed and listed


@pytest.mark.parametrize("readings", [TRUSTING, STRICT], ids=READINGS)
@examples(max_examples=150)
@given(chance=st.randoms(use_true_random=False))
def test_every_record_that_matches_is_admitted_by_its_plan(
    readings: list[Source], chance: Random, records: Sequence[CustomerRecord]
) -> None:
    """And what is left of the filter on a source is true of just the records that the filter is true of."""
    condition = without_deleted(filters.condition(records, chance))
    for one in readings:
        given_ = split(condition, one)
        likely = optimistic(given_.condition, one.reach.known)
        for record in records:
            if record.source_name != one.name:
                continue
            is_match = matches(condition, record, one.reach) is True
            assert (matches(given_.condition, record, one.reach) is True) is is_match, record
            if is_match:
                assert admits(given_, record, one), record
                assert matches(likely, record, one.reach) is True, record


@examples(max_examples=50)
@given(chance=st.randoms(use_true_random=False))
def test_the_same_filter_is_split_the_same_way(chance: Random, records: Sequence[CustomerRecord]) -> None:
    """A pure function: of equal filters and settings, equal plans, and no vendor is asked."""
    condition = without_deleted(filters.condition(records, chance))
    for one, other in zip(TRUSTING, sources("trusting"), strict=True):
        assert split(condition, one) == split(condition, other)


@pytest.mark.parametrize("reading", READINGS)
async def test_vendors_list_everybody_whom_a_plan_admits(
    reading: str, records: Sequence[CustomerRecord]
) -> None:
    """The arguments say what the plan says they do: all its lists together bring every match."""
    with world(40, seed=5, pushdown=reading) as small:
        listed: dict[tuple[str, str], set[str]] = {}
        for case in range(60):
            condition = without_deleted(filters.condition(records, Random(f"{reading} {case}")))
            for one in small.sources:
                given_ = split(condition, one)
                found: set[str] = set()
                for branch in given_.branches:
                    found |= await brought(small, one, branch, listed)
                own = [record for record in records if record.source_name == one.name]
                meant = {one_.vendor_id for one_ in own if matches(condition, one_, one.reach) is True}
                assert meant <= found, (condition, given_.branches)


async def brought(
    small: World, one: Source, branch: Branch, known: dict[tuple[str, str], set[str]]
) -> set[str]:
    question = (one.name, repr(sorted(arguments_of(branch).items())))
    if question not in known:
        rows = await small.listed(one, arguments_of(branch))
        known[question] = {row.vendor_id for row in rows}
    return known[question]
