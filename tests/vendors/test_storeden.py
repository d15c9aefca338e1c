"""Storeden: the document's samples as records, its oddities, and every read request as built."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest

from gateway.call import Call, Problem, Rows
from gateway.customer import (
    ALL_FIELDS,
    AccountState,
    Address,
    AddressKind,
    CustomerGroup,
    CustomerRecord,
    CustomField,
    Field,
    Selection,
)
from gateway.errors import AlreadyExists, CredentialsRefused, CustomerNotFound, RateLimited, VendorRejected
from gateway.query import FilterField, Operator
from gateway.spec import Origin, RateReading
from gateway.transport import Response
from gateway.vendors.storeden import SPEC, StoredenCustomer, StoredenSettings

SAMPLE_ID = "5b49a6a4deddac755c8cee7a"
LIST_SAMPLE = b"""[{
    "id": "5b49a6a4deddac755c8cee7a",
    "fullname": "John Smith",
    "last_name": "Smith",
    "first_name": "John",
    "email": "john-smith@domain.tld",
    "created_at": "2018-07-14T09:28:52+02:00",
    "updated_at": null,
    "userUID": 0,
    "accept_marketing": false,
    "accountType": "guest"
}]"""
DETAIL_SAMPLE = b"""{
    "fullname": "John Smith",
    "website": "https://domain.com",
    "email": "john.smith@domain.tld",
    "phone": "+1 007 007 007",
    "mobile": "+10 07 007 007",
    "address": "3411 Las Vegas Blvd. South",
    "city": "Las Vegas",
    "zip": "NV89109",
    "state": "Nevada",
    "country": "254",
    "code": "",
    "userUID": 120007,
    "id": "5b49a6a4deddac755c8cee7a",
    "accountType": "registered"
}"""
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
ORIGIN = Origin(
    source_name="negozio",
    zone=ZoneInfo("Europe/Rome"),
    currency="EUR",
    fetched_at=NOW,
    names={"59fb00b016f46afa7d0031da": "Wholesale"},
)
EVERYTHING = Selection(fields=ALL_FIELDS)


def answered(body: bytes, status: int = 200) -> Response:
    return Response(status=status, body=body)


def row(**fields: Any) -> StoredenCustomer:
    return msgspec.json.decode(msgspec.json.encode({"id": SAMPLE_ID, **fields}), type=StoredenCustomer)


def record(**fields: Any) -> CustomerRecord:
    return SPEC.read(row(**fields), ORIGIN)


def listed() -> StoredenCustomer:
    return SPEC.page({}, Selection()).read(answered(LIST_SAMPLE)).rows[0]


def detailed() -> StoredenCustomer:
    return SPEC.by_id(SAMPLE_ID, Selection()).read(answered(DETAIL_SAMPLE)).rows[0]


def test_the_documents_list_row_is_typed_field_by_field() -> None:
    assert listed() == StoredenCustomer(
        id=SAMPLE_ID,
        fullname="John Smith",
        first_name="John",
        last_name="Smith",
        email="john-smith@domain.tld",
        user_uid=0,
        account_type="guest",
        accept_marketing=False,
        created_at=datetime(2018, 7, 14, 9, 28, 52, tzinfo=timezone(timedelta(hours=2))),
    )


def test_the_documents_list_row_is_a_record() -> None:
    customer = listed()
    assert SPEC.read(customer, ORIGIN) == CustomerRecord(
        source_name="negozio",
        vendor_id=SAMPLE_ID,
        name="John Smith",
        first_name="John",
        last_name="Smith",
        email="john-smith@domain.tld",
        account_state=AccountState.GUEST,
        accepts_marketing=False,
        created_at=datetime(2018, 7, 14, 7, 28, 52, tzinfo=UTC),
        details=customer,
        fetched_at=NOW,
    )


def test_the_documents_detail_is_typed_field_by_field() -> None:
    assert detailed() == StoredenCustomer(
        id=SAMPLE_ID,
        fullname="John Smith",
        website="https://domain.com",
        email="john.smith@domain.tld",
        phone="+1 007 007 007",
        mobile="+10 07 007 007",
        address="3411 Las Vegas Blvd. South",
        city="Las Vegas",
        zip="NV89109",
        state="Nevada",
        country="254",
        code="",
        user_uid=120007,
        account_type="registered",
    )


def test_the_documents_detail_is_a_record() -> None:
    customer = detailed()
    address = Address(
        source_name="negozio",
        kinds=(AddressKind.DEFAULT,),
        line1="3411 Las Vegas Blvd. South",
        city="Las Vegas",
        province="Nevada",
        postal_code="NV89109",
    )
    assert SPEC.read(customer, ORIGIN) == CustomerRecord(
        source_name="negozio",
        vendor_id=SAMPLE_ID,
        name="John Smith",
        email="john.smith@domain.tld",
        phone="+1 007 007 007",
        mobile="+10 07 007 007",
        website="https://domain.com",
        account_state=AccountState.ENABLED,
        addresses=(address,),
        details=customer,
        fetched_at=NOW,
    )


def test_a_country_alone_is_no_address_and_a_list_row_does_not_know_addresses() -> None:
    assert record(country="254", address="", city=" ", zip="", state="").addresses == ()
    assert record(created_at="2018-07-14T09:28:52+02:00").addresses is None
    assert record(zip="20100").addresses == (
        Address(source_name="negozio", kinds=(AddressKind.DEFAULT,), postal_code="20100"),
    )


@pytest.mark.parametrize(
    ("node", "groups"),
    [
        ("59fb00b016f46afa7d0031da", [("59fb00b016f46afa7d0031da", "Wholesale")]),
        ("unlisted", [("unlisted", None)]),
        ({"id": "g", "name": " VIP "}, [("g", "VIP")]),
        ([{"id": "g", "name": "VIP"}, 7], [("g", "VIP"), ("7", None)]),
        ("", []),
        (None, []),
        ([], []),
    ],
)  # fmt: skip
def test_the_group_node_is_read_in_each_likely_shape(node: Any, groups: list[tuple[str, str | None]]) -> None:
    assert record(group=node).groups == tuple(
        CustomerGroup(source_name="negozio", vendor_id=key, name=name) for key, name in groups
    )


def test_nodes_that_were_not_asked_for_are_unknown() -> None:
    assert (record().groups, record().custom_fields) == (None, None)


@pytest.mark.parametrize("node", [[], {}, None])
def test_a_customer_may_have_no_custom_fields(node: Any) -> None:
    assert record(custom_fields=node).custom_fields == ()


def test_custom_fields_come_as_a_map_or_as_pairs() -> None:
    wanted = (CustomField(source_name="negozio", key="external_id", value=6),)
    assert record(custom_fields={"external_id": 6}).custom_fields == wanted
    assert record(custom_fields=[{"key": "external_id", "value": 6}]).custom_fields == wanted


@pytest.mark.parametrize(
    "fields", [{"group": 1.5}, {"custom_fields": "x"}, {"fullname": 1}, {"created_at": "0000-00-00"}, {"userUID": "x"}]
)  # fmt: skip
def test_a_wrong_type_is_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(msgspec.ValidationError):
        row(**fields)


def test_texts_are_trimmed_and_empty_ones_unknown() -> None:
    assert (record(fullname="  Anna ").name, record(email="").email, record(code=" ").code) == (
        "Anna",
        None,
        None,
    )


def test_times_are_utc_with_or_without_a_colon_and_the_sources_own_without_an_offset() -> None:
    assert record(created_at="2018-07-14T09:28:52+0200").created_at == datetime(
        2018, 7, 14, 7, 28, 52, tzinfo=UTC
    )
    # In Rome the hour from 2 to 3 of this night came twice: the earlier one is two hours ahead of UTC.
    assert record(updated_at="2018-10-28T02:30:00").updated_at == datetime(2018, 10, 28, 0, 30, tzinfo=UTC)


def test_a_time_that_utc_cannot_hold_is_named_without_its_value() -> None:
    with pytest.raises(ValueError, match=r"^created_at$"):
        record(created_at="0001-01-01T00:00:00+02:00")


def test_the_source_signs_with_both_halves_of_its_key_pair() -> None:
    settings = StoredenSettings.model_validate(
        {"name": "negozio", "vendor": "storeden", "base_url": "https://connect.storeden.com/v1.1/",
         "key": "k", "exchange": "e"}
    )  # fmt: skip
    connection = SPEC.connect(settings)
    assert connection.base_url == "https://connect.storeden.com/v1.1"
    assert connection.auth.headers() == (("key", "k"), ("exchange", "e"))
    assert "'k'" not in repr(settings)


def test_requests_as_built() -> None:
    assert SPEC.by_id(SAMPLE_ID, EVERYTHING).request.target == f"/clients/client.json?id={SAMPLE_ID}"
    assert (
        SPEC.by_email("a&id=*@b.it", EVERYTHING).request.target
        == "/clients/client.json?email=a%26id%3D%2A%40b.it"
    )
    assert SPEC.probe().request.target == "/clients/list.json?created_at_from=1&created_at_to=3"
    groups = SPEC.groups.page({}) if SPEC.groups else None
    assert groups is not None
    assert groups.request.target == "/customergroup/list.json"
    assert groups.is_shared


@pytest.mark.parametrize(
    ("selection", "nodes"),
    [
        (Selection(fields=frozenset({Field.EMAIL, Field.CREATED_AT})), None),
        (Selection(fields=frozenset({Field.NAME})), "fullname"),
        (Selection(fields=frozenset({Field.GROUPS, Field.ACCOUNT_STATE})), "accountType,group"),
        (Selection(details=True), "custom_fields,fullname,accountType,group"),
        (Selection(raw=True), "custom_fields,fullname,accountType,group"),
    ],
)
def test_only_the_nodes_that_are_needed_are_asked_for(selection: Selection, nodes: str | None) -> None:
    assert dict(SPEC.page({}, selection).request.query).get("nodes") == nodes


@pytest.mark.parametrize(
    ("low", "high", "wanted"),
    [
        (NOW, NOW, {"created_at_from": 1795262399, "created_at_to": 1795262401}),
        (NOW, None, {"created_at_from": 1795262399, "created_at_to": 2147483647}),
        (None, NOW + timedelta(milliseconds=500), {"created_at_from": 1, "created_at_to": 1795262401}),
        (None, None, {}),
    ],
)
def test_ranges_are_pairs_of_exclusive_bounds(
    low: datetime | None, high: datetime | None, wanted: dict[str, int]
) -> None:
    assert SPEC.table.ranges[FilterField.CREATED_AT].render(low, high, None) == wanted


@pytest.mark.parametrize(
    ("operator", "value", "arguments"),
    [
        (Operator.EQ, AccountState.GUEST, {"accountType": "guest"}),
        (Operator.EQ, "ENABLED", {"accountType": "registered"}),
        (Operator.EQ, AccountState.DECLINED, None),
        (Operator.IN, (AccountState.GUEST, AccountState.INVITED), {"accountType": "guest"}),
        (Operator.IN, (AccountState.GUEST, AccountState.ENABLED), {}),
        (Operator.IN, (AccountState.DISABLED,), None),
    ],
)
def test_account_states_are_pushed(operator: Operator, value: Any, arguments: Any) -> None:
    pushdown = next(one for one in SPEC.table.pushdowns if one.operator is operator)
    assert pushdown.field is FilterField.ACCOUNT_STATE
    assert pushdown.render(value) == arguments


def test_two_bounds_are_said_at_once() -> None:
    joins = SPEC.join
    assert joins["created_at_from"](1, 5) == 5
    assert joins["created_at_to"](1, 5) == 1
    assert joins["accountType"]("guest", "registered") is None


@pytest.mark.parametrize("body", [b"", b"null", b"[]", b"{}", b" false "])
def test_an_empty_answer_is_no_customer_and_an_empty_list(body: bytes) -> None:
    assert SPEC.explain(answered(body)) is None
    assert SPEC.by_id("x", EVERYTHING).read(answered(body)) == Rows()
    assert SPEC.page({}, EVERYTHING).read(answered(body)) == Rows()


def test_a_detail_may_come_in_an_array_of_one() -> None:
    rows = SPEC.by_id(SAMPLE_ID, Selection(raw=True)).read(answered(b"[" + DETAIL_SAMPLE + b"]"))
    assert (list(rows.rows), rows.raws) == ([detailed()], [msgspec.json.decode(DETAIL_SAMPLE)])


@pytest.mark.parametrize(
    ("status", "body", "error", "message"),
    [
        (200, b'{"error":"Client not found"}', CustomerNotFound, "Client not found"),
        (200, b'{"ok":0,"err":"Email already exists"}', AlreadyExists, "Email already exists"),
        (200, b'{"ok":0}', VendorRejected, "it did not say why"),
        (200, b'{"error":{"message":"Invalid key"}}', CredentialsRefused, "Invalid key"),
        (200, b'{"error":"Limit Exceeded"}', RateLimited, "Limit Exceeded"),
        (200, b'{"ok":1,"nModified":0,"n":0,"err":null}', CustomerNotFound, "no customer was found"),
        (
            200,
            b'{"ok":1,"n":1,"err":null,"updatedExisting":false}',
            CustomerNotFound,
            "no customer was found",
        ),
        (400, b'{"message":"zip is not valid"}', VendorRejected, "zip is not valid"),
    ],
)
def test_complaints_are_read_whatever_their_shape(
    status: int, body: bytes, error: type[Exception], message: str
) -> None:
    verdict = SPEC.explain(answered(body, status))
    assert isinstance(verdict, Problem)
    assert (verdict.error, verdict.message) == (error, message)


def test_complaints_by_field_keep_their_fields() -> None:
    verdict = SPEC.explain(answered(b'{"errors":{"email":["taken"],"zip":"wrong"}}', 422))
    assert verdict == Problem(message="taken", problems=(("email", "taken"), ("zip", "wrong")))


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, LIST_SAMPLE),
        (200, DETAIL_SAMPLE),
        (200, b'{"ok":1,"nModified":0,"n":1,"err":null}'),
        (200, b'{"client":{"id":"569d08bb16f46ac71e7b23c6"}}'),
        (200, b'{"id":"x","custom_fields":{"error":"a customer\'s own"}}'),
        (400, b"<html>Bad Request</html>"),
        (404, b'{"ok":0,"err":"Unknown endpoint"}'),
        (509, b"Limit Exceeded"),
    ],
)
def test_other_answers_are_left_to_the_status(status: int, body: bytes) -> None:
    assert SPEC.explain(answered(body, status)) is None


def test_the_limit_header_is_read_where_it_is_there() -> None:
    sent = Response(status=200, headers={"x-storeden-limit": "4/5"})
    assert SPEC.rate(sent) == RateReading(limit=5, remaining=4)
    assert SPEC.rate(Response(status=200, headers={"x-storeden-limit": "soon"})) is None
    assert SPEC.rate(answered(b"")) is None


def test_an_answer_that_is_no_list_is_not_as_agreed() -> None:
    call: Call[Any] = SPEC.page({}, EVERYTHING)
    with pytest.raises(msgspec.ValidationError):
        call.read(answered(b'{"clients":[]}'))


def test_customers_that_never_changed_are_in_no_range_of_changes() -> None:
    ranges = SPEC.table.ranges
    assert ranges[FilterField.UPDATED_AT].misses_unset
    assert not ranges[FilterField.CREATED_AT].misses_unset
