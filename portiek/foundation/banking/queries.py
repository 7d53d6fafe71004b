"""Every read of bank accounts."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from portiek.core.actor import Actor
from portiek.core.errors import NotFound
from portiek.core.sealing import unseal
from portiek.foundation.banking import permissions, rules
from portiek.foundation.banking.models import BankAccount, BankChange, Cooling, Numbered

NEWEST = ("-id",)


def number_of(actor: Actor, row: Numbered) -> str:
    """Return a number as this actor may see it: whole with the right, else masked."""
    return rules.spaced(unseal(row.iban, row.place)) if actor.may(permissions.VIEW) else row.mask


def whole_number(actor: Actor, row: Numbered) -> str:
    """Return a number as it is, for the portal's own work. Raises NotFound for everybody else."""
    if actor.kind != "system":
        raise NotFound
    return unseal(row.iban, row.place)


def account(actor: Actor, *, party_id: int) -> BankAccount | None:
    """Return the account of a party that counts now."""
    return BankAccount.objects.filter(party_id=party_id).first()


def changes(actor: Actor, *, party_id: int | None = None, state: str = "") -> QuerySet[BankChange]:
    """Return the changes an actor sees: staff those of every party, a party its own."""
    found = BankChange.objects.select_related("party")
    if party_id is not None:
        found = found.filter(party_id=party_id)
    return found.filter(state=state) if state else found


def change(actor: Actor, key: int) -> BankChange:
    """Return one change. Raises NotFound."""
    found = BankChange.objects.select_related("party").filter(pk=key).first()
    if found is None:
        raise NotFound
    return found


def _counted(actor: Actor, party_id: int) -> QuerySet[BankChange]:
    return BankChange.objects.filter(party_id=party_id, state=BankChange.State.DONE).order_by("-pk")


def last_counted(actor: Actor, *, party_id: int) -> int | None:
    """Return the change that made the account of a party what it is now, or None."""
    return _counted(actor, party_id).values_list("pk", flat=True).first()


def account_before(actor: Actor, change: BankChange) -> BankChange | None:
    """Return the change that made the account that this one takes the place of, or None."""
    return _counted(actor, change.party_id).filter(pk__lt=change.pk).first()


def due(actor: Actor, *, now: datetime) -> list[int]:
    """Return the changes whose cooling-off is over, oldest first."""
    return list(BankChange.objects.filter(state=BankChange.State.COOLING, effective_at__lte=now).order_by("effective_at", "pk").values_list("pk", flat=True)[:200])


def cooling_hours(actor: Actor) -> int:
    """Return how many hours pass between acceptance and effect."""
    found = Cooling.objects.filter(portal_id=actor.portal_id).values_list("hours", flat=True).first()
    return rules.HOURS if found is None else found
