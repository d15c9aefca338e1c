"""What Storeden's customer list can do, each claim with what it rests on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, tzinfo
from typing import Final, TypeVar

from gateway.capabilities import Arguments, CapabilityTable, Grade, Paging, Pushdown, Range, Rate
from gateway.customer import AccountState, Field
from gateway.query import FilterField, Operator

T = TypeVar("T")

NODES: Final = ("custom_fields", "fullname", "accountType", "group")
"""The parts of a list row that come only where they are asked for."""

FIRST_SECOND: Final = 1
"""An open lower end. Not 0, which some back ends take for an absent value."""
LAST_SECOND: Final = 2**31 - 1
"""An open upper end, January 2038: the greatest that 32 bits hold."""

_TYPES: Final = {AccountState.GUEST: "guest", AccountState.ENABLED: "registered"}


def between(name: str, low: int, high: int) -> Arguments:
    """Unix seconds from `low` to `high`, both included: the vendor's bounds are exclusive and come in pairs."""
    bottom = max(FIRST_SECOND, low - 1)
    return {f"{name}_from": bottom, f"{name}_to": min(LAST_SECOND, max(bottom, high) + 1)}


def _range(name: str, *, misses_unset: bool = False) -> Range:
    def render(low: datetime | None, high: datetime | None, zone: tzinfo | None) -> Arguments:  # noqa: ARG001
        if low is None and high is None:
            return {}
        bottom = FIRST_SECOND if low is None else int(low.timestamp())
        return between(name, bottom, LAST_SECOND if high is None else int(high.timestamp()))

    return Range(render=render, misses_unset=misses_unset)


def _state(value: str) -> Arguments | None:
    kind = _TYPES.get(AccountState(value))
    return None if kind is None else {"accountType": kind}


def _states(values: Sequence[str]) -> Arguments | None:
    """Both types are no filter; states that Storeden does not have match nothing and drop out."""
    kinds = {_TYPES[state] for state in map(AccountState, values) if state in _TYPES}
    if not kinds:
        return None
    return {"accountType": kinds.pop()} if len(kinds) == 1 else {}


def same(first: T, second: T) -> T | None:
    """A parameter that takes one value says two only where they are equal."""
    return first if first == second else None


def _pushed(operator: Operator, render: Callable[..., Arguments | None]) -> Pushdown:
    return Pushdown(field=FilterField.ACCOUNT_STATE, operator=operator, grade=Grade.EXACT, render=render)


LIST_ONLY: Final = frozenset(
    {
        Field.FIRST_NAME,
        Field.LAST_NAME,
        Field.ACCEPTS_MARKETING,
        Field.GROUPS,
        Field.CUSTOM_FIELDS,
        Field.CREATED_AT,
        Field.UPDATED_AT,
    }
)
"""What a detail lacks."""
DETAIL_ONLY: Final = frozenset({Field.PHONE, Field.MOBILE, Field.WEBSITE, Field.CODE, Field.ADDRESSES})
"""What a list row lacks."""

TABLE: Final = CapabilityTable(
    fields={
        Field.NAME: ("fullname",),
        Field.FIRST_NAME: ("first_name",),
        Field.LAST_NAME: ("last_name",),
        Field.EMAIL: ("email",),
        Field.PHONE: ("phone",),
        Field.MOBILE: ("mobile",),
        Field.WEBSITE: ("website",),
        Field.CODE: ("code",),
        Field.ACCOUNT_STATE: ("accountType",),
        Field.ACCEPTS_MARKETING: ("accept_marketing",),
        Field.ADDRESSES: ("address", "city", "zip", "state"),
        Field.GROUPS: ("group",),
        Field.CUSTOM_FIELDS: ("custom_fields",),
        Field.CREATED_AT: ("created_at",),
        Field.UPDATED_AT: ("updated_at",),
    },
    listed=LIST_ONLY | {Field.NAME, Field.EMAIL, Field.ACCOUNT_STATE},
    list_only=LIST_ONLY,
    untold=frozenset({FilterField.COUNTRY_CODE, FilterField.PROVINCE_CODE}),
    numeric_ids=False,
    # The list has no pages: this is how many rows a window of it should hold, not a limit of the vendor's.
    page_size=1000,
    rate=Rate(calls=100_000, seconds=86_400),
    paging=(Paging.UNPAGED,),
    pushdowns=(_pushed(Operator.EQ, _state), _pushed(Operator.IN, _states)),
    ranges={
        FilterField.CREATED_AT: _range("created_at"),
        FilterField.UPDATED_AT: _range("updated_at", misses_unset=True),
    },
    lists_groups=True,
    unique_email=True,
    notes={
        "customers": "the list has no pages; it is read in windows of creation time",
        "phone": "in details only, a call for each record, as are mobile, website, code and addresses",
        "createdAt": "in lists only; a record loaded by id or e-mail is found there near the time in its id",
        "tags": "written only: nothing tells which tags a customer has",
        "taxIds": "written only",
        "note": "written only",
        "countryCode": "addresses name countries by the vendor's own numbers",
        "search": "by name and e-mail",
    },
)
"""Storeden's capability table."""
