"""Random filters, their operands mostly taken from the records that they are to find."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from gateway.customer import AccountState, CustomerRecord
from gateway.query import (
    OPERATORS,
    And,
    Comparison,
    Condition,
    FilterField,
    Not,
    Operator,
    Or,
    Trait,
)

Read = Callable[[CustomerRecord, Random], Any]

_SEVERAL = frozenset({Operator.IN, Operator.ANY, Operator.ALL, Operator.NONE})
_PIECES = frozenset({Operator.CONTAINS, Operator.STARTS_WITH, Operator.MATCHES})
_NOBODY = datetime(2026, 1, 1, tzinfo=UTC)
_SHIFTS = (timedelta(0), timedelta(seconds=1), timedelta(days=-40), timedelta(days=300))


def _text(name: str) -> Read:
    return lambda record, random: getattr(record, name) or random.choice(["garcia", "é", "1"])


def _part(name: str, otherwise: str) -> Read:
    def read(record: CustomerRecord, random: Random) -> str:
        parts = [part for address in record.addresses or () if (part := getattr(address, name))]
        return random.choice(parts) if parts else otherwise

    return read


def _named(name: str) -> Read:
    def read(record: CustomerRecord, random: Random) -> str:
        names = [one.name for one in getattr(record, name) or () if one.name]
        return random.choice(names) if names else "b2b"

    return read


def _amount(name: str) -> Read:
    def read(record: CustomerRecord, random: Random) -> Decimal:
        money = getattr(record, name)
        return money[0].amount if money else Decimal(random.randint(0, 500))

    return read


def _time(name: str) -> Read:
    return lambda record, random: (
        (getattr(record, name) or record.created_at or _NOBODY) + random.choice(_SHIFTS)
    )


def _tax_id(record: CustomerRecord, random: Random) -> str:
    return random.choice(record.tax_ids).value if record.tax_ids else "1"


def _searched(record: CustomerRecord, random: Random) -> str:
    words = [word for text in (record.name, record.email, record.company) if text for word in text.split()]
    return " ".join(random.sample(words, min(len(words), random.randint(1, 2)))) or "maria"


def _any(*values: Any) -> Read:
    return lambda _, random: random.choice(values)


_READ: Mapping[FilterField, Read] = {
    **dict.fromkeys(FilterField, _any(True, False)),
    FilterField.SOURCE_NAME: lambda record, _: record.source_name,
    FilterField.VENDOR_ID: lambda record, _: record.vendor_id,
    FilterField.SEARCH: _searched,
    FilterField.NAME: _text("name"),
    FilterField.EMAIL: _text("email"),
    FilterField.PHONE: _text("phone"),
    FilterField.COMPANY: _text("company"),
    FilterField.CODE: _text("code"),
    FilterField.TAX_ID: _tax_id,
    FilterField.TAGS: _named("tags"),
    FilterField.GROUPS: _named("groups"),
    FilterField.CITY: _part("city", "Roma"),
    FilterField.COUNTRY_CODE: _part("country_code", "IT"),
    FilterField.PROVINCE_CODE: _part("province_code", "RM"),
    FilterField.ACCOUNT_STATE: _any(*AccountState),
    FilterField.HAS: _any(*Trait),
    FilterField.LACKS: _any(*Trait),
    FilterField.ORDERS_COUNT: lambda record, random: record.orders_count or random.randint(0, 3),
    FilterField.TOTAL_SPENT: _amount("total_spent"),
    FilterField.STORE_CREDIT: _amount("store_credit"),
    FilterField.CREATED_AT: _time("created_at"),
    FilterField.UPDATED_AT: _time("updated_at"),
    FilterField.LAST_ORDER_AT: _time("last_order_at"),
}


def condition(records: Sequence[CustomerRecord], random: Random, depth: int = 3) -> Condition:
    """A filter up to a few levels deep; half of them are one comparison."""
    kind = random.random() if depth else 0.0
    if kind < 0.5:
        return comparison(records, random)
    if kind < 0.6:
        return Not(condition(records, random, depth - 1))
    parts = tuple(condition(records, random, depth - 1) for _ in range(random.randint(1, 3)))
    return And(parts) if kind < 0.8 else Or(parts)


def comparison(records: Sequence[CustomerRecord], random: Random) -> Comparison:
    """One comparison of any field with any of its operators."""
    field = random.choice(list(FilterField))
    operator = random.choice(sorted(OPERATORS[field]))
    if operator in _SEVERAL:
        count = random.randint(0, 3)
        return Comparison(
            field, operator, tuple(_operand(field, operator, records, random) for _ in range(count))
        )
    return Comparison(field, operator, _operand(field, operator, records, random))


def _operand(
    field: FilterField, operator: Operator, records: Sequence[CustomerRecord], random: Random
) -> Any:
    value = _READ[field](random.choice(records), random)
    if type(value) is not str or field in {FilterField.SOURCE_NAME, FilterField.VENDOR_ID}:
        return value
    if operator in _PIECES and field is not FilterField.SEARCH:
        begin = 0 if operator is Operator.STARTS_WITH else random.randrange(len(value))
        value = value[begin : begin + random.randint(1, 8)]
    return random.choice([value, value, value.upper(), value.lower()])
