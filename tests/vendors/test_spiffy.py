"""Spiffy: the document's samples mapped, and its oddities in rows."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest

from gateway.customer import (
    AccountState,
    Address,
    AddressKind,
    CustomerRecord,
    Field,
    Money,
    Selection,
    SignIn,
    Tag,
)
from gateway.spec import Origin
from gateway.transport import Response
from gateway.vendors.spiffy import SPEC, SpiffyAddress, SpiffyCustomer

ADDRESS: dict[str, Any] = {
    "id": 1969,
    "title": "Mr",
    "first_name": "Bilbo",
    "last_name": "Baggins",
    "name": "Mr Bilbo Baggins",
    "company": "The Fellowship of the Ring",
    "address1": "2 Bag End",
    "address2": "",
    "city": "Hobbiton",
    "province": "Waikato",
    "province_code": "WKO",
    "country": "New Zealand",
    "country_code": "NZ",
    "zip": "1234",
    "phone": "123456789",
    "default": True,
}
SINGLE: dict[str, Any] = {
    "id": 6,
    "title": "Mr",
    "first_name": "Bilbo",
    "last_name": "Baggins",
    "name": "Mr Bilbo Baggins",
    "email": "bilbo@lordoftherings.com",
    "accepts_marketing": True,
    "note": "Here is some sample text.",
    "orders_count": 200,
    "state": "enabled",
    "total_spent": 13908.63,
    "created_at": "2010-06-15T23:15:50.925+10:00",
    "updated_at": "2017-09-20T10:47:18.428+10:00",
    "sign_in_count": 314,
    "current_sign_in_at": "2017-09-20T10:47:18.424+10:00",
    "current_sign_in_ip": "192.168.10.200",
    "last_sign_in_at": "2017-09-20T10:43:18.716+10:00",
    "last_sign_in_ip": "192.168.10.200",
    "last_order_id": 1353,
    "wholesale": False,
    "credit": 0.0,
    "tags": "wholesaler",
    "default_address": ADDRESS,
    "addresses": [ADDRESS],
}
"""The document's single customer."""

LISTED: dict[str, Any] = {
    **SINGLE,
    "accounting_id": "2b74006d-a599-42dd-b228-52596f49333c",
    "pos_id": "JDKYHBWT1D4F8MFH63DBMEN8Y4",
}
"""The same customer in the document's list."""

FETCHED = datetime(2026, 1, 1, tzinfo=UTC)
ORIGIN = Origin(source_name="shop", zone=ZoneInfo("Australia/Sydney"), currency="AUD", fetched_at=FETCHED)
EVERYTHING = Selection(details=True)
AEST = timezone(timedelta(hours=10))


def answer(body: object, status: int = 200, **headers: str) -> Response:
    content = body if isinstance(body, str) else json.dumps(body)
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(status=status, headers=names, body=content.encode())


def chosen(selection: Selection, changes: dict[str, object]) -> SpiffyCustomer:
    row = {**LISTED, **changes}
    body = {"customers": [row]} if selection.is_whole else {"customer": row}
    return SPEC.by_id("6", selection).read(answer(body)).rows[0]


def one(**changes: object) -> SpiffyCustomer:
    return chosen(EVERYTHING, changes)


def record(**changes: object) -> CustomerRecord:
    return SPEC.read(one(**changes), ORIGIN)


# The document's samples

