"""Foodics' customers, API v5 (page last updated 8/9/2023), emulated.

Worth knowing
- Pages have 50 rows, whatever is asked for; tags and addresses are absent unless included.
- Balances and limits are absent, not null, for a token without their scope.
- ``is_loyalty_enabled`` is 0 or 1 in answers and a boolean in requests; a balance that is sent passes unnoticed.
- Deleting is soft, and needs a scope that a normal integration does not have; so does restoring.
- Nothing is unique but the id: neither phone nor e-mail.
- Programs without a User-Agent of their own are refused before anything else, as is "bearer" in lower case.
- Behaviour that no page states is marked as an assumption, or as not documented, where it is chosen.
"""

import zlib
from collections.abc import Mapping, Sequence

from gateway.sandbox.credential import FOODICS
from gateway.sandbox.foodics_address import Addresses, address_id
from gateway.sandbox.foodics_customer import Customers, tag_entries
from gateway.sandbox.foodics_endpoint import (
    TOKEN_PATH,
    TOKENS,
    Handler,
    authorize,
    limit_headers,
    over_limit,
    route,
    unknown,
)
from gateway.sandbox.foodics_row import ALL_SCOPES, CUSTOMER, INCLUDES, ZONES, blank, show
from gateway.sandbox.foodics_table import Ledger, Tags, tag
from gateway.sandbox.foodics_token import Tokens
from gateway.sandbox.limit import Clock, FixedWindow, Limit
from gateway.sandbox.population import BEGIN, END, Gender, Person, Presence, people
from gateway.sandbox.text import naive
from gateway.sandbox.vendor import Document, Route, State, Table, Vendor

CALLS, WINDOW = 90, 60.0
"""Requests a minute; the header of the recorded sandbox says 30, several public clients say 90."""
LOADED = 10_000_000
"""Numbers of loaded customers begin here, so that ids made later differ from the population's."""
SAMPLE_TAGS = ("fhhsd8r5", "8d06aaa0")
_GENDERS = {Gender.MALE: 1, Gender.FEMALE: 2}
_ZONE_IDS = (None, *list(ZONES)[1:])


def tag_id(name: str) -> str:
    """The id of the population's tag with this name."""
    return f"8d{zlib.crc32(name.encode()):08x}"


def _seed(person: Person, presence: Presence, number: int) -> Document:
    orders = person.orders
    return blank(number, person.name, naive(presence.created_at)) | {
        "dial_code": person.dial_code,
        "phone": person.phone or person.mobile or "",
        "email": presence.email,
        "gender": None if person.gender is None else _GENDERS[person.gender],
        "birth_date": person.birth_date,
        "is_blacklisted": person.blacklisted,
        "is_loyalty_enabled": person.lot % 3 > 0,
        "loyalty_balance": person.lot % 500 / 2 if person.lot % 3 else 0,
        "updated_at": naive(presence.changed_at),
        "deleted_at": None if presence.deleted_at is None else naive(presence.deleted_at),
        "last_order_at": naive(_last_order(person, presence)) if orders else None,
        "order_count": orders if orders or person.lot % 5 else None,
        "notes": person.note,
        "tags": [tag_id(name) for name in dict.fromkeys(person.tags)],
        "addresses": _addresses(person, presence, number),
        **_house_account(person),
    }


def _house_account(person: Person) -> Document:
    if not person.wholesale:
        return {}
    return {
        "is_house_account_enabled": True,
        "house_account_limit": 1000 + person.lot % 5 * 500,
        "house_account_balance": (person.lot % 40_000 - 10_000) / 100,
    }


def _last_order(person: Person, presence: Presence) -> int:
    return presence.created_at + person.lot % max(1, END - presence.created_at)


def _addresses(person: Person, presence: Presence, number: int) -> Sequence[Document]:
    created = naive(presence.created_at)
    return [
        {
            "id": address_id(number, position),
            "name": ("Home", "Work")[position % 2],
            "description": f"{address.line}, {address.place.city}, {address.place.country_name}",
            "latitude": f"{person.lot % 90}.{person.lot % 9973:04d}" if person.lot % 2 else None,
            "longitude": f"{person.lot % 180}.{person.lot % 9967:04d}" if person.lot % 2 else None,
            "delivery_zone_id": _ZONE_IDS[(person.lot + position) % len(_ZONE_IDS)],
            "created_at": created,
            "updated_at": created,
            "deleted_at": None,
        }
        for position, address in enumerate(person.addresses, 1)
    ]


