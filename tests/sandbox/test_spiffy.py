"""Reading from Spiffy's emulation over HTTP, against the vendor's document and the marked assumptions."""

import base64
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

import httpx
import msgspec
import pytest

from gateway.sandbox import CREDENTIALS, Sandbox, SandboxOptions, TextSearch, create_app

Reach = Callable[..., httpx.AsyncClient]
KEYS = CREDENTIALS["spiffy"]
BASIC = "Basic " + base64.b64encode(f"{KEYS['api_key']}:{KEYS['api_password']}".encode()).decode()
HEADERS = {"Authorization": BASIC, "Accept": "application/json"}
LIST = "/api/customers.json"
SEARCH = "/api/customers/search.json"
COUNT = "/api/customers/count.json"

BAG_END = {
    "id": 1969, "title": "Mr", "first_name": "Bilbo", "last_name": "Baggins", "name": "Mr Bilbo Baggins",
    "company": "The Fellowship of the Ring", "address1": "2 Bag End", "address2": "", "city": "Hobbiton",
    "province": "Waikato", "province_code": "WKO", "country": "New Zealand", "country_code": "NZ", "zip": "1234",
    "phone": "123456789", "default": True,
}  # fmt: skip
BILBO: dict[str, Any] = {
    "id": 6, "title": "Mr", "first_name": "Bilbo", "last_name": "Baggins", "name": "Mr Bilbo Baggins",
    "email": "bilbo@lordoftherings.com", "accepts_marketing": True, "note": "Here is some sample text.",
    "orders_count": 200, "state": "enabled", "total_spent": 13908.63, "created_at": "2010-06-15T23:15:50.925+10:00",
    "updated_at": "2017-09-20T10:47:18.428+10:00", "sign_in_count": 314,
    "current_sign_in_at": "2017-09-20T10:47:18.424+10:00", "current_sign_in_ip": "192.168.10.200",
    "last_sign_in_at": "2017-09-20T10:43:18.716+10:00", "last_sign_in_ip": "192.168.10.200", "last_order_id": 1353,
    "wholesale": False, "credit": 0.0, "tags": "wholesaler", "default_address": BAG_END, "addresses": [BAG_END],
}  # fmt: skip
LISTED = BILBO | {
    "accounting_id": "2b74006d-a599-42dd-b228-52596f49333c",
    "pos_id": "JDKYHBWT1D4F8MFH63DBMEN8Y4",
}


class Movable(Protocol):
    def move(self, seconds: float) -> None: ...


@pytest.fixture
def shop(reach: Reach, sandbox: Sandbox) -> httpx.AsyncClient:
    return reach(sandbox, "/spiffy", HEADERS)


@pytest.fixture
def other_shop(reach: Reach, contrary: Sandbox) -> httpx.AsyncClient:
    return reach(contrary, "/spiffy", HEADERS)


async def ids(shop: httpx.AsyncClient, path: str = LIST, **query: str | int) -> list[int]:
    response = await shop.get(path, params={"limit": 50, **query})
    assert response.status_code == 200, response.text
    return [row["id"] for row in response.json()["customers"]]


async def count(shop: httpx.AsyncClient, **query: str | int) -> int:
    response = await shop.get(COUNT, params=query)
    return int(response.json()["count"])


def matching(sandbox: Sandbox, test: Callable[[dict[str, Any]], bool]) -> list[int]:
    """The reference: what a look at every record gives; at most one page."""
    found = [row["id"] for row in sandbox.dump("spiffy") if test(row)]
    assert 1 < len(found) <= 50, "the reference has to say something"
    return found


async def test_the_list_sample_is_that_of_the_document(shop: httpx.AsyncClient) -> None:
    assert (await shop.get(LIST, params={"limit": 1})).json() == {"customers": [LISTED]}


async def test_the_single_sample_lacks_two_fields_of_the_list(shop: httpx.AsyncClient) -> None:
    assert (await shop.get("/api/customers/6.json")).json() == {"customer": BILBO}


async def test_the_search_sample_finds_the_documents_customer(shop: httpx.AsyncClient) -> None:
    query = 'Bilbo country:"New Zealand" total_spent:>100'
    assert (await shop.get(SEARCH, params={"query": query})).json() == {"customers": [LISTED]}


