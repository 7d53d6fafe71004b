"""Parties with their addresses, contacts and price list: to parties and pricing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from portiek.core.actor import Actor
from portiek.edges.connectors import contract
from portiek.edges.connectors.apply.goods import parted
from portiek.edges.connectors.contract import Change
from portiek.foundation.parties import actions, records
from portiek.foundation.parties.models import Address, Contact, Party
from portiek.trade.pricing import actions as pricing
from portiek.trade.pricing.models import PartyPriceList, PriceList


def parties(actor: Actor, changes: Sequence[Change]) -> dict[str, str]:
    """Hand parties over; one that is gone is put away, with its address book as it was."""
    there, gone = parted(changes)
    made = [_record(change, cast("contract.PartyRecord", change.data)) for change in there]
    made += [_put_away(row) for row in Party.objects.filter(external_id__in=gone)]
    wrong = actions.apply_parties(actor, made)
    problems = {item.external_id: f"{item.code}: {item.field}" for item in wrong}
    wanted = {change.external_id: cast("contract.PartyRecord", change.data).price_list for change in there if change.external_id not in problems}
    groups = {change.external_id: cast("contract.PartyRecord", change.data).groups for change in there if change.external_id not in problems}
    _groups(actor, groups)
    return problems | _price_lists(actor, wanted)


def _groups(actor: Actor, wanted: dict[str, tuple[str, ...] | None]) -> None:
    """Put each party in the customer groups that the ERP names; of who it says nothing they stay."""
    said = {key: found for key, found in wanted.items() if found is not None}
    here = dict(Party.objects.filter(external_id__in=list(said), merged_into=None).values_list("external_id", "pk")) if said else {}
    if here:
        pricing.apply_members(actor, wanted={pk: said[str(key)] for key, pk in here.items()})


def _record(change: Change, data: contract.PartyRecord) -> records.PartyRecord:
    addresses = tuple(
        records.AddressRecord(
            item.external_id, item.street, item.city, item.postal_code, item.country or "NL", item.name, item.is_invoice, item.is_delivery, item.active
        )
        for item in data.addresses
    )
    contacts = tuple(records.ContactRecord(item.external_id, item.name, item.role, item.email, item.phone, item.active) for item in data.contacts)
    return records.PartyRecord(
        external_id=data.external_id,
        number=data.number,
        name=data.name,
        kind=data.kind,
        language=data.language,
        vat_number=data.vat_number,
        coc_number=data.coc_number,
        email=data.email,
        phone=data.phone,
        credit_limit=data.credit_limit,
        payment_days=data.payment_days,
        addresses=addresses,
        contacts=contacts,
        active=data.active,
        version=change.version[:64],
    )


def _put_away(row: Party) -> records.PartyRecord:
    addresses = tuple(
        records.AddressRecord(
            str(item.external_id), item.street, item.city, item.postal_code, item.country, item.name, item.is_invoice, item.is_delivery, item.is_active
        )
        for item in Address.objects.filter(party=row, external_id__isnull=False)
    )
    contacts = tuple(
        records.ContactRecord(str(item.external_id), item.name, item.role, item.email, item.phone, item.is_active)
        for item in Contact.objects.filter(party=row, external_id__isnull=False)
    )
    return records.PartyRecord(
        external_id=str(row.external_id),
        number=row.number,
        name=row.name,
        kind=row.kind,
        language=row.language,
        vat_number=row.vat_number,
        coc_number=row.coc_number,
        email=row.email,
        phone=row.phone,
        credit_limit=row.credit_limit,
        payment_days=row.payment_days,
        addresses=addresses,
        contacts=contacts,
        active=False,
    )


def _price_lists(actor: Actor, wanted: dict[str, str | None]) -> dict[str, str]:
    """Serve each party by the list that the ERP names, in the first place; lists that the portal added further down stay."""
    here = {row.external_id: row for row in Party.objects.filter(external_id__in=list(wanted), merged_into=None)}
    lists = {row.external_id: row for row in PriceList.objects.filter(external_id__in=[key for key in wanted.values() if key])}
    first = {row.party_id: row for row in PartyPriceList.objects.filter(party__in=here.values(), position=1).select_related("price_list")}
    problems = {}
    for key, name in wanted.items():
        party = here.get(key)
        if party is None:
            continue
        now = first.get(party.pk)
        if name and name not in lists:
            problems[key] = f"unknown_price_list: {name}"
        elif (now.price_list.external_id if now else None) != name:
            if now is not None and (name or now.price_list.external_id):
                pricing.withdraw_price_list(actor, party=party, price_list=now.price_list)
            if name:
                pricing.assign_price_list(actor, party=party, price_list=lists[name], position=1)
    return problems
