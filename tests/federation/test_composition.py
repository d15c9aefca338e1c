"""The schema composed with another subgraph, by both composers that routers are fed from."""

from __future__ import annotations

from pathlib import Path

import pytest
from graphql import GraphQLObjectType, GraphQLSchema, build_schema

from tests.support.node import run_node

ROOT = Path(__file__).resolve().parents[2]
PROJECT = "examples/supergraph"


INVOICES = """
extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable"])
type Query { invoices: InvoiceConnection! }
type InvoiceConnection { nodes: [Invoice!]!  pageInfo: PageInfo! }
type PageInfo @shareable { hasNextPage: Boolean! hasPreviousPage: Boolean! startCursor: String endCursor: String }
interface Node { id: ID! }
type Invoice implements Node { id: ID!  customer: Customer  tag: Tag  group: CustomerGroup }
type Customer @key(fields: "id") { id: ID! invoices: [Invoice!]! }
type Tag @key(fields: "id") { id: ID! }
type CustomerGroup @key(fields: "id") { id: ID! }
"""
"""A subgraph with Relay lists of its own, which names customers by id."""


@pytest.fixture(scope="module", params=["apollo", "hive"])
def supergraph(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> GraphQLSchema:
    invoices = tmp_path_factory.mktemp("subgraph") / "invoices.graphql"
    invoices.write_text(INVOICES, encoding="utf-8")
    text = run_node(PROJECT, "compose.js", request.param, str(ROOT / "schema.graphql"), str(invoices))
    return build_schema(text, assume_valid=True)


def fields_of(schema: GraphQLSchema, name: str) -> set[str]:
    found = schema.type_map[name]
    assert isinstance(found, GraphQLObjectType)
    return set(found.fields)


def test_other_subgraphs_add_fields_to_customers_and_records(supergraph: GraphQLSchema) -> None:
    assert {"orders", "invoices", "name", "records", "provenance"} <= fields_of(supergraph, "Customer")
    assert {"orders", "name", "sourceName", "details"} <= fields_of(supergraph, "CustomerRecord")


def test_a_subgraph_with_relay_lists_of_its_own_shares_page_info(supergraph: GraphQLSchema) -> None:
    assert "endCursor" in fields_of(supergraph, "PageInfo")
    assert fields_of(supergraph, "InvoiceConnection") == {"nodes", "pageInfo"}


def test_every_query_and_mutation_of_ours_is_in_the_supergraph(supergraph: GraphQLSchema) -> None:
    own = build_schema((ROOT / "schema.graphql").read_text(encoding="utf-8"), assume_valid=True)
    for name in ("Query", "Mutation"):
        asked = {field for field in fields_of(own, name) if not field.startswith("_")}
        assert asked <= fields_of(supergraph, name)


def test_input_objects_that_take_exactly_one_field_stay_so_described(supergraph: GraphQLSchema) -> None:
    """A router's schema may lose `@oneOf`, which composers do not know; the words must then say it."""
    described = supergraph.type_map["CustomerBy"].description or ""
    assert "exactly one" in described.lower()