@pytest.mark.parametrize("path", [LIST, SEARCH, "/api/customers/6.json"])
async def test_fields_always_drop_the_addresses(shop: httpx.AsyncClient, path: str) -> None:
    content = (
        await shop.get(path, params={"fields": "id,name,addresses,default_address", "limit": 1})
    ).json()
    row = content["customer"] if "customer" in content else content["customers"][0]
    assert row == {"id": 6, "name": "Mr Bilbo Baggins"}


async def test_thirty_are_given_by_default_and_fifty_at_most(
    shop: httpx.AsyncClient, other_shop: httpx.AsyncClient
) -> None:
    assert len((await shop.get(LIST)).json()["customers"]) == 30
    assert len(await ids(shop, limit=1000)) == 50
    assert (await other_shop.get(LIST, params={"limit": 51})).status_code == 422


async def test_pages_and_since_id_walk_all_customers_once(shop: httpx.AsyncClient, sandbox: Sandbox) -> None:
    every = [row["id"] for row in sandbox.dump("spiffy")]
    pages = [await ids(shop, limit=25, page=page) for page in (1, 2, 3, 4)]
    assert [len(page) for page in pages] == [25, 25, 11, 0]
    assert [one for page in pages for one in page] == every
    seen = await ids(shop, since_id=0)
    seen += await ids(shop, since_id=seen[-1])
    assert seen == every
    assert await count(shop) == len(every)
    assert await count(shop, since_id=every[9]) == len(every) - 10


async def test_ids_narrow_the_list_but_neither_search_nor_count(
    shop: httpx.AsyncClient, sandbox: Sandbox
) -> None:
    some = [row["id"] for row in sandbox.dump("spiffy")][3:6]
    text = ",".join(map(str, [*some, 999_999, "x"]))
    assert await ids(shop, ids=text) == some
    assert await ids(shop, ids="x") == []
    assert await ids(shop, SEARCH, ids=text) == await ids(shop)
    assert await count(shop, ids=text, query="bilbo") == 61


@pytest.mark.parametrize(
    ("name", "value", "field", "wanted"),
    [
        ("marketing_status", "accepts_marketing", "accepts_marketing", True),
        ("marketing_status", "rejects_marketing", "accepts_marketing", False),
        ("wholesale_status", "wholesale", "wholesale", True),
        ("wholesale_status", "retail", "wholesale", False),
    ],
)
async def test_statuses_filter_lists_searches_and_counts(
    reach: Reach, name: str, value: str, field: str, wanted: bool
) -> None:
    with create_app(SandboxOptions(size=49)) as sandbox:
        shop = reach(sandbox, "/spiffy", HEADERS)
        expected = matching(sandbox, lambda row: row[field] is wanted)
        assert await ids(shop, **{name: value}) == await ids(shop, SEARCH, **{name: value}) == expected
        assert await count(shop, **{name: value}) == len(expected)
        assert (
            await count(shop, whole_status="wholesale") == 50
        )  # the document's example misspells the parameter


@pytest.mark.parametrize("column", ["created_at", "updated_at"])
async def test_ranges_agree_with_a_comparison_of_every_record(
    shop: httpx.AsyncClient, sandbox: Sandbox, column: str
) -> None:
    low, high = datetime(2021, 1, 1, tzinfo=UTC), datetime(2025, 6, 1, 12, 30, tzinfo=UTC)
    expected = matching(sandbox, lambda row: low < datetime.fromisoformat(row[column]) < high)
    bounds = {f"{column}_min": "2021-01-01 00:00", f"{column}_max": "2025-06-01 12:30"}
    assert await ids(shop, **bounds) == await ids(shop, SEARCH, **bounds) == expected
    assert await ids(shop, since_id=expected[1], **bounds) == expected[2:]
    assert await count(shop, **bounds) == len(expected)


async def test_a_bound_is_a_whole_minute_of_utc_and_contrary_of_the_store(
    shop: httpx.AsyncClient, other_shop: httpx.AsyncClient
) -> None:
    for found, early, late in ((shop, "13:15", "13:16"), (other_shop, "23:15", "23:16")):
        assert await count(found, created_at_max=f"2010-06-15 {early}:59") == 0
        assert await count(found, created_at_max=f"2010-06-15 {late}") == 1


