"""Where customers stand: anchors, order values and positions, against sorting by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cmp_to_key
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.customer import CustomerRecord, Money
from gateway.query import (
    Direction,
    OrderField,
    Position,
    Precedence,
    SourceRank,
    anchor,
    order_value,
    position,
    sort_key,
    vendor_id_key,
)

NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)
PRECEDENCE = Precedence(
    {
        "first": SourceRank(priority=1, numeric_ids=True),
        "second": SourceRank(priority=2, numeric_ids=False),
    }
)


def record(source: str = "first", vendor_id: str = "1", **values: Any) -> CustomerRecord:
    return CustomerRecord(source_name=source, vendor_id=vendor_id, fetched_at=NOON, **values)


times = st.none() | st.integers(0, 3).map(lambda hours: NOON + timedelta(hours=hours))
amounts = st.none() | st.lists(
    st.integers(-1, 3).map(lambda units: Money(amount=Decimal(units), currency="EUR")), max_size=2
).map(tuple)
records = st.builds(
    record,
    source=st.sampled_from(["first", "second"]),
    vendor_id=st.integers(1, 20).map(str),
    name=st.none() | st.sampled_from(["Ada", "ÁDA", "Bo"]),
    email=st.none() | st.sampled_from(["a@x.de", "A@X.DE", "b@x.de"]),
    created_at=times,
    updated_at=times,
    last_order_at=times,
    orders_count=st.none() | st.integers(0, 2),
    total_spent=amounts,
)
people = st.lists(records, min_size=1, max_size=6, unique_by=lambda one: (one.source_name, one.vendor_id))


def by_hand(direction: Direction) -> Any:
    """The order's definition, comparison by comparison."""

    def compare(one: Position, other: Position) -> int:
        if (one.value is None) != (other.value is None):
            return 1 if one.value is None else -1
        if one.value != other.value:
            is_less = one.value < other.value  # type: ignore[operator]  # both of one order, neither None
            return -1 if is_less == (direction is Direction.ASC) else 1
        ranks = (one.priority, one.vendor_id_key), (other.priority, other.vendor_id_key)
        return (ranks[0] > ranks[1]) - (ranks[0] < ranks[1])

    return cmp_to_key(compare)


@given(people, st.sampled_from(OrderField), st.sampled_from(Direction))
def test_positions_sort_by_value_then_nulls_with_ties_by_priority_and_id(
    found: list[CustomerRecord], field: OrderField, direction: Direction
) -> None:
    places = [position(field, one, PRECEDENCE) for one in found]
    assert sorted(places, key=lambda place: sort_key(place, direction)) == sorted(
        places, key=by_hand(direction)
    )


@given(people, st.sampled_from(OrderField))
def test_the_anchor_is_the_best_value_of_the_primary_most(
    found: list[CustomerRecord], field: OrderField
) -> None:
    chosen = anchor(field, found, PRECEDENCE)
    ordered = PRECEDENCE.sorted(found)
    values = [order_value(field, one) for one in ordered if order_value(field, one) is not None]
    if not values:
        assert chosen == ordered[0]
        return
    best: Any = values[0]
    if field is OrderField.CREATED_AT:
        best = min(values)  # type: ignore[type-var]  # values of one order compare
    elif field not in (OrderField.NAME, OrderField.EMAIL):
        best = max(values)  # type: ignore[type-var]  # as above
    assert chosen == next(one for one in ordered if order_value(field, one) == best)


@given(people, st.sampled_from(OrderField), st.randoms(use_true_random=False))
def test_the_anchor_does_not_depend_on_the_order_in_which_records_came(
    found: list[CustomerRecord], field: OrderField, random: Any
) -> None:
    shuffled = random.sample(found, len(found))
    assert anchor(field, shuffled, PRECEDENCE) == anchor(field, found, PRECEDENCE)


def test_nobody_without_a_matching_record_has_an_anchor() -> None:
    with pytest.raises(ValueError, match="empty"):
        anchor(OrderField.NAME, [], PRECEDENCE)


def test_a_record_never_updated_stands_at_its_creation() -> None:
    assert order_value(OrderField.UPDATED_AT, record(created_at=NOON)) == NOON
    later = NOON + timedelta(days=1)
    assert order_value(OrderField.UPDATED_AT, record(created_at=NOON, updated_at=later)) == later


def test_texts_are_ordered_folded_and_amounts_by_the_greatest() -> None:
    assert order_value(OrderField.NAME, record(name="Élan")) == "elan"
    assert order_value(OrderField.EMAIL, record(email="É@X.de")) == "e@x.de"
    spent = (Money(amount=Decimal(2), currency="EUR"), Money(amount=Decimal(10), currency="ARS"))
    assert order_value(OrderField.TOTAL_SPENT, record(total_spent=spent)) == Decimal(10)
    assert order_value(OrderField.TOTAL_SPENT, record(total_spent=())) is None


def test_numeric_ids_compare_by_number_and_others_as_text() -> None:
    def ordered(ids: list[str], *, numeric: bool) -> list[str]:
        return sorted(ids, key=lambda vendor_id: vendor_id_key(vendor_id, numeric=numeric))

    assert ordered(["10", "9", "x", "007"], numeric=True) == ["007", "9", "10", "x"]
    assert ordered(["10", "9", "B", "a"], numeric=False) == ["10", "9", "B", "a"]
    assert vendor_id_key("7", numeric=True) != vendor_id_key("07", numeric=True)
    assert ordered(["1" * 5000, "2"], numeric=True) == ["2", "1" * 5000]


def test_a_source_that_is_not_there_has_no_rank() -> None:
    with pytest.raises(KeyError):
        PRECEDENCE.of(record(source="hidden"))
