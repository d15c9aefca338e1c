"""What mutations answer: an outcome for each source, and errors that the user can act on."""

from __future__ import annotations

from collections.abc import Sequence

import strawberry

from gateway import adapter
from gateway import customer as domain
from gateway.writes import outcome as written
from gateway.writes.outcome import OutcomeStatus as Status
from resolvers.context import Asked, context_of, raw_of
from resolvers.description import told
from resolvers.enumeration import ErrorCode, OutcomeStatus
from resolvers.types.customer import Customer, CustomerRecord
from resolvers.types.source import Source


@strawberry.type(description="Why a write, or a part of it, was not done.")
class UserError:
    """See `gateway.writes.outcome.Complaint`."""

    code: ErrorCode = told("What went wrong, in a word that stays the same.")
    message: str = told("What went wrong and what to do about it, for people.")
    path: list[str] = told("Where in the input the cause is; empty where it is not in the input.")
    source_name: str | None = told("The source that failed; null where no source was asked.")


def _source_of(
    parent: strawberry.Parent[written.Outcome | written.BulkOutcome], info: Asked
) -> adapter.Source | None:
    return context_of(info).reader.source(parent.source_name)


async def _record_of(parent: strawberry.Parent[written.Outcome], info: Asked) -> domain.CustomerRecord | None:
    if parent.vendor_id is None:
        return None
    return await context_of(info).reader.lookup.record(parent.source_name, parent.vendor_id)


def _ignored_of(parent: strawberry.Parent[written.Outcome]) -> Sequence[str]:
    return parent.ignored


def _complaints_of(
    parent: strawberry.Parent[written.Report | written.BulkReport],
) -> Sequence[written.Complaint]:
    return parent.complaints


@strawberry.type(description="What became of a write at one source.")
class SourceOutcome:
    """See `gateway.writes.outcome.Outcome`."""

    source: Source = told("The source.", resolver=_source_of)
    status: OutcomeStatus = told("What became of the write there.")
    record: CustomerRecord | None = told(
        "The record after the write; null where none is left.", resolver=_record_of
    )
    ignored_fields: list[str] = told(
        "Fields of the input that this vendor cannot hold.",
        resolver=_ignored_of,
    )
    error: UserError | None = told("Why it was not done; null where it was.")


async def _customer_of(parent: strawberry.Parent[written.Report], info: Asked) -> domain.Customer | None:
    """The customer of the first applied record, else of the first that is still there."""
    context = context_of(info)
    for source_name, vendor_id in _candidates(parent):
        found = await context.reader.lookup.customer(source_name, vendor_id)
        if found is not None:
            context.note(raw_of(info), found.reports)
            return found
    return None


def _candidates(report: written.Report) -> dict[tuple[str, str], None]:
    made = [one for one in report.outcomes if one.vendor_id is not None]
    made.sort(key=lambda one: one.status is not Status.APPLIED)
    ids = [(one.source_name, one.vendor_id) for one in made if one.vendor_id is not None]
    return dict.fromkeys((*ids, *report.members))


@strawberry.type(description="What became of a write to one customer.")
class CustomerMutationPayload:
    """Partial success is told source by source."""

    customer: Customer | None = told(
        "The customer as read back from the vendors after the write; null where nobody is left.",
        resolver=_customer_of,
    )
    outcomes: list[SourceOutcome] = told("One for each source that took part, in priority order.")
    user_errors: list[UserError] = told(
        "Empty exactly when there is an outcome and every one is APPLIED, UNCHANGED, SKIPPED or PLANNED.",
        resolver=_complaints_of,
    )


@strawberry.type(description="What became of a bulk write at one source.")
class BulkOutcome:
    """Counts are the vendor's own, where it tells them."""

    source: Source = told("The source.", resolver=_source_of)
    status: OutcomeStatus = told("What became of the write there.")
    matched: int | None = told("How many customers it was for.")
    modified: int | None = told("How many of them were changed by it.")
    error: UserError | None = told("Why it was not done; null where it was.")


@strawberry.type(description="What became of a bulk write to tags.")
class CustomersTagsPayload:
    """Bulk writes read no customers back."""

    outcomes: list[BulkOutcome] = told("One for each source that took part, in priority order.")
    user_errors: list[UserError] = told(
        "Why the write, or a part of it, was not done.", resolver=_complaints_of
    )


@strawberry.type(description="Whether a customer's e-mail address and password belong together.")
class CustomerAuthenticatePayload:
    """A wrong password is an answer, not an error."""

    customer: Customer | None = told(
        "The customer; null, without an error, where e-mail or password is wrong."
    )
    user_errors: list[UserError] = told("Why it could not be found out.")
