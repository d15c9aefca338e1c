"""Data sets that are hard on lists: few distinct times, shared addresses, records without them."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

from gateway.sandbox import Sandbox

TIMES = (("created_at", "updated_at"), ("creationTime", "updateTime"))
"""What the vendors call the times of creation and of the last change."""
Document = dict[str, Any]


def crowd_times(sandbox: Sandbox, *, distinct: int, seed: int) -> None:
    """Leave each vendor only so many distinct times, so that most records are equal in order."""
    rng = random.Random(seed)
    for vendor in sandbox.vendors:
        documents = sandbox.dump(vendor)
        for name in times_of(documents):
            pool = _pool(documents, name, distinct, rng)
            for document in documents:
                document[name] = rng.choice(pool)
        sandbox.load(vendor, documents)


def times_of(documents: Sequence[Document]) -> tuple[str, str]:
    """The names of both times in a vendor's documents."""
    return next(names for names in TIMES if all(name in documents[0] for name in names))


def _pool(documents: Sequence[Document], name: str, distinct: int, rng: random.Random) -> list[Any]:
    # The time of the last change may be null: nulls stay as frequent as the pool has them.
    values = sorted({document[name] for document in documents}, key=str)
    return rng.sample(values, min(distinct, len(values)))
