"""The SQLite state of the sandbox, so that a write lasts."""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import msgspec

from gateway.sandbox import population
from gateway.sandbox.option import SandboxOptions
from gateway.sandbox.text import comparable

FORMAT = 3
"""Raised whenever a table or a seeded document changes its shape."""

Document = dict[str, Any]
Value = str | int | float | None


class StoreMismatch(Exception):
    """The file was seeded with other options; the message says which and that ``reset`` seeds it anew."""


def _no_values(_document: Document) -> Sequence[Value]:
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table's indexed columns beside ``id`` and ``document``.

    ``id_type`` is INTEGER or TEXT. ``columns`` maps a column's name to its SQL type; ``values`` gives a
    document's values in that order. ``indexes`` lists columns, "a, b" for a joint one; add ``, id``
    yourself where a sort needs it.
    """

    id_type: str = "INTEGER"
    columns: Mapping[str, str] = field(default_factory=dict)
    values: Callable[[Document], Sequence[Value]] = _no_values
    indexes: Sequence[str] = ()


class Collection:
    """One table of documents.

    ``where`` and ``order`` are SQL over the declared columns and ``id``; values go as ``?``.
    """

    def __init__(self, connection: sqlite3.Connection, name: str, table: Table) -> None:
        self._connection, self.name, self._table = connection, name, table
        self._encode = msgspec.json.Encoder().encode
        self._decode: Callable[[bytes], Document] = msgspec.json.Decoder(Document).decode
        marks = ", ".join("?" * (2 + len(table.columns)))
        self._insert = f"INSERT OR REPLACE INTO {name} VALUES ({marks})"

    def create(self) -> None:
        """Make the empty table, dropping an older one."""
        columns = "".join(f", {column} {kind}" for column, kind in self._table.columns.items())
        self._connection.execute(f"DROP TABLE IF EXISTS {self.name}")
        self._connection.execute(
            f"CREATE TABLE {self.name} (id {self._table.id_type} PRIMARY KEY, document BLOB NOT NULL{columns})"
        )

    def create_indexes(self) -> None:
        """Make the indexes; after a bulk insert this is much quicker than before."""
        for number, columns in enumerate(self._table.indexes):
            self._connection.execute(f"CREATE INDEX {self.name}_index{number} ON {self.name} ({columns})")

    def get(self, identifier: str | int) -> Document | None:
        """The document with this id, or None."""
        row = self._connection.execute(
            f"SELECT document FROM {self.name} WHERE id = ?", (identifier,)
        ).fetchone()
        return None if row is None else self._decode(row[0])

    def select(
        self,
        where: str = "1",
        values: Sequence[Value] = (),
        *,
        order: str = "id",
        limit: int = -1,
        offset: int = 0,
    ) -> list[Document]:
        """Matching documents; a negative limit means all."""
        return list(self.stream(where, values, order=order, limit=limit, offset=offset))

    def stream(
        self,
        where: str = "1",
        values: Sequence[Value] = (),
        *,
        order: str = "id",
        limit: int = -1,
        offset: int = 0,
    ) -> Iterator[Document]:
        """As select, but decoded one by one."""
        statement = f"SELECT document FROM {self.name} WHERE {where} ORDER BY {order} LIMIT ? OFFSET ?"
        for (document,) in self._connection.execute(statement, (*values, limit, offset)):
            yield self._decode(document)

    def count(self, where: str = "1", values: Sequence[Value] = ()) -> int:
        """How many documents match."""
        statement = f"SELECT count(*) FROM {self.name} WHERE {where}"
        return int(self._connection.execute(statement, values).fetchone()[0])

    def put(self, document: Document) -> None:
        """Insert the document, or replace the one with its id."""
        self._connection.execute(self._insert, self._row(document))

    def put_all(self, documents: Iterable[Document]) -> None:
        """Put many, streamed."""
        self._connection.executemany(self._insert, map(self._row, documents))

    def remove(self, identifier: str | int) -> bool:
        """Delete for good; False when there was none."""
        return self._connection.execute(f"DELETE FROM {self.name} WHERE id = ?", (identifier,)).rowcount > 0

    def clear(self) -> None:
        """Delete every document."""
        self._connection.execute(f"DELETE FROM {self.name}")

    def next_id(self) -> int:
        """One more than the largest id; only for integer ids."""
        return int(
            self._connection.execute(f"SELECT coalesce(max(id), 0) + 1 FROM {self.name}").fetchone()[0]
        )

    def _row(self, document: Document) -> tuple[Value | bytes, ...]:
        return (document["id"], self._encode(document), *self._table.values(document))


class Store:
    """The database file or memory; safe for one thread at a time."""

    def __init__(self, options: SandboxOptions) -> None:
        self._options = options
        self._mark = f"seed {options.seed}, size {options.size}, format {FORMAT}.{population.FORMAT}"
        path = ":memory:" if options.path is None else str(options.path)
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._connection.create_function(
            "comparable", 1, lambda text: None if text is None else comparable(text, options.text_search),
            deterministic=True,
        )  # fmt: skip
        for pragma in ("journal_mode = WAL", "synchronous = OFF", "cache_size = -16000"):
            self._connection.execute(f"PRAGMA {pragma}")
        self._connection.execute(
            "CREATE TABLE IF NOT EXISTS seeded (name TEXT PRIMARY KEY, mark TEXT NOT NULL)"
        )

    def collection(self, vendor: str, name: str, table: Table) -> Collection:
        """The vendor's table of this name; it exists only after ``seed``."""
        return Collection(self._connection, f"{vendor}_{name}", table)

    def has(self, vendor: str) -> bool:
        """Whether the file was seeded with this vendor; with ``reset`` nothing was.

        Raises StoreMismatch for a file made with another seed, size or format.
        """
        row = self._connection.execute("SELECT mark FROM seeded WHERE name = ?", (vendor,)).fetchone()
        if row is None or self._options.reset:
            return False
        if row[0] != self._mark:
            raise StoreMismatch(
                f"{self._options.path}: {vendor} was seeded with {row[0]}, not {self._mark};"
                " start with the same options, with reset, or with another file"
            )
        return True

    @contextmanager
    def seeding(self, vendors: Sequence[str]) -> Iterator[None]:
        """Seed these vendors in one transaction: a killed run leaves nothing, and the next start seeds again."""
        with self.transaction():
            yield
            marks = ((vendor, self._mark) for vendor in vendors)
            self._connection.executemany("INSERT OR REPLACE INTO seeded VALUES (?, ?)", marks)
        if vendors:
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing; nested ones join the outer."""
        if self._connection.in_transaction:
            yield
            return
        self._connection.execute("BEGIN")
        try:
            yield
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")

    def close(self) -> None:
        """Close the file; nothing works afterwards."""
        self._connection.close()
