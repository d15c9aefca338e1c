"""Tiendanube's read requests, and how their answers are read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any, Final
from urllib.parse import quote

import msgspec

from gateway.call import Call, Rows, read_row, read_rows
from gateway.capabilities import Arguments
from gateway.customer import Selection
from gateway.transport import Parameters, Request, Response
from gateway.vendors.tiendanube.row import TiendanubeCustomer
from gateway.vendors.tiendanube.table import PAGE_SIZE, TABLE

_LIST: Final = "/customers"


def by_id(vendor_id: str, selection: Selection) -> Call[Rows[TiendanubeCustomer]]:
    """One customer by its number."""
    request = Request(path=f"{_LIST}/{quote(vendor_id, safe='')}", query=_fields(selection))
    return Call(
        request=request, read=lambda response: read_row(response, TiendanubeCustomer, raw=selection.raw)
    )


def by_email(email: str, selection: Selection) -> Call[Rows[TiendanubeCustomer]]:
    """The text search for an address: it also finds addresses that contain it, and several customers with it."""
    return page({"q": email, "page": 1, "per_page": PAGE_SIZE}, selection)


def page(arguments: Arguments, selection: Selection) -> Call[Rows[TiendanubeCustomer]]:
    """One page of the list; without a size, the largest."""
    parameters = {"per_page": PAGE_SIZE, **arguments}

    def read(response: Response) -> Rows[TiendanubeCustomer]:
        rows = read_rows(response, TiendanubeCustomer, raw=selection.raw)
        if "since_id" in parameters:
            _check_walk(rows.rows, full=int(parameters["per_page"]))
        return replace(rows, total=total(response))

    request = Request(path=_LIST, query=(*_parameters(parameters), *_fields(selection)))
    return Call(request=request, read=read, empty=Rows())


def _parameters(arguments: Arguments) -> Parameters:
    return tuple((name, str(value)) for name, value in arguments.items())


def _fields(selection: Selection) -> Parameters:
    if selection.is_whole:
        return ()
    return (("fields", ",".join(TABLE.names(selection.fields))),)


def _check_walk(rows: Sequence[TiendanubeCustomer], *, full: int) -> None:
    """A walk by id that goes on needs ascending ids, which are assumed: better refused than customers missed."""
    if len(rows) >= full and any(first.id >= second.id for first, second in pairwise(rows)):
        raise msgspec.ValidationError("the ids after since_id do not ascend")


def count(arguments: Arguments) -> Call[int]:
    """How many customers the arguments match, by the header of a page of one."""
    query = _parameters({**arguments, "page": 1, "per_page": 1, "fields": "id"})
    return Call(request=Request(path=_LIST, query=query), read=_read_count, empty=0)


def _read_count(response: Response) -> int:
    found = total(response)
    if found is None:
        raise msgspec.ValidationError("X-Total-Count is missing")
    return found


def total(response: Response) -> int | None:
    """`X-Total-Count`; None where it is absent or no number."""
    text = response.headers.get("x-total-count", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 12 else None


def probe() -> Call[Any]:
    """A page of one id."""
    query = _parameters({"page": 1, "per_page": 1, "fields": "id"})
    return Call(
        request=Request(path=_LIST, query=query),
        read=lambda response: read_rows(response, TiendanubeCustomer),
        empty=Rows(),
    )
