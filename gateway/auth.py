"""How a request proves who sends it: pure flows, driven by the adapter, that do no I/O themselves."""

from __future__ import annotations

from base64 import b64encode
from typing import Protocol

import msgspec

from gateway.transport import Parameters, Request, Response


class AuthFlow(Protocol):
    """Signs requests; where a token can expire, says how to get another."""

    def headers(self) -> Parameters:
        """The headers that every request to this source carries now."""

    def renewal(self) -> Request | None:
        """The request for a new token, its path an absolute URL; None where the configuration gives no means."""

    def accept(self, response: Response) -> bool:
        """Take the new token out of the answer to `renewal`; False where there is none in it."""


class HeaderAuth:
    """Fixed headers: keys, basic credentials, tokens that do not expire."""

    def __init__(self, *headers: tuple[str, str]) -> None:
        self._headers = headers

    def headers(self) -> Parameters:
        """The same every time."""
        return self._headers

    def renewal(self) -> Request | None:
        """Fixed credentials cannot be renewed."""
        return None

    def accept(self, response: Response) -> bool:  # noqa: ARG002  # there is nothing to take
        """Never called, since `renewal` is None."""
        return False


def basic(user: str, password: str) -> HeaderAuth:
    """HTTP Basic (RFC 7617), UTF-8."""
    token = b64encode(f"{user}:{password}".encode()).decode("ascii")
    return HeaderAuth(("authorization", f"Basic {token}"))


class _Token(msgspec.Struct, frozen=True):
    access_token: str
    refresh_token: str | None = None


class RefreshingBearer:
    """An OAuth 2 bearer token that is exchanged by its refresh token (RFC 6749 §6) when the vendor refuses it."""

    def __init__(
        self, *, access_token: str, token_url: str, refresh_token: str, client_id: str, client_secret: str
    ) -> None:
        self._access_token = access_token
        self._token_url = token_url
        self._refresh_token = refresh_token
        self._client_id = client_id
        self._client_secret = client_secret

    def headers(self) -> Parameters:
        """The newest token."""
        return (("authorization", f"Bearer {self._access_token}"),)

    def renewal(self) -> Request | None:
        """A JSON token request: both vendors that refresh tokens take JSON."""
        grant = {
            "grant_type": "refresh_token",
            "refresh_token": self._refresh_token,
            "client_id": self._client_id,
            "client_secret": self._client_secret,
        }
        headers = (("content-type", "application/json"), ("accept", "application/json"))
        return Request(method="POST", path=self._token_url, body=msgspec.json.encode(grant), headers=headers)

    def accept(self, response: Response) -> bool:
        """A refresh token in the answer replaces the old one."""
        if response.status >= 300:
            return False
        try:
            token = msgspec.json.decode(response.body, type=_Token)
        except msgspec.DecodeError:
            return False
        self._access_token = token.access_token
        self._refresh_token = token.refresh_token or self._refresh_token
        return True
