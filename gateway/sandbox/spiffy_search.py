"""Spiffy's search language: free words and filters such as ``-country:"New Zealand" total_spent:>100``.

All parts have to match (an assumption). Free words are looked for inside name, e-mail and the places of any address.
An unknown filter name is free text; a value that a filter does not know matches
nothing (assumptions both).
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from gateway.sandbox import search
from gateway.sandbox.search import Condition
from gateway.sandbox.spiffy_row import STATES, STORE_ZONE
from gateway.sandbox.text import folded
from gateway.sandbox.vendor import State

_PART = re.compile(r'(?P<minus>-?)(?:(?P<name>[a-z_]+):)?(?:"(?P<quoted>[^"]*)"|(?P<bare>\S+))')
_NUMBER = re.compile(r"([<>]?)(\d+(?:\.\d+)?)")
_NOTHING: Condition = ("0", [])
_DAYS = {"last_week": 7, "last_month": 30, "last_3_months": 90}


def condition(state: State, query: str) -> Condition:
    """The condition of a whole query; an empty one matches everything."""
    parts = [_part(state, found) for found in _PART.finditer(query)]
    return " AND ".join(where for where, _ in parts) or "1", [
        value for _, values in parts for value in values
    ]


def _part(state: State, found: re.Match[str]) -> Condition:
    where, values = _positive(state, found)
    return (f"coalesce(({where}), 0) = 0" if found["minus"] else where), values


def _positive(state: State, found: re.Match[str]) -> Condition:
    name, quoted = found["name"], found["quoted"]
    value = found["bare"] if quoted is None else quoted
    if name in _FILTERS:
        return _FILTERS[name](state, name, value)
    words = f"{name}:{value}" if name else value
    return search.contains(state.customers, state.options.text_search, words) if words else ("1", [])


def _flag(_state: State, name: str, value: str) -> Condition:
    return (f"{name} = ?", [int(value)]) if value in ("0", "1") else _NOTHING


def _state(_state: State, name: str, value: str) -> Condition:
    return (f"{name} = ?", [value]) if value in STATES else _NOTHING


def _number(_state: State, name: str, value: str) -> Condition:
    found = _NUMBER.fullmatch(value)
    return (f"{name} {found[1] or '='} ?", [float(found[2])]) if found else _NOTHING


def _country(state: State, _name: str, value: str) -> Condition:
    """Which address ``country`` means is not documented: any, and the default one where contrary."""
    if state.contrary:
        return "country = ?", [folded(value)]
    return "instr(countries, ?) > 0", [f"|{folded(value)}|"]


def _date(column: str) -> Callable[[State, str, str], Condition]:
    """A filter on a time that the shop knows; whole days are UTC's, the store's where contrary."""

    def compare(state: State, _name: str, value: str) -> Condition:
        if value in _DAYS:
            return f"{column} >= ?", [state.now() - _DAYS[value] * 86_400]
        try:
            day = datetime.strptime(value[1:], "%Y-%m-%d").replace(
                tzinfo=STORE_ZONE if state.contrary else UTC
            )
        except ValueError:
            return _NOTHING
        if value.startswith("<"):
            return f"{column} < ?", [int(day.timestamp())]
        return (
            (f"{column} >= ?", [int((day + timedelta(days=1)).timestamp())]) if value[0] == ">" else _NOTHING
        )

    return compare


_FILTERS: dict[str, Callable[[State, str, str], Condition]] = {
    "accepts_marketing": _flag,
    "wholesale": _flag,
    "country": _country,
    "state": _state,
    "orders_count": _number,
    "total_spent": _number,
    "credit": _number,
    "order_date": _date("ordered"),
    "last_abandoned_order_date": _date("abandoned"),
}
