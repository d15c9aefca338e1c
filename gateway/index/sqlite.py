"""The index in SQLite: a file that lasts over restarts, or memory."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import aiosqlite
from tenacity import AsyncRetrying, retry_if_exception_type, stop_after_delay, wait_fixed

from gateway.index.database import Row, Values, Work
from gateway.index.store import StoreFailed

MEMORY = ":memory:"
_PRAGMAS = ("journal_mode = WAL", "synchronous = NORMAL", "busy_timeout = 5000", "temp_store = MEMORY")


class SqliteDatabase:
    """See `Database`. One connection: changes wait for each other, questions run between their steps."""

    blob = "BLOB"
    text = "TEXT"
    serial = "INTEGER PRIMARY KEY"
    clustered = "WITHOUT ROWID"
    now = "(julianday('now') - 2440587.5) * 86400.0"
    lock = ""

    def __init__(self, path: str) -> None:
        self._path = path
        self._connection: aiosqlite.Connection | None = None
        self._changing = asyncio.Lock()

    async def open(self) -> None:
        """See `Database.open`; the folder has to be there."""
        async with _translated():
            # Statements in transactions are begun and ended by hand.
            self._connection = await aiosqlite.connect(self._path, isolation_level=None)
            # Two who change the journal's mode at once do not wait for each other as they do elsewhere.
            async for attempt in AsyncRetrying(
                retry=retry_if_exception_type(sqlite3.OperationalError),
                stop=stop_after_delay(5),
                wait=wait_fixed(0.02),
                reraise=True,
            ):
                with attempt:
                    for pragma in _PRAGMAS:
                        await self._connection.execute_fetchall(f"PRAGMA {pragma}")

    async def close(self) -> None:
        """See `Database.close`; a transaction under way is ended first."""
        async with self._changing:
            if self._connection is not None:
                connection, self._connection = self._connection, None
                await connection.close()

    def _open(self) -> aiosqlite.Connection:
        if self._connection is None:
            raise StoreFailed("the index is not open")
        return self._connection

    async def rows(self, statement: str, values: Values = ()) -> Sequence[Row]:
        """See `Database.rows`."""
        async with _translated():
            return [tuple(row) for row in await self._open().execute_fetchall(statement, tuple(values))]

    async def transaction(self, work: Work) -> None:
        """See `Database.transaction`. Who stops waiting for it does not stop it: half of one would be left open."""
        await asyncio.shield(asyncio.ensure_future(self._run(work)))

    async def _run(self, work: Work) -> None:
        async with self._changing, _translated():
            connection = self._open()
            await connection.execute_fetchall("BEGIN IMMEDIATE")
            try:
                await work(_SqliteChange(connection))
            except BaseException:
                await connection.rollback()
                raise
            await connection.commit()


class _SqliteChange:
    def __init__(self, connection: aiosqlite.Connection) -> None:
        self._connection = connection

    async def run(self, statement: str, values: Values = ()) -> int:
        cursor = await self._connection.execute(statement, tuple(values))
        return cursor.rowcount

    async def run_all(self, statement: str, rows: Sequence[Values]) -> None:
        await self._connection.executemany(statement, rows)

    async def rows(self, statement: str, values: Values = ()) -> Sequence[Row]:
        return [tuple(row) for row in await self._connection.execute_fetchall(statement, tuple(values))]


@asynccontextmanager
async def _translated() -> AsyncIterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise StoreFailed(str(error)) from error
