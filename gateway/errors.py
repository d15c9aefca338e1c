"""The one tree of expected errors. It is translated in two places only: HTTP answers into it, it into GraphQL.

    GatewayError
    ├── InvalidInput               INVALID_INPUT        the caller's mistake, seen before any vendor is called
    ├── Unsupported                UNSUPPORTED          a right question that cannot be answered
    ├── BudgetExceeded             BUDGET_EXCEEDED      the operation's vendor calls are spent
    ├── DeadlineExceeded           TIMEOUT              the operation's time is spent
    ├── LimitExceeded          LIMIT_EXCEEDED       the answer would need more than is allowed
    ├── Forbidden                  FORBIDDEN            the caller lacks a scope
    ├── ConfigurationError         INTERNAL             what the operator wrote is wrong; only at start
    ├── WriteRefused                                    a write that is not begun, or not taken up again; has its code
    └── SourceError                                     one source's failure, never the whole operation's
        ├── CustomerNotFound       NOT_FOUND
        ├── CredentialsRefused     CREDENTIALS_REFUSED
        ├── AccessForbidden        FORBIDDEN
        ├── RateLimited            RATE_LIMITED         retryable
        ├── SourceTimeout          TIMEOUT              retryable where nothing was sent or repeating is harmless
        ├── SourceUnavailable      SOURCE_UNAVAILABLE   retryable
        ├── VendorRejected         VENDOR_REJECTED      the vendor understood and said no
        │   └── AlreadyExists      ALREADY_EXISTS       because there is one already
        └── VendorMisbehaved       VENDOR_MISBEHAVED    the answer is not what the contract says

Messages state a fact and what to do; they never hold secrets or personal data.
"""

from __future__ import annotations

from enum import StrEnum


class ErrorCode(StrEnum):
    """The stable codes that clients branch on; the API's `ErrorCode`."""

    INVALID_INPUT = "INVALID_INPUT"
    ALREADY_EXISTS = "ALREADY_EXISTS"
    NOT_FOUND = "NOT_FOUND"
    UNSUPPORTED = "UNSUPPORTED"
    CONFLICT = "CONFLICT"
    FORBIDDEN = "FORBIDDEN"
    VENDOR_REJECTED = "VENDOR_REJECTED"
    VENDOR_MISBEHAVED = "VENDOR_MISBEHAVED"
    CREDENTIALS_REFUSED = "CREDENTIALS_REFUSED"
    RATE_LIMITED = "RATE_LIMITED"
    TIMEOUT = "TIMEOUT"
    SOURCE_UNAVAILABLE = "SOURCE_UNAVAILABLE"
    UNKNOWN_OUTCOME = "UNKNOWN_OUTCOME"
    IDEMPOTENCY_MISMATCH = "IDEMPOTENCY_MISMATCH"
    BUDGET_EXCEEDED = "BUDGET_EXCEEDED"
    LIMIT_EXCEEDED = "LIMIT_EXCEEDED"
    UNAUTHENTICATED = "UNAUTHENTICATED"
    INTERNAL = "INTERNAL"


class GatewayError(Exception):
    """Anything that is expected to go wrong; `code` is what a client branches on."""

    code = ErrorCode.INTERNAL
    may_be_done = False
    """True where a request was sent and nothing tells whether it was carried out."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class InvalidInput(GatewayError):
    """The caller's mistake; the message names what is wrong and where, as `path` does within a mutation's input."""

    code = ErrorCode.INVALID_INPUT

    def __init__(self, message: str, *, path: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.path = path


class Unsupported(GatewayError):
    """A well-formed question that cannot be answered here."""

    code = ErrorCode.UNSUPPORTED


class BudgetExceeded(GatewayError):
    """The operation has made as many vendor calls as `limits.vendor_calls` allows."""

    code = ErrorCode.BUDGET_EXCEEDED


class DeadlineExceeded(GatewayError):
    """The operation has taken as long as `limits.deadline` allows."""

    code = ErrorCode.TIMEOUT


class LimitExceeded(GatewayError):
    """The answer would need more memory than `limits` allow; the message says which way is free of that."""

    code = ErrorCode.LIMIT_EXCEEDED


class Forbidden(GatewayError):
    """The caller lacks a scope; the message names it."""

    code = ErrorCode.FORBIDDEN


class ConfigurationError(GatewayError):
    """The configuration is wrong; the message names file, table and key. Raised at start only."""


class WriteRefused(GatewayError):
    """A write that is not begun: the records have changed, its key is in use, or it cannot be taken back."""

    def __init__(self, message: str, *, code: ErrorCode, path: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.code = code
        self.path = path


class SourceError(GatewayError):
    """A failure of one source. `retry_after` is in seconds, None where the vendor did not say."""

    retryable = False

    def __init__(
        self, message: str, *, source: str, retry_after: float | None = None, status: int | None = None
    ) -> None:
        super().__init__(message)
        self.source = source
        self.retry_after = retry_after
        self.status = status


class CustomerNotFound(SourceError):
    """The vendor has no such customer (or no such address, tag, group)."""

    code = ErrorCode.NOT_FOUND


class CredentialsRefused(SourceError):
    """The vendor does not know the configured credentials."""

    code = ErrorCode.CREDENTIALS_REFUSED


class AccessForbidden(SourceError):
    """The credentials are known but lack a permission."""

    code = ErrorCode.FORBIDDEN

    def naming(self, scope: str | None) -> AccessForbidden:
        """The same with the permission that was needed, where that is known."""
        words = self.message if scope is None else f"{self.message.rstrip('.')}. It takes the scope {scope}."
        return AccessForbidden(words, source=self.source, status=self.status)


class RateLimited(SourceError):
    """The vendor's rate limit is reached."""

    code = ErrorCode.RATE_LIMITED
    retryable = True


class SourceTimeout(SourceError):
    """No answer in time; whether the request was carried out is not known."""

    code = ErrorCode.TIMEOUT
    retryable = True


class SourceUnavailable(SourceError):
    """The vendor cannot be reached, says that it cannot answer now, or has failed so often that it is not asked."""

    code = ErrorCode.SOURCE_UNAVAILABLE
    retryable = True


class VendorRejected(SourceError):
    """The vendor understood the request and refused it; `problems` has its own words by its own field names."""

    code = ErrorCode.VENDOR_REJECTED

    def __init__(
        self,
        message: str,
        *,
        source: str,
        status: int | None = None,
        problems: tuple[tuple[str, str], ...] = (),
    ) -> None:
        super().__init__(message, source=source, status=status)
        self.problems = problems


class AlreadyExists(VendorRejected):
    """The vendor has one already, and keeps it unique: an e-mail address, a code."""

    code = ErrorCode.ALREADY_EXISTS


class VendorMisbehaved(SourceError):
    """The vendor's answer is not what its contract says; the message has the place, never the value."""

    code = ErrorCode.VENDOR_MISBEHAVED
