"""Open2b: the document's samples mapped, and its oddities in rows."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest

from gateway.customer import (
    AccountState,
    Address,
    AddressKind,
    CustomerGroup,
    CustomerRecord,
    Selection,
    SignIn,
    TaxId,
    TaxIdKind,
)
from gateway.spec import Origin
from gateway.transport import Response
from gateway.vendors.open2b import (
    SPEC,
    Open2bBillingAddress,
    Open2bCustomer,
    Open2bShippingAddress,
)

BILLING: dict[str, Any] = {
    "firstName": "Sherlock",
    "lastName": "Holmes",
    "personalCode": "SH239IBA",
    "companyName": "Investigations Inc",
    "companyCode": "INV8403MC1",
    "companyCode2": "7J BA3 006",
    "street1": "221b Baker Street",
    "street2": "",
    "city": "London",
    "postalCode": "NW1 6XE",
    "stateProv": "LND",
    "country": "GB",
    "phoneNumber": "+44+207 2243688",
    "mobileNumber": "",
    "faxNumber": "",
    "email": "holmes@inv-london.com",
}
SAMPLE: dict[str, Any] = {
    "id": 37091,
    "code": "TF78123",
    "canLogin": True,
    "hasPassword": True,
    "encryptedPassword": "foY5/eLc93Wu5",
    "locale": "en-GB",
    "creationTime": "2020-05-21 16:49:13",
    "loginTime": "2020-12-13 12:05:44",
    "updateTime": "2020-12-05 09:24:01",
    "group": 3,
    "collection": 8,
    "collections": [22, 54],
    "wishList": [340, 981, 18],
    "cart": "RtRi8JWsxKTMwTA1UJtg",
    "invoiceRecipient": "AB7TR6K",
    "fullName": "Investigations Inc",
    "billingAddress": BILLING,
    "shippingAddress": {
        "name": "John",
        "street1": "221b Baker Street",
        "street2": "",
        "city": "London",
        "postalCode": "NW1 6XE",
        "stateProv": "LND",
        "country": "GB",
    },
}
"""The document's customer, the same in `find`, `get` and `authenticate`; its ellipses are left out."""

FETCHED = datetime(2026, 1, 1, tzinfo=UTC)
ORIGIN = Origin(
    source_name="shop",
    zone=ZoneInfo("Europe/Rome"),
    currency="EUR",
    fetched_at=FETCHED,
    names={"3": "Resellers"},
)
EVERYTHING = Selection(details=True)


def answer(body: object, status: int = 200) -> Response:
    content = body if isinstance(body, str) else json.dumps(body)
    return Response(status=status, body=content.encode())


def one(**changes: object) -> Open2bCustomer:
    body = {"status": "ok", "customer": {**SAMPLE, **changes}}
    return SPEC.by_id("37091", EVERYTHING).read(answer(body)).rows[0]


def record(**changes: object) -> CustomerRecord:
    return SPEC.read(one(**changes), ORIGIN)


# The document's sample


def test_the_sample_is_typed_field_by_field_without_its_password() -> None:
    assert one() == Open2bCustomer(
        id=37091,
        code="TF78123",
        can_login=True,
        has_password=True,
        locale="en-GB",
        creation_time="2020-05-21 16:49:13",
        login_time="2020-12-13 12:05:44",
        update_time="2020-12-05 09:24:01",
        group=3,
        collection=8,
        collections=(22, 54),
        wish_list=(340, 981, 18),
        cart="RtRi8JWsxKTMwTA1UJtg",
        invoice_recipient="AB7TR6K",
        full_name="Investigations Inc",
        billing_address=Open2bBillingAddress(
            first_name="Sherlock",
            last_name="Holmes",
            personal_code="SH239IBA",
            company_name="Investigations Inc",
            company_code="INV8403MC1",
            company_code2="7J BA3 006",
            street1="221b Baker Street",
            street2="",
            city="London",
            postal_code="NW1 6XE",
            state_prov="LND",
            country="GB",
            phone_number="+44+207 2243688",
            mobile_number="",
            fax_number="",
            email="holmes@inv-london.com",
        ),
        shipping_address=Open2bShippingAddress(
            name="John",
            street1="221b Baker Street",
            street2="",
            city="London",
            postal_code="NW1 6XE",
            state_prov="LND",
            country="GB",
        ),
        labels=None,
    )


