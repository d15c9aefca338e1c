"""Tiendanube: every read request as built, its filters, and what its answers mean beside their rows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import msgspec
import pytest
from pydantic import ValidationError

from gateway.call import Nothing, Problem, Rows
from gateway.customer import Field, Selection
from gateway.errors import AlreadyExists, RateLimited, VendorRejected
from gateway.query import FilterField, Operator
from gateway.spec import RateReading
from gateway.transport import Response
from gateway.vendors.tiendanube import SPEC, TiendanubeSettings

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
VENDOR_ZONE = timezone(timedelta(hours=-3))


def answered(content: Any, status: int = 200, **headers: Any) -> Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(status=status, body=msgspec.json.encode(content), headers=named)


SETTINGS: dict[str, Any] = {
    "name": "loja",
    "vendor": "tiendanube",
    "base_url": "https://api.tiendanube.com/v1/",
    "store_id": "123456",
    "access_token": "secret",
    "user_agent": "Example (ops@example.com)",
}


def test_the_source_signs_by_authentication_and_names_its_application() -> None:
    settings = TiendanubeSettings.model_validate(SETTINGS)
    connection = SPEC.connect(settings)
    assert connection.base_url == "https://api.tiendanube.com/v1/123456"
    assert connection.auth.headers() == (("authentication", "bearer secret"),)
    assert ("user-agent", "Example (ops@example.com)") in connection.headers
    assert "secret" not in repr(settings).replace("webhook_secret", "")


@pytest.mark.parametrize(
    ("key", "value"), [("store_id", "1/../2"), ("user_agent", "a\r\nb"), ("user_agent", "")]
)
def test_a_setting_cannot_change_the_request(key: str, value: str) -> None:
    with pytest.raises(ValidationError, match=key):
        TiendanubeSettings.model_validate({**SETTINGS, key: value})


IDENTITY = "id%2Cemail%2Ccreated_at%2Cupdated_at"


def test_requests_as_built() -> None:
    names = Selection(fields=frozenset({Field.NAME, Field.TOTAL_SPENT}))
    assert (
        SPEC.by_id("101", names).request.target
        == f"/customers/101?fields={IDENTITY}%2Cname%2Ctotal_spent%2Ctotal_spent_currency"
    )
    assert SPEC.by_id("1/../2?x", Selection(raw=True)).request.target == "/customers/1%2F..%2F2%3Fx"
    assert (
        SPEC.by_email("a+b&page=9@c.de", Selection()).request.target
        == f"/customers?per_page=200&q=a%2Bb%26page%3D9%40c.de&page=1&fields={IDENTITY}"
    )
    assert SPEC.page({"page": 3}, Selection(details=True)).request.target == "/customers?per_page=200&page=3"
    assert SPEC.probe().request.target == "/customers?page=1&per_page=1&fields=id"
    assert SPEC.count is not None
    assert (
        SPEC.count({"q": "ana", "per_page": 50}).request.target
        == "/customers?q=ana&per_page=1&page=1&fields=id"
    )


def test_addresses_bring_the_billing_texts_too() -> None:
    fields = dict(SPEC.page({}, Selection(fields=frozenset({Field.ADDRESSES}))).request.query)["fields"]
    assert {"addresses", "billing_name", "billing_address", "billing_phone"} <= set(fields.split(","))


def test_a_page_tells_how_many_match() -> None:
    rows = SPEC.page({"page": 1}, Selection(raw=True)).read(
        answered([{"id": 101}, {"id": 112}], x_total_count="2")
    )
    assert ([SPEC.row_id(one) for one in rows.rows], rows.total) == (["101", "112"], 2)
    assert rows.raws == [{"id": 101}, {"id": 112}]


def test_a_count_is_the_header_and_nothing_else() -> None:
    assert SPEC.count is not None
    call = SPEC.count({})
    assert call.read(answered([{"id": 1}], x_total_count="4711")) == 4711
    assert call.empty == 0
    with pytest.raises(msgspec.ValidationError, match="X-Total-Count"):
        call.read(answered([{"id": 1}]))


def test_a_walk_begins_after_0_and_goes_on_from_the_greatest_id() -> None:
    assert SPEC.drain is not None
    assert SPEC.drain.arguments(SPEC.drain.start, 500) == {"since_id": 0, "per_page": 200}
    assert SPEC.drain.arguments(112, 2) == {"since_id": 112, "per_page": 2}
    assert SPEC.drain.following(0, 2, ["101", "112"]) == 112
    assert SPEC.drain.following(112, 2, ["113"]) is None


def test_a_walk_whose_ids_do_not_ascend_is_refused_while_it_goes_on() -> None:
    backward = answered([{"id": 112}, {"id": 101}])
    with pytest.raises(msgspec.ValidationError, match="ascend"):
        SPEC.page({"since_id": 100, "per_page": 2}, Selection()).read(backward)
    assert len(SPEC.page({"since_id": 100, "per_page": 3}, Selection()).read(backward).rows) == 2
    assert len(SPEC.page({"page": 1, "per_page": 2}, Selection()).read(backward).rows) == 2


@pytest.mark.parametrize(
    ("low", "high", "wanted"),
    [
        (
            NOW,
            NOW,
            {"created_at_min": "2026-11-21T11:59:59+00:00", "created_at_max": "2026-11-21T12:00:01+00:00"},
        ),
        (
            None,
            NOW.astimezone(VENDOR_ZONE) + timedelta(milliseconds=500),
            {"created_at_max": "2026-11-21T12:00:01+00:00"},
        ),
        (NOW + timedelta(milliseconds=500), None, {"created_at_min": "2026-11-21T11:59:59+00:00"}),
        (datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC), {}),
        (None, None, {}),
    ],
)
def test_ranges_are_widened_whether_bounds_count_or_not(
    low: datetime | None, high: datetime | None, wanted: dict[str, str]
) -> None:
    assert SPEC.table.ranges[FilterField.CREATED_AT].render(low, high, None) == wanted


@pytest.mark.parametrize(
    ("field", "operator", "value", "query"),
    [
        (FilterField.NAME, Operator.EQ, "Zé Ninguém", "Zé Ninguém"),
        (FilterField.NAME, Operator.CONTAINS, " zé ", "zé"),
        (FilterField.NAME, Operator.STARTS_WITH, " ", None),
        (FilterField.NAME, Operator.IN, ("Ana",), "Ana"),
        (FilterField.NAME, Operator.IN, ("Ana", "Bia"), None),
        (FilterField.EMAIL, Operator.EQ, "ana@example.com", "ana@example.com"),
        (FilterField.EMAIL, Operator.EQ, "ana@xn--mnchen-3ya.de", "ana@"),
        (FilterField.EMAIL, Operator.EQ, "ana@münchen.de", "ana@"),
        (FilterField.EMAIL, Operator.IN, ("ana@münchen.de",), "ana@"),
        (FilterField.EMAIL, Operator.CONTAINS, "@münchen.de", "@münchen.de"),
        (FilterField.TAX_ID, Operator.STARTS_WITH, "287", "287"),
        (FilterField.SEARCH, Operator.MATCHES, "ana 555 ninguém", "ninguém"),
        (FilterField.SEARCH, Operator.MATCHES, "555-123 0413", None),
    ],
)
def test_text_is_left_to_the_one_search(
    field: FilterField, operator: Operator, value: Any, query: str | None
) -> None:
    pushdown = next(one for one in SPEC.table.pushdowns if (one.field, one.operator) == (field, operator))
    assert pushdown.render(value) == (None if query is None else {"q": query})


def test_two_searches_are_one_where_a_text_contains_the_other() -> None:
    joins = SPEC.join
    assert (joins["q"]("ana", "ana maria"), joins["q"]("ana maria", "ana")) == ("ana maria", "ana maria")
    assert joins["q"]("ana", "bia") is None
    assert joins["created_at_min"]("2013-01-03T00:00:00+00:00", "2013-01-04T00:00:00+00:00").startswith(
        "2013-01-04"
    )


def test_404_is_an_empty_list_and_by_id_no_customer() -> None:
    empty = {"code": 404, "message": "Not Found", "description": "Last page is 0"}
    assert SPEC.explain(answered(empty, 404)) == Nothing()
    assert SPEC.page({}, Selection()).empty == Rows()
    assert SPEC.by_email("a@b.de", Selection()).empty == Rows()
    missing = {"code": 404, "message": "Not Found", "description": "Customer not found"}
    assert SPEC.explain(answered(missing, 404)) is None
    assert SPEC.explain(Response(status=404, body=b"<html>")) is None


@pytest.mark.parametrize(
    ("status", "body", "message", "problems"),
    [
        (400, {"error": "Problems parsing JSON"}, "Problems parsing JSON", ()),
        (422, {"src": ["can't be blank"]}, "src can't be blank", (("src", "can't be blank"),)),
        (
            422,
            {
                "code": 422,
                "message": "Unprocessable",
                "description": "Validation error",
                "email": ["is taken"],
            },
            "Validation error",
            (("email", "is taken"),),
        ),
        (422, {"errors": {"email": "is taken"}}, "email is taken", (("email", "is taken"),)),
        (415, {"code": 415, "message": "Unsupported Media Type"}, "Unsupported Media Type", ()),
    ],
)
def test_refusals_keep_the_vendors_words(status: int, body: Any, message: str, problems: Any) -> None:
    error = AlreadyExists if "taken" in str(problems) else VendorRejected
    assert SPEC.explain(answered(body, status)) == Problem(error=error, message=message, problems=problems)


@pytest.mark.parametrize("status", [200, 401, 402, 403, 500])
def test_other_statuses_say_enough(status: int) -> None:
    assert SPEC.explain(answered({"message": "x"}, status)) is None


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, 0.5),
        ({"x_rate_limit_reset": "20000"}, 0.5),
        ({"x_rate_limit_reset": "120"}, 0.12),
        ({"retry_after": "3"}, 3.0),
    ],
)
def test_a_full_bucket_says_how_long_to_wait(headers: dict[str, str], seconds: float) -> None:
    verdict = SPEC.explain(answered({}, 429, **headers))
    assert isinstance(verdict, Problem)
    assert (verdict.error, verdict.retry_after) == (RateLimited, seconds)


def test_the_buckets_headers_are_read_with_the_reset_in_milliseconds() -> None:
    told = answered([], x_rate_limit_limit="40", x_rate_limit_remaining="38", x_rate_limit_reset="1000")
    assert SPEC.rate(told) == RateReading(limit=40, remaining=38, reset_after=1.0, free_after=0.5)
    assert SPEC.rate(answered([], x_rate_limit_limit="many")) is None
