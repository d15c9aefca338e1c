"""Foodics, customers of API v5; read 2026-11-21.

Worth knowing:
- A page has 50 rows and no parameter changes that; an answer that contradicts it is refused, never cut short.
- Times are UTC without an offset; the document writes HH-MM-SS, its samples have colons.
- `is_loyalty_enabled` is a boolean by its description and 1 in every sample: 0, 1, true and false are all accepted.
- Tags and addresses are absent unless included, balances unless their scope was granted: absent is not empty.
- Included tags may tell their id alone, as the document's do: the id then stands for the name.
- Deleted customers are listed only under `filter[is_deleted]` (assumed); by id they may be found or not.
- A page past the last is empty or 404 (not documented), and 404 is what an unknown id is answered.
- Whether name, e-mail and phone filters match exactly or in part is not documented; answers are compared again.
- A list in `filter[id]` is comma-separated (assumed) and perhaps passed over: every missing id is asked for alone.
- Public notes say that lower-case "bearer" is refused, and clients without a name of their own likewise.
- The rate limit is 90 calls a minute; the answer's headers overrule it.
- Whether an update may leave out what cannot be null is not documented: name and phone are always sent.
- Fields behind a scope that the token lacks may be refused or passed over (not documented): each is sent by itself.
- Tags are written by id and all at once; deleting is soft, and takes a scope that few tokens have, as restoring does.
- Nothing says that e-mail or phone is unique. Amounts have no currency: they are the business's own.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
from pydantic import Field as Setting
from pydantic import SecretStr, model_validator

from gateway.auth import AuthFlow, HeaderAuth, RefreshingBearer
from gateway.call import Nothing, Problem, Verdict
from gateway.customer import Vendor
from gateway.errors import AccessForbidden, AlreadyExists, SourceError, VendorRejected
from gateway.settings import SourceSettings, Url
from gateway.spec import Connection, Listing, RateReading, VendorSpec
from gateway.transport import Response
from gateway.vendors.foodics.call import (
    PAGER,
    by_email,
    by_id,
    by_ids,
    count,
    page,
    probe,
    tags_page,
)
from gateway.vendors.foodics.read import read
from gateway.vendors.foodics.row import FoodicsCustomer
from gateway.vendors.foodics.table import PAGE_SIZE, TABLE, UPDATED_AFTER
from gateway.vendors.foodics.write import WRITES

_USER_AGENT = ("user-agent", "customer-gateway/0.1")
_HEADERS = (("accept", "application/json"), _USER_AGENT)


class FoodicsSettings(SourceSettings):
    """The keys of a Foodics source; the last four only where its token expires, then all but `token_url`."""

    access_token: SecretStr = Setting(min_length=1, description="The business's OAuth access token.")
    refresh_token: SecretStr | None = Setting(
        None, min_length=1, description="Exchanged for a new access token when the old one is refused."
    )
    client_id: str | None = Setting(
        None, min_length=1, description="The OAuth client that the tokens belong to."
    )
    client_secret: SecretStr | None = Setting(None, min_length=1, description="The OAuth client's secret.")
    token_url: Url | None = Setting(
        None, description='Where tokens are exchanged; default: "base_url" with /oauth/token for /v5.'
    )

    @model_validator(mode="after")
    def _whole_refresh(self) -> FoodicsSettings:
        means = {
            "refresh_token": self.refresh_token,
            "client_id": self.client_id,
            "client_secret": self.client_secret,
        }
        missing = [key for key, value in means.items() if value is None]
        if missing and (len(missing) < len(means) or self.token_url is not None):
            raise ValueError(f"to renew the access token, {' and '.join(missing)} must be given too")
        return self


def _connect(settings: FoodicsSettings) -> Connection:
    base_url = settings.base_url.rstrip("/")
    return Connection(base_url=base_url, auth=_auth(settings, base_url), headers=_HEADERS)


def _auth(settings: FoodicsSettings, base_url: str) -> AuthFlow:
    token = settings.access_token.get_secret_value()
    if settings.refresh_token is None or settings.client_id is None or settings.client_secret is None:
        return HeaderAuth(("authorization", f"Bearer {token}"))
    return RefreshingBearer(
        access_token=token,
        token_url=settings.token_url or f"{base_url.removesuffix('/v5')}/oauth/token",
        refresh_token=settings.refresh_token.get_secret_value(),
        client_id=settings.client_id,
        client_secret=settings.client_secret.get_secret_value(),
    )


class _Complaint(msgspec.Struct, frozen=True, kw_only=True):
    message: str | None = None
    errors: dict[str, list[str] | str] = {}


_TAKEN = "already been taken"
"""Laravel's words for what has to be unique (assumed)."""
_COMPLAINTS: Mapping[int, type[SourceError]] = {
    400: VendorRejected,
    403: AccessForbidden,
    409: VendorRejected,
    422: VendorRejected,
}


def _explain(response: Response) -> Verdict:
    """The vendor's words, in Laravel's shape (assumed); None where there are none."""
    error = _COMPLAINTS.get(response.status)
    complaint = _complaint(response) if error is not None or response.status == 404 else None
    if complaint is None:
        return None
    if error is None:
        return Nothing() if complaint.message is not None else None
    problems = tuple(
        (field, words)
        for field, said in complaint.errors.items()
        for words in ([said] if isinstance(said, str) else said)
    )
    message = complaint.message or (problems[0][1] if problems else None)
    if message is None:
        return None
    is_taken = any(_TAKEN in words for _, words in problems)
    return Problem(error=AlreadyExists if is_taken else error, message=message, problems=problems)


def _complaint(response: Response) -> _Complaint | None:
    try:
        return msgspec.json.decode(response.body, type=_Complaint)
    except msgspec.DecodeError:
        return None


def _rate(response: Response) -> RateReading | None:
    headers = response.headers
    reading = RateReading(
        limit=_whole(headers.get("x-ratelimit-limit")),
        remaining=_whole(headers.get("x-ratelimit-remaining")),
        reset_after=_whole(headers.get("retry-after")),
    )
    return None if reading == RateReading() else reading


def _whole(text: str | None) -> int | None:
    return int(text) if text is not None and text.isascii() and text.isdecimal() and len(text) < 10 else None


SPEC: VendorSpec[FoodicsCustomer, FoodicsSettings] = VendorSpec(
    vendor=Vendor.FOODICS,
    settings=FoodicsSettings,
    connect=_connect,
    table=TABLE,
    row=FoodicsCustomer,
    row_id=lambda row: row.id,
    read=read,
    explain=_explain,
    rate=_rate,
    by_id=by_id,
    by_ids=by_ids,
    distrusts_by_ids=True,
    by_email=by_email,
    page=page,
    count=count,
    join={UPDATED_AFTER: max},
    pager=PAGER,
    tags=Listing(page=tags_page, pager=PAGER, page_size=PAGE_SIZE),
    writes=lambda _: WRITES,
    harmless=frozenset(
        {
            "page",
            "sort",
            "include",
            "filter[id]",
            "filter[type]",
            "filter[is_blacklisted]",
            "filter[is_house_account_enabled]",
            "filter[is_loyalty_enabled]",
            "filter[is_deleted]",
            "filter[has_orders]",
            "filter[has_email]",
            "filter[updated_after]",
        }
    ),
    probe=probe,
)
"""Foodics as the machinery sees it."""
