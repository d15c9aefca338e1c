"""What Open2b's answers say beside their rows: errors inside of HTTP 200, and plain text outside of it."""

from __future__ import annotations

import re
from typing import Literal

import msgspec

from gateway.call import Problem, Verdict
from gateway.errors import (
    AccessForbidden,
    AlreadyExists,
    CredentialsRefused,
    CustomerNotFound,
    RateLimited,
    SourceError,
    VendorMisbehaved,
    VendorRejected,
)
from gateway.spec import RateReading
from gateway.transport import Response

_LIMITED = re.compile(r"\brate\b|\blimit|too many|exceed", re.IGNORECASE)


class _Error(msgspec.Struct, frozen=True):
    field: str | None = None
    type: str | None = None
    description: str | None = None


class _Answer(msgspec.Struct, frozen=True):
    status: str | None = None
    error: _Error | None = None


def explain(response: Response) -> Verdict:
    """An error by its type where the vendor answers in JSON, by its plain text where it does not."""
    refusal = _refusal(response)
    return _failure(response) if refusal is None and response.status != 200 else refusal


def _refusal(response: Response) -> Problem | None:
    """The body is searched before it is decoded: nearly all answers are good, and large."""
    if b'"error"' not in response.body:
        return None
    try:
        answer = msgspec.json.decode(response.body, type=_Answer)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    if answer.status != "error":
        return None
    return _problem(answer.error or _Error())


def _problem(error: _Error) -> Problem:
    field, words = error.field or "", error.description or error.type or "refused the request"
    return Problem(error=_class(error), message=words, problems=((field, words),) if field else ())


def _class(error: _Error) -> type[SourceError]:
    """Whatever is wrong with an id, no customer has it; a group or a cart that is missing was refused, not missed."""
    if error.type == "AccessDenied":
        return AccessForbidden
    if error.type == "AlreadyExists":
        return AlreadyExists
    return CustomerNotFound if error.field == "id" else VendorRejected


def _failure(response: Response) -> Problem | None:
    """By the text, or by statuses: 403 is a missing or malformed key, and a missing method is no missing customer."""
    text = response.body[:300].decode("utf-8", "replace").strip()
    words = "" if "<" in text else text
    if _LIMITED.search(words):
        return Problem(error=RateLimited, message=words)
    if response.status == 403:
        message = f"refused the key ({words or 'HTTP 403'}); check this source's secret_key and key_header"
        return Problem(error=CredentialsRefused, message=message)
    if response.status == 404:
        return Problem(
            error=VendorMisbehaved, message="does not serve this method; check this source's base_url"
        )
    if 400 <= response.status < 500 and response.status not in {401, 402, 429} and words:
        return Problem(message=words)
    return None


class _Done(msgspec.Struct, frozen=True):
    status: Literal["ok"]


def read_done(response: Response) -> None:
    """Whether a write says that it was done; anything else is no answer of this vendor's."""
    msgspec.json.decode(response.body, type=_Done)


def rate(response: Response) -> RateReading | None:  # noqa: ARG001  # the vendor's headers tell nothing
    """Nothing: no header of the limit is documented."""
    return None
