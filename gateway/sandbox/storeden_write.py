"""Storeden's changes to one customer: create, update, delete, group, consent and custom fields."""

from collections.abc import Sequence

from starlette.responses import Response

from gateway.sandbox.form import Form
from gateway.sandbox.storeden_endpoint import Endpoint, error, receipt
from gateway.sandbox.storeden_row import COUNTRY_NAMES, STATE_NAMES, record
from gateway.sandbox.vendor import Document, Incoming, answer


class Writer(Endpoint):
    """Create, change and delete."""

    _CREATED = ("website", "phone", "mobile", "address", "city", "zip", "tax_number", "note")
    _UPDATED = ("phone", "address", "city", "zip", "tax_number", "note")

    def create(self, incoming: Incoming) -> Response:
        """A new guest (an assumption), known by its id only."""
        form = self.form(incoming)
        email = form.text("email")
        if "@" not in email:
            raise self.refuse("email is required and must be valid")
        if self.customers.count("email_lower = ?", (email.lower(),)):
            raise self.refuse("Email already exists")
        document = record(self._new_id(), email) | self._name(form) | self._fields(form, self._CREATED)
        document |= self._place(form, country="country", state="state")
        document["metadata"] = {key: form.mapping("metadata").get(key, "") for key in ("sdi", "pec")}
        self._check_zip(document)
        self.customers.put(document | {"created": self.state.now()})
        return answer({"client": {"id": document["id"]}})

    def update(self, incoming: Incoming) -> Response:
        """Change what is given; that the rest stays is an assumption. ``state`` is the country's name here."""
        form = self.form(incoming)
        if not form.text("id"):
            raise self.refuse("id is required")
        name = self._name(form)
        before = self.find(form.text("id"), "")
        if before is None:
            return self._missing()
        after = before | name | self._fields(form, self._UPDATED)
        after |= self._place(form, country="state", state="region")
        self._check_zip(after)
        return answer(receipt(self.save(before, after)) | {"updatedExisting": True})

    def delete(self, incoming: Incoming) -> Response:
        """Gone for good."""
        self.customers.remove(self.named(self.form(incoming))["id"])
        return answer({"ok": 1, "err": None})

    def assign_group(self, incoming: Incoming) -> Response:
        """Assign, or with an empty ``group_id`` remove."""
        form = self.form(incoming)
        before = self.named(form)
        if "group_id" not in form.plain:
            raise self.refuse("group_id is required")
        group = form.text("group_id") or None
        if group is not None and self.state.tables["grouping"].get(group) is None:
            raise self.refuse("Group not found", 404)
        return self._regroup(before, group)

    def remove_group(self, incoming: Incoming) -> Response:
        """Leave the customer without a group."""
        return self._regroup(self.named(self.form(incoming)), None)

    def accept_marketing(self, incoming: Incoming) -> Response:
        """Set the consent and log the change, as the page says."""
        form = self.form(incoming)
        value = form.text("accept_marketing")
        if value not in ("true", "false"):
            raise self.refuse("accept_marketing is true or false")
        before = self.find(form.text("id"), "") if form.text("id") else None
        if before is None:
            return self._missing()
        after = before | {"accept_marketing": value == "true"}
        modified = self.save(before, after | {"consent_log": self._logged(before, value)})
        message = "Field changed" if modified else "Field not changed"
        return answer(receipt(modified) | {"errmsg": None, "updatedExisting": True, "message": message})

    def custom_fields(self, incoming: Incoming) -> Response:
        """Merge the fields; an empty value removes one."""
        form = self.form(incoming)
        before = self.find(form.text("id"), "") if form.text("id") else None
        if before is None:
            return self._missing()
        merged = before["custom_fields"] | form.mapping("custom_fields")
        kept = {key: value for key, value in merged.items() if value != ""}
        modified = self.save(before, before | {"custom_fields": kept})
        return answer(receipt(modified) | {"errmsg": None, "updatedExisting": True})

    def _missing(self) -> Response:
        """A write to an unknown id: a receipt that found nothing, or an error (an assumption either way)."""
        if self.state.contrary:
            return error(self.state, "Client not found", 404)
        return answer(receipt(0, 0) | {"updatedExisting": False})

    def _logged(self, before: Document, value: str) -> list[Document]:
        if before["accept_marketing"] is (value == "true"):
            return list(before["consent_log"])
        return [*before["consent_log"], {"at": self.state.now(), "accept_marketing": value == "true"}]

    def _regroup(self, before: Document, group: str | None) -> Response:
        self.save(before, before | {"group": group})
        return answer({"id": before["id"], "group": {"before": before["group"] or "", "after": group}})

    def _new_id(self) -> str:
        number = self.state.customers.count() + 1
        while True:
            identifier = f"{self.state.now():08x}16f46ac71e{number:06x}"
            if self.customers.get(identifier) is None:
                return identifier
            number += 1

    def _name(self, form: Form) -> Document:
        """The name rule: ``fullname``, or both parts; the missing form is made from the other (an assumption)."""
        fullname, first, last = form.text("fullname"), form.text("first_name"), form.text("last_name")
        if not fullname and not (first and last):
            raise self.refuse("fullname or first_name and last_name are required")
        if not first and not last:
            first, _, last = fullname.partition(" ")
        return {"fullname": fullname or f"{first} {last}", "first_name": first, "last_name": last}

    def _fields(self, form: Form, names: Sequence[str]) -> Document:
        return {name: form.text(name) for name in names if name in form.plain}

    def _place(self, form: Form, country: str, state: str) -> Document:
        """Country and state, by Storeden's numbers first, else by the legacy names."""
        place: Document = {}
        if form.text(state):
            place["state"] = form.text(state)
        if form.text(country):
            names = {name: number for number, name in COUNTRY_NAMES.items()}
            place["country"] = str(names.get(form.text(country), ""))
        for field, name, known in (
            ("country", "countryUID", COUNTRY_NAMES),
            ("state", "stateUID", STATE_NAMES),
        ):
            text = form.text(name)
            if text:
                if not text.isdigit() or int(text) not in known:
                    raise self.refuse(f"{name} is unknown")
                place[field] = text if field == "country" else STATE_NAMES[int(text)]
        return place

    def _check_zip(self, document: Document) -> None:
        """Italy's rule alone; the other countries' are not known."""
        code = document["zip"]
        if document["country"] == "119" and code and not (code.isdigit() and len(code) == 5):
            raise self.refuse("zip is not valid for this country")
