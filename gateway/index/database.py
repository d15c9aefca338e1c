"""A database as the index uses it: rows for a question, and several changes at once or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeAlias

Row: TypeAlias = tuple[object, ...]
Values: TypeAlias = Sequence[object]


class Change(Protocol):
    """The changes of one transaction, each of which may be asked for how many rows it met."""

    async def run(self, statement: str, values: Values = ()) -> int:
        """One statement; how many rows it changed."""

    async def run_all(self, statement: str, rows: Sequence[Values]) -> None:
        """The same statement for each of the rows."""

    async def rows(self, statement: str, values: Values = ()) -> Sequence[Row]:
        """What the statement finds within the transaction."""


class Work(Protocol):
    """What is done in a transaction; an exception undoes it."""

    async def __call__(self, change: Change) -> None:
        """Do it."""


class Database(Protocol):
    """SQL with `?` for values. Every method raises `StoreFailed` where the database does not answer."""

    blob: str
    """Its type of bytes."""
    text: str
    """Its type of texts that sort by code points."""
    serial: str
    """A number that the database gives, as primary key."""
    clustered: str
    """What follows a table that is best kept in the order of its key."""
    now: str
    """Seconds since 1970 by the database's clock."""
    lock: str
    """What keeps a second migration waiting, as a statement; "" where a transaction does."""

    async def open(self) -> None:
        """Connect."""

    async def close(self) -> None:
        """Give the connections back."""

    async def rows(self, statement: str, values: Values = ()) -> Sequence[Row]:
        """What the statement finds."""

    async def transaction(self, work: Work) -> None:
        """Run the work, all or nothing."""
