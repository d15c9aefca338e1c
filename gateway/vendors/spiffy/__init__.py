"""Spiffy Stores, Customer API without a version (knowledge base, revision of April 2019); read 2026-11-21.

Worth knowing:
- `fields` always drops `default_address` and `addresses`, the only places of a phone number.
- `total_spent` is a text in the property table and a number in the samples; both are read.
- Times carry an offset in answers, and neither zone nor seconds in filters.
- Its wholesale filter is `wholesale_status`; one example of the document says `whole_status`.
- The search language has no documented escape: user text is stripped of what could be read as a filter.
- The vendor counts lists, never a search, and cannot combine `ids` with a search.
- Rows of one page have no documented order; `since_id` walks ids upwards (assumed), from 0 on.
- Null `tags`, and addresses left out of a whole row, mean that there are none (assumed).
- A page after the last is an empty list (assumed); a 404 in its place is taken for one.
- Over the limit: 429 with plain text that names the seconds, as rack-ratelimit does (assumed).
- The limit's numbers are JSON in the header `X-Ratelimit`.
- Errors are under `errors`, a text or lists of texts by field, as its own Ruby client reads them.
- A single customer's sample lacks `accounting_id` and `pos_id`, which the list's has: whole ones are read by `ids`.
- A customer's name is made by the vendor, its account cannot be changed, and its tags are one text, written whole.
- Addresses are written at an endpoint of their own; whether those inside a customer are heeded is not documented.
- Partner apps renew their token at `/admin/oauth/token`, where that client does; its README has another path.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

import msgspec
from pydantic import Field as Key
from pydantic import SecretStr, model_validator

from gateway.auth import AuthFlow, HeaderAuth, RefreshingBearer, basic
from gateway.call import Call, Rows, read_row, read_rows
from gateway.capabilities import Arguments
from gateway.customer import Field, Selection, Vendor
from gateway.paging import PageNumber, SinceId
from gateway.settings import SourceSettings
from gateway.spec import Connection, VendorSpec
from gateway.transport import Parameters, Request, Response
from gateway.vendors.spiffy.answer import explain, rate
from gateway.vendors.spiffy.read import read
from gateway.vendors.spiffy.row import SpiffyAddress, SpiffyCustomer
from gateway.vendors.spiffy.search import QUERY, words
from gateway.vendors.spiffy.table import PAGE_SIZE, TABLE
from gateway.vendors.spiffy.webhook import webhook
from gateway.vendors.spiffy.write import WRITES

__all__ = ["SPEC", "SpiffyAddress", "SpiffyCustomer", "SpiffySettings"]

_CUSTOMERS = "/api/customers"
_DROPPED_BY_FIELDS = frozenset({"default_address", "addresses"})
_NOBODY = "0"
"""An id that no customer has: an empty list of ids would ask for everybody."""


class SpiffySettings(SourceSettings):
    """A Spiffy store: a private app's key and password, or a partner app's token."""

    api_key: SecretStr | None = Key(None, description="Key of a private app; with api_password.")
    api_password: SecretStr | None = Key(None, description="Password of a private app; with api_key.")
    access_token: SecretStr | None = Key(
        None, description="Token of a partner app, instead of a private app."
    )
    refresh_token: SecretStr | None = Key(None, description="What a partner app renews its token with.")
    client_id: str | None = Key(None, description="The partner app's id; with refresh_token.")
    client_secret: SecretStr | None = Key(None, description="The partner app's secret; with refresh_token.")
    token_url: str | None = Key(
        None, description="Where tokens are renewed; without it, /admin/oauth/token of the store."
    )

    webhook_secret: SecretStr | None = Key(
        None, min_length=1, description="What its webhooks are signed with; none are taken without."
    )

    @model_validator(mode="after")
    def _one_way(self) -> SpiffySettings:
        if (self.api_key or self.api_password) and self.access_token:
            raise ValueError("give either api_key and api_password or access_token, not both")
        if self.access_token is None:
            self._require("api_key", "api_password", why="without access_token")
        if self.refresh_token or self.client_id or self.client_secret or self.token_url:
            self._require(
                "access_token", "refresh_token", "client_id", "client_secret", why="to renew the token"
            )
        return self

    def _require(self, *keys: str, why: str) -> None:
        missing = [key for key in keys if getattr(self, key) is None]
        if missing:
            raise ValueError(f"{' and '.join(missing)} must be given {why}")


def _auth(settings: SpiffySettings) -> AuthFlow:
    if settings.api_key and settings.api_password:
        return basic(settings.api_key.get_secret_value(), settings.api_password.get_secret_value())
    token = settings.access_token.get_secret_value() if settings.access_token else ""
    if not (settings.refresh_token and settings.client_id and settings.client_secret):
        return HeaderAuth(("authorization", f"Bearer {token}"))
    return RefreshingBearer(
        access_token=token,
        token_url=settings.token_url or f"{settings.base_url.rstrip('/')}/admin/oauth/token",
        refresh_token=settings.refresh_token.get_secret_value(),
        client_id=settings.client_id,
        client_secret=settings.client_secret.get_secret_value(),
    )


def _connect(settings: SpiffySettings) -> Connection:
    headers = (("accept", "application/json"), ("content-type", "application/json"))
    return Connection(base_url=settings.base_url.rstrip("/"), auth=_auth(settings), headers=headers)


def _fields(selection: Selection) -> Parameters:
    """Nothing where the parameter would drop what is needed."""
    names = TABLE.names(selection.fields)
    if selection.is_whole or not _DROPPED_BY_FIELDS.isdisjoint(names):
        return ()
    return (("fields", ",".join(names)),)


def _told(row: SpiffyCustomer, selection: Selection) -> SpiffyCustomer:
    """The row with what was asked for and is not there as none, instead of unknown."""
    told: dict[str, Any] = {}
    if row.tags is None and selection.wants(Field.TAGS):
        told["tags"] = ""
    if row.addresses is None and not _fields(selection):
        told["addresses"] = ()
    return msgspec.structs.replace(row, **told) if told else row


def _whole(rows: Rows[SpiffyCustomer], selection: Selection) -> Rows[SpiffyCustomer]:
    return Rows(rows=[_told(row, selection) for row in rows.rows], raws=rows.raws)


def _list(
    path: str, query: Parameters, selection: Selection, empty: Rows[SpiffyCustomer] | None = None
) -> Call[Rows[SpiffyCustomer]]:
    def read_list(response: Response) -> Rows[SpiffyCustomer]:
        return _whole(read_rows(response, SpiffyCustomer, key="customers", raw=selection.raw), selection)

    return Call(request=Request(path=path, query=(*query, *_fields(selection))), read=read_list, empty=empty)


def _parameters(arguments: Mapping[str, Any]) -> Parameters:
    return tuple((name, str(value)) for name, value in arguments.items())


def _by_id(vendor_id: str, selection: Selection) -> Call[Rows[SpiffyCustomer]]:
    """A whole customer is asked for by the list, whose rows show more than the single answer."""
    if selection.is_whole:
        return _by_ids([vendor_id], selection)

    def read_one(response: Response) -> Rows[SpiffyCustomer]:
        return _whole(read_row(response, SpiffyCustomer, key="customer", raw=selection.raw), selection)

    path = f"{_CUSTOMERS}/{quote(vendor_id, safe='')}.json"
    return Call(request=Request(path=path, query=_fields(selection)), read=read_one, empty=Rows())


def _by_ids(vendor_ids: Sequence[str], selection: Selection) -> Call[Rows[SpiffyCustomer]]:
    """How many ids a call takes is not documented: as many as a page holds (assumed)."""
    ids = ",".join(vendor_id for vendor_id in vendor_ids if vendor_id.isdecimal()) or _NOBODY
    return _list(f"{_CUSTOMERS}.json", (("ids", ids), ("limit", str(PAGE_SIZE))), selection)


def _by_email(email: str, selection: Selection) -> Call[Rows[SpiffyCustomer]]:
    """The text search: it has no filter for e-mails, and the address is unique in a store."""
    query = ((QUERY, words(email)), ("limit", str(PAGE_SIZE)))
    return _list(f"{_CUSTOMERS}/search.json", query, selection)


def _page(arguments: Arguments, selection: Selection) -> Call[Rows[SpiffyCustomer]]:
    """A page after the last may be an empty list or a 404: neither is documented."""
    endpoint = f"{_CUSTOMERS}/search.json" if QUERY in arguments else f"{_CUSTOMERS}.json"
    empty: Rows[SpiffyCustomer] | None = Rows() if arguments.get("page", 1) > 1 else None
    return _list(endpoint, _parameters(arguments), selection, empty)


class _Count(msgspec.Struct, frozen=True):
    count: int


def _count(arguments: Arguments) -> Call[int]:
    def read_count(response: Response) -> int:
        return msgspec.json.decode(response.body, type=_Count).count

    return Call(
        request=Request(path=f"{_CUSTOMERS}/count.json", query=_parameters(arguments)), read=read_count
    )


def _both(first: str, second: str) -> str:
    """Terms of one search hold together (assumed; should only one be heeded, too much comes)."""
    return f"{first} {second}"


SPEC = VendorSpec(
    vendor=Vendor.SPIFFY,
    settings=SpiffySettings,
    connect=_connect,
    table=TABLE,
    row=SpiffyCustomer,
    row_id=lambda row: str(row.id),
    read=read,
    explain=explain,
    rate=rate,
    by_id=_by_id,
    by_ids=_by_ids,
    by_email=_by_email,
    page=_page,
    count=_count,
    join={QUERY: _both},
    pager=PageNumber(page="page", size="limit", maximum=PAGE_SIZE),
    drain=SinceId(since="since_id", size="limit", maximum=PAGE_SIZE, order={"since_id": 0}),
    writes=lambda _: WRITES,
    harmless=frozenset(
        {
            "page",
            "limit",
            "since_id",
            "ids",
            "fields",
            "marketing_status",
            "wholesale_status",
            "created_at_min",
            "created_at_max",
            "updated_at_min",
            "updated_at_max",
        }
    ),
    webhook=lambda settings: webhook(settings.webhook_secret),
    probe=lambda: _count({}),
)
"""Spiffy Stores."""
