"""The store over SQL, the same for every database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec

from gateway.index.clause import Clause, clause
from gateway.index.database import Change, Database, Row, Values
from gateway.index.entry import Entry, decode_id, encode_id, micros, moment
from gateway.index.migration import migrate
from gateway.index.sequence import CHANGED, spanned
from gateway.index.store import LEASE, MOST_REMINDERS, LeaseLost, Member, Progress, Span
from gateway.query import Condition

_COLUMNS = "id, digest, created, updated, deleted"
_PUT = (
    f"INSERT INTO match_entry (source, seen, {_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)"
    " ON CONFLICT (source, id) DO UPDATE SET digest = excluded.digest, created = excluded.created,"
    " updated = excluded.updated, deleted = excluded.deleted,"
    " seen = CASE WHEN excluded.seen > match_entry.seen THEN excluded.seen ELSE match_entry.seen END"
)
_BESIDE = "+source"
"""The source where another column finds the entries: by its sign no database looks by source, most of the table."""
_MOST_VALUES = 500
"""Values in one statement: far below every database's limit."""


class SqlStore:
    """See `Store`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._numbers: dict[str, int] = {}
        self._numeric: dict[str, bool] = {}

    async def open(self, sources: Mapping[str, bool]) -> None:
        """See `Store.open`."""
        await self._database.open()
        await migrate(self._database)
        self._numeric = dict(sources)

        async def enrol(change: Change) -> None:
            state = _encoded(Progress())
            await change.run_all(
                "INSERT INTO match_source (name, state, held_until) VALUES (?, ?, 0) ON CONFLICT (name) DO NOTHING",
                [(name, state) for name in sources],
            )
            rows = await change.rows("SELECT name, number FROM match_source")
            self._numbers = {str(name): _int(number) for name, number in rows}

        await self._database.transaction(enrol)

    async def close(self) -> None:
        """See `Store.close`."""
        await self._database.close()

    async def progress(self, source: str) -> Progress:
        """See `Store.progress`."""
        rows = await self._database.rows("SELECT state FROM match_source WHERE name = ?", (source,))
        return msgspec.json.decode(str(rows[0][0]), type=Progress) if rows else Progress()

    async def records(self, source: str) -> int:
        """See `Store.records`."""
        return await self._number(
            "SELECT count(*) FROM match_entry WHERE source = ? AND deleted = 0", self._of(source)
        )

    async def save(
        self, source: str, entries: Sequence[Entry], progress: Progress, *, holder: str, sweep: bool = False
    ) -> None:
        """See `Store.save`."""

        async def work(change: Change) -> None:
            await change.run_all(_PUT, self._rows(source, entries, progress.generation))
            if sweep:
                await change.run(
                    "DELETE FROM match_entry WHERE source = ? AND seen < ?",
                    (*self._of(source), progress.generation),
                )
            await self._note(change, source, progress, holder)

        await self._database.transaction(work)

    async def reset(self, source: str, progress: Progress, *, holder: str) -> None:
        """See `Store.reset`."""

        async def work(change: Change) -> None:
            await change.run("DELETE FROM match_entry WHERE source = ?", self._of(source))
            await self._note(change, source, progress, holder)

        await self._database.transaction(work)

    async def _note(self, change: Change, source: str, progress: Progress, holder: str) -> None:
        now = self._database.now
        statement = f"UPDATE match_source SET state = ?, held_until = {now} + ? WHERE name = ? AND holder = ?"
        if not await change.run(statement, (_encoded(progress), LEASE, source, holder)):
            raise LeaseLost(source)

    async def put(self, source: str, entries: Sequence[Entry]) -> None:
        """See `Store.put`: they count as met by the walk under way."""
        generation = (await self.progress(source)).generation

        async def work(change: Change) -> None:
            await change.run_all(_PUT, self._rows(source, entries, generation))

        await self._database.transaction(work)

    async def remove(self, source: str, vendor_ids: Sequence[str]) -> None:
        """See `Store.remove`."""

        async def work(change: Change) -> None:
            for ids in _parts(self._ids(source, vendor_ids)):
                statement = f"DELETE FROM match_entry WHERE source = ? AND id IN ({_marks(ids)})"
                await change.run(statement, (*self._of(source), *ids))

        await self._database.transaction(work)

    async def entries(self, source: str, vendor_ids: Sequence[str]) -> Sequence[Entry]:
        """See `Store.entries`."""
        found: list[Entry] = []
        for ids in _parts(self._ids(source, vendor_ids)):
            statement = f"SELECT {_COLUMNS} FROM match_entry WHERE source = ? AND id IN ({_marks(ids)})"
            rows = await self._database.rows(statement, (*self._of(source), *ids))
            found += [self._entry(source, row) for row in rows]
        return found

    async def members(
        self, conditions: Mapping[str, Condition], digests: Sequence[bytes]
    ) -> Sequence[Member]:
        """See `Store.members`."""
        found: list[Member] = []
        names = {self._numbers[source]: source for source in conditions}
        text, values = self._told(conditions)
        for part in _parts(digests):
            statement = (
                f"SELECT source, CASE WHEN {text} THEN 1 ELSE 0 END, {_COLUMNS} FROM match_entry"
                f" WHERE digest IN ({_marks(part)}) AND {_BESIDE} IN ({_marks(tuple(names))})"
            )
            for number, is_matching, *row in await self._database.rows(statement, (*values, *part, *names)):
                source = names[_int(number)]
                entry = self._entry(source, tuple(row))
                found.append(Member(source=source, entry=entry, is_matching=bool(is_matching)))
        return found

    async def span(self, source: str, span: Span) -> Sequence[Entry]:
        """See `Store.span`."""
        found: list[Entry] = []
        for is_null in (span.is_backward, not span.is_backward):
            wanted = span.limit - len(found)
            text, values = spanned(span, is_null=is_null, numeric=self._numeric[source])
            if wanted > 0 and text:
                statement = f"SELECT {_COLUMNS} FROM match_entry WHERE source = ? AND {text} LIMIT ?"
                rows = await self._database.rows(statement, (*self._of(source), *values, wanted))
                found += [self._entry(source, row) for row in rows]
        return found

    async def people(self, conditions: Mapping[str, Condition], *, is_merged: bool) -> int:
        """See `Store.people`."""
        if not conditions:
            return 0
        text, values = self._told(conditions)
        if all(condition_values == () for _, condition_values in map(clause, conditions.values())):
            text = text.replace("(source", f"({_BESIDE}")
        if not is_merged:
            return await self._number(f"SELECT count(*) FROM match_entry WHERE {text}", values)
        people = f"SELECT DISTINCT digest FROM match_entry WHERE digest IS NOT NULL AND {text}"
        several = f"SELECT count(*) FROM ({people}) people"
        alone = f"SELECT count(*) FROM match_entry WHERE digest IS NULL AND {text}"
        return await self._number(several, values) + await self._number(alone, values)

    async def between(
        self, source: str, low: datetime, high: datetime, *, by_update: bool, limit: int
    ) -> int:
        """See `Store.between`."""
        column = CHANGED if by_update else "created"
        return await self._number(
            f"SELECT count(*) FROM (SELECT 1 FROM match_entry WHERE source = ? AND {column} >= ? AND {column} <= ?"
            " LIMIT ?) found",
            (*self._of(source), micros(low), micros(high), limit),
        )

    async def remind(self, source: str, vendor_ids: Sequence[str]) -> None:
        """See `Store.remind`."""
        noted = await self._number("SELECT count(*) FROM match_notice WHERE source = ?", self._of(source))
        rows = [(*self._of(source), key) for key in self._ids(source, vendor_ids)]

        async def work(change: Change) -> None:
            await change.run_all(
                "INSERT INTO match_notice (source, id) VALUES (?, ?) ON CONFLICT DO NOTHING", rows
            )

        if noted < MOST_REMINDERS:
            await self._database.transaction(work)

    async def reminders(self, source: str, limit: int) -> Sequence[str]:
        """See `Store.reminders`."""
        rows = await self._database.rows(
            "SELECT id FROM match_notice WHERE source = ? ORDER BY id LIMIT ?", (*self._of(source), limit)
        )
        return [decode_id(str(key), numeric=self._numeric[source]) for (key,) in rows]

    async def looked_at(self, source: str, vendor_ids: Sequence[str]) -> None:
        """See `Store.looked_at`."""
        rows = [(*self._of(source), key) for key in self._ids(source, vendor_ids)]

        async def work(change: Change) -> None:
            await change.run_all("DELETE FROM match_notice WHERE source = ? AND id = ?", rows)

        await self._database.transaction(work)

    async def clear(self, source: str) -> None:
        """See `Store.clear`: without a holder, the next save of the one who was it fails."""

        async def work(change: Change) -> None:
            await change.run("DELETE FROM match_entry WHERE source = ?", self._of(source))
            await change.run(
                "UPDATE match_source SET state = ?, holder = NULL WHERE name = ?",
                (_encoded(Progress()), source),
            )

        await self._database.transaction(work)

    async def lease(self, source: str, holder: str) -> bool:
        """See `Store.lease`."""
        taken = []
        now = self._database.now

        async def work(change: Change) -> None:
            statement = (
                f"UPDATE match_source SET holder = ?, held_until = {now} + ?"
                f" WHERE name = ? AND (holder IS NULL OR holder = ? OR held_until < {now})"
            )
            taken.append(await change.run(statement, (holder, LEASE, source, holder)))

        await self._database.transaction(work)
        return taken == [1]

    async def release(self, source: str, holder: str) -> None:
        """See `Store.release`."""

        async def work(change: Change) -> None:
            await change.run(
                "UPDATE match_source SET holder = NULL WHERE name = ? AND holder = ?", (source, holder)
            )

        await self._database.transaction(work)

    def _told(self, conditions: Mapping[str, Condition]) -> Clause:
        """Each source's own condition."""
        texts: list[str] = []
        values: list[object] = []
        for source, condition in conditions.items():
            text, more = clause(condition)
            texts.append(f"(source = ? AND {text})")
            values += (*self._of(source), *more)
        return f"({' OR '.join(texts) or '1 = 0'})", tuple(values)

    def _of(self, source: str) -> tuple[int]:
        return (self._numbers[source],)

    def _ids(self, source: str, vendor_ids: Sequence[str]) -> list[str]:
        numeric = self._numeric[source]
        return [encode_id(vendor_id, numeric=numeric) for vendor_id in vendor_ids]

    def _rows(self, source: str, entries: Sequence[Entry], generation: int) -> list[Values]:
        number, numeric = self._numbers[source], self._numeric[source]
        return [
            (
                number,
                generation,
                encode_id(entry.vendor_id, numeric=numeric),
                entry.digest,
                micros(entry.created_at),
                micros(entry.updated_at),
                int(entry.is_deleted),
            )
            for entry in entries
        ]

    def _entry(self, source: str, row: Row) -> Entry:
        key, digest, created, updated, deleted = row
        return Entry(
            vendor_id=decode_id(str(key), numeric=self._numeric[source]),
            digest=None if digest is None else _bytes(digest),
            created_at=moment(_maybe_int(created)),
            updated_at=moment(_maybe_int(updated)),
            is_deleted=bool(deleted),
        )

    async def _number(self, statement: str, values: Values) -> int:
        rows = await self._database.rows(statement, values)
        return _int(rows[0][0])


def _encoded(progress: Progress) -> str:
    return msgspec.json.encode(progress).decode()


def _marks(values: Sequence[object]) -> str:
    return ", ".join("?" * len(values))


def _parts(values: Sequence[str] | Sequence[bytes]) -> list[list[str | bytes]]:
    return [list(values[at : at + _MOST_VALUES]) for at in range(0, len(values), _MOST_VALUES)]


def _int(value: object) -> int:
    return msgspec.convert(value, int)


def _maybe_int(value: object) -> int | None:
    return msgspec.convert(value, int | None)


def _bytes(value: object) -> bytes:
    return value if isinstance(value, bytes) else bytes(msgspec.convert(value, bytes))
