"""Spiffy: what its answers say beside their rows, and how a source of it is configured."""

from __future__ import annotations

import json
from base64 import b64encode

import msgspec
import pytest
from pydantic import ValidationError

from gateway.call import Nothing, Problem, Rows
from gateway.customer import (
    Selection,
)
from gateway.errors import AlreadyExists, RateLimited, VendorRejected
from gateway.spec import RateReading
from gateway.transport import Response
from gateway.vendors.spiffy import SPEC, SpiffySettings

EVERYTHING = Selection(details=True)


def answer(body: object, status: int = 200, **headers: str) -> Response:
    content = body if isinstance(body, str) else json.dumps(body)
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(status=status, headers=names, body=content.encode())


# What answers say


def test_errors_by_field_are_told_in_the_vendors_words() -> None:
    body = {"errors": {"email": ["is invalid"], "title": ["is too long", "is odd"]}}
    assert SPEC.explain(answer(body, 422)) == Problem(
        error=VendorRejected,
        message="email is invalid; title is too long; title is odd",
        problems=(("email", "is invalid"), ("title", "is too long"), ("title", "is odd")),
    )


@pytest.mark.parametrize("errors", [{"email": ["has already been taken"]}, "Email has already been taken"])
def test_an_address_of_another_customer_exists_already(errors: object) -> None:
    verdict = SPEC.explain(answer({"errors": errors}, 422))
    assert isinstance(verdict, Problem)
    assert verdict.error is AlreadyExists
    assert [field for field, _ in verdict.problems] == ["email"]


@pytest.mark.parametrize("errors", ["Bad limit", ["Bad limit"]])
def test_an_error_as_plain_words_has_no_field(errors: object) -> None:
    assert SPEC.explain(answer({"errors": errors}, 400)) == Problem(message="Bad limit")


@pytest.mark.parametrize(("body", "status"), [("<html>", 422), ({"errors": 3}, 422), ([], 400), ("", 403)])
def test_what_says_nothing_is_left_to_the_status(body: object, status: int) -> None:
    assert SPEC.explain(answer(body, status)) is None


def test_nothing_there_is_no_row_for_one_customer_and_for_pages_after_the_first_alone() -> None:
    assert SPEC.explain(answer("", 404)) == Nothing()
    assert SPEC.by_id("6", Selection()).empty == Rows()
    assert SPEC.page({"page": 2}, EVERYTHING).empty == Rows()
    first = SPEC.page({"page": 1}, EVERYTHING)
    assert first.empty is None
    with pytest.raises(msgspec.ValidationError):
        first.read(answer({"errors": "Not Found"}, 404))


def test_a_good_answer_is_no_problem() -> None:
    assert SPEC.explain(answer({"customers": []})) is None


def test_the_pause_is_read_from_the_text_where_no_header_tells_it() -> None:
    text = "API rate limit exceeded. Please wait 27 seconds then retry your request."
    assert SPEC.explain(answer(text, 429)) == Problem(
        error=RateLimited, message="reached its rate limit", retry_after=27.0
    )
    assert SPEC.explain(answer(text, 429, retry_after="27")) is None


def test_the_limit_is_read_from_its_header_by_the_vendors_clock() -> None:
    header = '{"name":"API","period":300,"limit":500,"remaining":496,"until":"2014-11-28T03:45:00Z"}'
    date = "Fri, 28 Nov 2014 03:43:20 GMT"
    assert SPEC.rate(answer({}, x_ratelimit=header, date=date)) == RateReading(
        limit=500, remaining=496, reset_after=100.0
    )
    assert SPEC.rate(answer({}, x_ratelimit=header)) == RateReading(limit=500, remaining=496)


@pytest.mark.parametrize("header", ["", "x", "[]", '{"limit":"many"}'])
def test_a_limit_that_cannot_be_read_tells_nothing(header: str) -> None:
    assert SPEC.rate(answer({}, x_ratelimit=header)) is None


# Settings

PLACE = {"name": "shop", "vendor": "spiffy", "base_url": "https://shop.spiffystores.com/"}


def settings(**keys: str) -> SpiffySettings:
    return SpiffySettings.model_validate({**PLACE, **keys})


def test_a_private_app_signs_by_basic() -> None:
    connection = SPEC.connect(settings(api_key="key", api_password="word"))
    assert connection.base_url == "https://shop.spiffystores.com"
    assert connection.auth.headers() == (("authorization", f"Basic {b64encode(b'key:word').decode()}"),)
    assert connection.auth.renewal() is None
    assert dict(connection.headers) == {"accept": "application/json", "content-type": "application/json"}


def test_a_partner_apps_token_may_stand_alone() -> None:
    auth = SPEC.connect(settings(access_token="first")).auth
    assert auth.headers() == (("authorization", "Bearer first"),)
    assert auth.renewal() is None


def test_a_partner_apps_token_is_renewed_with_its_refresh_token() -> None:
    keys = {"access_token": "first", "refresh_token": "again", "client_id": "app", "client_secret": "hush"}
    auth = SPEC.connect(settings(**keys)).auth
    renewal = auth.renewal()
    assert renewal is not None
    assert renewal.path == "https://shop.spiffystores.com/admin/oauth/token"
    assert auth.accept(answer({"access_token": "second"}))
    assert auth.headers() == (("authorization", "Bearer second"),)


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ({}, "api_key and api_password must be given without access_token"),
        ({"api_key": "k"}, "api_password must be given"),
        ({"api_key": "k", "api_password": "p", "access_token": "t"}, "not both"),
        ({"access_token": "t", "client_id": "c"}, "refresh_token and client_secret must be given"),
        ({"api_key": "k", "api_password": "p", "refresh_token": "r"}, "access_token and client_id"),
    ],
)
def test_what_is_missing_or_too_much_is_named(keys: dict[str, str], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        settings(**keys)


def test_secrets_are_in_no_repr() -> None:
    assert "hush" not in repr(settings(api_key="hush", api_password="hush"))
