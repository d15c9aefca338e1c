"""Storeden's read requests, and how their answers are read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec

from gateway.call import Call, Named, Rows, read_row, read_rows
from gateway.capabilities import Arguments
from gateway.customer import Selection
from gateway.transport import Request, Response
from gateway.vendors.storeden.row import StoredenCustomer, StoredenGroup
from gateway.vendors.storeden.table import NODES, TABLE, between

_NOTHING: Final = frozenset({b"", b"null", b"false", b"[]", b"{}", b'""'})


def by_id(vendor_id: str, selection: Selection) -> Call[Rows[StoredenCustomer]]:
    """The detail of one customer."""
    return _detail({"id": vendor_id}, selection)


def by_email(email: str, selection: Selection) -> Call[Rows[StoredenCustomer]]:
    """The detail of the one customer with this address; whether case matters is not documented."""
    return _detail({"email": email}, selection)


def _detail(parameters: Mapping[str, str], selection: Selection) -> Call[Rows[StoredenCustomer]]:
    request = Request(path="/clients/client.json", query=tuple(parameters.items()))
    return Call(
        request=request, read=lambda response: _read_detail(response, raw=selection.raw), empty=Rows()
    )


def _read_detail(response: Response, *, raw: bool) -> Rows[StoredenCustomer]:
    """How "no such customer" looks is not documented: an empty answer is read as that. An array of one is its row."""
    body = response.body.strip()
    if body in _NOTHING:
        return Rows()
    if body.startswith(b"["):
        return read_rows(response, StoredenCustomer, raw=raw)
    return read_row(response, StoredenCustomer, raw=raw)


def page(arguments: Arguments, selection: Selection) -> Call[Rows[StoredenCustomer]]:
    """The whole list under the arguments, with the nodes that the selection needs."""
    parameters = {**arguments, **_nodes(selection)}
    request = Request(
        path="/clients/list.json", query=tuple((name, str(value)) for name, value in parameters.items())
    )
    return Call(request=request, read=lambda response: _read_list(response, raw=selection.raw), empty=Rows())


def _nodes(selection: Selection) -> Arguments:
    names = TABLE.names(selection.fields)
    nodes = [node for node in NODES if selection.is_whole or node in names]
    return {"nodes": ",".join(nodes)} if nodes else {}


def _read_list(response: Response, *, raw: bool) -> Rows[StoredenCustomer]:
    if response.body.strip() in _NOTHING:
        return Rows()
    return read_rows(response, StoredenCustomer, raw=raw)


def groups(arguments: Arguments) -> Call[Sequence[Named]]:  # noqa: ARG001  # the list has no pages
    """Every customer group with its name."""
    return Call(request=Request(path="/customergroup/list.json"), read=_read_groups, empty=(), is_shared=True)


_GROUPS: Final = msgspec.json.Decoder(list[StoredenGroup])


def _read_groups(response: Response) -> Sequence[Named]:
    if response.body.strip() in _NOTHING:
        return ()
    return [Named(vendor_id=group.id, name=group.name) for group in _GROUPS.decode(response.body)]


def probe() -> Call[Any]:
    """The customers of one second long ago: few rows, the rights of a list."""
    return page(between("created_at", 2, 2), Selection())
