"""Filters that the index can decide by itself, as SQL: its logic of unknown values is the filters' own."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TypeAlias

from gateway.index.entry import micros
from gateway.query import And, Comparison, Condition, FilterField, Not, Operator, Or, speaks_of

Clause: TypeAlias = tuple[str, tuple[object, ...]]

_COLUMNS: Mapping[FilterField, str] = {FilterField.CREATED_AT: "created", FilterField.UPDATED_AT: "updated"}
_SIGNS: Mapping[Operator, str] = {
    Operator.EQ: "=",
    Operator.GT: ">",
    Operator.GTE: ">=",
    Operator.LT: "<",
    Operator.LTE: "<=",
}


def is_indexed(condition: Condition) -> bool:
    """True where nothing but the times of creation and update decides, and whether a record is deleted."""
    match condition:
        case And(parts) | Or(parts):
            return all(map(is_indexed, parts))
        case Not(inner):
            return is_indexed(inner) and not speaks_of(inner, FilterField.IS_DELETED)
        case Comparison():
            if condition.field is FilterField.IS_DELETED:
                return condition.value is False
            return condition.field in _COLUMNS and condition.operator in _SIGNS


def clause(condition: Condition) -> Clause:
    """The condition over the columns of an entry, and its values in order; deleted entries satisfy none."""
    text, values = _clause(condition)
    return f"deleted = 0 AND {text}", values


def _clause(condition: Condition) -> Clause:
    match condition:
        case And(parts):
            return _joined(parts, " AND ", "1 = 1")
        case Or(parts):
            return _joined(parts, " OR ", "1 = 0")
        case Not(inner):
            text, values = _clause(inner)
            return f"(NOT {text})", values
        case Comparison():
            return _comparison(condition)


def _joined(parts: tuple[Condition, ...], word: str, empty: str) -> Clause:
    clauses = [_clause(part) for part in parts]
    text = word.join(text for text, _ in clauses) or empty
    return f"({text})", tuple(value for _, values in clauses for value in values)


def _comparison(comparison: Comparison) -> Clause:
    column = _COLUMNS.get(comparison.field)
    if column is None:
        return "(deleted = 0)", ()
    if not isinstance(comparison.value, datetime):
        raise TypeError(comparison.field)
    return f"({column} {_SIGNS[comparison.operator]} ?)", (micros(comparison.value),)
