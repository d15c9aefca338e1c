"""The customer as the gateway sees it: frozen values, the same for every vendor. None is unknown, () is none."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, TypeAlias

import msgspec

from gateway.errors import GatewayError

Json: TypeAlias = Any
"""Raw JSON as decoded: the one place where any type may stand."""


class Vendor(StrEnum):
    """The commerce products that can be a source."""

    STOREDEN = "storeden"
    TIENDANUBE = "tiendanube"
    SPIFFY = "spiffy"
    OPEN2B = "open2b"
    FOODICS = "foodics"


class Gender(StrEnum):
    """As vendors record it; absent where they do not."""

    MALE = "MALE"
    FEMALE = "FEMALE"


class AccountState(StrEnum):
    """Whether the customer can sign in at the store."""

    GUEST = "GUEST"
    DISABLED = "DISABLED"
    INVITED = "INVITED"
    ENABLED = "ENABLED"
    DECLINED = "DECLINED"


class AddressKind(StrEnum):
    """What an address is for; OTHER only where it is none of the three."""

    DEFAULT = "DEFAULT"
    BILLING = "BILLING"
    SHIPPING = "SHIPPING"
    OTHER = "OTHER"


class TaxIdKind(StrEnum):
    """Whose number it is; OTHER where the vendor does not say."""

    PERSONAL = "PERSONAL"
    COMPANY = "COMPANY"
    OTHER = "OTHER"


class Value(msgspec.Struct, frozen=True, kw_only=True):
    """What all values of the domain share: frozen, given by keyword, compared by content."""


class Money(Value, frozen=True, kw_only=True):
    """An amount; `currency` is ISO 4217, None where neither vendor nor configuration names one."""

    amount: Decimal
    currency: str | None = None


class TaxId(Value, frozen=True, kw_only=True):
    """One tax number as the vendor holds it."""

    source_name: str
    kind: TaxIdKind
    value: str


class Tag(Value, frozen=True, kw_only=True):
    """A tag of one source; `vendor_id` is None where the vendor's tags are plain text."""

    source_name: str
    vendor_id: str | None = None
    name: str


class CustomerGroup(Value, frozen=True, kw_only=True):
    """A customer group of one source; `name` is None where the vendor did not tell it."""

    source_name: str
    vendor_id: str
    name: str | None = None


class CustomField(Value, frozen=True, kw_only=True):
    """One key of a vendor's free-form fields."""

    source_name: str
    key: str
    value: Json = None


class HouseAccount(Value, frozen=True, kw_only=True):
    """Buying on account; amounts in the business's own currency."""

    is_enabled: bool | None = None
    limit: Decimal | None = None
    balance: Decimal | None = None


class Loyalty(Value, frozen=True, kw_only=True):
    """Loyalty points."""

    is_enabled: bool | None = None
    balance: Decimal | None = None


class SignIn(Value, frozen=True, kw_only=True):
    """Sign-ins at the storefront, UTC; the addresses are personal data."""

    count: int | None = None
    current_at: datetime | None = None
    current_ip: str | None = None
    last_at: datetime | None = None
    last_ip: str | None = None


class Address(Value, frozen=True, kw_only=True):
    """One postal address; `country_code` is ISO 3166-1 alpha-2, `vendor_id` None for inline addresses."""

    source_name: str
    vendor_id: str | None = None
    kinds: tuple[AddressKind, ...] = (AddressKind.OTHER,)
    name: str | None = None
    title: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    company: str | None = None
    line1: str | None = None
    line2: str | None = None
    street: str | None = None
    number: str | None = None
    floor: str | None = None
    locality: str | None = None
    city: str | None = None
    province: str | None = None
    province_code: str | None = None
    postal_code: str | None = None
    country: str | None = None
    country_code: str | None = None
    phone: str | None = None
    mobile: str | None = None
    fax: str | None = None
    email: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    delivery_zone_id: str | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None


