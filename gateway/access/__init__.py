"""Who asks, and what they may do: callers known by an API key or by a signed token."""

from gateway.access.caller import ANYBODY, Caller, Scope
from gateway.access.door import Door, Unauthenticated
from gateway.access.key import digest_of, new_key
from gateway.access.keyset import KeySet, KeySetUnavailable

__all__ = [
    "ANYBODY",
    "Caller",
    "Door",
    "KeySet",
    "KeySetUnavailable",
    "Scope",
    "Unauthenticated",
    "digest_of",
    "new_key",
]