TYPED_ADDRESS = SpiffyAddress(
    id=1969,
    title="Mr",
    first_name="Bilbo",
    last_name="Baggins",
    name="Mr Bilbo Baggins",
    company="The Fellowship of the Ring",
    address1="2 Bag End",
    address2="",
    city="Hobbiton",
    province="Waikato",
    province_code="WKO",
    country="New Zealand",
    country_code="NZ",
    zip="1234",
    phone="123456789",
    default=True,
)
TYPED = SpiffyCustomer(
    id=6,
    title="Mr",
    first_name="Bilbo",
    last_name="Baggins",
    name="Mr Bilbo Baggins",
    company=None,
    email="bilbo@lordoftherings.com",
    accepts_marketing=True,
    note="Here is some sample text.",
    orders_count=200,
    state="enabled",
    total_spent=Decimal("13908.63"),
    credit=Decimal("0.0"),
    sign_in_count=314,
    current_sign_in_at=datetime(2017, 9, 20, 10, 47, 18, 424000, AEST),
    current_sign_in_ip="192.168.10.200",
    last_sign_in_at=datetime(2017, 9, 20, 10, 43, 18, 716000, AEST),
    last_sign_in_ip="192.168.10.200",
    last_order_id=1353,
    wholesale=False,
    accounting_id=None,
    pos_id=None,
    tags="wholesaler",
    created_at=datetime(2010, 6, 15, 23, 15, 50, 925000, AEST),
    updated_at=datetime(2017, 9, 20, 10, 47, 18, 428000, AEST),
    default_address=TYPED_ADDRESS,
    addresses=(TYPED_ADDRESS,),
)


def test_the_single_sample_is_typed_field_by_field() -> None:
    rows = SPEC.by_id("6", Selection(fields=frozenset({Field.PHONE}))).read(answer({"customer": SINGLE}))
    assert list(rows.rows) == [TYPED]
    assert rows.raws is None


def test_the_listed_sample_has_the_ids_of_connected_software_too() -> None:
    rows = SPEC.page({"page": 1}, EVERYTHING).read(answer({"customers": [LISTED]}))
    assert rows.total is None
    assert list(rows.rows) == [
        msgspec.structs.replace(
            TYPED,
            accounting_id="2b74006d-a599-42dd-b228-52596f49333c",
            pos_id="JDKYHBWT1D4F8MFH63DBMEN8Y4",
        )
    ]


def test_the_sample_becomes_this_record() -> None:
    assert record() == CustomerRecord(
        source_name="shop",
        vendor_id="6",
        name="Mr Bilbo Baggins",
        title="Mr",
        first_name="Bilbo",
        last_name="Baggins",
        company="The Fellowship of the Ring",
        email="bilbo@lordoftherings.com",
        phone="123456789",
        note="Here is some sample text.",
        account_state=AccountState.ENABLED,
        accepts_marketing=True,
        is_wholesale=False,
        orders_count=200,
        total_spent=(Money(amount=Decimal("13908.63"), currency="AUD"),),
        last_order_id="1353",
        store_credit=(Money(amount=Decimal("0.0"), currency="AUD"),),
        sign_in=SignIn(
            count=314,
            current_at=datetime(2017, 9, 20, 0, 47, 18, 424000, UTC),
            current_ip="192.168.10.200",
            last_at=datetime(2017, 9, 20, 0, 43, 18, 716000, UTC),
            last_ip="192.168.10.200",
        ),
        addresses=(
            Address(
                source_name="shop",
                vendor_id="1969",
                kinds=(AddressKind.DEFAULT,),
                name="Mr Bilbo Baggins",
                title="Mr",
                first_name="Bilbo",
                last_name="Baggins",
                company="The Fellowship of the Ring",
                line1="2 Bag End",
                city="Hobbiton",
                province="Waikato",
                province_code="WKO",
                postal_code="1234",
                country="New Zealand",
                country_code="NZ",
                phone="123456789",
            ),
        ),
        tags=(Tag(source_name="shop", name="wholesaler"),),
        created_at=datetime(2010, 6, 15, 13, 15, 50, 925000, UTC),
        updated_at=datetime(2017, 9, 20, 0, 47, 18, 428000, UTC),
        details=one(),
        fetched_at=FETCHED,
    )


def test_the_property_table_writes_money_as_text_and_tags_with_commas() -> None:
    changed = record(total_spent="465.30", credit=15.40, tags=" loyal,wholesaler, ,")
    assert changed.total_spent == (Money(amount=Decimal("465.30"), currency="AUD"),)
    assert changed.store_credit == (Money(amount=Decimal("15.4"), currency="AUD"),)
    assert changed.tags == (Tag(source_name="shop", name="loyal"), Tag(source_name="shop", name="wholesaler"))