class Field(StrEnum):
    """The unified fields; each value is the attribute's name on `Profile`."""

    NAME = "name"
    TITLE = "title"
    FIRST_NAME = "first_name"
    LAST_NAME = "last_name"
    COMPANY = "company"
    EMAIL = "email"
    PHONE = "phone"
    MOBILE = "mobile"
    WEBSITE = "website"
    GENDER = "gender"
    BIRTH_DATE = "birth_date"
    LOCALE = "locale"
    CODE = "code"
    TAX_IDS = "tax_ids"
    NOTE = "note"
    ACCOUNT_STATE = "account_state"
    ACCEPTS_MARKETING = "accepts_marketing"
    IS_BLACKLISTED = "is_blacklisted"
    IS_WHOLESALE = "is_wholesale"
    ORDERS_COUNT = "orders_count"
    TOTAL_SPENT = "total_spent"
    LAST_ORDER_ID = "last_order_id"
    LAST_ORDER_AT = "last_order_at"
    STORE_CREDIT = "store_credit"
    HOUSE_ACCOUNT = "house_account"
    LOYALTY = "loyalty"
    SIGN_IN = "sign_in"
    ADDRESSES = "addresses"
    TAGS = "tags"
    GROUPS = "groups"
    CUSTOM_FIELDS = "custom_fields"
    CREATED_AT = "created_at"
    UPDATED_AT = "updated_at"
    DELETED_AT = "deleted_at"


IDENTITY_FIELDS = frozenset({Field.EMAIL, Field.DELETED_AT})
"""What every load brings, whatever was selected: who is the same person depends on it."""

ALL_FIELDS = frozenset(Field)


class Selection(Value, frozen=True, kw_only=True):
    """What a load has to bring; `details` and `raw` stand for everything that the vendor documents."""

    fields: frozenset[Field] = frozenset()
    details: bool = False
    raw: bool = False

    @property
    def is_whole(self) -> bool:
        """True where the vendor's whole answer is needed, so that no field list may be sent."""
        return self.details or self.raw

    def wants(self, *fields: Field) -> bool:
        """True where any of the fields has to be brought."""
        return self.is_whole or not self.fields.isdisjoint(fields)

    def __or__(self, other: Selection) -> Selection:
        """What serves both."""
        return Selection(
            fields=self.fields | other.fields,
            details=self.details or other.details,
            raw=self.raw or other.raw,
        )


class Profile(Value, frozen=True, kw_only=True):
    """What a merged customer and one vendor's record have in common. Texts are trimmed, never empty; times are UTC."""

    name: str | None = None
    title: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    company: str | None = None
    email: str | None = None
    phone: str | None = None
    mobile: str | None = None
    website: str | None = None
    gender: Gender | None = None
    birth_date: date | None = None
    locale: str | None = None
    code: str | None = None
    tax_ids: tuple[TaxId, ...] | None = None
    note: str | None = None
    account_state: AccountState | None = None
    accepts_marketing: bool | None = None
    is_blacklisted: bool | None = None
    is_wholesale: bool | None = None
    orders_count: int | None = None
    total_spent: tuple[Money, ...] | None = None
    last_order_id: str | None = None
    last_order_at: datetime | None = None
    store_credit: tuple[Money, ...] | None = None
    house_account: HouseAccount | None = None
    loyalty: Loyalty | None = None
    sign_in: SignIn | None = None
    addresses: tuple[Address, ...] | None = None
    tags: tuple[Tag, ...] | None = None
    groups: tuple[CustomerGroup, ...] | None = None
    custom_fields: tuple[CustomField, ...] | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None
    deleted_at: datetime | None = None


class CustomerRecord(Profile, frozen=True, kw_only=True):
    """One vendor's customer, normalised. Fields outside the load's selection are None too."""

    source_name: str
    vendor_id: str
    details: msgspec.Struct | None = None
    raw: Json = None
    fetched_at: datetime


class SourceState(StrEnum):
    """How far a source took part in an answer; SKIPPED where it could not have added anything."""

    COMPLETE = "COMPLETE"
    PARTIAL = "PARTIAL"
    FAILED = "FAILED"
    SKIPPED = "SKIPPED"


class SourceReport(Value, frozen=True, kw_only=True):
    """One source's part in an answer; `error` is why it is not COMPLETE, where it failed."""

    source_name: str
    state: SourceState
    error: GatewayError | None = None


class Customer(Profile, frozen=True, kw_only=True):
    """The merged person: its records in priority order, then by vendor id; the first is the primary."""

    records: tuple[CustomerRecord, ...]
    reports: tuple[SourceReport, ...] = ()
    """Which sources were asked about this person, in priority order."""
