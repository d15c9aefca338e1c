"""One operation of a client: what it may still spend, and what it has done."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import TypeAlias

import msgspec

from gateway.customer import Value
from gateway.errors import BudgetExceeded, DeadlineExceeded, GatewayError, SourceError
from gateway.transport import Request, Response


class CallKind(StrEnum):
    """What a vendor is asked for by one call."""

    LIST = "list"
    SEARCH = "search"
    """A list by an endpoint of its own, which the vendor has for texts."""
    COUNT = "count"
    BY_ID = "byId"
    BY_IDS = "byIds"
    BY_EMAIL = "byEmail"
    DETAIL = "detail"
    """What the endpoint that a row came from does not carry."""
    TAGS = "tags"
    GROUPS = "groups"
    PROBE = "probe"
    WRITE = "write"
    RENEWAL = "renewal"
    """A new access token."""


CallKey: TypeAlias = tuple[str, str, str, tuple[tuple[str, str], ...], bytes]
"""Source, method, path, parameters and body: what tells one question to a vendor from another."""


class TracedCall(Value, frozen=True):
    """One vendor call as explain shows it. `status` is None where no answer came; `elapsed` is in milliseconds."""

    source_name: str
    method: str
    path: str
    parameters: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    status: int | None = None
    elapsed: float = 0.0
    attempt: int = 1
    served_by: str = "vendor"
    """"vendor"; "cache" for an answer remembered; "flight" for one that another request was already waiting for."""

    @property
    def key(self) -> CallKey:
        """What was asked."""
        return (self.source_name, self.method, self.path, self.parameters, self.body)


class Operation(msgspec.Struct, kw_only=True):
    """The budget and deadline of one operation; mutable, never shared between operations.

    `ends_at` is in the monotonic seconds of `monotonic`.
    """

    calls_left: int
    ends_at: float
    monotonic: Callable[[], float]
    calls_made: int = 0
    trace: list[TracedCall] = []
    problems: list[GatewayError] = []
    """Failures that did not end what met them: each becomes an entry in the response's errors."""
    rows: dict[str, int] = {}
    """How many rows of customers the calls brought, by source."""
    answers: dict[tuple[str, Request], tuple[int, Response]] = {}
    """What was answered by source and request, with how often the source was written to before: never asked twice."""
    kinds: dict[CallKey, CallKind] | None = None
    """What each call was for; kept only where somebody wants it explained, None elsewhere."""

    def remaining(self) -> float:
        """Seconds left; raises `DeadlineExceeded` where there are none."""
        left = self.ends_at - self.monotonic()
        if left <= 0:
            raise DeadlineExceeded(
                "The operation's deadline has passed; ask for less, or go on from the cursor."
            )
        return left

    def spend(self) -> None:
        """Take one vendor call off the budget; raises `BudgetExceeded` where it is spent."""
        if self.calls_left <= 0:
            raise BudgetExceeded(
                f"The operation's {self.calls_made} vendor calls are spent; ask for less, or go on from the cursor."
            )
        self.calls_left -= 1
        self.calls_made += 1

    def report(self, problem: GatewayError) -> None:
        """Note a source's failure of one kind once, however many loads met it."""
        if all(_kind(problem) != _kind(noted) for noted in self.problems):
            self.problems.append(problem)


def _kind(problem: GatewayError) -> tuple[type[GatewayError], str | None]:
    return type(problem), problem.source if isinstance(problem, SourceError) else None
