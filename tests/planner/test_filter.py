"""Filtered pages, held to a reference that reads everything and asks every record."""

from __future__ import annotations

import os
from random import Random
from typing import Any

import pytest

from gateway.customer import ALL_FIELDS
from gateway.query import Condition, Direction, Order, OrderField
from gateway.sandbox import TextSearch
from tests.support import filters
from tests.support.world import Identity, World, world

CASES = int(os.environ.get("FILTER_CASES", "120"))
"""Random cases of each reading; FILTER_CASES and FILTER_SEED choose more or others."""
SEED = int(os.environ.get("FILTER_SEED", "1"))
ORDERS = [Order(field=field, direction=direction) for field in OrderField for direction in Direction]
READINGS: dict[str, dict[str, Any]] = {
    "trusting": {"pushdown": "trusting", "text_search": TextSearch.FOLDING},
    "strict": {"pushdown": "strict", "text_search": TextSearch.SENSITIVE},
}


@pytest.mark.parametrize("reading", list(READINGS))
async def test_a_filtered_walk_finds_everybody_whom_the_filter_admits(reading: str) -> None:
    """Any filter, any order, any page size, either direction."""
    with world(40, seed=3, cache_ttl=3600, scan_ttl=3600, **READINGS[reading]) as small:
        records = await small.records(ALL_FIELDS)
        for case in range(CASES):
            random = Random(f"{SEED} {reading} {case}")
            condition = filters.condition(records, random)
            order = random.choice(ORDERS)
            size, is_backward = random.choice([3, 20, 100]), random.random() < 0.5
            found = await flat_walk(small, order, size, is_backward, condition)
            assert found == small.expected(records, order, condition), (
                case,
                order,
                size,
                is_backward,
                condition,
            )


async def flat_walk(
    small: World, order: Order, size: int, is_backward: bool, condition: Condition
) -> list[Identity]:
    pages = await small.walk(order, size, is_backward=is_backward, condition=condition)
    if is_backward:
        pages.reverse()
    return [one for page in pages for one in page]
