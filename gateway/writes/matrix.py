"""What each mutation can do at one source: done, or why not; told from what the source declares."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from gateway.change import Action, Draft
from gateway.spelling import camel
from gateway.write import Writes

DONE = "done"
EMULATED = "done, one customer after the other"

Told = Callable[[Writes[Any]], str]


def _action(action: Action) -> Told:
    def told(writes: Writes[Any]) -> str:
        return DONE if getattr(writes, action) is not None else no(writes.reasons.get(action))

    return told


def _field(name: str) -> Told:
    def told(writes: Writes[Any]) -> str:
        return DONE if name in writes.updates else no(writes.reasons.get(f"{Action.UPDATE}.{name}"))

    return told


def _bulk(action: Action | None) -> Told:
    one = _field("tags") if action is None else _action(action)

    def told(writes: Writes[Any]) -> str:
        if writes.bulk is not None:
            return DONE if writes.bulk_all is not None else f"{DONE}, not for everybody"
        return EMULATED if one(writes) == DONE else one(writes)

    return told


def _leaving(writes: Writes[Any]) -> str:
    reason = writes.reasons.get("update.group_id.null")
    return no(reason) if reason else _field("group_id")(writes)


def no(reason: str | None) -> str:
    """A cell that says no."""
    return f"no: {reason or 'has nothing of the kind'}"


MUTATIONS: Mapping[str, Told] = {
    "customerCreate": _action(Action.CREATE),
    "customerUpdate": _action(Action.UPDATE),
    "customerDelete": _action(Action.DELETE),
    "customerRestore": _action(Action.RESTORE),
    "customerAddressCreate": _action(Action.ADDRESS_CREATE),
    "customerAddressUpdate": _action(Action.ADDRESS_UPDATE),
    "customerAddressDelete": _action(Action.ADDRESS_DELETE),
    "customerTagsAdd": _action(Action.TAGS_ADD),
    "customerTagsRemove": _action(Action.TAGS_REMOVE),
    "customerTagsReplace": _field("tags"),
    "customersTagsAdd": _bulk(Action.TAGS_ADD),
    "customersTagsRemove": _bulk(Action.TAGS_REMOVE),
    "customersTagsReplace": _bulk(None),
    "customerGroupAssign": _field("group_id"),
    "customerGroupUnassign": _leaving,
    "customerMarketingConsentUpdate": _field("accepts_marketing"),
    "customerCustomFieldsSet": _field("custom_fields"),
    "customerAuthenticate": lambda writes: (
        DONE if writes.authenticate is not None else no(writes.reasons.get("authenticate"))
    ),
}
"""Mutation → what it can do, in the order of the API."""


def fields() -> tuple[str, ...]:
    """The names of all unified fields that can be given."""
    return tuple(name for name in Draft.__struct_fields__ if name != "own")


def holding(name: str, writes: Writes[Any]) -> str:
    """Whether a field can be given when creating, when changing, or both; "-" for neither."""
    is_created, is_updated = name in writes.creates, name in writes.updates
    if is_created and is_updated:
        return "yes"
    if is_created:
        return "creating"
    return "changing" if is_updated else "-"


def own_fields(writes: Writes[Any]) -> tuple[str, ...]:
    """The vendor's own object's fields, with where they can be given only when creating or changing."""
    every = sorted(writes.own_creates | writes.own_updates)
    return tuple(f"{writes.own}.{camel(name)}{_limit(name, writes)}" for name in every)


def _limit(name: str, writes: Writes[Any]) -> str:
    if name not in writes.own_updates:
        return " (creating)"
    return "" if name in writes.own_creates else " (changing)"
