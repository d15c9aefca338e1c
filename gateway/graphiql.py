"""GraphiQL as the gateway serves it: the page, its assets, and the examples that it opens with."""

from __future__ import annotations

import gzip
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from gateway.customer import Json

_HERE = Path(__file__).resolve().parent
ASSETS = _HERE / "static" / "graphiql"
EXAMPLES = _HERE / "example"

POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self' 'unsafe-inline'",
        "font-src 'self' data:",
        "img-src 'self' data:",
        "connect-src 'self'",
        "worker-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
"""The page's Content-Security-Policy: nothing comes from, or goes to, anywhere else."""

_GUARDS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
}
_TYPES = {
    ".js": "text/javascript",
    ".css": "text/css",
    ".json": "application/json",
    ".txt": "text/plain",
    ".svg": "image/svg+xml",
    ".ttf": "font/ttf",
    ".woff2": "font/woff2",
}
_MISSING = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Customer gateway</title></head><body>
<h1>Customer gateway</h1>
<p>The API answers here, at <code>/graphql</code>, but GraphiQL was not built into this installation.</p>
<p>In a checkout, <code>make graphiql</code> builds it; it needs the network once, and no Node.</p>
</body></html>
"""


class Example(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One tab of the page: an operation and what it needs to run."""

    query: str
    variables: Json = None
    headers: Json = None


def page(request: Request) -> Response:  # noqa: ARG001  # the page is the same for everybody
    """The page for browsers, or what to do about its absence."""
    index = ASSETS / "index.html"
    text = index.read_text(encoding="utf-8") if index.is_file() else _MISSING
    return HTMLResponse(text, headers={"cache-control": "no-cache", **_GUARDS})


def examples() -> Sequence[Example]:
    """The shipped documents in the order of their file names; a JSON file beside one has variables and headers."""
    return tuple(map(_example, sorted(EXAMPLES.glob("*.graphql"))))


def _example(document: Path) -> Example:
    beside = document.with_suffix(".json")
    more = msgspec.json.decode(beside.read_bytes()) if beside.is_file() else {}
    return Example(query=document.read_text(encoding="utf-8"), **more)


def routes() -> list[Route]:
    """Everything under /graphiql/."""
    return [
        Route("/graphiql/examples.json", _examples, methods=["GET"]),
        Route("/graphiql/{name}", _asset, methods=["GET"]),
    ]


async def _examples(request: Request) -> Response:  # noqa: ARG001
    body = msgspec.json.encode(examples())
    return Response(body, media_type="application/json", headers={"cache-control": "no-cache"})


async def _asset(request: Request) -> Response:
    """A built file. Its name holds a digest of its content, so that it never changes."""
    path = ASSETS / request.path_params["name"]
    if path.suffix not in _TYPES or path.parent != ASSETS or not path.is_file():
        raise HTTPException(404)
    headers = {"cache-control": "public, max-age=31536000, immutable", "vary": "accept-encoding"}
    headers["x-content-type-options"] = "nosniff"
    if "gzip" not in request.headers.get("accept-encoding", ""):
        return Response(path.read_bytes(), media_type=_TYPES[path.suffix], headers=headers)
    headers["content-encoding"] = "gzip"
    return Response(_compressed(path), media_type=_TYPES[path.suffix], headers=headers)


@cache
def _compressed(path: Path) -> bytes:
    return gzip.compress(path.read_bytes(), compresslevel=6, mtime=0)
