"""Which part of a filter each source evaluates itself: a pure function of filter, capability table and settings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from itertools import product
from typing import Any, TypeAlias

from gateway.adapter import Source
from gateway.capabilities import Arguments, Grade, Pushdown
from gateway.customer import Field, Value
from gateway.planner.walk import Bounds
from gateway.query import (
    FALSE,
    TRUE,
    And,
    Comparison,
    Condition,
    FilterField,
    Not,
    Operator,
    Or,
    conjunction,
    disjunction,
    fields_of,
    match_key,
    simplify,
    speaks_of,
)

MOST_BRANCHES = 6
"""Native calls that one source's list may be put together from."""
MOST_LOOK_UPS = 50
"""Calls that look-ups at one source may take; beyond them the list is read, which can be gone on with."""
_FIRST, _LAST = datetime(1990, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
"""Times beyond these bound nothing: vendors cannot say them, and windows would creep along the centuries."""

_DECIDED = frozenset({FilterField.SOURCE_NAME, FilterField.IS_DELETED})
_ALWAYS_KNOWN = frozenset({FilterField.VENDOR_ID, FilterField.SEARCH}) | _DECIDED
_CONSENT = frozenset({FilterField.ACCEPTS_MARKETING, FilterField.IS_BLACKLISTED})
_SWITCHES = frozenset(
    {
        FilterField.IS_WHOLESALE,
        FilterField.HAS_HOUSE_ACCOUNT,
        FilterField.HAS_LOYALTY,
        FilterField.HAS_ORDERS,
        FilterField.IS_DELETED,
    }
)
_SCALARS = frozenset(
    {FilterField.CREATED_AT, FilterField.UPDATED_AT, FilterField.LAST_ORDER_AT, FilterField.ORDERS_COUNT}
)
_OPPOSITE = {
    Operator.GT: Operator.LTE,
    Operator.GTE: Operator.LT,
    Operator.LT: Operator.GTE,
    Operator.LTE: Operator.GT,
}
_GRADES = {Grade.EXACT: 0, Grade.SUPERSET: 1, Grade.LIKELY: 2}
_TIMES = (FilterField.CREATED_AT, FilterField.UPDATED_AT)
_LOWER = frozenset({Operator.GT, Operator.GTE})

Join: TypeAlias = Mapping[str, Callable[[Any, Any], Any]]


class Pushed(Value, frozen=True):
    """One comparison that a source evaluates, and how surely."""

    comparison: Comparison
    grade: Grade
    note: str = ""


class Branch(Value, frozen=True):
    """One native list: its arguments, and the comparisons that they stand for."""

    arguments: Arguments
    pushed: tuple[Pushed, ...] = ()


class SourcePlan(Value, frozen=True):
    """What one source is asked for. Every record that matches is in one of the branches or look-ups."""

    condition: Condition
    """What is left of the filter on this source: true of just the records that match, `FALSE` where none can."""
    branches: tuple[Branch, ...]
    bounds: Mapping[FilterField, Bounds]
    ids: tuple[str, ...] | None = None
    """Vendor ids that are looked up instead of a list; None: a list is read."""
    keys: tuple[str, ...] | None = None
    """Match keys that are looked up instead of a list."""

    @property
    def is_impossible(self) -> bool:
        """True where no record of the source can match: it is not asked at all."""
        return self.condition == FALSE

    @property
    def is_listed(self) -> bool:
        """True where a list is read, and nobody is looked up by name."""
        return self.ids is None and self.keys is None

    @property
    def is_exact(self) -> bool:
        """True where the vendor's answer is just the matching records, so that its count is theirs."""
        pushed = {
            one.comparison for branch in self.branches for one in branch.pushed if one.grade is Grade.EXACT
        }
        return len(self.branches) == 1 and set(_parts(self.condition)) <= pushed

    @property
    def is_superset(self) -> bool:
        """True where nothing rests on a claim that is only likely."""
        return all(one.grade is not Grade.LIKELY for branch in self.branches for one in branch.pushed)


def split(condition: Condition, source: Source) -> SourcePlan:
    """The plan for one source. `condition` has to say how deleted records are meant; see `without_deleted`."""
    own = simplify(positive(condition, source))
    if own == FALSE:
        return SourcePlan(condition=FALSE, branches=(), bounds={})
    parts = _parts(own)
    ids = _ids(parts, source)
    # A look-up by address finds nobody who is deleted.
    keys = _keys(parts) if ids is None and excludes_deleted(own, source) else None
    return SourcePlan(
        condition=own,
        branches=tuple(_branches(own, source)),
        bounds={field: _bounds(parts, field) for field in _TIMES},
        ids=ids,
        keys=keys,
    )


def positive(condition: Condition, source: Source, *, is_negated: bool = False) -> Condition:
    """The condition with every not moved onto a comparison, and what this source decides decided.

    Only a true condition matches, so a comparison that is unknown on all of the source's records is as good as false,
    negated or not.
    """
    match condition:
        case And(parts) | Or(parts):
            moved = [positive(part, source, is_negated=is_negated) for part in parts]
            return (
                conjunction(*moved) if isinstance(condition, And) is not is_negated else disjunction(*moved)
            )
        case Not(inner):
            return positive(inner, source, is_negated=not is_negated)
        case Comparison():
            return _literal(condition, source, is_negated=is_negated)


def _literal(comparison: Comparison, source: Source, *, is_negated: bool) -> Condition:
    decided = _decided(comparison, source)
    if decided is not None:
        return TRUE if decided is not is_negated else FALSE
    if not _is_known(comparison, source):
        return FALSE
    return _opposite(comparison) if is_negated else comparison


def _decided(comparison: Comparison, source: Source) -> bool | None:
    """What the comparison is on every record of the source, None where that depends."""
    if comparison.field is FilterField.SOURCE_NAME:
        wanted = comparison.value
        return source.name in wanted if isinstance(wanted, tuple) else source.name == wanted
    if comparison.field is FilterField.IS_DELETED and Field.DELETED_AT not in source.reach.known:
        return comparison.value is False
    return None


def _is_known(comparison: Comparison, source: Source) -> bool:
    if comparison.field in source.reach.untold:
        return False
    return comparison.field in _ALWAYS_KNOWN or bool(fields_of(comparison) & source.reach.known)


def _opposite(comparison: Comparison) -> Condition:
    """A comparison that is true where this one is false; the negation itself where there is no such."""
    if comparison.field in _SWITCHES:
        return Comparison(comparison.field, Operator.EQ, value=comparison.value is False)
    if comparison.field in _SCALARS and comparison.operator in _OPPOSITE:
        return Comparison(comparison.field, _OPPOSITE[comparison.operator], comparison.value)
    return Not(comparison)


def _parts(condition: Condition) -> Sequence[Condition]:
    return condition.conditions if isinstance(condition, And) else (condition,)


def _looked_up(parts: Iterable[Condition], field: FilterField) -> tuple[str, ...] | None:
    """The values that an equality asked of every match allows, each once."""
    for part in parts:
        if isinstance(part, Comparison) and part.field is field:
            if part.operator is Operator.EQ:
                return (str(part.value),)
            if part.operator is Operator.IN and isinstance(part.value, tuple):
                return tuple(dict.fromkeys(part.value))
    return None


def _ids(parts: Iterable[Condition], source: Source) -> tuple[str, ...] | None:
    values = _looked_up(parts, FilterField.VENDOR_ID)
    if values is None:
        return None
    # Those whom an answer for several leaves out are asked for one by one, where such answers are not trusted.
    size = 1 if source.spec.distrusts_by_ids else source.table.batch_size
    return values if sum(map(source.may_exist, values)) <= MOST_LOOK_UPS * size else None


def _keys(parts: Iterable[Condition]) -> tuple[str, ...] | None:
    values = _looked_up(parts, FilterField.EMAIL)
    if values is None:
        return None
    keys = tuple(dict.fromkeys(key for value in values if (key := match_key(value)) is not None))
    return keys if len(keys) <= MOST_LOOK_UPS else None


def _bounds(parts: Iterable[Condition], field: FilterField) -> Bounds:
    lows: list[datetime] = []
    highs: list[datetime] = []
    for part in parts:
        if isinstance(part, Comparison) and part.field is field and isinstance(part.value, datetime):
            (lows if part.operator in _LOWER else highs).append(part.value)
    low, high = max(lows, default=None), min(highs, default=None)
    return Bounds(
        low=None if low is None or low < _FIRST else min(low, _LAST),
        high=None if high is None or high > _LAST else max(high, _FIRST),
    )


def _branches(condition: Condition, source: Source) -> list[Branch]:
    """The native lists that together hold every match, as narrow as the vendor can be told."""
    found = [Branch(arguments={})]
    for part in _with_deletion(condition, source):
        ways = _ways(part, source)
        if ways is not None and len(found) * len(ways) <= MOST_BRANCHES:
            found = [_joined(one, way, source.spec.join) for one, way in product(found, ways)]
    return _distinct(found)


def _distinct(branches: Iterable[Branch]) -> list[Branch]:
    """Each native list once; it stands for what all branches that came to the same arguments have in common."""
    kept: dict[str, Branch] = {}
    for branch in branches:
        question = repr(sorted(branch.arguments.items(), key=lambda pair: pair[0]))
        other = kept.setdefault(question, branch)
        common = tuple(one for one in other.pushed if one in branch.pushed)
        kept[question] = Branch(arguments=other.arguments, pushed=common)
    return list(kept.values())


def _with_deletion(condition: Condition, source: Source) -> Sequence[Condition]:
    """A vendor that keeps deleted records apart is asked for both kinds where the filter does not choose."""
    parts = _parts(condition)
    if Field.DELETED_AT not in source.reach.known or any(_is_deletion(part) for part in parts):
        return parts
    either = Or(tuple(Comparison(FilterField.IS_DELETED, Operator.EQ, value) for value in (False, True)))
    return (either, *parts)


def excludes_deleted(condition: Condition, source: Source) -> bool:
    """True where no deleted record can match."""
    kept = Comparison(FilterField.IS_DELETED, Operator.EQ, value=False)
    return Field.DELETED_AT not in source.reach.known or kept in _parts(condition)


def _is_deletion(part: Condition) -> bool:
    return isinstance(part, Comparison) and part.field is FilterField.IS_DELETED


def _ways(condition: Condition, source: Source) -> list[Branch] | None:
    """The lists that hold every match of the condition; None where the vendor cannot narrow by it."""
    match condition:
        case Comparison():
            way = _pushed(condition, source)
            return None if way is None else [way]
        case Or(parts):
            return _all_ways(parts, source)
        case And(parts):
            return _product(parts, source)
        case _:
            return None


def _all_ways(parts: Iterable[Condition], source: Source) -> list[Branch] | None:
    ways: list[Branch] = []
    for part in parts:
        more = _ways(part, source)
        if more is None:
            return None
        ways += more
    return ways if 0 < len(ways) <= MOST_BRANCHES else None


def _product(parts: Iterable[Condition], source: Source) -> list[Branch] | None:
    found: list[Branch] | None = None
    for part in parts:
        ways = _ways(part, source)
        if ways is None:
            continue
        if found is None:
            found = ways
        elif len(found) * len(ways) <= MOST_BRANCHES:
            found = [_joined(one, way, source.spec.join) for one, way in product(found, ways)]
    return found


def _pushed(comparison: Comparison, source: Source) -> Branch | None:
    """The best pushdown that can say the comparison, or something that it implies."""
    for implied in _implied(comparison):
        for pushdown in _candidates(implied, source):
            arguments = pushdown.render(implied.value)
            if arguments is not None:
                is_weaker = implied != comparison and pushdown.grade is Grade.EXACT
                grade = Grade.SUPERSET if is_weaker else pushdown.grade
                return Branch(
                    arguments=arguments,
                    pushed=(Pushed(comparison=comparison, grade=grade, note=pushdown.note),),
                )
    return None


def _candidates(comparison: Comparison, source: Source) -> list[Pushdown]:
    is_strict = source.settings.pushdown == "strict"
    fitting = [
        pushdown
        for pushdown in source.table.pushdowns
        if (pushdown.field, pushdown.operator) == (comparison.field, comparison.operator)
        and not (is_strict and pushdown.grade is Grade.LIKELY)
    ]
    return sorted(fitting, key=lambda pushdown: _GRADES[pushdown.grade])


def _implied(comparison: Comparison) -> Iterable[Comparison]:
    """The comparison, then others that are true wherever it is."""
    yield comparison
    field, value = comparison.field, comparison.value
    match comparison.operator:
        case Operator.EQ if isinstance(value, str):
            yield Comparison(field, Operator.IN, (value,))
        case Operator.IN if isinstance(value, tuple) and len(value) == 1:
            yield Comparison(field, Operator.EQ, value[0])
        case Operator.ALL if isinstance(value, tuple):
            for name in value:
                yield Comparison(field, Operator.ANY, (name,))


def _joined(first: Branch, second: Branch, join: Join) -> Branch:
    """Both at once; where they cannot be said at once, the first alone, whose answer holds all of both."""
    arguments = dict(first.arguments)
    for name, value in second.arguments.items():
        if name not in arguments:
            arguments[name] = value
            continue
        both = join[name](arguments[name], value) if name in join else _same(arguments[name], value)
        if both is None:
            return first
        arguments[name] = both
    return Branch(arguments=arguments, pushed=(*first.pushed, *second.pushed))


def _same(first: object, second: object) -> object:
    return first if first == second else None


def optimistic(condition: Condition, loaded: frozenset[Field]) -> Condition:
    """The condition with every comparison taken for true that a row alone cannot decide.

    That is one on fields that the row does not bring, and a consent under a not, which the whole customer decides.
    """
    match condition:
        case And(parts):
            return conjunction(*(optimistic(part, loaded) for part in parts))
        case Or(parts):
            return disjunction(*(optimistic(part, loaded) for part in parts))
        case Not(Comparison(field=field)) if field in _CONSENT:
            return TRUE
        case Not(inner):
            return condition if fields_of(inner) <= loaded else TRUE
        case Comparison(field=FilterField.SEARCH):
            return condition
        case Comparison():
            return condition if fields_of(condition) <= loaded else TRUE


def speaks_of_consent(condition: Condition) -> bool:
    """True where a record's own value is not enough: the whole customer may refuse."""
    return any(speaks_of(condition, field) for field in _CONSENT)
