"""Values of the domain as plain JSON, in the spelling of the API."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import Enum

import msgspec

from gateway.customer import Json
from gateway.spelling import camel
from resolvers.scalar import write_decimal, write_time


def plain(value: Json) -> Json:
    """The value as the API would show it: camel-case keys, times as DateTime, decimals as Decimal."""
    if isinstance(value, msgspec.Struct):
        return {camel(name): plain(getattr(value, name)) for name in value.__struct_fields__}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return _scalar(value)


def _scalar(value: Json) -> Json:
    match value:
        case Enum():
            return value.name
        case datetime():
            return write_time(value)
        case date():
            return value.isoformat()
        case Decimal():
            return write_decimal(value)
        case _:
            return value
