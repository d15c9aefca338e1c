"""The fixed, obviously fake credentials that the emulated vendors accept."""

from collections.abc import Mapping

STOREDEN: Mapping[str, str] = {"key": "sandbox-key", "exchange": "sandbox-exchange"}
STOREDEN_READ: Mapping[str, str] = {"key": "sandbox-read-key", "exchange": "sandbox-read-exchange"}
"""A READ key pair: only GET is allowed with it."""
TIENDANUBE: Mapping[str, str] = {
    "store_id": "123456",
    "access_token": "sandbox-tiendanube-token",
    "user_agent": "Sandbox (sandbox@example.com)",
}
SPIFFY: Mapping[str, str] = {
    "api_key": "sandbox-spiffy-key",
    "api_password": "sandbox-spiffy-password",
    "access_token": "sandbox-spiffy-token",
}
OPEN2B: Mapping[str, str] = {"secret_key": "sandbox-open2b-secret"}
FOODICS: Mapping[str, str] = {
    "access_token": "sandbox-foodics-token",
    "refresh_token": "sandbox-foodics-refresh",
    "client_id": "sandbox-client",
    "client_secret": "sandbox-client-secret",
}
CREDENTIALS: Mapping[str, Mapping[str, str]] = {
    "storeden": STOREDEN,
    "tiendanube": TIENDANUBE,
    "spiffy": SPIFFY,
    "open2b": OPEN2B,
    "foodics": FOODICS,
}
"""Every vendor's credentials by vendor name, as a gateway's embedded configuration needs them."""
