"""Spiffy's search language: conditions as terms of its `query` parameter."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any

from gateway.capabilities import Arguments
from gateway.customer import AccountState
from gateway.query import Operator
from gateway.vendors.spiffy.country import country_name

QUERY = "query"

_SIGNS = frozenset('":\\()*')
_JOINING = frozenset({"AND", "OR", "NOT"})


def words(text: str) -> str:
    """Free words of a search that can be nothing else.

    Quotes, colons and leading signs have a meaning in the search language and no documented escape, so they become
    blanks: the words that stay occur in whatever held the whole text. So do brackets, wildcards and the words that
    join conditions elsewhere: the document does not know them, which is no promise that the search does not.
    """
    bare = "".join(" " if letter in _SIGNS or not letter.isprintable() else letter for letter in text)
    stripped = (word.lstrip("-+<>") for word in bare.split())
    return " ".join(word for word in stripped if word and word not in _JOINING)


def _query(text: str) -> Arguments | None:
    return {QUERY: text} if text else None


def free(text: str) -> Arguments | None:
    """All of its words; None where nothing stays that can be searched for."""
    return _query(words(text))


def searched(text: str) -> Arguments | None:
    """The longest word alone: how several are joined is not documented. Digits may be a phone: not searched."""
    lettered = [word for word in words(text).split() if any(letter.isalpha() for letter in word)]
    return _query(max(lettered, key=len, default=""))


def state(value: str) -> Arguments | None:
    """An account state, by our name of it."""
    return _query(f"state:{value.lower()}")


def states(values: tuple[str, ...]) -> Arguments | None:
    """Several are said by negating the others: should the vendor heed only some of the terms, too much comes."""
    if len(values) == 1:
        return state(values[0])
    others = [other.lower() for other in AccountState if other not in values]
    return _query(" ".join(f"-state:{other}" for other in others)) if values else None


def ordered(value: bool) -> Arguments | None:  # noqa: FBT001  # an operand, not a switch
    """Whether there is an order."""
    return _query("orders_count:>0" if value else "orders_count:0")


def country(code: str) -> Arguments | None:
    """A country by its English name; None where that name has more than one usual spelling."""
    name = country_name(code)
    if name is None:
        return None
    return _query(f'country:"{name}"' if " " in name else f"country:{name}")


def _floor(value: Decimal | int) -> int:
    return int(Decimal(value).to_integral_value(ROUND_FLOOR))


def _ceiling(value: Decimal | int) -> int:
    return int(Decimal(value).to_integral_value(ROUND_CEILING))


def _above(name: str, bound: int) -> Arguments | None:
    """Signs are not documented in numbers, so a negative bound is not said."""
    return _query(f"{name}:>{bound}") if bound >= 0 else None


def _below(name: str, bound: int) -> Arguments | None:
    return _query(f"{name}:<{bound}") if bound >= 0 else None


def _equal(name: str, value: Decimal | int) -> Arguments | None:
    if value < 0:
        return None
    whole = _floor(value)
    return _query(f"{name}:{whole}") if whole == value else _above(name, whole)


_COMPARED: Mapping[Operator, Callable[[str, Any], Arguments | None]] = {
    Operator.EQ: _equal,
    Operator.GT: lambda name, value: _above(name, _floor(value)),
    Operator.GTE: lambda name, value: _above(name, _ceiling(value) - 1),
    Operator.LT: lambda name, value: _below(name, _ceiling(value)),
    Operator.LTE: lambda name, value: _below(name, _floor(value) + 1),
}
"""The search has n, >n and <n, both strict, and only whole numbers in its samples: bounds are rounded outwards."""

NUMBER_OPERATORS = tuple(_COMPARED)


def number(name: str, operator: Operator) -> Callable[[Any], Arguments | None]:
    """How a comparison of the numeric filter `name` is said."""
    return lambda value: _COMPARED[operator](name, value)
