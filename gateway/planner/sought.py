"""The look-ups that an operation's fields ask for by name, and what they cost at each source."""

from __future__ import annotations

from gateway.adapter import Source
from gateway.operation import CallKind
from gateway.paging import Unpaged
from gateway.planner.estimate import by_id_calls
from gateway.planner.lookup import Lookup
from gateway.planner.outline import Inquiry, SourceOutline, completing, outlined
from gateway.query import match_key, spellings


class Notes:
    """What one operation asks, as its fields come to it; only an operation that is explained has notes."""

    def __init__(self) -> None:
        self.inquiries: list[tuple[str, Inquiry, tuple[SourceOutline, ...]]] = []
        """The field that asks, what it asks, and what that costs."""
        self._records: dict[str, set[str]] = {}
        self._people: set[tuple[str, str]] = set()
        self._keys: set[str] = set()
        self._lists: set[tuple[str, CallKind]] = set()

    def inquired(self, field: str, inquiry: Inquiry, lookup: Lookup) -> None:
        """A page of customers is asked for."""
        self.inquiries.append((field, inquiry, outlined(inquiry, lookup)))

    def record(self, source_name: str, vendor_id: str) -> None:
        """A record is asked for by its id."""
        self._records.setdefault(source_name, set()).add(vendor_id)

    def person(self, source_name: str, vendor_id: str) -> None:
        """The customer of a record is asked for."""
        self._people.add((source_name, vendor_id))

    def email(self, address: str) -> None:
        """A customer is asked for by e-mail address."""
        key = match_key(address)
        if key is not None:
            self._keys.add(key)

    def listed(self, source: Source, kind: CallKind) -> None:
        """All tags or groups of a source are asked for."""
        self._lists.add((source.name, kind))

    def sought(self, lookup: Lookup) -> tuple[SourceOutline, ...]:
        """What the look-ups cost, for each source that they ask anything."""
        outlines = (self._outline(source, lookup) for source in lookup.sources.values())
        return tuple(outline for outline in outlines if outline.expected)

    def _outline(self, source: Source, lookup: Lookup) -> SourceOutline:
        calls: dict[CallKind, int | None] = {}
        ids = [one for one in self._records.get(source.name, ()) if source.may_exist(one)]
        if ids:
            calls |= by_id_calls(source, len(ids))
        addresses = sum(len(spellings(key)) for key in self._keys) + self._followed(source, lookup)
        if addresses:
            calls[CallKind.BY_EMAIL] = addresses
        if calls:
            calls |= completing(source, lookup.selection, is_looked_up=True)
        calls |= {kind: self._pages(source, kind) for name, kind in self._lists if name == source.name}
        return SourceOutline(source_name=source.name, vendor=source.vendor, expected=calls)

    def _followed(self, source: Source, lookup: Lookup) -> int:
        """Records whose customer's other records are looked for here, at most."""
        if not lookup.match:
            return 0
        return sum(name != source.name or not source.table.unique_email for name, _ in self._people)

    @staticmethod
    def _pages(source: Source, kind: CallKind) -> int | None:
        """A list that is not paged is one call."""
        listing = source.spec.tags if kind is CallKind.TAGS else source.spec.groups
        return 1 if listing is not None and isinstance(listing.pager, Unpaged) else None
