"""Tiendanube / Nuvemshop, Customer resource of API v1 and its dated successor 2025-03; read 2026-11-21.

Worth knowing:
- The token goes into `Authentication: bearer …`, not `Authorization`; a missing User-Agent is HTTP 400.
- A list answers HTTP 404 "Last page is N" beyond its end and where nothing matches; by id, 404 is no such customer.
- Nothing looks a customer up by e-mail: the text search `q` does, and finds longer addresses and several customers.
- `q` looks into name, e-mail and identification, not into phones; its folding is not documented.
- E-mails and address ids are not unique: the document's own customers share both.
- Whether time bounds are included is not documented: they are widened by a second.
- No order is documented; after `since_id`, ids ascend (assumed, and checked while a walk goes on).
- Billing is eight to ten flat texts beside the addresses; `billing_address` is a street.
- `active` is "true" or "false" by the document and a boolean in live answers; `extra` is `{}` or `[]` when empty.
- Times have an offset with or without a colon.
- Fields that are not asked for are absent, and so are some in answers to writes: absent is not null.
- A PUT changes what it names and replaces `extra` whole; it adds and changes addresses, and removes none (found).
- Deleting is in version 2025-03 (found elsewhere), and only for customers without orders.
- The bucket holds 40 calls and leaks 2 a second, ten times that on the largest plans: headers tell.
"""

from __future__ import annotations

from typing import Final

from pydantic import Field as Setting
from pydantic import SecretStr

from gateway.auth import HeaderAuth
from gateway.customer import Vendor
from gateway.paging import PageNumber, SinceId
from gateway.settings import SourceSettings
from gateway.spec import Connection, VendorSpec
from gateway.vendors.tiendanube.call import by_email, by_id, count, page, probe
from gateway.vendors.tiendanube.read import read
from gateway.vendors.tiendanube.row import TiendanubeCustomer
from gateway.vendors.tiendanube.table import PAGE_SIZE, TABLE, contained
from gateway.vendors.tiendanube.verdict import explain, rate
from gateway.vendors.tiendanube.webhook import webhook
from gateway.vendors.tiendanube.writing import writes

__all__ = ["SPEC", "TiendanubeCustomer", "TiendanubeSettings"]


class TiendanubeSettings(SourceSettings):
    """The keys of a Tiendanube source: one store with an app's token, which does not expire."""

    store_id: str = Setting(
        pattern=r"^[0-9]+$", description="The store's number, as in the vendor's addresses."
    )
    access_token: SecretStr = Setting(min_length=1, description="The app's token for this store.")
    webhook_secret: SecretStr | None = Setting(
        None,
        min_length=1,
        description="The app's secret, which its webhooks are signed with; none are taken without.",
    )
    user_agent: str = Setting(
        pattern=r"^[ -~]+$", description="The app's name and a contact, which the vendor asks for."
    )


def _connect(settings: TiendanubeSettings) -> Connection:
    token = settings.access_token.get_secret_value()
    return Connection(
        base_url=f"{settings.base_url.rstrip('/')}/{settings.store_id}",
        auth=HeaderAuth(("authentication", f"bearer {token}")),
        headers=(("user-agent", settings.user_agent), ("accept", "application/json")),
    )


SPEC: Final[VendorSpec[TiendanubeCustomer, TiendanubeSettings]] = VendorSpec(
    vendor=Vendor.TIENDANUBE,
    settings=TiendanubeSettings,
    connect=_connect,
    table=TABLE,
    row=TiendanubeCustomer,
    row_id=lambda row: str(row.id),
    read=read,
    explain=explain,
    rate=rate,
    by_id=by_id,
    by_email=by_email,
    page=page,
    count=count,
    join={
        "q": contained,
        "created_at_min": max,
        "created_at_max": min,
        "updated_at_min": max,
        "updated_at_max": min,
        "since_id": max,
    },
    pager=PageNumber(page="page", size="per_page", maximum=PAGE_SIZE),
    # A walk starts after 0: without since_id, nothing is known of the order.
    drain=SinceId(since="since_id", size="per_page", maximum=PAGE_SIZE, order={"since_id": 0}),
    harmless=frozenset(
        {
            "page",
            "per_page",
            "since_id",
            "fields",
            "created_at_min",
            "created_at_max",
            "updated_at_min",
            "updated_at_max",
        }
    ),
    writes=writes,
    webhook=lambda settings: webhook(settings.webhook_secret, settings.store_id),
    probe=probe,
)
"""Tiendanube as the machinery sees it."""
