"""Hostile filters at the API: a clear error that names the place, or a right answer, for a bounded number of calls."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

LIST = "query($f: CustomerFilter, $o: CustomerOrder) { customers(first: 5, filter: $f, orderBy: $o) { nodes { id } } }"
FAR = ["0001-01-01T00:00:00Z", "1969-12-31T23:59:59Z", "9999-12-31T23:59:59.999999Z"]
TIMES = ["createdAt", "updatedAt", "lastOrderAt"]
AMOUNTS = ["totalSpent", "storeCredit"]
MARKS = [
    "%",
    "_",
    "*",
    "'",
    '"',
    "\\",
    "\n",
    "&",
    ";",
    ":",
    "(",
    ")",
    "[]",
    "a OR b",
    "\u202e",
    "\U0001f469\u200d\U0001f469",
    "é" * 900,
]
TEXTS = ["name", "email", "phone", "company", "taxId", "code", "city"]


def nest(inner: Any, depth: int, word: str) -> Any:
    for _ in range(depth):
        inner = {"not": inner} if word == "not" else {word: [inner]}
    return inner


REFUSED = {
    "eleven deep": (nest({"search": "a"}, 10, "not"), "filter"),
    "eleven ands deep": (nest({"search": "a"}, 10, "and"), "filter.and[0]"),
    "400 deep": (nest({}, 400, "or"), ""),
    "201 wide": ({"or": [{"search": str(at)} for at in range(200)]}, "filter"),
    "100,000 wide": ({"or": [{}] * 100_000}, ""),
    "a text too long": ({"or": [{}, {"name": {"contains": "x" * 1025}}]}, "filter.or[1].name.contains"),
    "a megabyte of text": ({"search": "x" * 1_000_000}, ""),
    "NUL": ({"not": {"city": {"eq": "a\0"}}}, "filter.not.city.eq"),
    "half a character": ({"search": "\ud800"}, "surrogate pair (byte"),
    "half a character in a list": ({"tags": {"any": ["a", "b\udc00"]}}, "surrogate pair (byte"),
    "1,001 ids": ({"vendorId": {"in": ["1"] * 1001}}, "`$f`"),
    "1,001 tags": ({"tags": {"none": ["1"] * 1001}}, "`$f`"),
    "a number out of range": ({"ordersCount": {"gt": 2**31}}, "ordersCount"),
    "a fraction": ({"ordersCount": {"eq": 1.5}}, "ordersCount"),
    "an amount without end": ({"totalSpent": {"gt": "1" * 2000}}, "totalSpent"),
    "an amount that is none": ({"totalSpent": {"gt": "NaN"}}, "totalSpent"),
    "an infinite amount": ({"storeCredit": {"lt": "Infinity"}}, "storeCredit"),
    "an amount of a great exponent": ({"totalSpent": {"gt": "1e999999999"}}, "totalSpent"),
    "no time": ({"createdAt": {"gt": "soon"}}, "createdAt"),
    "a year of five digits": ({"createdAt": {"gt": "10000-01-01T00:00:00Z"}}, "createdAt"),
    "a year zero": ({"createdAt": {"gt": "0000-01-01T00:00:00Z"}}, "createdAt"),
    "a time before the calendar, by its zone": (
        {"updatedAt": {"lt": "0001-01-01T00:00:00+14:00"}},
        "updatedAt",
    ),
    "an unknown operator": ({"name": {"regex": "(a+)+"}}, "regex"),
    "an unknown field": ({"__proto__": {}}, "__proto__"),
    "a list for a text": ({"search": ["a"]}, "search"),
}


async def ask(client: httpx.AsyncClient, given: Any, order: Any = None) -> httpx.Response:
    """As raw JSON in ASCII: half characters are written as escapes, as an attacker would."""
    body = json.dumps({"query": LIST, "variables": {"f": given, "o": order}})
    return await client.post("/graphql", content=body, headers={"content-type": "application/json"})


@pytest.mark.parametrize(("given", "place"), REFUSED.values(), ids=REFUSED)
async def test_what_cannot_be_meant_is_refused_where_it_stands_and_asks_nobody(
    client: httpx.AsyncClient, transport: Any, given: Any, place: str
) -> None:
    answer = await ask(client, given)
    assert answer.status_code < 500
    [error, *_] = answer.json()["errors"]
    assert error["extensions"]["code"] in {"INVALID_INPUT", "LIMIT_EXCEEDED", "BAD_REQUEST"}
    assert place in error["message"]
    assert len(error["message"]) < 600
    assert transport.calls == 0


async def answered(client: httpx.AsyncClient, given: Any, order: Any = None) -> int:
    """How many customers it gave; it has to be a right answer."""
    answer = await ask(client, given, order)
    assert answer.status_code == 200
    assert "errors" not in answer.json(), (given, answer.json()["errors"])
    return len(answer.json()["data"]["customers"]["nodes"])


MOST_CALLS = 120
"""A page of five, filtered so that the whole of sixty people is read at five sources, and merged."""


@pytest.mark.parametrize("field", TIMES)
async def test_times_at_the_ends_of_the_calendar_are_times(
    client: httpx.AsyncClient, transport: Any, field: str
) -> None:
    for time in FAR:
        for order in ("CREATED_AT", "UPDATED_AT", "NAME"):
            before = transport.calls
            is_first = time < "2000"
            after, earlier = ({field: {operator: time}} for operator in ("gte", "lte"))
            sort = {"field": order, "direction": "ASC"}
            assert (await answered(client, after, sort) > 0) is is_first
            assert (await answered(client, earlier, sort) > 0) is not is_first
            assert transport.calls - before <= 2 * MOST_CALLS


async def test_numbers_at_the_ends_are_numbers(client: httpx.AsyncClient, transport: Any) -> None:
    for number in (2**31 - 1, -(2**31), 0):
        before = transport.calls
        assert (await answered(client, {"ordersCount": {"gte": number}}) > 0) is (number <= 0)
        assert transport.calls - before <= MOST_CALLS
    for amount in ("99999999999999999999.99", "-99999999999999999999.99", "0.000000000000000000001"):
        for field in AMOUNTS:
            before = transport.calls
            assert (await answered(client, {field: {"lte": amount}}) > 0) is not amount.startswith("-")
            assert transport.calls - before <= MOST_CALLS


async def test_marks_of_any_language_are_text(client: httpx.AsyncClient, transport: Any) -> None:
    for mark in MARKS:
        before = transport.calls
        given = {"or": [{field: {"eq": mark}} for field in TEXTS]}
        assert await answered(client, given) == 0
        assert transport.calls - before <= MOST_CALLS


async def test_a_thousand_values_cost_no_more_than_the_lists_they_are_looked_for_in(
    client: httpx.AsyncClient, transport: Any
) -> None:
    values = [str(at) for at in range(1000)]
    addresses = [f"{value}@nowhere.example" for value in values]
    for given in (
        {"email": {"in": addresses}},
        {"email": {"in": addresses[:50]}},
        {"vendorId": {"in": [f"90{value}000" for value in values]}},
        {"tags": {"any": addresses}},
        {"tags": {"all": values}},
        {"name": {"in": values}},
        {"not": {"not": {"phone": {"in": values}}}},
        {"or": [{"email": {"eq": address}} for address in addresses[:190]]},
    ):
        before = transport.calls
        assert await answered(client, given) == 0
        assert transport.calls - before <= MOST_CALLS, given.keys()


async def test_a_wide_and_deep_filter_within_the_limits_is_answered(
    client: httpx.AsyncClient, transport: Any
) -> None:
    wide = {"or": [{"and": [{"name": {"contains": str(at)}}, {"search": f"zz{at}"}]} for at in range(60)]}
    for given in (wide, nest({"search": "zzzz"}, 9, "or"), nest({"has": ["EMAIL"]}, 8, "not")):
        before = transport.calls
        await answered(client, given)
        assert transport.calls - before <= MOST_CALLS
