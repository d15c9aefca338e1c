"""The store's tables, version by version: a database of any earlier version is brought up to the last."""

from __future__ import annotations

from collections.abc import Sequence

from gateway.index.database import Change, Database


def _first(database: Database) -> Sequence[str]:
    return (
        f"""CREATE TABLE match_source (
            number {database.serial},
            name {database.text} NOT NULL UNIQUE,
            state TEXT NOT NULL,
            holder TEXT,
            held_until DOUBLE PRECISION NOT NULL
        )""",
        f"""CREATE TABLE match_entry (
            source INTEGER NOT NULL,
            id {database.text} NOT NULL,
            digest {database.blob},
            created BIGINT,
            updated BIGINT,
            deleted SMALLINT NOT NULL,
            seen INTEGER NOT NULL,
            PRIMARY KEY (source, id)
        ) {database.clustered}""",
        "CREATE INDEX match_entry_created ON match_entry (source, created, id)",
        "CREATE INDEX match_entry_changed ON match_entry (source, (coalesce(updated, created)), id)",
        "CREATE INDEX match_entry_digest ON match_entry (digest, deleted)",
    )


def _second(database: Database) -> Sequence[str]:
    """Whom webhooks told of, until they are looked at."""
    return (
        f"""CREATE TABLE match_notice (
            source INTEGER NOT NULL,
            id {database.text} NOT NULL,
            PRIMARY KEY (source, id)
        ) {database.clustered}""",
    )


MIGRATIONS = (_first, _second)
"""In order. What has been released stays as it is; a change of the tables is one more."""


async def migrate(database: Database) -> None:
    """Run what is missing, in one transaction: a killed migration leaves the version that was."""

    async def work(change: Change) -> None:
        if database.lock:
            await change.run(database.lock)
        await change.run("CREATE TABLE IF NOT EXISTS match_migration (version INTEGER PRIMARY KEY)")
        rows = await change.rows("SELECT version FROM match_migration")
        for version in range(len(rows), len(MIGRATIONS)):
            for statement in MIGRATIONS[version](database):
                await change.run(statement)
            await change.run("INSERT INTO match_migration (version) VALUES (?)", (version + 1,))

    await database.transaction(work)
