"""Storeden's tags, which are written and never shown: POST replaces, PUT adds, DELETE removes."""

from collections.abc import Callable

from starlette.responses import Response

from gateway.sandbox.form import Form
from gateway.sandbox.storeden_endpoint import Endpoint, receipt
from gateway.sandbox.vendor import Document, Incoming, answer

CHUNK = 1000
ALL = "*"
"""As the only e-mail of a batch: every customer."""
Change = Callable[[list[str]], list[str]]


class Tagger(Endpoint):
    """Tags: POST replaces, PUT adds, DELETE removes."""

    def replace(self, incoming: Incoming) -> Response:
        """Replace one customer's tags; an empty list clears them (an assumption)."""
        return self._one(incoming, self._replacing)

    def add(self, incoming: Incoming) -> Response:
        """Add the tags that one customer does not have."""
        return self._one(incoming, self._adding)

    def remove(self, incoming: Incoming) -> Response:
        """Remove the tags from one customer."""
        return self._one(incoming, self._removing)

    def batch_add(self, incoming: Incoming) -> Response:
        """Add tags to many customers."""
        form = self.form(incoming)
        return self._many(form, self._adding(self._tags(form)))

    def batch_replace(self, incoming: Incoming) -> Response:
        """Replace the tags of many customers."""
        form = self.form(incoming)
        return self._many(form, self._replacing(self._tags(form)))

    def batch_remove(self, incoming: Incoming) -> Response:
        """Remove one tag from many customers; a star at its end means every tag that begins so."""
        form = self.form(incoming)
        tag = form.text("tag")
        if not tag:
            raise self.refuse("tag is required")
        if not tag.endswith(ALL):
            return self._many(form, self._removing([tag]))
        begin = tag.removesuffix(ALL)
        return self._many(form, lambda tags: [one for one in tags if not one.startswith(begin)])

    def _one(self, incoming: Incoming, change: Callable[[list[str]], Change]) -> Response:
        form = self.form(incoming)
        identifier, email = form.text("id"), form.text("email")
        if not identifier and not email:
            raise self.refuse("One of id and email is required")
        changed = change(self._tags(form))
        document = self.find(identifier, email)
        if document is None:
            return answer(receipt(0, 0))
        return answer(receipt(self._retag(document, changed)))

    def _many(self, form: Form, change: Change) -> Response:
        emails = [email for email in form.values("email") if email]
        if not emails:
            raise self.refuse("email is required")
        if emails == [ALL]:
            return answer(receipt(self._retag_all(change)))
        found = [self.find("", email) for email in dict.fromkeys(emails)]
        modified = sum(self._retag(document, change) for document in found if document is not None)
        return answer(receipt(modified, 1 if any(found) else 0))

    def _retag_all(self, change: Change) -> int:
        modified, last = 0, ""
        while chunk := self.customers.select("id > ?", (last,), limit=CHUNK):
            modified += sum(self._retag(document, change) for document in chunk)
            last = chunk[-1]["id"]
        return modified

    def _retag(self, document: Document, change: Change) -> int:
        return self.save(document, document | {"tags": change(document["tags"])})

    def _tags(self, form: Form) -> list[str]:
        if "tags" not in form.plain:
            raise self.refuse("tags is required")
        tags = (tag.strip() for tag in form.text("tags").split(","))
        return list(dict.fromkeys(tag for tag in tags if tag))

    @staticmethod
    def _replacing(given: list[str]) -> Change:
        return lambda _tags: given

    @staticmethod
    def _adding(given: list[str]) -> Change:
        return lambda tags: [*tags, *(tag for tag in given if tag not in tags)]

    @staticmethod
    def _removing(given: list[str]) -> Change:
        return lambda tags: [tag for tag in tags if tag not in given]
