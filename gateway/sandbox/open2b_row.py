"""Open2b's customer as it is kept: its fields, its columns, its password, and how it is shown."""

import base64
import hashlib
from collections.abc import Sequence
from typing import Any

from gateway.sandbox.text import folded, lowered
from gateway.sandbox.vendor import Document, Table

FIELDS = (
    "id", "code", "canLogin", "hasPassword", "encryptedPassword", "locale", "creationTime", "loginTime",
    "updateTime", "group", "collection", "collections", "wishList", "cart", "invoiceRecipient", "fullName",
    "billingAddress", "shippingAddress",
)  # fmt: skip
"""A customer's fields in the order of the vendor's page."""
BILLING = (
    "firstName", "lastName", "personalCode", "companyName", "companyCode", "companyCode2", "street1", "street2",
    "city", "postalCode", "stateProv", "country", "phoneNumber", "mobileNumber", "faxNumber", "email",
)  # fmt: skip
SHIPPING = ("name", "street1", "street2", "city", "postalCode", "stateProv", "country")
ORDERS = {
    "id": "id",
    "code": "code_key",
    "email": "email_key",
    "canLogin": "can_login",
    "hasPassword": "has_password",
    "fullName": "name_key",
    "country": "country",
    "creationTime": "created",
    "updateTime": "updated",
    "group": "customer_group",
}
"""The documented sort keys and their columns; that text sorts without regard to case is an assumption."""
_COLUMNS = {
    "code_key": "TEXT",
    "email_key": "TEXT",
    "name_key": "TEXT",
    "can_login": "INTEGER",
    "has_password": "INTEGER",
    "country": "TEXT",
    "created": "TEXT",
    "updated": "TEXT",
    "customer_group": "INTEGER",
    "personal_code": "TEXT",
    "company_code": "TEXT",
    "state_prov": "TEXT",
    "labels": "INTEGER",
    "words_lowered": "TEXT",
    "words_folded": "TEXT",
}
_SIGN = 1 << 63


def label_bits(labels: Sequence[int]) -> int:
    """Labels 1-64 as the bits of SQLite's signed integer."""
    bits = sum(1 << (label - 1) for label in set(labels))
    return bits - 2 * _SIGN if bits >= _SIGN else bits


def searched(document: Document) -> str:
    """What ``keywords`` looks at, one part a line: code, name, personal code, company codes and e-mail."""
    billing = document["billingAddress"]
    person = f"{billing['firstName']} {billing['lastName']}"
    codes = (billing["personalCode"], billing["companyCode"], billing["companyCode2"])
    parts = (document["code"], document["fullName"], person, *codes)
    return "\n".join((*dict.fromkeys(parts), billing["email"]))


def _values(document: Document) -> Sequence[str | int | None]:
    billing = document["billingAddress"]
    words = searched(document)
    return (
        lowered(document["code"]),
        lowered(billing["email"]),
        lowered(document["fullName"]),
        document["canLogin"],
        document["hasPassword"],
        billing["country"],
        document["creationTime"],
        document["updateTime"],
        document["group"],
        billing["personalCode"],
        billing["companyCode"],
        billing["stateProv"],
        label_bits(document["labels"]),
        lowered(words),
        None if words.isascii() else folded(words),
    )


CUSTOMER = Table(
    columns=_COLUMNS,
    values=_values,
    indexes=(
        *(f"{column}, id" for column in ORDERS.values() if column not in ("id", "country")),
        "country, state_prov, id",
        "personal_code",
        "company_code",
        "labels",
    ),
)


def full_name(billing: Document) -> str:
    """The company's name, else the person's."""
    return str(billing["companyName"] or f"{billing['firstName']} {billing['lastName']}")


def encrypt(password: str) -> str:
    """45 characters that stand for an encrypted password; like the page's sample they begin with the plain one."""
    return (password + hashlib.sha256(password.encode()).hexdigest())[:45]


def fits(password: str, document: Document) -> bool:
    """Whether this plain password is the customer's; other shops' hashes are ``md5(salt + password):salt``."""
    kept = str(document["encryptedPassword"])
    digest, _, salt = kept.partition(":")
    if salt:
        return hashlib.md5(f"{salt}{password}".encode(), usedforsecurity=False).hexdigest() == digest
    return bool(kept) and encrypt(password) == kept


def token(number: int) -> str:
    """A cart's token of 32 characters."""
    return (
        base64.b64encode(hashlib.sha256(f"cart {number}".encode()).digest()).decode()[:32].replace("/", "x")
    )


def show(document: Document, fields: Sequence[str] | None, *, secret: bool = True) -> Document:
    """The customer with these fields only; None means all, with the encrypted password unless not ``secret``."""
    if fields is None:
        return {name: document[name] for name in FIELDS if secret or name != "encryptedPassword"}
    shown: dict[str, Any] = {}
    for field in fields:
        name, _, part = field.partition(".")
        if not part:
            shown[name] = document[name]
        elif document[name] is None:
            shown[name] = None
        else:
            shown.setdefault(name, {})[part] = document[name][part]
    return shown