def test_the_sample_becomes_this_record() -> None:
    assert record() == CustomerRecord(
        source_name="shop",
        vendor_id="37091",
        name="Investigations Inc",
        first_name="Sherlock",
        last_name="Holmes",
        company="Investigations Inc",
        email="holmes@inv-london.com",
        phone="+44+207 2243688",
        locale="en-GB",
        code="TF78123",
        tax_ids=(
            TaxId(source_name="shop", kind=TaxIdKind.PERSONAL, value="SH239IBA"),
            TaxId(source_name="shop", kind=TaxIdKind.COMPANY, value="INV8403MC1"),
            TaxId(source_name="shop", kind=TaxIdKind.COMPANY, value="7J BA3 006"),
        ),
        account_state=AccountState.ENABLED,
        sign_in=SignIn(last_at=datetime(2020, 12, 13, 11, 5, 44, tzinfo=UTC)),
        addresses=(
            Address(
                source_name="shop",
                kinds=(AddressKind.BILLING, AddressKind.DEFAULT),
                first_name="Sherlock",
                last_name="Holmes",
                company="Investigations Inc",
                line1="221b Baker Street",
                city="London",
                province_code="LND",
                postal_code="NW1 6XE",
                country_code="GB",
                phone="+44+207 2243688",
                email="holmes@inv-london.com",
            ),
            Address(
                source_name="shop",
                kinds=(AddressKind.SHIPPING,),
                name="John",
                line1="221b Baker Street",
                city="London",
                province_code="LND",
                postal_code="NW1 6XE",
                country_code="GB",
            ),
        ),
        groups=(CustomerGroup(source_name="shop", vendor_id="3", name="Resellers"),),
        created_at=datetime(2020, 5, 21, 14, 49, 13, tzinfo=UTC),
        updated_at=datetime(2020, 12, 5, 8, 24, 1, tzinfo=UTC),
        details=one(),
        fetched_at=FETCHED,
    )


def test_the_sample_of_a_list_is_the_same_row() -> None:
    rows = SPEC.page({}, EVERYTHING).read(answer({"status": "ok", "customers": [SAMPLE]}))
    assert (list(rows.rows), rows.total, rows.raws) == ([one()], None, None)


# Worth knowing


def test_absent_is_unknown_and_not_empty() -> None:
    lone = SPEC.read(Open2bCustomer(id=1), ORIGIN)
    known = {"source_name", "vendor_id", "details", "fetched_at"}
    assert {name for name in lone.__struct_fields__ if getattr(lone, name) is not None} == known


def test_empty_texts_are_unknown_and_others_trimmed() -> None:
    blank = {**BILLING, "mobileNumber": " 07700 900 ", "email": " ", "firstName": "", "country": " gb"}
    changed = record(billingAddress=blank, code="", fullName=" Holmes ", locale=None)
    assert (changed.mobile, changed.email, changed.first_name, changed.code) == (
        "07700 900",
        None,
        None,
        None,
    )
    assert (changed.name, changed.locale) == ("Holmes", None)
    assert [address.country_code for address in changed.addresses or ()] == ["GB", "GB"]


def test_a_billing_address_without_codes_says_that_there_are_none() -> None:
    codes = {"personalCode": "", "companyCode": " ", "companyCode2": None}
    assert record(billingAddress={**BILLING, **codes}).tax_ids == ()


def test_a_null_shipping_address_is_none() -> None:
    addresses = record(shippingAddress=None).addresses or ()
    assert [address.kinds for address in addresses] == [(AddressKind.BILLING, AddressKind.DEFAULT)]


@pytest.mark.parametrize(
    ("can_login", "has_password", "state"),
    [
        (True, True, AccountState.ENABLED),
        (True, None, AccountState.ENABLED),
        (False, True, AccountState.DISABLED),
        (False, False, AccountState.GUEST),
        (False, None, None),
        (None, True, None),
    ],
)
def test_the_account_is_told_by_sign_in_and_password(
    can_login: bool | None, has_password: bool | None, state: AccountState | None
) -> None:
    assert record(canLogin=can_login, hasPassword=has_password).account_state is state


def test_a_group_without_a_told_name_keeps_its_number() -> None:
    assert record(group=7).groups == (CustomerGroup(source_name="shop", vendor_id="7"),)
    assert record(group=0).groups == ()


def test_a_naive_time_in_the_repeated_hour_is_the_earlier_instant() -> None:
    assert record(creationTime="2025-10-26 02:30:00").created_at == datetime(2025, 10, 26, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize("text", [None, "", "0000-00-00 00:00:00"])
def test_no_time_is_unknown(text: str | None) -> None:
    changed = record(loginTime=text, updateTime=text)
    assert (changed.sign_in, changed.updated_at) == (None, None)


@pytest.mark.parametrize("text", ["yesterday", "2020-13-01 00:00:00", "0001-01-01 00:00:00"])
def test_a_text_that_is_no_time_is_a_misbehaviour_that_names_the_field_alone(text: str) -> None:
    with pytest.raises(ValueError, match=r"^creationTime$"):
        record(creationTime=text)


@pytest.mark.parametrize("wrong", [{"id": "x"}, {"canLogin": "yes"}, {"billingAddress": []}, {"group": "3"}])
def test_a_wrong_type_does_not_decode(wrong: dict[str, object]) -> None:
    with pytest.raises(msgspec.ValidationError):
        one(**wrong)


def test_an_unknown_customer_is_a_good_answer_without_a_row() -> None:
    empty = answer({"status": "ok", "customer": None})
    assert SPEC.explain(empty) is None
    assert list(SPEC.by_id("37092", EVERYTHING).read(empty).rows) == []
