"""What of a vendor call and of a filter may be shown: what is known to be harmless, and nothing else."""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

import msgspec

from gateway.customer import Json
from gateway.transport import Parameters

MASK = "***"

_PLAIN = re.compile(r"[A-Za-z0-9_.,:+-]*|\d{4}-\d\d-\d\d[ T][0-9:.+Z-]+")
"""Names, numbers, ids, lists of them, and times: no address of e-mail and no words of a text."""
_SEGMENT = re.compile(r"[A-Za-z0-9._-]*")
_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_.\[\]-]*")


def shown(value: str) -> str:
    """The value where its form is that of a harmless one."""
    return value if _PLAIN.fullmatch(value) else MASK


def shown_path(path: str) -> str:
    """The path with ids, which are a vendor's own; of a whole address no user, query or fragment."""
    try:
        parts = urlsplit(path)
    except ValueError:
        return MASK
    host = parts.netloc.rpartition("@")[2]
    place = f"{parts.scheme}://{host}" if host else ""
    return place + "/".join(map(_segment, parts.path.split("/")))


def _segment(text: str) -> str:
    return text if _SEGMENT.fullmatch(unquote(text)) else MASK


def shown_parameters(parameters: Parameters, harmless: frozenset[str]) -> dict[str, str]:
    """Every name, with the values of harmless ones; values of one name are joined."""
    told: dict[str, str] = {}
    for name, value in parameters:
        text = shown(value) if name in harmless else MASK
        told[name] = f"{told[name]}, {text}" if name in told else text
    return told


def shown_body(body: bytes, harmless: frozenset[str]) -> Json:
    """A JSON body with the values under harmless keys; any other body is masked whole, and an empty one is None."""
    if not body:
        return None
    try:
        return _shown_json(msgspec.json.decode(body), harmless, is_harmless=False)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return MASK


def _shown_json(value: Json, harmless: frozenset[str], *, is_harmless: bool) -> Json:
    if isinstance(value, dict):
        return {
            key if _KEY.fullmatch(key) else MASK: _shown_json(inner, harmless, is_harmless=key in harmless)
            for key, inner in value.items()
        }
    if isinstance(value, list):
        return [_shown_json(inner, harmless, is_harmless=is_harmless) for inner in value]
    if not is_harmless:
        return MASK
    return shown(value) if isinstance(value, str) else value
