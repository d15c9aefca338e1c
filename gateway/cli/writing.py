"""The printed reference of mutations: what each can do at each vendor, from what the vendors declare."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gateway.change import Action
from gateway.cli.grid import Grid
from gateway.sandbox.source import sources
from gateway.server import source_types, specs
from gateway.spelling import camel
from gateway.write import Writes
from gateway.writes.matrix import MUTATIONS, fields, holding, own_fields

_HEAD = """\
# What each mutation can do

Printed by `gateway docs` from what the vendors declare, for sources as the sandbox has them. "no" is an outcome
FAILED with UNSUPPORTED, and says why. What mutations mean is told below the tables.

## Mutations
"""

_FIELDS = """\
## Fields

"creating" and "changing": only then. What a vendor cannot hold is listed in the outcome's `ignoredFields`; where
nothing is left for a vendor, its outcome is SKIPPED.
"""

_OWN = """\
## What only one vendor takes
"""

_MEANING = """\
## What a mutation means

- **One outcome for each record that takes part**, in priority order. A Customer's id writes to all its records, or
  to those of `sources`; a CustomerRecord's id to that one.
- **APPLIED** the vendor has it. **UNCHANGED** it was so already, nothing was sent. **SKIPPED** nothing was left to
  do there, or an `ALL_OR_NOTHING` ended before. **FAILED** it is not so, or the message says which parts are.
  **UNKNOWN** it was sent, no answer came, and reading the record does not tell. **REVERTED** it was done and taken
  back. **PLANNED** a dry run.
- **Nothing is sent twice.** After a lost answer the record is read: where it shows the write, the outcome is
  APPLIED; where the connection broke and it does not, FAILED; where the vendor may still be at it, UNKNOWN.
- **One record is written whole or not at all**, as far as its vendor can take requests back, under either
  atomicity. Under `ALL_OR_NOTHING` that holds for all records together. Requests that no vendor can take back go
  last; with two of them the mutation is refused before anything is written.
- **`idempotencyKey`**: the same key with the same input gives the first outcomes again for 24 hours, and the
  customer as it is now. Another input is IDEMPOTENCY_MISMATCH, a first request that is still running CONFLICT. Keys
  are each caller's and each mutation's own. A write of which nothing was sent leaves its key free. Where the
  gateway was killed in the middle, the same request may be sent again half a minute later: the records are read,
  and only what they do not show is sent; what no reading shows is UNKNOWN.
- **`ifMatch`** takes a `Customer.version` and refuses with CONFLICT where a record has changed since, or could not
  be read.
- **Replicas** share keys by `[writes] idempotency`: a PostgreSQL or Redis that all of them reach, or one SQLite file on
  one machine. What is kept are digests of keys and inputs, vendor ids and outcomes; where a vendor's words repeat what
  was to be written, "…" is kept instead.
- **Writes to one record at once** are carried out one after the other within a gateway, each on what the former left.
  Between replicas, and against other software of the store, `ifMatch` tells; a vendor that takes only whole blocks or
  lists can lose a change that is made within the same moment elsewhere.
- **The audit log** has a line for each request that writes: caller, mutation, source, record, names of fields,
  outcome.
"""


_NOT_YET = dict.fromkeys(
    [*Action, "authenticate", *(f"update.{name}" for name in fields())], "is not written to yet"
)


def writing() -> str:
    """The whole document."""
    columns = _columns()
    mutations = Grid(
        headings=["", *columns],
        rows=[
            [f"`{name}`", *(told(writes) for writes in columns.values())] for name, told in MUTATIONS.items()
        ],
    )
    held = Grid(
        headings=["", *columns],
        rows=[
            [f"`{camel(name)}`", *(holding(name, writes) for writes in columns.values())] for name in fields()
        ],
    )
    own = [
        f"- {name}: {', '.join(f'`{field}`' for field in own_fields(writes))}\n"
        for name, writes in columns.items()
        if own_fields(writes)
    ]
    return "\n".join(
        [_HEAD, mutations.markdown(), _FIELDS, held.markdown(), _OWN, "".join(own), _MEANING.rstrip() + "\n"]
    )


def _columns() -> Mapping[str, Writes[Any]]:
    types = source_types()
    found: dict[str, Writes[Any]] = {}
    for table in sources("http://sandbox"):
        vendor = str(table["vendor"])
        declared = specs()[vendor].writes
        settings = types[vendor].model_validate(table)
        found[vendor] = Writes(reasons=_NOT_YET) if declared is None else declared(settings)
    return found
