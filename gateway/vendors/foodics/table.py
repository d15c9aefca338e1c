"""What Foodics' customer list can do, each claim with what it rests on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

from gateway.capabilities import (
    Arguments,
    CapabilityTable,
    Grade,
    NativeOrder,
    Paging,
    Pushdown,
    Range,
    Rate,
)
from gateway.customer import Field
from gateway.query import FilterField, Operator, OrderField, Trait, digits

PAGE_SIZE = 50
"""Fixed by the vendor; no parameter changes it (recordings of its answers, 2024)."""

UPDATED_AFTER = "filter[updated_after]"

_LONG_DIAL_CODES = frozenset(
    str(code)
    for codes in (
        (20, 27, *range(30, 35), 36, 39),
        (40, 41, *range(43, 50), *range(51, 59)),
        (*range(60, 67), 81, 82, 84, 86, *range(90, 96), 98),
    )
    for code in codes
)
"""Country calling codes of two digits (ITU-T E.164); 1 and 7 have one, all others three."""


def _flag(name: str) -> Callable[[Any], Arguments]:
    """Booleans as 1 and 0: every PHP reading of them is the same, while the text "false" counts as true in some."""
    return lambda value: {f"filter[{name}]": int(value)}


def _deleted(value: bool) -> Arguments | None:  # noqa: FBT001  # an operand
    return {"filter[is_deleted]": 1} if value else None


def _undeleted(value: bool) -> Arguments | None:  # noqa: FBT001  # an operand
    return None if value else {"filter[is_deleted]": 0}


def _identifier(value: str) -> Arguments | None:
    return None if "," in value else {"filter[id]": value}


def _identifiers(values: tuple[str, ...]) -> Arguments | None:
    if not values or len(values) > PAGE_SIZE or any("," in value for value in values):
        return None
    return {"filter[id]": ",".join(values)}


def _trimmed(name: str) -> Callable[[str], Arguments | None]:
    """An empty filter would be no filter, and a list at a comma in some readings."""
    return lambda value: {f"filter[{name}]": value.strip()} if value.strip() and "," not in value else None


def _dial_code(number: str) -> str:
    if number[0] in "17":
        return number[0]
    length = 2 if number[:2] in _LONG_DIAL_CODES else 3
    return number[:length]


def _whole_phone(value: str) -> Arguments | None:
    """The national digits: the list keeps the dial code in a field of its own."""
    number = digits(value)
    national = number[len(_dial_code(number)) :] if number else ""
    return {"filter[phone]": national} if national else None


def _phone_prefix(value: str) -> Arguments | None:
    number = digits(value)
    code = _dial_code(number) if number else ""
    return {"filter[dial_code]": code} if len(number) >= 3 else None


def _has(trait: str) -> Arguments | None:
    known: dict[str, Arguments] = {
        Trait.EMAIL: {"filter[has_email]": 1},
        Trait.LAST_ORDER: {"filter[has_orders]": 1},
    }
    return known.get(trait)


def _lacks(trait: str) -> Arguments | None:
    return {"filter[has_email]": 0} if trait == Trait.EMAIL else None


def _updated(low: datetime | None, high: datetime | None, zone: tzinfo | None) -> Arguments:  # noqa: ARG001
    """A second early, since whether "after" includes the second itself is not documented. There is no upper bound."""
    if low is None:
        return {}
    bound = low.astimezone(UTC) - timedelta(seconds=1)
    return {UPDATED_AFTER: bound.strftime("%Y-%m-%d %H:%M:%S")}


def _likely(
    field: FilterField, operator: Operator, render: Callable[[Any], Arguments | None], note: str
) -> Pushdown:
    return Pushdown(field=field, operator=operator, grade=Grade.LIKELY, render=render, note=note)


def _sure(field: FilterField, name: str, grade: Grade = Grade.EXACT) -> Pushdown:
    return Pushdown(field=field, operator=Operator.EQ, grade=grade, render=_flag(name))


_MATCHING = "whether the text has to be equal or contained, and how it folds, is not documented"

_FIELDS = {
    Field.NAME: ("name",),
    Field.EMAIL: ("email",),
    Field.PHONE: ("dial_code", "phone"),
    Field.GENDER: ("gender",),
    Field.BIRTH_DATE: ("birth_date",),
    Field.NOTE: ("notes",),
    Field.IS_BLACKLISTED: ("is_blacklisted",),
    Field.ORDERS_COUNT: ("order_count",),
    Field.LAST_ORDER_AT: ("last_order_at",),
    Field.HOUSE_ACCOUNT: ("is_house_account_enabled", "house_account_limit", "house_account_balance"),
    Field.LOYALTY: ("is_loyalty_enabled", "loyalty_balance"),
    Field.ADDRESSES: ("addresses", "addresses.delivery_zone"),
    Field.TAGS: ("tags",),
    Field.CREATED_AT: ("created_at",),
    Field.UPDATED_AT: ("updated_at",),
    Field.DELETED_AT: ("deleted_at",),
}

TABLE = CapabilityTable(
    fields=_FIELDS,
    listed=frozenset(_FIELDS),
    untold=frozenset({FilterField.COUNTRY_CODE, FilterField.PROVINCE_CODE, FilterField.CITY}),
    numeric_ids=False,
    page_size=PAGE_SIZE,
    batch_size=PAGE_SIZE,
    rate=Rate(calls=90, seconds=60.0),
    paging=(Paging.PAGE_NUMBER,),
    pushdowns=(
        Pushdown(
            field=FilterField.VENDOR_ID,
            operator=Operator.EQ,
            grade=Grade.SUPERSET,
            render=_identifier,
            note="may be passed over, as it is for orders",
        ),
        _likely(FilterField.VENDOR_ID, Operator.IN, _identifiers, "a list of ids is not verified"),
        _likely(FilterField.NAME, Operator.EQ, _trimmed("name"), _MATCHING),
        _likely(FilterField.EMAIL, Operator.EQ, _trimmed("email"), _MATCHING),
        _likely(FilterField.PHONE, Operator.EQ, _whole_phone, _MATCHING),
        _likely(FilterField.PHONE, Operator.STARTS_WITH, _phone_prefix, "by dial code alone"),
        _sure(FilterField.IS_BLACKLISTED, "is_blacklisted"),
        _sure(FilterField.HAS_HOUSE_ACCOUNT, "is_house_account_enabled"),
        _sure(FilterField.HAS_LOYALTY, "is_loyalty_enabled"),
        _sure(FilterField.HAS_ORDERS, "has_orders", Grade.SUPERSET),
        Pushdown(field=FilterField.IS_DELETED, operator=Operator.EQ, grade=Grade.EXACT, render=_undeleted),
        Pushdown(
            field=FilterField.IS_DELETED,
            operator=Operator.EQ,
            grade=Grade.SUPERSET,
            render=_deleted,
            note="whether the others are listed with them is not documented",
        ),
        Pushdown(field=FilterField.HAS, operator=Operator.EQ, grade=Grade.SUPERSET, render=_has),
        _likely(
            FilterField.LACKS, Operator.EQ, _lacks, "whether an empty e-mail counts as none is not documented"
        ),
    ),
    ranges={FilterField.UPDATED_AT: Range(render=_updated)},
    orders={
        OrderField.CREATED_AT: NativeOrder(
            ascending={"sort": "created_at"}, descending={"sort": "-created_at"}
        ),
        OrderField.UPDATED_AT: NativeOrder(
            ascending={"sort": "updated_at"}, descending={"sort": "-updated_at"}
        ),
    },
    countable=None,
    lists_tags=True,
    notes={
        "filter.name": "equality only: whether a part of a name is found is not documented",
        "filter.tags": "the vendor filters by tag id, not by name",
        "filter.updatedAt": "a lower bound only",
        "filter.createdAt": "by whole days only, hence left to the order by creation",
        "order.lastOrderAt": "sortable, but where unknown times stand is not documented",
        "order.ordersCount": "sortable, but where unknown counts stand is not documented",
        "houseAccount": "limit and balance need the scope customers.accounts.read",
        "loyalty": "the balance needs the scope customers.loyalty.read",
        "isDeleted": "deleted customers are listed only where a filter asks for them",
    },
)
"""Foodics' capability table."""
