"""Tiendanube's emulation over HTTP, against the vendor's document and the marked assumptions."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Protocol
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from gateway.sandbox import CREDENTIALS, Assumptions, Sandbox, SandboxOptions, TextSearch, create_app
from gateway.sandbox.tiendanube_reply import READ_TOKEN

Reach = Callable[..., httpx.AsyncClient]
TOKEN = CREDENTIALS["tiendanube"]["access_token"]
HEADERS = {"Authentication": f"bearer {TOKEN}", "User-Agent": CREDENTIALS["tiendanube"]["user_agent"]}
STORE = f"/{CREDENTIALS['tiendanube']['store_id']}"
EVERGREEN = {
    "billing_address": "Evergreen Terrace",
    "billing_city": "Springfield",
    "billing_country": "US",
    "billing_floor": None,
    "billing_locality": None,
    "billing_number": "742",
    "billing_phone": "555-123-0413",
    "billing_province": "Oregon",
    "billing_zipcode": "97475",
}
HOME = {
    "address": "Evergreen Terrace",
    "city": "Springfield",
    "country": "US",
    "created_at": "2013-01-03T09:11:51-03:00",
    "default": True,
    "floor": None,
    "id": 1234,
    "locality": None,
    "number": "742",
    "phone": "555-123-0413",
    "province": "Oregon",
    "updated_at": "2013-03-10T11:13:01-03:00",
    "zipcode": "97475",
}
JOHN: dict[str, Any] = EVERGREEN | {
    "created_at": "2013-01-03T09:11:51-03:00",
    "email": "john.doe@example.com",
    "id": 101,
    "identification": "28776255670",
    "last_order_id": 9001,
    "name": "John Doe",
    "note": None,
    "phone": None,
    "total_spent": "89.00",
    "total_spent_currency": "USD",
    "updated_at": "2013-03-11T09:14:11-03:00",
    "extra": {"number_of_children": "2", "gender": "male"},
    "default_address": HOME,
    "addresses": [HOME],
}
PRACA = {
    "address": "Praça Roberto Gomes Pedrosa",
    "city": "São Paulo",
    "country": "BR",
    "created_at": "2013-04-07T09:11:51-03:00",
    "default": True,
    "floor": None,
    "id": 1234,
    "locality": "Morumbi",
    "number": "1",
    "phone": "11 3749-8000",
    "province": "São Paulo",
    "updated_at": "2013-04-08T11:13:01-03:00",
    "zipcode": "05653-070",
}
NOBODY: dict[str, Any] = EVERGREEN | {
    "created_at": "2013-04-07T09:11:51-03:00",
    "email": "john.doe@example.com",
    "id": 112,
    "identification": "28776255671",
    "last_order_id": None,
    "name": "Zé Ninguém",
    "note": None,
    "phone": "392502584",
    "total_spent": "0.00",
    "total_spent_currency": "USD",
    "updated_at": "2013-04-08T11:11:51-03:00",
    "extra": {"number_of_children": "2", "gender": "male"},
    "default_address": PRACA,
    "addresses": [PRACA],
}


class Movable(Protocol):
    def move(self, seconds: float) -> None: ...


@pytest.fixture
def shop(reach: Reach, sandbox: Sandbox) -> httpx.AsyncClient:
    return reach(sandbox, f"/tiendanube/2025-03{STORE}", HEADERS)


@pytest.fixture
def other_shop(reach: Reach, contrary: Sandbox) -> httpx.AsyncClient:
    return reach(contrary, f"/tiendanube/2025-03{STORE}", HEADERS)


async def ids(shop: httpx.AsyncClient, **query: str | int) -> list[int]:
    response = await shop.get("/customers", params=query)
    if response.status_code == 404:
        return []
    assert response.status_code == 200, response.text
    return [row["id"] for row in response.json()]


async def test_the_list_begins_with_the_two_customers_of_the_document(shop: httpx.AsyncClient) -> None:
    assert (await shop.get("/customers", params={"per_page": 2})).json() == [JOHN, NOBODY]


async def test_a_single_customer_is_that_of_the_document(shop: httpx.AsyncClient) -> None:
    assert (await shop.get("/customers/101")).json() == JOHN


async def test_since_id_is_exclusive_and_ascending(shop: httpx.AsyncClient) -> None:
    assert (await ids(shop, since_id=101))[0] == 112
    assert 101 not in await ids(shop, since_id=105)
    every = await ids(shop, since_id=0, per_page=200)
    assert every == sorted(every)
    assert len(every) == 62


async def test_pages_and_links_walk_all_customers_once(shop: httpx.AsyncClient) -> None:
    seen: list[int] = []
    path: str | None = "/customers?per_page=25&fields=id"
    while path is not None:
        response = await shop.get(path)
        assert response.headers["X-Total-Count"] == "62"
        seen += [row["id"] for row in response.json()]
        link = response.links.get("next")
        path = None if link is None else f"/customers?{urlsplit(link['url']).query}"
    assert seen == await ids(shop, per_page=200)


async def test_links_name_the_neighbouring_and_the_outer_pages(shop: httpx.AsyncClient) -> None:
    links = (await shop.get("/customers", params={"per_page": 25, "page": 2})).links
    assert {name: parse_qs(urlsplit(link["url"]).query)["page"] for name, link in links.items()} == {
        "next": ["3"], "prev": ["1"], "first": ["1"], "last": ["3"],
    }  # fmt: skip


async def test_thirty_are_given_by_default_and_two_hundred_at_most(reach: Reach) -> None:
    with create_app(SandboxOptions(size=250)) as sandbox:
        shop = reach(sandbox, f"/tiendanube/v1{STORE}", HEADERS)
        assert len(await ids(shop)) == 30
        assert len(await ids(shop, per_page=1000)) == 200


async def test_a_page_past_the_end_and_an_empty_result_are_404(shop: httpx.AsyncClient) -> None:
    past = await shop.get("/customers", params={"page": 4})
    assert past.status_code == 404
    assert past.json() == {"code": 404, "message": "Not Found", "description": "Last page is 3"}
    nothing = await shop.get("/customers", params={"q": "nobody at all"})
    assert (nothing.status_code, nothing.json()["description"]) == (404, "Last page is 0")


async def test_an_unknown_customer_is_404_in_other_words(shop: httpx.AsyncClient) -> None:
    for path in ("/customers/999999999", "/customers/search"):
        response = await shop.get(path)
        assert response.status_code == 404
        assert not response.json()["description"].startswith("Last page is")


async def test_head_gives_the_headers_alone(shop: httpx.AsyncClient) -> None:
    response = await shop.head("/customers", params={"per_page": 1})
    assert (response.status_code, response.headers["X-Total-Count"], response.content) == (200, "62", b"")


async def test_fields_select_top_level_fields(shop: httpx.AsyncClient) -> None:
    assert (await shop.get("/customers/101", params={"fields": "id,email,nothing"})).json() == {
        "id": 101,
        "email": "john.doe@example.com",
    }


@pytest.mark.parametrize(("column", "name"), [("created_at", "created"), ("updated_at", "updated")])
async def test_ranges_agree_with_a_comparison_of_every_record(
    shop: httpx.AsyncClient, sandbox: Sandbox, column: str, name: str
) -> None:
    low, high = datetime(2020, 1, 1, tzinfo=UTC), datetime(2024, 6, 1, 12, tzinfo=UTC)
    expected = [
        row["id"] for row in sandbox.dump("tiendanube") if low <= datetime.fromisoformat(row[column]) <= high
    ]
    assert len(expected) > 5, name
    bounds = {f"{column}_min": low.isoformat(), f"{column}_max": high.isoformat()}
    assert await ids(shop, per_page=200, **bounds) == expected
    assert await ids(shop, per_page=200, since_id=expected[2], **bounds) == expected[3:]


async def test_bounds_are_inclusive_and_contrary_ones_exclusive(
    shop: httpx.AsyncClient, other_shop: httpx.AsyncClient
) -> None:
    for bound in ({"created_at_max": JOHN["created_at"]}, {"created_at_max": "2013-01-03T12:11:51Z"}):
        assert await ids(shop, **bound) == [101]
        assert await ids(other_shop, **bound) == []


async def test_a_time_without_zone_is_utc_and_contrary_the_stores(
    shop: httpx.AsyncClient, other_shop: httpx.AsyncClient
) -> None:
    assert await ids(shop, created_at_max="2013-01-03T09:12:00") == []
    assert await ids(other_shop, created_at_max="2013-01-03T09:12:00") == [101]


async def test_a_broken_time_is_refused_like_a_plus_that_was_not_encoded(shop: httpx.AsyncClient) -> None:
    response = await shop.get("/customers?created_at_min=2013-01-03T09:11:51+00:00")
    assert (response.status_code, response.json()) == (422, {"created_at_min": ["is invalid"]})


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("john.doe@example.com", [101, 112]),
        ("JOHN.DOE@EXAMPLE.COM", [101, 112]),
        ("n.doe@exam", [101, 112]),
        ("@example.com nobody", []),
        ("28776255671", [112]),
        ("zé ningu", [112]),
        ("ze ninguem", [112]),
        ("392502584", []),
    ],
)
async def test_q_looks_inside_name_email_and_identification(
    shop: httpx.AsyncClient, text: str, found: list[int]
) -> None:
    """And not at the phone; here accents are folded."""
    assert await ids(shop, q=text) == found


async def test_a_search_that_is_sensitive_to_accents_still_folds_case(reach: Reach) -> None:
    with create_app(SandboxOptions(size=5, text_search=TextSearch.SENSITIVE)) as sandbox:
        shop = reach(sandbox, f"/tiendanube/v1{STORE}", HEADERS)
        assert await ids(shop, q="ZÉ NINGU") == [112]
        assert await ids(shop, q="ze ningu") == []


async def test_q_finds_every_email_by_any_part_of_it(reach: Reach) -> None:
    """Whatever its spelling and script: the quick way over an index gives what a scan gives."""
    with create_app(SandboxOptions(size=300, rate_limits=False)) as sandbox:
        shop = reach(sandbox, f"/tiendanube/v1{STORE}", HEADERS)
        emails = {row["id"]: row["email"] for row in sandbox.dump("tiendanube") if row["email"]}
        for email in emails.values():
            part = email[1 : email.index("@") + 3]
            wanted = {identifier for identifier, other in emails.items() if part.lower() in other.lower()}
            assert wanted <= set(await ids(shop, q=part, per_page=200)), part


async def test_an_at_sign_in_a_name_is_found_too(shop: httpx.AsyncClient, sandbox: Sandbox) -> None:
    sandbox.load("tiendanube", [{"id": 7, "name": "me@home now", "email": "a@b.example"}])
    assert await ids(shop, q="e@home") == [7]
    assert await ids(shop, q="a@b.ex") == [7]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Authentication": "bearer wrong"}, 401),
        ({"Authentication": f"basic {TOKEN}"}, 401),
        ({"Authentication": "", "Authorization": f"bearer {TOKEN}"}, 401),
        ({"User-Agent": ""}, 400),
    ],
)
async def test_wrong_headers_are_refused(
    shop: httpx.AsyncClient, headers: dict[str, str], status: int
) -> None:
    response = await shop.get("/customers", headers=headers)
    assert response.status_code == response.json()["code"] == status


async def test_the_store_and_the_version_are_part_of_the_path(reach: Reach, sandbox: Sandbox) -> None:
    root = reach(sandbox, "/tiendanube", HEADERS)
    assert (await root.get(f"/v1{STORE}/customers/101")).status_code == 200
    assert (await root.get("/v1/999/customers/101")).status_code == 401
    assert (await root.get(f"/v9{STORE}/customers/101")).status_code == 404


async def test_a_token_without_write_scope_may_only_read(shop: httpx.AsyncClient) -> None:
    headers = {"Authentication": f"bearer {READ_TOKEN}"}
    assert (await shop.get("/customers/101", headers=headers)).status_code == 200
    assert (await shop.put("/customers/101", json={}, headers=headers)).status_code == 403


async def test_what_live_shops_show_is_there_for_some_only(sandbox: Sandbox) -> None:
    rows = sandbox.dump("tiendanube")
    for name in ("active", "accepts_marketing", "billing_name"):
        assert 0 < sum(name in row for row in rows) < len(rows), name
    assert [] in [row["extra"] for row in rows]
    assert {} in [row["extra"] for row in rows]
    assert {"-03:00", "+0000"} == {row["created_at"][19:] for row in rows}
    assert None in [row["email"] for row in rows]
    assert {"true", "false", True, False} == {row["active"] for row in rows if "active" in row}


async def test_the_bucket_holds_forty_and_leaks_two_a_second(shop: httpx.AsyncClient, clock: Movable) -> None:
    first = await shop.get("/customers/101")
    names = ("X-Rate-Limit-Limit", "X-Rate-Limit-Remaining", "X-Rate-Limit-Reset")
    assert [first.headers[name] for name in names] == ["40", "39", "500"]
    replies = [await shop.get("/customers/101") for _ in range(40)]
    assert [reply.status_code for reply in replies] == [200] * 39 + [429]
    assert replies[-1].headers["X-Rate-Limit-Remaining"] == "0"
    assert "Retry-After" not in replies[-1].headers
    clock.move(0.5)
    assert (await shop.get("/customers/101")).status_code == 200


async def test_contrary_lists_are_newest_first_but_not_since_an_id(other_shop: httpx.AsyncClient) -> None:
    every = await ids(other_shop, per_page=200)
    assert every == sorted(every, reverse=True)
    assert (await ids(other_shop, since_id=0))[0] == 101
    assert (await other_shop.get("/customers", params={"per_page": 201})).status_code == 422


async def test_a_loaded_document_is_completed(shop: httpx.AsyncClient, sandbox: Sandbox) -> None:
    sandbox.load("tiendanube", [{"name": "Only"}, JOHN])
    assert [row["id"] for row in sandbox.dump("tiendanube")] == [1, 101]
    only = (await shop.get("/customers/1")).json()
    assert set(only) == set(JOHN)
    assert (await shop.get("/customers/101")).json() == JOHN


def test_a_seeded_store_is_the_same_every_time() -> None:
    def dump(assumptions: Assumptions) -> list[dict[str, Any]]:
        with create_app(SandboxOptions(size=40, assumptions=assumptions)) as sandbox:
            return sandbox.dump("tiendanube")

    assert dump(Assumptions.USUAL) == dump(Assumptions.CONTRARY)
