"""Storeden's writes: form bodies, a name with every update, and one endpoint for each of the other parts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

import msgspec
from msgspec import UNSET

from gateway.call import Call
from gateway.change import AddressDraft, Draft, Maybe, given
from gateway.customer import Json
from gateway.errors import Unsupported
from gateway.transport import Response
from gateway.vendors.storeden.row import StoredenCustomer, group_entries
from gateway.vendors.storeden.rule import custom_text
from gateway.vendors.storeden.tagging import Pairs, StoredenStep, form, tagging
from gateway.write import Step

_CLIENT: Final = "/clients/client.json"
_TEXTS: Final = {"website": "website", "phone": "phone", "mobile": "mobile", "note": "note"}
_PLACE: Final = {"line1": "address", "city": "city", "postal_code": "zip"}
_NUMBERS: Final = {"country_uid": "countryUID", "state_uid": "stateUID"}
_INVOICES: Final = {"sdi": "metadata[sdi]", "pec": "metadata[pec]"}
_UNREADABLE: Final = frozenset({"note", "tax_number", "stateUID"})
"""What no answer tells: a request that carries one of them cannot be taken back."""


class _Created(msgspec.Struct, frozen=True):
    id: str


class _Reply(msgspec.Struct, frozen=True):
    client: _Created


def create(draft: Draft) -> Sequence[StoredenStep]:
    """The customer in one request, then what has an endpoint of its own."""
    pairs = [("email", draft.email or ""), *_name_pairs(draft, None), *_plain_pairs(draft)]
    pairs += [(name, str(draft.own[key])) for key, name in _INVOICES.items() if draft.own.get(key)]
    request = form("POST", _CLIENT, pairs)
    carried = {"email", *_carried(draft)}
    first: StoredenStep = Step(
        fields=tuple(sorted(carried)),
        write=lambda _: Call(request=request.request, read=_created),
        undo=lambda vendor_id, _: form("DELETE", _CLIENT, [("id", vendor_id)]),
        holds=None,
        creates=True,
    )
    return [first, *_parts(draft, None)]


def _created(response: Response) -> str:
    return msgspec.json.decode(response.body, type=_Reply).client.id


def update(draft: Draft, row: StoredenCustomer) -> Sequence[StoredenStep]:
    """The plain fields in one request, which has to carry a name; then the parts with endpoints of their own."""
    plain = _plain_pairs(draft)
    named = any(getattr(draft, field) is not UNSET for field in ("name", "first_name", "last_name"))
    steps = [_plain(_carried(draft), _name_pairs(draft, row), plain, row)] if plain or named else []
    return [*steps, *_parts(draft, row)]


def _plain(fields: tuple[str, ...], name: Pairs, plain: Pairs, row: StoredenCustomer) -> StoredenStep:
    if not name:
        raise Unsupported(
            "Storeden takes no change without a name, and this customer has none: give one too."
        )
    sent = {**dict(name), **dict(plain)}
    is_readable = _UNREADABLE.isdisjoint(sent)
    return Step(
        fields=fields,
        write=lambda vendor_id: form("PUT", _CLIENT, [("id", vendor_id), *sent.items()]),
        undo=_undo(row, sent) if is_readable else None,
        holds=(lambda now: _shows(now, sent)) if is_readable else None,
    )


def _undo(row: StoredenCustomer, sent: Mapping[str, str]) -> Callable[[str, Any], Call[Any]] | None:
    """The former texts; None for a customer without a name, which no request could give back."""
    name = _name_pairs(Draft(), row)
    if not name:
        return None
    former = {key: _former(row, key) for key in sent if key not in dict(name)}
    return lambda vendor_id, _: form("PUT", _CLIENT, [("id", vendor_id), *name, *former.items()])


def _former(row: StoredenCustomer, key: str) -> str:
    return getattr(row, "country" if key == "countryUID" else key) or ""


def _shows(row: StoredenCustomer, sent: Mapping[str, str]) -> bool:
    return all(_former(row, key).strip() == value.strip() for key, value in sent.items())


def _carried(draft: Draft) -> tuple[str, ...]:
    """The input's fields that the plain request carries."""
    apart = {"email", "accepts_marketing", "group_id", "tags", "custom_fields"}
    return tuple(name for name in given(draft) if name not in apart) + tuple(draft.own)


def _name_pairs(draft: Draft, row: StoredenCustomer | None) -> Pairs:
    """What the draft says, with the other part of the name from the row; without a word of it, the row's whole name."""
    parts = {"first_name": draft.first_name, "last_name": draft.last_name}
    if draft.name is not UNSET and draft.name is not None:
        told: Mapping[str, Maybe[str]] = {"fullname": draft.name, **parts}
        return [(key, value) for key, value in told.items() if isinstance(value, str)]
    if any(value is not UNSET for value in parts.values()):
        return [(key, _part(key, value, row)) for key, value in parts.items()]
    if row is None:
        return []
    own = {"fullname": row.fullname, "first_name": row.first_name, "last_name": row.last_name}
    return [(key, value) for key, value in own.items() if value] if row.fullname else []


def _part(key: str, value: Maybe[str], row: StoredenCustomer | None) -> str:
    if isinstance(value, str):
        return value
    former = None if row is None else getattr(row, key)
    if not former:
        raise Unsupported("Storeden takes a name as a whole, or its first and last part together: give both.")
    return str(former)


def _plain_pairs(draft: Draft) -> list[tuple[str, str]]:
    """Everything that the customer's own request carries beside name and e-mail; null is the empty text."""
    pairs = [
        (name, getattr(draft, field) or "")
        for field, name in _TEXTS.items()
        if getattr(draft, field) is not UNSET
    ]
    pairs += _tax_pairs(draft)
    pairs += _place_pairs(draft.addresses)
    pairs += [(name, str(draft.own[key] or "")) for key, name in _NUMBERS.items() if key in draft.own]
    return pairs


