"""Tiendanube: the document's samples as records, field by field, and its oddities."""

from __future__ import annotations

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
    CustomField,
    Money,
    TaxId,
    TaxIdKind,
)
from gateway.spec import Origin
from gateway.vendors.tiendanube import SPEC, TiendanubeCustomer
from gateway.vendors.tiendanube.row import TiendanubeAddress

EVERGREEN: dict[str, Any] = {
    "address": "Evergreen Terrace",
    "city": "Springfield",
    "country": "US",
    "created_at": "2013-01-03T09:11:51-03:00",
    "default": True,
    "floor": None,
    "id": 1234,
    "locality": None,
    "number": "742",
    "phone": "555-123-0413",
    "province": "Oregon",
    "updated_at": "2013-03-10T11:13:01-03:00",
    "zipcode": "97475",
}
PRACA: dict[str, Any] = {
    "address": "Praça Roberto Gomes Pedrosa",
    "city": "São Paulo",
    "country": "BR",
    "created_at": "2013-04-07T09:11:51-03:00",
    "default": True,
    "floor": None,
    "id": 1234,
    "locality": "Morumbi",
    "number": "1",
    "phone": "11 3749-8000",
    "province": "São Paulo",
    "updated_at": "2013-04-08T11:13:01-03:00",
    "zipcode": "05653-070",
}
JOHN: dict[str, Any] = {
    "created_at": "2013-01-03T09:11:51-03:00",
    "email": "john.doe@example.com",
    "id": 101,
    "identification": "28776255670",
    "last_order_id": 9001,
    "name": "John Doe",
    "note": None,
    "phone": None,
    "total_spent": "89.00",
    "total_spent_currency": "USD",
    "updated_at": "2013-03-11T09:14:11-03:00",
    "billing_address": "Evergreen Terrace",
    "billing_city": "Springfield",
    "billing_country": "US",
    "billing_floor": None,
    "billing_locality": None,
    "billing_number": "742",
    "billing_phone": "555-123-0413",
    "billing_province": "Oregon",
    "billing_zipcode": "97475",
    "extra": {"number_of_children": "2", "gender": "male"},
    "default_address": EVERGREEN,
    "addresses": [EVERGREEN],
}
NOBODY: dict[str, Any] = {
    **JOHN,
    "created_at": "2013-04-07T09:11:51-03:00",
    "id": 112,
    "identification": "28776255671",
    "last_order_id": None,
    "name": "Zé Ninguém",
    "phone": "392502584",
    "total_spent": "0.00",
    "updated_at": "2013-04-08T11:11:51-03:00",
    "default_address": PRACA,
    "addresses": [PRACA],
}
CREATED: dict[str, Any] = {
    **{name: value for name, value in JOHN.items() if name != "phone"},
    **{name: None for name in JOHN if name.startswith("billing_")},
    "email": "john.doe+modified@example.com",
}
"""The answer to a POST: no phone at all, and billing texts that are all null."""

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
ORIGIN = Origin(source_name="loja", zone=ZoneInfo("America/Sao_Paulo"), currency="BRL", fetched_at=NOW)
VENDOR_ZONE = timezone(timedelta(hours=-3))


def row(**fields: Any) -> TiendanubeCustomer:
    return msgspec.json.decode(msgspec.json.encode({"id": 7, **fields}), type=TiendanubeCustomer)


def record(**fields: Any) -> CustomerRecord:
    return SPEC.read(row(**fields), ORIGIN)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type,misc]  # six numbers


def evergreen_typed() -> TiendanubeAddress:
    return TiendanubeAddress(
        id=1234,
        address="Evergreen Terrace",
        number="742",
        city="Springfield",
        province="Oregon",
        country="US",
        zipcode="97475",
        phone="555-123-0413",
        default=True,
        created_at=datetime(2013, 1, 3, 9, 11, 51, tzinfo=VENDOR_ZONE),
        updated_at=datetime(2013, 3, 10, 11, 13, 1, tzinfo=VENDOR_ZONE),
    )


def test_the_documents_customer_is_typed_field_by_field() -> None:
    assert row(**JOHN) == TiendanubeCustomer(
        id=101,
        name="John Doe",
        email="john.doe@example.com",
        identification="28776255670",
        default_address=evergreen_typed(),
        addresses=(evergreen_typed(),),
        billing_address="Evergreen Terrace",
        billing_number="742",
        billing_city="Springfield",
        billing_province="Oregon",
        billing_country="US",
        billing_zipcode="97475",
        billing_phone="555-123-0413",
        extra={"number_of_children": "2", "gender": "male"},
        total_spent=Decimal("89.00"),
        total_spent_currency="USD",
        last_order_id=9001,
        created_at=datetime(2013, 1, 3, 9, 11, 51, tzinfo=VENDOR_ZONE),
        updated_at=datetime(2013, 3, 11, 9, 14, 11, tzinfo=VENDOR_ZONE),
    )


BILLING = Address(
    source_name="loja",
    kinds=(AddressKind.BILLING,),
    line1="Evergreen Terrace 742",
    street="Evergreen Terrace",
    number="742",
    city="Springfield",
    province="Oregon",
    postal_code="97475",
    country_code="US",
    phone="555-123-0413",
)


