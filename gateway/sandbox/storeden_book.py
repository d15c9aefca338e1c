"""Storeden's customer groups, and the address books of its registered customers."""

from starlette.responses import Response

from gateway.sandbox.storeden_endpoint import Endpoint
from gateway.sandbox.storeden_row import address_book, book_entry
from gateway.sandbox.vendor import Document, Incoming, answer


class Book(Endpoint):
    """Customer groups, and the address book of registered customers."""

    _REQUIRED = ("uid", "fullname", "email", "address", "postal_code", "city", "state", "country")

    def groups(self, _incoming: Incoming) -> Response:
        """All groups."""
        return answer(self.state.tables["grouping"].select())

    def group(self, incoming: Incoming) -> Response:
        """One group, in an array as the page's sample has it."""
        group = self.state.tables["grouping"].get(incoming.query.get("id", ""))
        if group is None:
            raise self.refuse("Group not found", 404)
        return answer([group])

    def create_group(self, incoming: Incoming) -> Response:
        """A new group, known by its id only."""
        form = self.form(incoming)
        if not form.text("name"):
            raise self.refuse("name is required")
        table = self.state.tables["grouping"]
        identifier = f"{self.state.now():08x}16f46afa7d{table.count() + 1:06x}"
        table.put(
            {
                "id": identifier,
                "name": form.text("name"),
                "label_color": form.text("color"),
                "description": form.text("description"),
                "metadata": [],
            }
        )
        return answer({"id": identifier})

    def addresses(self, incoming: Incoming) -> Response:
        """The address book by ``uid``; guests have none, an unknown one is empty (an assumption)."""
        document = self._account(incoming.query.get("uid", ""))
        entries = [] if document is None else address_book(document)
        return answer({"count": len(entries), "addresses": entries})

    def create_address(self, incoming: Incoming) -> Response:
        """A new entry; its reply is not documented, so only the new id is given."""
        form = self.form(incoming)
        missing = [name for name in self._REQUIRED if not form.text(name)]
        if missing:
            raise self.refuse(f"{missing[0]} is required")
        document = self._account(form.text("uid"))
        if document is None:
            raise self.refuse("User account not found", 404)
        given: Document = {name: form.text(name) for name in self._REQUIRED[1:]}
        given |= {name: form.text(name) for name in ("phone", "tax_code") if form.text(name)}
        given |= {"principalAddress": form.text("default") == "1", "metadata": form.mapping("metadata")}
        entry = book_entry(document, len(document["book"]) + 2, given)
        self.save(document, document | {"book": [*document["book"], entry]})
        return answer({"id": entry["id"]})

    def _account(self, uid: str) -> Document | None:
        if not uid.isdigit():
            raise self.refuse("uid is required")
        found = self.customers.select("user_uid = ?", (int(uid),), limit=1) if int(uid) else []
        return found[0] if found else None
