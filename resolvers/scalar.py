"""The API's own scalars: how times, dates, decimals and raw JSON are read and written."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal

import strawberry
from graphql import GraphQLError, ValueNode, value_from_ast_untyped
from strawberry.scalars import JSON
from strawberry.types.scalar import ScalarDefinition

_TIME = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_NUMBER = re.compile(r"-?\d{1,30}(\.\d{1,30})?")


def write_time(value: datetime) -> str:
    """RFC 3339 in UTC with Z, microseconds only where there are some."""
    return value.astimezone(UTC).isoformat().removesuffix("+00:00") + "Z"


def read_time(value: object) -> datetime:
    """The instant of an RFC 3339 text; an offset is needed, since a time without one is no instant."""
    if not isinstance(value, str) or not _TIME.fullmatch(value):
        raise GraphQLError("A DateTime is an RFC 3339 text with an offset, such as 2026-01-31T09:30:00Z.")
    try:
        return datetime.fromisoformat(value.upper()).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise GraphQLError("There is no such DateTime.") from error


def read_day(value: object) -> date:
    """The day of a YYYY-MM-DD text."""
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise GraphQLError("A Date is a text of the form YYYY-MM-DD.")
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise GraphQLError("There is no such Date.") from error


def write_decimal(value: Decimal) -> str:
    """Plain digits, never an exponent."""
    return format(value, "f")


def read_decimal(value: object) -> Decimal:
    """The number of a text such as "12.50"; whole numbers may be written as such, floats are refused."""
    if isinstance(value, bool) or not isinstance(value, (str, int)) or not _NUMBER.fullmatch(str(value)):
        raise GraphQLError('A Decimal is a number as a text, such as "12.50".')
    return Decimal(value)


def _read_decimal_literal(node: ValueNode, variables: Mapping[str, object] | None = None) -> Decimal:
    return read_decimal(value_from_ast_untyped(node, dict(variables or {})))


SCALARS: Mapping[object, ScalarDefinition] = {
    datetime: strawberry.scalar(
        name="DateTime",
        description="An instant as RFC 3339 text. Answers are always in UTC with Z; input may have any offset.",
        specified_by_url="https://scalars.graphql.org/andimarek/date-time",
        serialize=write_time,
        parse_value=read_time,
    ),
    date: strawberry.scalar(
        name="Date",
        description="A calendar day as text, YYYY-MM-DD, without a zone.",
        specified_by_url="https://scalars.graphql.org/andimarek/local-date",
        serialize=date.isoformat,
        parse_value=read_day,
    ),
    Decimal: strawberry.scalar(
        name="Decimal",
        description="A decimal number as a JSON string in plain digits, so that no digit is lost to a float.",
        serialize=write_decimal,
        parse_value=read_decimal,
        parse_literal=_read_decimal_literal,
    ),
    JSON: strawberry.scalar(
        name="JSON",
        description="Any JSON value, passed on as it is.",
        specified_by_url="https://ecma-international.org/publications-and-standards/standards/ecma-404/",
        serialize=lambda value: value,
        parse_value=lambda value: value,
    ),
}
"""What the schema knows beside GraphQL's own scalars, by the Python type that stands for it."""
