"""GraphiQL in a real browser that reaches this machine alone."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from gateway import graphiql

ANSWER = "[...document.querySelectorAll('.graphiql-response .view-line')].map((line) => line.textContent).join('\\n')"
TABS = "[...document.querySelectorAll('.graphiql-tab-button')].map((tab) => tab.textContent)"

pytestmark = pytest.mark.skipif(
    not (graphiql.ASSETS / "index.html").is_file(), reason="GraphiQL is not built: make graphiql"
)


def text_of(name: str) -> str:
    """The lines of an editor; Monaco draws blanks as no-break spaces, in no certain order."""
    return f"document.querySelector('[aria-label=\"{name}\"]').innerText.replaceAll('\\u00a0', ' ')"


def open_page(browser: Any, address: str) -> None:
    browser.send("Page.navigate", url="about:blank")
    browser.send("Page.navigate", url=address)
    browser.wait_for("document.querySelector('.graphiql-execute-button') !== null")
    browser.wait_for("document.querySelector('.graphiql-query-editor')?.innerText.includes('{')")


def run(browser: Any) -> str:
    browser.press("Execute query")
    answer: str = browser.wait_for(f"{ANSWER}.includes('data') && {ANSWER}")
    return answer.replace("\N{NO-BREAK SPACE}", " ")


def test_it_opens_with_a_query_whose_answer_holds_customers_and_asks_nobody_else(
    gateway: Any, browser: Any
) -> None:
    example = httpx.get(gateway.url.replace("/graphql", "/graphiql/examples.json")).json()[0]
    nodes = gateway.ask(example["query"])["data"]["customers"]["nodes"]
    names = [node["name"] for node in nodes if node["name"] and '"' not in node["name"]]
    assert names

    open_page(browser, gateway.url)
    answer = run(browser)

    assert any(name in answer for name in names)
    hosts = {urlsplit(url).hostname for url in browser.requested if url.startswith("http")}
    assert hosts == {"127.0.0.1"}


def test_any_operation_can_be_traced_call_by_call_or_planned(gateway: Any, browser: Any) -> None:
    open_page(browser, gateway.url)
    browser.press("Show Trace")
    browser.press("Run with trace")
    total = browser.wait_for("document.querySelector('.trace p b')?.textContent")
    calls = browser.evaluate("document.querySelectorAll('.trace-call[data-served=vendor]').length")
    assert total == f"{calls} vendor calls"
    assert calls > 5
    open_page(browser, gateway.url + "#query={sources{name}}")
    browser.press("Show the plan")
    browser.wait_for("document.querySelector('.trace').innerText.includes('No vendor was asked')")


def test_a_link_opens_the_operation_with_its_variables_and_no_server_sees_it(
    gateway: Any, browser: Any
) -> None:
    open_page(browser, gateway.url)
    browser.press("ByEmail")
    browser.wait_for(f"{text_of('Variables')}.includes('@')")
    browser.press("Link to this operation")
    link = browser.wait_for("location.hash && location.href")
    assert "ByEmail" in link

    browser.press("Newest")
    browser.requested.clear()
    open_page(browser, link)
    browser.wait_for(
        "document.querySelector('.graphiql-tab-active .graphiql-tab-button').textContent === 'ByEmail'"
    )
    assert "isil.celik11" in browser.evaluate(text_of("Variables"))
    assert "customer" in run(browser)
    assert not any("celik" in url.partition("#")[0] for url in browser.requested)


def test_every_visit_finds_the_examples_as_tabs_and_the_header_of_explain_ready(
    gateway: Any, browser: Any
) -> None:
    examples = httpx.get(gateway.url.replace("/graphql", "/graphiql/examples.json")).json()
    found = [re.search(r"^(?:query|mutation) (\w+)", one["query"], re.MULTILINE) for one in examples]
    names = [name[1] for name in found if name]
    assert len(names) == len(examples)
    for _ in range(2):
        open_page(browser, gateway.url)
        browser.press("Headers")
        browser.wait_for(f"{text_of('Headers')}.includes('Gateway-Explain')")
        assert browser.evaluate(TABS) == names


def test_the_documentation_has_the_schemas_words(gateway: Any, browser: Any) -> None:
    open_page(browser, gateway.url)
    browser.press("Show Documentation Explorer")
    browser.wait_for("document.querySelector('.graphiql-doc-explorer-content a') !== null")
    browser.evaluate("document.querySelector('.graphiql-doc-explorer-content a').click()")
    browser.wait_for(
        "document.body.innerText.includes('Customers of all sources, merged, a page at a time.')"
    )


@pytest.mark.parametrize(("width", "height", "scheme"), [(1280, 800, "light"), (390, 844, "dark")])
def test_everything_fits_the_screen(gateway: Any, browser: Any, width: int, height: int, scheme: str) -> None:
    browser.resize(width, height, scheme)
    open_page(browser, gateway.url)
    run(browser)
    outside = """[...document.querySelectorAll('.graphiql-execute-button, .graphiql-response, .graphiql-sidebar button,'
        + ' .graphiql-editor-tools button, .trace, .graphiql-doc-explorer')].map((one) => one.getBoundingClientRect())
        .filter((box) => box.left < 0 || box.right > innerWidth || box.width === 0).length"""
    assert browser.evaluate(outside) == 0
    for panel in ("Trace", "Documentation Explorer"):
        browser.press(f"Show {panel}")
        browser.wait_for("document.querySelector('.graphiql-plugin > *') !== null")
        assert (
            browser.evaluate("document.querySelector('.graphiql-plugin').getBoundingClientRect().height")
            > height * 0.8
        )
        assert browser.evaluate("document.documentElement.scrollWidth <= innerWidth")
    background = browser.evaluate(
        "getComputedStyle(document.querySelector('.graphiql-container')).backgroundColor"
    )
    is_dark = sum(map(int, re.findall(r"\d+", background)[:3])) < 3 * 128
    assert is_dark == (scheme == "dark")
