"""An operation without its calls: its fields ask the same questions, of which only notes are taken."""

from __future__ import annotations

from collections.abc import Iterable

from gateway.adapter import Source
from gateway.customer import Customer, CustomerGroup, CustomerRecord, Selection, Tag
from gateway.planner.connection import CustomerPage
from gateway.planner.execute import Question
from gateway.planner.lookup import Lookup
from gateway.planner.membership import Membership
from gateway.planner.reader import Gateway, Reader
from gateway.planner.sought import Notes


class RehearsedLookup(Lookup):
    """Finds whoever is named, of whom nothing is known: so the fields below are come to, and noted."""

    async def record(self, source_name: str, vendor_id: str) -> CustomerRecord | None:
        """None where the caller sees no such source."""
        source = self.sources.get(source_name)
        if source is None:
            return None
        return CustomerRecord(source_name=source_name, vendor_id=vendor_id, fetched_at=source.clock.now())

    async def customer_of(self, record: CustomerRecord) -> Customer:
        """That record alone."""
        return self.merged([record], [])

    async def customer_by_email(self, email: str) -> Customer | None:  # noqa: ARG002  # it was noted
        """Somebody of the first source."""
        record = await self.record(next(iter(self.sources), ""), "")
        return None if record is None else await self.customer_of(record)


class Rehearsal(Reader):
    """See `Reader`. No vendor is asked, and no call could be paid for; pages and lists are empty."""

    def __init__(
        self, gateway: Gateway, selection: Selection, notes: Notes, *, visible: Iterable[str] | None = None
    ) -> None:
        super().__init__(gateway=gateway, sources=gateway.visible(visible), selection=selection, notes=notes)
        self.operation.calls_left = 0
        self.lookup = RehearsedLookup(
            self.sources,
            gateway.match,
            selection,
            self.operation,
            gateway.census,
            Membership(gateway.index, self.sources),
        )

    async def _answered(self, question: Question) -> CustomerPage:  # noqa: ARG002  # it was noted
        return CustomerPage(has_next_page=False, has_previous_page=False)

    async def _tags(self, source: Source) -> tuple[Tag, ...]:  # noqa: ARG002
        return ()

    async def _groups(self, source: Source) -> tuple[CustomerGroup, ...]:  # noqa: ARG002
        return ()
