"""How a mutation's input becomes a write: whose records, which change, in which manner."""

from __future__ import annotations

from collections.abc import Mapping

from gateway.change import BulkTags, BulkVerb, Change, Create
from gateway.customer import Json
from gateway.errors import InvalidInput
from gateway.writes.bulk import BulkWriter
from gateway.writes.crowd import Crowd
from gateway.writes.outcome import Atomicity, BulkReport, Report, complaint_of
from gateway.writes.request import Manner, Target
from gateway.writes.service import Writer
from resolvers import identifier
from resolvers.context import Asked, context_of
from resolvers.draft import draft_of, given, owns_of, tags_of
from resolvers.inputs.mutation import CustomerCreateInput, CustomersTagsInput
from resolvers.inputs.target import RecordsTarget, RecordTarget, RestoreTarget

Targeted = RecordTarget | RestoreTarget | RecordsTarget


def manner_of(
    info: Asked, given_input: object, owns: Mapping[str, Mapping[str, Json]] | None = None
) -> Manner:
    """What all inputs say in the same words."""
    return Manner(
        mutation=info.field_name,
        caller=context_of(info).caller.name,
        atomicity=getattr(given_input, "atomicity", Atomicity.BEST_EFFORT),
        key=given(getattr(given_input, "idempotency_key", None)),
        if_match=given(getattr(given_input, "if_match", None)),
        is_dry=getattr(given_input, "dry_run", False),
        owns=owns or {},
    )


def target_of(named: Targeted) -> Target:
    """Whose records; raises `InvalidInput` for an id of something else."""
    node_id = _customer_id(named.id)
    is_single = isinstance(named, RecordTarget)
    source, several = given(getattr(named, "source", None)), given(getattr(named, "sources", None))
    sources = several if source is None else [source]
    return Target(
        source_name=node_id.source_name,
        vendor_id=node_id.key,
        is_customer=node_id.type_name == identifier.CUSTOMER,
        sources=None if sources is None else tuple(sources),
        is_single=is_single,
    )


def _customer_id(value: str, *path: str) -> identifier.NodeId:
    place = path or ("id",)
    try:
        node_id = identifier.decode(value, argument=".".join(place))
    except InvalidInput as error:
        raise InvalidInput(error.message, path=place) from error
    if node_id.type_name not in {identifier.CUSTOMER, identifier.RECORD}:
        raise InvalidInput(
            f"`{'.'.join(place)}` is that of a {node_id.type_name}, not of a customer or a record.",
            path=place,
        )
    return node_id


async def created(info: Asked, asked: CustomerCreateInput) -> Report:
    """A new customer."""
    try:
        change = Create(draft=draft_of(asked.customer))
        manner = manner_of(info, asked, owns_of(asked.customer))
    except InvalidInput as error:
        return Report(refusals=(complaint_of(error),))
    report = await Writer(context_of(info).reader).create(asked.sources, change, manner)
    return _forgotten(info, report)


async def changed(info: Asked, named: Targeted, change: Change, manner: Manner) -> Report:
    """A change to records there are."""
    try:
        target = target_of(named)
    except InvalidInput as error:
        return Report(refusals=(complaint_of(error),))
    report = await Writer(context_of(info).reader).change(target, change, manner)
    return _forgotten(info, report)


async def tagged(info: Asked, asked: CustomersTagsInput, verb: BulkVerb) -> BulkReport:
    """Tags of many customers."""
    try:
        crowd = _crowd_of(asked)
        tags = _bulk_tags(asked, verb)
    except InvalidInput as error:
        return BulkReport(refusals=(complaint_of(error),))
    report = await BulkWriter(context_of(info).reader).tag(crowd, tags, manner_of(info, asked))
    context_of(info).forget()
    return report


def _bulk_tags(asked: CustomersTagsInput, verb: BulkVerb) -> BulkTags:
    names, prefixes = given(asked.tags), given(asked.tag_prefixes)
    if names is None and verb is not BulkVerb.REMOVE:
        raise InvalidInput("`tags` is needed.", path=("tags",))
    return BulkTags(verb=verb, tags=tags_of(names or ()), prefixes=tags_of(prefixes or ()))


def _crowd_of(asked: CustomersTagsInput) -> Crowd:
    ids, emails, sources = given(asked.ids), given(asked.emails), given(asked.sources)
    return Crowd(
        ids=None if ids is None else tuple(_bulk_target(one, at) for at, one in enumerate(ids)),
        emails=None if emails is None else tuple(email.strip() for email in emails),
        is_everybody=given(asked.all_customers) is True,
        sources=None if sources is None else tuple(sources),
    )


def _bulk_target(value: str, at: int) -> Target:
    node_id = _customer_id(value, "ids", str(at))
    return Target(
        source_name=node_id.source_name,
        vendor_id=node_id.key,
        is_customer=node_id.type_name == identifier.CUSTOMER,
    )


def _forgotten(info: Asked, report: Report) -> Report:
    context_of(info).forget()
    return report
