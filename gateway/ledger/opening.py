"""From the setting `writes.idempotency` to the store that it names."""

from __future__ import annotations

from gateway.clock import Clock
from gateway.ledger.entry import Ledger
from gateway.ledger.memory import MemoryLedger


def open_ledger(setting: str, clock: Clock) -> Ledger:
    """The ledger of a setting that has been checked; nothing is connected to before the first write with a key."""
    if setting == "memory":
        return MemoryLedger()
    if setting.startswith(("redis://", "rediss://")):
        # Each store's library takes a moment to import, which a gateway with another store need not wait for.
        from gateway.ledger.redis import RedisLedger

        return RedisLedger(setting, clock)
    from gateway.ledger.sql import SqlLedger

    scheme, _, rest = setting.partition("://")
    drivers = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+psycopg"}
    return SqlLedger(f"{drivers[scheme]}://{rest}")
