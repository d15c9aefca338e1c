"""A ledger in SQLite or PostgreSQL: one table, and changes that the database decides about."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from sqlalchemy import (
    BigInteger,
    Column,
    Delete,
    Float,
    Insert,
    LargeBinary,
    MetaData,
    String,
    Table,
    Update,
    delete,
    insert,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError, OperationalError, ProgrammingError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from gateway.errors import ErrorCode, WriteRefused
from gateway.ledger.entry import Kept

_METADATA = MetaData()
_ENTRY = Table(
    "gateway_write",
    _METADATA,
    Column("key", String(64), primary_key=True),
    Column("revision", BigInteger, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("expires_at", Float, nullable=False, index=True),
)


class SqlLedger:
    """See `Ledger`. The table is made with the first use."""

    def __init__(self, url: str) -> None:
        self._engine = create_async_engine(url, pool_pre_ping=True)
        self._is_ready = False

    async def find(self, key: str) -> Kept | None:
        """See `Ledger.find`."""
        columns = (_ENTRY.c.body, _ENTRY.c.revision, _ENTRY.c.expires_at)
        async with self._begun() as connection:
            row = (await connection.execute(select(*columns).where(_ENTRY.c.key == key))).one_or_none()
        return None if row is None else Kept(body=bytes(row[0]), revision=row[1], expires_at=row[2])

    async def add(self, key: str, body: bytes, expires_at: float) -> bool:
        """See `Ledger.add`."""
        try:
            await self._changed(insert(_ENTRY).values(key=key, revision=1, body=body, expires_at=expires_at))
        except IntegrityError:
            return False
        return True

    async def swap(self, key: str, body: bytes, expires_at: float, *, revision: int) -> bool:
        """See `Ledger.swap`."""
        meant = (_ENTRY.c.key == key) & (_ENTRY.c.revision == revision)
        values = {"body": body, "expires_at": expires_at, "revision": revision + 1}
        return await self._changed(update(_ENTRY).where(meant).values(values)) == 1

    async def drop(self, key: str, *, revision: int) -> None:
        """See `Ledger.drop`."""
        await self._changed(delete(_ENTRY).where((_ENTRY.c.key == key) & (_ENTRY.c.revision == revision)))

    async def sweep(self, now: float) -> None:
        """See `Ledger.sweep`."""
        await self._changed(delete(_ENTRY).where(_ENTRY.c.expires_at <= now))

    async def close(self) -> None:
        """See `Ledger.close`."""
        await self._engine.dispose()

    async def _changed(self, statement: Delete | Insert | Update) -> int:
        async with self._begun() as connection:
            return (await connection.execute(statement)).rowcount

    async def _made(self) -> None:
        if self._is_ready:
            return
        # Another replica may be making the table: then its attempt stands. What else fails, the next statement tells.
        with suppress(IntegrityError, OperationalError, ProgrammingError):
            async with self._engine.begin() as connection:
                await connection.run_sync(_METADATA.create_all)
            self._is_ready = True

    @asynccontextmanager
    async def _begun(self) -> AsyncIterator[AsyncConnection]:
        try:
            await self._made()
            async with self._engine.begin() as connection:
                yield connection
        except IntegrityError:
            raise
        except (SQLAlchemyError, OSError) as error:
            raise WriteRefused(
                "The store of idempotency keys cannot be reached, so nothing was begun; try again, or without a key.",
                code=ErrorCode.SOURCE_UNAVAILABLE,
            ) from error
