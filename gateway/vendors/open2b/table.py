"""What Open2b's customer methods can do, each claim with what it rests on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from gateway.capabilities import Arguments, CapabilityTable, Grade, NativeOrder, Paging, Pushdown, Rate
from gateway.customer import AccountState, Field
from gateway.query import FilterField, Operator, OrderField

PAGE_SIZE = 100
"""No maximum is documented in v13; in v3 it was 100, which is taken to be safe (assumed)."""

NOBODY = 2**31 - 1
"""The largest id, since ids are documented as 32-bit integers: legal to ask for, and no customer's (assumed)."""

_LONGEST = len(str(NOBODY))
_LABELS = range(1, 33)
"""Of the condition; elsewhere in the vendor's documents labels go up to 64."""


def numbers(vendor_ids: Sequence[str]) -> list[int]:
    """The ids that can be a customer's, each once and in order; others would be an error for the whole call."""
    known = (_whole(vendor_id) for vendor_id in vendor_ids)
    return list(dict.fromkeys(number for number in known if 1 <= number < NOBODY))


def _whole(text: str) -> int:
    """0 where the text is no number that the vendor could hold."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _LONGEST else 0


def _ids(values: Sequence[str]) -> Arguments | None:
    """None where no id is left: an empty list may mean no condition."""
    ids = numbers(values)
    return {"ids": ids} if ids else None


def _text(name: str, shortest: int, longest: int) -> Callable[[str], Arguments | None]:
    """A condition within its documented length; beyond it the vendor refuses the call."""

    def render(value: str) -> Arguments | None:
        text = value.strip()
        return {name: text} if shortest <= len(text) <= longest else None

    return render


_keywords = _text("keywords", 1, 120)


def _search(value: str) -> Arguments | None:
    """The longest word: how several are joined is not documented. Digits may be a phone, which is not searched."""
    lettered = [word for word in value.split() if any(letter.isalpha() for letter in word)]
    return _keywords(max(lettered, key=len, default=""))


def _state(value: str) -> Arguments | None:
    return _states((value,))


def _states(values: Sequence[str]) -> Arguments | None:
    """Whether they may sign in; of those who may not, the vendor does not sort out who has a password."""
    if not values:
        return None
    enabled = [value == AccountState.ENABLED for value in values]
    return {"canLogin": enabled[0]} if len(set(enabled)) == 1 else None


def _labels(names: Sequence[str]) -> Arguments | None:
    """Labels by number; a name that is no number of theirs is one that no customer has."""
    labels = {_whole(name) for name in names if name == str(_whole(name))}
    is_sayable = labels and len(labels) == len(set(names)) and all(label in _LABELS for label in labels)
    return {"labels": sorted(labels)} if is_sayable else None


def _any_label(names: Sequence[str]) -> Arguments | None:
    """One alone: whether several mean any or all of them is not documented."""
    return _labels(names) if len(names) == 1 else None


def _country(value: str) -> Arguments | None:
    code = value.strip()
    return {"country": code.upper()} if len(code) == 2 and code.isascii() and code.isalpha() else None


def _province(value: str) -> Arguments | None:
    """In capitals, as codes are kept: whether case matters is not documented."""
    code = value.strip()
    return {"stateProv": code.upper()} if 1 <= len(code) <= 3 and code.isascii() and code.isalnum() else None


def _pushdown(
    field: FilterField,
    operators: Sequence[Operator],
    render: Callable[[Any], Arguments | None],
    grade: Grade = Grade.LIKELY,
    note: str = "",
) -> tuple[Pushdown, ...]:
    return tuple(
        Pushdown(field=field, operator=operator, grade=grade, render=render, note=note)
        for operator in operators
    )


def _order(field: str) -> NativeOrder:
    """Ties by id, where the vendor heeds a second key; its document shows a list of one."""
    return NativeOrder(ascending={"order": [field, "id"]}, descending={"order": [f"-{field}", "id"]})


_TEXT = (Operator.EQ, Operator.CONTAINS, Operator.STARTS_WITH)
_EQ = (Operator.EQ,)
_CASE = "exact or folded comparison is not documented"
_SEARCHED = "how keywords split and fold, and whether they find parts of words, is not documented"
_WHICH_ADDRESS = "whether billing or shipping address is looked at is not documented"

_FIELDS = {
    Field.NAME: ("fullName",),
    Field.FIRST_NAME: ("billingAddress",),
    Field.LAST_NAME: ("billingAddress",),
    Field.COMPANY: ("billingAddress",),
    Field.EMAIL: ("billingAddress",),
    Field.PHONE: ("billingAddress",),
    Field.MOBILE: ("billingAddress",),
    Field.LOCALE: ("locale",),
    Field.CODE: ("code",),
    Field.TAX_IDS: ("billingAddress",),
    Field.ACCOUNT_STATE: ("canLogin", "hasPassword"),
    Field.SIGN_IN: ("loginTime",),
    Field.ADDRESSES: ("billingAddress", "shippingAddress"),
    Field.TAGS: (),
    Field.GROUPS: ("group",),
    Field.CREATED_AT: ("creationTime",),
    Field.UPDATED_AT: ("updateTime",),
}

TABLE = CapabilityTable(
    fields=_FIELDS,
    always=("id", "billingAddress", "creationTime", "updateTime"),
    listed=frozenset(_FIELDS) - {Field.TAGS},
    numeric_ids=True,
    page_size=PAGE_SIZE,
    batch_size=PAGE_SIZE,
    rate=Rate(calls=1000, seconds=300.0),
    paging=(Paging.OFFSET, Paging.SINCE_ID),
    pushdowns=(
        *_pushdown(FilterField.VENDOR_ID, _EQ, lambda value: _ids((value,)), Grade.EXACT),
        *_pushdown(FilterField.VENDOR_ID, (Operator.IN,), _ids, Grade.EXACT),
        *_pushdown(FilterField.CODE, _EQ, _text("code", 1, 32), note=_CASE),
        *_pushdown(FilterField.EMAIL, _EQ, _text("email", 3, 120), note=_CASE),
        *_pushdown(FilterField.EMAIL, (Operator.CONTAINS, Operator.STARTS_WITH), _keywords, note=_SEARCHED),
        *_pushdown(FilterField.NAME, _TEXT, _keywords, note=_SEARCHED),
        *_pushdown(FilterField.COMPANY, _TEXT, _keywords, note=_SEARCHED),
        *_pushdown(
            FilterField.TAX_ID, _EQ, _keywords, note="whether the second company code is searched is open"
        ),
        *_pushdown(FilterField.SEARCH, (Operator.MATCHES,), _search, note=_SEARCHED),
        *_pushdown(FilterField.ACCOUNT_STATE, _EQ, _state, Grade.SUPERSET),
        *_pushdown(FilterField.ACCOUNT_STATE, (Operator.IN,), _states, Grade.SUPERSET),
        *_pushdown(FilterField.COUNTRY_CODE, _EQ, _country, note=_WHICH_ADDRESS),
        *_pushdown(FilterField.PROVINCE_CODE, _EQ, _province, note=_WHICH_ADDRESS),
        *_pushdown(FilterField.TAGS, (Operator.ANY,), _any_label, Grade.SUPERSET),
        *_pushdown(FilterField.TAGS, (Operator.ALL,), _labels, Grade.SUPERSET),
    ),
    orders={OrderField.CREATED_AT: _order("creationTime"), OrderField.UPDATED_AT: _order("updateTime")},
    countable=None,
    lists_groups=True,
    notes={
        "email": "two customers may share an address unless both can sign in; which spellings are equal is open",
        "tags": "labels, private to the configured key, by number alone; a second call for up to 1000 customers",
        "filter.groups": "the vendor filters by group number, not by name",
        "filter.createdAt": "no condition; read in the order of creation up to the bound",
        "order.name": "sortable, but in an undocumented collation",
    },
)
"""Open2b's capability table."""
