"""One node by what names it: an id, an e-mail address, a source with the vendor's id."""

from __future__ import annotations

from typing import TypeAlias

from gateway import customer as domain
from gateway.errors import InvalidInput
from resolvers import identifier
from resolvers.context import Context
from resolvers.identifier import NodeId

Found: TypeAlias = domain.Customer | domain.CustomerRecord | domain.Tag | domain.CustomerGroup

LONGEST = 1024


async def node(context: Context, node_id: NodeId) -> Found | None:
    """The node of the type that its id names; None where the caller can see none."""
    reader = context.reader
    match node_id.type_name:
        case identifier.CUSTOMER:
            return await reader.customer(node_id.source_name, node_id.key)
        case identifier.RECORD:
            return await reader.record(node_id.source_name, node_id.key)
        case identifier.TAG:
            return await tag(context, node_id)
        case _:
            return await group(context, node_id)


async def tag(context: Context, node_id: NodeId) -> domain.Tag | None:
    """A tag that its source lists."""
    listed = await context.listings.tags()
    raise_failed(listed.reports, node_id.source_name)
    own = (item for item in listed.items if item.source_name == node_id.source_name)
    return next((item for item in own if node_id.key == (item.vendor_id or item.name)), None)


async def group(context: Context, node_id: NodeId) -> domain.CustomerGroup | None:
    """A group that its source lists."""
    listed = await context.listings.groups()
    raise_failed(listed.reports, node_id.source_name)
    own = (item for item in listed.items if item.source_name == node_id.source_name)
    return next((item for item in own if item.vendor_id == node_id.key), None)


def raise_failed(reports: tuple[domain.SourceReport, ...], source_name: str) -> None:
    """A source that could not list may have the node: then "there is none" would be a lie."""
    for report in reports:
        if report.source_name == source_name and report.error is not None:
            raise report.error


def text(value: object, argument: str) -> str:
    """A text that names something: raises `InvalidInput` for what no vendor can have as one."""
    if not isinstance(value, str) or not value.strip() or len(value) > LONGEST or "\0" in value:
        raise InvalidInput(f"`{argument}` must be a text of 1 to {LONGEST} characters.")
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise InvalidInput(f"`{argument}` holds half a character (a lone surrogate).") from error
    return value
