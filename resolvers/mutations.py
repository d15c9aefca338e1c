"""The root field of every write."""

from __future__ import annotations

from typing import Annotated

import strawberry

from gateway.change import (
    AddressCreate,
    AddressDelete,
    AddressUpdate,
    BulkVerb,
    Delete,
    Draft,
    Restore,
    TagsAdd,
    TagsRemove,
    Update,
)
from gateway.errors import InvalidInput
from gateway.writes import authentication
from gateway.writes.authentication import Authentication
from gateway.writes.outcome import BulkReport, Report, complaint_of
from resolvers.context import Asked, context_of
from resolvers.description import told
from resolvers.draft import address_of, custom_fields_of, draft_of, given, owns_of, tags_of
from resolvers.inputs.mutation import (
    CustomerAddressCreateInput,
    CustomerAddressDeleteInput,
    CustomerAddressUpdateInput,
    CustomerAuthenticateInput,
    CustomerCreateInput,
    CustomerCustomFieldsInput,
    CustomerDeleteInput,
    CustomerGroupAssignInput,
    CustomerGroupUnassignInput,
    CustomerMarketingConsentInput,
    CustomerRestoreInput,
    CustomersTagsInput,
    CustomerTagsInput,
    CustomerUpdateInput,
)
from resolvers.types.outcome import (
    CustomerAuthenticatePayload,
    CustomerMutationPayload,
    CustomersTagsPayload,
)
from resolvers.writing import changed, created, manner_of, tagged

_WORDS = "What is to be written, and how."
_NAMED = strawberry.argument(name="input", description=_WORDS)


async def _create(info: Asked, asked: Annotated[CustomerCreateInput, _NAMED]) -> Report:
    return await created(info, asked)


async def _update(info: Asked, asked: Annotated[CustomerUpdateInput, _NAMED]) -> Report:
    try:
        change = Update(draft=draft_of(asked.customer))
    except InvalidInput as error:
        return Report(refusals=(complaint_of(error),))
    return await changed(info, asked, change, manner_of(info, asked, owns_of(asked.customer)))


async def _delete(info: Asked, asked: Annotated[CustomerDeleteInput, _NAMED]) -> Report:
    return await changed(info, asked, Delete(), manner_of(info, asked))


async def _restore(info: Asked, asked: Annotated[CustomerRestoreInput, _NAMED]) -> Report:
    return await changed(info, asked, Restore(), manner_of(info, asked))


async def _address_create(info: Asked, asked: Annotated[CustomerAddressCreateInput, _NAMED]) -> Report:
    return await changed(
        info, asked, AddressCreate(address=address_of(asked.address)), manner_of(info, asked)
    )


async def _address_update(info: Asked, asked: Annotated[CustomerAddressUpdateInput, _NAMED]) -> Report:
    change = AddressUpdate(address_id=given(asked.address_id), address=address_of(asked.address))
    return await changed(info, asked, change, manner_of(info, asked))


async def _address_delete(info: Asked, asked: Annotated[CustomerAddressDeleteInput, _NAMED]) -> Report:
    return await changed(info, asked, AddressDelete(address_id=asked.address_id), manner_of(info, asked))


async def _tags_add(info: Asked, asked: Annotated[CustomerTagsInput, _NAMED]) -> Report:
    return await changed(info, asked, TagsAdd(tags=tags_of(asked.tags)), manner_of(info, asked))


async def _tags_remove(info: Asked, asked: Annotated[CustomerTagsInput, _NAMED]) -> Report:
    return await changed(info, asked, TagsRemove(tags=tags_of(asked.tags)), manner_of(info, asked))


async def _tags_replace(info: Asked, asked: Annotated[CustomerTagsInput, _NAMED]) -> Report:
    change = Update(draft=Draft(tags=tags_of(asked.tags)), needed=("tags",))
    return await changed(info, asked, change, manner_of(info, asked))


async def _bulk_add(info: Asked, asked: Annotated[CustomersTagsInput, _NAMED]) -> BulkReport:
    return await tagged(info, asked, BulkVerb.ADD)


async def _bulk_remove(info: Asked, asked: Annotated[CustomersTagsInput, _NAMED]) -> BulkReport:
    return await tagged(info, asked, BulkVerb.REMOVE)


