"""Callers by their credentials: API keys, and tokens with every way in which they can prove nothing."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from gateway.access import (
    ANYBODY,
    Caller,
    Door,
    KeySetUnavailable,
    Scope,
    Unauthenticated,
    digest_of,
    new_key,
)
from gateway.access.keyset import LIFETIME, PAUSE
from gateway.settings import AuthSettings
from gateway.transport import Request, Response, TransportFailed

ISSUER, AUDIENCE, PLACE = "https://issuer.example", "gateway", "https://issuer.example/jwks"
ANN = f"token:{hashlib.sha256(b'ann').hexdigest()[:16]}"
FIRST = rsa.generate_private_key(public_exponent=65537, key_size=2048)
SECOND = ec.generate_private_key(ec.SECP256R1())


def public(key: Any, key_id: str) -> dict[str, Any]:
    algorithm = (
        jwt.algorithms.RSAAlgorithm if isinstance(key, rsa.RSAPrivateKey) else jwt.algorithms.ECAlgorithm
    )
    described: dict[str, Any] = json.loads(algorithm.to_jwk(key.public_key()))
    name = "RS256" if isinstance(key, rsa.RSAPrivateKey) else "ES256"
    return {**described, "kid": key_id, "alg": name, "use": "sig"}


class HandClock:
    def __init__(self) -> None:
        self.seconds = 1000.0

    def monotonic(self) -> float:
        return self.seconds

    def now(self) -> Any:
        raise AssertionError

    async def sleep(self, seconds: float) -> None:
        raise AssertionError(seconds)


class Issuer:
    """A transport behind which the issuer's keys are."""

    def __init__(self) -> None:
        self.keys: list[dict[str, Any]] = [public(FIRST, "first")]
        self.is_down = False
        self.calls = 0

    async def send(self, url: str, request: Request, *, seconds: float) -> Response:
        assert (url, request.method) == (PLACE, "GET")
        assert seconds <= 5
        self.calls += 1
        if self.is_down:
            raise TransportFailed("down", was_sent=False)
        return Response(status=200, body=json.dumps({"keys": self.keys}).encode())

    async def close(self) -> None:
        pass


@pytest.fixture
def issuer() -> Issuer:
    return Issuer()


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def door(issuer: Issuer, clock: HandClock) -> Door:
    settings = AuthSettings(jwks=PLACE, issuer=ISSUER, audience=AUDIENCE, leeway=30, sources_claim="stores")
    return Door(settings, transport=issuer, clock=clock)


def token(key: Any = FIRST, key_id: str | None = "first", algorithm: str = "RS256", **claims: Any) -> str:
    usual = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": "ann",
        "exp": time.time() + 600,
        "scope": "customers:read",
    }
    told = {name: value for name, value in {**usual, **claims}.items() if value is not None}
    return jwt.encode(told, key, algorithm=algorithm, headers={"kid": key_id} if key_id else None)


def bearer(credential: str) -> dict[str, str]:
    return {"authorization": f"Bearer {credential}"}


async def test_a_key_is_known_by_its_digest_and_brings_its_scopes_and_sources(issuer: Issuer) -> None:
    made = new_key()
    keys = ({"name": "till", "digest": digest_of(made), "scopes": ["customers:raw"], "sources": ["shop"]},)
    door = Door(AuthSettings.model_validate({"keys": keys}), transport=issuer, clock=HandClock())
    for headers in (bearer(made), {"authorization": f"bearer  {made} "}, {"x-api-key": made}):
        caller = await door.caller(headers)
        assert caller == Caller(name="till", scopes=frozenset({Scope.RAW}), sources=frozenset({"shop"}))
    for headers in ({}, bearer(new_key()), bearer(made[:-1]), bearer(""), {"authorization": f"Basic {made}"}):
        with pytest.raises(Unauthenticated):
            await door.caller(headers)
    assert issuer.calls == 0


async def test_without_auth_everybody_holds_every_scope(issuer: Issuer) -> None:
    door = Door(AuthSettings(), transport=issuer, clock=HandClock())
    assert await door.caller({}) is ANYBODY
    assert ANYBODY.scopes == set(Scope)


@pytest.mark.parametrize(
    ("claim", "held"),
    [
        ("customers:read openid customers:raw", {Scope.READ, Scope.RAW}),
        (["customers:delete", 7, "other:scope"], {Scope.DELETE}),
        (None, set()),
        (7, set()),
    ],
)
async def test_a_token_brings_the_scopes_that_it_names_and_no_others(
    door: Door, claim: Any, held: set[Scope]
) -> None:
    caller = await door.caller(bearer(token(scope=claim, stores=["shop"])))
    assert caller == Caller(name=ANN, scopes=frozenset(held), sources=frozenset({"shop"}))


