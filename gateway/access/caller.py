"""A caller: a name for the log, the scopes that it holds, and the sources that exist for it."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

import msgspec


class Scope(StrEnum):
    """What may be allowed by itself. A scope includes no other."""

    READ = "customers:read"
    """Customers, their records, tags and groups."""
    WRITE = "customers:write"
    """Creating and changing customers, addresses, tags, groups, consent and custom fields."""
    DELETE = "customers:delete"
    """Deleting customers."""
    RESTORE = "customers:restore"
    """Restoring deleted customers."""
    ACCOUNTS = "customers:accounts"
    """House accounts: reading them, writing them, and asking who has one."""
    LOYALTY = "customers:loyalty"
    """Loyalty points: reading them, writing them, and asking who collects them."""
    RAW = "customers:raw"
    """The vendors' own answers."""
    BULK = "customers:bulk"
    """Writes to all customers at once."""
    AUTHENTICATE = "customers:authenticate"
    """Asking a vendor whether an e-mail address and a password belong together."""
    EXPLAIN = "gateway:explain"
    """How an answer came about, and the gateway's metrics."""


class Caller(msgspec.Struct, frozen=True, kw_only=True):
    """Who asks. `sources` are the names of those that exist for the caller; None: all of them."""

    name: str
    scopes: frozenset[Scope] = frozenset()
    sources: frozenset[str] | None = None

    def holds(self, scopes: Iterable[Scope]) -> bool:
        """Whether the caller has every one of them."""
        return self.scopes.issuperset(scopes)


ANYBODY = Caller(name="anybody", scopes=frozenset(Scope))
"""Everybody, where no [auth] is configured: only this machine reaches such a gateway."""


def scopes_of(names: Iterable[str]) -> frozenset[Scope]:
    """The scopes among the names. Tokens carry other services' scopes too, which say nothing here."""
    known = {scope.value: scope for scope in Scope}
    return frozenset(known[name] for name in names if name in known)
