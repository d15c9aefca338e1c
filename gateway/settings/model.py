"""The configuration's tables as typed settings: what each key means, its default and what it may be."""

from __future__ import annotations

import re
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, Field, SecretStr, model_validator

from gateway.settings.serving import AuthSettings, DocumentSettings, exposure
from gateway.settings.table import Table, suggestion


def checked_url(value: str) -> str:
    """An http or https address as it is; raises ValueError, which never repeats it, for one that cannot be a base."""
    try:
        parts = urlsplit(value)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise ValueError("is not a valid address") from None
    if parts.scheme not in ("http", "https"):
        raise ValueError("must begin with http:// or https://")
    if not host or re.search(r"[\s\x00-\x1f]", value):
        raise ValueError("must name a host, and hold no blanks")
    if "@" in parts.netloc:
        raise ValueError("must not hold credentials; they have keys of their own")
    if "?" in value or "#" in value:
        raise ValueError("must not hold a query or a fragment")
    return value


def _checked_name(value: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9-]{0,31}", value):
        raise ValueError("must be 1 to 32 lower-case letters, digits and hyphens, a letter first")
    return value


def _checked_currency(value: str) -> str:
    if not re.fullmatch(r"[A-Z]{3}", value):
        raise ValueError("must be a currency's three capital letters (ISO 4217), such as EUR")
    return value


def _checked_zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ValueError, KeyError, OSError):
        near = suggestion(value, sorted(available_timezones()))
        raise ValueError(f"is not a time zone of the IANA database, such as Europe/Rome{near}") from None
    return value


def _checked_index(value: str) -> str:
    is_url = re.match(r"sqlite:///[^/]|sqlite:////[^/]|postgresql://[^/]", value)
    if value not in ("memory", "off") and is_url is None:
        raise ValueError('must be "memory", "off", "sqlite:///path" or "postgresql://…"')
    return value


def _checked_ledger(value: str) -> str:
    is_url = re.match(r"sqlite:///[^/]|sqlite:////[^/]|(postgresql|rediss?)://[^/]", value)
    if value != "memory" and is_url is None:
        raise ValueError('must be "memory", "sqlite:///path", "postgresql://…" or "redis://…"')
    return value


Url = Annotated[str, AfterValidator(checked_url)]
"""An http or https address without credentials, query and fragment."""


class SourceSettings(Table):
    """What every `[[sources]]` table has; each vendor's own keys are in its module."""

    name: Annotated[str, AfterValidator(_checked_name)] = Field(
        description="Unique name of this source, part of every id: lower-case letters, digits and hyphens."
    )
    vendor: str = Field(description="The vendor's name.")
    base_url: Url = Field(description="The vendor's address, http or https.")
    timezone: Annotated[str, AfterValidator(_checked_zone)] = Field(
        "UTC", description="IANA zone of vendor times that name none."
    )
    currency: Annotated[str, AfterValidator(_checked_currency)] | None = Field(
        None, description="ISO 4217, for amounts without a currency."
    )
    timeout: float = Field(5.0, gt=0, le=120, description="Seconds that one vendor request may take.")
    rate_factor: float = Field(
        1.0,
        ge=0,
        le=100,
        description="Times the vendor's documented rate limit, for plans that have more; 0 sends without pacing.",
    )
    pushdown: Literal["trusting", "strict"] = Field(
        "trusting", description="Whether filters that a vendor likely evaluates as meant are left to it."
    )


class ServerSettings(Table):
    """Where the gateway listens, and to whom."""

    host: str = Field(
        "127.0.0.1",
        min_length=1,
        description="The address to listen on; only this machine's own is served without [auth].",
    )
    port: int = Field(8000, ge=0, le=65535, description="The port to listen on; 0 takes a free one.")
    cursor_secret: SecretStr | None = Field(
        None,
        min_length=16,
        description="Signs cursors, the same on every replica; without one, cursors end with the process.",
    )
    hosts: tuple[str, ...] = Field(
        (),
        description="Names that requests may be sent to (their Host header), without ports. "
        "[]: this machine's own where `host` is one of them, else any.",
    )
    origins: tuple[str, ...] = Field(
        (), description='Web pages that may ask from a browser, such as https://shop.example; "*": any page.'
    )
    preflight: Literal["browsers", "all"] = Field(
        "browsers",
        description="Of whom GET asks for the header apollo-require-preflight or x-apollo-operation-name: "
        "of what a browser may have sent for a foreign page, or of everybody.",
    )


class CacheSettings(Table):
    """What is remembered for a moment."""

    ttl: float = Field(
        5.0, ge=0, le=300, description="Seconds that an e-mail look-up is remembered; 0 turns it off."
    )
    scan_ttl: float = Field(
        60.0, ge=0, le=3600, description="Seconds that an in-memory order is kept; 0 turns it off."
    )


