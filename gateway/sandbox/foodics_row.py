"""Foodics' customer as it is kept: its columns, and how scopes and includes decide what is shown of it."""

from collections.abc import Collection, Mapping, Sequence

from gateway.sandbox.text import folded, lowered
from gateway.sandbox.vendor import Document, Table

ALL_SCOPES = frozenset(
    {
        "customers.list",
        "customers.get",
        "customers.write",
        "customers.accounts.read",
        "customers.accounts.write",
        "customers.loyalty.read",
        "customers.loyalty.write",
        "admin.write",
        "admin.restore",
    }
)
INCLUDES = frozenset({"tags", "addresses", "addresses.delivery_zone"})
ZONES: Mapping[str, Document] = {
    zone["id"]: zone
    for zone in (
        {"id": "8d86ac81"},
        {"id": "8d86ac82", "name": "City centre"},
        {"id": "8d86ac83", "name": "وسط المدينة"},
    )
}
"""The delivery zones by id; the page's own has no other field, so that its sample comes back as it is."""
_PLAIN = (
    "id", "name", "dial_code", "phone", "email", "gender", "birth_date", "is_blacklisted",
    "is_house_account_enabled", "created_at", "updated_at", "deleted_at", "last_order_at", "order_count", "notes",
)  # fmt: skip
_SCOPED = {
    "house_account_limit": "customers.accounts.read",
    "house_account_balance": "customers.accounts.read",
    "loyalty_balance": "customers.loyalty.read",
}
_COLUMNS = {
    "number": "INTEGER",
    "is_deleted": "INTEGER",
    "name_lowered": "TEXT",
    "name_folded": "TEXT",
    "email_key": "TEXT",
    "phone": "TEXT",
    "dial_code": "INTEGER",
    "is_blacklisted": "INTEGER",
    "is_house_account_enabled": "INTEGER",
    "is_loyalty_enabled": "INTEGER",
    "order_count": "INTEGER",
    "house_account_balance": "REAL",
    "created": "TEXT",
    "updated": "TEXT",
    "deleted": "TEXT",
    "last_order": "TEXT",
    "tag_ids": "TEXT",
    "address_ids": "TEXT",
}


def _values(document: Document) -> Sequence[str | int | float | None]:
    email = document["email"]
    return (
        document["number"],
        document["deleted_at"] is not None,
        lowered(document["name"]),
        folded(document["name"]),
        None if email is None else lowered(email),
        document["phone"],
        document["dial_code"],
        document["is_blacklisted"],
        document["is_house_account_enabled"],
        document["is_loyalty_enabled"],
        document["order_count"],
        document["house_account_balance"],
        document["created_at"],
        document["updated_at"],
        document["deleted_at"],
        document["last_order_at"],
        marked(document["tags"]) if document["tags"] else None,
        marked([address["id"] for address in document["addresses"]]) if document["addresses"] else None,
    )


CUSTOMER = Table(
    id_type="TEXT",
    columns=_COLUMNS,
    values=_values,
    indexes=(
        "number",
        "is_deleted, number, tag_ids",
        "is_deleted, created, number",
        "is_deleted, updated, number",
        "is_deleted, last_order, number",
        "is_deleted, order_count, number",
        "is_deleted, name_lowered, number",
        "is_deleted, name_folded, number",
        "is_deleted, email_key, number",
        "is_deleted, phone, number",
        "is_deleted, dial_code, number",
        "is_deleted, is_blacklisted, number",
        "is_deleted, is_house_account_enabled, number",
        "is_deleted, is_loyalty_enabled, number",
        "is_deleted, house_account_balance, number",
    ),
)


def marked(ids: Sequence[str]) -> str:
    """Ids in one text, each between commas, so that one can be looked for."""
    return f",{','.join(ids)},"


def identifier(number: int) -> str:
    """The UUID of the customer with this number; no two are the same, and its end tells the number."""
    mixed = number * 0x9E3779B97F4A7C15 & 0xFFFFFFFFFFFFFFFF
    high, middle, low = mixed >> 32, mixed >> 16 & 0xFFFF, mixed & 0xFFFF
    return f"{high:08x}-{middle:04x}-4{low >> 4:03x}-8{low & 0xF:x}5c-{number:012x}"


def blank(number: int, name: str, now: str) -> Document:
    """A customer of whom nothing but the name is known, as it is kept: ``tags`` are ids, whole addresses inside."""
    return {
        "id": identifier(number),
        "number": number,
        "name": name,
        "dial_code": 966,
        "phone": "",
        "email": None,
        "gender": None,
        "birth_date": None,
        "is_blacklisted": False,
        "is_house_account_enabled": False,
        "house_account_limit": None,
        "house_account_balance": 0,
        "is_loyalty_enabled": False,
        "loyalty_balance": 0,
        "created_at": now,
        "updated_at": now,
        "deleted_at": None,
        "last_order_at": None,
        "order_count": 0,
        "notes": None,
        "tags": [],
        "addresses": [],
    }


def show(
    document: Document, scopes: Collection[str], includes: Collection[str], tags: Mapping[str, Document]
) -> Document:
    """The customer: without a scope its fields are absent, without an include tags and addresses are."""
    shown: Document = {name: document[name] for name in _PLAIN if name in document}
    shown |= {name: document[name] for name, scope in _SCOPED.items() if scope in scopes}
    shown["is_loyalty_enabled"] = int(document["is_loyalty_enabled"])  # 0 and 1 in every sample
    if "tags" in includes:
        shown["tags"] = [tags.get(tag, {"id": tag}) for tag in document["tags"]]
    if "addresses" in includes or "addresses.delivery_zone" in includes:
        zoned = "addresses.delivery_zone" in includes
        live = [address for address in document["addresses"] if address.get("deleted_at") is None]
        shown["addresses"] = [show_address(address, zoned=zoned) for address in live]
    return shown


def show_address(address: Document, *, zoned: bool) -> Document:
    """The address, with its delivery zone (null for none) only where that is included."""
    shown = {name: value for name, value in address.items() if name != "delivery_zone_id"}
    if zoned:
        shown["delivery_zone"] = ZONES.get(address["delivery_zone_id"] or "")
    return shown