def test_the_property_tables_times_are_four_hours_behind_utc() -> None:
    changed = record(created_at="2008-07-15T20:00:00-04:00", updated_at="2008-07-16T20:00:00Z")
    assert changed.created_at == datetime(2008, 7, 16, tzinfo=UTC)
    assert changed.updated_at == datetime(2008, 7, 16, 20, tzinfo=UTC)


# Worth knowing


def test_absent_is_unknown_and_not_empty() -> None:
    lone = SPEC.read(SpiffyCustomer(id=1), ORIGIN)
    known = {"source_name", "vendor_id", "details", "fetched_at"}
    assert {name for name in lone.__struct_fields__ if getattr(lone, name) is not None} == known


@pytest.mark.parametrize("value", ["", "  ", None])
def test_empty_texts_are_unknown(value: str | None) -> None:
    changed = record(email=value, title=value, note=value, company=value, state=value)
    assert (changed.email, changed.title, changed.note, changed.account_state) == (None, None, None, None)
    assert changed.company == "The Fellowship of the Ring"


def test_the_customers_own_company_wins_and_texts_are_trimmed() -> None:
    assert record(company=" Bag End Ltd ").company == "Bag End Ltd"


def test_only_the_default_address_is_default() -> None:
    other = {**ADDRESS, "id": 2, "default": False, "country_code": " nz"}
    addresses = record(addresses=[other, ADDRESS]).addresses or ()
    assert [(one.vendor_id, one.kinds, one.country_code) for one in addresses] == [
        ("2", (AddressKind.OTHER,), "NZ"),
        ("1969", (AddressKind.DEFAULT,), "NZ"),
    ]


@pytest.mark.parametrize("state", list(AccountState))
def test_each_documented_state_is_an_account_state(state: AccountState) -> None:
    assert record(state=state.lower()).account_state is state


def test_an_undocumented_state_is_unknown() -> None:
    assert record(state="archived").account_state is None


@pytest.mark.parametrize("tags", ["", None])
def test_a_customer_without_tags_has_none_where_they_were_asked_for(tags: str | None) -> None:
    asked = chosen(Selection(fields=frozenset({Field.TAGS})), {"tags": tags})
    assert SPEC.read(asked, ORIGIN).tags == ()
    unasked = chosen(Selection(fields=frozenset({Field.NAME})), {"tags": None})
    assert SPEC.read(unasked, ORIGIN).tags is None


def test_addresses_dropped_by_a_choice_of_fields_are_unknown_and_left_out_of_a_whole_row_none() -> None:
    assert record(addresses=None, default_address=None).addresses == ()
    assert record(addresses=[]).addresses == ()
    dropped: dict[str, object] = {"addresses": None, "default_address": None}
    assert SPEC.read(chosen(Selection(fields=frozenset({Field.NAME})), dropped), ORIGIN).addresses is None


def test_a_time_without_offset_is_of_the_sources_zone_and_the_earlier_of_two() -> None:
    assert record(created_at="2025-04-06T02:30:00").created_at == datetime(2025, 4, 5, 15, 30, tzinfo=UTC)


@pytest.mark.parametrize("field", ["created_at", "current_sign_in_at"])
def test_a_time_outside_of_the_calendar_is_a_misbehaviour_that_names_the_field_alone(field: str) -> None:
    with pytest.raises(ValueError, match=f"^{field}$"):
        record(**{field: "0001-01-01T00:00:00+10:00"})


def test_an_amount_that_is_none_is_a_misbehaviour() -> None:
    with pytest.raises(ValueError, match=r"^credit$"):
        record(credit="NaN")


@pytest.mark.parametrize(
    "wrong",
    [
        {"id": "six"},
        {"accepts_marketing": "yes"},
        {"created_at": "tomorrow"},
        {"addresses": {}},
        {"tags": ["a"]},
    ],
)
def test_a_wrong_type_does_not_decode(wrong: dict[str, object]) -> None:
    with pytest.raises(msgspec.ValidationError):
        one(**wrong)


def test_unknown_fields_are_passed_over_and_kept_in_raw() -> None:
    wire = {**SINGLE, "loyalty_club": {"level": 3}}
    rows = SPEC.by_id("6", Selection(raw=True)).read(answer({"customers": [wire]}))
    assert list(rows.raws or ()) == [wire]
