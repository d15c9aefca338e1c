"""Who is one person, what the merged customer says, where that came from, and when it has changed."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.customer import (
    ALL_FIELDS,
    Address,
    AddressKind,
    CustomerGroup,
    CustomerRecord,
    CustomField,
    Field,
    Loyalty,
    Money,
    Profile,
    Tag,
    TaxId,
    TaxIdKind,
)
from gateway.identity import (
    NAME_PARTS,
    RULES,
    MatchField,
    MergeRule,
    address_of,
    key_of,
    merge,
    provenance,
    version,
)
from gateway.query import Precedence, SourceRank

NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)
PRECEDENCE = Precedence(
    {
        "first": SourceRank(priority=1, numeric_ids=True),
        "second": SourceRank(priority=2, numeric_ids=False),
        "third": SourceRank(priority=3, numeric_ids=True),
    }
)


def record(source: str = "first", vendor_id: str = "1", **values: Any) -> CustomerRecord:
    return CustomerRecord(source_name=source, vendor_id=vendor_id, fetched_at=NOON, **values)


def euro(amount: int) -> Money:
    return Money(amount=Decimal(amount), currency="EUR")


hours = [None, *(NOON + timedelta(hours=number) for number in range(3))]
words = ["Ada", "ADA", "Bo"]


def several(elements: list[Any]) -> st.SearchStrategy[Any]:
    """Unknown, none, one or two of them, an element twice included."""
    pairs = [(one, other) for one in elements for other in elements]
    return st.sampled_from([None, (), *((element,) for element in elements), *pairs])


def records_of(source: str) -> st.SearchStrategy[CustomerRecord]:
    return st.builds(
        record,
        source=st.just(source),
        vendor_id=st.sampled_from(["1", "2", "9", "10", "11"]),
        name=st.sampled_from([None, *words]),
        first_name=st.sampled_from([None, *words]),
        orders_count=st.sampled_from([None, 0, 1, 5]),
        total_spent=several(
            [euro(2), euro(7), Money(amount=Decimal(3), currency="ARS"), Money(amount=Decimal(4))]
        ),
        tags=several([Tag(source_name=source, name=word) for word in words]),
        addresses=several([Address(source_name=source, city=city) for city in ("Roma", None)]),
        tax_ids=several([TaxId(source_name=source, kind=TaxIdKind.OTHER, value=word) for word in words]),
        accepts_marketing=st.sampled_from([None, True, False]),
        is_blacklisted=st.sampled_from([None, True, False]),
        created_at=st.sampled_from(hours),
        updated_at=st.sampled_from(hours),
    )


records = st.one_of(*map(records_of, PRECEDENCE.sources))
people = st.lists(records, min_size=1, max_size=5, unique_by=lambda one: (one.source_name, one.vendor_id))


def known(found: list[CustomerRecord], field: Field) -> list[Any]:
    return [value for one in found if (value := getattr(one, field)) is not None]


def test_every_field_has_the_rule_that_is_documented() -> None:
    assert set(RULES) == ALL_FIELDS
    assert {field for field, rule in RULES.items() if rule is not MergeRule.FIRST_SOURCE} == {
        *(Field.ADDRESSES, Field.TAGS, Field.GROUPS, Field.TAX_IDS, Field.CUSTOM_FIELDS),
        *(Field.ORDERS_COUNT, Field.TOTAL_SPENT, Field.STORE_CREDIT),
        *(Field.CREATED_AT, Field.UPDATED_AT, Field.LAST_ORDER_AT),
        *(Field.IS_BLACKLISTED, Field.ACCEPTS_MARKETING),
    }


@given(people, st.randoms(use_true_random=False))
def test_the_order_in_which_records_come_changes_nothing(
    found: list[CustomerRecord], shuffle: random.Random
) -> None:
    shuffled = shuffle.sample(found, len(found))
    customer = merge(found, PRECEDENCE)
    assert merge(shuffled, PRECEDENCE) == customer
    assert provenance(merge(shuffled, PRECEDENCE), Field) == provenance(customer, Field)
    assert version(shuffled) == version(found)


@given(people)
def test_merging_follows_each_fields_rule(found: list[CustomerRecord]) -> None:
    """Sets and sums are counted here without regard to order, which the examples below fix."""
    customer = merge(found, PRECEDENCE)
    assert set(customer.records) == set(found)
    assert customer.orders_count == (sum(counts) if (counts := known(found, Field.ORDERS_COUNT)) else None)
    assert customer.created_at == min(known(found, Field.CREATED_AT), default=None)
    assert customer.updated_at == max(known(found, Field.UPDATED_AT), default=None)
    for field, winner in ((Field.ACCEPTS_MARKETING, False), (Field.IS_BLACKLISTED, True)):
        said = known(found, field)
        assert getattr(customer, field) is (winner if winner in said else (not winner if said else None))
    for field in (Field.TAGS, Field.ADDRESSES, Field.TAX_IDS, Field.TOTAL_SPENT):
        assert (getattr(customer, field) is None) == (not known(found, field))


@given(people)
def test_a_union_holds_every_element_once(found: list[CustomerRecord]) -> None:
    customer = merge(found, PRECEDENCE)
    for field in (Field.TAGS, Field.ADDRESSES, Field.TAX_IDS):
        merged = getattr(customer, field) or ()
        keys = [_told_apart(element) for element in merged]
        assert len(keys) == len(set(keys))
        assert set(keys) == {_told_apart(element) for elements in known(found, field) for element in elements}


def _told_apart(element: Any) -> object:
    if isinstance(element, Tag):
        return element.name.lower()
    return element.value if isinstance(element, TaxId) else element


@given(people)
def test_amounts_are_summed_by_currency(found: list[CustomerRecord]) -> None:
    amounts = [amount for one in known(found, Field.TOTAL_SPENT) for amount in one]
    merged = merge(found, PRECEDENCE).total_spent or ()
    assert len({amount.currency for amount in merged}) == len(merged)
    assert {amount.currency: amount.amount for amount in merged} == {
        currency: sum(amount.amount for amount in amounts if amount.currency == currency)
        for currency in {amount.currency for amount in amounts}
    }


@given(records)
def test_one_record_is_its_own_customer(one: CustomerRecord) -> None:
    customer = merge([one], PRECEDENCE)
    for field in ALL_FIELDS - {Field.TAGS, Field.ADDRESSES, Field.TAX_IDS, Field.TOTAL_SPENT}:
        assert getattr(customer, field) == getattr(one, field)
    for chosen in provenance(customer, Field):
        assert chosen.others == ()
        assert (chosen.chosen is None) == (getattr(one, chosen.field) is None)


@given(people)
def test_provenance_names_every_record_that_knows_the_field_once(found: list[CustomerRecord]) -> None:
    customer = merge(found, PRECEDENCE)
    for traced in provenance(customer, Field):
        contributions = [*traced.others, *([traced.chosen] if traced.chosen else [])]
        assert sorted(PRECEDENCE.of(part.record) for part in contributions) == [
            PRECEDENCE.of(one) for one in customer.records if getattr(one, traced.field) is not None
        ]
        assert all(part.value == getattr(part.record, traced.field) for part in contributions)
        if traced.chosen and traced.rule not in (MergeRule.UNION, MergeRule.SUM):
            assert traced.chosen.value == getattr(customer, traced.field)


def test_the_primary_is_of_the_first_source_and_has_the_smallest_id_by_number() -> None:
    found = [record("second", "1"), record("first", "10"), record("first", "9")]
    customer = merge(found, PRECEDENCE)
    assert [one.vendor_id for one in customer.records] == ["9", "10", "1"]


def test_nobody_has_no_record() -> None:
    with pytest.raises(ValueError, match="at least one record"):
        merge([], PRECEDENCE)


def test_the_first_known_value_wins_and_unknown_is_no_value() -> None:
    found = [
        record("first"),
        record("second", code="B", birth_date=date(1990, 1, 1)),
        record("third", code="C"),
    ]
    customer = merge(found, PRECEDENCE)
    assert (customer.code, customer.birth_date, customer.note) == ("B", date(1990, 1, 1), None)


def test_the_name_parts_come_from_one_record() -> None:
    found = [
        record("first", email="a@x.de"),
        record("second", name="Ada L"),
        record("third", name="A", last_name="L"),
    ]
    customer = merge(found, PRECEDENCE)
    assert [getattr(customer, part) for part in NAME_PARTS] == ["Ada L", None, None, None]
    (last_name,) = provenance(customer, [Field.LAST_NAME])
    assert last_name.chosen is None
    assert [(part.record.source_name, part.value) for part in last_name.others] == [("third", "L")]


def test_unions_keep_record_order_and_the_first_spelling() -> None:
    first = record(
        "first",
        tags=(Tag(source_name="first", name="VIP"), Tag(source_name="first", name="straße")),
        groups=(CustomerGroup(source_name="first", vendor_id="1", name="Gold"),),
        custom_fields=(CustomField(source_name="first", key="size", value=["M"]),),
        addresses=(Address(source_name="first", city="Roma"), Address(source_name="first", city="Roma")),
    )
    second = record(
        "second",
        tags=(Tag(source_name="second", name="STRASSE"), Tag(source_name="second", name="new")),
        groups=(CustomerGroup(source_name="second", vendor_id="1", name="Gold"),),
        custom_fields=(CustomField(source_name="second", key="size", value={"top": "L"}),),
        addresses=(Address(source_name="second", city="Roma"),),
    )
    customer = merge([second, first], PRECEDENCE)
    assert [tag.name for tag in customer.tags or ()] == ["VIP", "straße", "new"]
    assert [group.source_name for group in customer.groups or ()] == ["first", "second"]
    assert [field.value for field in customer.custom_fields or ()] == [["M"], {"top": "L"}]
    assert [address.source_name for address in customer.addresses or ()] == ["first", "second"]


def test_one_number_as_a_persons_and_as_a_companys_is_two_tax_ids() -> None:
    kinds = (TaxIdKind.PERSONAL, TaxIdKind.COMPANY, TaxIdKind.PERSONAL)
    tax_ids = tuple(TaxId(source_name="first", kind=kind, value="1") for kind in kinds)
    assert merge([record(tax_ids=tax_ids)], PRECEDENCE).tax_ids == tax_ids[:2]


def test_none_known_is_unknown_and_none_at_all_is_none() -> None:
    assert merge([record("first"), record("second")], PRECEDENCE).tags is None
    assert merge([record("first"), record("second", tags=())], PRECEDENCE).tags == ()


def test_currencies_stand_in_the_order_in_which_they_are_met() -> None:
    pesos = Money(amount=Decimal(5), currency="ARS")
    found = [record("first", store_credit=(euro(1),)), record("second", store_credit=(pesos, euro(2)))]
    assert merge(found, PRECEDENCE).store_credit == (euro(3), pesos)


def test_only_the_fields_asked_for_are_merged() -> None:
    customer = merge([record(name="Ada", code="K")], PRECEDENCE, frozenset({Field.CODE}))
    assert (customer.code, customer.name) == ("K", None)


def test_provenance_tells_the_winner_and_the_losing_values() -> None:
    found = [record("first", phone="1", orders_count=2), record("second", phone="2", orders_count=0)]
    phone, count, note = provenance(
        merge(found, PRECEDENCE), [Field.PHONE, Field.ORDERS_COUNT, Field.NOTE, Field.PHONE]
    )
    assert phone.chosen
    assert (phone.rule, phone.chosen.record, phone.chosen.value) == (MergeRule.FIRST_SOURCE, found[0], "1")
    assert [part.value for part in phone.others] == ["2"]
    assert (count.rule, count.chosen, [part.value for part in count.others]) == (MergeRule.SUM, None, [2, 0])
    assert (note.chosen, note.others) == (None, ())


def test_of_equal_refusals_the_primary_most_is_chosen() -> None:
    found = [record("first", accepts_marketing=True)]
    found += [record(source, accepts_marketing=False) for source in ("second", "third")]
    (consent,) = provenance(merge(found, PRECEDENCE), [Field.ACCEPTS_MARKETING])
    assert consent.chosen
    assert consent.chosen.record.source_name == "second"
    assert [part.value for part in consent.others] == [True, False]


@pytest.mark.parametrize(
    ("values", "match", "key"),
    [
        ({"email": " Ada@X.de"}, [MatchField.EMAIL], "ada@x.de"),
        ({"email": "ada@x.de"}, [], None),
        ({"email": "ada@x.de", "deleted_at": NOON}, [MatchField.EMAIL], None),
        ({}, [MatchField.EMAIL], None),
    ],
)
def test_who_has_no_key_stands_alone(
    values: dict[str, Any], match: list[MatchField], key: str | None
) -> None:
    assert key_of(record(**values), match) == key


def test_the_version_changes_with_what_a_record_says_and_with_nothing_else() -> None:
    one = record("first", loyalty=Loyalty(balance=Decimal(3)))
    base = version([one])
    assert len(base) == 32
    assert int(base, 16) >= 0
    again = msgspec.structs.replace(one, raw={"a": 1}, fetched_at=NOON + timedelta(hours=1))
    assert version([again]) == base
    for change in (
        {"loyalty": Loyalty(balance=Decimal(4))},
        {"tags": ()},
        {"vendor_id": "2"},
        {"details": euro(1)},
    ):
        assert version([msgspec.structs.replace(one, **change)]) != base
    assert version([one, record("second")]) != base


def test_an_address_is_chosen_by_its_kind_alone() -> None:
    home = Address(source_name="first", kinds=(AddressKind.BILLING, AddressKind.DEFAULT), city="Roma")
    other = Address(source_name="first", kinds=(AddressKind.DEFAULT,), city="Lima")
    profile = Profile(addresses=(home, other))
    assert address_of(profile, AddressKind.DEFAULT) == home
    assert address_of(profile, AddressKind.BILLING) == home
    assert address_of(profile, AddressKind.SHIPPING) is None
    assert address_of(Profile(), AddressKind.DEFAULT) is None
