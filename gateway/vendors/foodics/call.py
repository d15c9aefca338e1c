"""Foodics' calls: each request as it is sent, each answer as it is read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar
from urllib.parse import quote

import msgspec

from gateway.call import Call, Named, Rows
from gateway.capabilities import Arguments
from gateway.customer import ALL_FIELDS, Selection
from gateway.paging import PageNumber
from gateway.transport import Parameters, Request, Response
from gateway.vendors.foodics.row import FoodicsCustomer, FoodicsTag
from gateway.vendors.foodics.table import PAGE_SIZE, TABLE

PAGER = PageNumber(maximum=PAGE_SIZE)
"""How customers and tags alike are read to their end."""

_INCLUDABLE = ("tags", "addresses", "addresses.delivery_zone")
_CUSTOMER_TAGS = 1
"""The tag type of customers, beside those of orders, products and others."""


class _Meta(msgspec.Struct, frozen=True, kw_only=True):
    current_page: int | None = None
    last_page: int | None = None
    total: int | None = None


class _Page(msgspec.Struct, frozen=True, kw_only=True):
    data: list[FoodicsCustomer]
    meta: _Meta = _Meta()


class _One(msgspec.Struct, frozen=True, kw_only=True):
    data: FoodicsCustomer | None = None


class _TagPage(msgspec.Struct, frozen=True, kw_only=True):
    data: list[FoodicsTag]


T = TypeVar("T")


def _decode(response: Response, model: type[T]) -> T:
    """Lax: the vendor writes booleans as 0 and 1; coordinates, sent as text, may come back as text (assumed)."""
    return msgspec.json.decode(response.body, type=model, strict=False)


def _read_page(response: Response, *, raw: bool) -> Rows[FoodicsCustomer]:
    page = _decode(response, _Page)
    _check_size(page)
    raws = msgspec.json.decode(response.body)["data"] if raw else None
    return Rows(rows=page.data, total=page.meta.total, raws=raws)


def _check_size(page: _Page) -> None:
    """A shorter page that is not the last would end a list early, unseen."""
    current, last = page.meta.current_page, page.meta.last_page
    if current is not None and last is not None and current < last and len(page.data) != PAGE_SIZE:
        raise msgspec.ValidationError(f"Expected {PAGE_SIZE} rows on a page before the last - at `$.data`")


def _read_one(response: Response, *, raw: bool) -> Rows[FoodicsCustomer]:
    row = _decode(response, _One).data
    if row is None:
        return Rows()
    return Rows(rows=[row], raws=[msgspec.json.decode(response.body)["data"]] if raw else None)


def _read_count(response: Response) -> int:
    page = _decode(response, _Page)
    if page.meta.total is not None:
        return page.meta.total
    if len(page.data) >= PAGE_SIZE:
        raise msgspec.ValidationError("Object missing required field `total` - at `$.meta`")
    return len(page.data)


def _query(arguments: Arguments) -> Parameters:
    return tuple((name, str(value)) for name, value in arguments.items())


def _include(selection: Selection) -> Arguments:
    """Tags and addresses come only where asked for; everything else comes always."""
    names = TABLE.names(ALL_FIELDS if selection.is_whole else selection.fields)
    wanted = [name for name in _INCLUDABLE if name in names]
    return {"include": ",".join(wanted)} if wanted else {}


def page(arguments: Arguments, selection: Selection) -> Call[Rows[FoodicsCustomer]]:
    """A page of the list; the total is the vendor's, of everything that its filters let through.

    Past the last page the vendor may say that nothing is there; on the first one that would be a mistake.
    """
    request = Request(path="/customers", query=_query({**arguments, **_include(selection)}))
    empty: Rows[FoodicsCustomer] | None = (
        Rows() if arguments.get(PAGER.page, PAGER.start) != PAGER.start else None
    )
    return Call(request=request, read=lambda response: _read_page(response, raw=selection.raw), empty=empty)


def by_id(vendor_id: str, selection: Selection) -> Call[Rows[FoodicsCustomer]]:
    """One customer; for an unknown id the vendor says that nothing is there, and there is no row."""
    request = Request(path=f"/customers/{quote(vendor_id, safe='')}", query=_query(_include(selection)))
    return Call(request=request, read=lambda response: _read_one(response, raw=selection.raw))


def by_ids(vendor_ids: Sequence[str], selection: Selection) -> Call[Rows[FoodicsCustomer]]:
    """Several in one page. An id with a comma cannot be said in a list, and is left to `by_id`."""
    listable = ",".join(vendor_id for vendor_id in vendor_ids if "," not in vendor_id)
    return page({"filter[id]": listable}, selection)


def by_email(email: str, selection: Selection) -> Call[Rows[FoodicsCustomer]]:
    """The first page of those with this address, or with one that holds it."""
    return page({"filter[email]": email}, selection)


def count(arguments: Arguments) -> Call[int]:
    """`meta.total` of a first page; without a total, a page that is not full counts itself."""
    return Call(request=Request(path="/customers", query=_query({**arguments, "page": 1})), read=_read_count)


def probe() -> Call[Rows[FoodicsCustomer]]:
    """The first page: beside the token it shows that customers may be listed."""
    return page({"page": 1}, Selection())


def tags_page(arguments: Arguments) -> Call[Sequence[Named]]:
    """A page of the tags for customers."""
    query = _query({"filter[type]": _CUSTOMER_TAGS, **arguments})
    return Call(request=Request(path="/tags", query=query), read=_read_tags, is_shared=True)


def _read_tags(response: Response) -> Sequence[Named]:
    return [Named(vendor_id=tag.id, name=tag.name) for tag in _decode(response, _TagPage).data]
