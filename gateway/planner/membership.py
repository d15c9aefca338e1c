"""What the match index tells one operation: who belongs together, at the sources that it may be asked about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from aiodataloader import DataLoader

from gateway.adapter import Found, Source
from gateway.customer import Field
from gateway.errors import SourceError
from gateway.index import Entry, MatchIndex, StoreFailed

Entries: TypeAlias = Mapping[str, Sequence[Entry]]
"""By source; a source that is left out has none."""


class Membership:
    """The index as it stood when the operation began; once it fails, the operation does without."""

    def __init__(self, index: MatchIndex | None, sources: Sequence[Source]) -> None:
        self._index = index
        self._covered = frozenset(one.name for one in sources if index is not None and index.covers(one.name))
        self._doubted: set[str] = set()
        self._entries: DataLoader[str, Any] = DataLoader(self._load)

    @property
    def covered(self) -> frozenset[str]:
        """The sources whose records are all known."""
        return self._covered

    @property
    def index(self) -> MatchIndex | None:
        """The index, None where it may not be asked about any source."""
        return self._index if self._covered else None

    def give_up(self) -> None:
        """The store failed: the vendors are asked instead."""
        self._covered = frozenset()

    def doubt(self, key: str) -> None:
        """Nobody has the key by the index: the vendors are asked for it."""
        self._doubted.add(key)

    def knows(self, source: Source, key: str) -> bool:
        """True where the index tells who has the key at the source."""
        return source.name in self._covered and key not in self._doubted

    async def of(self, key: str) -> Entries:
        """The records with a match key; sources that are not covered are not in it."""
        found: Entries = await self._entries.load(key) if self._covered else {}
        return found

    def note(self, key: str, entries: Entries) -> None:
        """What was learned of a match key in another way."""
        self._entries.clear(key).prime(key, entries)

    async def _load(self, keys: list[str]) -> list[Entries]:
        if self.index is None:
            return [{} for _ in keys]
        try:
            found = await self.index.known(self._covered, keys)
        except StoreFailed:
            self.give_up()
            return [{} for _ in keys]
        return [found[key] for key in keys]

    async def entries(self, source: Source, vendor_ids: Sequence[str]) -> Sequence[Entry]:
        """What is known of the ids; nothing where the source is not covered."""
        if self.index is None or source.name not in self._covered or not vendor_ids:
            return ()
        try:
            return await self.index.entries(source.name, vendor_ids)
        except StoreFailed:
            self.give_up()
            return ()

    async def confirm(self, source: Source, found: Mapping[str, Found], fields: frozenset[Field]) -> None:
        """Tell the index what the vendor said just now; a record that is None is gone, a failure says nothing."""
        loaded = {key: one for key, one in found.items() if not isinstance(one, SourceError)}
        if self.index is None or source.name not in self._covered or not loaded:
            return
        try:
            await self.index.confirm(source.name, loaded, fields)
        except StoreFailed:
            self.give_up()
