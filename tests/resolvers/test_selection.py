"""What a document selects, whichever way it is written."""

from __future__ import annotations

from typing import Any

import pytest
from graphql import FragmentDefinitionNode, OperationDefinitionNode, parse

from gateway.customer import ALL_FIELDS, Field, Selection
from gateway.planner.connection import Wanted
from resolvers.schema import core
from resolvers.selection import Document, depends_on_variables, selection_of, wanted_of


def read(text: str, **variables: Any) -> Document:
    definitions = parse(text).definitions
    return Document(
        operation=next(one for one in definitions if isinstance(one, OperationDefinitionNode)),
        fragments={one.name.value: one for one in definitions if isinstance(one, FragmentDefinitionNode)},
        variables=variables,
    )


def fields(text: str, **variables: Any) -> set[Field]:
    return set(selection_of(core, read(text, **variables)).fields)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{ customer(by: {}) { name } }", {Field.NAME}),
        ("{ customer(by: {}) { a: name b: name __typename id } }", {Field.NAME}),
        ("{ customer(by: {}) { records { firstName } } }", {Field.FIRST_NAME}),
        ("{ customer(by: {}) { addresses { name email } } }", {Field.ADDRESSES}),
        ("{ customer(by: {}) { shippingAddress { city } } }", {Field.ADDRESSES}),
        ("{ node(id: 1) { ... on CustomerProfile { phone } ... on Tag { name } } }", {Field.PHONE}),
        ("{ node(id: 1) { ...F } } fragment F on CustomerRecord { customer { note } }", {Field.NOTE}),
        ("{ customer(by: {}) { ... { code } ... @include(if: true) { title } } }", {Field.CODE, Field.TITLE}),
        ("{ _entities(representations: []) { ... on Customer { gender } } }", {Field.GENDER}),
        ("mutation { customerDelete(input: {}) { outcomes { record { locale } } } }", {Field.LOCALE}),
        ("{ sources { name } tags { nodes { name } } }", set()),
        ('{ customer(by: {}) { provenance(fields: ["tags"]) { field } } }', {Field.TAGS}),
        ("{ customer(by: {}) { provenance { field } } }", set(ALL_FIELDS)),
    ],
)
def test_unified_fields_are_found_wherever_a_profile_is_selected(text: str, expected: set[Field]) -> None:
    assert fields(text) == expected


def test_the_list_of_customers_needs_the_times_that_customers_stand_by() -> None:
    assert fields("{ customers { nodes { name } } }") == {Field.NAME, Field.CREATED_AT, Field.UPDATED_AT}
    assert fields("{ a: customers { totalCount { value } } }") == {Field.CREATED_AT, Field.UPDATED_AT}


def test_a_version_digests_everything() -> None:
    selection = selection_of(core, read("{ customer(by: {}) { version } }"))
    assert selection == Selection(fields=ALL_FIELDS, details=True)


def test_details_and_raw_are_asked_for_by_name() -> None:
    selection = selection_of(
        core, read("{ node(id: 1) { ... on CustomerRecord { details { __typename } raw } } }")
    )
    assert selection == Selection(details=True, raw=True)


def test_what_a_directive_leaves_out_is_not_loaded() -> None:
    text = "query($no: Boolean! = false) { customer(by: {}) { name @include(if: $no) phone @skip(if: $no) } }"
    assert fields(text, no=False) == {Field.PHONE}
    assert fields(text, no=True) == {Field.NAME}


def test_names_in_a_variable_count() -> None:
    text = "query($f: [String!]) { customer(by: {}) { provenance(fields: $f) { field } } }"
    assert fields(text, f=["email", "nonsense"]) == {Field.EMAIL}
    assert fields(text, f="phone") == {Field.PHONE}
    assert fields(text) == set(ALL_FIELDS)


@pytest.mark.parametrize(
    ("text", "depends"),
    [
        ("query($e: String) { customer(by: {email: $e}) { name } }", False),
        ("query($w: Boolean!) { customer(by: {}) { name @skip(if: $w) } }", True),
        (
            "query($w: Boolean!) { customer(by: {}) { ...F } } fragment F on Customer { name @skip(if: $w) }",
            True,
        ),
        ("query($f: String!) { customer(by: {}) { provenance(fields: [$f]) { field } } }", True),
        ("{ customer(by: {}) { name @skip(if: true) } }", False),
    ],
)
def test_a_selection_is_kept_unless_a_variable_decides_about_it(text: str, depends: bool) -> None:
    document = read(text)
    assert depends_on_variables(document.operation, document.fragments.values()) is depends


@pytest.mark.parametrize(
    ("connection", "expected"),
    [
        ("nodes { id }", (True, False, False, False)),
        ("edges { cursor }", (True, False, False, False)),
        ("totalCount { value }", (False, False, False, True)),
        ("pageInfo { hasNextPage }", (False, True, False, False)),
        ("pageInfo { endCursor hasPreviousPage }", (True, False, True, False)),
        ("...P", (False, True, False, True)),
        ("nodes @skip(if: true) { id } completeness { isComplete }", (True, False, False, False)),
    ],
)
def test_only_the_selected_parts_of_a_page_are_found_out(connection: str, expected: tuple[bool, ...]) -> None:
    text = f"{{ customers {{ {connection} }} }} fragment P on CustomerConnection"
    document = read(f"{text} {{ pageInfo {{ hasNextPage }} totalCount {{ value }} }}")
    assert wanted_of(document, document.roots()) == Wanted(*expected)