async def test_bounds_are_exclusive_and_contrary_ones_inclusive(
    shop: httpx.AsyncClient, other_shop: httpx.AsyncClient, sandbox: Sandbox, contrary: Sandbox
) -> None:
    for each in (sandbox, contrary):
        each.load("spiffy", [{"created_at": "2020-01-01T10:00:00.000+10:00"}])
    assert await count(shop, created_at_min="2020-01-01 00:00") == 0
    assert await count(other_shop, created_at_min="2020-01-01 10:00") == 1


async def test_a_broken_time_is_refused(shop: httpx.AsyncClient) -> None:
    for text in ("yesterday", "2020-13-01 00:00", "2020-01-01T00:00:00Z"):
        response = await shop.get(LIST, params={"created_at_min": text})
        assert (response.status_code, response.json()) == (
            422,
            {"errors": {"created_at_min": ["is invalid"]}},
        )


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("bilbo@lordoftherings.com", True),
        ("LBO@LORD", True),
        ("hobbiton WAIKATO", True),
        ("hobbiton gondor", False),
        ('"Mr Bilbo"', True),
        ("The Fellowship", True),
        ("123456789", False),
        ("lordoftherings -Bilbo", False),
        ("Bilbo -country:Australia", True),
        ('Bilbo -country:"New Zealand"', False),
        ("Bilbo country:zealand", False),
        ("Bilbo accepts_marketing:1 wholesale:0 state:enabled", True),
        ("Bilbo -state:enabled", False),
        ("Bilbo state:nonsense", False),
        ("Bilbo orders_count:200", True),
        ("Bilbo orders_count:>200", False),
        ("Bilbo orders_count:>199 orders_count:<201", True),
        ("Bilbo total_spent:13908.63", True),
        ("Bilbo total_spent:>=13908", False),
        ("Bilbo credit:<0.01", True),
        ("Bilbo order_date:<2017-09-21 order_date:>2017-09-19", True),
        ("Bilbo order_date:<2017-09-20", False),
        ("Bilbo order_date:last_3_months", False),
        ("Bilbo -last_abandoned_order_date:last_week", True),
        ("Bilbo unknown:filter", False),
    ],
)
async def test_the_search_language(shop: httpx.AsyncClient, query: str, found: bool) -> None:
    assert await ids(shop, SEARCH, query=query) == ([6] if found else [])


async def test_search_numbers_are_compared_whether_shown_as_number_or_text(
    shop: httpx.AsyncClient, sandbox: Sandbox
) -> None:
    shown = [row["total_spent"] for row in sandbox.dump("spiffy")]
    assert {type(each) for each in shown} == {float, str}
    expected = matching(sandbox, lambda row: float(row["total_spent"]) > 500)
    assert await ids(shop, SEARCH, query="total_spent:>500") == expected


async def test_order_dates_are_counted_back_from_now(shop: httpx.AsyncClient, clock: Movable) -> None:
    clock.move(timedelta(days=-3207).total_seconds())
    assert 6 in await ids(shop, SEARCH, query="order_date:last_week")
    clock.move(timedelta(days=20).total_seconds())
    assert 6 not in await ids(shop, SEARCH, query="order_date:last_week")
    assert 6 in await ids(shop, SEARCH, query="order_date:last_month")


async def test_country_means_any_address_and_contrary_the_default_one(
    shop: httpx.AsyncClient, other_shop: httpx.AsyncClient, sandbox: Sandbox, contrary: Sandbox
) -> None:
    addresses = [
        {"id": 1, "country": "Italy", "default": False},
        {"id": 2, "country": "Japan", "default": True},
    ]
    for each in (sandbox, contrary):
        each.load("spiffy", [{"id": 1, "addresses": addresses}])
    assert await ids(shop, SEARCH, query="country:Italy country:japan") == [1]
    assert await ids(other_shop, SEARCH, query="country:Italy") == []
    assert await ids(other_shop, SEARCH, query="country:japan") == [1]


