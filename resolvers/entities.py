"""Federation's entities: each representation of a request resolved by itself, all through the same loaders."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from gateway import customer as domain
from gateway.errors import InvalidInput
from resolvers import identifier
from resolvers import node as nodes_by
from resolvers.context import Asked, Context, context_of, raw_of

MOST = 1000


async def resolve(info: Asked, representations: list[Any]) -> list[nodes_by.Found | BaseException | None]:
    """One answer for each representation, in order; an exception in its place is its error alone."""
    if len(representations) > MOST:
        raise InvalidInput(f"`representations` takes at most {MOST}, not {len(representations)}.")
    context = context_of(info)
    answers = (_entity(context, value, at) for at, value in enumerate(representations))
    found = await asyncio.gather(*answers, return_exceptions=True)
    for entity in found:
        if isinstance(entity, domain.Customer):
            context.note(raw_of(info), entity.reports)
    return found


async def _entity(context: Context, value: object, at: int) -> nodes_by.Found | None:
    path = f"representations[{at}]"
    if not isinstance(value, Mapping):
        raise InvalidInput(f"`{path}` is not an object.")
    type_name = value.get("__typename")
    if type_name not in identifier.TYPES:
        raise InvalidInput(f"`{path}.__typename` is none of {', '.join(identifier.TYPES)}.")
    if "id" in value:
        return await _by_id(context, type_name, value["id"], f"{path}.id")
    if type_name == identifier.CUSTOMER and "email" in value:
        return await _by_email(context, value["email"], f"{path}.email")
    if type_name == identifier.RECORD and {"sourceName", "vendorId"} <= value.keys():
        source_name = nodes_by.text(value["sourceName"], f"{path}.sourceName")
        vendor_id = nodes_by.text(value["vendorId"], f"{path}.vendorId")
        return await context.reader.record(source_name, vendor_id)
    raise InvalidInput(f"`{path}` has no key of {type_name}.")


async def _by_id(context: Context, type_name: str, value: object, path: str) -> nodes_by.Found | None:
    node_id = identifier.decode(nodes_by.text(value, path), argument=path)
    if node_id.type_name != type_name:
        raise InvalidInput(f"`{path}` is the id of a {node_id.type_name}, not of a {type_name}.")
    return await nodes_by.node(context, node_id)


async def _by_email(context: Context, value: object, path: str) -> domain.Customer | None:
    """A null address names nobody: other subgraphs know customers without one."""
    if value is None:
        return None
    return await context.reader.customer_by_email(nodes_by.text(value, path))
