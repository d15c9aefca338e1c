"""What a caller wants written, as frozen values in which absent (`UNSET`) leaves a value and None clears it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar, TypeAlias, TypeVar

from msgspec import UNSET, UnsetType

from gateway.customer import AddressKind, Gender, Json, TaxIdKind, Value

T = TypeVar("T")

Maybe: TypeAlias = T | UnsetType | None
"""A value to write; None clears what is there, UNSET leaves it."""


class TaxIdDraft(Value, frozen=True, kw_only=True):
    """One tax number to write."""

    kind: TaxIdKind
    value: str


class HouseAccountDraft(Value, frozen=True, kw_only=True):
    """Buying on account; the balance moves by transactions only."""

    is_enabled: Maybe[bool] = UNSET
    limit: Maybe[Decimal] = UNSET


class LoyaltyDraft(Value, frozen=True, kw_only=True):
    """Loyalty points; the balance moves by transactions only."""

    is_enabled: Maybe[bool] = UNSET


class AddressDraft(Value, frozen=True, kw_only=True):
    """An address, or changes to one; the names are those of `gateway.customer.Address`."""

    kinds: Maybe[tuple[AddressKind, ...]] = UNSET
    name: Maybe[str] = UNSET
    title: Maybe[str] = UNSET
    first_name: Maybe[str] = UNSET
    last_name: Maybe[str] = UNSET
    company: Maybe[str] = UNSET
    line1: Maybe[str] = UNSET
    line2: Maybe[str] = UNSET
    street: Maybe[str] = UNSET
    number: Maybe[str] = UNSET
    floor: Maybe[str] = UNSET
    locality: Maybe[str] = UNSET
    city: Maybe[str] = UNSET
    province: Maybe[str] = UNSET
    province_code: Maybe[str] = UNSET
    postal_code: Maybe[str] = UNSET
    country: Maybe[str] = UNSET
    country_code: Maybe[str] = UNSET
    phone: Maybe[str] = UNSET
    mobile: Maybe[str] = UNSET
    fax: Maybe[str] = UNSET
    email: Maybe[str] = UNSET
    latitude: Maybe[float] = UNSET
    longitude: Maybe[float] = UNSET
    delivery_zone_id: Maybe[str] = UNSET


class Draft(Value, frozen=True, kw_only=True):
    """A customer to create, or changes to one. `own` are the parts of this vendor's own input object that were given.

    Texts are trimmed; a text that was empty is None. The names are those of `gateway.customer.Profile`, where a
    field can be read at all.
    """

    name: Maybe[str] = UNSET
    title: Maybe[str] = UNSET
    first_name: Maybe[str] = UNSET
    last_name: Maybe[str] = UNSET
    company: Maybe[str] = UNSET
    email: Maybe[str] = UNSET
    phone: Maybe[str] = UNSET
    mobile: Maybe[str] = UNSET
    website: Maybe[str] = UNSET
    gender: Maybe[Gender] = UNSET
    birth_date: Maybe[date] = UNSET
    locale: Maybe[str] = UNSET
    code: Maybe[str] = UNSET
    tax_ids: Maybe[tuple[TaxIdDraft, ...]] = UNSET
    note: Maybe[str] = UNSET
    accepts_marketing: Maybe[bool] = UNSET
    is_blacklisted: Maybe[bool] = UNSET
    is_wholesale: Maybe[bool] = UNSET
    tags: Maybe[tuple[str, ...]] = UNSET
    """All tags; they replace those there are."""
    group_id: Maybe[str] = UNSET
    custom_fields: Maybe[Mapping[str, Json]] = UNSET
    """Merged by key; a key with None is cleared. None as a whole clears every key."""
    addresses: Maybe[tuple[AddressDraft, ...]] = UNSET
    """All addresses; they replace those there are."""
    billing_address: Maybe[AddressDraft] = UNSET
    shipping_address: Maybe[AddressDraft] = UNSET
    house_account: Maybe[HouseAccountDraft] = UNSET
    loyalty: Maybe[LoyaltyDraft] = UNSET
    password: Maybe[str] = UNSET
    send_invite: Maybe[bool] = UNSET
    own: Mapping[str, Json] = {}
    """What was given of the vendor's own input object, by its fields' names in snake case."""


class Action(StrEnum):
    """What can be done to one record."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"
    RESTORE = "restore"
    ADDRESS_CREATE = "address_create"
    ADDRESS_UPDATE = "address_update"
    ADDRESS_DELETE = "address_delete"
    TAGS_ADD = "tags_add"
    TAGS_REMOVE = "tags_remove"