def _samples() -> Sequence[Document]:
    """The page's customer; of its tag and its address the page tells only the ids."""
    sample = blank(0, "James Lapda", "2019-04-22 14:18:54") | {
        "id": "8d831",
        "dial_code": 966,
        "phone": "565445254",
        "email": "m.steuber@ecs.net",
        "gender": 1,
        "birth_date": "1986-09-17",
        "is_house_account_enabled": True,
        "house_account_limit": 1000,
        "is_loyalty_enabled": True,
        "updated_at": "2019-05-02 10:14:49",
        "last_order_at": "2019-11-27 09:40:35",
        "order_count": 3,
        "tags": [SAMPLE_TAGS[0]],
        "addresses": [{"id": "8d92cc27", "delivery_zone_id": "8d86ac81"}],
    }
    del sample["notes"]  # a field of live answers that the page does not know
    return (sample,)


def _side() -> Mapping[str, Sequence[Document]]:
    names = sorted({name for person in people(1, 300) for name in person.tags})
    tags = [tag(tag_id(name), name, naive(BEGIN)) for name in names]
    return {"tag": [*(tag(one, "", naive(BEGIN)) for one in SAMPLE_TAGS), *tags], "token": TOKENS}


def _dump(state: State, document: Document) -> Document:
    return show(document, ALL_SCOPES, INCLUDES, tag_entries(state, [document]))


def _load(state: State, document: Document) -> Document:
    whole = blank(LOADED + state.customers.count(), "", naive(state.now()))
    del whole["notes"]  # absent in some answers
    whole |= document
    zones = [address.get("delivery_zone") for address in whole["addresses"]]
    return whole | {
        "updated_at": document.get("updated_at", whole["created_at"]),
        "is_loyalty_enabled": bool(whole["is_loyalty_enabled"]),
        "tags": [one["id"] for one in whole["tags"]],
        "addresses": [
            {name: value for name, value in address.items() if name != "delivery_zone"}
            | {"delivery_zone_id": None if zone is None else zone["id"]}
            for address, zone in zip(whole["addresses"], zones, strict=True)
        ],
    }


def _limit(clock: Clock) -> Limit:
    return FixedWindow(CALLS, WINDOW, clock)


def _routes(state: State) -> Sequence[Route]:
    """The customers' endpoints, those around them, and the token endpoint beside ``/v5``."""
    renewal = route(state, f"POST {TOKEN_PATH}", None, Tokens(state).renew)
    lines = (*_customer_lines(state), *_other_lines(state))
    return [renewal, *(route(state, line.replace(" ", " /v5", 1), scope, do) for line, scope, do in lines)]


def _customer_lines(state: State) -> Sequence[tuple[str, str | None, Handler]]:
    customers, addresses = Customers(state), Addresses(state)
    return (
        ("GET /customers", "customers.list", customers.list),
        ("GET /customers/{id}", "customers.get", customers.get),
        ("POST /customers", "customers.write", customers.create),
        ("PUT /customers/{id}", "customers.write", customers.update),
        ("DELETE /customers/{id}", "admin.write", customers.delete),
        ("PUT /customers/{id}/restore", "admin.restore", customers.restore),
        ("GET /addresses", "customers.list", addresses.list),
        ("GET /addresses/{id}", "customers.get", addresses.get),
        ("POST /addresses", "customers.write", addresses.create),
        ("PUT /addresses/{id}", "customers.write", addresses.update),
        ("DELETE /addresses/{id}", "customers.write", addresses.delete),
    )


def _other_lines(state: State) -> Sequence[tuple[str, str | None, Handler]]:
    """Their scopes are assumptions."""
    tags, ledger = Tags(state), Ledger(state)
    return (
        ("GET /whoami", None, Tokens(state).whoami),
        ("GET /tags", None, tags.list),
        ("GET /tags/{id}", None, tags.get),
        ("POST /tags", "customers.write", tags.create),
        ("PUT /tags/{id}", "customers.write", tags.update),
        ("DELETE /tags/{id}", "admin.write", tags.delete),
        ("PUT /tags/{id}/restore", "admin.restore", tags.restore),
        ("GET /house_account_transactions", "customers.accounts.read", ledger.list_house),
        ("POST /house_account_transactions", "customers.accounts.write", ledger.create_house),
        ("GET /loyalty_transactions", "customers.loyalty.read", ledger.list_loyalty),
    )


VENDOR = Vendor(
    name="foodics",
    tables={
        "customer": CUSTOMER,
        "tag": Table(id_type="TEXT"),
        "token": Table(id_type="TEXT"),
        "house_account_transaction": Table(id_type="TEXT"),
        "loyalty_transaction": Table(id_type="TEXT"),
    },
    seed=_seed,
    samples=_samples,
    side=_side,
    routes=_routes,
    authorize=authorize,
    limit=_limit,
    over_limit=over_limit,
    limit_headers=limit_headers,
    unknown=unknown,
    dump=_dump,
    load=_load,
    credentials=FOODICS,
)
"""Foodics, mounted at ``/foodics``; its base URL ends in ``/foodics/v5``, its token URL in ``/foodics/oauth/token``."""
