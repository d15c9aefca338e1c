"""Storeden's Customers API v1.1 (beta, page of 2023-04-20), emulated.

Worth knowing
- List rows and details have hardly a field in common; tags, note and tax_number are written and never shown.
- The page's list sample and its detail sample carry one id but two e-mails; here the detail sample is the
  record that the page's write samples name.
- Ids are Mongo ObjectIds whose first bytes are near the creation time (an assumption); some imported ones
  are not.
- Country and state numbers are Storeden's own; only 119 (Italy) and 254 (with an address in Nevada) are
  known, the others are invented.
- Behaviour that no page states is an assumption. Contrary ones: bounds are included, half a range is ignored, errors
  are 200 with ``error``, the ``group`` node is an object, empty custom fields are ``[]``, ``fullname`` needs its
  node and ``accountType`` none, e-mails compare exactly, the newest are first, and pages are wrapped and hold at
  most 50 rows.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from starlette.responses import Response

from gateway.sandbox.credential import STOREDEN
from gateway.sandbox.limit import Clock, Limit, Verdict, daily_quota
from gateway.sandbox.place import PLACES, Address
from gateway.sandbox.population import Person, Presence
from gateway.sandbox.storeden_book import Book
from gateway.sandbox.storeden_endpoint import authorize, over_limit, unknown
from gateway.sandbox.storeden_read import Reader
from gateway.sandbox.storeden_row import COUNTRY_NUMBERS, GROUPS, STATE_BASE, book_entry, moment, record
from gateway.sandbox.storeden_tag import Tagger
from gateway.sandbox.storeden_write import Writer
from gateway.sandbox.vendor import Document, Incoming, Route, State, Table, Vendor

DAILY_QUOTA = 100_000


def _values(document: Document) -> tuple[str | int | None, ...]:
    return (
        document["email"].lower(),
        document["created"],
        document["updated"],
        document["accountType"],
        document["userUID"],
    )


CUSTOMER = Table(
    id_type="TEXT",
    columns={
        "email_lower": "TEXT",
        "created": "INTEGER",
        "updated": "INTEGER",
        "account_type": "TEXT",
        "user_uid": "INTEGER",
    },
    values=_values,
    indexes=("email_lower", "created, id", "updated, id", "user_uid"),
)


def _seed(person: Person, presence: Presence, number: int) -> Document:
    late = person.lot % 60 if person.lot % 19 else person.lot % 2_600_000  # one in 19 was imported later
    document = record(f"{presence.created_at + late:08x}deddac755c{number:06x}", presence.email or "")
    document |= {
        "fullname": person.name,
        "first_name": person.first_name,
        "last_name": person.last_name,
        "created": presence.created_at,
        "updated": presence.updated_at,
        "userUID": 200_000 + number if person.registered else 0,
        "accountType": "registered" if person.registered else "guest",
        "accept_marketing": person.consent is True,
        "phone": f"+{person.dial_code} {person.phone}" if person.phone else "",
        "mobile": f"+{person.dial_code} {person.mobile}" if person.mobile else "",
        "website": person.website or "",
        "tags": list(person.tags),
        "note": person.note or "",
        "tax_number": person.company_tax_id or person.personal_tax_id or "",
        "group": GROUPS[person.group - 1]["id"] if 0 < person.group <= len(GROUPS) else None,
        "code": f"C{number}" if person.lot % 3 == 0 else "",
        "custom_fields": {"external_id": str(person.number)} if person.lot % 5 == 0 else {},
    }
    return document | _seed_address(person, document)


def _seed_address(person: Person, document: Document) -> Document:
    if not person.addresses:
        return {}
    address = person.addresses[0]
    others = person.addresses[1:] if person.registered else ()
    return {
        "address": address.line if address.floor is None else f"{address.line}, {address.floor}",
        "city": address.place.city,
        "zip": address.place.postal_code,
        "state": address.place.province,
        "country": str(COUNTRY_NUMBERS[address.place.country]),
        "book": [book_entry(document, number, _entry(other)) for number, other in enumerate(others, 2)],
    }


def _entry(address: Address) -> Document:
    return {
        "address": address.line,
        "city": address.place.city,
        "postal_code": address.place.postal_code,
        "state": STATE_BASE + PLACES.index(address.place),
        "country": COUNTRY_NUMBERS[address.place.country],
    }


def _samples() -> Sequence[Document]:
    """The page's list sample, and its detail sample under the id of its write samples."""
    guest = record("5b49a6a4deddac755c8cee7a", "john-smith@domain.tld") | {
        "fullname": "John Smith",
        "first_name": "John",
        "last_name": "Smith",
        "created": 1_531_553_332,
    }
    registered = record("569d08bb16f46ac71e7b23c6", "john.smith@domain.tld") | {
        "fullname": "John Smith",
        "first_name": "John",
        "last_name": "Smith",
        "created": 1_453_131_963,
        "updated": 1_453_131_963,
        "website": "https://domain.com",
        "phone": "+1 007 007 007",
        "mobile": "+10 07 007 007",
        "address": "3411 Las Vegas Blvd. South",
        "city": "Las Vegas",
        "zip": "NV89109",
        "state": "Nevada",
        "country": "254",
        "userUID": 120_007,
        "accountType": "registered",
    }
    return guest, registered


