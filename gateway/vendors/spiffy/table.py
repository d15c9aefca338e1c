"""What Spiffy's customer list and search can do, each claim with what it rests on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

from gateway.capabilities import Arguments, CapabilityTable, Grade, Paging, Pushdown, Range, Rate
from gateway.customer import Field
from gateway.query import FilterField, Operator
from gateway.vendors.spiffy.search import (
    NUMBER_OPERATORS,
    country,
    free,
    number,
    ordered,
    searched,
    state,
    states,
)

PAGE_SIZE = 50
"""The documented maximum."""

_MINUTE = timedelta(minutes=1)
_ALMOST_A_MINUTE = timedelta(seconds=59)
_WIDEST_OFFSET = timedelta(hours=14)
"""No zone is further from UTC (Kiritimati, +14:00)."""


def _switch(name: str, on: str, off: str) -> Callable[[bool], Arguments]:
    return lambda value: {name: on if value else off}


def _wall(moment: datetime, zone: tzinfo | None, sign: int) -> datetime:
    """A whole minute on the vendor's clock that is surely beyond the moment, backwards (-1) or forwards (1).

    An hour that a clock change repeats can be read as either instant, so the whole repetition is stepped over.
    """
    shift = _MINUTE + (_WIDEST_OFFSET if zone is None else timedelta())
    minute = moment.astimezone(UTC).replace(second=0, microsecond=0)
    wall = (minute + sign * shift).astimezone(zone or UTC)
    first, second = (wall.replace(fold=fold).utcoffset() or timedelta() for fold in (0, 1))
    beyond = wall.replace(tzinfo=None) + sign * abs(first - second)
    # Local mean times, in use before 1900, have seconds.
    return (beyond + _ALMOST_A_MINUTE if sign > 0 else beyond).replace(second=0)


def _bound(moment: datetime | None, zone: tzinfo | None, sign: int) -> str | None:
    """None leaves the end open, also where it lies outside of the calendar."""
    if moment is None:
        return None
    try:
        return _wall(moment, zone, sign).isoformat(sep=" ", timespec="minutes")
    except OverflowError:
        return None


def _between(name: str) -> Range:
    """Bounds have minutes and no zone; "after" and "before" may leave the minute itself out, so one more is asked."""

    def render(low: datetime | None, high: datetime | None, zone: tzinfo | None) -> Arguments:
        bounds = {f"{name}_min": _bound(low, zone, -1), f"{name}_max": _bound(high, zone, 1)}
        return {name: bound for name, bound in bounds.items() if bound is not None}

    return Range(render=render, step=_MINUTE, is_zone_unknown=True)


def _numbers(field: FilterField, name: str) -> tuple[Pushdown, ...]:
    return tuple(_pushdown(field, operator, number(name, operator)) for operator in NUMBER_OPERATORS)


def _pushdown(
    field: FilterField,
    operator: Operator,
    render: Callable[[Any], Arguments | None],
    grade: Grade = Grade.SUPERSET,
    note: str = "",
) -> Pushdown:
    return Pushdown(field=field, operator=operator, grade=grade, render=render, note=note)


def _likely(field: FilterField, operators: tuple[Operator, ...], note: str) -> tuple[Pushdown, ...]:
    return tuple(_pushdown(field, operator, free, Grade.LIKELY, note) for operator in operators)


_TEXT = (Operator.EQ, Operator.CONTAINS, Operator.STARTS_WITH)
_SEARCHED = "how the text search splits and folds words, and whether it sees parts of them, is not documented"

_FIELDS = {
    Field.NAME: ("name",),
    Field.TITLE: ("title",),
    Field.FIRST_NAME: ("first_name",),
    Field.LAST_NAME: ("last_name",),
    Field.COMPANY: ("company", "default_address"),
    Field.EMAIL: ("email",),
    Field.PHONE: ("default_address",),
    Field.NOTE: ("note",),
    Field.ACCOUNT_STATE: ("state",),
    Field.ACCEPTS_MARKETING: ("accepts_marketing",),
    Field.IS_WHOLESALE: ("wholesale",),
    Field.ORDERS_COUNT: ("orders_count",),
    Field.TOTAL_SPENT: ("total_spent",),
    Field.LAST_ORDER_ID: ("last_order_id",),
    Field.STORE_CREDIT: ("credit",),
    Field.SIGN_IN: (
        "sign_in_count",
        "current_sign_in_at",
        "current_sign_in_ip",
        "last_sign_in_at",
        "last_sign_in_ip",
    ),
    Field.ADDRESSES: ("addresses",),
    Field.TAGS: ("tags",),
    Field.CREATED_AT: ("created_at",),
    Field.UPDATED_AT: ("updated_at",),
}

TABLE = CapabilityTable(
    fields=_FIELDS,
    always=("id", "email", "created_at", "updated_at"),
    listed=frozenset(_FIELDS),
    numeric_ids=True,
    page_size=PAGE_SIZE,
    batch_size=PAGE_SIZE,
    rate=Rate(calls=500, seconds=300.0),
    paging=(Paging.PAGE_NUMBER, Paging.SINCE_ID),
    pushdowns=(
        _pushdown(
            FilterField.ACCEPTS_MARKETING,
            Operator.EQ,
            _switch("marketing_status", "accepts_marketing", "rejects_marketing"),
            Grade.EXACT,
        ),
        _pushdown(
            FilterField.IS_WHOLESALE,
            Operator.EQ,
            _switch("wholesale_status", "wholesale", "retail"),
            note="the document has two spellings of the parameter, and one of them would be passed over",
        ),
        _pushdown(FilterField.ACCOUNT_STATE, Operator.EQ, state),
        _pushdown(FilterField.ACCOUNT_STATE, Operator.IN, states, note="by negating the other states"),
        _pushdown(FilterField.HAS_ORDERS, Operator.EQ, ordered),
        *_numbers(FilterField.ORDERS_COUNT, "orders_count"),
        *_numbers(FilterField.TOTAL_SPENT, "total_spent"),
        *_numbers(FilterField.STORE_CREDIT, "credit"),
        _pushdown(
            FilterField.COUNTRY_CODE,
            Operator.EQ,
            country,
            Grade.LIKELY,
            "by name; how the vendor spells it, and which address it looks at, is not documented",
        ),
        _pushdown(
            FilterField.SEARCH, Operator.MATCHES, searched, Grade.LIKELY, "name, e-mail and location only"
        ),
        *_likely(FilterField.NAME, _TEXT, _SEARCHED),
        *_likely(FilterField.EMAIL, _TEXT, _SEARCHED),
        *_likely(FilterField.CITY, (Operator.EQ,), "what counts as location is not documented"),
    ),
    ranges={FilterField.CREATED_AT: _between("created_at"), FilterField.UPDATED_AT: _between("updated_at")},
    countable=frozenset(
        {
            "since_id",
            "wholesale_status",
            "marketing_status",
            "created_at_min",
            "created_at_max",
            "updated_at_min",
            "updated_at_max",
        }
    ),
    unique_email=True,
    notes={
        "email": "looked up by the text search, which may equate fewer spellings than the gateway does",
        "totalCount": "the vendor counts its list filters, not its search",
        "order.createdAt": "no sort parameter; read by windows of whole minutes in a zone that is not documented",
        "addresses": "any selection of fields drops them, so rows are asked for whole where they are needed",
        "filter.tags": "tags can be read but not searched",
    },
)
"""Spiffy's capability table."""
