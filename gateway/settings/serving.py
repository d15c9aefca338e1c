"""The settings of who may ask, and which documents."""

from __future__ import annotations

import re
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from gateway.settings.table import Table

LOOPBACK = ("127.0.0.1", "::1", "localhost")
"""The hosts that reach this machine alone."""


ScopeName = Literal[
    "customers:read",
    "customers:write",
    "customers:delete",
    "customers:restore",
    "customers:accounts",
    "customers:loyalty",
    "customers:raw",
    "customers:bulk",
    "customers:authenticate",
    "gateway:explain",
]
"""The scopes by name; what each allows is in `gateway.access.Scope`."""


def exposure(host: str, auth: AuthSettings) -> str | None:
    """What is wrong with listening on the host: strangers would be let in. None where nothing is."""
    if host in LOOPBACK or auth.is_configured:
        return None
    return f"must be {', '.join(LOOPBACK[:-1])} or {LOOPBACK[-1]}: any other host needs [auth]"


def _checked_digest(value: str) -> str:
    if not re.fullmatch(r"sha256:[0-9a-f]{64}", value):
        raise ValueError("must be a digest as `gateway key` prints it, never the key itself")
    return value


def _checked_caller(value: str) -> str:
    """A name that cannot be taken for a token's caller, which has a colon."""
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9 ._-]{0,63}", value):
        raise ValueError("must be 1 to 64 letters, digits, blanks, dots, hyphens and underscores")
    return value


def _checked_place(value: str) -> str:
    """An address as it is, or a file's path; raises ValueError for an address that others could change."""
    if value.startswith("http://") and not re.match(r"http://(127\.0\.0\.1|localhost|\[::1\])[:/]", value):
        raise ValueError(
            "must begin with https://, since whoever changes the keys on the way could sign tokens"
        )
    return value


class KeySettings(Table):
    """One `[[auth.keys]]`: an API key, whose it is and what it allows."""

    name: Annotated[str, AfterValidator(_checked_caller)] = Field(
        description="Whose key it is, for the log: letters, digits, blanks, dots, hyphens and underscores."
    )
    digest: Annotated[str, AfterValidator(_checked_digest)] = Field(
        description="The key's digest, as `gateway key` prints it; the key itself is nowhere."
    )
    scopes: tuple[ScopeName, ...] = Field(("customers:read",), description="What the key allows.")
    sources: tuple[str, ...] | None = Field(
        None, description="The sources that exist for the caller; without it, all of them."
    )


class AuthSettings(Table):
    """Who may ask."""

    keys: tuple[KeySettings, ...] = Field(
        (), description="API keys, a table `[[auth.keys]]` each: `name`, `digest`, `scopes`, `sources`."
    )
    jwks: Annotated[str, AfterValidator(_checked_place)] | None = Field(
        None,
        min_length=1,
        description="Where the token issuer's public keys are: an https address or a file.",
    )
    issuer: str | None = Field(None, min_length=1, description="Who must have issued a token (iss).")
    audience: str | None = Field(None, min_length=1, description="Whom a token must be for (aud).")
    leeway: float = Field(30.0, ge=0, le=600, description="Seconds that the issuer's clock may be off.")
    scope_claim: str = Field("scope", description="The claim that names a token's scopes.")
    sources_claim: str | None = Field(
        None,
        description="The claim that names the sources that exist for a token's caller; without it, all exist.",
    )

    @property
    def is_configured(self) -> bool:
        """Whether anybody has to show anything."""
        return bool(self.keys or self.jwks)

    @model_validator(mode="after")
    def _tokens_are_checked_whole(self) -> Self:
        given = [name for name in ("jwks", "issuer", "audience") if getattr(self, name) is not None]
        if given and len(given) < 3:
            raise ValueError("tokens need jwks, issuer and audience, all three")
        digests = [key.digest for key in self.keys]
        if len(set(digests)) < len(digests):
            raise ValueError("two keys have the same digest")
        return self


class DocumentSettings(Table):
    """Which documents are executed."""

    introspection: bool = Field(
        default=True,
        description="Whether the schema may be asked for; without it, errors suggest no names either.",
    )
    persisted: bool = Field(
        default=True, description="Whether clients may leave documents here and name them by their digest."
    )
    manifest: str | None = Field(
        None, min_length=1, description="A file of trusted documents: a client's persisted query manifest."
    )
    trusted_only: bool = Field(
        default=False, description="Whether nothing is executed but the manifest's documents."
    )

    @model_validator(mode="after")
    def _something_is_trusted(self) -> Self:
        if self.trusted_only and self.manifest is None:
            raise ValueError("trusted_only needs a manifest")
        return self
