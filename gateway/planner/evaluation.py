"""Who evaluates what: each comparison and each order at one source, read off the split that lists are planned by."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum

from gateway.adapter import Source
from gateway.capabilities import Grade
from gateway.customer import AccountState, Field, Value
from gateway.planner.split import SourcePlan, split
from gateway.planner.walk import Bounds
from gateway.query import (
    FALSE,
    OPERATORS,
    And,
    Comparison,
    Condition,
    FilterField,
    Not,
    Operand,
    Operator,
    OrderField,
    Trait,
    comparisons,
    without_deleted,
)


class Way(StrEnum):
    """What becomes of a comparison at a source."""

    EXACT = "exact"
    """The vendor gives just the records that satisfy it."""
    SUPERSET = "superset"
    """The vendor gives all of them and perhaps more; the gateway checks again."""
    LIKELY = "likely"
    """As a superset, but the vendor's document leaves open whether it is one."""
    LOOK_UP = "look-up"
    """The records are asked for by id or e-mail; no list is read."""
    BOUND = "bound"
    """The vendor's own order by this time is read only as far as the bound; under other orders it is residual."""
    INDEX = "match index"
    """The match index decides it, and it is checked on what is loaded."""
    RESIDUAL = "residual"
    """The gateway evaluates it on what the rest of the filter brings."""
    DECIDED = "decided"
    """It is the same on all of the source's records, which is known without asking."""
    UNKNOWN = "unknown"
    """The vendor never tells the value, so that neither the comparison nor its opposite matches."""


class Arrangement(StrEnum):
    """How a source's records come in an order."""

    OWN = "own order"
    """The vendor sorts."""
    WINDOWS = "windows"
    """The vendor filters by this time: windows of it are read one after another, and sorted."""
    MEMORY = "memory"
    """All that may match is read first and sorted, up to `limits.in_memory_records`."""
    INDEX = "match index"
    """The match index knows the order, and the records that come up are loaded by id or by a window of the list."""
    NULLS = "nulls"
    """The vendor never has the value: its records come last, in memory, and are read only once it is their turn."""
    LOOK_UP = "look-up"
    """The filter names the records: they are asked for, and sorted."""
    WHOLE = "read whole"
    """The list has so few pages that it is read once, for the order and for everybody's look-ups."""


NATIVE_WAYS = frozenset({Way.EXACT, Way.SUPERSET, Way.LIKELY, Way.LOOK_UP})
"""Those that spare the source's list, or a part of it."""

TIMES: Mapping[OrderField, FilterField] = {
    OrderField.CREATED_AT: FilterField.CREATED_AT,
    OrderField.UPDATED_AT: FilterField.UPDATED_AT,
}
"""The orders that vendors have ranges for."""
_WEAKEST = (Grade.LIKELY, Grade.SUPERSET, Grade.EXACT)


class Sample(Value, frozen=True):
    """One comparison that stands for all of its kind; `kind` is "" where all values are alike."""

    comparison: Comparison
    kind: str = ""


class Verdict(Value, frozen=True):
    """The way of a sample, and what the vendor's table says of it."""

    way: Way
    notes: tuple[str, ...] = ()


class Part(Value, frozen=True):
    """A part of a filter that every match satisfies, and who evaluates it; `notes` as in `Verdict`."""

    condition: Condition
    way: Way
    notes: tuple[str, ...] = ()


def samples() -> Iterator[Sample]:
    """Every field with every operator, in the API's order, at least one sample each."""
    for field, operators in OPERATORS.items():
        for operator in sorted(operators, key=list(Operator).index):
            for kind, value in _values(field, operator):
                yield Sample(comparison=Comparison(field, operator, value), kind=kind)


def verdict_of(comparison: Comparison, source: Source) -> Verdict:
    """What becomes of the comparison where it is the whole filter."""
    plan = split(without_deleted(comparison), source)
    if comparison not in set(comparisons(plan.condition)):
        return Verdict(way=Way.UNKNOWN if _is_unknown(comparison, source) else Way.DECIDED)
    if plan.ids is not None or plan.keys is not None:
        return Verdict(way=Way.LOOK_UP)
    pushed = [one for branch in plan.branches for one in branch.pushed if one.comparison == comparison]
    if len(pushed) >= len(plan.branches):
        weakest = min((one.grade for one in pushed), key=_WEAKEST.index)
        notes = tuple(dict.fromkeys(one.note for one in pushed if one.note))
        return Verdict(way=Way(weakest.value), notes=notes)
    return Verdict(way=_bounded(comparison.field, plan, source))


def _is_unknown(comparison: Comparison, source: Source) -> bool:
    return split(comparison, source).is_impossible and split(Not(comparison), source).condition == FALSE


def _bounded(field: FilterField, plan: SourcePlan, source: Source) -> Way:
    """A bound on a time is no pushdown of the table's but a range, or an end of the vendor's own order."""
    bounds = plan.bounds.get(field, Bounds())
    kind = source.table.ranges.get(field)
    if kind is not None and kind.render(bounds.low, bounds.high, source.filter_zone):
        return Way.SUPERSET
    is_sorted = any(time is field and order in source.table.orders for order, time in TIMES.items())
    return Way.BOUND if is_sorted and bounds != Bounds() else Way.RESIDUAL


