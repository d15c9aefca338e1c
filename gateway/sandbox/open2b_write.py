"""Open2b's writing methods: create, update and delete, with the rules of the vendor's error tables."""

import re
from typing import Any

from gateway.sandbox.open2b_endpoint import Call
from gateway.sandbox.open2b_row import BILLING, SHIPPING, encrypt, full_name
from gateway.sandbox.open2b_rule import (
    Rule,
    Rules,
    Wrong,
    array,
    boolean,
    country,
    email,
    invoice_recipient,
    locale,
    moment,
    record,
    text,
    whole,
)
from gateway.sandbox.text import lowered, naive
from gateway.sandbox.vendor import Document, State

CATALOG_COLLECTIONS = frozenset({8, 9})
ADDITIONAL_COLLECTIONS = frozenset({22, 54, 60})
DEFAULT_LOCALE = "it-IT"
_CRYPTED = {
    "Open2b": re.compile(r".{45}"),
    "osCommerce": re.compile(r"[0-9a-f]{32}:.{1,8}"),
    "ZenCart": re.compile(r"[0-9a-f]{32}:.{1,8}"),
    "CRELoaded": re.compile(r"[0-9a-f]{32}:.{1,8}"),
}
"""The applications whose encrypted passwords are taken, with the form of theirs (an assumption)."""
_NEEDED_BILLING: Rules = {
    "firstName": Rule(text(1, 25), required=True),
    "lastName": Rule(text(1, 25), required=True),
    "street1": Rule(text(1, 60), required=True),
    "city": Rule(text(1, 35), required=True),
    "postalCode": Rule(text(1, 20), required=True),
    "country": Rule(country, required=True),
    "email": Rule(email, required=True),
}
_BILLING: Rules = _NEEDED_BILLING | {
    "personalCode": Rule(text(0, 20)),
    "companyName": Rule(text(0, 100)),
    "companyCode": Rule(text(0, 20)),
    "companyCode2": Rule(text(0, 20)),
    "street2": Rule(text(0, 60)),
    "stateProv": Rule(text(0, 3)),
    "phoneNumber": Rule(text(0, 15)),
    "mobileNumber": Rule(text(0, 15)),
    "faxNumber": Rule(text(0, 15)),
}
_SHIPPING: Rules = {
    "name": Rule(text(1, 100), required=True),
    "street1": Rule(text(1, 60), required=True),
    "street2": Rule(text(0, 60)),
    "city": Rule(text(1, 35), required=True),
    "postalCode": Rule(text(1, 20), required=True),
    "stateProv": Rule(text(0, 3)),
    "country": Rule(country, required=True),
}
_PASSWORD: Rules = {"value": Rule(text(0, 50), required=True), "cryptedBy": Rule(text(0, 20), nullable=True)}
_CUSTOMER: Rules = {
    "code": Rule(text(0, 32)),
    "canLogin": Rule(boolean),
    "password": Rule(record(_PASSWORD), nullable=True),
    "locale": Rule(locale),
    "creationTime": Rule(moment),
    "loginTime": Rule(moment, nullable=True),
    "group": Rule(whole(1, 255)),
    "collection": Rule(whole(1), nullable=True),
    "collections": Rule(array(whole(1))),
    "wishList": Rule(array(whole(1))),
    "invoiceRecipient": Rule(invoice_recipient),
    "billingAddress": Rule(record(_BILLING)),
    "shippingAddress": Rule(record(_SHIPPING), nullable=True),
}
_NEW: Rules = _CUSTOMER | {"billingAddress": Rule(record(_BILLING), required=True)}
_CHANGED: Rules = _CUSTOMER | {"cart": Rule(text(32, 32), nullable=True)}
CREATE: Rules = {"customer": Rule(record(_NEW, prefixed=False), required=True)}
UPDATE: Rules = {
    "id": Rule(whole(1), required=True),
    "customer": Rule(record(_CHANGED, prefixed=False), required=True),
}
DELETE: Rules = {"ids": Rule(array(whole(1)), required=True)}


