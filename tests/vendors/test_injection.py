"""User text that means something to a vendor's language: it stays text, in what is asked and in what is found."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeAlias
from urllib.parse import quote

import msgspec
import pytest

from gateway.customer import ALL_FIELDS
from gateway.operation import TracedCall
from gateway.planner.connection import slice_of
from gateway.query import Comparison, FilterField, Operator, Or, Order
from gateway.sandbox import TextSearch
from gateway.vendors import SPECS
from gateway.vendors.spiffy.search import words
from tests.support.world import World, identity, world

Part: TypeAlias = tuple[str, str]

HARMLESS = ("zzmaria", "393331234567")
HOSTILE = [
    '"',
    'a" total_spent:>0 "b',
    "state:enabled",
    "-state:enabled",
    "maria -country:Italy",
    "a OR b",
    "maria OR state:enabled",
    "mar*",
    "*",
    "(maria)",
    "maria NOT garcia",
    "maria\\",
    '\\" orders_count:>0',
    "maria\norders_count:0",
    "maria\r\nHost: elsewhere",
    "a&accountType=guest",
    "a;accountType=guest",
    "a&email=*",
    "email=*",
    "a[]=b",
    "filter[is_deleted]=1",
    "a]&filter[is_blacklisted]=1&x[",
    "a,b",
    '","canLogin":true,"x":"',
    "{}",
    "%",
    "_",
    "%26email%3D%2A",
    "a+b",
    "a#b",
    "a?b",
    "../clients.json",
    "'; DROP TABLE customers; --",
    "$where",
    "\uff02state\uff1aenabled",
]
NAMES = ("name", "fullname", "last_name", "lastName")
"""What vendors keep names in; who has several of them is called by all."""


def plant(small: World, vendor: str) -> None:
    """Everybody of the vendor is called by one of the hostile texts, as far as there are people."""
    documents = small.sandbox.dump(vendor)
    for document, text in zip(documents, HOSTILE, strict=False):
        for holder in (document, document.get("billingAddress") or {}):
            holder.update({key: f"{text} Zorro" for key in NAMES if key in holder})
    small.sandbox.load(vendor, documents)


SAID = {
    FilterField.EMAIL: Operator.CONTAINS,
    FilterField.NAME: Operator.EQ,
    FilterField.COMPANY: Operator.EQ,
    FilterField.TAX_ID: Operator.EQ,
    FilterField.CODE: Operator.EQ,
    FilterField.CITY: Operator.EQ,
    FilterField.PHONE: Operator.EQ,
    FilterField.COUNTRY_CODE: Operator.EQ,
    FilterField.PROVINCE_CODE: Operator.EQ,
    FilterField.SEARCH: Operator.MATCHES,
    FilterField.VENDOR_ID: Operator.EQ,
}
"""The comparisons that put a text into a call, each at some vendor; addresses are looked up as well."""


def asked_about(text: str) -> list[Comparison]:
    said = [Comparison(field, operator, text) for field, operator in SAID.items()]
    return [
        *said,
        Comparison(FilterField.EMAIL, Operator.EQ, text),
        Comparison(FilterField.TAGS, Operator.ANY, (text,)),
    ]


@pytest.mark.parametrize("vendor", list(SPECS))
async def test_hostile_text_is_found_as_text_and_finds_nobody_else(vendor: str) -> None:
    """What comes of each filter is what its meaning says over all that the vendor holds."""
    with world(len(HOSTILE), vendors=[vendor], text_search=TextSearch.FOLDING) as small:
        plant(small, vendor)
        records = await small.records(ALL_FIELDS)
        found = 0
        for text in HOSTILE:
            begun = Comparison(FilterField.NAME, Operator.STARTS_WITH, text)
            either = Or((begun, *asked_about(text)[:4]))
            for asked in (either, Comparison(FilterField.SEARCH, Operator.MATCHES, text)):
                expected = small.expected(records, Order(), asked)
                page = await small.page(Order(), slice_of(first=100), None, asked)
                assert [identity(edge.node.records[0]) for edge in page.edges] == expected, asked
                found += len(expected)
        assert found > len(HOSTILE)


@pytest.mark.parametrize("vendor", list(SPECS))
async def test_hostile_text_adds_no_parameter_condition_or_path_to_a_call(vendor: str) -> None:
    """A call about it has the parts of one about a harmless word or number, or of one that is about neither."""
    with world(4, vendors=[vendor]) as small:
        plain = parts(await calls(small))
        for at in range(len(asked_about(""))):
            legal = plain | set[Part]().union(
                *[parts(await calls(small, asked_about(text)[at]), text) for text in HARMLESS]
            )
            for text in HOSTILE:
                asked = asked_about(text)[at]
                assert parts(await calls(small, asked), text) <= legal, asked


async def calls(small: World, *asked: Comparison) -> list[TracedCall]:
    await small.page(Order(), slice_of(first=5), None, *asked)
    return list(small.trace)


def parts(made: list[TracedCall], text: str = "") -> set[Part]:
    """Methods, paths, names of parameters and of conditions in bodies; a text may be a whole segment of a path."""
    found: set[Part] = set()
    for call in made:
        segments = ["*" if text and one == quote(text, safe="") else one for one in call.path.split("/")]
        found |= {("method", call.method), ("path", "/".join(segments))}
        found |= {("parameter", name) for name, _ in call.parameters}
        body = msgspec.json.decode(call.body) if call.body.startswith(b"{") else {}
        found |= {("condition", name) for name in _names(body)}
    return found


def _names(body: Any) -> Iterator[str]:
    if isinstance(body, dict):
        for name, value in body.items():
            yield name
            yield from _names(value)


@pytest.mark.parametrize("text", HOSTILE)
def test_a_search_has_no_signs_of_the_search_language(text: str) -> None:
    said = words(text)
    assert not set(said) & set('":\\\n\r()*')
    assert not {"AND", "OR", "NOT"} & set(said.split())
    assert not any(word.startswith(("-", "+", "<", ">")) for word in said.split())
