"""Changes of e-mail address, at the gate: the one that waits, who keeps an address, the one of a link."""

from __future__ import annotations

from django.core import signing
from django.utils import timezone

from portiek.core.actor import Actor
from portiek.core.errors import NotFound
from portiek.foundation.accounts import rules
from portiek.foundation.accounts.models import EmailChange, Identity, ScimUser, User


def email_change(actor: Actor, *, user_id: int | None = None) -> EmailChange | None:
    """Return the change of address of the person of the gate, or of the named user, that still waits. Only at the gate."""
    row = EmailChange.objects.filter(user_id=actor.user_id if user_id is None else user_id, done_at=None, ended_at=None).first()
    return row if row is not None and rules.is_stoppable(asked_at=row.asked_at, done_at=None, ended=False, now=timezone.now()) else None


def keeper_of_address(actor: Actor, *, user_id: int) -> str:
    """Return who keeps the address of a user, who then cannot change it here: a provider that keeps accounts by SCIM, or by whose account of that very domain he logs in; "" for nobody. Only at the gate."""
    kept = ScimUser.objects.select_related("provider").filter(user_id=user_id, removed_at=None, provider__is_active=True).order_by("pk").first()
    if kept is not None:
        return kept.provider.label
    domain = rules.domain_of(User.objects.values_list("email", flat=True).get(pk=user_id))
    linked = Identity.objects.select_related("provider").filter(user_id=user_id, ended_at=None, provider__is_active=True, provider__domains__contains=[domain]).order_by("pk").first()
    return linked.provider.label if linked else ""


def email_change_to_stop(actor: Actor, token: str) -> EmailChange:
    """Return the change of a link in a mail to the old address. Only at the gate. Raises NotFound for a link that is not ours or whose time is over."""
    try:
        key = signing.loads(token, salt=f"email-stop:{actor.portal_id}")
    except signing.BadSignature:
        raise NotFound from None
    row = EmailChange.objects.select_related("user").filter(pk=key).first()
    if row is None or not rules.is_stoppable(asked_at=row.asked_at, done_at=row.done_at, ended=row.ended_at is not None, now=timezone.now()):
        raise NotFound
    return row
