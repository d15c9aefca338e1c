"""Form bodies as PHP reads them: ``a[b]=1`` and ``a[]=1`` are nested, as its ``http_build_query`` writes them."""

from collections.abc import Mapping
from urllib.parse import parse_qsl

import msgspec

FORM = "application/x-www-form-urlencoded"


class Form(msgspec.Struct, frozen=True):
    """The fields of one form: plain ones, and those with a key in brackets (in order, as pairs of key and value)."""

    plain: Mapping[str, str]
    nested: Mapping[str, tuple[tuple[str, str], ...]]

    def text(self, name: str) -> str:
        """A plain field, trimmed; "" where it is missing."""
        return self.plain.get(name, "").strip()

    def values(self, name: str) -> list[str]:
        """The values of ``name[]`` or ``name[0]``, else the plain field as the only one."""
        if name in self.nested:
            return [value for _, value in self.nested[name]]
        return [self.plain[name]] if name in self.plain else []

    def mapping(self, name: str) -> dict[str, str]:
        """The values of ``name[key]`` by key; of a repeated key the last."""
        return dict(self.nested.get(name, ()))


def read_form(body: bytes, content_type: str) -> Form:
    """The form in a body; no fields at all where the content type is not that of a form."""
    plain: dict[str, str] = {}
    nested: dict[str, tuple[tuple[str, str], ...]] = {}
    pairs = parse_qsl(body.decode(), keep_blank_values=True) if content_type.startswith(FORM) else []
    for name, value in pairs:
        outer, bracket, inner = name.partition("[")
        if bracket and inner.endswith("]"):
            nested[outer] = (*nested.get(outer, ()), (inner[:-1], value))
        else:
            plain[name] = value
    return Form(plain, nested)
