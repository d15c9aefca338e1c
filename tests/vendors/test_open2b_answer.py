"""Open2b: labels and groups, what its answers say beside their rows, and how a source of it is configured."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest
from pydantic import ValidationError

from gateway.call import Call, Named, Problem
from gateway.customer import (
    Field,
    Selection,
    Tag,
)
from gateway.errors import (
    AccessForbidden,
    AlreadyExists,
    CredentialsRefused,
    CustomerNotFound,
    RateLimited,
    SourceError,
    SourceUnavailable,
    VendorMisbehaved,
    VendorRejected,
)
from gateway.spec import Origin
from gateway.transport import Response
from gateway.vendors.open2b import (
    SPEC,
    Open2bCustomer,
    Open2bSettings,
)

FETCHED = datetime(2026, 1, 1, tzinfo=UTC)
ORIGIN = Origin(
    source_name="shop",
    zone=ZoneInfo("Europe/Rome"),
    currency="EUR",
    fetched_at=FETCHED,
    names={"3": "Resellers"},
)
TAGS = Selection(fields=frozenset({Field.TAGS}))


def answer(body: object, status: int = 200) -> Response:
    content = body if isinstance(body, str) else json.dumps(body)
    return Response(status=status, body=content.encode())


def refused(field: str, kind: str, words: str) -> Response:
    return answer({"status": "error", "error": {"field": field, "type": kind, "description": words}})


def sent(call: Call[Any]) -> tuple[str, dict[str, Any]]:
    """Every call is a POST that may be repeated: none of these writes."""
    assert call.request.method == "POST"
    assert call.request.is_repeatable
    assert call.request.query == ()
    body = json.loads(call.request.body)
    return call.request.path.removeprefix("/api/v13/commerce."), body


# Labels and groups


def labelled(
    rows: list[Open2bCustomer], selection: Selection, *answers: object
) -> tuple[list[dict[str, Any]], list[tuple[int, ...] | None]]:
    """The flow driven by hand: the bodies that it sends, and the labels of its rows."""
    assert SPEC.complete is not None
    flow = SPEC.complete(rows, selection)
    bodies: list[dict[str, Any]] = []
    try:
        calls = next(flow)
        bodies = [sent(call)[1] for call in calls]
        given = [
            made if isinstance(made, SourceError) else call.read(answer(made))
            for call, made in zip(calls, answers, strict=True)
        ]
        flow.send(given)
    except StopIteration as end:
        return bodies, [row.labels for row in end.value]
    raise AssertionError("the flow asks twice")


CUSTOMERS = [Open2bCustomer(id=125), Open2bCustomer(id=75), Open2bCustomer(id=125)]


@pytest.mark.parametrize(
    ("reply", "labels"),
    [
        ({"status": "ok", "labels": {"125": [1, 5]}}, [(1, 5), (), (1, 5)]),
        ({"status": "ok", "125": [1, 5], "75": [7]}, [(1, 5), (7,), (1, 5)]),
        ({"status": "ok", "labels": {}}, [(), (), ()]),
        ({"status": "ok", "labels": []}, [(), (), ()]),
    ],
)
def test_labels_come_in_one_call_for_all_rows(reply: object, labels: list[tuple[int, ...]]) -> None:
    bodies, found = labelled(CUSTOMERS, TAGS, reply)
    assert bodies == [{"conditions": {"type": "Customer", "resources": [125, 75]}}]
    assert found == labels


def test_labels_are_tags_by_number_alone() -> None:
    row = Open2bCustomer(id=125, labels=(1, 5))
    assert SPEC.read(row, ORIGIN).tags == (
        Tag(source_name="shop", vendor_id="1", name="1"),
        Tag(source_name="shop", vendor_id="5", name="5"),
    )
    assert SPEC.read(msgspec.structs.replace(row, labels=()), ORIGIN).tags == ()


def test_who_may_not_read_labels_leaves_them_unknown() -> None:
    _, found = labelled(CUSTOMERS, TAGS, AccessForbidden("no", source="shop"))
    assert found == [None, None, None]


def test_any_other_failure_of_the_labels_is_the_loads_failure() -> None:
    with pytest.raises(SourceUnavailable):
        labelled(CUSTOMERS, TAGS, SourceUnavailable("down", source="shop"))


@pytest.mark.parametrize("selection", [Selection(), Selection(fields=frozenset({Field.NAME}))])
def test_labels_that_nobody_wants_cost_no_call(selection: Selection) -> None:
    assert labelled(CUSTOMERS, selection) == ([], [None, None, None])
    assert labelled([], TAGS) == ([], [])


def test_labels_of_more_than_a_thousand_customers_are_several_calls_at_once() -> None:
    rows = [Open2bCustomer(id=number) for number in range(1, 1502)]
    bodies, found = labelled(rows, TAGS, {"labels": {"1": [2]}}, {"labels": {"1501": [3]}})
    assert [len(body["conditions"]["resources"]) for body in bodies] == [1000, 501]
    assert (found[0], found[1], found[-1]) == ((2,), (), (3,))


@pytest.mark.parametrize("key", ["groups", "customerGroups"])
def test_groups_are_listed_by_number_and_name(key: str) -> None:
    assert SPEC.groups is not None
    call = SPEC.groups.page(SPEC.groups.pager.arguments(0, SPEC.groups.page_size))
    assert sent(call) == (
        "customer-groups.find",
        {"fields": ["id", "name"], "order": ["id"], "first": 0, "limit": 100},
    )
    assert call.is_shared
    listed = call.read(
        answer({"status": "ok", key: [{"id": 3, "name": " Resellers "}, {"id": 4, "name": ""}]})
    )
    assert list(listed) == [Named(vendor_id="3", name="Resellers"), Named(vendor_id="4", name=None)]


def test_an_answer_without_groups_is_no_list_of_them() -> None:
    assert SPEC.groups is not None
    with pytest.raises(msgspec.ValidationError):
        SPEC.groups.page({}).read(answer({"status": "ok"}))


# What answers say


@pytest.mark.parametrize(
    ("field", "kind", "error"),
    [
        ("code", "AlreadyExists", AlreadyExists),
        ("group", "NotFound", VendorRejected),
        ("conditions.email", "InvalidValue", VendorRejected),
        ("id", "NotFound", CustomerNotFound),
        ("id", "InvalidValue", CustomerNotFound),
        ("fields", "UnknownField", VendorRejected),
        ("labels", "AccessDenied", AccessForbidden),
    ],
)
def test_an_error_inside_of_a_good_status_is_told_by_its_type(
    field: str, kind: str, error: type[SourceError]
) -> None:
    assert SPEC.explain(refused(field, kind, "Its own words")) == Problem(
        error=error, message="Its own words", problems=((field, "Its own words"),)
    )


def test_an_error_without_a_field_has_words_alone() -> None:
    assert SPEC.explain(refused("", "MissingCombination", "")) == Problem(message="MissingCombination")
    assert SPEC.explain(answer({"status": "error", "error": None})) == Problem(message="refused the request")


def test_an_error_is_understood_under_another_status_too() -> None:
    body = json.dumps({"status": "error", "error": {"field": None, "type": "AccessDenied"}})
    assert SPEC.explain(answer(body, 403)) == Problem(error=AccessForbidden, message="AccessDenied")


def test_a_customer_called_error_is_none() -> None:
    named = {"id": 1, "fullName": "error"}
    assert SPEC.explain(answer({"status": "ok", "customers": [named], "error": None})) is None
    assert SPEC.explain(answer('not json, "error"')) is None


@pytest.mark.parametrize(
    ("text", "status", "error"),
    [
        ("missing key", 403, CredentialsRefused),
        ("", 403, CredentialsRefused),
        ("<html>limit</html>", 403, CredentialsRefused),
        ("rate limit exceeded", 403, RateLimited),
        ("Too many requests", 503, RateLimited),
        ("unknown method", 404, VendorMisbehaved),
        ("method is not POST", 405, VendorRejected),
    ],
)
def test_plain_text_outside_of_a_good_status_is_understood(
    text: str, status: int, error: type[SourceError]
) -> None:
    verdict = SPEC.explain(answer(text, status))
    assert isinstance(verdict, Problem)
    assert verdict.error is error
    assert "<" not in verdict.message


@pytest.mark.parametrize(
    ("text", "status"), [("", 429), ("", 500), ("Bad gateway", 502), ("", 400), ("no", 401)]
)
def test_what_says_nothing_is_left_to_the_status(text: str, status: int) -> None:
    assert SPEC.explain(answer(text, status)) is None


def test_no_header_tells_the_limit() -> None:
    assert SPEC.rate(answer({})) is None


# Settings

PLACE = {"name": "shop", "vendor": "open2b", "base_url": "https://shop.example.com/", "secret_key": "hush"}


def test_the_key_is_sent_in_the_configured_header() -> None:
    connection = SPEC.connect(Open2bSettings.model_validate(PLACE))
    assert connection.base_url == "https://shop.example.com"
    assert connection.auth.headers() == (("x-secret-key", "hush"),)
    assert dict(connection.headers)["content-type"] == "application/json"
    other = SPEC.connect(Open2bSettings.model_validate({**PLACE, "key_header": "X-Key"}))
    assert other.auth.headers() == (("x-key", "hush"),)


def test_a_source_lacks_tags_unless_it_may_read_labels() -> None:
    assert SPEC.connect(Open2bSettings.model_validate(PLACE)).lacks == {Field.TAGS}
    assert SPEC.connect(Open2bSettings.model_validate({**PLACE, "labels": True})).lacks == frozenset()


@pytest.mark.parametrize(
    ("key", "value"),
    [("secret_key", None), ("default_group", 256), ("default_group", 0), ("key_header", "a b")],
)
def test_wrong_keys_are_named(key: str, value: object) -> None:
    with pytest.raises(ValidationError, match=key):
        Open2bSettings.model_validate({**PLACE, key: value})


def test_secrets_are_in_no_repr() -> None:
    assert "hush" not in repr(Open2bSettings.model_validate(PLACE))
