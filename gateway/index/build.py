"""An index as it is configured: where it is kept, and under which secret."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

import structlog

from gateway.adapter import Source
from gateway.clock import Clock
from gateway.index.database import Database
from gateway.index.entry import Hasher
from gateway.index.index import MatchIndex
from gateway.index.share import DEFAULT_SHARE
from gateway.index.sql import SqlStore
from gateway.index.sqlite import MEMORY, SqliteDatabase
from gateway.index.status import IndexOptions, IndexUse
from gateway.settings import IdentitySettings

_SQLITE = "sqlite:///"
_journal = structlog.stdlib.get_logger("gateway.index")


def open_index(
    settings: IdentitySettings, sources: Sequence[Source], clock: Clock, share: float = DEFAULT_SHARE
) -> MatchIndex | None:
    """The index, neither opened nor started; None where it is turned off, or nobody would ask it."""
    if settings.index == "off" or settings.lookup == "live":
        return None
    return MatchIndex(
        SqlStore(_database(settings)),
        sources,
        Hasher(_secret(settings)),
        clock=clock,
        options=IndexOptions(use=IndexUse(settings.lookup), max_lag=settings.max_lag, share=share),
    )


def _secret(settings: IdentitySettings) -> str:
    configured = settings.index_secret
    return secrets.token_urlsafe(32) if configured is None else configured.get_secret_value()


def _database(settings: IdentitySettings) -> Database:
    """Hashes under a secret of the moment are worth nothing later: they stay in memory."""
    place = settings.index
    if place != "memory" and settings.index_secret is None:
        _journal.warning(
            "no index_secret is configured: the match index lives in memory, and ends with the process"
        )
        place = "memory"
    if place == "memory":
        return SqliteDatabase(MEMORY)
    if place.startswith(_SQLITE):
        return SqliteDatabase(place.removeprefix(_SQLITE))
    from gateway.index.postgresql import PostgresDatabase

    return PostgresDatabase(place)
