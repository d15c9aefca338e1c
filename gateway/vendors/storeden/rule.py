"""What Storeden's page asks of an input, and what it has no place for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from msgspec import UNSET

from gateway.change import Change, Create, Draft, TagsAdd, TagsRemove, Update
from gateway.customer import Json
from gateway.write import Fault

TEXTS: Final = frozenset({"name", "first_name", "last_name", "phone", "note", "tax_ids", "addresses"})
PARTS: Final = frozenset({"accepts_marketing", "group_id", "tags", "custom_fields"})


def custom_text(value: Json) -> str:
    """A custom field as a form has it; null is the empty text, which resets the field."""
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def check(change: Change) -> Iterator[Fault]:
    """The name rule, what may not be cleared, and what a comma-joined list or a form cannot carry."""
    match change:
        case Create(draft=draft):
            yield from _created(draft)
            yield from _draft(draft)
        case Update(draft=draft):
            yield from _updated(draft)
            yield from _draft(draft)
        case TagsAdd(tags=tags) | TagsRemove(tags=tags):
            yield from _tags(tags, ("tags",))
        case _:
            return


def _created(draft: Draft) -> Iterator[Fault]:
    if not isinstance(draft.email, str):
        yield Fault(path=("customer", "email"), message="Storeden needs an e-mail address.")
    if not isinstance(draft.name, str) and not (
        isinstance(draft.first_name, str) and isinstance(draft.last_name, str)
    ):
        yield Fault(
            path=("customer", "name"), message="Storeden needs `name`, or `firstName` and `lastName`."
        )


def _updated(draft: Draft) -> Iterator[Fault]:
    names = {"name": draft.name, "firstName": draft.first_name, "lastName": draft.last_name}
    for name, value in names.items():
        if value is None and not isinstance(draft.name, str):
            yield Fault(path=("customer", name), message="Storeden cannot clear a name.")


def _draft(draft: Draft) -> Iterator[Fault]:
    if draft.accepts_marketing is None:
        yield Fault(
            path=("customer", "acceptsMarketing"), message="Storeden knows yes and no: null is neither."
        )
    yield from _tags(draft.tags or (), ("customer", "tags"))
    yield from _custom_fields(draft.custom_fields or {})
    for key in ("country_uid", "state_uid"):
        if isinstance(number := draft.own.get(key), int) and number < 1:
            path = ("customer", "storeden", "countryUid" if key == "country_uid" else "stateUid")
            yield Fault(path=path, message="Storeden's numbers begin with 1.")


def _tags(tags: tuple[str, ...], path: tuple[str, ...]) -> Iterator[Fault]:
    for at, tag in enumerate(tags):
        if "," in tag:
            yield Fault(
                path=(*path, str(at)), message="Storeden joins tags by commas: a tag cannot hold one."
            )


def _custom_fields(fields: Mapping[str, Json]) -> Iterator[Fault]:
    for at, (key, value) in enumerate(fields.items()):
        path = ("customer", "customFields", str(at))
        if "[" in key or "]" in key:
            yield Fault(path=(*path, "key"), message="Storeden's forms have no keys with brackets.")
        if isinstance(value, dict | list):
            yield Fault(path=(*path, "value"), message="Storeden's custom fields are texts and numbers.")


def ignores(change: Change) -> Iterator[str]:
    """Of several tax numbers and addresses it holds the first."""
    if not isinstance(change, Create | Update):
        return
    for name, values in (("taxIds", change.draft.tax_ids), ("addresses", change.draft.addresses)):
        if values is not UNSET and values is not None:
            yield from (f"{name}[{at}]" for at in range(1, len(values)))
