"""Holding the index against the vendors: everything is read once more, and nothing is changed."""

from __future__ import annotations

from gateway.customer import Value
from gateway.index.index import MatchIndex
from gateway.index.reading import Reader
from gateway.index.share import Share
from gateway.index.walk import walk_of


class Verification(Value, frozen=True, kw_only=True):
    """What one source's index says, and what the source does. Changes within the lag count as differences."""

    source: str
    records: int
    """Records that the source told, deleted ones included."""
    missing: int
    """Those that the index does not know."""
    different: int
    """Those that it knows otherwise."""
    surplus: int
    """Entries of records that the source did not tell."""

    @property
    def is_good(self) -> bool:
        """True where nothing differs."""
        return not (self.missing or self.different or self.surplus)


async def verify(index: MatchIndex, source_name: str, share: Share) -> Verification:
    """One source, within a share of its rate limit. Raises `SourceError` and `StoreFailed`."""
    source = index.syncs[source_name].source
    walk = walk_of(Reader(source, share))
    met: set[str] = set()
    missing: set[str] = set()
    different: set[str] = set()
    kept = 0
    position: object = None
    while True:
        batch = await walk.step(position)
        fresh = {one.vendor_id: index.hasher.entry(one) for one in batch.records if one.vendor_id not in met}
        known = {one.vendor_id: one for one in await index.entries(source_name, list(fresh))}
        missing |= fresh.keys() - known.keys()
        different |= {key for key, entry in known.items() if entry != fresh[key]}
        kept += sum(not entry.is_deleted for entry in known.values())
        met |= fresh.keys()
        if batch.following is None:
            break
        position = batch.following
    surplus = (await index.status(source_name)).records - kept
    return Verification(
        source=source_name,
        records=len(met),
        missing=len(missing),
        different=len(different),
        surplus=max(0, surplus),
    )