def test_the_documents_first_customer_is_a_record() -> None:
    customer = row(**JOHN)
    default = msgspec.structs.replace(
        BILLING,
        vendor_id="1234",
        kinds=(AddressKind.DEFAULT,),
        created_at=utc(2013, 1, 3, 12, 11, 51),
        updated_at=utc(2013, 3, 10, 14, 13, 1),
    )
    assert SPEC.read(customer, ORIGIN) == CustomerRecord(
        source_name="loja",
        vendor_id="101",
        name="John Doe",
        email="john.doe@example.com",
        tax_ids=(TaxId(source_name="loja", kind=TaxIdKind.OTHER, value="28776255670"),),
        total_spent=(Money(amount=Decimal("89.00"), currency="USD"),),
        last_order_id="9001",
        addresses=(default, BILLING),
        custom_fields=(
            CustomField(source_name="loja", key="number_of_children", value="2"),
            CustomField(source_name="loja", key="gender", value="male"),
        ),
        created_at=utc(2013, 1, 3, 12, 11, 51),
        updated_at=utc(2013, 3, 11, 12, 14, 11),
        details=customer,
        fetched_at=NOW,
    )


def test_the_documents_second_customer_shares_the_first_ones_email_and_address_id() -> None:
    customer = SPEC.read(row(**NOBODY), ORIGIN)
    shipping = Address(
        source_name="loja",
        vendor_id="1234",
        kinds=(AddressKind.DEFAULT,),
        line1="Praça Roberto Gomes Pedrosa 1",
        street="Praça Roberto Gomes Pedrosa",
        number="1",
        locality="Morumbi",
        city="São Paulo",
        province="São Paulo",
        postal_code="05653-070",
        country_code="BR",
        phone="11 3749-8000",
        created_at=utc(2013, 4, 7, 12, 11, 51),
        updated_at=utc(2013, 4, 8, 14, 13, 1),
    )
    assert (customer.vendor_id, customer.name, customer.email) == (
        "112",
        "Zé Ninguém",
        "john.doe@example.com",
    )
    assert (customer.phone, customer.last_order_id) == ("392502584", None)
    assert customer.total_spent == (Money(amount=Decimal("0.00"), currency="USD"),)
    assert customer.addresses == (shipping, BILLING)


def test_billing_texts_that_are_all_null_are_no_address() -> None:
    customer = SPEC.read(row(**CREATED), ORIGIN)
    assert customer.email == "john.doe+modified@example.com"
    assert [address.kinds for address in customer.addresses or ()] == [(AddressKind.DEFAULT,)]
    assert customer.phone is None


def test_what_live_stores_add_is_read() -> None:
    customer = record(
        active=False,
        accepts_marketing=True,
        accepts_marketing_updated_at="2024-10-28T00:00:00+0000",
        billing_name=" Ana ",
        addresses=[{"id": 1, "name": "Bia", "floor": "3", "default": False}],
        created_at="2017-03-31T01:02:43+0000",
    )
    assert customer.accepts_marketing is True
    assert customer.created_at == utc(2017, 3, 31, 1, 2, 43)
    assert customer.addresses == (
        Address(
            source_name="loja", vendor_id="1", kinds=(AddressKind.OTHER,), name="Bia", line2="3", floor="3"
        ),
        Address(source_name="loja", kinds=(AddressKind.BILLING,), name="Ana"),
    )


@pytest.mark.parametrize(
    ("active", "state"),
    [
        (True, AccountState.ENABLED),
        ("true", AccountState.ENABLED),
        (1, AccountState.ENABLED),
        (False, AccountState.DISABLED),
        ("false", AccountState.DISABLED),
        (0, AccountState.DISABLED),
        (None, None),
    ],
)
def test_active_is_a_boolean_or_its_name(active: Any, state: AccountState | None) -> None:
    assert record(active=active).account_state is state
    assert row(active=active).active in (True, False, None)


@pytest.mark.parametrize("extra", [[], {}])
def test_an_empty_extra_is_a_list_or_a_map(extra: Any) -> None:
    assert record(extra=extra).custom_fields == ()
    assert row(extra=extra).extra == {}


def test_fields_that_were_not_asked_for_are_unknown_and_known_to_be_empty_otherwise() -> None:
    absent = record()
    assert (absent.tax_ids, absent.addresses, absent.custom_fields, absent.total_spent) == (
        None,
        None,
        None,
        None,
    )
    assert (record(identification=None).tax_ids, record(identification="").tax_ids) == ((), ())
    assert record(addresses=[]).addresses == ()
    assert row(identification=None).identification is None


def test_an_amount_without_a_currency_has_the_sources() -> None:
    assert record(total_spent=12.5).total_spent == (Money(amount=Decimal("12.5"), currency="BRL"),)


def test_a_country_is_a_code_of_two_letters_or_none() -> None:
    codes = [
        (record(addresses=[{"country": country}]).addresses or ())[0].country_code
        for country in ("br", "Brasil", "", None)
    ]
    assert codes == ["BR", None, None, None]


@pytest.mark.parametrize(
    "fields",
    [
        {"active": "perhaps"},
        {"active": 2},
        {"extra": ["x"]},
        {"extra": "x"},
        {"name": 5},
        {"total_spent": "much"},
        {"created_at": "yesterday"},
        {"addresses": {}},
    ],
)
def test_a_wrong_type_is_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(msgspec.ValidationError):
        row(**fields)


def test_a_time_that_utc_cannot_hold_is_named_without_its_value() -> None:
    with pytest.raises(ValueError, match=r"^addresses\.created_at$"):
        record(addresses=[{"created_at": "9999-12-31T23:59:59-03:00"}])
