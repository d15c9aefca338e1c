"""The composition root: settings become sources and a gateway, a gateway becomes an ASGI application."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace

import structlog
from starlette.applications import Starlette
from starlette.routing import Route

from gateway import graphiql
from gateway.access import Door, Scope
from gateway.adapter import Source
from gateway.clock import Clock, SystemClock
from gateway.customer import Json
from gateway.doorbell import Doorbell
from gateway.edge import layers
from gateway.explain import Mode
from gateway.identity import MatchField
from gateway.index import DEFAULT_SHARE, open_index
from gateway.ledger import open_ledger
from gateway.meter import Meter
from gateway.observation import Observation, tell
from gateway.planner.cursor import CursorCodec
from gateway.planner.listed import Snapshots
from gateway.planner.reader import Gateway
from gateway.probe import Probe
from gateway.settings import AuthSettings, ServerSettings, Settings, SourceSettings, SourceTypes
from gateway.spec import AnySpec
from gateway.transport import HttpTransport, Transport
from gateway.vendors import SPECS

_journal = structlog.stdlib.get_logger("gateway")


def source_types() -> SourceTypes:
    """What a `[[sources]]` table of each vendor may hold."""
    return {name: spec.settings for name, spec in SPECS.items()}


def specs() -> Mapping[str, AnySpec]:
    """Every vendor's spec by name."""
    return SPECS


def build_source(
    settings: SourceSettings, *, priority: int, transport: Transport, clock: Clock, cache_ttl: float = 0.0
) -> Source:
    """One source; `priority` counts from 1, which wins."""
    spec = SPECS[settings.vendor]
    return Source(settings, spec, priority=priority, transport=transport, clock=clock, cache_ttl=cache_ttl)


def build_gateway(
    settings: Settings,
    *,
    transport: Transport | None = None,
    clock: Clock | None = None,
    index_share: float = DEFAULT_SHARE,
) -> Gateway:
    """A gateway over the configured sources, in their order. It owns the transport, and closes it.

    `index_share` is the part of each vendor's rate limit that the match index may use.
    """
    used, time = transport or HttpTransport(), clock or SystemClock()
    sources = [
        build_source(one, priority=place, transport=used, clock=time, cache_ttl=settings.cache.ttl)
        for place, one in enumerate(settings.sources, start=1)
    ]
    return Gateway(
        sources=sources,
        index=open_index(settings.identity, sources, time, index_share),
        match=tuple(MatchField(name) for name in settings.identity.match),
        cursors=CursorCodec(_cursor_secret(settings)),
        clock=time,
        transport=used,
        vendor_calls=settings.limits.vendor_calls,
        deadline=settings.limits.deadline,
        snapshots=Snapshots(time, ttl=settings.cache.scan_ttl, limit=settings.limits.in_memory_records),
        ledger=open_ledger(settings.writes.idempotency, time),
        held=settings.writes.held,
    )


def _cursor_secret(settings: Settings) -> str:
    configured = settings.server.cursor_secret
    return secrets.token_urlsafe(32) if configured is None else configured.get_secret_value()


def create_app(gateway: Gateway, settings: Settings | None = None) -> Starlette:
    """The ASGI application; it starts the gateway's work in the background, and its end closes the gateway.

    Without settings it serves everybody on this machine.
    """
    server = ServerSettings() if settings is None else settings.server
    auth = AuthSettings() if settings is None else settings.auth
    door = Door(auth, transport=gateway.transport, clock=gateway.clock)
    meter = Meter(gateway.sources)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:  # noqa: ARG001
        gateway.start()
        yield
        await gateway.close()

    routes = [
        *_graphql(gateway, settings, door, meter),
        *graphiql.routes(),
        *Probe(gateway, door, meter).routes(),
        *Doorbell(gateway).routes(),
    ]
    app = Starlette(routes=routes, middleware=layers(server), lifespan=lifespan)
    # A POST that is redirected arrives twice, or not at all: an address is right or there is nothing at it.
    app.router.redirect_slashes = False
    return app


def print_schema() -> str:
    """The schema as printed from the code, ending in a line break."""
    # The GraphQL side takes a moment to import, which most commands need not wait for.
    from resolvers import schema

    return schema.print_schema()


async def answer(
    gateway: Gateway, query: str, variables: Mapping[str, Json], mode: Mode
) -> Mapping[str, Json]:
    """The response to an operation, explained."""
    from resolvers.execution import Engine, Question

    told = await Engine(gateway).answer(Question(query=query, variables=variables, explain=mode))
    return told.body


def guarded_fields() -> Mapping[str, Scope | None]:
    """Every field that is not for everybody who reaches it, and the scope that it needs; None: only to be let in."""
    from resolvers.permission import PLAIN
    from resolvers.schema import permissions

    free = {f"Query.{name}": None for name in sorted(PLAIN)}
    return {**free, **{".".join(place): scope for place, scope in permissions.fields.items()}}


def guarded_inputs() -> Mapping[str, Scope]:
    """Every input that needs a scope."""
    from resolvers.permission import INPUTS

    return {".".join(place): scope for place, scope in INPUTS.items()}


def _graphql(gateway: Gateway, settings: Settings | None, door: Door, meter: Meter) -> list[Route]:
    from resolvers.view import GraphQLEndpoint, Rules

    def observe(observation: Observation) -> None:
        meter.count(observation)
        tell(observation)

    rules = Rules(door=door, observe=observe)
    if settings is not None:
        rules = replace(
            rules,
            limits=settings.limits,
            documents=settings.documents,
            preflight=settings.server.preflight,
        )
    return [Route("/graphql", GraphQLEndpoint(gateway, page=graphiql.page, rules=rules))]