async def test_every_email_is_found_by_itself(reach: Reach) -> None:
    with create_app(SandboxOptions(size=300, rate_limits=False)) as sandbox:
        shop = reach(sandbox, "/spiffy", HEADERS)
        for row in sandbox.dump("spiffy"):
            assert row["id"] in await ids(shop, SEARCH, query=row["email"]), row["email"]


async def test_a_search_that_is_sensitive_to_accents_still_folds_case(reach: Reach) -> None:
    options = SandboxOptions(size=1, text_search=TextSearch.SENSITIVE)
    with create_app(options) as sandbox:
        sandbox.load("spiffy", [{"id": 1, "first_name": "Zoë"}])
        shop = reach(sandbox, "/spiffy", HEADERS)
        assert await ids(shop, SEARCH, query="ZOË") == [1]
        assert await ids(shop, SEARCH, query="zoe") == []


async def test_both_ways_of_authorisation_are_accepted_and_others_refused(shop: httpx.AsyncClient) -> None:
    bearer = f"Bearer {KEYS['access_token']}"
    wrong = "Basic " + base64.b64encode(b"sandbox-spiffy-key:wrong").decode()
    answers = {bearer: 200, BASIC: 200, wrong: 401, "Basic %%%": 401, "Bearer nothing": 401, "": 401}
    for authorization, status in answers.items():
        response = await shop.get("/api/customers/6.json", headers={"Authorization": authorization})
        assert response.status_code == status, authorization
    refused = await shop.get("/api/customers/6.json", headers={"Authorization": wrong})
    assert isinstance(refused.json()["errors"], str)


async def test_only_json_is_offered(shop: httpx.AsyncClient) -> None:
    assert (await shop.get(LIST, headers={"Accept": "text/html"})).status_code == 406


async def test_the_unknown_is_404_with_a_text_and_contrary_without(
    shop: httpx.AsyncClient, other_shop: httpx.AsyncClient
) -> None:
    for path in ("/api/customers/7.json", "/api/customers/x.json", "/api/nothing.json"):
        response = await shop.get(path)
        assert (response.status_code, response.json()) == (404, {"errors": "Not Found"})
        response = await other_shop.get(path)
        assert (response.status_code, response.content) == (404, b"")


async def test_every_reply_tells_the_window_and_the_501st_request_is_refused(
    shop: httpx.AsyncClient, clock: Movable
) -> None:
    clock.move(60)
    first = await shop.get("/api/customers/6.json")
    window = msgspec.json.decode(first.headers["X-Ratelimit"])
    assert window == {
        "name": "API", "period": 300, "limit": 500, "remaining": 499, "until": "2026-07-01T12:05:00Z",
    }  # fmt: skip
    for _ in range(499):
        await shop.get("/api/nothing.json")
    refused = await shop.get("/api/customers/6.json")
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "240")
    assert refused.headers["Content-Type"].startswith("text/plain")
    assert msgspec.json.decode(refused.headers["X-Ratelimit"])["remaining"] == 0
    clock.move(240)
    assert (await shop.get("/api/customers/6.json")).status_code == 200


async def test_contrary_lists_are_newest_first_and_404_past_the_end(other_shop: httpx.AsyncClient) -> None:
    every = await ids(other_shop)
    assert every == sorted(every, reverse=True)
    assert (await ids(other_shop, since_id=0))[0] == 6
    assert await ids(other_shop, since_id=10**9) == []
    assert (await other_shop.get(LIST, params={"page": 99})).status_code == 404


async def test_what_the_documents_show_in_two_ways_is_there_in_both(sandbox: Sandbox) -> None:
    rows = sandbox.dump("spiffy")
    for name in ("company", "accounting_id", "default_address", "note"):
        assert 0 < sum(row.get(name) is not None for row in rows) < len(rows), name
    assert {None, ""} < {row["tags"] for row in rows}
    assert {"guest", "disabled", "enabled"} < {row["state"] for row in rows}


async def test_a_loaded_document_comes_back_from_a_dump(sandbox: Sandbox) -> None:
    sandbox.load("spiffy", [LISTED, {"first_name": "Only"}])
    first, second = sandbox.dump("spiffy")
    assert first == LISTED
    assert (second["id"], second["name"], second["addresses"]) == (7, "Only", [])
