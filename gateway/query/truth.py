"""What a condition means on one record: true, false, or unknown (None), as in SQL. Only true matches.

A comparison with an unknown value is unknown. A scalar that a record lacks is unknown; a list is unknown
where it is None, and where it is known the comparison is true when an element satisfies it, else false, an
empty list included.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any, TypeAlias, cast

import msgspec

from gateway.customer import CustomerRecord, Field, Money, Profile
from gateway.query.condition import (
    TRAIT_FIELDS,
    And,
    Comparison,
    Condition,
    FilterField,
    Not,
    Operator,
    Or,
    Trait,
)
from gateway.query.email import match_key
from gateway.query.text import fold, phone_key

Truth: TypeAlias = bool | None


class Reach(msgspec.Struct, frozen=True, kw_only=True):
    """How far a vendor's records can answer at all."""

    known: frozenset[Field]
    """The unified fields that the vendor has: only in these is an absent scalar known to be none."""
    searched: frozenset[Field]
    """The searchable fields that the vendor's list rows carry: `SEARCH` looks at no other."""
    untold: frozenset[FilterField] = frozenset()
    """What the vendor's addresses never tell, of COUNTRY_CODE, PROVINCE_CODE and CITY: always unknown."""


class _Case(msgspec.Struct, frozen=True):
    record: CustomerRecord
    reach: Reach
    merged: Profile | None


def matches(
    condition: Condition, record: CustomerRecord, reach: Reach, merged: Profile | None = None
) -> Truth:
    """Whether the record satisfies the condition; it has to bring `fields_of(condition)`.

    `merged` is what the whole customer says, and matters to consent alone: a record that accepts marketing is
    not listed as accepting where the customer's merged value is a refusal, nor one that is not blacklisted as
    clean where another record is. None: the record speaks for itself. Deleted records are told from others by
    `without_deleted` alone.
    """
    return _truth(condition, _Case(record, reach, merged))


def _truth(condition: Condition, case: _Case) -> Truth:
    match condition:
        case Comparison(field=field):
            return _SPECIAL.get(field, _compared)(condition, case)
        case And(parts):
            return _every(_truth(part, case) for part in parts)
        case Or(parts):
            return _opposite(_every(_opposite(_truth(part, case)) for part in parts))
        case Not(inner):
            return _opposite(_truth(inner, case))


def _every(truths: Iterable[Truth]) -> Truth:
    result: Truth = True
    for truth in truths:
        if truth is False:
            return False
        if truth is None:
            result = None
    return result


def _opposite(truth: Truth) -> Truth:
    return None if truth is None else not truth


def _compared(comparison: Comparison, case: _Case) -> Truth:
    elements = _elements(comparison.field, case)
    if elements is None:
        return None
    holds = _HOLDS[comparison.operator]
    key = comparison_key(comparison)
    operand = comparison.value
    wanted = frozenset(map(key, operand)) if isinstance(operand, tuple) else key(operand)
    return any(holds(key(element), wanted) for element in elements)


def _elements(field: FilterField, case: _Case) -> Iterable[Any] | None:
    """The record's values for the field, None where they are unknown."""
    if field in case.reach.untold:
        return None
    read = _LISTS.get(field)
    if read is not None:
        return read(case.record)
    value = getattr(case.record, field)
    return None if value is None else (value,)


def _address_part(part: str) -> Callable[[CustomerRecord], Iterable[str] | None]:
    def read(record: CustomerRecord) -> Iterable[str] | None:
        if record.addresses is None:
            return None
        parts = (getattr(address, part) for address in record.addresses)
        return [text for text in parts if text is not None]

    return read


def _amounts(money: tuple[Money, ...] | None) -> Iterable[Decimal] | None:
    return None if money is None else [part.amount for part in money]


def _switch(holder: object | None) -> Iterable[bool] | None:
    enabled: bool | None = getattr(holder, "is_enabled", None)
    return None if enabled is None else (enabled,)


_LISTS: Mapping[FilterField, Callable[[CustomerRecord], Iterable[Any] | None]] = {
    FilterField.TAX_ID: lambda record: (
        None if record.tax_ids is None else [tax.value for tax in record.tax_ids]
    ),
    FilterField.COUNTRY_CODE: _address_part("country_code"),
    FilterField.PROVINCE_CODE: _address_part("province_code"),
    FilterField.CITY: _address_part("city"),
    FilterField.TOTAL_SPENT: lambda record: _amounts(record.total_spent),
    FilterField.STORE_CREDIT: lambda record: _amounts(record.store_credit),
    FilterField.HAS_HOUSE_ACCOUNT: lambda record: _switch(record.house_account),
    FilterField.HAS_LOYALTY: lambda record: _switch(record.loyalty),
}

_AS_WRITTEN = frozenset({FilterField.SOURCE_NAME, FilterField.VENDOR_ID, FilterField.ACCOUNT_STATE})


