"""What a vendor tells unasked: whose record to look at again, and whom to forget. Nothing else is believed of it."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pydantic import SecretStr

from gateway.customer import Value


class Notice(Value, frozen=True, kw_only=True):
    """Vendor ids. `touched` are asked for anew; `erased` are forgotten at once, as the law wants it."""

    touched: tuple[str, ...] = ()
    erased: tuple[str, ...] = ()
    is_all_erased: bool = False
    """True: the whole source is to be forgotten."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """How one source's notices are verified and read. `signed` gives the signature in the headers, "" for none.

    `read` takes the body: None where the notice is none for this source, ValueError where it cannot be read.
    """

    secret: SecretStr
    signed: Callable[[Mapping[str, str]], str]
    read: Callable[[bytes], Notice | None]

    def is_authentic(self, headers: Mapping[str, str], body: bytes) -> bool:
        """True where the body was signed with the secret: HMAC-SHA-256, in hexadecimal or base64."""
        digest = hmac.digest(self.secret.get_secret_value().encode(), body, "sha256")
        given = self.signed(headers).strip().encode()
        in_hex, in_base64 = digest.hex().encode(), base64.b64encode(digest)
        return hmac.compare_digest(in_hex, given.lower()) | hmac.compare_digest(in_base64, given)
