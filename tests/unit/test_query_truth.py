"""What each comparison means on a record."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import msgspec
import pytest

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
    Profile,
    Tag,
    TaxId,
    TaxIdKind,
)
from gateway.query import (
    OPERATORS,
    SEARCHABLE,
    TRUE,
    Comparison,
    FilterField,
    Not,
    Operand,
    Operator,
    Or,
    Reach,
    Trait,
    has,
    lacks,
    matches,
    speaks_of,
    without_deleted,
)

NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)
EVERYTHING = Reach(known=ALL_FIELDS, searched=SEARCHABLE)
NOTHING = Reach(known=frozenset(), searched=frozenset())


def record(**values: Any) -> CustomerRecord:
    return CustomerRecord(source_name="shop", vendor_id="7", fetched_at=NOON, **values)


def said(field: FilterField, operator: Operator, value: Operand, **values: Any) -> bool | None:
    return matches(Comparison(field, operator, value), record(**values), EVERYTHING)


NAME, EMAIL = FilterField.NAME, FilterField.EMAIL


@pytest.mark.parametrize("field", FilterField)
def test_a_comparison_with_what_no_vendor_told_is_unknown(field: FilterField) -> None:
    """But search and isDeleted are only true or false, and a record always has its source and id."""
    operand: Any = {Operator.EQ: True, Operator.ANY: ("x",), Operator.GT: NOON, Operator.MATCHES: "x"}
    operator = next(one for one in operand if one in OPERATORS[field])
    value = {FilterField.HAS: Trait.NOTE, FilterField.LACKS: Trait.NOTE}.get(field, operand[operator])
    known = {FilterField.SEARCH, FilterField.IS_DELETED, FilterField.SOURCE_NAME, FilterField.VENDOR_ID}
    truth = matches(Comparison(field, operator, value), record(), NOTHING)
    assert (truth is None) == (field not in known)


@pytest.mark.parametrize(
    ("operator", "value", "expected"),
    [
        (Operator.EQ, "zoe muller", True),
        (Operator.EQ, "zoe", False),
        (Operator.IN, ("x", "ZOÉ Muller"), True),
        (Operator.IN, (), False),
        (Operator.CONTAINS, "MULL", True),
        (Operator.CONTAINS, "", True),
        (Operator.STARTS_WITH, "zoé", True),
        (Operator.STARTS_WITH, "müller", False),
    ],
)
def test_text_compares_without_case_and_accents(operator: Operator, value: Operand, expected: bool) -> None:
    assert said(NAME, operator, value, name="Zoë Müller") is expected


def test_equal_emails_have_one_match_key_and_parts_of_them_are_folded() -> None:
    stored = {"email": "Zoë@MÜNCHEN.de"}
    assert said(EMAIL, Operator.EQ, " zoë@xn--mnchen-3ya.de", **stored) is True
    assert said(EMAIL, Operator.IN, ("ZOË@münchen.de",), **stored) is True
    assert said(EMAIL, Operator.EQ, "zoe@münchen.de", **stored) is False
    assert said(EMAIL, Operator.CONTAINS, "zoe@mun", **stored) is True
    assert said(EMAIL, Operator.EQ, "", **stored) is False


def test_phones_compare_digits() -> None:
    stored = {"phone": "+39 06-12 34"}
    assert said(FilterField.PHONE, Operator.EQ, "(39) 061234", **stored) is True
    assert said(FilterField.PHONE, Operator.CONTAINS, "6 1 2", **stored) is True
    assert said(FilterField.PHONE, Operator.STARTS_WITH, "39", **stored) is True
    assert said(FilterField.PHONE, Operator.CONTAINS, "call me", **stored) is False


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("zoë ACME", True),
        ("zoe 0612", False),
        ("06-12", True),
        ("xy9 k1", True),
        ("zoe nobody", False),
        ("  ", True),
    ],
)
def test_search_wants_every_word_somewhere(text: str, expected: bool) -> None:
    tax_id = TaxId(source_name="shop", kind=TaxIdKind.COMPANY, value="XY99")
    found = record(name="Zoe", company="Acme", phone="06-12", tax_ids=(tax_id,), code="K1", note="nobody")
    assert matches(Comparison(FilterField.SEARCH, Operator.MATCHES, text), found, EVERYTHING) is expected


def test_search_looks_only_where_the_list_rows_do() -> None:
    narrow = Reach(known=ALL_FIELDS, searched=frozenset({Field.NAME}))
    acme = Comparison(FilterField.SEARCH, Operator.MATCHES, "acme")
    assert matches(acme, record(name="Zoe", company="Acme"), narrow) is False
    assert matches(acme, record(name="Zoe", company="Acme"), EVERYTHING) is True


@pytest.mark.parametrize("field", [FilterField.TAGS, FilterField.GROUPS])
@pytest.mark.parametrize(
    ("operator", "wanted", "expected"),
    [
        (Operator.ANY, ("vip", "x"), True),
        (Operator.ANY, ("x",), False),
        (Operator.ANY, (), False),
        (Operator.ALL, ("vip", "café"), True),
        (Operator.ALL, ("vip", "x"), False),
        (Operator.ALL, (), True),
        (Operator.NONE, ("x",), True),
        (Operator.NONE, ("x", "VIP"), False),
        (Operator.NONE, (), True),
    ],
)
def test_tags_and_groups_compare_folded_names(
    field: FilterField, operator: Operator, wanted: tuple[str, ...], expected: bool
) -> None:
    tags = tuple(Tag(source_name="shop", name=name) for name in ("VIP", "Cafe"))
    groups = tuple(CustomerGroup(source_name="shop", vendor_id=name, name=name) for name in ("VIP", "Cafe"))
    assert said(field, operator, wanted, tags=tags, groups=groups) is expected
    assert said(field, operator, wanted) is None


def test_one_element_is_enough_and_none_of_a_known_list_is_false() -> None:
    home = Address(source_name="shop", city="Roma", country_code="IT")
    homes = (home, Address(source_name="shop", country_code="BR"))
    assert said(FilterField.COUNTRY_CODE, Operator.EQ, "BR", addresses=homes) is True
    assert said(FilterField.CITY, Operator.STARTS_WITH, "róm", addresses=homes) is True
    assert said(FilterField.CITY, Operator.EQ, "Lima", addresses=homes) is False
    assert said(FilterField.CITY, Operator.EQ, "Lima", addresses=()) is False
    assert said(FilterField.TAX_ID, Operator.EQ, "1", tax_ids=()) is False


def test_what_a_vendors_addresses_never_tell_is_unknown() -> None:
    blind = Reach(known=ALL_FIELDS, searched=SEARCHABLE, untold=frozenset({FilterField.CITY}))
    for addresses in ((), (Address(source_name="shop", country_code="IT"),)):
        found = record(addresses=addresses)
        assert matches(Comparison(FilterField.CITY, Operator.EQ, "Roma"), found, blind) is None
        assert matches(Comparison(FilterField.COUNTRY_CODE, Operator.EQ, "DE"), found, blind) is False


def test_amounts_compare_whatever_their_currency() -> None:
    amounts = (Money(amount=Decimal("9.5"), currency="EUR"), Money(amount=Decimal(20)))
    assert said(FilterField.TOTAL_SPENT, Operator.GTE, Decimal(20), total_spent=amounts) is True
    assert said(FilterField.STORE_CREDIT, Operator.LT, Decimal("9.5"), store_credit=amounts) is False


def test_accounts_states_and_ids_compare_as_they_are() -> None:
    assert said(FilterField.HAS_LOYALTY, Operator.EQ, value=True, loyalty=Loyalty(is_enabled=True)) is True
    assert said(FilterField.HAS_LOYALTY, Operator.EQ, value=True, loyalty=Loyalty()) is None
    assert (
        said(
            FilterField.HAS_HOUSE_ACCOUNT,
            Operator.EQ,
            value=True,
            house_account=HouseAccount(is_enabled=False),
        )
        is False
    )
    assert said(FilterField.ACCOUNT_STATE, Operator.IN, ("GUEST",), account_state=AccountState.GUEST) is True
    assert said(FilterField.SOURCE_NAME, Operator.EQ, "SHOP") is False
    assert said(FilterField.VENDOR_ID, Operator.IN, ("7",)) is True


@pytest.mark.parametrize(
    ("known", "values", "expected"),
    [
        ({Field.ORDERS_COUNT}, {"orders_count": 2}, True),
        ({Field.ORDERS_COUNT, Field.LAST_ORDER_ID}, {"orders_count": 0, "last_order_id": "9"}, False),
        ({Field.LAST_ORDER_ID}, {"last_order_id": "9"}, True),
        ({Field.LAST_ORDER_ID}, {}, False),
        ({Field.LAST_ORDER_AT}, {"last_order_at": NOON}, True),
        ({Field.ORDERS_COUNT}, {}, None),
        (set(), {}, None),
    ],
)
def test_orders_are_known_by_their_count_else_by_a_last_one(
    known: set[Field], values: dict[str, Any], expected: bool | None
) -> None:
    reach = Reach(known=frozenset(known), searched=frozenset())
    for asked in (True, False):
        truth = matches(Comparison(FilterField.HAS_ORDERS, Operator.EQ, asked), record(**values), reach)
        assert truth is (None if expected is None else expected is asked)


@pytest.mark.parametrize(
    ("trait", "known", "values", "expected"),
    [
        (Trait.PHONE, Field.PHONE, {"phone": "1"}, True),
        (Trait.PHONE, Field.PHONE, {}, False),
        (Trait.PHONE, Field.EMAIL, {}, None),
        (Trait.TAG, Field.TAGS, {"tags": ()}, False),
        (Trait.TAG, Field.TAGS, {}, None),
        (Trait.LAST_ORDER, Field.LAST_ORDER_ID, {"last_order_id": "1"}, True),
        (Trait.LAST_ORDER, Field.LAST_ORDER_AT, {}, False),
    ],
)
def test_unknown_fields_are_neither_had_nor_lacked(
    trait: Trait, known: Field, values: dict[str, Any], expected: bool | None
) -> None:
    reach = Reach(known=frozenset({known}), searched=frozenset())
    assert matches(has(trait), record(**values), reach) is expected
    assert matches(lacks(trait), record(**values), reach) is (None if expected is None else not expected)


def test_having_nothing_in_particular_is_no_condition() -> None:
    assert has() == lacks() == TRUE


ACCEPTS, BLACKLISTED = FilterField.ACCEPTS_MARKETING, FilterField.IS_BLACKLISTED


@pytest.mark.parametrize(("field", "refusal"), [(ACCEPTS, False), (BLACKLISTED, True)])
def test_nobody_who_refused_anywhere_is_listed_as_consenting(field: FilterField, refusal: bool) -> None:
    refuses, consents = (Comparison(field, Operator.EQ, value) for value in (refusal, not refusal))
    consenting = record(**{field: not refusal})
    refused, agreed = (
        msgspec.structs.replace(Profile(), **{field: value}) for value in (refusal, not refusal)
    )
    assert matches(consents, consenting, EVERYTHING, agreed) is True
    assert matches(consents, consenting, EVERYTHING) is True
    assert matches(consents, consenting, EVERYTHING, refused) is False
    assert matches(Not(refuses), consenting, EVERYTHING, refused) is None
    assert matches(refuses, record(**{field: refusal}), EVERYTHING, refused) is True


def test_deleted_records_are_out_unless_the_filter_speaks_of_them() -> None:
    gone, here = record(deleted_at=NOON), record()
    deleted = Comparison(FilterField.IS_DELETED, Operator.EQ, value=True)
    assert [matches(without_deleted(TRUE), one, NOTHING) for one in (gone, here)] == [False, True]
    assert [matches(without_deleted(deleted), one, NOTHING) for one in (gone, here)] == [True, False]
    spoken = Or((Not(deleted), TRUE))
    assert speaks_of(spoken, FilterField.IS_DELETED)
    assert matches(without_deleted(spoken), gone, NOTHING) is True