def comparison_key(comparison: Comparison) -> Callable[[Any], Any]:
    """What both sides of a comparison are turned into before they are compared.

    Numbers, times, switches, ids and states stay; e-mails become match keys for equality, phones their
    digits, and every other text is folded.
    """
    field, is_equality = comparison.field, comparison.operator in (Operator.EQ, Operator.IN)
    if field is FilterField.EMAIL and is_equality:
        return match_key
    if field is FilterField.PHONE:
        return phone_key
    return _unchanged if field in _AS_WRITTEN else _folded


def _unchanged(value: Any) -> Any:  # noqa: ANN401  # any value of a record
    return value


def _folded(value: Any) -> Any:  # noqa: ANN401  # any value of a record
    return fold(value) if isinstance(value, str) else value


BOUNDS: Mapping[Operator, Callable[[Any, Any], bool]] = {
    Operator.GT: operator.gt,
    Operator.GTE: operator.ge,
    Operator.LT: operator.lt,
    Operator.LTE: operator.le,
}
"""What a bound says of a value, given the value first."""

_HOLDS: Mapping[Operator, Callable[[Any, Any], bool]] = {
    **BOUNDS,
    Operator.EQ: operator.eq,
    Operator.IN: lambda value, wanted: value in wanted,
    Operator.CONTAINS: lambda value, wanted: wanted in value,
    Operator.STARTS_WITH: lambda value, wanted: value.startswith(wanted),
}


def _named(comparison: Comparison, case: _Case) -> Truth:
    """Tags and groups by folded names: any of none is nothing, all and none of none everything known."""
    held = getattr(case.record, comparison.field)
    if held is None:
        return None
    names = {fold(element.name) for element in held if element.name is not None}
    wanted = {fold(name) for name in cast("tuple[str, ...]", comparison.value)}
    if comparison.operator is Operator.ALL:
        return wanted <= names
    return wanted.isdisjoint(names) == (comparison.operator is Operator.NONE)


def _searched(comparison: Comparison, case: _Case) -> Truth:
    """Every blank-separated word occurs, folded, in some text; phones count as written, as vendors search."""
    texts = [fold(text) for text in _texts(case)]
    return all(any(word in text for text in texts) for word in fold(str(comparison.value)).split())


def _texts(case: _Case) -> Iterable[str]:
    for field in case.reach.searched:
        value = getattr(case.record, field)
        if field is Field.TAX_IDS:
            yield from (tax.value for tax in value or ())
        elif value is not None:
            yield value


_LIST_FIELDS = frozenset({Field.TAX_IDS, Field.ADDRESSES, Field.TAGS, Field.GROUPS})


def _has(comparison: Comparison, case: _Case) -> Truth:
    """No value is a lack only where the vendor has the field, and for a list has answered."""
    fields = TRAIT_FIELDS[Trait(str(comparison.value))]
    if any(getattr(case.record, field) for field in fields):
        return True
    told = fields & case.reach.known
    unanswered = any(getattr(case.record, field) is None for field in told & _LIST_FIELDS)
    return None if unanswered or not told else False


def _lacks(comparison: Comparison, case: _Case) -> Truth:
    return _opposite(_has(comparison, case))


_LAST_ORDER = Comparison(FilterField.HAS, Operator.EQ, Trait.LAST_ORDER)


def _has_orders(comparison: Comparison, case: _Case) -> Truth:
    """By the number of orders, and where that is unknown by whether a last one is known."""
    count = case.record.orders_count
    ordered = _has(_LAST_ORDER, case) if count is None else count > 0
    return None if ordered is None else ordered is comparison.value


def _is_deleted(comparison: Comparison, case: _Case) -> Truth:
    """A vendor without deletion has no deleted record: never unknown."""
    return (case.record.deleted_at is not None) is comparison.value


_REFUSAL: Mapping[FilterField, bool] = {
    FilterField.ACCEPTS_MARKETING: False,
    FilterField.IS_BLACKLISTED: True,
}


def _consented(comparison: Comparison, case: _Case) -> Truth:
    """One refusal anywhere spoils the others' consent: asked for, it is false; under a not, it is unknown."""
    value, refusal = getattr(case.record, comparison.field), _REFUSAL[comparison.field]
    if value is None:
        return None
    is_spoilt = case.merged is not None and getattr(case.merged, comparison.field) is refusal
    if is_spoilt and value is not refusal:
        return None if comparison.value is refusal else False
    return bool(value is comparison.value)


_SPECIAL: Mapping[FilterField, Callable[[Comparison, _Case], Truth]] = {
    FilterField.SEARCH: _searched,
    FilterField.TAGS: _named,
    FilterField.GROUPS: _named,
    FilterField.HAS: _has,
    FilterField.LACKS: _lacks,
    FilterField.HAS_ORDERS: _has_orders,
    FilterField.IS_DELETED: _is_deleted,
    FilterField.ACCEPTS_MARKETING: _consented,
    FilterField.IS_BLACKLISTED: _consented,
}
