"""Spiffy Stores' Customer API (knowledge base page, with its Address page), emulated under ``/spiffy``.

Worth knowing
- Bodies have a root key; a single customer lacks ``accounting_id`` and ``pos_id``, which lists show.
- ``fields`` always drops the addresses, which hold the only phone.
- ``total_spent`` is a number for some and a text for others; ``tags`` is null or "" where there are none, and its
  separator a comma with or without a blank; ``company`` is there for half of the customers, as in the newer revision.
- Times are shown with +10:00 and asked for without a zone: taken as UTC, as the store's under contrary assumptions.
- Only the address endpoints write addresses; those inside a customer's body are ignored (an assumption).
- Behaviour that is not documented is marked as an assumption where it is chosen.
"""

from collections.abc import Callable, Sequence
from functools import partial

from starlette.responses import Response

from gateway.sandbox import spiffy_address as address
from gateway.sandbox import spiffy_row as row
from gateway.sandbox.credential import SPIFFY
from gateway.sandbox.limit import Clock, FixedWindow, Limit
from gateway.sandbox.spiffy_read import count_customers, get_customer, list_customers, search_customers
from gateway.sandbox.spiffy_reply import (
    LIMIT,
    OPEN_PATHS,
    PERIOD,
    authorize,
    limit_headers,
    over_limit,
    unknown,
)
from gateway.sandbox.spiffy_write import change_customer, create_customer, delete_customer, issue_token
from gateway.sandbox.vendor import Incoming, Route, State, Table, Vendor

_ENDPOINTS: Sequence[tuple[str, str, Callable[[State, Incoming], Response]]] = (
    ("GET", "/api/customers.json", list_customers),
    ("POST", "/api/customers.json", create_customer),
    ("GET", "/api/customers/search.json", search_customers),
    ("GET", "/api/customers/count.json", count_customers),
    ("GET", "/api/customers/{id}.json", get_customer),
    ("PUT", "/api/customers/{id}.json", change_customer),
    ("DELETE", "/api/customers/{id}.json", delete_customer),
    ("GET", "/api/customers/{id}/addresses.json", address.list_addresses),
    ("POST", "/api/customers/{id}/addresses.json", address.create_address),
    ("GET", "/api/customers/{id}/addresses/count.json", address.count_addresses),
    ("GET", "/api/customers/{id}/addresses/{address}.json", address.get_address),
    ("PUT", "/api/customers/{id}/addresses/{address}.json", address.change_address),
    ("DELETE", "/api/customers/{id}/addresses/{address}.json", address.delete_address),
    *(("POST", path, issue_token) for path in OPEN_PATHS),
)


def _routes(state: State) -> Sequence[Route]:
    return [Route(method, path, partial(handler, state)) for method, path, handler in _ENDPOINTS]


def _limit(clock: Clock) -> Limit:
    return FixedWindow(LIMIT, PERIOD, clock)


VENDOR = Vendor(
    name="spiffy",
    tables={"customer": row.CUSTOMER, "removed": Table(), "token": Table(id_type="TEXT")},
    seed=row.seed,
    samples=row.samples,
    dump=row.dump,
    load=row.load,
    routes=_routes,
    authorize=authorize,
    limit=_limit,
    limit_headers=limit_headers,
    over_limit=over_limit,
    unknown=unknown,
    credentials=SPIFFY,
)
