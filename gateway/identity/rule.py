"""The merge rules: how the known values of several records become one. Unknown (None) is never a value."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from enum import StrEnum
from itertools import chain
from typing import Any

from gateway.customer import Field, Money


class MergeRule(StrEnum):
    """How a field of the customer comes from its records, which are in priority order."""

    FIRST_SOURCE = "FIRST_SOURCE"
    """The first known value."""
    UNION = "UNION"
    """Every element once, the first spelling of it."""
    SUM = "SUM"
    """All of them, amounts by currency; an amount without one is summed apart."""
    EARLIEST = "EARLIEST"
    LATEST = "LATEST"
    ANY_TRUE = "ANY_TRUE"
    """True where one is."""
    ALL_TRUE = "ALL_TRUE"
    """False where one is: a known refusal wins."""


RULES: Mapping[Field, MergeRule] = {
    **dict.fromkeys(Field, MergeRule.FIRST_SOURCE),
    **dict.fromkeys(
        (Field.ADDRESSES, Field.TAGS, Field.GROUPS, Field.TAX_IDS, Field.CUSTOM_FIELDS), MergeRule.UNION
    ),
    **dict.fromkeys((Field.ORDERS_COUNT, Field.TOTAL_SPENT, Field.STORE_CREDIT), MergeRule.SUM),
    Field.CREATED_AT: MergeRule.EARLIEST,
    Field.UPDATED_AT: MergeRule.LATEST,
    Field.LAST_ORDER_AT: MergeRule.LATEST,
    Field.IS_BLACKLISTED: MergeRule.ANY_TRUE,
    Field.ACCEPTS_MARKETING: MergeRule.ALL_TRUE,
}
"""The rule of every field."""

NAME_PARTS = (Field.NAME, Field.TITLE, Field.FIRST_NAME, Field.LAST_NAME)
"""They come from one record, the first that has any of them: nobody gets the surname of another spelling."""


def combine(field: Field, known: Sequence[Any]) -> Any:  # noqa: ANN401  # the field's own type
    """The merged value of the field's known values, given in priority order; None where there are none."""
    return _COMBINE[RULES[field]](field, known) if known else None


def _first(_: Field, known: Sequence[Any]) -> Any:  # noqa: ANN401
    return known[0]


def _union(field: Field, known: Sequence[Any]) -> tuple[Any, ...]:
    key = _ELEMENT_KEYS[field]
    elements: dict[Hashable, Any] = {}
    for element in chain.from_iterable(known):
        elements.setdefault(key(element), element)
    return tuple(elements.values())


_ELEMENT_KEYS: Mapping[Field, Callable[[Any], Hashable]] = {
    Field.ADDRESSES: lambda address: address,
    Field.TAGS: lambda tag: tag.name.casefold(),
    Field.GROUPS: lambda group: (group.source_name, group.vendor_id),
    Field.TAX_IDS: lambda tax_id: (tax_id.kind, tax_id.value),
    Field.CUSTOM_FIELDS: lambda custom: (custom.source_name, custom.key),
}


def _sum(field: Field, known: Sequence[Any]) -> int | tuple[Money, ...]:
    return sum(known) if field is Field.ORDERS_COUNT else _total(chain.from_iterable(known))


def _total(amounts: Iterable[Money]) -> tuple[Money, ...]:
    totals: dict[str | None, Money] = {}
    for money in amounts:
        so_far = totals.get(money.currency)
        amount = money.amount if so_far is None else so_far.amount + money.amount
        totals[money.currency] = Money(amount=amount, currency=money.currency)
    return tuple(totals.values())


_COMBINE: Mapping[MergeRule, Callable[[Field, Sequence[Any]], Any]] = {
    MergeRule.FIRST_SOURCE: _first,
    MergeRule.UNION: _union,
    MergeRule.SUM: _sum,
    MergeRule.EARLIEST: lambda _, known: min(known),
    MergeRule.LATEST: lambda _, known: max(known),
    MergeRule.ANY_TRUE: lambda _, known: any(known),
    MergeRule.ALL_TRUE: lambda _, known: all(known),
}
