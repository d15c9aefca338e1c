"""Filters and orders in words for people, the operands of personal fields masked."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from gateway.explain.mask import MASK, shown
from gateway.query import (
    FALSE,
    TRUE,
    And,
    Comparison,
    Condition,
    FilterField,
    Not,
    Operand,
    Or,
    Order,
)
from gateway.spelling import camel

_CODES = frozenset({FilterField.COUNTRY_CODE, FilterField.PROVINCE_CODE})
_NAMES = frozenset(
    {
        FilterField.SOURCE_NAME,
        FilterField.VENDOR_ID,
        FilterField.ACCOUNT_STATE,
        FilterField.HAS,
        FilterField.LACKS,
    }
)
"""Texts that name no person; all other texts are masked."""
_LONGEST_CODE = 3
_MOST = 5
"""Operands of a list that are shown."""


def order_words(order: Order) -> str:
    """As the API has it: `CREATED_AT DESC`."""
    return f"{order.field.name} {order.direction.name}"


def condition_words(condition: Condition) -> str:
    """The condition on one line, in the API's names of fields."""
    if condition in (TRUE, FALSE):
        return "everybody" if condition == TRUE else "nobody"
    match condition:
        case Comparison():
            return _comparison(condition)
        case Not(inner):
            return f"not ({condition_words(inner)})"
        case And(parts):
            return " and ".join(map(_inner, parts))
        case Or(parts):
            return " or ".join(map(_inner, parts))


def _inner(condition: Condition) -> str:
    words = condition_words(condition)
    return f"({words})" if isinstance(condition, And | Or) else words


def _comparison(comparison: Comparison) -> str:
    operand = _operand(comparison.field, comparison.value)
    return f"{camel(comparison.field)} {camel(comparison.operator)} {operand}"


def _operand(field: FilterField, value: Operand) -> str:
    match value:
        case bool():
            return str(value).lower()
        case tuple():
            return _several(field, value)
        case str():
            return _text(field, value)
        case datetime():
            return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
        case int() | Decimal():
            return str(value)


def _several(field: FilterField, values: tuple[str, ...]) -> str:
    texts = [_text(field, value) for value in values[:_MOST]]
    more = [f"{len(values) - _MOST} more"] if len(values) > _MOST else []
    return f"[{', '.join([*texts, *more])}]"


def _text(field: FilterField, value: str) -> str:
    if field in _NAMES:
        return shown(value)
    return shown(value) if field in _CODES and len(value) <= _LONGEST_CODE else MASK
