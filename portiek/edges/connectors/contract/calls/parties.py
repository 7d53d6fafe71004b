"""The payloads of what changes about a party: its data, its bank account."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from portiek.edges.connectors.contract.calls.same import bare
from portiek.edges.connectors.contract.records import AddressRecord, ContactRecord, PartyRecord


@dataclass(frozen=True, slots=True)
class ChangeParty:
    """The payload of `change_party`: other values of one field of a party, of its address or of its contact.

    `subject` is party, address or contact and `external_id` that one's own; `old` is what the portal saw and `new` what it is to be, both by the
    names of the record's fields.
    """

    party: str
    subject: str
    external_id: str
    old: Mapping[str, str]
    new: Mapping[str, str]

    def as_payload(self) -> dict[str, object]:
        """Return JSON-safe values."""
        return {"party": self.party, "subject": self.subject, "external_id": self.external_id, "old": dict(self.old), "new": dict(self.new)}

    @classmethod
    def from_payload(cls, payload: Mapping[str, object]) -> ChangeParty:
        """Read what `as_payload` wrote. Raises ValueError on anything else."""
        old, new, subject = payload.get("old"), payload.get("new"), payload.get("subject")
        if not payload.get("party") or not payload.get("external_id") or subject not in ("party", "address", "contact"):
            raise ValueError("change_party needs a party, a subject and its external_id")
        if not isinstance(old, Mapping) or not isinstance(new, Mapping) or not new or set(old) != set(new):
            raise ValueError("change_party needs old and new values of the same fields")
        values = ({str(name): str(value) for name, value in given.items()} for given in (old, new))
        return cls(str(payload["party"]), str(subject), str(payload["external_id"]), *values)

    def target(self, record: PartyRecord) -> PartyRecord | AddressRecord | ContactRecord | None:
        """Return what is to be changed in a party as it is now; None: it is not there any more."""
        if self.subject == "party":
            return record
        parts: tuple[AddressRecord | ContactRecord, ...] = record.addresses if self.subject == "address" else record.contacts
        return next((part for part in parts if part.external_id == self.external_id), None)

    def current(self, record: PartyRecord) -> dict[str, str] | None:
        """Return the values that the fields have in a party as it is now. Raises ValueError for a field that the record does not have."""
        found = self.target(record)
        if found is None:
            return None
        if unknown := next((name for name in self.new if not isinstance(getattr(found, name, None), str)), None):
            raise ValueError(f"change_party: no text field {unknown}")
        return {name: str(getattr(found, name)) for name in self.new}

    def is_done(self, record: PartyRecord) -> bool:
        """Whether a party has the new values, perhaps written in the ERP's own way."""
        now = self.current(record)
        return now is not None and all(bare(now[name]) == bare(value) for name, value in self.new.items())

    def is_as_seen(self, record: PartyRecord) -> bool:
        """Whether a party still has the values that the portal saw."""
        now = self.current(record)
        return now is not None and all(bare(now[name]) == bare(value) for name, value in self.old.items())


@dataclass(frozen=True, slots=True)
class SetAccount:
    """The payload of `set_account`: from now on a party is paid, or pays, by this account.

    `iban` is without spaces (ISO 13616); `replaces` is the account that the portal had the ERP write before it, or empty: no other one is put away.
    """

    party: str
    iban: str = field(repr=False)
    holder: str = ""
    replaces: str = field(default="", repr=False)

    @classmethod
    def from_payload(cls, payload: Mapping[str, object]) -> SetAccount:
        """Read a payload whose sealed values were opened. Raises ValueError, which never says the number."""
        found = cls(*(str(payload.get(name) or "") for name in ("party", "iban", "holder", "replaces")))
        if not found.party or not found.iban.isalnum():
            raise ValueError("set_account needs a party and an iban")
        return found