def parts_of(
    plan: SourcePlan, source: Source, arrangement: Arrangement | None, order: OrderField
) -> Iterator[Part]:
    """What is left of the filter at the source, part by part in the filter's order; none where nobody can match."""
    if plan.is_impossible or arrangement is None:
        return
    whole = plan.condition
    for part in whole.conditions if isinstance(whole, And) else (whole,):
        if arrangement is Arrangement.LOOK_UP and _names_records(part, plan):
            yield Part(condition=part, way=Way.LOOK_UP)
        elif arrangement in {Arrangement.LOOK_UP, Arrangement.WHOLE}:
            yield Part(condition=part, way=Way.RESIDUAL)
        elif arrangement is Arrangement.INDEX:
            yield Part(condition=part, way=Way.INDEX)
        else:
            yield _part(part, plan, source, order)


def _names_records(part: Condition, plan: SourcePlan) -> bool:
    field = FilterField.VENDOR_ID if plan.ids is not None else FilterField.EMAIL
    is_naming = isinstance(part, Comparison) and part.operator in {Operator.EQ, Operator.IN}
    return is_naming and next(comparisons(part)).field is field


def _part(part: Condition, plan: SourcePlan, source: Source, order: OrderField) -> Part:
    """A part is pushed where every one of the source's lists is narrowed by some of it."""
    inner = set(comparisons(part))
    lists = [[one for one in branch.pushed if one.comparison in inner] for branch in plan.branches]
    if not all(lists):
        return Part(condition=part, way=_timed(part, plan, source, order))
    pushed = [one for some in lists for one in some]
    weakest = min((one.grade for one in pushed), key=_WEAKEST.index)
    if weakest is Grade.EXACT and {one.comparison for one in pushed} != inner:
        weakest = Grade.SUPERSET
    notes = tuple(dict.fromkeys(one.note for one in pushed if one.note))
    return Part(condition=part, way=Way(weakest.value), notes=notes)


def _timed(part: Condition, plan: SourcePlan, source: Source, order: OrderField) -> Way:
    """Ranges and bounds narrow lists that are read in the order of a time, and no others."""
    is_listed_by_time = order in source.table.orders or TIMES.get(order) in source.table.ranges
    if not isinstance(part, Comparison) or not is_listed_by_time:
        return Way.RESIDUAL
    way = _bounded(part.field, plan, source)
    return Way.RESIDUAL if way is Way.BOUND and TIMES.get(order) is not part.field else way


def arrangement_of(order: OrderField, source: Source) -> Arrangement:
    """How the source's records come in the order."""
    if order in source.table.orders:
        return Arrangement.OWN
    if TIMES.get(order) in source.table.ranges:
        return Arrangement.WINDOWS
    return Arrangement.MEMORY if Field(order) in source.reach.known else Arrangement.NULLS


_Kinds = Sequence[tuple[str, Operand]]

_WORDS: Mapping[FilterField, tuple[str, str]] = {
    FilterField.VENDOR_ID: ("1001", "1002"),
    FilterField.EMAIL: ("maria@example.com", "joao@example.com"),
    FilterField.PHONE: ("+39 06 5551234", "+39 06 5555678"),
    FilterField.TAX_ID: ("RSSMRA85T10A562S", "12345678901"),
    FilterField.COUNTRY_CODE: ("IT", "BR"),
    FilterField.PROVINCE_CODE: ("RM", "SP"),
    FilterField.CITY: ("Roma", "Salvador"),
}
_TEXTS = ("maria", "joana")
_DATE = datetime(2026, 1, 1, tzinfo=UTC)
_SWITCH: _Kinds = (("true", True), ("false", False))
_NAMES: _Kinds = (("one number", ("7",)), ("numbers", ("7", "8")), ("one name", ("vip",)))
_TRAITS: _Kinds = tuple((trait.upper(), trait) for trait in Trait)

_VALUES: Mapping[FilterField, _Kinds] = {
    FilterField.TAGS: _NAMES,
    FilterField.GROUPS: _NAMES,
    FilterField.HAS: _TRAITS,
    FilterField.LACKS: _TRAITS,
    FilterField.ORDERS_COUNT: (("", 3),),
    FilterField.TOTAL_SPENT: (("", Decimal(100)),),
    FilterField.STORE_CREDIT: (("", Decimal(100)),),
    FilterField.CREATED_AT: (("", _DATE),),
    FilterField.UPDATED_AT: (("", _DATE),),
    FilterField.LAST_ORDER_AT: (("", _DATE),),
}
"""Where all operators take the same; of names, some vendors know numbers alone."""


def _values(field: FilterField, operator: Operator) -> _Kinds:
    """Operands between which a vendor may tell."""
    if field in _VALUES:
        return _VALUES[field]
    if field is FilterField.ACCOUNT_STATE:
        return _states(operator)
    if OPERATORS[field] == {Operator.EQ}:
        return _SWITCH
    return _texts(_WORDS.get(field, _TEXTS), operator)


def _texts(texts: tuple[str, str], operator: Operator) -> _Kinds:
    return (("one", texts[:1]), ("several", texts)) if operator is Operator.IN else (("", texts[0]),)


def _states(operator: Operator) -> _Kinds:
    if operator is Operator.EQ:
        return tuple((state.value, state) for state in AccountState)
    pair = (AccountState.GUEST, AccountState.ENABLED)
    return (("one", pair[:1]), ("several", pair))
