"""A filter as a value: comparisons under and, or, not. What it means is told in `gateway.query.truth`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import TypeAlias

import msgspec

from gateway.customer import Field


class FilterField(StrEnum):
    """What a filter can speak of."""

    SOURCE_NAME = "source_name"
    VENDOR_ID = "vendor_id"
    SEARCH = "search"
    NAME = "name"
    EMAIL = "email"
    PHONE = "phone"
    COMPANY = "company"
    TAX_ID = "tax_id"
    CODE = "code"
    TAGS = "tags"
    GROUPS = "groups"
    COUNTRY_CODE = "country_code"
    PROVINCE_CODE = "province_code"
    CITY = "city"
    ACCOUNT_STATE = "account_state"
    ACCEPTS_MARKETING = "accepts_marketing"
    IS_BLACKLISTED = "is_blacklisted"
    IS_WHOLESALE = "is_wholesale"
    HAS_HOUSE_ACCOUNT = "has_house_account"
    HAS_LOYALTY = "has_loyalty"
    HAS_ORDERS = "has_orders"
    IS_DELETED = "is_deleted"
    ORDERS_COUNT = "orders_count"
    TOTAL_SPENT = "total_spent"
    STORE_CREDIT = "store_credit"
    CREATED_AT = "created_at"
    UPDATED_AT = "updated_at"
    LAST_ORDER_AT = "last_order_at"
    HAS = "has"
    LACKS = "lacks"


class Operator(StrEnum):
    """How a field is compared with an operand; `OPERATORS` says which go with which field."""

    EQ = "eq"
    IN = "in"
    CONTAINS = "contains"
    STARTS_WITH = "starts_with"
    GT = "gt"
    GTE = "gte"
    LT = "lt"
    LTE = "lte"
    ANY = "any"
    ALL = "all"
    NONE = "none"
    MATCHES = "matches"


class Trait(StrEnum):
    """What a record can have or lack: the operands of `HAS` and `LACKS`."""

    NAME = "name"
    EMAIL = "email"
    PHONE = "phone"
    COMPANY = "company"
    TAX_ID = "tax_id"
    NOTE = "note"
    ADDRESS = "address"
    TAG = "tag"
    GROUP = "group"
    BIRTH_DATE = "birth_date"
    LAST_ORDER = "last_order"


Operand: TypeAlias = str | int | bool | Decimal | datetime | tuple[str, ...]
"""A str also where it is an AccountState or a Trait; a tuple for IN, ANY, ALL and NONE; times are UTC."""


class Comparison(msgspec.Struct, frozen=True):
    """One field compared with one operand, on one record."""

    field: FilterField
    operator: Operator
    value: Operand


class And(msgspec.Struct, frozen=True):
    """True where all are; an empty one is `TRUE`."""

    conditions: tuple[Condition, ...]


class Or(msgspec.Struct, frozen=True):
    """True where one is; an empty one is `FALSE`."""

    conditions: tuple[Condition, ...]


class Not(msgspec.Struct, frozen=True):
    """True where the condition is false; unknown stays unknown."""

    condition: Condition


Condition: TypeAlias = Comparison | And | Or | Not

TRUE = And(())
FALSE = Or(())

_IDENTIFIER = frozenset({Operator.EQ, Operator.IN})
_TEXT = _IDENTIFIER | {Operator.CONTAINS, Operator.STARTS_WITH}
_NAMES = frozenset({Operator.ANY, Operator.ALL, Operator.NONE})
_TIME = frozenset({Operator.GT, Operator.GTE, Operator.LT, Operator.LTE})
_NUMBER = _TIME | {Operator.EQ}
_SWITCH = frozenset({Operator.EQ})

OPERATORS: Mapping[FilterField, frozenset[Operator]] = {
    FilterField.SOURCE_NAME: _IDENTIFIER,
    FilterField.VENDOR_ID: _IDENTIFIER,
    FilterField.SEARCH: frozenset({Operator.MATCHES}),
    FilterField.NAME: _TEXT,
    FilterField.EMAIL: _TEXT,
    FilterField.PHONE: _TEXT,
    FilterField.COMPANY: _TEXT,
    FilterField.TAX_ID: _TEXT,
    FilterField.CODE: _TEXT,
    FilterField.TAGS: _NAMES,
    FilterField.GROUPS: _NAMES,
    FilterField.COUNTRY_CODE: _IDENTIFIER,
    FilterField.PROVINCE_CODE: _IDENTIFIER,
    FilterField.CITY: _TEXT,
    FilterField.ACCOUNT_STATE: _IDENTIFIER,
    FilterField.ACCEPTS_MARKETING: _SWITCH,
    FilterField.IS_BLACKLISTED: _SWITCH,
    FilterField.IS_WHOLESALE: _SWITCH,
    FilterField.HAS_HOUSE_ACCOUNT: _SWITCH,
    FilterField.HAS_LOYALTY: _SWITCH,
    FilterField.HAS_ORDERS: _SWITCH,
    FilterField.IS_DELETED: _SWITCH,
    FilterField.ORDERS_COUNT: _NUMBER,
    FilterField.TOTAL_SPENT: _NUMBER,
    FilterField.STORE_CREDIT: _NUMBER,
    FilterField.CREATED_AT: _TIME,
    FilterField.UPDATED_AT: _TIME,
    FilterField.LAST_ORDER_AT: _TIME,
    FilterField.HAS: _SWITCH,
    FilterField.LACKS: _SWITCH,
}
"""Every comparison that a filter can hold; a capability table names a part of these."""

SEARCHABLE = frozenset({Field.NAME, Field.EMAIL, Field.PHONE, Field.COMPANY, Field.TAX_IDS, Field.CODE})
"""The fields that `SEARCH` looks at, as far as the vendor's list rows carry them."""

