"""The vendors' own customers as types of the API, made from the Structs that their answers are decoded into."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

import msgspec
import strawberry
from graphql import GraphQLResolveInfo
from strawberry.scalars import JSON

from gateway.vendors import SPECS

_SCALARS: Mapping[object, Any] = {kind: kind for kind in (str, bool, int, float, Decimal, datetime, date)}
_ID_ENDINGS = ("_id", "_uid")
_MADE: dict[type[msgspec.Struct], type] = {}


def output_type(struct: type[msgspec.Struct]) -> type:
    """The object type of a Struct: its name, its sentence, and every field with the sentence of its Meta.

    A number that is an id is an ID, since GraphQL's Int ends at 32 bits. A value whose shape is not one scalar, list
    or Struct is JSON.
    """
    if struct not in _MADE:
        _MADE[struct] = _made(struct)
    return _MADE[struct]


def _made(struct: type[msgspec.Struct]) -> type:
    annotations: dict[str, Any] = {}
    namespace: dict[str, Any] = {"__annotations__": annotations, "is_type_of": _is_of(struct)}
    hints = get_type_hints(struct, include_extras=True)
    for name in struct.__struct_fields__:
        annotations[name] = _graphql(hints[name], name)
        meta = _meta(hints[name])
        namespace[name] = strawberry.field(description=meta.description, metadata=meta.extra)
    return strawberry.type(
        type(struct.__name__, (), namespace), description=" ".join((struct.__doc__ or "").split())
    )


def _is_of(struct: type[msgspec.Struct]) -> Callable[[object, GraphQLResolveInfo[Any]], bool]:
    def is_type_of(value: object, _info: GraphQLResolveInfo[Any]) -> bool:
        return isinstance(value, struct)

    return staticmethod(is_type_of)


def _meta(hint: Any) -> msgspec.Meta:  # noqa: ANN401  # an annotation
    metas = getattr(hint, "__metadata__", ())
    return next((meta for meta in metas if isinstance(meta, msgspec.Meta)), msgspec.Meta())


def _graphql(hint: Any, name: str) -> Any:  # noqa: ANN401
    """The API's annotation for a Struct's; None stays possible everywhere, since vendors leave out what they like."""
    hint = _bare(hint)
    if get_origin(hint) in (Union, UnionType):
        known = [part for part in get_args(hint) if part not in (NoneType, msgspec.UnsetType)]
        inner = _graphql(known[0], name) if len(known) == 1 else JSON
        return inner | None if isinstance(inner, type) else Union[inner, None]  # noqa: UP007  # NewTypes
    return _plain(hint, name)


def _plain(hint: Any, name: str) -> Any:  # noqa: ANN401
    if get_origin(hint) in (tuple, list):
        return list.__class_getitem__(_graphql(get_args(hint)[0], name))
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        return output_type(hint)
    if hint in (int, str) and (name == "id" or name.endswith(_ID_ENDINGS)):
        return strawberry.ID
    return _SCALARS.get(hint, Union[JSON, None])  # noqa: UP007


def _bare(hint: Any) -> Any:  # noqa: ANN401
    return get_args(hint)[0] if get_origin(hint) is Annotated else hint


VENDOR_TYPES: tuple[type, ...] = tuple(output_type(spec.row) for spec in SPECS.values())
"""One type for each vendor, in the order in which vendors are declared."""

VendorCustomer = Annotated[
    Union[VENDOR_TYPES],  # type: ignore[valid-type]  # noqa: UP007  # made at run time
    strawberry.union(
        "VendorCustomer", description="A vendor's own customer: every field that the vendor documents, typed."
    ),
]
