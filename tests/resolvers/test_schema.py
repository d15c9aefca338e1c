"""The printed schema: current, complete against what is promised, described throughout."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from graphql import (
    DefinitionNode,
    EnumTypeDefinitionNode,
    InputObjectTypeDefinitionNode,
    InterfaceTypeDefinitionNode,
    ObjectTypeDefinitionNode,
    UnionTypeDefinitionNode,
    is_enum_type,
    is_input_object_type,
    is_interface_type,
    is_object_type,
    parse,
    print_ast,
)

from resolvers.schema import core, print_schema

ROOT = Path(__file__).resolve().parents[2]
Facts = Iterator[tuple[str, str]]


def read_facts(text: str) -> dict[str, str]:
    """Every type, field, argument and value by its dotted name, with what is promised of it."""
    facts: dict[str, str] = {}
    for definition in parse(text).definitions:
        name = getattr(definition, "name", None)
        if name is not None:
            facts[name.value] = definition.kind
            facts.update((f"{name.value}.{path}", promise) for path, promise in read_members(definition))
    return facts


def read_members(definition: DefinitionNode) -> Facts:
    match definition:
        case EnumTypeDefinitionNode():
            yield from ((value.name.value, "value") for value in definition.values or ())
        case UnionTypeDefinitionNode():
            yield from ((member.name.value, "member") for member in definition.types or ())
        case InputObjectTypeDefinitionNode():
            yield from ((one.name.value, read_input(one)) for one in definition.fields or ())
        case ObjectTypeDefinitionNode() | InterfaceTypeDefinitionNode():
            yield from ((f"implements {one.name.value}", "") for one in definition.interfaces or ())
            for field in definition.fields or ():
                yield field.name.value, print_ast(field.type)
                for argument in field.arguments or ():
                    yield f"{field.name.value}({argument.name.value})", read_input(argument)


def read_input(node: object) -> str:
    default = getattr(node, "default_value", None)
    written = "" if default is None else f" = {print_ast(default)}".replace("{ ", "{").replace(" }", "}")
    return f"{print_ast(node.type)}{written}"  # type: ignore[attr-defined]  # input values have a type


def test_the_committed_schema_is_the_printed_one() -> None:
    assert (ROOT / "schema.graphql").read_text(encoding="utf-8") == print_schema()


def test_everything_promised_is_in_the_printed_schema() -> None:
    promised = read_facts((ROOT / "tests/resolvers/core.graphql").read_text(encoding="utf-8"))
    printed = read_facts(print_schema())
    assert len(promised) > 500
    wrong = {name: (kind, printed.get(name)) for name, kind in promised.items() if printed.get(name) != kind}
    assert wrong == {}


def test_promised_arguments_and_input_fields_are_all_that_is_needed() -> None:
    """An addition that had to be given would break every client there is."""
    promised = read_facts((ROOT / "tests/resolvers/core.graphql").read_text(encoding="utf-8"))
    inputs = {name for name, kind in promised.items() if kind == "input_object_type_definition"}
    added = {
        name: kind
        for name, kind in read_facts(print_schema()).items()
        if name not in promised and "_entities" not in name and ("(" in name or name.split(".")[0] in inputs)
    }
    assert {name: kind for name, kind in added.items() if kind.endswith("!")} == {}


def test_every_record_and_customer_has_every_field_of_the_profile() -> None:
    facts = read_facts(print_schema())
    profile = {
        name.partition(".")[2]: kind for name, kind in facts.items() if name.startswith("CustomerProfile.")
    }
    for name in ("Customer", "CustomerRecord"):
        assert {field: facts.get(f"{name}.{field}") for field in profile} == profile


def test_everything_is_described() -> None:
    assert [name for name, description in list_descriptions() if not description] == []


def list_descriptions() -> Iterator[tuple[str, str | None]]:
    for name, one in core.type_map.items():
        if name.startswith(("_", "link__")) or name in {
            "FieldSet",
            "Int",
            "Float",
            "String",
            "Boolean",
            "ID",
        }:
            continue
        yield name, one.description
        if is_enum_type(one):
            yield from ((f"{name}.{key}", value.description) for key, value in one.values.items())
        if is_input_object_type(one):
            yield from ((f"{name}.{key}", field.description) for key, field in one.fields.items())
        if is_object_type(one) or is_interface_type(one):
            for key, field in one.fields.items():
                if key not in {"_service", "_entities"}:
                    yield f"{name}.{key}", field.description
                    arguments = field.args.items()
                    yield from ((f"{name}.{key}({arg})", value.description) for arg, value in arguments)


def test_every_vendor_has_its_own_typed_customer() -> None:
    facts = read_facts(print_schema())
    members = [name for name in facts if name.startswith("VendorCustomer.")]
    assert len(members) == 5
    assert facts["FoodicsCustomer.houseAccountBalance"] == "Decimal"
    assert facts["Open2bCustomer.billingAddress"] == "Open2bBillingAddress"
    assert facts["TiendanubeCustomer.addresses"] == "[TiendanubeAddress!]"
    assert facts["SpiffyCustomer.id"] == "ID!"
