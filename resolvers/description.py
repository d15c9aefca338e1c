"""How fields of the API are declared: each with the sentence that describes it."""

from __future__ import annotations

from typing import Any

import strawberry


def told(
    description: str,
    *,
    name: str | None = None,
    resolver: Any = None,  # noqa: ANN401  # sync or async, with whatever arguments the field has
) -> Any:  # noqa: ANN401  # stands where a field's value would
    """An output field: an attribute of the object behind it, or what the resolver makes of that object."""
    return strawberry.field(description=description, name=name, resolver=resolver)


def optional(description: str, *, name: str | None = None) -> Any:  # noqa: ANN401
    """An input field that may be left out; what is left out is UNSET, what is null is None."""
    return strawberry.field(description=description, name=name, default=strawberry.UNSET)


def needed(description: str, default: Any = strawberry.UNSET) -> Any:  # noqa: ANN401
    """An input field that is never null; without a default it must be given."""
    if default is strawberry.UNSET:
        return strawberry.field(description=description)
    return strawberry.field(description=description, default=default)
