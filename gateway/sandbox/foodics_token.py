"""Foodics' tokens: the OAuth endpoint that renews them, and who a token belongs to."""

from urllib.parse import parse_qs

from starlette.responses import Response

from gateway.sandbox.credential import FOODICS
from gateway.sandbox.foodics_endpoint import Call, one
from gateway.sandbox.foodics_row import ALL_SCOPES
from gateway.sandbox.vendor import Document, Refused, State, answer

LIFETIME = 3600
"""Seconds that a renewed token lives (an assumption)."""


class Tokens:
    """Renewal by refresh token. Whether refresh tokens rotate is not documented; usually here they do not."""

    def __init__(self, state: State) -> None:
        self._state, self._tokens = state, state.tables["token"]

    def renew(self, call: Call) -> Response:
        """A new access token for the refresh token, from JSON or a form; errors in OAuth's own shape."""
        given = _given(call)
        if given.get("grant_type") != "refresh_token":
            raise _refused("unsupported_grant_type", 400)
        if (given.get("client_id"), given.get("client_secret")) != (
            FOODICS["client_id"],
            FOODICS["client_secret"],
        ):
            raise _refused("invalid_client", 401)
        old = given.get("refresh_token", "")
        if old != self._refresh_token():
            raise _refused("invalid_grant", 401)
        number = self._tokens.count()
        name = f"{FOODICS['access_token']}-{number}"
        expires = self._state.now() + LIFETIME
        self._tokens.put(
            {"id": name, "scopes": sorted(ALL_SCOPES), "expires": expires, "refresh": f"{old}-{number}"}
        )
        return answer(
            {
                "token_type": "Bearer",
                "expires_in": LIFETIME,
                "access_token": name,
                "refresh_token": self._refresh_token(),
            }
        )

    def whoami(self, call: Call) -> Response:
        """The business and the scopes of the token."""
        business = {
            "id": "8d831b5c",
            "name": "Sandbox Kitchens",
            "country_iso_code": "SA",
            "reference": "100001",
        }
        user = {"id": "8d831b5d", "name": "Sandbox", "email": "sandbox@example.com"}
        return one({"business": business, "user": user, "scopes": sorted(call.scopes)})

    def _refresh_token(self) -> str:
        """The refresh token that is good now: the first for ever, or each only once."""
        if not self._state.contrary:
            return FOODICS["refresh_token"]
        renewed = self._tokens.select("json_extract(CAST(document AS TEXT), '$.refresh') IS NOT NULL")
        newest = max(renewed, key=lambda token: len(token["refresh"]), default=None)
        return FOODICS["refresh_token"] if newest is None else str(newest["refresh"])


def _given(call: Call) -> Document:
    content_type = call.incoming.request.headers.get("content-type", "")
    if "x-www-form-urlencoded" in content_type:
        fields = parse_qs(call.incoming.body.decode("utf-8", "replace"))
        return {name: values[-1] for name, values in fields.items()}
    return call.content()


def _refused(error: str, status: int) -> Refused:
    return Refused(answer({"error": error, "message": f"The request was refused: {error}."}, status))
