"""What Foodics checks in a body. The vendor documents types and which fields are nullable; the words are our own."""

import re
from collections.abc import Callable, Sequence
from datetime import date

import msgspec

from gateway.sandbox.foodics_endpoint import invalid
from gateway.sandbox.vendor import Document

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
_FLAGS = {True: True, False: False, "1": True, "0": False}  # 1 and 0 equal True and False

Read = Callable[[object], object]
"""Gives the value as it is kept; raises ValueError with what it should have been."""


class Rule(msgspec.Struct, frozen=True):
    """How one field is read; a required one must be there in a new thing."""

    read: Read
    required: bool = False
    nullable: bool = False


Rules = dict[str, Rule]


def text(value: object) -> str:
    """A string of 1-255 characters."""
    if not isinstance(value, str) or not 0 < len(value.strip()) <= 255:
        raise ValueError("a string of 1 to 255 characters")
    return value


def note(value: object) -> str:
    """Any string."""
    if not isinstance(value, str):
        raise ValueError("a string")
    return value


def email(value: object) -> str:
    """Something with an at sign inside."""
    if not isinstance(value, str) or not _EMAIL.fullmatch(value):
        raise ValueError("a valid email address")
    return value


def whole(value: object) -> int:
    """An integer, also as a string of digits; not negative."""
    if isinstance(value, str) and value.isascii() and value.isdigit():
        value = int(value[:18])
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ValueError("an integer of at least 0")
    return value


def amount(value: object) -> float:
    """A number."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise ValueError("a number")
    return value


def gender(value: object) -> int:
    """1 or 2."""
    if isinstance(value, bool) or value not in (1, 2):
        raise ValueError("1 or 2")
    return int(str(value))


def flag(value: object) -> bool:
    """A boolean, also as 0 or 1."""
    if not isinstance(value, bool | int | str) or value not in _FLAGS:
        raise ValueError("true or false")
    return _FLAGS[value]


def day(value: object) -> str:
    """A date as YYYY-MM-DD."""
    try:
        return date.fromisoformat(str(value)).isoformat()
    except ValueError:
        raise ValueError("a date as YYYY-MM-DD") from None


def references(value: object) -> list[str]:
    """The ids of a list of objects that have one."""
    if not isinstance(value, list):
        raise ValueError("an array")
    ids = [item.get("id") if isinstance(item, dict) else None for item in value]
    if not all(isinstance(one, str) for one in ids):
        raise ValueError("an array of objects with an id")
    return list(dict.fromkeys(str(one) for one in ids))


def read(rules: Rules, content: Document, needed: Sequence[str]) -> Document:
    """The known fields of a body, checked; all that is wrong is refused at once. Unknown ones pass unnoticed."""
    errors = {name: [f"The {name} field is required."] for name in needed if content.get(name) in (None, "")}
    fields: Document = {}
    for name, rule in rules.items():
        if name not in content or name in errors:
            continue
        value = content[name]
        if value is None and rule.nullable:
            fields[name] = None
            continue
        try:
            fields[name] = rule.read(value)
        except ValueError as wrong:
            errors[name] = [f"The {name} must be {wrong}."]
    if errors:
        raise invalid(errors)
    return fields


def required(rules: Rules) -> Sequence[str]:
    """The fields that a new thing needs."""
    return [name for name, rule in rules.items() if rule.required]
