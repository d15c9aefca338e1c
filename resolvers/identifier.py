"""Global ids: base64 of "Type:node id", as Relay has them, and how they are read back."""

from __future__ import annotations

import base64
import binascii

import msgspec
from strawberry import ID

from gateway.errors import InvalidInput

CUSTOMER = "Customer"
RECORD = "CustomerRecord"
TAG = "Tag"
GROUP = "CustomerGroup"
TYPES = (CUSTOMER, RECORD, TAG, GROUP)
LONGEST = 1024


class NodeId(msgspec.Struct, frozen=True):
    """What a global id says: a type's name, a source, and the vendor's own key in it (a tag's may be its name)."""

    type_name: str
    source_name: str
    key: str


def encode(type_name: str, source_name: str, key: str) -> ID:
    """The global id of a node; the same for as long as the vendor keeps the key."""
    return ID(base64.b64encode(f"{type_name}:{source_name}:{key}".encode()).decode("ascii"))


def decode(value: str, *, argument: str) -> NodeId:
    """What a global id names; raises `InvalidInput` that names the argument for anything that is none of ours."""
    parts = _text(value).split(":", 2)
    if len(parts) < 3 or parts[0] not in TYPES or not parts[1] or not parts[2] or "\0" in parts[2]:
        raise InvalidInput(f"`{argument}` is not an id of this API; use ids as this API gave them.")
    return NodeId(*parts)


def _text(value: str) -> str:
    if len(value) > LONGEST:
        return ""
    try:
        return base64.b64decode(value.encode("ascii"), validate=True).decode("utf-8")
    except (binascii.Error, ValueError):
        return ""
