"""Open2b: each request as it is built, and what conditions become in it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.call import Call
from gateway.customer import (
    Field,
    Selection,
)
from gateway.query import OPERATORS, FilterField, Operator, OrderField
from gateway.transport import Response
from gateway.vendors.open2b import (
    SPEC,
)

EVERYTHING = Selection(details=True)
DOCUMENTED = (
    "id code canLogin hasPassword locale creationTime loginTime updateTime group collection collections wishList"
    " cart invoiceRecipient fullName billingAddress shippingAddress"
)
TAGS = Selection(fields=frozenset({Field.TAGS}))


def answer(body: object, status: int = 200) -> Response:
    content = body if isinstance(body, str) else json.dumps(body)
    return Response(status=status, body=content.encode())


def sent(call: Call[Any]) -> tuple[str, dict[str, Any]]:
    """Every call is a POST that may be repeated: none of these writes."""
    assert call.request.method == "POST"
    assert call.request.is_repeatable
    assert call.request.query == ()
    body = json.loads(call.request.body)
    return call.request.path.removeprefix("/api/v13/commerce."), body


def pushed(field: FilterField, operator: Operator, value: object) -> dict[str, Any] | None:
    found = [push for push in SPEC.table.pushdowns if (push.field, push.operator) == (field, operator)]
    assert len(found) == 1
    rendered = found[0].render(value)
    return None if rendered is None else dict(rendered)


# Requests


@pytest.mark.parametrize("selection", [Selection(), EVERYTHING, Selection(raw=True), TAGS])
def test_fields_are_always_named_and_never_a_secret_one(selection: Selection) -> None:
    calls = [
        SPEC.by_id("1", selection),
        SPEC.by_email("a@b.co", selection),
        SPEC.page({}, selection),
    ]
    for _, body in map(sent, calls):
        assert body["fields"]
        assert not {"encryptedPassword", "password", "labels"} & set(body["fields"])


def test_a_whole_row_is_every_documented_field() -> None:
    _, body = sent(SPEC.by_id("37091", EVERYTHING))
    assert set(body["fields"]) == set(DOCUMENTED.split())
    assert "encryptedPassword" in SPEC.secrets


def test_only_selected_fields_are_asked_for() -> None:
    selection = Selection(fields=frozenset({Field.NAME, Field.ACCOUNT_STATE, Field.GROUPS}))
    assert sent(SPEC.by_id("37091", selection)) == (
        "customers.get",
        {
            "id": 37091,
            "fields": [
                "id",
                "billingAddress",
                "creationTime",
                "updateTime",
                "fullName",
                "canLogin",
                "hasPassword",
                "group",
            ],
        },
    )


def test_several_ids_are_one_call_that_names_its_limit() -> None:
    assert SPEC.by_ids is not None
    method, body = sent(SPEC.by_ids(["70371", "39628", "x", "4294967296", "70371"], Selection()))
    assert method == "customers.find"
    assert body["conditions"] == {"ids": [70371, 39628]}
    assert (body["limit"], body["first"]) == (2, 0)


def test_ids_that_cannot_exist_never_make_the_list_whole() -> None:
    assert SPEC.by_ids is not None
    assert sent(SPEC.by_ids(["x", "-1"], Selection()))[1]["conditions"] == {"ids": [2147483647]}
    assert sent(SPEC.by_id("9" * 5000, Selection()))[1]["id"] == 2147483647


def test_an_address_is_a_condition_of_its_own() -> None:
    method, body = sent(SPEC.by_email("johnsmith@acme.com", Selection()))
    assert (method, body["conditions"]) == ("customers.find", {"email": "johnsmith@acme.com"})
    assert body["limit"] > 1


@pytest.mark.parametrize("email", ["", "@", "x" * 200 + "@acme.com"])
def test_an_address_outside_of_the_documented_length_is_still_a_legal_call(email: str) -> None:
    _, body = sent(SPEC.by_email(email, Selection()))
    assert 3 <= len(body["conditions"]["email"]) <= 120


def test_conditions_go_into_their_object_and_the_rest_beside_it() -> None:
    arguments = {"canLogin": True, "first": 30, "limit": 10, "order": ["-creationTime", "id"]}
    method, body = sent(SPEC.page(arguments, Selection()))
    assert method == "customers.find"
    assert {name: value for name, value in body.items() if name != "fields"} == {
        "conditions": {"canLogin": True},
        "first": 30,
        "limit": 10,
        "order": ["-creationTime", "id"],
    }


def test_a_list_without_an_order_is_by_id() -> None:
    _, body = sent(SPEC.page(SPEC.pager.arguments(0, 500), Selection()))
    assert (body["order"], body["first"], body["limit"]) == (["id"], 0, 100)
    assert "conditions" not in body


def test_a_drain_goes_on_after_an_id() -> None:
    assert SPEC.drain is not None
    _, body = sent(SPEC.page(SPEC.drain.arguments(70371, 50), Selection()))
    assert (body["conditions"], body["order"], body["limit"]) == ({"after": 70371}, ["id"], 50)


def test_counting_takes_the_conditions_alone() -> None:
    assert SPEC.count is not None
    call = SPEC.count({"keywords": "acme", "order": ["id"], "first": 0, "limit": 9})
    assert sent(call) == ("customers.count", {"conditions": {"keywords": "acme"}})
    assert call.read(answer({"status": "ok", "count": 67})) == 67
    assert sent(SPEC.probe()) == ("customers.count", {})


@pytest.mark.parametrize(
    ("field", "name"), [(OrderField.CREATED_AT, "creationTime"), (OrderField.UPDATED_AT, "updateTime")]
)
def test_orders_by_time_settle_ties_by_id_in_both_directions(field: OrderField, name: str) -> None:
    order = SPEC.table.orders[field]
    assert order.ascending == {"order": [name, "id"]}
    assert order.descending == {"order": [f"-{name}", "id"]}


# Pushdowns


@pytest.mark.parametrize(
    ("field", "operator", "value", "conditions"),
    [
        (FilterField.VENDOR_ID, Operator.EQ, "70371", {"ids": [70371]}),
        (FilterField.VENDOR_ID, Operator.IN, ("70371", "x", "39628"), {"ids": [70371, 39628]}),
        (FilterField.VENDOR_ID, Operator.IN, ("x", "0"), None),
        (FilterField.CODE, Operator.EQ, "TF78123", {"code": "TF78123"}),
        (FilterField.CODE, Operator.EQ, "x" * 33, None),
        (FilterField.EMAIL, Operator.EQ, "johnsmith@acme.com", {"email": "johnsmith@acme.com"}),
        (FilterField.EMAIL, Operator.EQ, "x@", None),
        (FilterField.EMAIL, Operator.CONTAINS, "acme", {"keywords": "acme"}),
        (FilterField.NAME, Operator.EQ, " Investigations Inc ", {"keywords": "Investigations Inc"}),
        (FilterField.COMPANY, Operator.STARTS_WITH, "x" * 121, None),
        (FilterField.TAX_ID, Operator.EQ, "SH239IBA", {"keywords": "SH239IBA"}),
        (FilterField.SEARCH, Operator.MATCHES, "sherlock of 2243688", {"keywords": "sherlock"}),
        (FilterField.SEARCH, Operator.MATCHES, "2243688", None),
        (FilterField.ACCOUNT_STATE, Operator.EQ, "ENABLED", {"canLogin": True}),
        (FilterField.ACCOUNT_STATE, Operator.EQ, "GUEST", {"canLogin": False}),
        (FilterField.ACCOUNT_STATE, Operator.IN, ("GUEST", "DISABLED"), {"canLogin": False}),
        (FilterField.ACCOUNT_STATE, Operator.IN, ("GUEST", "ENABLED"), None),
        (FilterField.ACCOUNT_STATE, Operator.IN, (), None),
        (FilterField.COUNTRY_CODE, Operator.EQ, "gb", {"country": "GB"}),
        (FilterField.COUNTRY_CODE, Operator.EQ, "GBR", None),
        (FilterField.PROVINCE_CODE, Operator.EQ, "LND", {"stateProv": "LND"}),
        (FilterField.PROVINCE_CODE, Operator.EQ, "", None),
        (FilterField.TAGS, Operator.ANY, ("3",), {"labels": [3]}),
        (FilterField.TAGS, Operator.ANY, ("3", "1"), None),
        (FilterField.TAGS, Operator.ALL, ("3", "1"), {"labels": [1, 3]}),
        (FilterField.TAGS, Operator.ALL, ("3", "vip"), None),
        (FilterField.TAGS, Operator.ALL, (), None),
        (FilterField.TAGS, Operator.ANY, ("03",), None),
        (FilterField.TAGS, Operator.ANY, ("33",), None),
    ],
)
def test_conditions_are_said_within_their_documented_bounds(
    field: FilterField, operator: Operator, value: object, conditions: dict[str, object] | None
) -> None:
    assert pushed(field, operator, value) == conditions


@given(value=st.text())
def test_user_text_stays_one_value_of_its_condition(value: str) -> None:
    for push in SPEC.table.pushdowns:
        if push.operator in {Operator.EQ, Operator.CONTAINS, Operator.STARTS_WITH, Operator.MATCHES}:
            said = push.render(value)
            assert said is None or len(said) == 1
            if said is not None:
                assert sent(SPEC.page(said, Selection()))[1]["conditions"] == said


def test_every_pushdown_is_a_comparison_that_filters_can_hold_once() -> None:
    pairs = [(push.field, push.operator) for push in SPEC.table.pushdowns]
    assert len(pairs) == len(set(pairs))
    assert all(operator in OPERATORS[field] for field, operator in pairs)


def test_two_values_of_one_condition_are_joined_or_given_up() -> None:
    assert SPEC.join["ids"]([1, 2, 3], [3, 2]) == [2, 3]
    assert SPEC.join["ids"]([1], [2]) is None
    assert SPEC.join["labels"]([3], [1, 3]) == [1, 3]
    assert SPEC.join["keywords"]("acme", "investigations") == "investigations"
    assert SPEC.join["canLogin"](True, False) is None
    assert SPEC.join["canLogin"](False, False) is False
