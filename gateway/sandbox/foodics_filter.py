"""Foodics' filters and orders of customers, as SQL over the columns."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime

import msgspec

from gateway.sandbox.foodics_endpoint import Call, invalid
from gateway.sandbox.option import TextSearch
from gateway.sandbox.text import lowered
from gateway.sandbox.vendor import Refused, State, answer

Value = str | int | float | None
Part = tuple[str, Sequence[Value]]
ORDERS = {
    "created_at": "created",
    "updated_at": "updated",
    "last_order_at": "last_order",
    "order_count": "order_count",
    "name": "name_lowered",
    "email": "email_key",
    "is_blacklisted": "is_blacklisted",
    "house_account_balance": "house_account_balance",
}
_NAMED = re.compile(r"filter\[(.+)\]")
_TRUTH = {"1": True, "true": True, "0": False, "false": False}
_ALWAYS: Part = ("1", ())


def filters(call: Call) -> Mapping[str, str]:
    """The filters of the query that are not empty, by name."""
    found = ((_NAMED.fullmatch(name), value) for name, value in call.incoming.query.items())
    return {match[1]: value for match, value in found if match and value}


def wrong(name: str, what: str) -> Refused:
    """A filter's value that cannot be read; that it is refused with 422 is an assumption."""
    return invalid({f"filter.{name}": [f"The {name} filter is not {what}."]})


def truth(name: str, value: str) -> bool:
    """1, 0, true or false."""
    if value.lower() not in _TRUTH:
        raise wrong(name, "a boolean")
    return _TRUTH[value.lower()]


def day(name: str, value: str) -> str:
    """A date as YYYY-MM-DD."""
    try:
        return date.fromisoformat(value).isoformat()
    except ValueError:
        raise wrong(name, "a date") from None


def moment(name: str, value: str) -> str:
    """A time in UTC as YYYY-MM-DD HH:MM:SS; the date alone is its midnight."""
    try:
        return datetime.fromisoformat(value).replace(tzinfo=None).isoformat(" ", "seconds")
    except ValueError:
        raise wrong(name, "a time") from None


class CustomerFilter:
    """Turns a request's filters and sort into SQL."""

    def __init__(self, state: State) -> None:
        self._state = state
        folding = state.options.text_search is TextSearch.FOLDING
        self._name = "name_folded" if folding else "name_lowered"
        self._parts: Mapping[str, Callable[[str, str], Part]] = {
            "id": self._id,
            "name": lambda _, value: self._text(self._name, state.comparable(value)),
            "email": lambda _, value: self._text("email_key", lowered(value)),
            "phone": lambda _, value: self._text("phone", value),
            "dial_code": self._dial_code,
            "tags.id": self._tags,
            "is_blacklisted": self._flag,
            "is_house_account_enabled": self._flag,
            "is_loyalty_enabled": self._flag,
            "has_orders": lambda name, value: _either("order_count > 0", truth(name, value)),
            "has_email": lambda name, value: _either("email_key IS NOT NULL", truth(name, value)),
            "has_negative_balance": lambda n, value: _either("house_account_balance < 0", truth(n, value)),
            "updated_after": self._updated_after,
            "created_on": lambda name, value: _on("created", day(name, value)),
            "updated_on": lambda name, value: _on("updated", day(name, value)),
            "deleted_on": lambda name, value: _on("deleted", day(name, value)),
        }

    def where(self, call: Call) -> tuple[str, list[Value]]:
        """All filters together; deleted customers only where asked for. Unknown filters pass unnoticed."""
        given = dict(filters(call))
        parts = [
            self._deleted(
                given.pop("is_deleted", None), deleted_on="deleted_on" in given, by_id="id" in given
            )
        ]
        for name, value in given.items():
            if name in self._parts:
                parts.append(self._parts[name](name, value))
            elif self._state.contrary:
                raise Refused(answer({"message": f"Requested filter `{name}` is not allowed."}, 400))
        return " AND ".join(part for part, _ in parts), [value for _, values in parts for value in values]

    def order(self, call: Call) -> str:
        """The sort keys, ties in their direction; without any the order of entry, or newest first (not documented)."""
        keys = [key for key in call.incoming.query.get("sort", "").split(",") if key]
        known = [key for key in keys if key.removeprefix("-") in ORDERS]
        if self._state.contrary:
            if len(known) < len(keys):
                raise Refused(answer({"message": "Requested sort is not allowed."}, 400))
            known = known[:1] or ["-created_at"]
        parts = [f"{ORDERS[key.removeprefix('-')]} {_direction(key)}" for key in known]
        return ", ".join((*parts, f"number {_direction(known[-1]) if known else 'ASC'}"))

    def _deleted(self, value: str | None, *, deleted_on: bool, by_id: bool) -> Part:
        """Whether ``is_deleted`` gives only the deleted ones, or those too, is not documented.

        The plus sign keeps SQLite from preferring the index of the deleted to the ids.
        """
        if value is None and deleted_on:
            return "is_deleted = 1", ()
        wanted = value is not None and truth("is_deleted", value)
        if wanted and self._state.contrary:
            return _ALWAYS
        return "+is_deleted = ?" if by_id else "is_deleted = ?", (wanted,)

    def _id(self, _name: str, value: str) -> Part:
        """A list between commas; the contrary reading ignores the filter, as was reported of the orders."""
        if self._state.contrary:
            return _ALWAYS
        return "id IN (SELECT value FROM json_each(?))", (msgspec.json.encode(value.split(",")).decode(),)

    def _text(self, column: str, value: str) -> Part:
        """Exact or contained: not documented."""
        return (f"instr({column}, ?)" if self._state.contrary else f"{column} = ?"), (value,)

    def _dial_code(self, name: str, value: str) -> Part:
        if not (value.isascii() and value.isdigit()):
            raise wrong(name, "a number")
        return "dial_code = ?", (int(value[:18]),)

    def _tags(self, _name: str, value: str) -> Part:
        """Any of several tags."""
        tags = value.split(",")
        return f"({' OR '.join(['instr(tag_ids, ?)'] * len(tags))})", [f",{tag}," for tag in tags]

    def _flag(self, name: str, value: str) -> Part:
        return f"{name} = ?", (truth(name, value),)

    def _updated_after(self, name: str, value: str) -> Part:
        """Whether the second itself is after is not documented; usually it is not."""
        return f"updated {'>=' if self._state.contrary else '>'} ?", (moment(name, value),)


def _either(condition: str, wanted: bool) -> Part:  # noqa: FBT001 - a filter's value
    return (condition if wanted else f"({condition}) IS NOT 1"), ()


def _on(column: str, day: str) -> Part:
    return f"{column} BETWEEN ? AND ?", (f"{day} 00:00:00", f"{day} 23:59:59")


def _direction(key: str) -> str:
    return "DESC" if key.startswith("-") else "ASC"
