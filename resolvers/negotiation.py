"""The media type of an answer: the caller's choice among ours."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.requests import Request

RESPONSE = "application/graphql-response+json"
JSON = "application/json"
PAGE = "text/html"


def media_type_of(request: Request) -> str | None:
    """What the answer is to be: the caller's choice among ours, None where it takes none of them."""
    accept = ",".join(request.headers.getlist("accept")) or "*/*"
    ranges = _ranges(accept)
    offers = (RESPONSE, JSON, PAGE) if request.method in {"GET", "HEAD"} else (RESPONSE, JSON)
    best, best_quality = None, 0.0
    for offer in offers:
        quality = _quality(offer, ranges)
        if quality > best_quality:
            best, best_quality = offer, quality
    if best == RESPONSE and RESPONSE not in ranges:
        return JSON
    return best


def _ranges(accept: str) -> dict[str, float]:
    """Media range → quality; parameters other than q make no difference here."""
    ranges: dict[str, float] = {}
    for part in accept.split(","):
        name, *parameters = (piece.strip().lower() for piece in part.split(";"))
        ranges[name] = next((_number(one[2:]) for one in parameters if one.startswith("q=")), 1.0)
    return ranges


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0


def _quality(offer: str, ranges: Mapping[str, float]) -> float:
    family = offer.split("/", maxsplit=1)[0]
    return ranges.get(offer, ranges.get(f"{family}/*", ranges.get("*/*", 0.0)))
