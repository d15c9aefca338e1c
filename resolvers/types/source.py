"""A source as the API shows it: its health, its rate limit and what it can do."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

import msgspec
import strawberry

from gateway import adapter, customer, health, index
from gateway.errors import GatewayError
from gateway.feature import Feature, features
from resolvers.context import Asked, context_of
from resolvers.description import told
from resolvers.enumeration import ErrorCode, HealthState, IndexState, SourceState, Support, Vendor


class Failure(msgspec.Struct, frozen=True):
    """An error as a value: an exception that a resolver hands on would count as raised."""

    code: ErrorCode
    message: str
    retry_after: float | None


def failure_of(error: GatewayError | None) -> Failure | None:
    """The error as a value, None for none."""
    if error is None:
        return None
    return Failure(error.code, error.message, getattr(error, "retry_after", None))


@strawberry.type(description="Why a source could not answer.")
class SourceError:
    """See `Failure`."""

    code: ErrorCode = told("What went wrong, in a word that stays the same.")
    message: str = told("What went wrong and what to do about it, for people.")
    retry_after: float | None = told(
        "Seconds to wait before asking again; null where the vendor did not say."
    )


def _last_error(parent: strawberry.Parent[health.Health]) -> Failure | None:
    return failure_of(parent.last_error)


@strawberry.type(description="Whether a source answers.")
class SourceHealth:
    """See `gateway.health.Health`."""

    state: HealthState = told("Whether it answers now.")
    since: datetime | None = told("Since when it is in this state; null before the first answer.")
    last_error: SourceError | None = told(
        "The last failure, even where it is over; null where there was none.", resolver=_last_error
    )


class RateReading(msgspec.Struct, frozen=True):
    """What the vendor last told of its rate limit."""

    limit: int | None
    remaining: int | None
    reset_at: datetime | None


@strawberry.type(description="The vendor's rate limit, as its last answer told it.")
class RateLimit:
    """See `RateReading`."""

    limit: int | None = told("How many requests the vendor allows at once or in its window.")
    remaining: int | None = told("How many of them are left.")
    reset_at: datetime | None = told("When all of them are free again.")


@strawberry.type(description="One thing that can be asked of a source, and who does it.")
class Capability:
    """See `gateway.feature.Feature`."""

    name: str = told("What it is, such as field.email, filter.email.eq or order.CREATED_AT.DESC.")
    support: Support = told("Who does it.")
    note: str | None = told("What a reader should know about it; null where there is nothing to know.")


@strawberry.type(description="How far the match index is with a source.")
class IndexStatus:
    """The index itself knows no customer data but hashes of match keys, ids and times."""

    state: IndexState = told("How usable the index is.")
    records: int = told("How many records are in it.")
    progress: float = told("How much of the source it holds, from 0 to 1.")
    synced_at: datetime | None = told("When it was last brought up to date.")
    lag_seconds: float | None = told("How many seconds it is behind the source.")


def _health(parent: strawberry.Parent[adapter.Source]) -> health.Health:
    return parent.exchange.health


def _rate_limit(parent: strawberry.Parent[adapter.Source]) -> RateReading | None:
    pace = parent.exchange.pace
    if pace.reading is None:
        return None
    reset_at = None
    if pace.resets_at is not None:
        seconds = max(0.0, pace.resets_at - parent.clock.monotonic())
        reset_at = parent.clock.now() + timedelta(seconds=seconds)
    return RateReading(pace.reading.limit, pace.reading.remaining, reset_at)


def _capabilities(parent: strawberry.Parent[adapter.Source]) -> tuple[Feature, ...]:
    return features(parent)


async def _index(parent: strawberry.Parent[adapter.Source], info: Asked) -> index.IndexStatus | None:
    used = context_of(info).reader.gateway.index
    return None if used is None else await used.status(parent.name)


def _priority(parent: strawberry.Parent[adapter.Source], info: Asked) -> int:
    """The place among the sources that the caller may see: a gap would tell of another."""
    return 1 + [source.name for source in context_of(info).reader.sources].index(parent.name)


@strawberry.type(description="One account at a vendor that the gateway asks.")
class Source:
    """See `gateway.adapter.Source`."""

    name: str = told("The source's name, as it is configured.")
    vendor: Vendor = told("Whose product it is an account of.")
    priority: int = told("1 is asked first, and its values win where records are merged.", resolver=_priority)
    health: SourceHealth = told("Whether it answers.", resolver=_health)
    rate_limit: RateLimit | None = told(
        "The vendor's rate limit; null until the vendor has told it, or where it never does.",
        resolver=_rate_limit,
    )
    capabilities: list[Capability] = told(
        "What can be asked of this source, and whether the vendor or the gateway does it.",
        resolver=_capabilities,
    )
    index: IndexStatus | None = told(
        "How far the match index is with this source; null where it is off.", resolver=_index
    )


def _source_of_report(parent: strawberry.Parent[customer.SourceReport], info: Asked) -> adapter.Source | None:
    return context_of(info).reader.source(parent.source_name)


def _error_of_report(parent: strawberry.Parent[customer.SourceReport]) -> Failure | None:
    return failure_of(parent.error)


@strawberry.type(description="One source's part in an answer.")
class SourceReport:
    """See `gateway.customer.SourceReport`."""

    source: Source = told("The source.", resolver=_source_of_report)
    state: SourceState = told("How far it took part.")
    error: SourceError | None = told("Why it is not complete; null where it is.", resolver=_error_of_report)


class Reports(msgspec.Struct, frozen=True):
    """The reports on one answer, in priority order."""

    sources: tuple[customer.SourceReport, ...]

    @property
    def is_complete(self) -> bool:
        """True where nothing can be missing from the answer."""
        return not any(report.state in (SourceState.FAILED, SourceState.PARTIAL) for report in self.sources)


def reports_of(reports: Iterable[customer.SourceReport]) -> Reports:
    """The reports as the API's `Completeness`."""
    return Reports(tuple(reports))


@strawberry.type(description="Which sources an answer was made from.")
class Completeness:
    """See `Reports`."""

    is_complete: bool = told("True where every source that could have added something has answered.")
    sources: list[SourceReport] = told("What each source did for the answer, in priority order.")
