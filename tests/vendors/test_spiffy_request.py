"""Spiffy: each request as it is built, and what conditions and time ranges become in it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.call import Call
from gateway.capabilities import Grade
from gateway.customer import (
    Field,
    Selection,
)
from gateway.query import OPERATORS, FilterField, Operator
from gateway.transport import Response
from gateway.vendors.spiffy import SPEC

EVERYTHING = Selection(details=True)


def answer(body: object, status: int = 200, **headers: str) -> Response:
    content = body if isinstance(body, str) else json.dumps(body)
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(status=status, headers=names, body=content.encode())


def target(call: Call[Any]) -> tuple[str, dict[str, str]]:
    assert call.request.method == "GET"
    assert call.request.is_repeatable
    assert call.request.body == b""
    return call.request.path, dict(call.request.query)


def pushed(field: FilterField, operator: Operator, value: object) -> dict[str, Any] | None:
    found = [push for push in SPEC.table.pushdowns if (push.field, push.operator) == (field, operator)]
    assert len(found) == 1
    rendered = found[0].render(value)
    return None if rendered is None else dict(rendered)


# Requests


def test_only_selected_fields_are_asked_for() -> None:
    selection = Selection(fields=frozenset({Field.NAME, Field.STORE_CREDIT, Field.SIGN_IN}))
    assert target(SPEC.by_id("6", selection)) == (
        "/api/customers/6.json",
        {
            "fields": "id,email,created_at,updated_at,name,credit,sign_in_count,current_sign_in_at,"
            "current_sign_in_ip,last_sign_in_at,last_sign_in_ip"
        },
    )


@pytest.mark.parametrize("field", [Field.ADDRESSES, Field.PHONE, Field.COMPANY])
def test_what_a_choice_of_fields_would_drop_forbids_the_choice(field: Field) -> None:
    selection = Selection(fields=frozenset({Field.NAME, field}))
    assert target(SPEC.by_id("6", selection)) == ("/api/customers/6.json", {})


@pytest.mark.parametrize("selection", [Selection(details=True), Selection(raw=True)])
def test_a_whole_row_is_asked_for_without_fields(selection: Selection) -> None:
    assert SPEC.by_ids is not None
    assert target(SPEC.by_ids(["6", "7"], selection)) == (
        "/api/customers.json",
        {"ids": "6,7", "limit": "50"},
    )


def test_a_whole_customer_is_asked_for_by_the_list_whose_rows_show_more() -> None:
    assert target(SPEC.by_id("6", EVERYTHING)) == ("/api/customers.json", {"ids": "6", "limit": "50"})


def test_an_id_cannot_leave_its_place_in_the_path() -> None:
    path, _ = target(SPEC.by_id("../products?x=1", Selection()))
    assert path == "/api/customers/..%2Fproducts%3Fx%3D1.json"


def test_ids_that_cannot_exist_never_make_the_list_whole() -> None:
    assert SPEC.by_ids is not None
    _, query = target(SPEC.by_ids(["6,7", ""], EVERYTHING))
    assert query["ids"] == "0"


def test_an_address_is_looked_up_by_the_text_search() -> None:
    assert target(SPEC.by_email("bilbo@lordoftherings.com", EVERYTHING)) == (
        "/api/customers/search.json",
        {"query": "bilbo@lordoftherings.com", "limit": "50"},
    )


def test_a_query_goes_to_the_search_and_all_else_to_the_list() -> None:
    assert target(SPEC.page({"page": 2, "limit": 50, "query": "x"}, EVERYTHING)) == (
        "/api/customers/search.json",
        {"page": "2", "limit": "50", "query": "x"},
    )
    assert target(SPEC.page({"page": 1, "limit": 50}, EVERYTHING))[0] == "/api/customers.json"


def test_the_documents_example_of_a_search_is_percent_encoded() -> None:
    call = SPEC.page({"query": 'Bilbo country:"New Zealand" total_spent:>100'}, EVERYTHING)
    assert call.request.target == (
        "/api/customers/search.json?query=Bilbo%20country%3A%22New%20Zealand%22%20total_spent%3A%3E100"
    )


def test_a_list_is_counted_with_its_filters_and_a_search_never() -> None:
    assert SPEC.count is not None
    call = SPEC.count({"marketing_status": "accepts_marketing"})
    assert target(call) == ("/api/customers/count.json", {"marketing_status": "accepts_marketing"})
    assert call.read(answer({"count": 14567})) == 14567
    assert SPEC.table.countable is not None
    assert "query" not in SPEC.table.countable
    assert target(SPEC.probe()) == ("/api/customers/count.json", {})


def test_a_drain_walks_ids_from_zero_on() -> None:
    assert SPEC.drain is not None
    assert SPEC.drain.arguments(SPEC.drain.start, 500) == {"since_id": 0, "limit": 50}
    assert SPEC.drain.arguments(17, 50) == {"since_id": 17, "limit": 50}


# Pushdowns


@pytest.mark.parametrize(
    ("field", "operator", "value", "query"),
    [
        (FilterField.ACCOUNT_STATE, Operator.EQ, "DECLINED", "state:declined"),
        (FilterField.ACCOUNT_STATE, Operator.IN, ("GUEST",), "state:guest"),
        (
            FilterField.ACCOUNT_STATE,
            Operator.IN,
            ("GUEST", "ENABLED"),
            "-state:disabled -state:invited -state:declined",
        ),
        (FilterField.HAS_ORDERS, Operator.EQ, True, "orders_count:>0"),
        (FilterField.HAS_ORDERS, Operator.EQ, False, "orders_count:0"),
        (FilterField.ORDERS_COUNT, Operator.EQ, 3, "orders_count:3"),
        (FilterField.ORDERS_COUNT, Operator.GT, 3, "orders_count:>3"),
        (FilterField.ORDERS_COUNT, Operator.GTE, 3, "orders_count:>2"),
        (FilterField.ORDERS_COUNT, Operator.LT, 3, "orders_count:<3"),
        (FilterField.ORDERS_COUNT, Operator.LTE, 3, "orders_count:<4"),
        (FilterField.TOTAL_SPENT, Operator.GT, Decimal("99.99"), "total_spent:>99"),
        (FilterField.TOTAL_SPENT, Operator.GTE, Decimal("99.99"), "total_spent:>99"),
        (FilterField.TOTAL_SPENT, Operator.LT, Decimal("99.99"), "total_spent:<100"),
        (FilterField.STORE_CREDIT, Operator.LTE, Decimal("99.99"), "credit:<100"),
        (FilterField.STORE_CREDIT, Operator.EQ, Decimal("15.40"), "credit:>15"),
        (FilterField.COUNTRY_CODE, Operator.EQ, "NZ", 'country:"New Zealand"'),
        (FilterField.COUNTRY_CODE, Operator.EQ, "au", "country:Australia"),
        (FilterField.NAME, Operator.EQ, "Mr Bilbo Baggins", "Mr Bilbo Baggins"),
        (FilterField.SEARCH, Operator.MATCHES, "of hobbiton 12345678901", "hobbiton"),
    ],
)
def test_conditions_in_the_search_language(
    field: FilterField, operator: Operator, value: object, query: str
) -> None:
    assert pushed(field, operator, value) == {"query": query}


@pytest.mark.parametrize(
    ("field", "operator", "value"),
    [
        (FilterField.ORDERS_COUNT, Operator.GTE, 0),
        (FilterField.TOTAL_SPENT, Operator.LT, Decimal(-1)),
        (FilterField.TOTAL_SPENT, Operator.EQ, Decimal(-1)),
        (FilterField.COUNTRY_CODE, Operator.EQ, "CZ"),
        (FilterField.COUNTRY_CODE, Operator.EQ, "CI"),
        (FilterField.COUNTRY_CODE, Operator.EQ, 'XX" -state:guest'),
        (FilterField.SEARCH, Operator.MATCHES, "+61 2 9000"),
        (FilterField.NAME, Operator.CONTAINS, '"-:'),
        (FilterField.ACCOUNT_STATE, Operator.IN, ()),
    ],
)
def test_what_the_search_cannot_say_is_left_to_the_gateway(
    field: FilterField, operator: Operator, value: object
) -> None:
    assert pushed(field, operator, value) is None


@given(bound=st.decimals(0, 1000, places=2), amount=st.decimals(0, 1000, places=2))
@pytest.mark.parametrize("operator", [Operator.EQ, Operator.GT, Operator.GTE, Operator.LT, Operator.LTE])
def test_rounded_bounds_let_every_wanted_amount_through(
    operator: Operator, bound: Decimal, amount: Decimal
) -> None:
    wanted = {
        Operator.EQ: amount == bound,
        Operator.GT: amount > bound,
        Operator.GTE: amount >= bound,
        Operator.LT: amount < bound,
        Operator.LTE: amount <= bound,
    }[operator]
    said = pushed(FilterField.TOTAL_SPENT, operator, bound)
    if wanted and said is not None:
        term = said["query"].removeprefix("total_spent:")
        number = Decimal(term.lstrip("<>"))
        assert {">": amount > number, "<": amount < number}.get(term[0], amount == number)


@given(text=st.text())
@pytest.mark.parametrize("field", [FilterField.NAME, FilterField.EMAIL])
def test_user_text_never_becomes_a_filter_or_a_negation(field: FilterField, text: str) -> None:
    said = pushed(field, Operator.EQ, f"x {text}")
    assert said is not None
    assert all(word[0] != "-" for word in said["query"].split())
    assert not set(said["query"]) & set('":\\')


def test_statuses_have_parameters_of_their_own() -> None:
    assert pushed(FilterField.ACCEPTS_MARKETING, Operator.EQ, True) == {
        "marketing_status": "accepts_marketing"
    }
    assert pushed(FilterField.ACCEPTS_MARKETING, Operator.EQ, False) == {
        "marketing_status": "rejects_marketing"
    }
    assert pushed(FilterField.IS_WHOLESALE, Operator.EQ, True) == {"wholesale_status": "wholesale"}
    assert pushed(FilterField.IS_WHOLESALE, Operator.EQ, False) == {"wholesale_status": "retail"}


def test_every_pushdown_is_a_comparison_that_filters_can_hold_once() -> None:
    pairs = [(push.field, push.operator) for push in SPEC.table.pushdowns]
    assert len(pairs) == len(set(pairs))
    assert all(operator in OPERATORS[field] for field, operator in pairs)


def test_no_condition_that_could_share_a_search_is_called_exact() -> None:
    exact = {push.field for push in SPEC.table.pushdowns if push.grade is Grade.EXACT}
    assert exact == {FilterField.ACCEPTS_MARKETING}


def test_two_conditions_are_two_terms_of_one_search() -> None:
    assert SPEC.join["query"]("state:guest", "credit:>3") == "state:guest credit:>3"


# Ranges

ZONES = ["UTC", "Australia/Sydney", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe"]
seconds = st.integers(0, 2_200_000_000)
"""Since 1970; to 2039."""


def test_a_range_in_a_known_zone_is_one_minute_wider() -> None:
    low = datetime(2014, 12, 31, 1, 0, 30, tzinfo=UTC)
    assert SPEC.table.ranges[FilterField.CREATED_AT].render(low, low, ZoneInfo("Australia/Brisbane")) == {
        "created_at_min": "2014-12-31 10:59",
        "created_at_max": "2014-12-31 11:01",
    }


def test_a_range_in_an_unknown_zone_is_fourteen_hours_wider() -> None:
    low = datetime(2014, 12, 31, 12, tzinfo=UTC)
    assert SPEC.table.ranges[FilterField.UPDATED_AT].render(low, None, None) == {
        "updated_at_min": "2014-12-30 21:59"
    }


def test_an_end_outside_of_the_calendar_is_open() -> None:
    first, last = datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, tzinfo=UTC)
    assert SPEC.table.ranges[FilterField.CREATED_AT].render(first, last, None) == {}


def _readings(text: str, zone: ZoneInfo) -> list[datetime]:
    wall = datetime.strptime(text, "%Y-%m-%d %H:%M")  # noqa: DTZ007  # the zone is what is at stake
    return [wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)]


@given(second=seconds)
@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("is_known", [True, False])
def test_bounds_are_strictly_beyond_the_moment_however_the_vendor_reads_them(
    zone: str, is_known: bool, second: int
) -> None:
    theirs, moment = ZoneInfo(zone), datetime.fromtimestamp(second, UTC)
    said = SPEC.table.ranges[FilterField.CREATED_AT].render(moment, moment, theirs if is_known else None)
    minute = moment.replace(second=0, microsecond=0)
    assert all(low < minute for low in _readings(said["created_at_min"], theirs))
    assert all(high > moment for high in _readings(said["created_at_max"], theirs))


@pytest.mark.parametrize("hour", [15, 16])
def test_a_repeated_hour_is_stepped_over(hour: int) -> None:
    moment = datetime(2025, 4, 5, hour, 30, tzinfo=UTC)
    zone = ZoneInfo("Australia/Sydney")
    said = SPEC.table.ranges[FilterField.CREATED_AT].render(moment, moment, zone)
    assert all(low < moment for low in _readings(said["created_at_min"], zone))
    assert all(high > moment for high in _readings(said["created_at_max"], zone))
