"""Storeden (TS Commerce), Customers API v1.1 beta; read 2026-11-21.

Worth knowing:
- List rows and details are nearly disjoint: phone and address are in details only; names in parts, consent, times,
  group and custom fields in lists only. A whole customer needs both.
- The list has no pages, no order and no total; time bounds are exclusive, in unix seconds, and come in pairs.
- One call finds one customer, by id or by e-mail; an e-mail is unique in a store.
- Ids are Mongo ObjectIds, their first four bytes near the creation time (assumed): so a list row is found again.
- `country` is the vendor's own number, no ISO code; `state` is a name.
- Tags, note and tax number can be written and never read.
- Customers whose `updated_at` is null are in no range of update times (assumed).
- The shapes of the nodes `group` and `custom_fields` are not documented: all likely ones are read (assumed).
- Error bodies are not documented: HTTP 200 with `err`, `error` or `ok` other than 1 is an error (assumed).
- "No such customer" is not documented: 404, an empty answer and an error that says so are all read (assumed).
- Every update needs a name; e-mail, mobile, website and metadata can be given only when creating.
- On an update `state` is the country's name: only `countryUID` and `stateUID` are sent, never names.
- For tags POST replaces, PUT adds, DELETE removes; in batches a lone star as e-mail is every customer.
- A day has 100,000 calls; beyond them every answer is HTTP 509.
"""

from __future__ import annotations

from typing import Final

from pydantic import Field as Setting
from pydantic import SecretStr

from gateway.auth import HeaderAuth
from gateway.customer import Vendor
from gateway.paging import Unpaged
from gateway.settings import SourceSettings
from gateway.spec import Connection, Listing, VendorSpec
from gateway.vendors.storeden.bulk import WRITES
from gateway.vendors.storeden.call import by_email, by_id, groups, page, probe
from gateway.vendors.storeden.completion import complete
from gateway.vendors.storeden.read import read
from gateway.vendors.storeden.row import StoredenCustomer
from gateway.vendors.storeden.table import TABLE, same
from gateway.vendors.storeden.verdict import explain, rate

__all__ = ["SPEC", "StoredenCustomer", "StoredenSettings"]


class StoredenSettings(SourceSettings):
    """The keys of a Storeden source: one key pair is one store, for reading or for reading and writing."""

    key: SecretStr = Setting(min_length=1, description="The key of the store's key pair.")
    exchange: SecretStr = Setting(min_length=1, description="The exchange code of the store's key pair.")


def _connect(settings: StoredenSettings) -> Connection:
    auth = HeaderAuth(
        ("key", settings.key.get_secret_value()), ("exchange", settings.exchange.get_secret_value())
    )
    return Connection(
        base_url=settings.base_url.rstrip("/"), auth=auth, headers=(("accept", "application/json"),)
    )


SPEC: Final[VendorSpec[StoredenCustomer, StoredenSettings]] = VendorSpec(
    vendor=Vendor.STOREDEN,
    settings=StoredenSettings,
    connect=_connect,
    table=TABLE,
    row=StoredenCustomer,
    row_id=lambda row: row.id,
    read=read,
    explain=explain,
    rate=rate,
    by_id=by_id,
    by_email=by_email,
    page=page,
    join={
        "created_at_from": max,
        "created_at_to": min,
        "updated_at_from": max,
        "updated_at_to": min,
        "accountType": same,
    },
    pager=Unpaged(),
    complete=complete,
    groups=Listing(page=groups, pager=Unpaged(), page_size=1000),
    group_names=True,
    writes=lambda _: WRITES,
    harmless=frozenset(
        {
            "id",
            "nodes",
            "accountType",
            "created_at_from",
            "created_at_to",
            "updated_at_from",
            "updated_at_to",
        }
    ),
    probe=probe,
)
"""Storeden as the machinery sees it."""