def _tax_pairs(draft: Draft) -> Pairs:
    if "tax_number" in draft.own:
        return [("tax_number", str(draft.own["tax_number"] or ""))]
    if draft.tax_ids is UNSET:
        return []
    return [("tax_number", draft.tax_ids[0].value if draft.tax_ids else "")]


def _place_pairs(addresses: Maybe[tuple[AddressDraft, ...]]) -> Pairs:
    """The one inline address as a whole: what the new one lacks is emptied."""
    if addresses is UNSET:
        return []
    if not addresses:
        return [(name, "") for name in _PLACE.values()]
    return [(name, getattr(addresses[0], field) or "") for field, name in _PLACE.items()]


def _parts(draft: Draft, row: StoredenCustomer | None) -> Iterator[StoredenStep]:
    """The steps of what has an endpoint of its own.

    Consent is late, since the vendor logs its changes, and tags are last, since no answer tells the former ones.
    """
    if draft.group_id is not UNSET and (row is not None or draft.group_id):
        yield _group(draft.group_id, row)
    if draft.custom_fields is not UNSET and (fields := _fields_to_set(draft.custom_fields, row)):
        yield _custom_fields(fields, row)
    if draft.accepts_marketing is not UNSET and draft.accepts_marketing is not None:
        yield _consent(draft.accepts_marketing, row)
    if draft.tags is not UNSET and (row is not None or draft.tags):
        yield tagging("POST", draft.tags or ())


def _consent(is_given: bool, row: StoredenCustomer | None) -> StoredenStep:  # noqa: FBT001  # the value itself
    def call(vendor_id: str, value: bool) -> Call[Any]:  # noqa: FBT001  # as above
        pairs = [("id", vendor_id), ("accept_marketing", str(value).lower())]
        return form("PUT", "/clients/accept_marketing.json", pairs)

    former = None if row is None else row.accept_marketing
    return Step(
        fields=("accepts_marketing",),
        write=lambda vendor_id: call(vendor_id, is_given),
        undo=None if former is None else lambda vendor_id, _: call(vendor_id, former),
        holds=lambda now: now.accept_marketing is is_given,
    )


def _group(group_id: str | None, row: StoredenCustomer | None) -> StoredenStep:
    former = None if row is None else _group_of(row)
    return Step(
        fields=("group_id",),
        write=lambda vendor_id: _group_call(vendor_id, group_id),
        undo=None if row is None else lambda vendor_id, _: _group_call(vendor_id, former),
        holds=lambda now: now.group is not None and _group_of(now) == group_id,
    )


def _group_of(row: StoredenCustomer) -> str | None:
    return next((key for key, _ in group_entries(row.group)), None)


def _group_call(vendor_id: str, group_id: str | None) -> Call[Any]:
    if group_id is None:
        return form("DELETE", "/clients/client2group.json", [("id", vendor_id)])
    return form("PUT", "/clients/client2group.json", [("id", vendor_id), ("group_id", group_id)])


def _fields_to_set(fields: Mapping[str, Json] | None, row: StoredenCustomer | None) -> Mapping[str, str]:
    """Key → text; "" resets a key, as None as a whole does with every key that is there."""
    if fields is None:
        return dict.fromkeys(row.custom_fields or (), "") if row is not None else {}
    return {key: custom_text(value) for key, value in fields.items()}


def _custom_fields(fields: Mapping[str, str], row: StoredenCustomer | None) -> StoredenStep:
    former = (
        {key: custom_text((row.custom_fields or {}).get(key)) for key in fields} if row is not None else {}
    )

    def call(vendor_id: str, values: Mapping[str, str]) -> Call[Any]:
        pairs = [(f"custom_fields[{key}]", value) for key, value in values.items()]
        return form("PUT", "/clients/custom_fields.json", [("id", vendor_id), *pairs])

    def holds(now: StoredenCustomer) -> bool:
        kept = now.custom_fields
        return kept is not None and all(custom_text(kept.get(key)) == value for key, value in fields.items())

    return Step(
        fields=("custom_fields",),
        write=lambda vendor_id: call(vendor_id, fields),
        undo=None if row is None else lambda vendor_id, _: call(vendor_id, former),
        holds=holds,
    )


def delete(row: StoredenCustomer) -> Sequence[StoredenStep]:  # noqa: ARG001  # a vendor's signature
    """Permanent, as the document says."""
    step: StoredenStep = Step(
        fields=(),
        write=lambda vendor_id: form("DELETE", _CLIENT, [("id", vendor_id)]),
        undo=None,
        holds=None,
        removes=True,
    )
    return [step]


def address_create(address: AddressDraft, row: StoredenCustomer) -> Sequence[StoredenStep]:
    """The inline address, where there is none yet."""
    if any((row.address, row.city, row.zip)):
        raise Unsupported("Storeden holds one address, which this customer has: change it instead.")
    return address_update(None, address, row)


def address_update(
    address_id: str | None, address: AddressDraft, row: StoredenCustomer
) -> Sequence[StoredenStep]:
    """The parts of the inline address that are given; it has no id."""
    if address_id is not None:
        raise Unsupported("Storeden's only address has no id: leave `addressId` out.")
    plain = [
        (name, getattr(address, field) or "")
        for field, name in _PLACE.items()
        if getattr(address, field) is not UNSET
    ]
    return [_plain(("address",), _name_pairs(Draft(), row), plain, row)]
