"""A condition made smaller before any vendor is asked: what can never be true is found without a call."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from gateway.query.condition import (
    FALSE,
    And,
    Comparison,
    Condition,
    FilterField,
    Not,
    Operator,
    Or,
    conjunction,
    disjunction,
    negation,
)
from gateway.query.truth import BOUNDS, comparison_key

_SEVERAL = frozenset(
    {
        FilterField.TAX_ID,
        FilterField.COUNTRY_CODE,
        FilterField.PROVINCE_CODE,
        FilterField.CITY,
        FilterField.TOTAL_SPENT,
        FilterField.STORE_CREDIT,
        FilterField.HAS,
        FilterField.LACKS,
    }
)
"""Fields of which two comparisons may be true at once, whatever their operands."""

_EQUALITIES = frozenset({Operator.EQ, Operator.IN})
_LOWER = frozenset({Operator.GT, Operator.GTE})


def simplify(condition: Condition) -> Condition:
    """A condition that is true of just the same records, and `FALSE` where it is plain that there are none.

    Where the first is unknown the second may be false, so a part under a not is only rewritten where it keeps
    all three truth values.
    """
    match condition:
        case And(parts):
            return _possible(conjunction(*map(simplify, parts)))
        case Or(parts):
            return disjunction(*map(simplify, parts))
        case Not(inner):
            opposite = negation(_normal(inner))
            return opposite if isinstance(opposite, Not) else simplify(opposite)
        case Comparison():
            return _possible(condition)


def _normal(condition: Condition) -> Condition:
    match condition:
        case And(parts):
            return conjunction(*map(_normal, parts))
        case Or(parts):
            return disjunction(*map(_normal, parts))
        case Not(inner):
            return negation(_normal(inner))
        case Comparison():
            return condition


def _possible(condition: Condition) -> Condition:
    parts = condition.conditions if isinstance(condition, And) else (condition,)
    return FALSE if _is_contradictory(parts) else condition


def _is_contradictory(parts: Sequence[Condition]) -> bool:
    """Whether the parts are plainly never true together."""
    said = frozenset(parts)
    compared = [part for part in parts if isinstance(part, Comparison)]
    return (
        any(isinstance(part, Not) and part.condition in said for part in parts)
        or any(_is_empty(part) for part in compared)
        or any(_excludes_itself(group) for group in _by_field(compared))
    )


def _is_empty(comparison: Comparison) -> bool:
    return comparison.operator in (Operator.IN, Operator.ANY) and comparison.value == ()


def _by_field(compared: Iterable[Comparison]) -> Iterable[list[Comparison]]:
    groups: dict[FilterField, list[Comparison]] = {}
    for comparison in compared:
        if comparison.field not in _SEVERAL:
            groups.setdefault(comparison.field, []).append(comparison)
    return groups.values()


def _excludes_itself(group: list[Comparison]) -> bool:
    """Whether no single value satisfies all the equalities and bounds of one field."""
    bounds = [comparison for comparison in group if comparison.operator in BOUNDS]
    allowed = _allowed(group)
    if allowed is None:
        return any(_cross(low, high) for low in bounds for high in bounds)
    return not any(_is_within(value, bounds) for value in allowed)


def _allowed(group: list[Comparison]) -> frozenset[Any] | None:
    """The values that every equality allows, as they are compared; None where there is no equality."""
    choices = [_choice(comparison) for comparison in group if comparison.operator in _EQUALITIES]
    return frozenset.intersection(*choices) if choices else None


def _choice(comparison: Comparison) -> frozenset[Any]:
    operand = comparison.value
    return frozenset(map(comparison_key(comparison), operand if isinstance(operand, tuple) else (operand,)))


def _is_within(value: Any, bounds: list[Comparison]) -> bool:  # noqa: ANN401  # any value that is compared
    return all(BOUNDS[bound.operator](value, bound.value) for bound in bounds)


def _cross(low: Comparison, high: Comparison) -> bool:
    """Whether nothing lies at or above the one and at or below the other."""
    if low.operator not in _LOWER or high.operator in _LOWER:
        return False
    value: Any = low.value
    return not (_is_within(value, [high]) if low.operator is Operator.GTE else value < high.value)
