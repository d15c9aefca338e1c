"""Ways through a list: every row once at any page size, and what each asks for."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.paging import Offset, PageNumber, Pager, SinceId, Unpaged

MAXIMUM = 5
PAGERS: tuple[Pager, ...] = (
    PageNumber(maximum=MAXIMUM),
    PageNumber(size="per_page", maximum=MAXIMUM),
    Offset(first="first", limit="limit", maximum=MAXIMUM),
    SinceId(since="since", size="limit", maximum=MAXIMUM),
    SinceId(since="since", size="limit", maximum=MAXIMUM, order={"order": "id"}),
    Unpaged(),
)


def answer(rows: list[int], arguments: dict[str, Any]) -> list[int]:
    """A vendor's page, by whichever parameters it was asked with."""
    if "since" in arguments or arguments.get("order") or set(arguments) == {"limit"}:
        return sorted(row for row in rows if row > arguments.get("since", 0))[: arguments["limit"]]
    if "first" in arguments:
        return rows[arguments["first"] :][: arguments["limit"]]
    if "page" in arguments:
        size = arguments.get("per_page", MAXIMUM)
        return rows[(arguments["page"] - 1) * size :][:size]
    return rows


@pytest.mark.parametrize("pager", PAGERS)
@given(ids=st.sets(st.integers(1, 99), max_size=23), limit=st.integers(1, 9))
def test_a_walk_brings_every_row_once(pager: Pager, ids: set[int], limit: int) -> None:
    rows, seen, calls = sorted(ids), list[int](), 0
    position: int | None = pager.start
    while position is not None:
        page = answer(rows, dict(pager.arguments(position, limit)))
        seen += page
        calls += 1
        assert calls <= len(rows) + 1
        position = pager.following(position, limit, [str(row) for row in page])
    assert seen == rows


@given(
    ids=st.sets(st.integers(1, 99), max_size=23), gone=st.sets(st.integers(1, 99)), limit=st.integers(1, 9)
)
def test_a_walk_by_id_misses_nobody_while_others_go(ids: set[int], gone: set[int], limit: int) -> None:
    pager = SinceId(since="since", size="limit", maximum=MAXIMUM)
    rows, seen = sorted(ids), list[int]()
    position: int | None = pager.start
    while position is not None:
        page = answer(rows, dict(pager.arguments(position, limit)))
        seen += page
        position = pager.following(position, limit, [str(row) for row in page])
        rows = [row for row in rows if row not in gone]
    assert [row for row in seen if row not in gone] == sorted(ids - gone)
    assert len(set(seen)) == len(seen)


def test_no_page_is_larger_than_the_vendors_maximum() -> None:
    for pager in PAGERS:
        assert all(value <= MAXIMUM for value in pager.arguments(1, 1000).values() if isinstance(value, int))


def test_a_full_page_of_the_vendors_maximum_is_followed_even_if_more_were_wanted() -> None:
    full = [str(number) for number in range(1, MAXIMUM + 1)]
    followed = [pager.following(pager.start, 1000, full) for pager in PAGERS]
    assert followed == [2, 2, MAXIMUM, MAXIMUM, MAXIMUM, None]


def test_a_page_of_a_size_that_the_vendor_fixes_ends_the_list_only_where_it_is_short() -> None:
    """Whatever limit was asked for: the vendor did not hear of it."""
    assert PageNumber(maximum=MAXIMUM).following(1, 2, ["1", "2", "3"]) is None
    assert PageNumber(size="per_page", maximum=MAXIMUM).following(1, 2, ["1", "2"]) == 2
