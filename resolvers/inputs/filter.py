"""A filter as the domain's condition: every operator a comparison, explicit nulls and oversize refused by path."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import strawberry
from strawberry.types.base import get_object_definition

from gateway.errors import InvalidInput
from gateway.query import (
    TRUE,
    Comparison,
    Condition,
    FilterField,
    Operator,
    Order,
    conjunction,
    disjunction,
    has,
    lacks,
    negation,
)
from gateway.spelling import camel
from resolvers.inputs.query import CustomerFilter, CustomerOrder

DEEPEST = 10
MOST_NODES = 200
LONGEST_LIST = 1000
LONGEST_TEXT = 1024


def order_of(given: CustomerOrder | None) -> Order:
    """The order meant; null means the default."""
    return Order() if given is None else Order(given.field, given.direction)


def condition_of(given: CustomerFilter | None) -> Condition:
    """The condition meant; null means everybody. Raises `InvalidInput` that names the path of what is wrong."""
    return TRUE if given is None else _Reading().filter(given, "filter", 1)


class _Reading:
    """One filter being read: counts its nodes, so that nobody asks for a condition without end."""

    def __init__(self) -> None:
        self._nodes = 0

    def filter(self, given: CustomerFilter, path: str, depth: int) -> Condition:
        self._nodes += 1
        if depth > DEEPEST:
            raise InvalidInput(f"`{path}` is nested more than {DEEPEST} filters deep.")
        if self._nodes > MOST_NODES:
            raise InvalidInput(f"`filter` consists of more than {MOST_NODES} filters.")
        parts = [
            self._field(name, value, f"{path}.{spelling}", depth)
            for name, spelling, value in given_fields(given, path)
        ]
        return conjunction(*parts)

    def _field(self, name: str, value: Any, path: str, depth: int) -> Condition:  # noqa: ANN401
        match name:
            case "not_":
                return negation(self.filter(value, path, depth + 1))
            case "and_" | "or_":
                parts = [self.filter(part, f"{path}[{at}]", depth + 1) for at, part in enumerate(value)]
                return conjunction(*parts) if name == "and_" else disjunction(*parts)
            case "has":
                return has(*value)
            case "lacks":
                return lacks(*value)
            case _:
                return conjunction(*_comparisons(FilterField(name), value, path))


def _comparisons(field: FilterField, value: Any, path: str) -> Iterator[Comparison]:  # noqa: ANN401
    if isinstance(value, bool):
        yield Comparison(field, Operator.EQ, value)
    elif isinstance(value, str):
        yield Comparison(field, Operator.MATCHES, operand(value, path))
    else:
        yield from comparisons_of(field, value, path)


def comparisons_of(field: FilterField, operators: object, path: str) -> Iterator[Comparison]:
    """A comparison for each operator that is given; none is no condition."""
    for name, spelling, value in given_fields(operators, path):
        yield Comparison(field, Operator(name.rstrip("_")), operand(value, f"{path}.{spelling}"))


def given_fields(given: object, path: str) -> Iterator[tuple[str, str, Any]]:
    """Name, name in the API and value of each field that is given; an explicit null is refused."""
    definition = get_object_definition(given, strict=True)
    for field in definition.fields:
        value = getattr(given, field.python_name)
        if value is strawberry.UNSET:
            continue
        spelling = camel(field.python_name.rstrip("_"))
        if value is None:
            raise InvalidInput(f"`{path}.{spelling}` is null; leave it out, or give it a value.")
        yield field.python_name, spelling, value


def operand(value: Any, path: str) -> Any:  # noqa: ANN401  # one of the operands, whichever the field has
    """The value as an operand; raises `InvalidInput` for texts and lists that no vendor could be asked about."""
    if isinstance(value, list):
        if len(value) > LONGEST_LIST:
            raise InvalidInput(f"`{path}` takes at most {LONGEST_LIST} values, not {len(value)}.")
        return tuple(operand(item, f"{path}[{at}]") for at, item in enumerate(value))
    if isinstance(value, str):
        _check_text(value, path)
    return value


def _check_text(value: str, path: str) -> None:
    if len(value) > LONGEST_TEXT:
        raise InvalidInput(f"`{path}` is longer than {LONGEST_TEXT} characters.")
    if "\0" in value:
        raise InvalidInput(f"`{path}` holds the character NUL.")
    if any("\ud800" <= letter <= "\udfff" for letter in value):
        raise InvalidInput(f"`{path}` holds half a character (a lone surrogate).")
