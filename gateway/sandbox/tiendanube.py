"""Tiendanube's (Nuvemshop's) Customer API, versions v1 and 2025-03, emulated under ``/tiendanube``.

Worth knowing
- Authorisation is the header ``Authentication: bearer ...``; a User-Agent is required.
- A list answers 404 "Last page is N" past its end and where nothing matches.
- The document's two customers share an e-mail and an address id; its ``since_id`` sample breaks its own rule.
- Times are spelled with -03:00 in the samples and after writes, +0000 in the seeded records, as both are seen.
- ``active``, ``accepts_marketing``, ``billing_name`` and an address's ``name`` are there for some records only;
  ``extra`` is ``[]`` or ``{}`` where it is empty.
- A customer can be deleted in 2025-03 alone, and only without orders; a PUT never removes an address.
- Behaviour that is not documented is marked as an assumption where it is chosen.
"""

from collections.abc import Callable, Sequence
from functools import partial

from starlette.responses import Response

from gateway.sandbox import tiendanube_field as field
from gateway.sandbox import tiendanube_row as row
from gateway.sandbox.credential import TIENDANUBE
from gateway.sandbox.limit import Clock, LeakyBucket, Limit
from gateway.sandbox.tiendanube_read import get_customer, list_customers
from gateway.sandbox.tiendanube_reply import authorize, limit_headers, over_limit, unknown
from gateway.sandbox.tiendanube_write import change_customer, create_customer, delete_customer
from gateway.sandbox.vendor import Incoming, Route, State, Table, Vendor

BUCKET = 40
LEAK = 2.0
"""Requests a second."""

_ENDPOINTS: Sequence[tuple[str, str, Callable[[State, Incoming], Response]]] = (
    ("GET", "/custom-fields", field.list_fields),
    ("POST", "/custom-fields", field.create_field),
    ("GET", "/custom-fields/{field}", field.get_field),
    ("PUT", "/custom-fields/{field}", field.change_field),
    ("DELETE", "/custom-fields/{field}", field.delete_field),
    ("GET", "/custom-fields/{field}/owners", field.list_owners),
    ("GET", "/{id}/custom-fields", field.list_values),
    ("PUT", "/{id}/custom-fields/values", field.set_values),
    ("GET", "", list_customers),
    ("POST", "", create_customer),
    ("GET", "/{id}", get_customer),
    ("PUT", "/{id}", change_customer),
    ("DELETE", "/{id}", delete_customer),
)


def _routes(state: State) -> Sequence[Route]:
    prefix = "/{version}/{store}/customers"
    return [Route(method, prefix + path, partial(handler, state)) for method, path, handler in _ENDPOINTS]


def _limit(clock: Clock) -> Limit:
    return LeakyBucket(BUCKET, LEAK, clock)


VENDOR = Vendor(
    name="tiendanube",
    tables={"customer": row.CUSTOMER, "removed": Table(), "field": field.FIELD, "value": field.VALUE},
    seed=row.seed,
    samples=row.samples,
    side=field.side,
    load=row.load,
    routes=_routes,
    authorize=authorize,
    limit=_limit,
    limit_headers=limit_headers,
    over_limit=over_limit,
    unknown=unknown,
    credentials=TIENDANUBE,
)
