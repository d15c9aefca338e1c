"""Spiffy's lists, searches, counts and single customers."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime

from starlette.responses import Response

from gateway.sandbox import search, spiffy_search
from gateway.sandbox.search import Condition
from gateway.sandbox.spiffy_reply import missing, unprocessable
from gateway.sandbox.spiffy_row import STORE_ZONE, visible
from gateway.sandbox.store import Document, Value
from gateway.sandbox.vendor import Incoming, Refused, State, answer

DEFAULT_LIMIT = 30
MAX_LIMIT = 50

_BOUNDS = (
    ("created_at_min", "created", ">"),
    ("created_at_max", "created", "<"),
    ("updated_at_min", "updated", ">"),
    ("updated_at_max", "updated", "<"),
)
_STATUSES: Mapping[str, Mapping[str, str]] = {
    "wholesale_status": {"wholesale": "wholesale = 1", "retail": "wholesale = 0"},
    "marketing_status": {
        "accepts_marketing": "accepts_marketing = 1",
        "rejects_marketing": "accepts_marketing = 0",
    },
}
_TIME = re.compile(r"(\d{4}-\d\d-\d\d)(?:[ T](\d\d:\d\d)(?::\d\d)?)?")
_LIST_ONLY = ("accounting_id", "pos_id")
"""The sample of a single customer lacks them, the list's has them."""


def list_customers(state: State, incoming: Incoming) -> Response:
    """A page of customers, those of ``ids`` where it is given."""
    conditions = [_filters(state, incoming.query)]
    if incoming.query.get("ids"):
        conditions.append(_listed(incoming.query["ids"]))
    return _page(state, incoming.query, conditions)


def search_customers(state: State, incoming: Incoming) -> Response:
    """A page of what ``query`` and the list's filters find; ``ids`` is not among them."""
    conditions = [
        _filters(state, incoming.query),
        spiffy_search.condition(state, incoming.query.get("query", "")),
    ]
    return _page(state, incoming.query, conditions)


def count_customers(state: State, incoming: Incoming) -> Response:
    """How many the list's filters find; ``ids`` and ``query`` are not among them."""
    return answer({"count": state.customers.count(*_filters(state, incoming.query))})


def get_customer(state: State, incoming: Incoming) -> Response:
    """One customer, without the two fields that only lists show unless they are asked for."""
    document = find(state, incoming)
    return answer({"customer": shown_alone(document, incoming.query)})


def find(state: State, incoming: Incoming) -> Document:
    """The customer that the path names; raises Refused with 404."""
    document = state.customers.get(search.number(incoming.path["id"]))
    if document is None:
        raise missing(state)
    return document


def shown_alone(document: Document, query: Mapping[str, str]) -> Document:
    """A single customer as its endpoints show it."""
    if query.get("fields"):
        return _shown(document, query)
    return {name: value for name, value in visible(document).items() if name not in _LIST_ONLY}


def window(state: State, query: Mapping[str, str]) -> tuple[int, int]:
    """Page and size; sizes above the maximum are cut to it (an assumption), refused where contrary."""
    page, limit = search.number(query.get("page"), 1), search.number(query.get("limit"), DEFAULT_LIMIT)
    if limit > MAX_LIMIT and state.contrary:
        raise unprocessable(state, {"limit": [f"must be less than or equal to {MAX_LIMIT}"]})
    return page, min(limit, MAX_LIMIT)


def _page(state: State, query: Mapping[str, str], conditions: list[Condition]) -> Response:
    """An empty list past the end is an assumption; where contrary, pages after the first are then 404."""
    page, limit = window(state, query)
    where = " AND ".join(f"({part})" for part, _ in conditions)
    values = [value for _, some in conditions for value in some]
    order = "id DESC" if state.contrary and "since_id" not in query else "id"
    rows = search.page(state.customers, (where, values), order=order, limit=limit, offset=(page - 1) * limit)
    if state.contrary and page > 1 and not rows:
        raise missing(state)
    return answer({"customers": [_shown(row, query) for row in rows]})


def _shown(document: Document, query: Mapping[str, str]) -> Document:
    """With ``fields``, addresses are never shown, even those asked for."""
    shown = visible(document)
    wanted = {name.strip() for name in query.get("fields", "").split(",")} - {""}
    if not wanted:
        return shown
    return {name: value for name, value in shown.items() if name in wanted - {"default_address", "addresses"}}


def _listed(ids: str) -> Condition:
    numbers: list[Value] = [found for part in ids.split(",") if (found := search.number(part.strip()))]
    return f"id IN ({', '.join('?' * len(numbers))})", numbers


def _filters(state: State, query: Mapping[str, str]) -> Condition:
    """The filters that lists, searches and counts share."""
    parts: list[str] = []
    values: list[Value] = []
    for name, column, sign in _BOUNDS:
        bound = _bound(state, name, query.get(name))
        if bound is not None:
            parts.append(f"{column} {sign}{'=' if state.contrary else ''} ?")  # "after" is taken as exclusive
            values.append(bound)
    away = "+" if parts else ""  # keeps SQLite on the index of the time
    if query.get("since_id"):
        parts.append(f"{away}id > ?")
        values.append(search.number(query["since_id"]))
    for name, choices in _STATUSES.items():
        if query.get(name) in choices:
            parts.append(away + choices[query[name]])
    return " AND ".join(parts) or "1", values


def _bound(state: State, name: str, text: str | None) -> int | None:
    """Unix milliseconds of a whole minute, in UTC (an assumption), in the store's zone where contrary."""
    if not text:
        return None
    found = _TIME.fullmatch(text.strip())
    if found is None:
        raise _invalid(state, name)
    try:
        time = datetime.fromisoformat(f"{found[1]}T{found[2] or '00:00'}")
    except ValueError:
        raise _invalid(state, name) from None
    return int(time.replace(tzinfo=STORE_ZONE if state.contrary else UTC).timestamp()) * 1000


def _invalid(state: State, name: str) -> Refused:
    return unprocessable(state, {name: ["is invalid"]})
