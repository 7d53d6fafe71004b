"""Keys: made, ended."""

from __future__ import annotations

import secrets
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from portiek.core.actions import action
from portiek.core.actor import Actor
from portiek.core.errors import NotFound, Refused, word
from portiek.core.facts import record
from portiek.core.refs import ref
from portiek.edges.api import facts, permissions, rules
from portiek.edges.api.models import ApiKey

LACKING = word("api.rights-lacking", _("You can give a key only rights that you have yourself. Take away: {rights}."))
NONE = word("api.no-rights", _("Choose at least one right, or the key can do nothing."))
MACHINE = word("api.made-by-machine", _("A key cannot make or end keys: log in to do that."))


@action(permissions.APIKEY_MANAGE)
def create_key(actor: Actor, *, name: str, rights: list[str], expires_at: datetime | None = None) -> tuple[ApiKey, str]:
    """Make a key and return it with its secret, which is shown once and kept nowhere. Raises Refused."""
    if actor.api_key_id:
        raise Refused(MACHINE)
    if not rights:
        raise Refused(NONE, field="rights")
    if missing := rules.lacking(rights, actor.rights):
        raise Refused(LACKING, field="rights", rights=", ".join(missing))
    secret = rules.PREFIX + secrets.token_urlsafe(32)
    made = ApiKey.objects.create(portal_id=actor.portal_id, party_id=actor.party_id, user_id=actor.user_id, name=name, prefix=secret[:10], key_hash=rules.hash_of(secret),
                                 rights=sorted(rights), expires_at=expires_at)
    record(actor, facts.KeyCreated(key_id=made.pk), party_id=actor.party_id, subject=ref("api.key", made.pk), text=name,
           changes={"rights": (None, ", ".join(made.rights)), "expires_at": (None, expires_at and expires_at.date().isoformat())})
    return made, secret


@action(permissions.APIKEY_MANAGE)
def revoke_key(actor: Actor, *, key: int, now: datetime) -> ApiKey:
    """End a key of the own company at once, for staff also of a party; a second time changes nothing. Raises NotFound."""
    if actor.api_key_id:
        raise Refused(MACHINE)
    keys = ApiKey.objects.select_related("party").select_for_update(of=("self",)).filter(portal_id=actor.portal_id, pk=key)
    found = (keys if actor.is_staff else keys.filter(party_id=actor.party_id)).first()  # type: ignore[misc]
    if found is None:
        raise NotFound
    if found.revoked_at is None:
        found.revoked_at = now
        found.save(update_fields=["revoked_at"])
        record(actor, facts.KeyRevoked(key_id=found.pk), party_id=found.party_id, subject=ref("api.key", found.pk), text=found.name)
    return found
