"""How many customers a filter admits, without reading them: from the vendors' own counts, and no surer than those."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

from gateway.adapter import Source
from gateway.capabilities import Arguments
from gateway.errors import GatewayError
from gateway.operation import Operation
from gateway.planner.connection import Count, CountPrecision
from gateway.planner.split import SourcePlan, speaks_of_consent
from gateway.planner.walk import Bounds


async def counted(
    sources: Sequence[Source], plans: Mapping[str, SourcePlan], everybody: int | None, operation: Operation
) -> Count | None:
    """`everybody` is their number where all were seen. Else at most the sum of the sources; None where one cannot tell.

    The sum is exact only where one source alone can match, just the matching records are counted, no two of its
    records can be one person, and no other source has a say in whether they match.
    """
    if everybody is not None:
        return Count(value=everybody, precision=CountPrecision.EXACT)
    asked = [source for source in sources if not plans[source.name].is_impossible]
    if not all(_is_countable(source, plans[source.name]) for source in asked):
        return None
    numbers = await asyncio.gather(*(_of(source, plans[source.name], operation) for source in asked))
    known = [number for number in numbers if number is not None]
    if len(known) < len(numbers):
        return None
    is_exact = len(asked) == 1 and _is_exact(asked[0], plans[asked[0].name], is_alone=len(sources) == 1)
    return Count(value=sum(known), precision=CountPrecision.EXACT if is_exact else CountPrecision.AT_MOST)


def _is_exact(source: Source, plan: SourcePlan, *, is_alone: bool) -> bool:
    """Whether the source counts just those who match; whom it counts as consenting may have refused at another."""
    is_final = is_alone or not speaks_of_consent(plan.condition)
    return source.table.unique_email and plan.is_exact and is_final


def _is_countable(source: Source, plan: SourcePlan) -> bool:
    if plan.ids is not None or plan.keys is not None or not plan.is_superset:
        return False
    return all(source.can_count(arguments) for arguments in _lists(source, plan))


def _lists(source: Source, plan: SourcePlan) -> list[Arguments]:
    """The arguments of the lists that together hold every match."""
    ranges: dict[str, object] = {}
    for field, bounds in plan.bounds.items():
        kind = source.table.ranges.get(field)
        if kind is not None and bounds != Bounds():
            ranges |= kind.render(bounds.low, bounds.high, source.filter_zone)
    return [{**branch.arguments, **ranges} for branch in plan.branches]


async def _of(source: Source, plan: SourcePlan, operation: Operation) -> int | None:
    """At least as many as match at the source; None where it failed."""
    numbers = []
    for arguments in _lists(source, plan):
        try:
            numbers.append(await source.count(arguments, operation))
        except GatewayError as error:
            operation.report(error)
            return None
    return None if None in numbers else sum(number or 0 for number in numbers)
