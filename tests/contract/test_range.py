"""What a vendor gives for a range of time holds everybody within it, both ends included."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from gateway.query import FilterField
from gateway.sandbox import Assumptions
from gateway.vendors import SPECS
from tests.contract.world import World

SECOND = timedelta(seconds=1)
WINDOWS = 40

Window = tuple[datetime | None, datetime | None]


def windows(times: Sequence[datetime], chance: random.Random) -> list[Window]:
    """Open, narrow, wide and empty ones, most with an end where a record stands or a second beside it."""
    found: list[Window] = [(None, None), (min(times), max(times)), (max(times) + SECOND, None)]
    for _ in range(WINDOWS):
        one, other = (chance.choice(times) + chance.randint(-1, 1) * SECOND for _ in range(2))
        low, high = sorted((one, other))
        found += [
            (low, high),
            (one, one),
            (one, one + SECOND),
            (one - SECOND / 2, one),
            (one, None),
            (None, one),
        ]
    return found


@pytest.mark.parametrize("reading", Assumptions)
@pytest.mark.parametrize(
    ("vendor", "field"), [(vendor, field) for vendor, spec in SPECS.items() for field in spec.table.ranges]
)
async def test_a_range_holds_everybody_within_it(world: World, field: FilterField) -> None:
    times = {record.vendor_id: getattr(record, field) for record in world.living}
    known = {vendor_id: time for vendor_id, time in times.items() if time is not None}
    rendered = world.source().table.ranges[field].render
    for low, high in windows(sorted(set(known.values())), random.Random(field)):
        within = {
            vendor_id
            for vendor_id, time in known.items()
            if (low is None or low <= time) and (high is None or time <= high)
        }
        assert within <= await world.given(rendered(low, high, None)), (low, high)


@pytest.mark.parametrize("reading", Assumptions)
@pytest.mark.parametrize(
    ("vendor", "field"), [(vendor, field) for vendor, spec in SPECS.items() for field in spec.table.ranges]
)
async def test_a_record_without_the_time_is_only_where_that_is_declared(
    world: World, field: FilterField
) -> None:
    """The planner looks for such records by their creation, and only where the table says that there are some."""
    unset = [record.vendor_id for record in world.living if getattr(record, field) is None]
    assert bool(unset) is world.source().table.ranges[field].misses_unset
