"""Foodics: each request as it is built, what answers mean, its table and its settings."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import msgspec
import pytest
from pydantic import ValidationError

from gateway.call import Call, Named, Nothing, Problem, Rows
from gateway.capabilities import Grade
from gateway.customer import Field, Selection
from gateway.errors import AccessForbidden, VendorRejected
from gateway.query import FilterField, Operator, OrderField
from gateway.spec import RateReading
from gateway.transport import Response
from gateway.vendors.foodics import SPEC, FoodicsSettings

CUSTOMER: dict[str, Any] = {"id": "8d831", "name": "James Lapda", "tags": [{"id": "fhhsd8r5"}]}
EVERYTHING = Selection(details=True)


def answer(body: object, status: int = 200) -> Response:
    return Response(status=status, body=json.dumps(body).encode())


def listed(*rows: dict[str, Any], **meta: int) -> Response:
    return answer({"data": list(rows), "meta": meta} if meta else {"data": list(rows)})


def target(call: Call[Any]) -> tuple[str, dict[str, str]]:
    assert call.request.method == "GET"
    assert call.request.is_repeatable
    assert call.request.body == b""
    return call.request.path, dict(call.request.query)


# Requests as built


def test_a_page_includes_only_what_is_selected() -> None:
    selection = Selection(fields=frozenset({Field.NAME, Field.EMAIL}))
    assert target(SPEC.page({"page": 2, "sort": "-created_at"}, selection)) == (
        "/customers",
        {"page": "2", "sort": "-created_at"},
    )


@pytest.mark.parametrize(
    ("selection", "include"),
    [
        (Selection(fields=frozenset({Field.TAGS})), "tags"),
        (Selection(fields=frozenset({Field.ADDRESSES})), "addresses,addresses.delivery_zone"),
        (Selection(raw=True), "tags,addresses,addresses.delivery_zone"),
        (Selection(details=True), "tags,addresses,addresses.delivery_zone"),
    ],
)
def test_include_names_what_is_selected(selection: Selection, include: str) -> None:
    assert target(SPEC.by_id("8d831", selection)) == ("/customers/8d831", {"include": include})


def test_an_id_cannot_reach_another_path() -> None:
    path, query = target(SPEC.by_id("../tags?x=1#y", Selection()))
    assert path == "/customers/..%2Ftags%3Fx%3D1%23y"
    assert query == {}


def test_several_ids_are_one_call() -> None:
    assert SPEC.by_ids is not None
    assert SPEC.distrusts_by_ids
    path, query = target(SPEC.by_ids(["8d831", "8d832", "a,b"], Selection()))
    assert path == "/customers"
    assert query == {"filter[id]": "8d831,8d832"}


def test_an_address_cannot_add_a_parameter() -> None:
    call = SPEC.by_email("a&filter[is_deleted]=1@x.net", Selection())
    assert call.request.query == (("filter[email]", "a&filter[is_deleted]=1@x.net"),)
    assert call.request.target == ("/customers?filter%5Bemail%5D=a%26filter%5Bis_deleted%5D%3D1%40x.net")


def test_counting_reads_the_total() -> None:
    assert SPEC.count is not None
    call = SPEC.count({"filter[is_deleted]": 0})
    assert target(call) == ("/customers", {"filter[is_deleted]": "0", "page": "1"})
    assert call.read(listed(CUSTOMER, total=1207)) == 1207
    assert call.read(listed(CUSTOMER)) == 1
    with pytest.raises(msgspec.ValidationError, match="total"):
        call.read(listed(*[CUSTOMER] * 50))


def test_raw_rows_come_with_their_rows() -> None:
    selection = Selection(raw=True)
    assert SPEC.page({}, selection).read(listed(CUSTOMER)).raws == [CUSTOMER]
    assert SPEC.by_id("8d831", selection).read(answer({"data": CUSTOMER})).raws == [CUSTOMER]


def test_a_null_customer_is_no_row() -> None:
    assert SPEC.by_id("8d831", EVERYTHING).read(answer({"data": None})).rows == ()


def test_the_probe_lists_customers() -> None:
    assert target(SPEC.probe()) == ("/customers", {"page": "1"})


def test_tags_are_listed_by_page() -> None:
    assert SPEC.tags is not None
    call = SPEC.tags.page(SPEC.tags.pager.arguments(2, SPEC.tags.page_size))
    assert target(call) == ("/tags", {"filter[type]": "1", "page": "2"})
    assert call.is_shared
    listed_tags = call.read(answer({"data": [{"id": "fhhsd8r5", "name": "Regular"}, {"id": "x"}]}))
    assert listed_tags == [Named(vendor_id="fhhsd8r5", name="Regular"), Named(vendor_id="x", name=None)]


# What answers mean


def test_complaints_keep_the_vendors_words() -> None:
    body = {"message": "The given data was invalid.", "errors": {"email": ["is taken"], "phone": "is short"}}
    assert SPEC.explain(answer(body, 422)) == Problem(
        error=VendorRejected,
        message="The given data was invalid.",
        problems=(("email", "is taken"), ("phone", "is short")),
    )


def test_a_missing_scope_is_told_as_the_vendor_tells_it() -> None:
    verdict = SPEC.explain(answer({"message": "This action is unauthorized."}, 403))
    assert verdict == Problem(error=AccessForbidden, message="This action is unauthorized.")


@pytest.mark.parametrize("status", [200, 401, 429, 500, 503])
def test_other_statuses_are_left_to_the_common_table(status: int) -> None:
    assert SPEC.explain(answer({"message": "x"}, status)) is None


def test_nothing_there_is_no_row_by_id_and_the_end_of_a_list() -> None:
    nothing = answer({"message": "The requested resource was not found."}, 404)
    assert SPEC.explain(nothing) == Nothing()
    assert SPEC.by_id("x", EVERYTHING).read(nothing).rows == ()
    assert SPEC.page({"page": 3}, EVERYTHING).empty == Rows()


def test_nothing_there_on_the_first_page_is_no_empty_list() -> None:
    """A wrong address must not pass for a store without customers."""
    call = SPEC.page({"page": 1}, EVERYTHING)
    assert call.empty is None
    with pytest.raises(msgspec.ValidationError, match="data"):
        call.read(answer({"message": "The route was not found."}, 404))
    assert SPEC.explain(Response(status=404, body=b"<html>")) is None


def test_deleted_customers_are_looked_at_again_and_others_are_not() -> None:
    """Whether `is_deleted` lists the deleted alone is not documented."""
    graded = {
        bool(one.render(True)): one.grade
        for one in SPEC.table.pushdowns
        if one.field is FilterField.IS_DELETED
    }
    assert graded == {True: Grade.SUPERSET, False: Grade.EXACT}


@pytest.mark.parametrize("body", [b"error code: 1010", b"", b"[]", b'{"errors": 5}', b"{}"])
def test_a_refusal_without_readable_words_is_left_to_the_common_table(body: bytes) -> None:
    assert SPEC.explain(Response(status=403, body=body)) is None


@pytest.mark.parametrize(
    ("headers", "reading"),
    [
        ({"x-ratelimit-limit": "30", "x-ratelimit-remaining": "29"}, RateReading(limit=30, remaining=29)),
        ({"retry-after": "7"}, RateReading(reset_after=7)),
        ({"x-ratelimit-limit": "many", "x-ratelimit-remaining": "²"}, None),
        ({}, None),
    ],
)
def test_the_rate_is_read_from_the_headers(headers: dict[str, str], reading: RateReading | None) -> None:
    assert SPEC.rate(Response(status=200, headers=headers)) == reading


# The capability table


def render(field: FilterField, operator: Operator, value: object) -> object:
    pushed = [one for one in SPEC.table.pushdowns if (one.field, one.operator) == (field, operator)]
    assert pushed
    return next(filter(None, (one.render(value) for one in pushed)), None)


@pytest.mark.parametrize(
    ("field", "operator", "value", "arguments"),
    [
        (FilterField.IS_BLACKLISTED, Operator.EQ, True, {"filter[is_blacklisted]": 1}),
        (FilterField.IS_DELETED, Operator.EQ, False, {"filter[is_deleted]": 0}),
        (FilterField.IS_DELETED, Operator.EQ, True, {"filter[is_deleted]": 1}),
        (FilterField.HAS_ORDERS, Operator.EQ, True, {"filter[has_orders]": 1}),
        (FilterField.HAS_LOYALTY, Operator.EQ, False, {"filter[is_loyalty_enabled]": 0}),
        (FilterField.HAS_HOUSE_ACCOUNT, Operator.EQ, True, {"filter[is_house_account_enabled]": 1}),
        (FilterField.VENDOR_ID, Operator.EQ, "8d831", {"filter[id]": "8d831"}),
        (FilterField.VENDOR_ID, Operator.EQ, "a,b", None),
        (FilterField.VENDOR_ID, Operator.IN, ("a", "b"), {"filter[id]": "a,b"}),
        (FilterField.VENDOR_ID, Operator.IN, tuple(map(str, range(51))), None),
        (FilterField.NAME, Operator.EQ, " james lapda ", {"filter[name]": "james lapda"}),
        (FilterField.NAME, Operator.EQ, " ", None),
        (FilterField.NAME, Operator.EQ, "Lapda, James", None),
        (FilterField.EMAIL, Operator.EQ, "m.steuber@ecs.net", {"filter[email]": "m.steuber@ecs.net"}),
        (FilterField.PHONE, Operator.EQ, "+966 56-544 5254", {"filter[phone]": "565445254"}),
        (FilterField.PHONE, Operator.EQ, "+1 (234) 567-890", {"filter[phone]": "234567890"}),
        (FilterField.PHONE, Operator.EQ, "+49 30 1234", {"filter[phone]": "301234"}),
        (FilterField.PHONE, Operator.EQ, "none", None),
        (FilterField.PHONE, Operator.STARTS_WITH, "+96656", {"filter[dial_code]": "966"}),
        (FilterField.PHONE, Operator.STARTS_WITH, "+9", None),
        (FilterField.HAS, Operator.EQ, "email", {"filter[has_email]": 1}),
        (FilterField.HAS, Operator.EQ, "note", None),
        (FilterField.LACKS, Operator.EQ, "email", {"filter[has_email]": 0}),
        (FilterField.LACKS, Operator.EQ, "phone", None),
    ],
)
def test_pushdowns_are_said_in_the_vendors_parameters(
    field: FilterField, operator: Operator, value: object, arguments: object
) -> None:
    assert render(field, operator, value) == arguments


def test_only_documented_switches_are_trusted_wholly() -> None:
    exact = {one.field for one in SPEC.table.pushdowns if one.grade is Grade.EXACT}
    assert exact == {
        FilterField.IS_BLACKLISTED,
        FilterField.HAS_HOUSE_ACCOUNT,
        FilterField.HAS_LOYALTY,
        FilterField.IS_DELETED,
    }


def test_updated_after_begins_a_second_early_in_utc() -> None:
    low = datetime(2024, 3, 1, 3, 0, 0, tzinfo=timezone(timedelta(hours=3)))
    arguments = SPEC.table.ranges[FilterField.UPDATED_AT].render(low, None, None)
    assert arguments == {"filter[updated_after]": "2024-02-29 23:59:59"}


def test_an_upper_bound_cannot_be_said() -> None:
    high = datetime(2024, 3, 1, tzinfo=UTC)
    assert SPEC.table.ranges[FilterField.UPDATED_AT].render(None, high, None) == {}


def test_of_two_lower_bounds_the_later_is_said() -> None:
    joined = SPEC.join["filter[updated_after]"]("2024-02-29 23:59:59", "2024-03-01 00:00:00")
    assert joined == "2024-03-01 00:00:00"


def test_only_orders_without_unknown_values_are_native() -> None:
    assert set(SPEC.table.orders) == {OrderField.CREATED_AT, OrderField.UPDATED_AT}
    assert SPEC.table.orders[OrderField.UPDATED_AT].descending == {"sort": "-updated_at"}


# Settings and signing


def settings(**keys: object) -> FoodicsSettings:
    base = {
        "name": "matam",
        "vendor": "foodics",
        "base_url": "https://api.foodics.com/v5",
        "access_token": "T",
    }
    return FoodicsSettings.model_validate({**base, **keys})


def test_the_scheme_is_written_with_a_capital() -> None:
    connection = SPEC.connect(settings(base_url="https://api.foodics.com/v5/"))
    assert connection.base_url == "https://api.foodics.com/v5"
    assert connection.auth.headers() == (("authorization", "Bearer T"),)
    assert connection.auth.renewal() is None
    assert dict(connection.headers)["user-agent"].startswith("customer-gateway/")


def test_a_refused_token_is_renewed_where_the_means_are_given() -> None:
    keys = {"refresh_token": "R", "client_id": "C", "client_secret": "S"}
    auth = SPEC.connect(settings(**keys)).auth
    renewal = auth.renewal()
    assert renewal is not None
    assert renewal.path == "https://api.foodics.com/oauth/token"
    assert json.loads(renewal.body)["refresh_token"] == "R"
    assert auth.accept(answer({"access_token": "T2", "refresh_token": "R2"}))
    assert auth.headers() == (("authorization", "Bearer T2"),)


def test_half_the_means_of_renewal_are_refused() -> None:
    with pytest.raises(ValidationError, match="client_id and client_secret must be given too"):
        settings(refresh_token="R")


def test_no_secret_shows() -> None:
    shown = repr(
        settings(access_token="hidden", refresh_token="hidden", client_id="C", client_secret="hidden")
    )
    assert "hidden" not in shown
