"""What the merged customer says, and where each of its values came from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from gateway.customer import ALL_FIELDS, Address, AddressKind, Customer, CustomerRecord, Field, Profile, Value
from gateway.identity.rule import NAME_PARTS, RULES, MergeRule, combine
from gateway.query import Precedence


def merge(
    records: Iterable[CustomerRecord], precedence: Precedence, fields: frozenset[Field] = ALL_FIELDS
) -> Customer:
    """One person's records as one customer, in whatever order they came; the other fields stay unknown.

    ValueError where there is no record, since nobody has no record.
    """
    ordered = precedence.sorted(records)
    if not ordered:
        raise ValueError("a customer has at least one record")
    values = {str(field): _merged(field, ordered) for field in fields}
    return Customer(records=ordered, **values)


def _merged(field: Field, ordered: Sequence[CustomerRecord]) -> Any:  # noqa: ANN401  # the field's own type
    if field in NAME_PARTS:
        return getattr(_named(ordered), field)
    return combine(field, [value for _, value in _known(field, ordered)])


def _named(ordered: Sequence[CustomerRecord]) -> CustomerRecord:
    """The record that the name parts come from: the first with any of them, else the primary."""
    named = (record for record in ordered if any(getattr(record, part) is not None for part in NAME_PARTS))
    return next(named, ordered[0])


def _known(field: Field, ordered: Iterable[CustomerRecord]) -> list[tuple[CustomerRecord, Any]]:
    values = ((record, getattr(record, field)) for record in ordered)
    return [(record, value) for record, value in values if value is not None]


class Contribution(Value, frozen=True, kw_only=True):
    """What one record says of a field: a known value, as the domain has it."""

    record: CustomerRecord
    value: Any


class FieldProvenance(Value, frozen=True, kw_only=True):
    """Where a merged value came from. Together, `chosen` and `others` are all records that know the field.

    `chosen` is the primary-most contribution that the merged value is. It is None where nothing is known,
    where UNION or SUM made the value of several records (all of them are in `others`), and where the name
    parts came from a record that lacks this one. `others` are in priority order, values equal to the merged
    one included.
    """

    field: Field
    rule: MergeRule
    chosen: Contribution | None
    others: tuple[Contribution, ...]


def provenance(customer: Customer, fields: Iterable[Field]) -> tuple[FieldProvenance, ...]:
    """The provenance of the fields, each once in the order given, which the customer has to be merged with."""
    return tuple(_provenance(customer, field) for field in dict.fromkeys(fields))


def _provenance(customer: Customer, field: Field) -> FieldProvenance:
    known = [Contribution(record=record, value=value) for record, value in _known(field, customer.records)]
    chosen = _chosen(RULES[field], known, getattr(customer, field))
    others = tuple(contribution for contribution in known if contribution is not chosen)
    return FieldProvenance(field=field, rule=RULES[field], chosen=chosen, others=others)


def _chosen(rule: MergeRule, known: Sequence[Contribution], merged: object) -> Contribution | None:
    if rule in (MergeRule.UNION, MergeRule.SUM):
        return known[0] if len(known) == 1 else None
    return next((contribution for contribution in known if contribution.value == merged), None)


def address_of(profile: Profile, kind: AddressKind) -> Address | None:
    """The first address of the kind; None where there is none of it, whatever other addresses there are."""
    return next((address for address in profile.addresses or () if kind in address.kinds), None)
