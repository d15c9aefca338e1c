"""How the domain's names are spelt in the API."""

from __future__ import annotations


def camel(name: str) -> str:
    """A domain name in the API's spelling: `created_at` is `createdAt`."""
    first, *others = name.split("_")
    return first + "".join(part.capitalize() for part in others)
