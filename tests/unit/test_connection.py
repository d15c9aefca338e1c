"""Relay's four arguments: which part of a list they mean, and which of them are refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.errors import InvalidInput
from gateway.planner.connection import DEFAULT_SIZE, MAXIMUM_SIZE, Slice, slice_of

SIZES = st.none() | st.integers(-5, 150)
CURSORS = st.none() | st.just("a cursor")


def test_nothing_given_is_the_first_page() -> None:
    assert slice_of() == Slice(size=DEFAULT_SIZE)


def test_first_reads_on_from_after() -> None:
    assert slice_of(first=5, after="a") == Slice(size=5, after="a")
    assert slice_of(after="a") == Slice(size=DEFAULT_SIZE, after="a")


def test_last_reads_back_from_before() -> None:
    assert slice_of(last=5, before="b") == Slice(size=5, before="b", is_backward=True)
    assert slice_of(last=5) == Slice(size=5, is_backward=True)


def test_before_alone_means_the_last_ones_before_it() -> None:
    assert slice_of(before="b") == Slice(size=DEFAULT_SIZE, before="b", is_backward=True)


def test_both_cursors_bound_the_list_from_both_ends() -> None:
    assert slice_of(first=5, after="a", before="b") == Slice(size=5, after="a", before="b")
    assert slice_of(last=5, after="a", before="b") == Slice(size=5, after="a", before="b", is_backward=True)
    assert slice_of(after="a", before="b") == Slice(size=DEFAULT_SIZE, after="a", before="b")


@pytest.mark.parametrize("name", ["first", "last"])
@pytest.mark.parametrize("size", [-1, MAXIMUM_SIZE + 1, 10**12])
def test_a_size_outside_the_bounds_is_refused_by_name(name: str, size: int) -> None:
    with pytest.raises(InvalidInput, match=f"`{name}` must be from 0 to {MAXIMUM_SIZE}, not {size}"):
        slice_of(first=size if name == "first" else None, last=size if name == "last" else None)


@pytest.mark.parametrize("size", [0, 1, MAXIMUM_SIZE])
def test_the_bounds_themselves_are_legal(size: int) -> None:
    assert slice_of(first=size).size == slice_of(last=size).size == size


def test_both_ends_at_once_are_refused() -> None:
    with pytest.raises(InvalidInput, match="`first` and `last`"):
        slice_of(first=1, last=1)


@given(first=SIZES, after=CURSORS, last=SIZES, before=CURSORS)
def test_whatever_is_given_is_a_legal_slice_or_refused(
    first: int | None, after: str | None, last: int | None, before: str | None
) -> None:
    try:
        piece = slice_of(first=first, after=after, last=last, before=before)
    except InvalidInput:
        assert (first is not None and last is not None) or not 0 <= (first or last or 0) <= MAXIMUM_SIZE
        return
    assert (piece.after, piece.before) == (after, before)
    assert piece.size == next((size for size in (first, last) if size is not None), DEFAULT_SIZE)
    assert piece.is_backward or last is None
