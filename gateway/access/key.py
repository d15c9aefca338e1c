"""API keys: random enough that a plain digest of one is as good as the slowest hash."""

from __future__ import annotations

import hashlib
import secrets

PREFIX = "gwk_"
"""Tells a key from a token, and lets scanners for leaked secrets find it."""

_BYTES = 32


def new_key() -> str:
    """A key that nobody has."""
    return PREFIX + secrets.token_urlsafe(_BYTES)


def digest_of(key: str) -> str:
    """What the configuration holds of a key."""
    return "sha256:" + hashlib.sha256(key.encode(errors="replace")).hexdigest()
