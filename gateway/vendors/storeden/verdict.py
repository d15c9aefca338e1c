"""What Storeden's answers mean beside their status: none of its error bodies is documented, so all of it is assumed."""

from __future__ import annotations

import re
from typing import Any, Final

import msgspec

from gateway.call import Problem, Verdict
from gateway.customer import Json
from gateway.errors import (
    AlreadyExists,
    CredentialsRefused,
    CustomerNotFound,
    RateLimited,
    SourceError,
    VendorRejected,
)
from gateway.spec import RateReading
from gateway.transport import Response

_ABSENT: Any = msgspec.UNSET
_COMMON: Final = frozenset({401, 402, 403, 404, 429})
"""Statuses that say all there is to say."""
_MARKS: Final = (b'"err', b'"ok"', b'"updatedExisting"')
_LEFT: Final = re.compile(r"\s*([0-9]{1,9})\s*/\s*([0-9]{1,9})\s*")
_MEANINGS: Final[tuple[tuple[re.Pattern[str], type[SourceError]], ...]] = (
    (
        re.compile(r"not found|n[o']t exist|no such|unknown (client|customer)", re.IGNORECASE),
        CustomerNotFound,
    ),
    (re.compile(r"already (exists|in use|registered)|duplicate", re.IGNORECASE), AlreadyExists),
    (re.compile(r"unauthori[sz]ed|credential|\bexchange\b|invalid key", re.IGNORECASE), CredentialsRefused),
    (re.compile(r"limit exceeded|too many requests", re.IGNORECASE), RateLimited),
)
"""What an error without a telling status is about, by its words."""


class _Reply(msgspec.Struct, frozen=True, kw_only=True, rename={"updated_existing": "updatedExisting"}):
    ok: Json = 1
    err: Json = None
    error: Json = None
    errors: Json = None
    errmsg: Json = None
    message: Json = None
    n: Json = None
    updated_existing: Json = None


def explain(response: Response) -> Verdict:
    """The vendor's words where an answer complains, also with HTTP 200; a receipt that found nothing is not found."""
    if response.status in _COMMON or response.status >= 500:
        return None
    if response.status < 300 and not _may_complain(response.body):
        return None
    try:
        reply = msgspec.json.decode(response.body, type=_Reply)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    return _verdict(reply, is_refused=response.status >= 400)


def _may_complain(body: bytes) -> bool:
    """Spares lists and most details a second decoding."""
    return body.lstrip()[:1] == b"{" and any(mark in body for mark in _MARKS)


def _verdict(reply: _Reply, *, is_refused: bool) -> Verdict:
    complaint = reply.err or reply.error or reply.errors or reply.errmsg
    if not complaint and (is_refused or not _is_done(reply.ok)):
        complaint = reply.message or "it did not say why"
    if complaint:
        return _problem(complaint)
    if reply.n == 0 or reply.updated_existing is False:
        return Problem(error=CustomerNotFound, message="no customer was found")
    return None


def _is_done(value: Json) -> bool:
    return value in (1, True, "1", "true")


def _problem(complaint: Json) -> Problem:
    problems = tuple(_by_field(complaint))
    message = _words(complaint) or (problems[0][1] if problems else "it did not say why")
    meanings = (error for pattern, error in _MEANINGS if pattern.search(message))
    return Problem(error=next(meanings, VendorRejected), message=message, problems=problems)


def _words(complaint: Json) -> str | None:
    if isinstance(complaint, str):
        return complaint
    if isinstance(complaint, dict):
        told = (complaint.get(key) for key in ("message", "msg", "description"))
        return next((words for words in told if isinstance(words, str)), None)
    return None


def _by_field(complaint: Json) -> list[tuple[str, str]]:
    """Words by field, where the complaint is a map of them."""
    if not isinstance(complaint, dict) or _words(complaint) is not None:
        return []
    return [
        (field, words)
        for field, said in complaint.items()
        for words in (said if isinstance(said, list) else [said])
        if isinstance(words, str)
    ]


def rate(response: Response) -> RateReading | None:
    """`X-Storeden-Limit: <left>/<quota>`, which the orders list sends; whether this API does is not documented."""
    match = _LEFT.fullmatch(response.headers.get("x-storeden-limit", ""))
    return RateReading(remaining=int(match[1]), limit=int(match[2])) if match else None
