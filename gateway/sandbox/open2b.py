"""Open2b's commerce.customers, Admin API v13 (product 7.8), emulated.

Worth knowing
- Every method is a POST of JSON; a business error is HTTP 200 with ``"status": "error"``, and only the first is told.
- Errors of the transport (key, method, rate) are other statuses and no JSON.
- ``get`` of an unknown id is ok and null, ``update`` of one is NotFound, ``delete`` of one passes.
- Times have no zone; here they are UTC (an assumption).
- Without ``fields`` a customer comes with the encrypted password (an assumption).
- The page's samples cut some values with "…"; here they are made up to the documented length.
- Customers deleted are gone; ids are never given again.
- Behaviour that no page states is marked as an assumption where it is chosen.
"""

from collections.abc import Mapping, Sequence

from gateway.sandbox import open2b_label, open2b_read, open2b_write
from gateway.sandbox.credential import OPEN2B
from gateway.sandbox.limit import Clock, FixedWindow, Limit
from gateway.sandbox.open2b_endpoint import authorize, over_limit, route, unknown
from gateway.sandbox.open2b_label import GROUPS, Grouping, Labeller
from gateway.sandbox.open2b_read import Reader
from gateway.sandbox.open2b_row import BILLING, CUSTOMER, SHIPPING, encrypt, full_name, token
from gateway.sandbox.open2b_write import Writer, blank
from gateway.sandbox.place import PLACES, Address
from gateway.sandbox.population import END, Person, Presence
from gateway.sandbox.text import naive
from gateway.sandbox.vendor import Document, Route, State, Table, Vendor

CALLS, WINDOW = 1000, 300.0
FIRST_ID = 100_000
PASSWORD = "sandbox-pass"  # noqa: S105 - the fake password of everyone in the population who has one
SAMPLE_PASSWORD = "foY5/eLc93Wu5"  # noqa: S105 - the page's own
SAMPLE_CART = "RtRi8JWsxKcartofthesinTMwTA1UJtg"
_ENCRYPTED = encrypt(PASSWORD)


def _seed(person: Person, presence: Presence, number: int) -> Document:
    home = (
        person.addresses[0]
        if person.addresses
        else Address(PLACES[person.lot % len(PLACES)], "1", None, None)
    )
    has_password = _is_first_of_its_email(person, presence) and (person.registered or person.lot % 7 == 0)
    can_login = has_password and person.registered
    language = person.locale.replace("_", "-")
    billing = _billing(person, presence, home)
    return blank(FIRST_ID + number, naive(presence.created_at), 1 + person.group) | {
        "code": f"C{number:06d}" if person.lot % 5 < 3 else "",
        "canLogin": can_login,
        "hasPassword": has_password,
        "encryptedPassword": _ENCRYPTED if has_password else "",
        "locale": language[:2] if person.lot % 5 == 0 else language,
        "loginTime": naive(_login(person, presence)) if can_login and person.lot % 3 else None,
        "updateTime": naive(presence.changed_at),
        "collection": 8 if person.wholesale else None,
        "collections": [22, 54] if person.lot % 11 == 0 else [],
        "wishList": [340 + person.lot % 50, 981] if person.lot % 4 == 0 else [],
        "cart": token(number) if person.lot % 13 == 0 else None,
        "invoiceRecipient": "AB7TR6K" if home.place.country == "IT" and person.company else "",
        "fullName": full_name(billing),
        "billingAddress": billing,
        "shippingAddress": _shipping(person, person.addresses[1]) if len(person.addresses) > 1 else None,
        "labels": sorted({1 + (len(tag) * 7 + person.lot) % 32 for tag in person.tags}),
    }


def _is_first_of_its_email(person: Person, presence: Presence) -> bool:
    """Whether the e-mail was made for this person: who shares another's may not log in."""
    local = (presence.email or "").partition("@")[0]
    return local.endswith(str(person.number))


def _login(person: Person, presence: Presence) -> int:
    return presence.created_at + person.lot % max(1, END - presence.created_at)


def _billing(person: Person, presence: Presence, home: Address) -> Document:
    place = home.place
    return {
        "firstName": person.first_name,
        "lastName": person.last_name,
        "personalCode": person.personal_tax_id or "",
        "companyName": person.company or "",
        "companyCode": person.company_tax_id or "",
        "companyCode2": "",
        "street1": home.line,
        "street2": home.floor or "",
        "city": place.city,
        "postalCode": place.postal_code,
        "stateProv": place.province_code,
        "country": place.country,
        "phoneNumber": f"+{person.dial_code}{person.phone}" if person.phone else "",
        "mobileNumber": f"+{person.dial_code}{person.mobile}" if person.mobile else "",
        "faxNumber": "",
        "email": presence.email or "",
    }


