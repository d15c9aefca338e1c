"""A ledger in this process: gone when it ends, and known to no replica."""

from __future__ import annotations

from gateway.ledger.entry import Kept


class MemoryLedger:
    """See `Ledger`."""

    def __init__(self) -> None:
        self._kept: dict[str, Kept] = {}

    async def find(self, key: str) -> Kept | None:
        """See `Ledger.find`."""
        return self._kept.get(key)

    async def add(self, key: str, body: bytes, expires_at: float) -> bool:
        """See `Ledger.add`."""
        if key in self._kept:
            return False
        self._kept[key] = Kept(body=body, revision=1, expires_at=expires_at)
        return True

    async def swap(self, key: str, body: bytes, expires_at: float, *, revision: int) -> bool:
        """See `Ledger.swap`."""
        kept = self._kept.get(key)
        if kept is None or kept.revision != revision:
            return False
        self._kept[key] = Kept(body=body, revision=revision + 1, expires_at=expires_at)
        return True

    async def drop(self, key: str, *, revision: int) -> None:
        """See `Ledger.drop`."""
        kept = self._kept.get(key)
        if kept is not None and kept.revision == revision:
            del self._kept[key]

    async def sweep(self, now: float) -> None:
        """See `Ledger.sweep`."""
        self._kept = {key: kept for key, kept in self._kept.items() if kept.expires_at > now}

    async def close(self) -> None:
        """See `Ledger.close`."""