def _side() -> Mapping[str, Sequence[Document]]:
    return {"grouping": GROUPS}


def _dump(_state: State, document: Document) -> Document:
    rest = {name: value for name, value in document.items() if name not in {"created", "updated"}}
    return rest | {"created_at": moment(document["created"]), "updated_at": moment(document["updated"])}


def _load(state: State, document: Document) -> Document:
    rest = {name: value for name, value in document.items() if name not in {"created_at", "updated_at"}}
    number = state.customers.count() + 1
    created = _seconds(document.get("created_at")) or state.now()
    whole = record(f"{created:08x}10adedda7a{number:06x}", "") | rest
    return whole | {"created": created, "updated": _seconds(document.get("updated_at"))}


def _seconds(moment: str | None) -> int | None:
    return None if moment is None else int(datetime.fromisoformat(moment).timestamp())


def _limit(clock: Clock) -> Limit:
    return daily_quota(DAILY_QUOTA, clock)


def _limit_headers(state: State, verdict: Verdict) -> Mapping[str, str]:
    """Whether the clients endpoints send the header at all is not documented; usually they do not."""
    return {"X-Storeden-Limit": f"{verdict.remaining}/{verdict.limit}"} if state.contrary else {}


def _routes(state: State) -> Sequence[Route]:
    """Every customer endpoint, the groups and the address book."""
    reader, writer, tagger, book = Reader(state), Writer(state), Tagger(state), Book(state)
    endpoints: Sequence[tuple[str, str, Callable[[Incoming], Response]]] = (
        ("GET", "clients/list", reader.list_all),
        ("GET", "clients/list_paginated", reader.list_page),
        ("GET", "clients/client", reader.client),
        ("POST", "clients/client", writer.create),
        ("PUT", "clients/client", writer.update),
        ("DELETE", "clients/client", writer.delete),
        ("PUT", "clients/client2group", writer.assign_group),
        ("DELETE", "clients/client2group", writer.remove_group),
        ("PUT", "clients/accept_marketing", writer.accept_marketing),
        ("PUT", "clients/custom_fields", writer.custom_fields),
        ("POST", "clients/tags", tagger.replace),
        ("PUT", "clients/tags", tagger.add),
        ("DELETE", "clients/tags", tagger.remove),
        ("PUT", "clients/batchTags", tagger.batch_add),
        ("POST", "clients/batchTags", tagger.batch_replace),
        ("DELETE", "clients/batchTags", tagger.batch_remove),
        ("GET", "customergroup/list", book.groups),
        ("GET", "customergroup/group", book.group),
        ("POST", "customergroup/group", book.create_group),
        ("GET", "useraccount/addresses", book.addresses),
        ("POST", "useraccount/address", book.create_address),
    )
    return [Route(method, f"/v1.1/{path}.json", handler) for method, path, handler in endpoints]


VENDOR = Vendor(
    name="storeden",
    tables={"customer": CUSTOMER, "grouping": Table(id_type="TEXT")},
    seed=_seed,
    samples=_samples,
    side=_side,
    routes=_routes,
    authorize=authorize,
    limit=_limit,
    over_limit=over_limit,
    limit_headers=_limit_headers,
    unknown=unknown,
    dump=_dump,
    load=_load,
    credentials=STOREDEN,
)
"""Storeden, mounted at ``/storeden``; its base URL ends in ``/storeden/v1.1``."""
