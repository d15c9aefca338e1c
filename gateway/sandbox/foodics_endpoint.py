"""What Foodics' endpoints share: tokens and scopes, refusals, and the envelope of a page."""

from collections.abc import Callable, Collection, Mapping, Sequence

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from gateway.sandbox.credential import FOODICS
from gateway.sandbox.foodics_row import ALL_SCOPES, INCLUDES
from gateway.sandbox.limit import Verdict
from gateway.sandbox.vendor import Document, Incoming, Refused, Route, State, answer

READ_TOKEN = "sandbox-foodics-read-token"  # noqa: S105 - fake
"""Its application may list and get customers, no more."""
BASIC_TOKEN = "sandbox-foodics-basic-token"  # noqa: S105 - fake
"""As a normal integration has it: customers, but no house accounts, loyalty or administration."""
EXPIRED_TOKEN = "sandbox-foodics-expired-token"  # noqa: S105 - fake
TOKENS: Sequence[Document] = (
    {"id": FOODICS["access_token"], "scopes": sorted(ALL_SCOPES), "expires": None},
    {"id": READ_TOKEN, "scopes": ["customers.get", "customers.list"], "expires": None},
    {"id": BASIC_TOKEN, "scopes": ["customers.get", "customers.list", "customers.write"], "expires": None},
    {"id": EXPIRED_TOKEN, "scopes": sorted(ALL_SCOPES), "expires": 0},
)
TOKEN_PATH = "/oauth/token"  # noqa: S105 - a path
PAGE = 50
"""The fixed page size; ``per_page`` is not listened to (recorded answers say 50; a live test was reported)."""
_BOTS = ("python-httpx", "python-requests", "python-urllib", "go-http-client")


class Call(msgspec.Struct, frozen=True):
    """One request with what its token may do."""

    incoming: Incoming
    scopes: frozenset[str]

    @property
    def includes(self) -> Collection[str]:
        """The known ones of ``include``; others pass unnoticed (an assumption)."""
        return INCLUDES & set(self.incoming.query.get("include", "").split(","))

    def content(self) -> Document:
        """The body's fields; nothing for a body that is no JSON object or does not say that it is JSON."""
        if "json" not in self.incoming.request.headers.get("content-type", ""):
            return {}
        try:
            content = self.incoming.json() if self.incoming.body else {}
        except msgspec.DecodeError:
            return {}
        return content if isinstance(content, dict) else {}


Handler = Callable[[Call], Response]


def authorize(state: State, request: Request) -> None:
    """Refuse programs without a name of their own, and wrong or expired tokens; "bearer" in lower case is wrong too."""
    agent = request.headers.get("user-agent", "").lower()
    if not agent or agent.startswith(_BOTS):
        raise Refused(Response("error code: 1010", 403, media_type="text/html"))
    if not str(request.url.path).endswith(TOKEN_PATH) and _token(state, request) is None:
        raise Refused(answer({"message": "Unauthenticated."}, 401))


def _token(state: State, request: Request) -> Document | None:
    scheme, _, name = request.headers.get("authorization", "").partition(" ")
    token = state.tables["token"].get(name) if scheme == "Bearer" else None
    if token is None or (token["expires"] is not None and token["expires"] <= state.now()):
        return None
    return token


def route(state: State, line: str, scope: str | None, handler: Handler) -> Route:
    """The endpoint of a line such as ``GET /customers``; refused without the scope."""
    method, _, path = line.partition(" ")

    def handle(incoming: Incoming) -> Response:
        token = _token(state, incoming.request)
        scopes = frozenset(token["scopes"]) if token else frozenset[str]()
        if scope is not None and scope not in scopes:
            raise forbidden()
        return handler(Call(incoming, scopes))

    return Route(method, path, handle)


def forbidden() -> Refused:
    """A scope is missing; the recorded words."""
    return Refused(answer({"message": "This action is unauthorized."}, 403))


def not_found() -> Refused:
    """The body is an assumption."""
    return Refused(answer({"message": "The requested resource was not found."}, 404))


def invalid(errors: Mapping[str, Sequence[str]]) -> Refused:
    """Validation failed; ``errors`` has messages by field, in Laravel's shape (an assumption)."""
    return Refused(answer({"message": "The given data was invalid.", "errors": errors}, 422))


def over_limit(_state: State, verdict: Verdict) -> Response:
    """90 requests a minute; the body is an assumption."""
    headers = {"Retry-After": str(int(verdict.wait) + 1)}
    return answer({"message": "Too Many Attempts."}, 429, headers)


def limit_headers(_state: State, verdict: Verdict) -> Mapping[str, str]:
    """The recorded headers."""
    return {"X-RateLimit-Limit": str(verdict.limit), "X-RateLimit-Remaining": str(verdict.remaining)}


def unknown(_state: State, _request: Request, status: int) -> Response:
    """An endpoint that is not there, or another method."""
    words = "The method is not supported for this route." if status == 405 else "The route was not found."
    return answer({"message": words}, status)


def page_number(call: Call) -> int:
    """The page asked for; whatever is none means the first."""
    text = call.incoming.query.get("page", "1")
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 10 else 1


def page(state: State, call: Call, rows: Sequence[Document], total: int) -> Response:
    """The envelope of a page: past the end it is empty, or not found under the contrary reading."""
    number, last = page_number(call), max(1, -(-total // PAGE))
    if state.contrary and number > last:
        raise not_found()
    bare = str(call.incoming.request.url.replace(query=""))

    def link(other: int) -> str | None:
        """Whether links keep the filters is not recorded; the contrary ones do not."""
        if not 1 <= other <= last:
            return None
        return f"{bare}?page={other}" if state.contrary else _same_query(call, other)

    numbers = range(max(1, number - 3), min(last, number + 3) + 1)
    labelled = [("Previous", number - 1), *((str(one), one) for one in numbers), ("Next", number + 1)]
    first = (number - 1) * PAGE + 1
    meta = {
        "current_page": number,
        "from": first if rows else None,
        "last_page": last,
        "links": [
            {"url": link(other), "label": label, "active": label == str(number)} for label, other in labelled
        ],
        "path": bare,
        "per_page": PAGE,
        "to": first + len(rows) - 1 if rows else None,
        "total": total,
    }
    links = {"first": link(1), "last": link(last), "prev": link(number - 1), "next": link(number + 1)}
    return answer({"data": rows, "links": links, "meta": meta})


def _same_query(call: Call, number: int) -> str:
    return str(call.incoming.request.url.include_query_params(page=number))


def one(document: Document, status: int = 200) -> Response:
    """A single thing under ``data``."""
    return answer({"data": document}, status)


def done(state: State) -> Response:
    """The empty answer of delete and restore; its status is an assumption."""
    return Response(b"", 204 if state.contrary else 200)