class LimitSettings(Table):
    """What one operation may use."""

    vendor_calls: int = Field(500, ge=1, le=100_000, description="Vendor calls that one operation may make.")
    deadline: float = Field(
        20.0,
        gt=0,
        le=600,
        description="Seconds that one operation may take, waiting for rate limits included.",
    )
    in_memory_records: int = Field(
        10_000, ge=1, le=10_000_000, description="Records per source for orders that no vendor streams."
    )
    cost: int | None = Field(
        None,
        ge=1,
        description="Vendor calls that one operation may be expected to need, by its page sizes and sources, "
        "before any is made; without one, what four of the largest pages need.",
    )
    requests: int | None = Field(
        None,
        ge=0,
        le=10_000_000,
        description="Requests that one caller may make in a minute, 0: any number; "
        "without one, 1200 with [auth] and any number without.",
    )
    body: int = Field(1_048_576, ge=1024, le=67_108_864, description="Bytes of a request.")
    characters: int = Field(65_536, ge=256, description="Characters of a document.")
    tokens: int = Field(4000, ge=10, description="Names, numbers, texts and signs of a document.")
    depth: int = Field(
        14, ge=1, le=50, description="Levels of fields of an operation, those of introspection not counted."
    )
    fields: int = Field(
        2000, ge=1, le=100_000, description="Fields of a document, counted wherever its fragments are spread."
    )
    aliases: int = Field(50, ge=0, description="Aliases, counted alike.")
    root_fields: int = Field(20, ge=1, description="Fields at the root of an operation, counted alike.")
    items: int = Field(1000, ge=1, description="Items of one list in the arguments or the variables.")


class IdentitySettings(Table):
    """How records of one person are known to belong together."""

    match: tuple[Literal["email"], ...] = Field(
        ("email",), max_length=1, description="What records of one person share; [] merges nothing."
    )
    lookup: Literal["auto", "live", "index"] = Field(
        "auto",
        description='Who is asked: "live" the vendors, "index" the match index, "auto" the index once it is fresh.',
    )
    index: Annotated[str, AfterValidator(_checked_index)] = Field(
        "memory",
        repr=False,
        description='Where the match index is kept: "memory", "sqlite:///match.db", "postgresql://…" or "off".',
    )
    index_secret: SecretStr | None = Field(
        None, min_length=16, description="Keys the index's hashes, the same on every replica."
    )
    max_lag: float = Field(
        60.0, gt=0, le=86_400, description='Seconds behind a source before "auto" asks the vendors again.'
    )

    @model_validator(mode="after")
    def _index_to_look_in(self) -> Self:
        if self.lookup == "index" and self.index == "off":
            raise ValueError('lookup = "index" needs an index, which index = "off" turns off')
        return self


class WriteSettings(Table):
    """What is remembered of writes."""

    idempotency: Annotated[str, AfterValidator(_checked_ledger)] = Field(
        "sqlite:///gateway-writes.db",
        repr=False,
        description="Where outcomes of writes with an idempotency key are kept for 24 hours: "
        '"sqlite:///gateway-writes.db", "postgresql://…" or "redis://…" for several replicas, or "memory".',
    )
    held: float = Field(
        30.0,
        ge=1,
        le=3600,
        description="Seconds after its last sign of life at which a write that was cut off is taken up by its key.",
    )


class Settings(Table):
    """The whole configuration. Made from a file by `load`, or from sources alone: all else has a default."""

    server: ServerSettings = Field(ServerSettings(), description="Where the gateway listens.")
    cache: CacheSettings = Field(CacheSettings(), description="What is remembered for a moment.")
    limits: LimitSettings = Field(LimitSettings(), description="What one operation may use.")
    documents: DocumentSettings = Field(DocumentSettings(), description="Which documents are executed.")
    auth: AuthSettings = Field(
        AuthSettings(),
        description="Who may ask: API keys, and tokens of one issuer. Any of them turns it on.",
    )
    identity: IdentitySettings = Field(IdentitySettings(), description="Who is the same person.")
    writes: WriteSettings = Field(WriteSettings(), description="What is remembered of writes.")
    sources: tuple[SourceSettings, ...] = Field(
        min_length=1, description="The accounts to ask, the one whose values win first."
    )

    @model_validator(mode="after")
    def _names_differ(self) -> Self:
        names = [source.name for source in self.sources]
        if len(set(names)) < len(names):
            raise ValueError("two sources have the same name")
        return self

    @model_validator(mode="after")
    def _nobody_stands_open(self) -> Self:
        if mistake := exposure(self.server.host, self.auth):
            raise ValueError(f"[server] host {mistake}")
        return self
