"""The shape of a vendor: one frozen value of tables and pure functions, the same for all of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Any, Generic, TypeAlias, TypeVar

import msgspec

from gateway.auth import AuthFlow
from gateway.call import Call, Flow, Named, Rows, Verdict
from gateway.capabilities import Arguments, CapabilityTable
from gateway.customer import CustomerRecord, Field, Selection, Value, Vendor
from gateway.notice import Webhook
from gateway.paging import Pager
from gateway.settings import SourceSettings
from gateway.transport import Parameters, Response
from gateway.write import Writes

R = TypeVar("R", bound=msgspec.Struct)
S = TypeVar("S", bound=SourceSettings)


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """Where a source is and how its requests are signed. `base_url` has no slash at its end."""

    base_url: str
    auth: AuthFlow
    headers: Parameters = ()
    lacks: frozenset[Field] = frozenset()
    """Fields that this source may not read although its vendor has them: not asked for, hence unknown."""


class Origin(Value, frozen=True, kw_only=True):
    """What the reading of a row needs beside the row. `zone` is that of times which name none."""

    source_name: str
    zone: tzinfo
    currency: str | None
    fetched_at: datetime
    names: Mapping[str, str] = {}
    """Group or tag id → name, where the vendor tells names only in a list of their own."""


class RateReading(Value, frozen=True, kw_only=True):
    """What an answer's headers say of the rate limit, times in seconds."""

    limit: int | None = None
    remaining: int | None = None
    reset_after: float | None = None
    """Until all of the limit is free again."""
    free_after: float | None = None
    """Until one call is free again, where that is sooner: a bucket leaks, a window ends."""


class Listing(Value, frozen=True, kw_only=True):
    """How a vendor lists its tags or groups: arguments are the pager's alone."""

    page: Callable[[Arguments], Call[Sequence[Named]]]
    pager: Pager
    page_size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class VendorSpec(Generic[R, S]):
    """One vendor. Every function is pure: it builds calls or reads rows, and the adapter does the rest."""

    vendor: Vendor
    settings: type[S]
    """The keys of a `[[sources]]` table of this vendor."""
    connect: Callable[[S], Connection]
    table: CapabilityTable
    row: type[R]
    """The vendor's customer, every documented field: answers are decoded into it, and it is a record's `details`."""
    row_id: Callable[[R], str]
    read: Callable[[R, Origin], CustomerRecord]
    """Row → record. Total: every row that decodes has a record. Texts trimmed, "" is None, times in UTC."""
    explain: Callable[[Response], Verdict]
    """What an answer means where the common status table does not tell, HTTP 200 with an error inside included."""
    rate: Callable[[Response], RateReading | None]

    by_id: Callable[[str, Selection], Call[Rows[R]]]
    """One record. An unknown id is no row, or `CustomerNotFound` by `explain`."""
    by_ids: Callable[[Sequence[str], Selection], Call[Rows[R]]] | None = None
    """Several: up to `table.batch_size` ids; ids that are not in the answer do not exist, unless `distrusts_by_ids`."""
    distrusts_by_ids: bool = False
    """True where the vendor may ignore the ids: an id that is not in the answer is asked for by `by_id`."""
    by_email: Callable[[str, Selection], Call[Rows[R]]]
    """By one spelling of an address; the answer may hold others, and is compared by match key."""
    page: Callable[[Arguments, Selection], Call[Rows[R]]]
    """A list with the arguments of pushdowns, ranges, orders and a pager, merged."""
    count: Callable[[Arguments], Call[int]] | None = None
    join: Mapping[str, Callable[[Any, Any], Any]] = field(default_factory=dict)
    """Argument name → how two values of it are said at once (both must hold); None as result: they cannot."""
    pager: Pager
    """How a list is read to its end in the vendor's own order, or in a native order."""
    drain: Pager | None = None
    """How a list is drained without missing a row while it changes; None: `pager` does."""
    complete: Callable[[Sequence[R], Selection], Flow[Sequence[R]]] | None = None
    """Adds to rows what their endpoint does not carry, at few calls; the same rows in the same order."""
    tags: Listing | None = None
    groups: Listing | None = None
    group_names: bool = False
    """True where `groups` tells the names that rows lack."""
    secrets: frozenset[str] = frozenset()
    """Fields that are taken out of `raw` at any depth."""
    writes: Callable[[S], Writes[R]] | None = None
    """What a source with these settings can write; None: nothing."""
    harmless: frozenset[str] = frozenset()
    """Names of parameters, and of keys in a body, whose values tell nothing of a person: a trace shows these alone."""
    webhook: Callable[[S], Webhook | None] | None = None
    """How a source's webhooks are verified and read; None where it has no secret for them."""
    probe: Callable[[], Call[Any]]
    """A cheap call that shows whether the credentials work."""


AnySpec: TypeAlias = VendorSpec[Any, Any]