def _shipping(person: Person, address: Address) -> Document:
    return {
        "name": person.name,
        "street1": address.line,
        "street2": address.floor or "",
        "city": address.place.city,
        "postalCode": address.place.postal_code,
        "stateProv": address.place.province_code,
        "country": address.place.country,
    }


def _samples() -> Sequence[Document]:
    """The one customer of the page."""
    street = {"street1": "221b Baker Street", "street2": "", "city": "London", "postalCode": "NW1 6XE"}
    place = street | {"stateProv": "LND", "country": "GB"}
    billing = {
        "firstName": "Sherlock",
        "lastName": "Holmes",
        "personalCode": "SH239IBA",
        "companyName": "Investigations Inc",
        "companyCode": "INV8403MC1",
        "companyCode2": "7J BA3 006",
        "phoneNumber": "+44+207 2243688",
        "mobileNumber": "",
        "faxNumber": "",
        "email": "holmes@inv-london.com",
    }
    sample = blank(37_091, "2020-05-21 16:49:13", 3) | {
        "code": "TF78123",
        "canLogin": True,
        "hasPassword": True,
        "encryptedPassword": encrypt(SAMPLE_PASSWORD),
        "locale": "en-GB",
        "loginTime": "2020-12-13 12:05:44",
        "updateTime": "2020-12-05 09:24:01",
        "collection": 8,
        "collections": [22, 54],
        "wishList": [340, 981, 18],
        "cart": SAMPLE_CART,
        "invoiceRecipient": "AB7TR6K",
        "fullName": "Investigations Inc",
        "billingAddress": billing | place,
        "shippingAddress": {"name": "John"} | place,
        "labels": [1, 3],
    }
    return (sample,)


def _side() -> Mapping[str, Sequence[Document]]:
    carts = [{"id": SAMPLE_CART}, *({"id": token(number)} for number in range(1, 11))]
    return {"grouping": GROUPS, "cart": carts}


def _load(state: State, document: Document) -> Document:
    identifier = document.get("id", state.customers.next_id())
    whole = blank(identifier, document.get("creationTime", naive(state.now())), 1) | document
    billing = dict.fromkeys(BILLING, "") | whole["billingAddress"]
    shipping = whole["shippingAddress"]
    return whole | {
        "updateTime": document.get("updateTime", whole["creationTime"]),
        "fullName": full_name(billing),
        "billingAddress": billing,
        "shippingAddress": None if shipping is None else dict.fromkeys(SHIPPING, "") | shipping,
    }


def _limit(clock: Clock) -> Limit:
    return FixedWindow(CALLS, WINDOW, clock)


def _routes(state: State) -> Sequence[Route]:
    """The customers' methods, and those of labels and groups."""
    reader, writer, labeller, grouping = Reader(state), Writer(state), Labeller(state), Grouping(state)
    methods = (
        ("customers.find", open2b_read.FIND, reader.find),
        ("customers.get", open2b_read.GET, reader.get),
        ("customers.count", open2b_read.COUNT, reader.count),
        ("customers.authenticate", open2b_read.AUTHENTICATE, reader.authenticate),
        ("customers.create", open2b_write.CREATE, writer.create),
        ("customers.update", open2b_write.UPDATE, writer.update),
        ("customers.delete", open2b_write.DELETE, writer.delete),
        ("labels.find", open2b_label.FIND, labeller.find),
        ("labels.add", open2b_label.CHANGE, labeller.add),
        ("labels.replace", open2b_label.CHANGE, labeller.replace),
        ("labels.remove", open2b_label.CHANGE, labeller.remove),
        ("customer-groups.find", open2b_label.FIND_GROUPS, grouping.find),
    )
    return [route(state, f"commerce.{name}", rules, method) for name, rules, method in methods]


VENDOR = Vendor(
    name="open2b",
    tables={
        "customer": CUSTOMER,
        "grouping": Table(),
        "cart": Table(id_type="TEXT"),
        "sequence": Table(),
    },
    seed=_seed,
    samples=_samples,
    side=_side,
    routes=_routes,
    authorize=authorize,
    limit=_limit,
    over_limit=over_limit,
    unknown=unknown,
    load=_load,
    credentials=OPEN2B,
)
"""Open2b, mounted at ``/open2b``; its base URL is that, without ``/api``."""