TRAIT_FIELDS: Mapping[Trait, frozenset[Field]] = {
    Trait.NAME: frozenset({Field.NAME}),
    Trait.EMAIL: frozenset({Field.EMAIL}),
    Trait.PHONE: frozenset({Field.PHONE}),
    Trait.COMPANY: frozenset({Field.COMPANY}),
    Trait.TAX_ID: frozenset({Field.TAX_IDS}),
    Trait.NOTE: frozenset({Field.NOTE}),
    Trait.ADDRESS: frozenset({Field.ADDRESSES}),
    Trait.TAG: frozenset({Field.TAGS}),
    Trait.GROUP: frozenset({Field.GROUPS}),
    Trait.BIRTH_DATE: frozenset({Field.BIRTH_DATE}),
    Trait.LAST_ORDER: frozenset({Field.LAST_ORDER_ID, Field.LAST_ORDER_AT}),
}
"""Where a trait shows; any one of several fields is enough."""

_EVALUATED: Mapping[FilterField, frozenset[Field]] = {
    FilterField.SOURCE_NAME: frozenset(),
    FilterField.VENDOR_ID: frozenset(),
    FilterField.SEARCH: SEARCHABLE,
    FilterField.TAX_ID: frozenset({Field.TAX_IDS}),
    FilterField.COUNTRY_CODE: frozenset({Field.ADDRESSES}),
    FilterField.PROVINCE_CODE: frozenset({Field.ADDRESSES}),
    FilterField.CITY: frozenset({Field.ADDRESSES}),
    FilterField.HAS_HOUSE_ACCOUNT: frozenset({Field.HOUSE_ACCOUNT}),
    FilterField.HAS_LOYALTY: frozenset({Field.LOYALTY}),
    FilterField.HAS_ORDERS: frozenset({Field.ORDERS_COUNT, Field.LAST_ORDER_ID, Field.LAST_ORDER_AT}),
    FilterField.IS_DELETED: frozenset({Field.DELETED_AT}),
}


def has(*traits: Trait) -> Condition:
    """The record has a known value for each; no trait at all is no condition."""
    return conjunction(*(Comparison(FilterField.HAS, Operator.EQ, trait) for trait in traits))


def lacks(*traits: Trait) -> Condition:
    """The vendor has the field and the record has no value, for each; no trait at all is no condition."""
    return conjunction(*(Comparison(FilterField.LACKS, Operator.EQ, trait) for trait in traits))


def conjunction(*conditions: Condition) -> Condition:
    """All of them, nested ands opened, repetitions dropped; exactly as true, false or unknown as `And`."""
    parts = dict.fromkeys(_opened(And, conditions))
    if FALSE in parts:
        return FALSE
    return next(iter(parts)) if len(parts) == 1 else And(tuple(parts))


def disjunction(*conditions: Condition) -> Condition:
    """Any of them, nested ors opened, repetitions dropped; exactly as true, false or unknown as `Or`."""
    parts = dict.fromkeys(_opened(Or, conditions))
    if TRUE in parts:
        return TRUE
    return next(iter(parts)) if len(parts) == 1 else Or(tuple(parts))


def negation(condition: Condition) -> Condition:
    """The opposite, without a double not; exactly as true, false or unknown as `Not`."""
    if isinstance(condition, Not):
        return condition.condition
    if condition in (TRUE, FALSE):
        return FALSE if condition == TRUE else TRUE
    return Not(condition)


def _opened(kind: type[And | Or], conditions: tuple[Condition, ...]) -> Iterator[Condition]:
    for condition in conditions:
        if isinstance(condition, kind):
            yield from _opened(kind, condition.conditions)
        else:
            yield condition


def comparisons(condition: Condition) -> Iterator[Comparison]:
    """Every comparison in it, in reading order, those under a not included."""
    match condition:
        case Comparison():
            yield condition
        case Not(inner):
            yield from comparisons(inner)
        case And(parts) | Or(parts):
            for part in parts:
                yield from comparisons(part)


def fields_of(condition: Condition) -> frozenset[Field]:
    """The unified fields that a record has to bring for the condition to be evaluated on it."""
    return frozenset().union(*map(_fields_of_comparison, comparisons(condition)))


def _fields_of_comparison(comparison: Comparison) -> frozenset[Field]:
    if comparison.field in (FilterField.HAS, FilterField.LACKS):
        return TRAIT_FIELDS[Trait(str(comparison.value))]
    evaluated = _EVALUATED.get(comparison.field)
    return frozenset({Field(comparison.field)}) if evaluated is None else evaluated


def speaks_of(condition: Condition, field: FilterField) -> bool:
    """Whether the field occurs anywhere in the condition."""
    return any(comparison.field is field for comparison in comparisons(condition))


def without_deleted(condition: Condition) -> Condition:
    """The condition as a query means it: deleted records are out unless it speaks of them itself.

    To be asked before `simplify`, which may drop the very part that speaks of them.
    """
    if speaks_of(condition, FilterField.IS_DELETED):
        return condition
    return conjunction(condition, Comparison(FilterField.IS_DELETED, Operator.EQ, value=False))
