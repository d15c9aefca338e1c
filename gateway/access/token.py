"""Signed tokens: a JWT as a caller, checked for signature, issuer, audience and time."""

from __future__ import annotations

import hashlib
from typing import Any

import jwt

from gateway.access.caller import Caller, scopes_of
from gateway.access.keyset import KeySet
from gateway.settings import AuthSettings

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""Public keys alone: with a shared secret whoever can check a token could make one."""


class TokenRefused(Exception):
    """The token does not prove anything; the message says why, and holds nothing of the token."""


class Tokens:
    """Reads tokens of one issuer."""

    def __init__(self, settings: AuthSettings, keys: KeySet) -> None:
        self._settings = settings
        self._keys = keys

    async def caller(self, token: str) -> Caller:
        """Whom the token names: the subject, which can be an address, is known by its digest alone.

        Raises `TokenRefused`, and what `KeySet.key` raises.
        """
        try:
            header = jwt.get_unverified_header(token)
        except jwt.PyJWTError as error:
            raise TokenRefused("it is no token") from error
        key_id = header.get("kid")
        key = await self._keys.key(key_id if isinstance(key_id, str) else None)
        if key is None:
            raise TokenRefused("its key is not among the issuer's")
        return self._read(self._claims(token, key))

    def _claims(self, token: str, key: jwt.PyJWK) -> dict[str, Any]:
        try:
            claims: dict[str, Any] = jwt.decode(
                token,
                key,
                algorithms=[key.algorithm_name] if key.algorithm_name in ALGORITHMS else [],
                audience=self._settings.audience,
                issuer=self._settings.issuer,
                leeway=self._settings.leeway,
                options={"require": ["exp", "iss", "aud", "sub"]},
            )
        except jwt.ExpiredSignatureError as error:
            raise TokenRefused("it has expired") from error
        except jwt.ImmatureSignatureError as error:
            raise TokenRefused("it is not valid yet") from error
        except (jwt.InvalidIssuerError, jwt.InvalidAudienceError) as error:
            raise TokenRefused("it is from another issuer or for another audience") from error
        except jwt.MissingRequiredClaimError as error:
            raise TokenRefused(f"it has no {error.claim}") from error
        # A key of another kind than the algorithm names fails inside the library of keys, with its own errors.
        except (jwt.PyJWTError, ValueError, TypeError) as error:
            raise TokenRefused("its signature is wrong") from error
        return claims

    def _read(self, claims: dict[str, Any]) -> Caller:
        source_claim = self._settings.sources_claim
        sources = None if source_claim is None else frozenset(_names(claims.get(source_claim)))
        return Caller(
            name=f"token:{hashlib.sha256(claims['sub'].encode(errors='replace')).hexdigest()[:16]}",
            scopes=scopes_of(_names(claims.get(self._settings.scope_claim))),
            sources=sources,
        )


def _names(claim: object) -> list[str]:
    """A claim's names: OAuth writes them into one text, others into a list."""
    if isinstance(claim, str):
        return claim.split()
    return [name for name in claim if isinstance(name, str)] if isinstance(claim, list) else []