class Writer:
    """The writing methods over one store."""

    def __init__(self, state: State) -> None:
        self._state, self._customers = state, state.customers

    def create(self, call: Call) -> Document:
        """Only the new id comes back; the group left out is the default one (an assumption)."""
        sent = call.request["customer"]
        if sent.get("canLogin") and "password" not in sent:
            raise Wrong("password", "Missing", "Password is required if customer is active")
        identifier = max(self._customers.next_id(), self._used() + 1)
        now = naive(self._state.now())
        fresh = blank(identifier, now, self._default_group())
        self._save(fresh, sent)
        return {"id": identifier}

    def update(self, call: Call) -> Document:
        """Fields left out stay; nothing comes back."""
        identifier = call.request["id"]
        before = self._customers.get(identifier)
        if before is None:
            raise Wrong("id", "NotFound", f"Customer '{identifier}' does not exist")
        self._save(before, call.request["customer"])
        return {}

    def delete(self, call: Call) -> Document:
        """Unknown ids pass unnoticed; the contrary reading refuses the request for one (neither is documented)."""
        for identifier in call.request["ids"]:
            if self._state.contrary and self._customers.get(identifier) is None:
                raise Wrong("ids", "NotFound", f"Customer '{identifier}' does not exist")
        self._state.tables["sequence"].put({"id": max(self._used(), self._customers.next_id() - 1)})
        for identifier in call.request["ids"]:
            self._customers.remove(identifier)
        return {}

    def _used(self) -> int:
        """The largest id that a deleted customer had: no id is given twice."""
        return self._state.tables["sequence"].next_id() - 1

    def _default_group(self) -> int:
        groups = self._state.tables["grouping"].select()
        return next(int(group["id"]) for group in groups if group["isDefault"])

    def _save(self, before: Document, sent: Document) -> None:
        after = self._merged(before, sent)
        self._check_login(after)
        self._check_collections(sent)
        self._check_references(before, sent)
        self._check_unique(after, sent)
        self._check_times(after, sent)
        self._customers.put(after)

    def _merged(self, before: Document, sent: Document) -> Document:
        after = before | {name: value for name, value in sent.items() if name != "password"}
        for name, parts in (("billingAddress", BILLING), ("shippingAddress", SHIPPING)):
            if sent.get(name) is not None:
                after[name] = self._address(parts, sent[name], before[name])
        if "password" in sent:
            after["encryptedPassword"] = _encrypted(sent["password"])
            after["hasPassword"] = bool(after["encryptedPassword"])
        return after | {
            "fullName": full_name(after["billingAddress"]),
            "updateTime": naive(self._state.now()),
        }

    def _address(self, parts: tuple[str, ...], sent: Document, before: Document | None) -> Document:
        """A sent block replaces the former, or is merged into it; which is not documented."""
        kept = before if self._state.contrary and before is not None else dict.fromkeys(parts, "")
        return kept | sent

    def _check_login(self, after: Document) -> None:
        if after["canLogin"] and not after["hasPassword"]:
            raise Wrong("canLogin", "InvalidValue", "canLogin can be true only if password is defined")

    def _check_collections(self, sent: Document) -> None:
        main = sent.get("collection")
        if main in ADDITIONAL_COLLECTIONS:
            raise Wrong("collection", "InvalidValue", f"Collection {main} is not a catalog collection")
        if main is not None and main not in CATALOG_COLLECTIONS:
            raise Wrong("collection", "NotFound", f"Collection {main} does not exist")
        more = sent.get("collections", [])
        if len(more) > 100:
            message = "A customer cannot have more than 100 additional collections"
            raise Wrong("collections", "InvalidValue", message)
        if len(set(more)) < len(more):
            raise Wrong("collections", "Malformed", "A collection id is repeated")
        for one in more:
            if one in CATALOG_COLLECTIONS:
                raise Wrong(
                    "collections", "InvalidValue", f"Collection {one} is not an additional collection"
                )
            if one not in ADDITIONAL_COLLECTIONS:
                raise Wrong("collections", "NotFound", f"Collection {one} does not exist")

    def _check_references(self, before: Document, sent: Document) -> None:
        group, cart = sent.get("group"), sent.get("cart")
        if group is not None and self._state.tables["grouping"].get(group) is None:
            raise Wrong("group", "NotFound", f"Customer group {group} does not exist")
        if cart is not None and cart != before["cart"] and self._state.tables["cart"].get(cart) is None:
            raise Wrong("cart", "NotFound", f"Cart '{cart}' does not exist")

    def _check_unique(self, after: Document, sent: Document) -> None:
        """Any number of customers may have no code (an assumption)."""
        others = "id != ?", (after["id"],)
        if sent.get("code"):
            where = f"code_key = ? AND {others[0]}"
            if self._customers.count(where, (lowered(sent["code"]), *others[1])):
                raise Wrong("code", "AlreadyExists", f"Code '{sent['code']}' already exists")
        # The page gives two rules: of those who can log in, and, in a note, of those with a password.
        flag, column = ("hasPassword", "has_password") if self._state.contrary else ("canLogin", "can_login")
        address = after["billingAddress"]["email"]
        if after[flag] and self._customers.count(
            f"email_key = ? AND {column} AND {others[0]}", (lowered(address), *others[1])
        ):
            message = f"Email '{address}' already exists for a customer that can login"
            raise Wrong("email", "AlreadyExists", message)

    def _check_times(self, after: Document, sent: Document) -> None:
        now, created, login = naive(self._state.now()), after["creationTime"], after["loginTime"]
        if "creationTime" in sent and created > now:
            raise Wrong("creationTime", "InvalidValue", f"Creation time '{created}' is in the future")
        if login is None or not {"creationTime", "loginTime"} & set(sent):
            return
        if login < created:
            message = f"Login time '{login}' is before the creation time"
            raise Wrong("loginTime", "InvalidValue", message)
        if login > now:
            raise Wrong("loginTime", "InvalidValue", f"Login time '{login}' is in the future")


def blank(identifier: int, now: str, group: int) -> Document:
    """A customer of whom nothing is known, but for both addresses' shape."""
    return {
        "id": identifier,
        "code": "",
        "canLogin": False,
        "hasPassword": False,
        "encryptedPassword": "",
        "locale": DEFAULT_LOCALE,
        "creationTime": now,
        "loginTime": None,
        "updateTime": now,
        "group": group,
        "collection": None,
        "collections": [],
        "wishList": [],
        "cart": None,
        "invoiceRecipient": "",
        "fullName": "",
        "billingAddress": dict.fromkeys(BILLING, ""),
        "shippingAddress": None,
        "labels": [],
    }


def _encrypted(password: dict[str, Any] | None) -> str:
    """The password as it is kept, "" for none."""
    if password is None:
        return ""
    value, application = str(password["value"]), password.get("cryptedBy")
    if application in (None, "None"):
        if not 6 <= len(value) <= 16:
            raise Wrong("password", "Malformed", "Password must have between 6 and 16 characters")
        return encrypt(value)
    form = _CRYPTED.get(application)
    if form is None:
        raise Wrong("password.cryptedBy", "InvalidValue", "password.cryptedBy is not a valid value")
    if not form.fullmatch(value):
        raise Wrong("password", "Malformed", f"Password is not a '{application}' crypted password")
    return value
