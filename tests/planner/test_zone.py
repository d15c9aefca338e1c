"""The zone of filter times is found out from known records, and never taken for known wrongly."""

from __future__ import annotations

from datetime import UTC, tzinfo
from zoneinfo import ZoneInfo

import pytest

from gateway.query import Direction, Order, OrderField
from gateway.sandbox import Assumptions
from gateway.vendors import SPECS
from tests.support.world import world

ORDER = Order(field=OrderField.CREATED_AT, direction=Direction.ASC)
UNTOLD = [
    vendor
    for vendor, spec in SPECS.items()
    if any(kind.is_zone_unknown for kind in spec.table.ranges.values())
]
STORE = ZoneInfo("Etc/GMT-10")
"""Where the emulated store stands, ten hours east."""


@pytest.mark.parametrize("vendor", UNTOLD)
@pytest.mark.parametrize(
    ("reading", "configured", "found"),
    [
        (Assumptions.USUAL, STORE, UTC),
        (Assumptions.CONTRARY, STORE, STORE),
        (Assumptions.CONTRARY, ZoneInfo("UTC"), None),
        (Assumptions.CONTRARY, ZoneInfo("Europe/Rome"), None),
    ],
)
async def test_the_zone_is_that_in_which_known_records_are_found(
    vendor: str, reading: Assumptions, configured: ZoneInfo, found: tzinfo | None
) -> None:
    with world(80, assumptions=reading, vendors=[vendor]) as small:
        (source,) = small.sources
        source.zone = configured
        pages = await small.walk(ORDER, 20)
        assert source.filter_zone == found
        assert [one for page in pages for one in page] == await small.reference(ORDER)
        narrow = source.overfetch(next(iter(source.table.ranges)))
        assert bool(narrow) is (found is None)
