"""Proving who asks: fixed headers, and tokens that are renewed once for everybody whom the vendor refused."""

from __future__ import annotations

import asyncio
from base64 import b64decode

import msgspec
import pytest

from gateway.auth import HeaderAuth, RefreshingBearer, basic
from gateway.errors import CredentialsRefused, SourceUnavailable
from gateway.transport import Request, Response, TransportFailed
from tests.unit.toy import NAMED, Wire, count, ok, operation, status, toy

TOKEN_URL = "https://login.example/oauth/token"


def bearer() -> RefreshingBearer:
    return RefreshingBearer(
        access_token="old",
        token_url=TOKEN_URL,
        refresh_token="refresh-1",
        client_id="client",
        client_secret="client-secret",
    )


class Office:
    """A vendor that knows one token at a time, and gives the next one for the newest refresh token."""

    def __init__(self, *, valid: str = "token-1", refuses: Response | None = None) -> None:
        self.valid = valid
        self.refuses = refuses
        self.grants: list[dict[str, str]] = []

    def __call__(self, request: Request) -> Response:
        if request.path == TOKEN_URL:
            return self._grant(msgspec.json.decode(request.body))
        is_known = ("authorization", f"Bearer {self.valid}") in request.headers
        return ok(7) if is_known else status(401)

    def _grant(self, grant: dict[str, str]) -> Response:
        self.grants.append(grant)
        if self.refuses is not None:
            return self.refuses
        return ok({"access_token": self.valid, "refresh_token": f"refresh-{len(self.grants) + 1}"})


def test_fixed_headers_are_always_the_same_and_cannot_be_renewed() -> None:
    auth = HeaderAuth(("x-key", "1"), ("x-exchange", "2"))
    assert auth.headers() == auth.headers() == (("x-key", "1"), ("x-exchange", "2"))
    assert auth.renewal() is None


def test_basic_credentials_are_utf_8() -> None:
    ((name, value),) = basic("mañana", "pass:wörd").headers()
    assert name == "authorization"
    assert b64decode(value.removeprefix("Basic ")).decode() == "mañana:pass:wörd"


def test_a_renewal_asks_by_the_refresh_token() -> None:
    renewal = bearer().renewal()
    assert renewal is not None
    assert (renewal.method, renewal.path) == ("POST", TOKEN_URL)
    assert msgspec.json.decode(renewal.body) == {
        "grant_type": "refresh_token",
        "refresh_token": "refresh-1",
        "client_id": "client",
        "client_secret": "client-secret",
    }


def test_a_new_refresh_token_replaces_the_old_one_and_none_leaves_it() -> None:
    auth = bearer()
    assert auth.accept(ok({"access_token": "a", "refresh_token": "refresh-2"}))
    assert auth.accept(ok({"access_token": "b"}))
    assert auth.headers() == (("authorization", "Bearer b"),)
    renewal = auth.renewal()
    assert renewal is not None
    assert b"refresh-2" in renewal.body


@pytest.mark.parametrize(
    "answer", [status(400, b"{}"), status(302), ok({}), ok([]), status(200, b"oops"), ok({"access_token": 7})]
)
def test_an_answer_without_a_token_changes_nothing(answer: Response) -> None:
    auth = bearer()
    assert not auth.accept(answer)
    assert auth.headers() == (("authorization", "Bearer old"),)


async def test_a_refused_token_is_renewed_and_the_request_sent_again() -> None:
    office = Office()
    wire = Wire(office)
    source = toy(wire, auth=bearer())
    spent = operation(source)
    assert await source.exchange.ask(count(), spent) == 7
    assert [url.rpartition("/")[2] for url in wire.urls] == ["count", "token", "count"]
    assert wire.urls[1] == TOKEN_URL
    assert spent.calls_made == 3, "a renewal is a vendor call like others"
    assert await source.exchange.ask(count(), operation(source)) == 7
    assert len(wire.sent) == 4


async def test_many_who_are_refused_at_once_renew_once() -> None:
    office = Office()
    wire = Wire(office)
    wire.gate.clear()
    source = toy(wire, auth=bearer())
    asking = [
        asyncio.create_task(source.exchange.ask(source.spec.by_id(str(number), NAMED), operation(source)))
        for number in range(4)
    ]
    await asyncio.sleep(0.01)
    wire.gate.set()
    await asyncio.gather(*asking, return_exceptions=True)
    assert len(office.grants) == 1
    assert len(wire.sent) == 4 + 1 + 4


@pytest.mark.parametrize("refuses", [status(400, b'{"error": "invalid_grant"}'), ok({}), status(503)])
async def test_a_refused_renewal_is_refused_credentials(refuses: Response) -> None:
    wire = Wire(Office(refuses=refuses))
    source = toy(wire, auth=bearer())
    with pytest.raises(CredentialsRefused) as caught:
        await source.exchange.ask(count(), operation(source))
    assert len(wire.sent) == 2
    assert not {"old", "refresh-1", "client-secret"} & set(caught.value.message.split())


async def test_a_token_that_is_refused_although_it_is_new_is_not_renewed_for_ever() -> None:
    wire = Wire(status(401), ok({"access_token": "new"}), status(401))
    source = toy(wire, auth=bearer())
    with pytest.raises(CredentialsRefused):
        await source.exchange.ask(count(), operation(source))
    assert len(wire.sent) == 3


async def test_an_office_that_cannot_be_reached_is_asked_again() -> None:
    wire = Wire(
        status(401),
        TransportFailed("no connection", was_sent=False),
        status(401),
        ok({"access_token": "new"}),
        ok(7),
    )
    source = toy(wire, auth=bearer())
    assert await source.exchange.ask(count(), operation(source)) == 7


async def test_an_unreachable_office_is_an_unavailable_source() -> None:
    wire = Wire(lambda request: _closed() if request.path == TOKEN_URL else status(401))
    source = toy(wire, auth=bearer())
    with pytest.raises(SourceUnavailable):
        await source.exchange.ask(count(), operation(source))


def _closed() -> Response:
    raise TransportFailed("no connection", was_sent=False)


async def test_the_trace_shows_a_renewal_without_its_secrets() -> None:
    source = toy(Wire(Office()), auth=bearer())
    spent = operation(source)
    await source.exchange.ask(count(), spent)
    assert [(call.method, call.path) for call in spent.trace][1] == ("POST", TOKEN_URL)
    assert not any(secret in str(spent.trace) for secret in ("refresh-1", "client-secret", "old", "token-1"))
