"""What every mutation takes of the customer it writes to, and how it is to go about it."""

from __future__ import annotations

import strawberry

from resolvers.description import needed, optional
from resolvers.enumeration import Atomicity

_KEY = (
    "1 to 255 characters: the same key with the same input gives the first outcomes again for 24 hours, "
    "so that a repeated request changes nothing twice."
)
_DRY = "Validates and plans, and calls no vendor's write."
_ATOMICITY = "What happens at the other sources when one fails."
_SOURCES = "Limits a Customer's records to these sources; all of them where left out."
_IF_MATCH = "A `Customer.version`: CONFLICT where the records have changed since."


@strawberry.input(description="How a write is to be carried out.")
class Manner:
    """What all writes share; never in the schema by itself."""

    idempotency_key: str | None = optional(_KEY)
    dry_run: bool = needed(_DRY, default=False)


@strawberry.input(description="A write to one customer.")
class Target(Manner):
    """Whom a write is for; never in the schema by itself."""

    id: strawberry.ID = needed(
        "A Customer, of which all records take part, or a CustomerRecord, which alone does."
    )


@strawberry.input(description="A write to one record of a customer.")
class RecordTarget(Target):
    """For what belongs to one source; never in the schema by itself."""

    source: str | None = optional("The source whose record it is; needed where a Customer has several.")
    if_match: str | None = optional(_IF_MATCH)


@strawberry.input(description="A write to records of a customer.")
class RestoreTarget(Target):
    """For records that may not be readable now; never in the schema by itself."""

    sources: list[str] | None = optional(_SOURCES)
    atomicity: Atomicity = needed(_ATOMICITY, default=Atomicity.BEST_EFFORT)


@strawberry.input(description="A write to the records of a customer as they were read.")
class RecordsTarget(RestoreTarget):
    """For what every source has; never in the schema by itself."""

    if_match: str | None = optional(_IF_MATCH)


@strawberry.input(description="A write to new records.")
class Placement(Manner):
    """Where records are made; never in the schema by itself."""

    sources: list[str] = needed("The sources that get a record.")
    atomicity: Atomicity = needed(_ATOMICITY, default=Atomicity.BEST_EFFORT)
