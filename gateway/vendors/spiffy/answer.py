"""What Spiffy's answers say beside their rows: its words on errors, and its rate limit."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import msgspec

from gateway.call import Nothing, Problem, Verdict
from gateway.customer import Json
from gateway.errors import AlreadyExists, RateLimited, SourceError, VendorRejected
from gateway.spec import RateReading
from gateway.transport import Response

_REFUSALS = frozenset({400, 406, 409, 422})
_TAKEN = re.compile(r"\btaken\b|already|\bin use\b", re.IGNORECASE)
"""An e-mail address that another customer has: that it is refused is documented, the words are not (assumed)."""
_WAIT = re.compile(r"wait\s+(\d+)\s+second", re.IGNORECASE)


class _Limit(msgspec.Struct, frozen=True):
    limit: int | None = None
    remaining: int | None = None
    until: datetime | None = None


def explain(response: Response) -> Verdict:
    """The vendor's words where it refuses, the pause that its text names where it has no Retry-After header.

    Nothing at an address means no row for the calls that expect it, a single customer or a page after the first.
    """
    if response.status == 404:
        return Nothing()
    if response.status in _REFUSALS:
        return _refusal(response)
    if response.status == 429 and "retry-after" not in response.headers:
        return _pause(response)
    return None


def _pause(response: Response) -> Problem | None:
    named = _WAIT.search(response.body[:1000].decode("utf-8", "replace"))
    if named is None:
        return None
    return Problem(error=RateLimited, message="reached its rate limit", retry_after=float(named[1]))


def _refusal(response: Response) -> Problem | None:
    try:
        errors = msgspec.json.decode(response.body, type=dict[str, Json]).get("errors")
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    problems = tuple(_problems(errors))
    message = "; ".join(f"{field} {words}".strip() for field, words in problems)
    if not message:
        return None
    named = tuple(one for one in problems if one[0])
    error = _class(message)
    if error is AlreadyExists and not named:
        named = (("email", message),)
    return Problem(error=error, message=message, problems=named)


def _class(message: str) -> type[SourceError]:
    """The address is the one thing that is unique."""
    is_taken = "email" in message.lower() and _TAKEN.search(message) is not None
    return AlreadyExists if is_taken else VendorRejected


def _problems(errors: Json) -> Iterator[tuple[str, str]]:
    """(field, words); the field is empty where the words are about the whole."""
    if isinstance(errors, Mapping):
        for field, words in errors.items():
            yield from ((str(field), text) for text in _texts(words))
    else:
        yield from (("", text) for text in _texts(errors))


def _texts(words: Json) -> list[str]:
    if isinstance(words, list):
        return [str(word) for word in words]
    return [words] if isinstance(words, str) else []


def rate(response: Response) -> RateReading | None:
    """The header's numbers; None where it is absent or not as in the vendor's sample."""
    header = response.headers.get("x-ratelimit")
    if not header:
        return None
    try:
        limit = msgspec.json.decode(header, type=_Limit)
    except msgspec.DecodeError:
        return None
    return RateReading(
        limit=limit.limit, remaining=limit.remaining, reset_after=_seconds_until(limit.until, response)
    )


def _seconds_until(until: datetime | None, response: Response) -> float | None:
    """By the vendor's own clock, the Date header; never negative."""
    try:
        now = parsedate_to_datetime(response.headers.get("date", ""))
    except ValueError:
        return None
    if until is None:
        return None
    return max(0.0, (_aware(until) - _aware(now)).total_seconds())


def _aware(time: datetime) -> datetime:
    return time if time.tzinfo else time.replace(tzinfo=UTC)
