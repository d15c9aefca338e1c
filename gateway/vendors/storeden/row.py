"""Storeden's customer on the wire: list row and detail in one, since each carries what the other lacks."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from gateway.customer import Json

_ABSENT: Any = msgspec.UNSET


class StoredenCustomer(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    rename={"user_uid": "userUID", "account_type": "accountType"},
):
    """A customer; null where neither of the answers that were read carries the field."""

    id: Annotated[str, Meta(description="Storeden's id: 24 hexadecimal digits.")]
    fullname: Annotated[str | None, Meta(description="The whole name.")] = None
    first_name: Annotated[str | None, Meta(description="The given name; in lists only.")] = None
    last_name: Annotated[str | None, Meta(description="The family name; in lists only.")] = None
    email: Annotated[str | None, Meta(description="The e-mail address, unique in the store.")] = None
    user_uid: Annotated[int | None, Meta(description="The account's number; 0 for a guest.")] = None
    account_type: Annotated[str | None, Meta(description='Either "guest" or "registered".')] = None
    accept_marketing: Annotated[
        bool | None, Meta(description="Whether marketing is accepted; in lists only.")
    ] = None
    created_at: Annotated[datetime | None, Meta(description="When it was created; in lists only.")] = None
    updated_at: Annotated[
        datetime | None, Meta(description="When it last changed, null if never; in lists only.")
    ] = None
    phone: Annotated[str | None, Meta(description="The phone number; in details only.")] = None
    mobile: Annotated[str | None, Meta(description="The mobile number; in details only.")] = None
    website: Annotated[str | None, Meta(description="The website; in details only.")] = None
    address: Annotated[str | None, Meta(description="Street and number; in details only.")] = None
    city: Annotated[str | None, Meta(description="The city; in details only.")] = None
    zip: Annotated[str | None, Meta(description="The postal code; in details only.")] = None
    state: Annotated[str | None, Meta(description="The state or province by name; in details only.")] = None
    country: Annotated[
        str | None,
        Meta(description="Storeden's own number of the country, no ISO code; in details only."),
    ] = None
    code: Annotated[str | None, Meta(description="A code that Storeden does not explain.")] = None
    custom_fields: Annotated[Json, Meta(description="Custom fields by key; in lists only.")] = _ABSENT
    group: Annotated[
        Json, Meta(description="The group's id, or the group itself; empty for none; in lists only.")
    ] = _ABSENT

    def __post_init__(self) -> None:
        """Brings the two nodes whose shape is not documented into one form each; raises ValueError for others.

        Here None always means absent, hence a null group becomes "", the vendor's other way to say none.
        """
        group = None if self.group is msgspec.UNSET else "" if self.group is None else self.group
        group_entries(group)
        msgspec.structs.force_setattr(self, "group", group)
        msgspec.structs.force_setattr(self, "custom_fields", _custom_fields(self.custom_fields))

    @property
    def is_listed(self) -> bool:
        """True where a list row is part of it."""
        return any(
            value is not None
            for value in (self.created_at, self.accept_marketing, self.first_name, self.last_name)
        )

    @property
    def is_detailed(self) -> bool:
        """True where a detail is part of it."""
        return any(
            value is not None
            for value in (
                self.phone, self.mobile, self.website, self.address, self.city, self.zip, self.state,
                self.country, self.code,
            )
        )  # fmt: skip

    def joined(self, other: StoredenCustomer | None) -> StoredenCustomer:
        """This customer, with the other's value where it has none itself."""
        if other is None:
            return self
        mine = {name: getattr(self, name) for name in self.__struct_fields__}
        return StoredenCustomer(
            **{
                name: value
                for name, own in mine.items()
                if (value := getattr(other, name) if own is None else own) is not None
            }
        )


class StoredenGroup(msgspec.Struct, frozen=True, kw_only=True):
    """A customer group as the list of groups tells it."""

    id: str
    name: str | None = None


def group_entries(node: Json) -> tuple[tuple[str, str | None], ...]:
    """Id and name of each group in a `group` node: an id, an object, a list of such, or nothing (assumed)."""
    match node:
        case None | "" | {"id": "" | None}:
            return ()
        case list():
            return tuple(entry for part in node for entry in group_entries(part))
        case {"id": str() | int() as identifier}:
            name = node.get("name")
            return ((str(identifier), name if isinstance(name, str) else None),)
        case str() | int():
            return ((str(node), None),)
        case {**rest} if not rest:
            return ()
    raise ValueError("group is neither an id nor a group")


def _custom_fields(node: Json) -> Json:
    """By key, None where absent. An empty map may come as a list, and a map as pairs of key and value (assumed)."""
    if node is msgspec.UNSET:
        return None
    if isinstance(node, dict):
        return node
    if not node:
        return {}
    if isinstance(node, list) and all(isinstance(part, dict) and "key" in part for part in node):
        return {str(part["key"]): part.get("value") for part in node}
    raise ValueError("custom_fields is no map")
