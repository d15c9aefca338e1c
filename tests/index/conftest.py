"""Every database that the index can be kept in."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from gateway.index.database import Database
from gateway.index.postgresql import PostgresDatabase
from gateway.index.sqlite import MEMORY, SqliteDatabase
from tests.support.indexed import postgresql_schema


@pytest.fixture(params=["memory", "file", "postgresql"])
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    if request.param == "postgresql":
        async with postgresql_schema() as address:
            yield PostgresDatabase(address)
    else:
        yield SqliteDatabase(MEMORY if request.param == "memory" else str(tmp_path / "match.db"))
