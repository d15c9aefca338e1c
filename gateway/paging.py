"""The ways of reading a list to its end, as values: where a page begins, and where the next one does."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import msgspec

from gateway.capabilities import Arguments
from gateway.customer import Value


class Pager(Protocol):
    """Turns positions into list parameters. Positions are the vendor's, never a cursor; `start` is the first."""

    @property
    def start(self) -> int:
        """Where a list begins."""

    def arguments(self, position: int, limit: int) -> Arguments:
        """The parameters of the page at `position` with at most `limit` rows."""

    def following(self, position: int, limit: int, ids: Sequence[str]) -> int | None:
        """Where the next page begins, given the ids of the rows that came; None where the list has ended."""


class Unpaged(Value, frozen=True, kw_only=True):
    """The vendor answers the whole list at once."""

    start: int = 0

    def arguments(self, position: int, limit: int) -> Arguments:  # noqa: ARG002  # there is nothing to say
        """No parameter."""
        return {}

    def following(self, position: int, limit: int, ids: Sequence[str]) -> int | None:  # noqa: ARG002
        """Never."""
        return None


class PageNumber(Value, frozen=True, kw_only=True):
    """Numbered pages from 1. `size` names the page-size parameter, None where the vendor fixes the size."""

    page: str = "page"
    size: str | None = None
    maximum: int
    start: int = 1

    def arguments(self, position: int, limit: int) -> Arguments:
        """The page's number, and its size where it can be chosen."""
        size = {} if self.size is None else {self.size: min(limit, self.maximum)}
        return {self.page: position, **size}

    def following(self, position: int, limit: int, ids: Sequence[str]) -> int | None:
        """A page that is not full is the last."""
        size = self.maximum if self.size is None else min(limit, self.maximum)
        return position + 1 if len(ids) >= size else None


class Offset(Value, frozen=True, kw_only=True):
    """Rows counted from 0."""

    first: str
    limit: str
    maximum: int
    start: int = 0

    def arguments(self, position: int, limit: int) -> Arguments:
        """The first row's index and how many."""
        return {self.first: position, self.limit: min(limit, self.maximum)}

    def following(self, position: int, limit: int, ids: Sequence[str]) -> int | None:
        """A page that is not full is the last."""
        return position + len(ids) if len(ids) >= min(limit, self.maximum) else None


class SinceId(Value, frozen=True, kw_only=True):
    """Rows with an id greater than the position, ascending by id: no row that stays is missed or repeated."""

    since: str
    size: str
    maximum: int
    order: Arguments = msgspec.field(default_factory=dict)
    """What makes the vendor sort by id, where it does not by itself."""
    start: int = 0

    def arguments(self, position: int, limit: int) -> Arguments:
        """The id to go on from, which is left out at the start, and how many."""
        since = {} if position == 0 else {self.since: position}
        return {**self.order, **since, self.size: min(limit, self.maximum)}

    def following(self, position: int, limit: int, ids: Sequence[str]) -> int | None:
        """The greatest id that came; a page that is not full is the last."""
        if len(ids) < min(limit, self.maximum):
            return None
        return max(position, *(int(vendor_id) for vendor_id in ids))
