"""Foodics: the document's sample mapped field by field, and its oddities."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest

from gateway.customer import (
    Address,
    AddressKind,
    CustomerRecord,
    Gender,
    HouseAccount,
    Loyalty,
    Selection,
    Tag,
)
from gateway.spec import Origin
from gateway.transport import Response
from gateway.vendors.foodics import SPEC
from gateway.vendors.foodics.row import FoodicsAddress, FoodicsCustomer, FoodicsDeliveryZone, FoodicsTag

SAMPLE: dict[str, Any] = {
    "house_account_balance": 0,
    "loyalty_balance": 0,
    "tags": [{"id": "fhhsd8r5"}],
    "id": "8d831",
    "name": "James Lapda",
    "dial_code": 966,
    "phone": "565445254",
    "email": "m.steuber@ecs.net",
    "gender": 1,
    "birth_date": "1986-09-17",
    "is_blacklisted": False,
    "is_house_account_enabled": True,
    "house_account_limit": 1000,
    "is_loyalty_enabled": 1,
    "created_at": "2019-04-22 14:18:54",
    "updated_at": "2019-05-02 10:14:49",
    "deleted_at": None,
    "last_order_at": "2019-11-27 09:40:35",
    "order_count": 3,
    "addresses": [{"id": "8d92cc27", "delivery_zone": {"id": "8d86ac81"}}],
}
"""The document's customer, in its "get" form; the list leaves the delivery zone out."""

FETCHED = datetime(2026, 1, 1, tzinfo=UTC)
ORIGIN = Origin(source_name="matam", zone=ZoneInfo("Asia/Riyadh"), currency="SAR", fetched_at=FETCHED)
EVERYTHING = Selection(details=True)


def answer(body: object, status: int = 200) -> Response:
    return Response(status=status, body=json.dumps(body).encode())


def one(**changes: object) -> FoodicsCustomer:
    rows = SPEC.by_id("8d831", EVERYTHING).read(answer({"data": {**SAMPLE, **changes}})).rows
    return rows[0]


def record(**changes: object) -> CustomerRecord:
    return SPEC.read(one(**changes), ORIGIN)


def bare() -> CustomerRecord:
    rows = SPEC.by_id("1", EVERYTHING).read(answer({"data": {"id": "1"}})).rows
    return SPEC.read(rows[0], ORIGIN)


def listed(*rows: dict[str, Any], **meta: int) -> Response:
    return answer({"data": list(rows), "meta": meta} if meta else {"data": list(rows)})


# The document's sample


def test_the_sample_is_typed_field_by_field() -> None:
    assert one() == FoodicsCustomer(
        id="8d831",
        name="James Lapda",
        dial_code=966,
        phone="565445254",
        email="m.steuber@ecs.net",
        gender=1,
        birth_date=date(1986, 9, 17),
        notes=None,
        house_account_limit=Decimal(1000),
        house_account_balance=Decimal(0),
        loyalty_balance=Decimal(0),
        is_loyalty_enabled=True,
        is_blacklisted=False,
        is_house_account_enabled=True,
        tags=(FoodicsTag(id="fhhsd8r5"),),
        addresses=(FoodicsAddress(id="8d92cc27", delivery_zone=FoodicsDeliveryZone(id="8d86ac81")),),
        last_order_at="2019-11-27 09:40:35",
        order_count=3,
        created_at="2019-04-22 14:18:54",
        updated_at="2019-05-02 10:14:49",
        deleted_at=None,
    )


def test_the_sample_becomes_this_record() -> None:
    assert record() == CustomerRecord(
        source_name="matam",
        vendor_id="8d831",
        name="James Lapda",
        email="m.steuber@ecs.net",
        phone="+966565445254",
        gender=Gender.MALE,
        birth_date=date(1986, 9, 17),
        is_blacklisted=False,
        orders_count=3,
        last_order_at=datetime(2019, 11, 27, 9, 40, 35, tzinfo=UTC),
        house_account=HouseAccount(is_enabled=True, limit=Decimal(1000), balance=Decimal(0)),
        loyalty=Loyalty(is_enabled=True, balance=Decimal(0)),
        addresses=(
            Address(
                source_name="matam",
                vendor_id="8d92cc27",
                kinds=(AddressKind.OTHER,),
                delivery_zone_id="8d86ac81",
            ),
        ),
        tags=(Tag(source_name="matam", vendor_id="fhhsd8r5", name="fhhsd8r5"),),
        created_at=datetime(2019, 4, 22, 14, 18, 54, tzinfo=UTC),
        updated_at=datetime(2019, 5, 2, 10, 14, 49, tzinfo=UTC),
        details=one(),
        fetched_at=FETCHED,
    )


def test_the_documents_list_has_neither_meta_nor_delivery_zone() -> None:
    sample = {**SAMPLE, "addresses": [{"id": "8d92cc27"}]}
    rows = SPEC.page({"page": 1}, EVERYTHING).read(listed(sample))
    assert rows.total is None
    assert rows.raws is None
    assert SPEC.read(rows.rows[0], ORIGIN).addresses == (Address(source_name="matam", vendor_id="8d92cc27"),)


