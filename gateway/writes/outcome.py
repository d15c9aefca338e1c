"""What became of a write, source by source, as values that can be kept: no customer's data is in them."""

from __future__ import annotations

from enum import StrEnum

from gateway.adapter import Source
from gateway.customer import Value
from gateway.errors import ErrorCode, GatewayError, InvalidInput, SourceError, VendorRejected, WriteRefused
from gateway.spelling import camel


class Atomicity(StrEnum):
    """What a write to several sources does when one of them fails."""

    BEST_EFFORT = "BEST_EFFORT"
    ALL_OR_NOTHING = "ALL_OR_NOTHING"


class OutcomeStatus(StrEnum):
    """What became of a write at one source."""

    APPLIED = "APPLIED"
    UNCHANGED = "UNCHANGED"
    SKIPPED = "SKIPPED"
    FAILED = "FAILED"
    UNKNOWN = "UNKNOWN"
    REVERTED = "REVERTED"
    PLANNED = "PLANNED"


GOOD = frozenset(
    {OutcomeStatus.APPLIED, OutcomeStatus.UNCHANGED, OutcomeStatus.SKIPPED, OutcomeStatus.PLANNED}
)
"""Where nobody has to do anything more."""


class Complaint(Value, frozen=True, kw_only=True):
    """Why a write, or a part of it, was not done. `path` is in the input's own words."""

    code: ErrorCode
    message: str
    path: tuple[str, ...] = ()
    source_name: str | None = None


class Outcome(Value, frozen=True, kw_only=True):
    """One record's. `vendor_id` is None where no record was made; `error` stands beside every bad status."""

    source_name: str
    status: OutcomeStatus
    vendor_id: str | None = None
    ignored: tuple[str, ...] = ()
    error: Complaint | None = None


class BulkOutcome(Value, frozen=True, kw_only=True):
    """One source's part of a bulk write; counts are None where nobody tells them."""

    source_name: str
    status: OutcomeStatus
    matched: int | None = None
    modified: int | None = None
    error: Complaint | None = None


class Report(Value, frozen=True, kw_only=True, tag="records"):
    """All outcomes in priority order; `refusals` are why nothing was begun."""

    outcomes: tuple[Outcome, ...] = ()
    refusals: tuple[Complaint, ...] = ()
    members: tuple[tuple[str, str], ...] = ()
    """Source and vendor id of every record that the person had before, taking part or not."""

    @property
    def complaints(self) -> tuple[Complaint, ...]:
        """What the caller is told beside the outcomes; empty exactly when there are outcomes and all are good."""
        errors = tuple(
            outcome.error
            for outcome in self.outcomes
            if outcome.status not in GOOD and outcome.error is not None
        )
        return (*self.refusals, *errors)


class BulkReport(Value, frozen=True, kw_only=True, tag="bulk"):
    """All outcomes of a bulk write in priority order; `refusals` are why nothing was begun."""

    outcomes: tuple[BulkOutcome, ...] = ()
    refusals: tuple[Complaint, ...] = ()

    @property
    def complaints(self) -> tuple[Complaint, ...]:
        """See `Report.complaints`."""
        errors = (outcome.error for outcome in self.outcomes if outcome.status not in GOOD)
        return (*self.refusals, *(error for error in errors if error is not None))


def complaint_of(error: GatewayError, source: Source | None = None) -> Complaint:
    """A failure as the caller is told it, with the vendor's own words; the path where it names one of its fields."""
    name = error.source if isinstance(error, SourceError) else None if source is None else source.name
    return Complaint(code=error.code, message=error.message, path=_path(error, source), source_name=name)


def _path(error: GatewayError, source: Source | None) -> tuple[str, ...]:
    if isinstance(error, InvalidInput | WriteRefused):
        return error.path
    if source is None or not isinstance(error, VendorRejected) or not error.problems:
        return ()
    named = error.problems[0][0]
    if named in source.writes.paths:
        return source.writes.paths[named]
    for field, names in source.table.fields.items():
        if named in names:
            return ("customer", camel(field))
    return ()
