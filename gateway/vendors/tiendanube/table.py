"""What Tiendanube's customer list can do, each claim with what it rests on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any, Final

from gateway.capabilities import Arguments, CapabilityTable, Grade, Paging, Pushdown, Range, Rate
from gateway.customer import Field
from gateway.query import FilterField, Operator

PAGE_SIZE: Final = 200
"""The vendor's maximum; its default is 30."""

_SECOND: Final = timedelta(seconds=1)


def _range(name: str) -> Range:
    def render(low: datetime | None, high: datetime | None, zone: tzinfo | None) -> Arguments:  # noqa: ARG001
        bounds = {
            f"{name}_min": None if low is None else _moment(low, -_SECOND),
            f"{name}_max": None if high is None else _moment(high, _SECOND),
        }
        return {key: text for key, text in bounds.items() if text is not None}

    return Range(render=render)


def _moment(time: datetime, margin: timedelta) -> str | None:
    """Whole seconds in UTC, the margin added: whether bounds are included is not documented. None is no bound."""
    try:
        return (time.astimezone(UTC).replace(microsecond=0) + margin).isoformat()
    except OverflowError:
        return None


def _text(value: str) -> Arguments | None:
    """The one text search, as a vendor trims it; an empty one would be no filter."""
    return {"q": value.strip()} if value.strip() else None


def _one(values: Sequence[str]) -> Arguments | None:
    return _text(values[0]) if len(values) == 1 else None


def _address(value: str) -> Arguments | None:
    """An international domain has two spellings, of which the store holds one: then the part before it."""
    local, at, domain = value.strip().rpartition("@")
    if at and local and ("xn--" in domain.lower() or not domain.isascii()):
        return _text(local + at)
    return _text(value)


def _addresses(values: Sequence[str]) -> Arguments | None:
    return _address(values[0]) if len(values) == 1 else None


def _words(value: str) -> Arguments | None:
    """The longest word that no phone number holds: ours looks at phones too, and the vendor's does not."""
    words = [word for word in value.split() if any(letter.isalpha() for letter in word)]
    return {"q": max(words, key=len)} if words else None


def contained(first: str, second: str) -> str | None:
    """Two texts to search for at once: the one that contains the other."""
    if first in second:
        return second
    return first if second in first else None


_FOLDING: Final = (
    "`q` looks into name, e-mail and identification; how it compares case and accents is not documented"
)
_NO_PHONE: Final = (
    "`q` does not look at phones: one word with a letter is searched for, the rest compared here"
)


def _searched(
    field: FilterField,
    *,
    whole: Callable[[Any], Arguments | None],
    several: Callable[[Any], Arguments | None],
) -> tuple[Pushdown, ...]:
    renders = {
        Operator.EQ: whole,
        Operator.IN: several,
        Operator.CONTAINS: _text,
        Operator.STARTS_WITH: _text,
    }
    return tuple(
        Pushdown(field=field, operator=operator, grade=Grade.LIKELY, render=render, note=_FOLDING)
        for operator, render in renders.items()
    )


_BILLING: Final = (
    "billing_name",
    "billing_address",
    "billing_number",
    "billing_floor",
    "billing_locality",
    "billing_zipcode",
    "billing_city",
    "billing_province",
    "billing_country",
    "billing_phone",
)

_FIELDS: Final = {
    Field.NAME: ("name",),
    Field.EMAIL: ("email",),
    Field.PHONE: ("phone",),
    Field.TAX_IDS: ("identification",),
    Field.NOTE: ("note",),
    Field.ACCOUNT_STATE: ("active",),
    Field.ACCEPTS_MARKETING: ("accepts_marketing",),
    Field.TOTAL_SPENT: ("total_spent", "total_spent_currency"),
    Field.LAST_ORDER_ID: ("last_order_id",),
    Field.ADDRESSES: ("addresses", *_BILLING),
    Field.CUSTOM_FIELDS: ("extra",),
    Field.CREATED_AT: ("created_at",),
    Field.UPDATED_AT: ("updated_at",),
}

TABLE: Final = CapabilityTable(
    fields=_FIELDS,
    # Free in the same answer, and what every merged list needs.
    always=("id", "email", "created_at", "updated_at"),
    listed=frozenset(_FIELDS),
    untold=frozenset({FilterField.PROVINCE_CODE}),
    numeric_ids=True,
    page_size=PAGE_SIZE,
    rate=Rate(calls=40, seconds=20.0),
    paging=(Paging.PAGE_NUMBER, Paging.SINCE_ID),
    pushdowns=(
        Pushdown(
            field=FilterField.SEARCH,
            operator=Operator.MATCHES,
            grade=Grade.LIKELY,
            render=_words,
            note=_NO_PHONE,
        ),
        *_searched(FilterField.NAME, whole=_text, several=_one),
        *_searched(FilterField.EMAIL, whole=_address, several=_addresses),
        *_searched(FilterField.TAX_ID, whole=_text, several=_one),
    ),
    ranges={FilterField.CREATED_AT: _range("created_at"), FilterField.UPDATED_AT: _range("updated_at")},
    countable=None,
    notes={
        "filter.phone": "the vendor's search does not look at phones",
        "acceptsMarketing": "read-only at the vendor, and absent in older versions",
        "ordersCount": "the customer does not carry it",
        "hasOrders": "by the last order's id",
        "customers": "walked by since_id, whose ascending order is assumed",
    },
)
"""Tiendanube's capability table."""
