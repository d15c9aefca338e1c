"""Conditions as values: three-valued logic against a naive reference, simplifying, and the fields they need."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.customer import (
    ALL_FIELDS,
    AccountState,
    Address,
    CustomerGroup,
    CustomerRecord,
    Field,
    HouseAccount,
    Loyalty,
    Money,
    Tag,
    TaxId,
    TaxIdKind,
)
from gateway.query import (
    FALSE,
    OPERATORS,
    SEARCHABLE,
    TRUE,
    And,
    Comparison,
    Condition,
    FilterField,
    Not,
    Operand,
    Operator,
    Or,
    Reach,
    Trait,
    comparisons,
    conjunction,
    disjunction,
    fields_of,
    has,
    matches,
    negation,
    simplify,
)

NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)
EVERYTHING = Reach(known=ALL_FIELDS, searched=SEARCHABLE)


def record(**values: Any) -> CustomerRecord:
    return CustomerRecord(source_name="shop", vendor_id="7", fetched_at=NOON, **values)


def hour(number: int) -> datetime:
    return NOON + timedelta(hours=number)


names = st.none() | st.sampled_from(["Ada", "ÁDA", "Bo"])
records = st.builds(
    record,
    name=names,
    email=st.none() | st.sampled_from(["a@x.de", "A@X.de", "b@x.de"]),
    orders_count=st.none() | st.integers(0, 3),
    created_at=st.none() | st.integers(0, 3).map(hour),
    tags=st.none()
    | st.lists(names.filter(bool).map(lambda name: Tag(source_name="shop", name=str(name)))).map(tuple),
    tax_ids=st.none()
    | st.lists(
        st.sampled_from("12").map(lambda text: TaxId(source_name="shop", kind=TaxIdKind.OTHER, value=text))
    ).map(tuple),
    accepts_marketing=st.none() | st.booleans(),
)
texts = st.sampled_from(["ada", "bo", "A", "a@x.de", "b@x.de", "1", "2"])
several = st.lists(texts, max_size=2).map(tuple)


def compared(fields: list[FilterField], operators: list[Operator], operand: st.SearchStrategy[Any]) -> Any:
    return st.builds(Comparison, st.sampled_from(fields), st.sampled_from(operators), operand)


bounds = [Operator.GT, Operator.GTE, Operator.LT, Operator.LTE]
single = [FilterField.NAME, FilterField.EMAIL, FilterField.TAX_ID]
leaves = st.one_of(
    compared(single, [Operator.EQ, Operator.CONTAINS, Operator.STARTS_WITH], texts),
    compared(single, [Operator.IN], several),
    compared([FilterField.TAGS], [Operator.ANY, Operator.ALL, Operator.NONE], several),
    compared([FilterField.ORDERS_COUNT], [Operator.EQ, *bounds], st.integers(0, 3)),
    compared([FilterField.CREATED_AT], bounds, st.integers(0, 3).map(hour)),
    compared([FilterField.ACCEPTS_MARKETING, FilterField.HAS_ORDERS], [Operator.EQ], st.booleans()),
    compared([FilterField.HAS, FilterField.LACKS], [Operator.EQ], st.sampled_from([Trait.NAME, Trait.TAG])),
)
conditions: st.SearchStrategy[Condition] = st.recursive(
    leaves | st.sampled_from([TRUE, FALSE]),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4).map(lambda parts: And(tuple(parts))),
        st.lists(inner, max_size=4).map(lambda parts: Or(tuple(parts))),
        inner.map(Not),
    ),
    max_leaves=10,
)
reaches = st.builds(Reach, known=st.sampled_from([ALL_FIELDS, frozenset()]), searched=st.just(SEARCHABLE))


def degree(condition: Condition, one: CustomerRecord, reach: Reach) -> float:
    """The naive reference: and is the least, or the greatest, not the rest to one."""
    match condition:
        case And(parts):
            return min((degree(part, one, reach) for part in parts), default=1)
        case Or(parts):
            return max((degree(part, one, reach) for part in parts), default=0)
        case Not(inner):
            return 1 - degree(inner, one, reach)
        case _:
            truth = matches(condition, one, reach)
            return 0.5 if truth is None else float(truth)


@given(conditions, records, reaches)
def test_and_or_not_are_those_of_three_valued_logic(
    condition: Condition, one: CustomerRecord, reach: Reach
) -> None:
    expected = {0.0: False, 0.5: None, 1.0: True}[degree(condition, one, reach)]
    assert matches(condition, one, reach) is expected


@given(conditions, records, reaches)
def test_simplifying_keeps_what_is_true(condition: Condition, one: CustomerRecord, reach: Reach) -> None:
    assert (matches(simplify(condition), one, reach) is True) == (matches(condition, one, reach) is True)


@given(st.lists(conditions, max_size=3), records, reaches)
def test_the_constructors_keep_all_three_truth_values(
    parts: list[Condition], one: CustomerRecord, reach: Reach
) -> None:
    assert matches(conjunction(*parts), one, reach) is matches(And(tuple(parts)), one, reach)
    assert matches(disjunction(*parts), one, reach) is matches(Or(tuple(parts)), one, reach)
    for part in parts:
        assert matches(negation(part), one, reach) is matches(Not(part), one, reach)


@given(conditions)
def test_a_simple_condition_is_as_simple_as_it_gets(condition: Condition) -> None:
    assert simplify(simplify(condition)) == simplify(condition)


@given(conditions, records)
def test_the_fields_of_a_condition_are_all_that_it_looks_at(
    condition: Condition, one: CustomerRecord
) -> None:
    loaded = record(**{str(field): getattr(one, field) for field in fields_of(condition)})
    assert matches(condition, loaded, EVERYTHING) is matches(condition, one, EVERYTHING)


FULL = record(
    name="Ada",
    email="a@x.de",
    phone="1",
    company="Acme",
    code="K",
    tax_ids=(TaxId(source_name="shop", kind=TaxIdKind.OTHER, value="1"),),
    tags=(Tag(source_name="shop", name="vip"),),
    groups=(CustomerGroup(source_name="shop", vendor_id="1", name="vip"),),
    addresses=(Address(source_name="shop", country_code="IT", province_code="RM", city="Roma"),),
    account_state=AccountState.ENABLED,
    accepts_marketing=True,
    is_blacklisted=True,
    is_wholesale=True,
    house_account=HouseAccount(is_enabled=True),
    loyalty=Loyalty(is_enabled=True),
    orders_count=1,
    total_spent=(Money(amount=Decimal(1)),),
    store_credit=(Money(amount=Decimal(1)),),
    created_at=NOON,
    updated_at=NOON,
    last_order_at=NOON,
    deleted_at=NOON,
)
EQUAL_IN_FULL: dict[str, Operand] = {
    **dict.fromkeys((field for field, operators in OPERATORS.items() if len(operators) == 1), True),
    "source_name": "shop",
    "vendor_id": "7",
    "name": "ada",
    "email": "a@x.de",
    "phone": "1",
    "company": "acme",
    "tax_id": "1",
    "code": "k",
    "country_code": "it",
    "province_code": "rm",
    "city": "roma",
    "account_state": "ENABLED",
    "orders_count": 1,
    "total_spent": Decimal(1),
    "store_credit": Decimal(1),
    "has": Trait.NAME,
    "lacks": Trait.NOTE,
}
TRUE_OF_FULL = {
    **{name: Comparison(FilterField(name), Operator.EQ, operand) for name, operand in EQUAL_IN_FULL.items()},
    **{name: Comparison(name, Operator.LTE, hour(1)) for name in FilterField if name.endswith("_at")},
    FilterField.SEARCH: Comparison(FilterField.SEARCH, Operator.MATCHES, "ada acme 1 k a@x"),
    FilterField.TAGS: Comparison(FilterField.TAGS, Operator.ANY, ("VIP",)),
    FilterField.GROUPS: Comparison(FilterField.GROUPS, Operator.ALL, ("VIP",)),
}


@pytest.mark.parametrize("field", FilterField)
def test_a_record_that_brings_the_fields_of_a_comparison_is_enough_and_no_less_is(field: FilterField) -> None:
    comparison = TRUE_OF_FULL[field]
    needed = fields_of(comparison)
    loaded = record(**{str(one): getattr(FULL, one) for one in needed})
    empty = msgspec.structs.replace(FULL, **{str(one): None for one in needed})
    assert matches(comparison, loaded, EVERYTHING) is True
    assert (matches(comparison, empty, EVERYTHING) is True) == (needed in (frozenset(), {Field.NOTE}))


NAME, EMAIL, CREATED = FilterField.NAME, FilterField.EMAIL, FilterField.CREATED_AT


@pytest.mark.parametrize(
    "parts",
    [
        (Comparison(CREATED, Operator.GT, hour(2)), Comparison(CREATED, Operator.LT, hour(1))),
        (Comparison(CREATED, Operator.GT, hour(1)), Comparison(CREATED, Operator.LTE, hour(1))),
        (Comparison(CREATED, Operator.GTE, hour(1)), Comparison(CREATED, Operator.LT, hour(1))),
        (Comparison(NAME, Operator.EQ, "Ada"), Comparison(NAME, Operator.EQ, "Bo")),
        (Comparison(NAME, Operator.EQ, "Ada"), Comparison(NAME, Operator.IN, ("Bo", "Cy"))),
        (
            Comparison(FilterField.ORDERS_COUNT, Operator.EQ, 1),
            Comparison(FilterField.ORDERS_COUNT, Operator.GT, 1),
        ),
        (Comparison(NAME, Operator.IN, ()),),
        (Comparison(FilterField.TAGS, Operator.ANY, ()),),
        (
            Comparison(FilterField.IS_WHOLESALE, Operator.EQ, value=True),
            Comparison(FilterField.IS_WHOLESALE, Operator.EQ, value=False),
        ),
        (has(Trait.PHONE), Not(has(Trait.PHONE))),
        (FALSE, Comparison(NAME, Operator.EQ, "Ada")),
    ],
)
def test_the_plainly_impossible_is_false_before_any_call(parts: tuple[Condition, ...]) -> None:
    assert simplify(And((And(parts), Comparison(EMAIL, Operator.CONTAINS, "x")))) == FALSE
    assert simplify(Or((And(parts), Comparison(NAME, Operator.EQ, "x")))) == Comparison(
        NAME, Operator.EQ, "x"
    )


@pytest.mark.parametrize(
    "parts",
    [
        (Comparison(CREATED, Operator.GTE, hour(1)), Comparison(CREATED, Operator.LTE, hour(1))),
        (Comparison(NAME, Operator.EQ, "Ada"), Comparison(NAME, Operator.EQ, "ÁDA")),
        (Comparison(EMAIL, Operator.EQ, "a@x.de"), Comparison(EMAIL, Operator.EQ, " A@X.de")),
        (Comparison(FilterField.TAX_ID, Operator.EQ, "1"), Comparison(FilterField.TAX_ID, Operator.EQ, "2")),
        (has(Trait.NAME), has(Trait.PHONE)),
    ],
)
def test_what_one_record_can_satisfy_is_not_taken_for_impossible(parts: tuple[Condition, ...]) -> None:
    assert simplify(And(parts)) == And(parts)


def test_conditions_are_hashable_and_list_their_comparisons_in_order() -> None:
    one, other = Comparison(NAME, Operator.IN, ("a", "b")), has(Trait.NOTE)
    nested = conjunction(one, And((Not(Or((other, one))),)))
    assert list(comparisons(nested)) == [one, other, one]
    assert len({nested, nested, one}) == 2
    assert fields_of(nested) == {Field.NAME, Field.NOTE}


def test_every_filter_field_says_which_operators_it_takes() -> None:
    assert set(OPERATORS) == set(FilterField)
