"""What a ledger keeps, and what any store of it has to promise."""

from __future__ import annotations

from typing import Protocol

from gateway.customer import Value


class Kept(Value, frozen=True, kw_only=True):
    """An entry as it stands. `revision` grows with every change; `expires_at` is in unix seconds."""

    body: bytes
    revision: int
    expires_at: float


class Ledger(Protocol):
    """Entries by key. Every change is decided by one store for all replicas; raises `WriteRefused` where it is gone."""

    async def find(self, key: str) -> Kept | None:
        """The entry, expired or not; None where there is none."""

    async def add(self, key: str, body: bytes, expires_at: float) -> bool:
        """Make an entry of revision 1; False where there is one already, and nothing is changed."""

    async def swap(self, key: str, body: bytes, expires_at: float, *, revision: int) -> bool:
        """Replace the entry of that revision; False where it is another by now, and nothing is changed."""

    async def drop(self, key: str, *, revision: int) -> None:
        """Remove the entry of that revision."""

    async def sweep(self, now: float) -> None:
        """Remove what has expired."""

    async def close(self) -> None:
        """Give connections back."""
