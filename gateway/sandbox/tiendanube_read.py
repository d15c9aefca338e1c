"""Tiendanube's lists and single customers."""

from collections.abc import Mapping
from datetime import UTC, datetime
from math import ceil

from starlette.datastructures import URL
from starlette.responses import Response

from gateway.sandbox import search
from gateway.sandbox.search import Condition
from gateway.sandbox.store import Document, Value
from gateway.sandbox.tiendanube_reply import missing, refusal, unprocessable
from gateway.sandbox.tiendanube_row import HIDDEN, STORE_ZONE
from gateway.sandbox.vendor import Incoming, Refused, State, answer

DEFAULT_PER_PAGE = 30
MAX_PER_PAGE = 200

_BOUNDS = (
    ("created_at_min", "created", ">"),
    ("created_at_max", "created", "<"),
    ("updated_at_min", "updated", ">"),
    ("updated_at_max", "updated", "<"),
)


def list_customers(state: State, incoming: Incoming) -> Response:
    """A page of customers; 404 past the end, and where nothing matches."""
    query = incoming.query
    page, per_page = _page(state, query)
    condition = _condition(state, query)
    total = state.customers.count(*condition)
    last = ceil(total / per_page)
    if page > last:
        raise Refused(refusal(404, f"Last page is {last}"))
    order = "+id" if query.get("q") else "id"  # the plus keeps SQLite on the narrow index of texts
    order += " DESC" if state.contrary and "since_id" not in query else ""
    rows = search.page(state.customers, condition, order=order, limit=per_page, offset=(page - 1) * per_page)
    headers = {"X-Total-Count": str(total), "Link": _links(incoming.request.url, page, last)}
    return answer([_shown(row, query) for row in rows], headers=headers)


def get_customer(state: State, incoming: Incoming) -> Response:
    """One customer."""
    return answer(_shown(find(state, incoming), incoming.query))


def find(state: State, incoming: Incoming) -> Document:
    """The customer that the path names; raises Refused with 404."""
    document = state.customers.get(search.number(incoming.path["id"]))
    if document is None:
        raise missing()
    return document


def visible(document: Document) -> Document:
    """A customer as the endpoints show it."""
    return {name: value for name, value in document.items() if name not in HIDDEN}


def _shown(document: Document, query: Mapping[str, str]) -> Document:
    wanted = {name.strip() for name in query.get("fields", "").split(",")} - {""}
    shown = visible(document)
    return {name: value for name, value in shown.items() if name in wanted} if wanted else shown


def _page(state: State, query: Mapping[str, str]) -> tuple[int, int]:
    """Page and size; sizes above the maximum are cut to it (an assumption), refused where contrary."""
    page, per_page = (
        search.number(query.get("page"), 1),
        search.number(query.get("per_page"), DEFAULT_PER_PAGE),
    )
    if per_page > MAX_PER_PAGE and state.contrary:
        raise unprocessable(state, {"per_page": [f"must be less than or equal to {MAX_PER_PAGE}"]})
    return page, min(per_page, MAX_PER_PAGE)


def _condition(state: State, query: Mapping[str, str]) -> Condition:
    parts: list[str] = []
    values: list[Value] = []
    for name, column, sign in _BOUNDS:
        if query.get(name):
            parts.append(
                f"{column} {sign if state.contrary else sign + '='} ?"
            )  # which of both is not documented
            values.append(_seconds(state, name, query[name]))
    if query.get("since_id"):
        parts.append(f"{'+' if parts else ''}id > ?")  # the plus keeps SQLite on the index of the time
        values.append(search.number(query["since_id"]))
    if query.get("q"):
        where, words = search.contains(state.customers, state.options.text_search, query["q"])
        parts.append(where)
        values.extend(words)
    return " AND ".join(parts) or "1", values


def _seconds(state: State, name: str, text: str) -> float:
    """A bound in unix seconds; one without a zone is taken as UTC (an assumption), as the store's where contrary."""
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        raise unprocessable(state, {name: ["is invalid"]}) from None
    if time.tzinfo is None:
        time = time.replace(tzinfo=STORE_ZONE if state.contrary else UTC)
    return time.timestamp()


def _links(url: URL, page: int, last: int) -> str:
    pages = {"next": page + 1, "prev": page - 1, "first": 1, "last": last}
    shown = {rel: number for rel, number in pages.items() if 1 <= number <= last}
    return ", ".join(
        f'<{url.include_query_params(page=number)}>; rel="{rel}"' for rel, number in shown.items()
    )
