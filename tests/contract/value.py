"""Operands to try a filter with: the values that records hold, others near them, and awkward ones."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import chain
from typing import TypeAlias

from gateway.customer import AccountState, CustomerRecord, Money
from gateway.query import FilterField, Operand, Operator, Trait, fold

Texts: TypeAlias = Callable[[CustomerRecord], Iterable[str | None]]

SAMPLED = 12
"""Records whose values are tried for one comparison."""

AWKWARD = (
    "",
    " ",
    "%",
    "_",
    "*",
    "'",
    '"',
    "\\",
    "O'Hara",
    'a"b" c',
    "a,b",
    "name:a",
    "-a",
    ">1",
    "+39",
    "&q=a",
    "é",
    "ß",
    "İ",
    "ﬁ",
    "日本",
    "a\u0301",
    "a b  c",
    "tab\tin",
    "nobody at all",
    "x" * 300,
)
"""Texts that mean something to search languages, to folding or to the wire, or that nobody has."""

UNKNOWN_IDS = (
    "0",
    "7",
    "999999999",
    "99999999999999999999",
    "-1",
    "1.5",
    "nobody",
    "",
    " ",
    "a,b",
    "a/b",
    "٣",
    "é",
)


def _addresses(part: str) -> Texts:
    return lambda record: (getattr(address, part) for address in record.addresses or ())


def _one(name: str) -> Texts:
    return lambda record: (getattr(record, name),)


_TEXTS: Mapping[FilterField, Texts] = {
    FilterField.VENDOR_ID: _one("vendor_id"),
    FilterField.NAME: _one("name"),
    FilterField.EMAIL: _one("email"),
    FilterField.PHONE: _one("phone"),
    FilterField.COMPANY: _one("company"),
    FilterField.CODE: _one("code"),
    FilterField.TAX_ID: lambda record: (tax.value for tax in record.tax_ids or ()),
    FilterField.TAGS: lambda record: (tag.name for tag in record.tags or ()),
    FilterField.GROUPS: lambda record: (group.name for group in record.groups or ()),
    FilterField.CITY: _addresses("city"),
    FilterField.COUNTRY_CODE: _addresses("country_code"),
    FilterField.PROVINCE_CODE: _addresses("province_code"),
    FilterField.SEARCH: lambda record: (record.name, record.email, record.company, record.code, record.phone),
}

_NUMBERS: Mapping[FilterField, Callable[[CustomerRecord], Iterable[Decimal | int]]] = {
    FilterField.ORDERS_COUNT: lambda record: () if record.orders_count is None else (record.orders_count,),
    FilterField.TOTAL_SPENT: lambda record: _amounts(record.total_spent),
    FilterField.STORE_CREDIT: lambda record: _amounts(record.store_credit),
}


def _amounts(money: Sequence[Money] | None) -> Iterable[Decimal]:
    return (part.amount for part in money or ())


def operands(field: FilterField, operator: Operator, records: Sequence[CustomerRecord]) -> list[Operand]:
    """What to compare the field with, each once; the same for the same records."""
    chance = random.Random(f"{field}.{operator}")
    return list(dict.fromkeys(_operands(field, operator, records, chance)))


def _operands(
    field: FilterField, operator: Operator, records: Sequence[CustomerRecord], chance: random.Random
) -> Iterable[Operand]:
    if field is FilterField.ACCOUNT_STATE:
        return _states(operator)
    if field in (FilterField.HAS, FilterField.LACKS):
        return list(Trait)
    if field in _NUMBERS:
        return _near(chain.from_iterable(map(_NUMBERS[field], records)), chance)
    if field in _TEXTS:
        return _texts(field, operator, records, chance)
    return (True, False)


def _states(operator: Operator) -> Iterable[Operand]:
    states = tuple(AccountState)
    if operator is Operator.EQ:
        return states
    pairs = tuple((first, second) for first in states for second in states)
    return ((), states, states[:-1], *((state,) for state in states), *pairs)


def _near(values: Iterable[Decimal | int], chance: random.Random) -> Iterator[Operand]:
    held = sorted(set(values))
    yield from (0, -1, 10**9, Decimal("0.5"), Decimal("-0.01"))
    for value in chance.sample(held, min(SAMPLED, len(held))):
        yield from (value, value + 1, value - 1)
        if isinstance(value, Decimal):
            yield from (value + Decimal("0.01"), value - Decimal("0.01"))


def _texts(
    field: FilterField, operator: Operator, records: Sequence[CustomerRecord], chance: random.Random
) -> Iterator[Operand]:
    held = sorted({text for record in records for text in _TEXTS[field](record) if text is not None})
    # Texts beyond ASCII are few, and where vendors and filters are apart.
    foreign = [text for text in held if not text.isascii()]
    some = [
        *chance.sample(foreign, min(SAMPLED, len(foreign))),
        *chance.sample(held, min(SAMPLED, len(held))),
    ]
    awkward = UNKNOWN_IDS if field is FilterField.VENDOR_ID else AWKWARD
    if operator in (Operator.IN, Operator.ANY, Operator.ALL, Operator.NONE):
        yield from _several(some, held, awkward, chance)
    else:
        yield from awkward
        for text in some:
            yield from _changed(text, operator, chance)


def _several(
    some: Sequence[str], held: Sequence[str], awkward: Sequence[str], chance: random.Random
) -> Iterator[tuple[str, ...]]:
    yield ()
    yield tuple(held)
    yield from ((text,) for text in (*some, *awkward))
    yield from ((text.upper(),) for text in some)
    for size in (2, 3, 50, 60):
        yield tuple(chance.sample(held, min(size, len(held))))
    yield from ((text, chance.choice(awkward)) for text in some)


def _changed(text: str, operator: Operator, chance: random.Random) -> Iterator[str]:
    yield from (text, text.upper(), fold(text))
    middle = len(text) // 2
    if operator is Operator.STARTS_WITH:
        yield from (text[:1], text[:3], text[: middle + 1].upper())
    elif operator is Operator.CONTAINS:
        start = chance.randrange(len(text))
        yield from (text[1:], text[:-1], text[start : start + 3], fold(text)[start:])
    elif operator is Operator.MATCHES:
        words = text.split()
        yield from (" ".join(reversed(words)), text[: middle + 1], words[-1], f"{words[0]} {words[0][:2]}")
    else:
        yield from (f" {text} ", text[:-1], text + "x")
