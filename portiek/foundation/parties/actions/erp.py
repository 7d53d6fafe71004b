"""What the ERP says about parties: upsert by its own ids, its own fields only."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import DatabaseError, models, transaction
from django.db.models import Q
from django.utils import timezone

from portiek.core.actions import action
from portiek.core.actor import Actor
from portiek.core.errors import Forbidden
from portiek.core.facts import record as record_fact
from portiek.core.refs import ref
from portiek.foundation.parties import facts, permissions, rules
from portiek.foundation.parties.models import Address, Contact, Party
from portiek.foundation.parties.records import AddressRecord, ContactRecord, PartyRecord, Problem


@action(permissions.MANAGE)
def apply_parties(actor: Actor, records: Sequence[PartyRecord], *, as_of: datetime | None = None) -> list[Problem]:
    """Take a batch of parties from the ERP and return the records that could not be taken. System only.

    A party is found by its external id, else by its number when it has no external id yet. A constant number of statements; when the
    database refuses the batch, record by record, so that one bad record never blocks the rest.
    """
    if actor.kind != "system":
        raise Forbidden(permissions.MANAGE)
    moment = as_of or timezone.now()
    last = {record.external_id: record for record in records}
    twice = rules.doubles(last.values())
    problems = [Problem(key, "number-taken", "number") for key in sorted(twice)]
    good = []
    for record in last.values():
        problem = rules.why_not_party(record)
        if problem:
            problems.append(problem)
        elif record.external_id not in twice:
            good.append(record)
    try:
        with transaction.atomic():
            return problems + _apply(actor, good, moment)
    except DatabaseError:
        for record in good:
            try:
                with transaction.atomic():
                    problems += _apply(actor, [record], moment)
            except DatabaseError:
                problems.append(Problem(record.external_id, "refused-by-the-database"))
    return problems


def _apply(actor: Actor, records: list[PartyRecord], moment: datetime) -> list[Problem]:
    by_id = {party.external_id: party for party in Party.objects.filter(external_id__in=[record.external_id for record in records])}
    by_number = {party.number: party for party in Party.objects.filter(number__in=[record.number for record in records])}
    problems, made, changed, seen = [], [], [], []
    stands: list[tuple[PartyRecord, Party]] = []
    told: dict[int, dict[str, tuple[Any, Any]]] = {}
    for record in records:
        party = by_id.get(record.external_id)
        other = by_number.get(record.number)
        if other is not None and other is not party and ((party is None and other.external_id) or (party is not None and other.pk != party.pk)):
            problems.append(Problem(record.external_id, "number-taken", "number"))
            continue
        party = party or other
        if party is None:
            party = Party(portal_id=actor.portal_id, external_id=record.external_id, kind=record.kind, language=record.language if record.language in ("nl", "en") else "nl")
            _take(party, record, moment, {})
            made.append(party)
        elif party.merged_into_id:
            continue  # its documents lead to the other; what the administration calls it itself says nothing any more
        else:
            seen.append(party.pk)
            if record.version and party.erp_version == record.version and party.external_id == record.external_id:
                continue
            if _take(party, record, moment, told):
                changed.append(party)
        stands.append((record, party))
    Party.objects.bulk_create(made)
    if changed:
        Party.objects.bulk_update(changed, [*rules.ERP_FIELDS, "external_id", "erp_version", "as_of"])
    Party.objects.filter(pk__in=seen).update(as_of=moment)
    touched = {party.pk for party in changed} | _parts(actor, Address, [(party, item) for record, party in stands for item in record.addresses], [party for _record, party in stands], moment)
    touched |= _parts(actor, Contact, [(party, item) for record, party in stands for item in record.contacts], [party for _record, party in stands], moment)
    for party in made:
        record_fact(actor, facts.PartyCreated(party_id=party.pk), party_id=party.pk, subject=ref("parties.party", party.pk), text=party.name)
    new = {party.pk for party in made}
    for _record, party in stands:
        if party.pk in touched - new:
            record_fact(actor, facts.PartyChanged(party_id=party.pk), party_id=party.pk, subject=ref("parties.party", party.pk), text=party.name, changes=told.get(party.pk))
    return problems


def _take(party: Party, record: PartyRecord, moment: datetime, told: dict[int, dict[str, tuple[Any, Any]]]) -> bool:
    """Put the ERP's fields on a party; return whether one of them, or what ties it to the ERP, is different now. `told` gets what was and what is."""
    wanted: dict[str, Any] = {
        "number": record.number.strip(), "name": record.name.strip(), "vat_number": record.vat_number, "coc_number": record.coc_number, "email": record.email, "phone": record.phone,
        "credit_limit": record.credit_limit, "payment_days": party.payment_days if record.payment_days is None else record.payment_days, "is_active": record.active,
        "external_id": record.external_id,
    }
    kept = ("name", "email", "phone", "is_active") if party.erased_at else ()
    different = [name for name, value in wanted.items() if name not in kept and getattr(party, name) != value]
    told[party.pk] = {name: (getattr(party, name), wanted[name]) for name in different if name != "external_id"}
    for name in different:
        setattr(party, name, wanted[name])
    fresh = bool(different) or party.erp_version != record.version
    party.erp_version, party.as_of = record.version, moment
    return fresh


def _parts(actor: Actor, model: type[Address] | type[Contact], given: Iterable[tuple[Party, AddressRecord | ContactRecord]], parties: list[Party], moment: datetime) -> set[int]:
    """Upsert the addresses or contacts of parties and end those that the ERP no longer names; return the parties that changed."""
    fields = rules.ADDRESS_FIELDS if model is Address else rules.CONTACT_FIELDS
    rows: models.Manager[Any] = model.objects
    given, own = list(given), {party.pk for party in parties}
    known = {row.external_id: row for row in rows.filter(Q(party_id__in=own, external_id__isnull=False) | Q(external_id__in=[item.external_id for _party, item in given]))}
    made, changed, named = [], [], set()
    for party, item in given:
        named.add(item.external_id)
        row = known.get(item.external_id)
        if party.erased_at or (isinstance(row, Contact) and row.erased_at):
            continue  # what names an erased person does not come back
        wanted = {name: item.active if name == "is_active" else getattr(item, name) for name in fields}
        if row is None:
            made.append(model(portal_id=actor.portal_id, party=party, external_id=item.external_id, as_of=moment, **wanted))
        elif row.party_id != party.pk or any(getattr(row, name) != value for name, value in wanted.items()):
            if isinstance(row, Contact) and row.party_id != party.pk:
                row.unit_id = None  # of the party that it leaves
            row.party_id, row.as_of = party.pk, moment
            for name, value in wanted.items():
                setattr(row, name, value)
            changed.append(row)
    for row in known.values():
        if row.party_id in own and row.external_id not in named and row.is_active:
            row.is_active, row.as_of = False, moment
            changed.append(row)
    rows.bulk_create(made)
    if changed:
        rows.bulk_update(changed, ["party", *fields, "as_of", *(["unit"] if model is Contact else [])])
    return {row.party_id for row in (*made, *changed)}