def test_every_documented_field_of_addresses_is_mapped() -> None:
    address = {
        "id": "a1",
        "name": " Home ",
        "description": "Behind the mosque, King Fahd Road",
        "latitude": "24.7136",
        "longitude": 46.6753,
        "delivery_zone": None,
        "created_at": "2024-01-02 03:04:05",
        "updated_at": "2024-01-03 03:04:05",
    }
    assert record(addresses=[address]).addresses == (
        Address(
            source_name="matam",
            vendor_id="a1",
            name="Home",
            line1="Behind the mosque, King Fahd Road",
            latitude=24.7136,
            longitude=46.6753,
            created_at=datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC),
            updated_at=datetime(2024, 1, 3, 3, 4, 5, tzinfo=UTC),
        ),
    )


# Worth knowing


def test_a_tags_name_stands_where_it_is_told() -> None:
    tags = [{"id": "1", "name": " Regular "}, {"id": "2", "name": ""}]
    assert record(tags=tags).tags == (
        Tag(source_name="matam", vendor_id="1", name="Regular"),
        Tag(source_name="matam", vendor_id="2", name="2"),
    )


def test_absent_is_unknown_and_not_empty() -> None:
    known = {"source_name", "vendor_id", "details", "fetched_at"}
    lone = bare()
    assert {name for name in lone.__struct_fields__ if getattr(lone, name) is not None} == known


def test_an_empty_list_says_that_there_is_none() -> None:
    assert record(tags=[], addresses=[]).tags == ()
    assert record(tags=[], addresses=[]).addresses == ()


@pytest.mark.parametrize(
    ("flag", "meant"), [(0, False), (1, True), (False, False), (True, True), (None, None)]
)
def test_flags_are_booleans_or_numbers(flag: object, meant: object) -> None:
    row = one(is_loyalty_enabled=flag, is_blacklisted=flag, is_house_account_enabled=flag)
    assert (row.is_loyalty_enabled, row.is_blacklisted, row.is_house_account_enabled) == (meant, meant, meant)


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("id", 5),
        ("name", ["James"]),
        ("email", 1),
        ("is_blacklisted", 2),
        ("order_count", "many"),
        ("birth_date", "17/09/1986"),
        ("tags", {"id": "x"}),
        ("created_at", 1556029134),
    ],
)
def test_a_wrong_type_is_refused_with_its_place(field: str, wrong: object) -> None:
    with pytest.raises(msgspec.ValidationError, match=rf"\$\.data\.{field}"):
        one(**{field: wrong})


def test_a_list_without_data_is_refused() -> None:
    with pytest.raises(msgspec.ValidationError, match="data"):
        SPEC.page({}, EVERYTHING).read(answer({"message": "welcome"}))


@pytest.mark.parametrize("text", ["2019-04-22 14:18:54", "2019-04-22 14-18-54", "2019-04-22T14:18:54Z"])
def test_times_are_utc_whatever_the_sources_zone(text: str) -> None:
    assert record(created_at=text).created_at == datetime(2019, 4, 22, 14, 18, 54, tzinfo=UTC)


@pytest.mark.parametrize("text", ["yesterday", "2019-02-30 10:00:00", "2019-04-22 25:00:00"])
def test_an_impossible_time_names_its_field_and_not_its_value(text: str) -> None:
    with pytest.raises(ValueError, match=r"^updated_at$"):
        record(updated_at=text)


@pytest.mark.parametrize(
    ("dial_code", "phone", "whole"),
    [
        (966, " 565445254 ", "+966565445254"),
        (None, "565445254", "565445254"),
        (966, "", None),
        (966, None, None),
        (966, "+966565445254", "+966565445254"),
    ],
)
def test_the_phone_is_dial_code_and_national_digits(
    dial_code: int | None, phone: str | None, whole: str | None
) -> None:
    assert record(dial_code=dial_code, phone=phone).phone == whole


@pytest.mark.parametrize(
    ("number", "gender"), [(1, Gender.MALE), (2, Gender.FEMALE), (0, None), (None, None)]
)
def test_gender_is_a_number(number: int | None, gender: Gender | None) -> None:
    assert record(gender=number).gender is gender


def test_balances_are_unknown_without_their_scope() -> None:
    lacking = {key: value for key, value in SAMPLE.items() if "balance" not in key and "limit" not in key}
    row = SPEC.by_id("8d831", EVERYTHING).read(answer({"data": lacking})).rows[0]
    assert SPEC.read(row, ORIGIN).house_account == HouseAccount(is_enabled=True)
    assert SPEC.read(row, ORIGIN).loyalty == Loyalty(is_enabled=True)


def test_money_keeps_its_decimals() -> None:
    account = record(house_account_balance=10.15, house_account_limit="12.30").house_account
    assert account == HouseAccount(is_enabled=True, limit=Decimal("12.30"), balance=Decimal("10.15"))


def test_texts_are_trimmed_and_empty_ones_unknown() -> None:
    assert record(name="  James  ", email=" ", notes="").name == "James"
    assert record(email=" ").email is None
    assert record(notes=" VIP ").note == "VIP"


def test_a_deleted_row_tells_when() -> None:
    assert record(deleted_at="2024-05-06 07:08:09").deleted_at == datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC)


def test_a_short_page_before_the_last_is_refused() -> None:
    """A list that ends early unseen would lose customers."""
    with pytest.raises(msgspec.ValidationError, match="50 rows"):
        SPEC.page({"page": 1}, EVERYTHING).read(listed(SAMPLE, current_page=1, last_page=4, total=55))
    last = SPEC.page({"page": 4}, EVERYTHING).read(listed(SAMPLE, current_page=4, last_page=4, total=151))
    assert last.total == 151
