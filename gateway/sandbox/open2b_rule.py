"""What Open2b checks in a request: types, lengths, required and unknown fields, with its own error types.

The vendor documents the types, not the words of every description, and not how it names a nested field; here it is
``billingAddress.city`` (an assumption), and the last part alone under the contrary reading.
"""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

import msgspec

MAX_INT = 2**31 - 1
TIME = "%Y-%m-%d %H:%M:%S"
_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)*")
_LOCALE = re.compile(r"[a-z]{2}(-[A-Z]{2})?")
_COUNTRY = re.compile(r"[A-Z]{2}")
_RECIPIENT_CODE = re.compile(r"[A-Z0-9]{6,7}")


class Wrong(Exception):
    """One business error: Open2b answers it with HTTP 200, and only the first."""

    def __init__(self, field: str, kind: str, description: str) -> None:
        super().__init__(description)
        self.field, self.kind, self.description = field, kind, description


Check = Callable[[object, str], object]
"""Takes a decoded JSON value and its field's name; gives the value back or raises Wrong."""


class Rule(msgspec.Struct, frozen=True):
    """How one field of a request is checked; ``null`` is refused unless ``nullable``."""

    check: Check
    required: bool = False
    nullable: bool = False


Rules = dict[str, Rule]


def malformed(field: str) -> Wrong:
    """The common error for a value of another type or syntax."""
    return Wrong(field, "Malformed", f"{field} is not syntactically correct")


def invalid(field: str) -> Wrong:
    """The common error for a value out of its range."""
    return Wrong(field, "InvalidValue", f"{field} is not a valid value")


def missing(field: str) -> Wrong:
    """The common error for a required field that is not there."""
    return Wrong(field, "Missing", f"{field} is required")


def unknown(field: str) -> Wrong:
    """The common error for a field that no version 13 request has; its ``field`` is the word "unknown"."""
    return Wrong("unknown", "UnknownField", f"Field '{field}' is unknown")


def read(rules: Rules, value: object, path: str = "") -> dict[str, Any]:
    """The object's fields as sent; raises Wrong for the first that breaks its rule. ``path`` ends in a dot."""
    if not isinstance(value, dict):
        raise malformed(path.rstrip(".") or "request")
    for name in value:
        if name not in rules:
            raise unknown(path + name)
    for name, rule in rules.items():
        if rule.required and name not in value:
            raise missing(path + name)
    return {name: _read_one(rules[name], content, path + name) for name, content in value.items()}


def _read_one(rule: Rule, value: object, field: str) -> object:
    if value is not None:
        return rule.check(value, field)
    if not rule.nullable:
        raise missing(field) if rule.required else malformed(field)
    return None


def record(rules: Rules, *, prefixed: bool = True) -> Check:
    """An object with these fields; their names carry the object's own in front where ``prefixed``."""
    return lambda value, field: read(rules, value, f"{field}." if prefixed else "")


def whole(low: int, high: int = MAX_INT) -> Check:
    """An int32 between the two, both included."""

    def check(value: object, field: str) -> int:
        if not isinstance(value, int) or isinstance(value, bool):
            raise malformed(field)
        if not low <= value <= high:
            raise invalid(field)
        return value

    return check


def text(low: int, high: int) -> Callable[[object, str], str]:
    """A string with so many characters, both bounds included."""

    def check(value: object, field: str) -> str:
        if not isinstance(value, str):
            raise malformed(field)
        if not low <= len(value) <= high:
            raise invalid(field)
        return value

    return check


def array(item: Check) -> Check:
    """A list whose items all pass."""

    def check(value: object, field: str) -> list[object]:
        if not isinstance(value, list):
            raise malformed(field)
        return [item(one, field) for one in value]

    return check


def boolean(value: object, field: str) -> bool:
    """A JSON boolean; 0 and 1 are none."""
    if not isinstance(value, bool):
        raise malformed(field)
    return value


def moment(value: object, field: str) -> str:
    """A date and time without a zone, as ``yyyy-mm-dd hh:mm:ss``."""
    given = text(0, 60)(value, field)
    try:
        datetime.strptime(given, TIME)  # noqa: DTZ007 - the vendor's times have no zone
    except ValueError:
        raise malformed(field) from None
    if len(given) != len("yyyy-mm-dd hh:mm:ss"):
        raise malformed(field)
    return given


def locale(value: object, field: str) -> str:
    """A language, with or without a region."""
    if not _LOCALE.fullmatch(text(2, 5)(value, field)):
        raise Wrong(field, "Malformed", f"'{value}' is not a valid locale code")
    return str(value)


def country(value: object, field: str) -> str:
    """Two capital letters; whether there is such a country is not looked at."""
    if not _COUNTRY.fullmatch(text(2, 2)(value, field)):
        raise invalid(field)
    return str(value)


def email(value: object, field: str) -> str:
    """An address of 3-120 characters; the vendor's error rows name the field ``email`` alone (an assumption)."""
    if not _EMAIL.fullmatch(text(3, 120)(value, field)):
        raise Wrong("email", "InvalidValue", f"'{value}' is not a well formed email address")
    return str(value)


def invoice_recipient(value: object, field: str) -> str:
    """An Italian recipient code, an e-mail address, or nothing."""
    recipient = text(0, 256)(value, field)
    if recipient and not (_RECIPIENT_CODE.fullmatch(recipient) or _EMAIL.fullmatch(recipient)):
        raise Wrong(field, "Malformed", f"'{recipient}' is not a recipient code or email address")
    return recipient
