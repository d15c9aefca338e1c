"""The API's enums: the domain's own closed sets, told in words."""

from __future__ import annotations

from enum import StrEnum
from typing import TypeVar

import strawberry
from strawberry.types.enum import StrawberryEnumDefinition

from gateway.capabilities import Support
from gateway.customer import AccountState, AddressKind, Gender, SourceState, TaxIdKind, Vendor
from gateway.errors import ErrorCode
from gateway.health import HealthState
from gateway.identity import MergeRule
from gateway.index import IndexState
from gateway.planner.connection import CountPrecision
from gateway.query import Direction, OrderField, Trait
from gateway.writes.outcome import Atomicity, OutcomeStatus

__all__ = [
    "AccountState",
    "AddressKind",
    "Atomicity",
    "CountPrecision",
    "Direction",
    "ErrorCode",
    "Gender",
    "HealthState",
    "IndexState",
    "MergeRule",
    "OrderField",
    "OutcomeStatus",
    "SourceState",
    "Support",
    "TaxIdKind",
    "Trait",
    "Vendor",
]

E = TypeVar("E", bound=type[StrEnum])


def told(members: E, description: str, *, name: str | None = None, **values: str) -> None:
    """Make an enum part of the API; every member needs a description, by its name."""
    strawberry.enum(members, name=name, description=description)
    definition: StrawberryEnumDefinition = members.__strawberry_definition__  # type: ignore[attr-defined]  # set above
    for value in definition.values:
        value.description = values[value.name]


told(
    Gender,
    "The gender as a vendor records it.",
    MALE="Recorded as male.",
    FEMALE="Recorded as female.",
)
told(
    AccountState,
    "Whether the customer can sign in at the store.",
    GUEST="Has ordered without an account.",
    DISABLED="Has an account that cannot be used.",
    INVITED="Was invited to open an account and has not answered yet.",
    ENABLED="Has an account and can sign in.",
    DECLINED="Was invited to open an account and refused.",
)
told(
    AddressKind,
    "What an address is for.",
    DEFAULT="The address that the vendor takes where none is chosen.",
    BILLING="The address on invoices.",
    SHIPPING="The address that goods go to.",
    OTHER="None of the other kinds, or the vendor does not say.",
)
told(
    TaxIdKind,
    "Whose tax number it is.",
    PERSONAL="The person's.",
    COMPANY="The company's.",
    OTHER="The vendor does not say whose.",
)
told(
    MergeRule,
    "How the value of a merged customer comes from its records, which are in priority order.",
    FIRST_SOURCE="The first known value. Name, title, first and last name come from one record together.",
    UNION="Every element of every record, each once.",
    SUM="All values added up, amounts of money by currency.",
    EARLIEST="The earliest time.",
    LATEST="The latest time.",
    ANY_TRUE="True as soon as one record says so.",
    ALL_TRUE="False as soon as one record says so: a known refusal wins.",
)
told(
    SourceState,
    "How far a source took part in an answer.",
    COMPLETE="It was asked and answered everything.",
    PARTIAL="It answered a part; the error says why it stopped.",
    FAILED="It could not answer; its values are missing.",
    SKIPPED="It was not asked, because it could not have added anything.",
)
told(
    CountPrecision,
    "How near a count is to the truth.",
    EXACT="Exactly so many.",
    AT_LEAST="So many or more.",
    AT_MOST="So many or fewer, because several records may be one customer.",
    APPROXIMATE="About so many.",
)
told(
    OrderField,
    "What a list of customers can be sorted by. Customers without a value come last in either direction.",
    name="CustomerOrderField",
    CREATED_AT="When the earliest record of the customer was created.",
    UPDATED_AT="When the customer last changed; its creation where it never did.",
    NAME="The name, without regard to case and accents.",
    EMAIL="The e-mail address, without regard to case and accents.",
    TOTAL_SPENT="The greatest amount spent, whatever its currency.",
    ORDERS_COUNT="The number of orders.",
    LAST_ORDER_AT="When the last order was made.",
)
told(
    Direction,
    "Which end of a list comes first.",
    name="OrderDirection",
    ASC="The smallest, or the earliest, first.",
    DESC="The greatest, or the latest, first.",
)
told(
    Trait,
    "What a record can have or lack.",
    name="CustomerField",
    NAME="A name.",
    EMAIL="An e-mail address.",
    PHONE="A phone number.",
    COMPANY="A company.",
    TAX_ID="At least one tax number.",
    NOTE="A note.",
    ADDRESS="At least one address.",
    TAG="At least one tag.",
    GROUP="At least one group.",
    BIRTH_DATE="A date of birth.",
    LAST_ORDER="A last order.",
)
told(
    Vendor,
    "The commerce products that a source can be an account of.",
    **{member.name: f"An account at {member.value.capitalize()}." for member in Vendor},
)
told(
    HealthState,
    "Whether a source answers.",
    UP="It answers.",
    DEGRADED="Its last request failed.",
    DOWN="Five requests in a row failed; it is tried again every 30 seconds.",
    UNKNOWN="It has not been asked yet.",
)
told(
    IndexState,
    "How usable the match index of a source is.",
    BUILDING="Not all records are in it yet.",
    READY="Complete and fresh.",
    STALE="Complete, but too far behind the source.",
)
told(
    Support,
    "Who does it.",
    NATIVE="The vendor itself.",
    EMULATED="The gateway, over the vendor's records.",
    UNAVAILABLE="Nobody: the vendor has nothing of the kind.",
)
told(
    Atomicity,
    "What a write to several sources does when one of them fails.",
    BEST_EFFORT="The others go on; every outcome is told.",
    ALL_OR_NOTHING="What was done is undone as far as the vendors allow it.",
)
told(
    OutcomeStatus,
    "What became of a write at one source.",
    APPLIED="Done.",
    UNCHANGED="Nothing had to be done.",
    SKIPPED="Nothing was left to do at this source, or it was never reached.",
    FAILED="Not done; the error says why.",
    UNKNOWN="Sent, and no answer came: perhaps done.",
    REVERTED="Done, and undone again because another source failed.",
    PLANNED="Would be done; this was a dry run.",
)
told(
    ErrorCode,
    "What went wrong, in words that stay the same.",
    INVALID_INPUT="The input is wrong; the message says where. Nothing was asked of any vendor.",
    ALREADY_EXISTS="There is one already, for example a customer with this e-mail address.",
    NOT_FOUND="There is none.",
    UNSUPPORTED="The vendor, or this API, cannot do it.",
    CONFLICT="Somebody else changed it meanwhile, or the same request is still running.",
    FORBIDDEN="The caller, or the source's credentials, lack a permission.",
    VENDOR_REJECTED="The vendor understood the request and refused it.",
    VENDOR_MISBEHAVED="The vendor's answer is not what its documentation says.",
    CREDENTIALS_REFUSED="The vendor does not accept the source's credentials.",
    RATE_LIMITED="The vendor's rate limit is reached; `retryAfter` says for how long, where it is known.",
    TIMEOUT="No answer came in time.",
    SOURCE_UNAVAILABLE="The vendor cannot be reached.",
    UNKNOWN_OUTCOME="A write was sent and no answer came: perhaps it was done.",
    IDEMPOTENCY_MISMATCH="The idempotency key was used before with another input.",
    BUDGET_EXCEEDED="The operation has used all the vendor calls that it may make.",
    LIMIT_EXCEEDED="The request is larger than allowed.",
    UNAUTHENTICATED="The caller is not known.",
    INTERNAL="A fault of the gateway itself; the message has an id that its log has too.",
)
