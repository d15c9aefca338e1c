"""What Tiendanube's answers mean beside their status, and what they say of the rate limit."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

import msgspec

from gateway.call import Nothing, Problem, Verdict
from gateway.customer import Json
from gateway.errors import AlreadyExists, RateLimited, VendorRejected
from gateway.spec import RateReading
from gateway.transport import Response

_LAST_PAGE: Final = re.compile(r"last page is", re.IGNORECASE)
"""How a list says that a page is beyond its end, or that nothing matches at all (assumed to stay so)."""
_TAKEN: Final = re.compile(r"already|taken|ya existe|já existe|em uso|en uso", re.IGNORECASE)
"""How a value that has to be unique is refused; the words are not documented (assumed)."""
_REFUSALS: Final = frozenset({400, 409, 415, 422})
_ENVELOPE: Final = frozenset({"code", "message", "description", "error"})
_TOKEN: Final = 0.5
"""Seconds in which the bucket of the smallest plan leaks one call; for answers that do not tell."""


def explain(response: Response) -> Verdict:
    """HTTP 404 is an empty page on lists; refusals keep the vendor's words, by field where it names fields."""
    if response.status == 404:
        return Nothing() if _LAST_PAGE.search(_words(_body(response)) or "") else None
    if response.status == 429:
        return _limited(response)
    if response.status in _REFUSALS:
        return _refusal(_body(response))
    return None


def _body(response: Response) -> dict[str, Json]:
    """The error's object, {} where there is none."""
    try:
        body = msgspec.json.decode(response.body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return {}
    return body if isinstance(body, dict) else {}


def _words(body: dict[str, Json]) -> str | None:
    told = (body.get(key) for key in ("description", "error", "message"))
    return next((words for words in told if isinstance(words, str) and words), None)


def _refusal(body: dict[str, Json]) -> Problem | None:
    problems = tuple(_by_field(body))
    summary = "; ".join(f"{field} {words}" for field, words in problems)
    message = _words(body) or summary
    taken = any(_TAKEN.search(words) for _, words in problems)
    error = AlreadyExists if taken else VendorRejected
    return Problem(error=error, message=message, problems=problems) if message else None


def _by_field(body: dict[str, Json]) -> Iterator[tuple[str, str]]:
    """A map of field → messages, bare as documented, or beside or inside the other errors' envelope (assumed)."""
    for field, said in body.items():
        if isinstance(said, dict):
            yield from _by_field(said)
        elif field not in _ENVELOPE or isinstance(said, list):
            yield from ((field, words) for words in _listed(said))


def _listed(said: Json) -> list[str]:
    return [words for words in (said if isinstance(said, list) else [said]) if isinstance(words, str)]


def _limited(response: Response) -> Problem:
    """How long to wait is not documented: the time in which the bucket leaks one call."""
    asked = response.headers.get("retry-after", "")
    reading = rate(response)
    free = None if reading is None else reading.free_after or reading.reset_after
    wait = float(asked) if asked.isascii() and asked.isdigit() else min(_TOKEN, free or _TOKEN)
    return Problem(error=RateLimited, message="the rate limit is reached", retry_after=wait)


def rate(response: Response) -> RateReading | None:
    """The bucket's size, the calls left in it (so read, assumed), and the time until it is empty."""
    limit, remaining, reset = (
        _whole(response.headers.get(f"x-rate-limit-{name}")) for name in ("limit", "remaining", "reset")
    )
    if limit is None and remaining is None and reset is None:
        return None
    reset_after = None if reset is None else reset / 1000
    used = (limit or 0) - (remaining or 0)
    # The bucket leaks evenly: what is in it is gone after the reset, one call after its share of that.
    free_after = None if reset_after is None or used <= 0 else reset_after / used
    return RateReading(limit=limit, remaining=remaining, reset_after=reset_after, free_after=free_after)


def _whole(text: str | None) -> int | None:
    return int(text) if text is not None and text.isascii() and text.isdecimal() and len(text) < 12 else None
