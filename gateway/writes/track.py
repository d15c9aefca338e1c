"""One record's way through a write: what is to be done to it, what was done, and how it ended."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from gateway.adapter import Source
from gateway.change import Change
from gateway.customer import CustomerRecord
from gateway.errors import ErrorCode, GatewayError
from gateway.spelling import camel
from gateway.write import Step
from gateway.writes.outcome import Complaint, Outcome, OutcomeStatus, complaint_of


@dataclass(slots=True, kw_only=True)
class Track:
    """Mutable, of one write. `status` is None while it is under way."""

    source: Source
    change: Change
    """As the caller gave it, until `planning` leaves of it what the vendor can hold."""
    vendor_id: str | None = None
    """None until a record is made."""
    record: CustomerRecord | None = None
    """As read before; None for a creation."""
    known: frozenset[str] = frozenset()
    """Of a creation: the ids that had the address before."""
    ignored: tuple[str, ...] = ()
    steps: tuple[Step[Any], ...] = ()
    done: list[tuple[Step[Any], Any]] = field(default_factory=list)
    """Steps carried out, each with the vendor's answer."""
    status: OutcomeStatus | None = None
    error: Complaint | None = None
    is_resumed: bool = False
    """True where an earlier attempt, cut off, may have sent some of the steps."""

    @property
    def row(self) -> Any:  # noqa: ANN401  # a vendor's own row
        """The vendor's row as read before."""
        return None if self.record is None else self.record.details

    @property
    def revocable(self) -> tuple[Step[Any], ...]:
        """The steps that can be taken back, in order; those after a creation go with the new record."""
        if self.steps and self.steps[0].creates:
            return self.steps if self.steps[0].undo is not None else ()
        return tuple(step for step in self.steps if step.undo is not None)

    @property
    def final(self) -> tuple[Step[Any], ...]:
        """The steps that cannot be taken back, in order."""
        kept = self.revocable
        return tuple(step for step in self.steps if step not in kept)

    def end(self, status: OutcomeStatus, error: GatewayError | Complaint | None = None) -> None:
        """How it ended."""
        self.status = status
        self.error = complaint_of(error, self.source) if isinstance(error, GatewayError) else error

    def refuse(self, code: ErrorCode, message: str, path: tuple[str, ...] = ()) -> None:
        """Ended before anything was sent."""
        text = f"{self.source.name} ({self.source.vendor}) {message}"
        self.end(
            OutcomeStatus.FAILED,
            Complaint(code=code, message=text, path=path, source_name=self.source.name),
        )

    def outcome(self) -> Outcome:
        """As the caller is told it."""
        if self.status is None:
            raise AssertionError  # every way ends
        return Outcome(
            source_name=self.source.name,
            status=self.status,
            vendor_id=self.vendor_id,
            ignored=self.ignored,
            error=self.error,
        )


def named(steps: Iterable[Step[Any]]) -> str:
    """The input's fields of the steps, in the API's words, for a message."""
    names = dict.fromkeys(camel(name) for step in steps for name in step.fields)
    return ", ".join(names) or "the record"
