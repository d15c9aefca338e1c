"""The door: from a request's headers to its caller."""

from __future__ import annotations

from collections.abc import Mapping

from gateway.access.caller import ANYBODY, Caller, scopes_of
from gateway.access.key import PREFIX, digest_of
from gateway.access.keyset import KeySet
from gateway.access.token import TokenRefused, Tokens
from gateway.clock import Clock
from gateway.errors import ErrorCode, GatewayError
from gateway.settings import AuthSettings
from gateway.transport import Transport


class Unauthenticated(GatewayError):
    """Nobody whom the configuration knows; the message says what to send."""

    code = ErrorCode.UNAUTHENTICATED


class Door:
    """Knows callers by their credentials. Without [auth] everybody is let in, with every scope."""

    def __init__(self, settings: AuthSettings, *, transport: Transport, clock: Clock) -> None:
        self.is_open = not settings.is_configured
        self._callers = {
            key.digest: Caller(
                name=key.name,
                scopes=scopes_of(key.scopes),
                sources=None if key.sources is None else frozenset(key.sources),
            )
            for key in settings.keys
        }
        self.keys = KeySet(settings.jwks, transport=transport, clock=clock) if settings.jwks else None
        """The issuer's keys, None where no tokens are taken."""
        self._tokens = Tokens(settings, self.keys) if self.keys else None

    async def caller(self, headers: Mapping[str, str]) -> Caller:
        """Who asks; header names are in lower case. Raises `Unauthenticated` and `KeySetUnavailable`."""
        if self.is_open:
            return ANYBODY
        credential = _credential(headers)
        if credential is None:
            raise Unauthenticated("Send `Authorization: Bearer` with an API key or a token.")
        # The digest is looked up, not the key: how long that takes tells nothing of any other key.
        known = self._callers.get(digest_of(credential))
        if known is not None:
            return known
        if self._tokens is None or credential.startswith(PREFIX):
            raise Unauthenticated("The API key is not known.")
        try:
            return await self._tokens.caller(credential)
        except TokenRefused as error:
            raise Unauthenticated(f"The token is refused: {error}.") from error


def _credential(headers: Mapping[str, str]) -> str | None:
    kind, _, credential = headers.get("authorization", "").partition(" ")
    if kind.lower() == "bearer" and credential.strip():
        return credential.strip()
    return headers.get("x-api-key") or None
