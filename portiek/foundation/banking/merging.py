"""An account number is sealed for its party: it never becomes another one's without the four eyes that every change needs."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from portiek.core.actor import Actor
from portiek.core.errors import Refused
from portiek.core.merging import Deed, refuses, stays
from portiek.foundation.banking.models import BankChange
from portiek.foundation.banking.rules import OPEN


def _in_the_way(actor: Actor, deed: Deed) -> Iterable[Refused]:
    if not deed.is_split and BankChange.objects.filter(portal_id=actor.portal_id, party_id=deed.source, state__in=OPEN).exists():
        yield Refused("merge-bank-change")


stays("banking.BankAccount", label=_("Bank account"), ground=_("That of the company that stays holds. Another one is asked for as always, by two people."))
stays("banking.BankChange", ground=_("Who asked for which account, and who agreed."))
refuses("banking", _in_the_way)
