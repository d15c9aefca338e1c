"""What a mutation asks for beside its change: whose records, in which manner, under which key."""

from __future__ import annotations

from gateway.customer import Value
from gateway.errors import InvalidInput
from gateway.writes.fit import Owns
from gateway.writes.outcome import Atomicity

LONGEST_KEY = 255


class Manner(Value, frozen=True, kw_only=True):
    """How a write is to be carried out, and by whom."""

    mutation: str
    caller: str
    atomicity: Atomicity = Atomicity.BEST_EFFORT
    key: str | None = None
    if_match: str | None = None
    is_dry: bool = False
    owns: Owns

    def check(self) -> None:
        """Raise `InvalidInput` for a key that is none."""
        if self.key is not None and not 1 <= len(self.key) <= LONGEST_KEY:
            raise InvalidInput(
                f"`idempotencyKey` has 1 to {LONGEST_KEY} characters.", path=("idempotencyKey",)
            )


class Target(Value, frozen=True, kw_only=True):
    """Whose records are written. `sources` limits a customer's; None: all of them.

    `is_customer` where the id names a whole customer, else a record alone. `is_single` where one record only may take
    part, since what is written belongs to one source.
    """

    source_name: str
    vendor_id: str
    is_customer: bool
    sources: tuple[str, ...] | None = None
    is_single: bool = False
