"""About how many calls and rows a question costs at a source, by what the process remembers; None: unknown."""

from __future__ import annotations

from collections.abc import Mapping

from gateway.adapter import Source
from gateway.operation import CallKind
from gateway.planner.evaluation import Arrangement
from gateway.planner.lookup import Lookup
from gateway.planner.split import SourcePlan
from gateway.query import FilterField, comparisons, spellings

_WINDOW = 60
"""Rows that a list is read in at least; see `WindowStream`."""


class Numbers:
    """One source's numbers. `size` is how many customers are looked for, one beyond the page included."""

    def __init__(self, plans: Mapping[str, SourcePlan], size: int, lookup: Lookup, source: Source) -> None:
        self._plans = plans
        self._size = size
        self._lookup = lookup
        self._source = source
        self._plan = plans[source.name]
        self._total = _total(source, lookup)

    def pages(self) -> int | None:
        """Calls that read the whole list."""
        return self._lookup.census.pages(self._source)

    def calls(self, arrangement: Arrangement) -> int | None:
        """Calls of one list in that arrangement."""
        if arrangement in {Arrangement.MEMORY, Arrangement.NULLS}:
            return None if _is_narrowed(self._plan) else self.pages()
        if self._total is None or not _is_unfiltered(self._plan):
            return None
        return max(1, -(-min(self._total, self._size) // self._source.table.page_size))

    def rows(self, arrangement: Arrangement | None) -> int | None:
        """Rows of all lists in that arrangement; 0 where no list is read."""
        if arrangement in {None, Arrangement.LOOK_UP}:
            return 0
        if self._total is None or arrangement is Arrangement.WHOLE:
            return self._total
        if arrangement is Arrangement.INDEX:
            return None
        if arrangement in {Arrangement.MEMORY, Arrangement.NULLS}:
            return None if _is_narrowed(self._plan) else self._total
        if not _is_unfiltered(self._plan):
            return None
        return min(self._total, self._source.table.page_size, max(_WINDOW, 4 * self._size))

    def by_email(self) -> int | None:
        """Look-ups for the customers of other sources' records, and of its own where those may share an address.

        A page that is known to fill takes about one for each of its customers.
        """
        if self._plan.keys is not None:
            return sum(len(spellings(key)) for key in self._plan.keys)
        weights = {name: self._weight(name) for name in self._plans}
        known = sum(weight for weight in weights.values() if weight is not None)
        if known < self._size and None in weights.values():
            return None
        size = min(self._size, known)
        own = size * (weights[self._source.name] or 0) // max(known, 1)
        return size - own if self._source.table.unique_email else size

    def _weight(self, name: str) -> int | None:
        """How many of the question's records are about this source's."""
        plan = self._plans[name]
        if plan.is_impossible:
            return 0
        named = plan.ids if plan.ids is not None else plan.keys
        if named is not None:
            return len(named)
        return _total(self._lookup.sources[name], self._lookup) if _is_unfiltered(plan) else None


def by_id_calls(source: Source, count: int | None) -> dict[CallKind, int | None]:
    """What records by id cost; a number of None may be one."""
    if source.spec.by_ids is None or count == 1:
        return {CallKind.BY_ID: count}
    calls = None if count is None else -(-count // source.table.batch_size)
    if count is None or source.spec.distrusts_by_ids:
        return {CallKind.BY_IDS: calls, CallKind.BY_ID: None}
    return {CallKind.BY_IDS: calls} if count else {}


def _total(source: Source, lookup: Lookup) -> int | None:
    return lookup.census.total(source)


def _is_unfiltered(plan: SourcePlan) -> bool:
    """True where nothing but deletion is asked of a record."""
    return all(one.field is FilterField.IS_DELETED for one in comparisons(plan.condition))


def _is_narrowed(plan: SourcePlan) -> bool:
    """True where a vendor's answer holds a part of its records, of a size that nobody knows."""
    pushed = [one.comparison.field for branch in plan.branches for one in branch.pushed]
    return any(field is not FilterField.IS_DELETED for field in pushed)