async def _bulk_replace(info: Asked, asked: Annotated[CustomersTagsInput, _NAMED]) -> BulkReport:
    return await tagged(info, asked, BulkVerb.REPLACE)


async def _group_assign(info: Asked, asked: Annotated[CustomerGroupAssignInput, _NAMED]) -> Report:
    change = Update(draft=Draft(group_id=asked.group_id), needed=("group_id",))
    return await changed(info, asked, change, manner_of(info, asked))


async def _group_unassign(info: Asked, asked: Annotated[CustomerGroupUnassignInput, _NAMED]) -> Report:
    change = Update(draft=Draft(group_id=None), needed=("group_id",), only_from=given(asked.group_id))
    return await changed(info, asked, change, manner_of(info, asked))


async def _consent(info: Asked, asked: Annotated[CustomerMarketingConsentInput, _NAMED]) -> Report:
    change = Update(draft=Draft(accepts_marketing=asked.accepts_marketing), needed=("accepts_marketing",))
    return await changed(info, asked, change, manner_of(info, asked))


async def _custom_fields(info: Asked, asked: Annotated[CustomerCustomFieldsInput, _NAMED]) -> Report:
    try:
        draft = Draft(custom_fields=custom_fields_of(asked.custom_fields))
    except InvalidInput as error:
        return Report(refusals=(complaint_of(error),))
    return await changed(info, asked, Update(draft=draft, needed=("custom_fields",)), manner_of(info, asked))


async def _authenticate(info: Asked, asked: Annotated[CustomerAuthenticateInput, _NAMED]) -> Authentication:
    context = context_of(info)
    found = await authentication.authenticate(context.reader, asked.source, asked.email, asked.password)
    context.forget()
    return found


@strawberry.type(
    description="Writes. Each goes to the vendors and answers what became of it at every source."
)
class Mutation:
    """An input is checked before any vendor is called."""

    customer_create: CustomerMutationPayload = told(
        "Creates a customer at the named sources.", resolver=_create
    )
    customer_update: CustomerMutationPayload = told("Changes a customer at its sources.", resolver=_update)
    customer_delete: CustomerMutationPayload = told(
        "Deletes a customer at its sources; some vendors keep it and can restore it.", resolver=_delete
    )
    customer_restore: CustomerMutationPayload = told(
        "Restores a deleted customer where the vendor has kept it.", resolver=_restore
    )
    customer_address_create: CustomerMutationPayload = told("Adds an address.", resolver=_address_create)
    customer_address_update: CustomerMutationPayload = told(
        "Changes an address of one record.", resolver=_address_update
    )
    customer_address_delete: CustomerMutationPayload = told(
        "Removes an address from one record.", resolver=_address_delete
    )
    customer_tags_add: CustomerMutationPayload = told(
        "Adds tags to a customer; those it has stay.", resolver=_tags_add
    )
    customer_tags_remove: CustomerMutationPayload = told(
        "Removes tags from a customer.", resolver=_tags_remove
    )
    customer_tags_replace: CustomerMutationPayload = told(
        "Gives a customer these tags and no others.", resolver=_tags_replace
    )
    customers_tags_add: CustomersTagsPayload = told("Adds tags to many customers.", resolver=_bulk_add)
    customers_tags_remove: CustomersTagsPayload = told(
        "Removes tags from many customers.", resolver=_bulk_remove
    )
    customers_tags_replace: CustomersTagsPayload = told(
        "Gives many customers these tags and no others.", resolver=_bulk_replace
    )
    customer_group_assign: CustomerMutationPayload = told(
        "Puts a customer into a group of one source.", resolver=_group_assign
    )
    customer_group_unassign: CustomerMutationPayload = told(
        "Takes a customer out of a group of one source.", resolver=_group_unassign
    )
    customer_marketing_consent_update: CustomerMutationPayload = told(
        "Writes down a customer's consent to marketing, or its end.", resolver=_consent
    )
    customer_custom_fields_set: CustomerMutationPayload = told(
        "Sets free-form fields of a customer.", resolver=_custom_fields
    )
    customer_authenticate: CustomerAuthenticatePayload = told(
        "Asks a vendor whether an e-mail address and a password belong together; "
        "needs the scope customers:authenticate.",
        resolver=_authenticate,
    )
