"""How a source is read in the background: the cheapest pages that its capability table allows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from gateway.adapter import Found, Page, Source
from gateway.capabilities import Arguments
from gateway.customer import IDENTITY_FIELDS, CustomerRecord, Field, Selection, Value
from gateway.index.share import Share
from gateway.operation import Operation
from gateway.paging import Pager
from gateway.query import FilterField

SELECTION = Selection(fields=IDENTITY_FIELDS | {Field.CREATED_AT, Field.UPDATED_AT})
"""All that the index looks at."""
_PATIENCE = 300.0
"""Seconds that one call may take, waiting for the vendor included."""
_CALLS = 20
"""What one call may cost at most, with what a row's own endpoint does not carry."""


class Batch(Value, frozen=True):
    """What one step of a walk brought, and where the next one goes on; None: it was the last."""

    records: tuple[CustomerRecord, ...]
    following: Any


class Reader:
    """Pages of one source, each in its turn."""

    def __init__(self, source: Source, share: Share) -> None:
        self.source = source
        self.table = source.table
        self.drain: Pager = source.spec.drain or source.spec.pager
        self._share = share

    @property
    def laps(self) -> Sequence[Arguments]:
        """The lists that together hold every record: where the vendor keeps deleted ones apart, theirs too."""
        return ({}, *deleted_lists(self.source))

    async def page(
        self, arguments: Mapping[str, object], *, pager: Pager | None = None, position: int | None = None
    ) -> Page:
        """One page, as large as the vendor gives. Raises what `Source.page` raises."""
        await self._share.turn()
        used = self.drain if pager is None else pager
        return await self.source.page(
            arguments,
            SELECTION,
            self._operation(),
            pager=used,
            position=used.start if position is None else position,
            limit=self.table.page_size,
        )

    async def by_ids(self, vendor_ids: Sequence[str]) -> Mapping[str, Found]:
        """Some records by id; as many as the vendor answers in one call are one turn."""
        await self._share.turn()
        return await self.source.by_ids(vendor_ids, SELECTION, self._operation())

    async def count(self) -> int | None:
        """About how many records there are; None where the vendor does not count."""
        if self.source.spec.count is None:
            return None
        await self._share.turn()
        return await self.source.count({}, self._operation())

    def _operation(self) -> Operation:
        clock = self.source.clock
        return Operation(
            calls_left=_CALLS, ends_at=clock.monotonic() + _PATIENCE, monotonic=clock.monotonic, trace=[]
        )


def deleted_lists(source: Source) -> Sequence[Arguments]:
    """The arguments of lists with deleted records."""
    operand = True
    rendered = (one.render(operand) for one in source.table.pushdowns if one.field is FilterField.IS_DELETED)
    return [arguments for arguments in rendered if arguments is not None]
