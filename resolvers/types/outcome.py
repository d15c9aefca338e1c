"""What mutations answer: an outcome for each source, and errors that the user can act on."""

from __future__ import annotations

import strawberry

from resolvers.description import told
from resolvers.enumeration import ErrorCode, OutcomeStatus
from resolvers.types.customer import Customer, CustomerRecord
from resolvers.types.source import Source


@strawberry.type(description="Why a write, or a part of it, was not done.")
class UserError:
    """An expected failure, as data."""

    code: ErrorCode = told("What went wrong, in a word that stays the same.")
    message: str = told("What went wrong and what to do about it, for people.")
    path: list[str] = told("Where in the input the cause is; empty where it is not in the input.")
    source_name: str | None = told("The source that failed; null where no source was asked.")


@strawberry.type(description="What became of a write at one source.")
class SourceOutcome:
    """One for each source that took part."""

    source: Source = told("The source.")
    status: OutcomeStatus = told("What became of the write there.")
    record: CustomerRecord | None = told("The record after the write; null where none is left.")
    ignored_fields: list[str] = told("Fields of the input that this vendor cannot hold.")
    error: UserError | None = told("Why it was not done; null where it was.")


@strawberry.type(description="What became of a write to one customer.")
class CustomerMutationPayload:
    """Partial success is told source by source."""

    customer: Customer | None = told(
        "The customer as read back from the vendors after the write; null where nobody is left."
    )
    outcomes: list[SourceOutcome] = told("One for each source that took part, in priority order.")
    user_errors: list[UserError] = told(
        "Empty exactly when there is an outcome and every one is APPLIED, UNCHANGED, SKIPPED or PLANNED."
    )


@strawberry.type(description="What became of a bulk write at one source.")
class BulkOutcome:
    """Counts are the vendor's own, where it tells them."""

    source: Source = told("The source.")
    status: OutcomeStatus = told("What became of the write there.")
    matched: int | None = told("How many customers it was for.")
    modified: int | None = told("How many of them were changed by it.")
    error: UserError | None = told("Why it was not done; null where it was.")


@strawberry.type(description="What became of a bulk write to tags.")
class CustomersTagsPayload:
    """Bulk writes read no customers back."""

    outcomes: list[BulkOutcome] = told("One for each source that took part, in priority order.")
    user_errors: list[UserError] = told("Why the write, or a part of it, was not done.")


@strawberry.type(description="Whether a customer's e-mail address and password belong together.")
class CustomerAuthenticatePayload:
    """A wrong password is an answer, not an error."""

    customer: Customer | None = told(
        "The customer; null, without an error, where e-mail or password is wrong."
    )
    user_errors: list[UserError] = told("Why it could not be found out.")