class Create(Value, frozen=True, kw_only=True):
    """A new record."""

    action: ClassVar = Action.CREATE

    draft: Draft


class Update(Value, frozen=True, kw_only=True):
    """Changes to a record.

    `needed` names the fields without which nothing that was asked can be done: a mutation of one field (consent,
    group, custom fields, all tags) is UNSUPPORTED where the vendor lacks it, a general update lists it as ignored.
    """

    action: ClassVar = Action.UPDATE

    draft: Draft
    needed: tuple[str, ...] = ()
    only_from: str | None = None
    """The vendor's id of the group that the record has to be in; where it is not, nothing is to change."""


class Delete(Value, frozen=True, kw_only=True):
    """The end of a record."""

    action: ClassVar = Action.DELETE


class Restore(Value, frozen=True, kw_only=True):
    """The return of a deleted record."""

    action: ClassVar = Action.RESTORE


class AddressCreate(Value, frozen=True, kw_only=True):
    """One more address."""

    action: ClassVar = Action.ADDRESS_CREATE

    address: AddressDraft


class AddressUpdate(Value, frozen=True, kw_only=True):
    """Changes to an address; `address_id` is the vendor's, None for the only inline or billing address."""

    action: ClassVar = Action.ADDRESS_UPDATE

    address_id: str | None
    address: AddressDraft


class AddressDelete(Value, frozen=True, kw_only=True):
    """The end of an address."""

    action: ClassVar = Action.ADDRESS_DELETE

    address_id: str


class TagsAdd(Value, frozen=True, kw_only=True):
    """Tags beside those there are; each name once."""

    action: ClassVar = Action.TAGS_ADD

    tags: tuple[str, ...]


class TagsRemove(Value, frozen=True, kw_only=True):
    """The end of tags: those of these names, and those that begin with one of the prefixes."""

    action: ClassVar = Action.TAGS_REMOVE

    tags: tuple[str, ...]
    prefixes: tuple[str, ...] = ()


Change: TypeAlias = (
    Create | Update | Delete | Restore | AddressCreate | AddressUpdate | AddressDelete | TagsAdd | TagsRemove
)
"""What is to be done to one record."""


class BulkVerb(StrEnum):
    """What a bulk write does with tags."""

    ADD = "add"
    REMOVE = "remove"
    REPLACE = "replace"


class BulkTags(Value, frozen=True, kw_only=True):
    """Tags of many customers at once. `prefixes` for removing alone."""

    verb: BulkVerb
    tags: tuple[str, ...] = ()
    prefixes: tuple[str, ...] = ()


def given(draft: Draft | AddressDraft | HouseAccountDraft | LoyaltyDraft) -> tuple[str, ...]:
    """The names of the fields that were given, None included, in the order of their declaration."""
    names = (name for name in draft.__struct_fields__ if name != "own")
    return tuple(name for name in names if getattr(draft, name) is not UNSET)


def without(draft: Draft, names: frozenset[str]) -> Draft:
    """The draft as if these fields had not been given."""
    return replaced(draft, dict.fromkeys(names & set(given(draft)), UNSET))


def replaced(draft: Draft, values: Mapping[str, object]) -> Draft:
    """The draft with these values."""
    return Draft(**{name: getattr(draft, name) for name in draft.__struct_fields__} | dict(values))
