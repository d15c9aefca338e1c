"""How usable the index is, and when it is to be used."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from gateway.customer import Value
from gateway.index.share import DEFAULT_SHARE


class IndexState(StrEnum):
    """How usable one source's index is."""

    BUILDING = "BUILDING"
    READY = "READY"
    STALE = "STALE"


class IndexUse(StrEnum):
    """When look-ups ask the index: once it is complete and fresh, whenever it is complete, or never."""

    AUTO = "auto"
    INDEX = "index"
    LIVE = "live"


class IndexStatus(Value, frozen=True, kw_only=True):
    """One source's index. `progress` is from 0 to 1, `lag_seconds` how far it may be behind the source."""

    state: IndexState
    records: int
    progress: float
    synced_at: datetime | None
    lag_seconds: float | None


class IndexOptions(Value, frozen=True, kw_only=True):
    """How an index is used and kept. `max_lag` is in seconds; `share` is the part of each vendor's rate limit."""

    use: IndexUse = IndexUse.AUTO
    max_lag: float = 60.0
    share: float = DEFAULT_SHARE