async def test_where_a_claim_names_the_sources_a_token_without_it_sees_none(door: Door) -> None:
    assert (await door.caller(bearer(token()))).sources == frozenset()


def forged_with_the_public_key() -> str:
    """The classic: an HMAC whose secret is the issuer's public key, which everybody has."""
    claims = {"iss": ISSUER, "aud": AUDIENCE, "sub": "eve", "exp": int(time.time()) + 600}
    parts = [base64url(json.dumps(part).encode()) for part in ({"alg": "HS256", "kid": "first"}, claims)]
    secret = FIRST.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    signature = hmac.digest(secret, ".".join(parts).encode(), "sha256")
    return ".".join([*parts, base64url(signature)])


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda: token(exp=time.time() - 31), "expired"),
        (lambda: token(nbf=time.time() + 40), "not valid yet"),
        (lambda: token(iss="https://other.example"), "another issuer"),
        (lambda: token(aud="other"), "another issuer or for another audience"),
        (lambda: token(aud=None), "no aud"),
        (lambda: token(iss=None), "no iss"),
        (lambda: token(exp=None), "no exp"),
        (lambda: token(sub=None), "no sub"),
        (lambda: token(key=SECOND, algorithm="ES256"), "signature is wrong"),
        (lambda: token(key=rsa.generate_private_key(public_exponent=65537, key_size=2048)), "signature is wrong"),
        (lambda: token(algorithm="PS256"), "signature is wrong"),
        (lambda: token(key_id="unknown"), "not among the issuer's"),
        (lambda: token(key=None, algorithm="none"), "signature is wrong"),
        (forged_with_the_public_key, "signature is wrong"),
        (lambda: token()[:-4] + "AAAA", "signature is wrong"),
        (lambda: "no.token.atall", "it is no token"),
        (lambda: "é", "it is no token"),
    ],
)  # fmt: skip
async def test_a_token_that_proves_nothing_is_refused_with_the_reason(
    door: Door, make: Callable[[], str], reason: str
) -> None:
    made = make()
    with pytest.raises(Unauthenticated, match=reason) as refusal:
        await door.caller(bearer(made))
    assert made not in refusal.value.message


async def test_the_issuers_clock_may_be_off_by_the_leeway(door: Door) -> None:
    for made in (token(exp=time.time() - 20), token(nbf=time.time() + 20)):
        assert (await door.caller(bearer(made))).name == ANN


async def test_a_new_key_of_the_issuer_is_read_when_a_token_names_it(
    door: Door, issuer: Issuer, clock: HandClock
) -> None:
    await door.caller(bearer(token()))
    issuer.keys = [public(SECOND, "second")]
    clock.seconds += PAUSE
    rotated = token(key=SECOND, key_id="second", algorithm="ES256")
    assert (await door.caller(bearer(rotated))).name == ANN
    with pytest.raises(Unauthenticated):
        await door.caller(bearer(token()))


async def test_tokens_with_invented_keys_do_not_make_the_issuer_be_asked_again_and_again(
    door: Door, issuer: Issuer
) -> None:
    for number in range(5):
        with pytest.raises(Unauthenticated):
            await door.caller(bearer(token(key_id=f"invented{number}")))
    assert issuer.calls == 1


async def test_known_keys_outlast_an_outage_of_the_issuer(
    door: Door, issuer: Issuer, clock: HandClock
) -> None:
    await door.caller(bearer(token()))
    issuer.is_down = True
    clock.seconds += LIFETIME
    assert (await door.caller(bearer(token()))).name == ANN


async def test_without_any_key_nobody_can_be_judged(door: Door, issuer: Issuer, clock: HandClock) -> None:
    issuer.is_down = True
    with pytest.raises(KeySetUnavailable):
        await door.caller(bearer(token()))
    issuer.is_down = False
    clock.seconds += PAUSE
    assert (await door.caller(bearer(token()))).name == ANN


async def test_keys_may_be_in_a_file(tmp_path: Path, issuer: Issuer, clock: HandClock) -> None:
    file = tmp_path / "jwks.json"
    file.write_text(json.dumps({"keys": [public(FIRST, "first")]}), encoding="utf-8")
    settings = AuthSettings(jwks=str(file), issuer=ISSUER, audience=AUDIENCE)
    caller = await Door(settings, transport=issuer, clock=clock).caller(bearer(token(key_id=None)))
    assert caller == Caller(name=ANN, scopes=frozenset({Scope.READ}), sources=None)
    assert issuer.calls == 0


async def test_a_key_for_encryption_signs_nothing(door: Door, issuer: Issuer) -> None:
    issuer.keys = [public(SECOND, "second"), {**public(FIRST, "first"), "use": "enc"}]
    with pytest.raises(Unauthenticated, match="not among the issuer's"):
        await door.caller(bearer(token()))
