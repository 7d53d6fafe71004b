"""Keys and clients: made, renewed, handed over, ended; and the tokens that clients get."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portiek.core.actions import action
from portiek.core.actor import Actor
from portiek.core.errors import Forbidden, NotFound, Refused, word
from portiek.core.facts import Fact, record
from portiek.core.refs import ref
from portiek.edges.api import facts, permissions, rules
from portiek.edges.api.models import ApiKey, ApiToken
from portiek.foundation.accounts.rules import network

LACKING = word("api.rights-lacking", _("You can give a key only rights that you have yourself. Take away: {rights}."))
NONE = word("api.no-rights", _("Choose at least one right, or the key can do nothing."))
MACHINE = word("api.made-by-machine", _("A key cannot make or end keys: log in to do that."))
NETWORKS = word("api.networks", _("Write addresses such as 203.0.113.7 or networks such as 203.0.113.0/24 or 2001:db8::/48, at most {number}."))
ENDED = word("api.key-ended", _("This key has ended. Make a new one."))


@action(permissions.APIKEY_MANAGE)
def create_key(actor: Actor, *, name: str, rights: list[str], expires_at: datetime | None = None, kind: str = ApiKey.Kind.KEY, networks: Sequence[str] = ()) -> tuple[ApiKey, str]:
    """Make a key or a client and return it with its secret, which is shown once and kept nowhere; `networks`: from where alone it may be used. Raises Refused."""
    _person(actor)
    if not rights:
        raise Refused(NONE, field="rights")
    if missing := rules.lacking(rights, actor.rights):
        raise Refused(LACKING, field="rights", rights=", ".join(missing))
    within, secret = _networks(networks), _secret(kind)
    client = rules.CLIENT + secrets.token_urlsafe(12) if kind == ApiKey.Kind.CLIENT else None
    made = ApiKey.objects.create(portal_id=actor.portal_id, party_id=actor.party_id, user_id=actor.user_id, kind=kind, name=name, client_id=client, prefix=secret[:10], key_hash=rules.hash_of(secret),
                                 rights=sorted(rights), expires_at=expires_at, networks=within)
    record(actor, facts.KeyCreated(key_id=made.pk), party_id=actor.party_id, subject=ref("api.key", made.pk), text=name,
           changes={"rights": (None, ", ".join(made.rights)), "expires_at": (None, expires_at and expires_at.date().isoformat()), "networks": (None, ", ".join(within))})
    return made, secret


@action(permissions.APIKEY_MANAGE)
def set_networks(actor: Actor, *, key: int, networks: Sequence[str]) -> None:
    """Let a key or client of the own company, with its tokens, be used from these networks alone; none: from everywhere. Raises Refused and NotFound."""
    found = _locked(actor, key, own=True)
    _open(found)
    before, found.networks = found.networks, _networks(networks)
    if before != found.networks:
        found.save(update_fields=["networks"])
        _record(actor, found, facts.KeyNetworksChanged(key_id=found.pk), changes={"networks": (", ".join(before), ", ".join(found.networks))})


@action(None)
def note_outside(actor: Actor, *, place: str) -> None:
    """Record that the key of this actor was used from where it may not be; `place`: the address it came from."""
    found = ApiKey.objects.get(portal_id=actor.portal_id, pk=actor.api_key_id or 0)
    _record(actor, found, facts.KeyOutside(key_id=found.pk, network=network(place)))


@action(permissions.APIKEY_MANAGE)
def renew_key(actor: Actor, *, key: int) -> tuple[ApiKey, str]:
    """Give a key or client of the own company another secret and return it, shown once; for a week the old one is good too. Raises Refused and NotFound."""
    found = _locked(actor, key, own=True)
    _open(found)
    secret = _secret(found.kind)
    found.old_key_hash, found.old_until, found.prefix, found.key_hash = bytes(found.key_hash), timezone.now() + rules.OVERLAP, secret[:10], rules.hash_of(secret)
    found.save(update_fields=["old_key_hash", "old_until", "prefix", "key_hash"])
    _record(actor, found, facts.KeyRenewed(key_id=found.pk))
    return found, secret


@action(permissions.APIKEY_MANAGE)
def end_old_secret(actor: Actor, *, key: int) -> None:
    """End the old secret of a key before its week is over. Raises NotFound."""
    found = _locked(actor, key)
    if found.old_key_hash is not None:
        found.old_key_hash, found.old_until = None, None
        found.save(update_fields=["old_key_hash", "old_until"])
        _record(actor, found, facts.KeyOldSecretEnded(key_id=found.pk))


@action(permissions.APIKEY_MANAGE)
def take_over_key(actor: Actor, *, key: int) -> None:
    """Answer for a key of the own company from now on, so that it does not end with the membership of its maker. Raises Refused and NotFound."""
    found = _locked(actor, key, own=True)
    _open(found)
    if missing := rules.lacking(found.rights, actor.rights):
        raise Refused(LACKING, rights=", ".join(missing))
    if found.user_id != actor.user_id:
        found.user_id = actor.user_id
        found.save(update_fields=["user"])
        _record(actor, found, facts.KeyTakenOver(key_id=found.pk))


@action(permissions.APIKEY_MANAGE)
def revoke_key(actor: Actor, *, key: int, now: datetime) -> ApiKey:
    """End a key of the own company at once, for staff also of a party; a second time changes nothing. Its tokens end with it. Raises NotFound."""
    found = _locked(actor, key)
    if found.revoked_at is None:
        found.revoked_at = now
        found.save(update_fields=["revoked_at"])
        _record(actor, found, facts.KeyRevoked(key_id=found.pk))
    return found


@action(None)
def issue_token(actor: Actor, *, rights: list[str]) -> str:
    """Give a client a token for some of its rights and return it. Only a client that showed its secret."""
    if not actor.api_key_id or not set(rights) <= actor.rights:
        raise Forbidden("api.token")
    token = rules.TOKEN + secrets.token_urlsafe(32)
    expires_at = timezone.now() + timedelta(seconds=rules.TOKEN_SECONDS)
    ApiToken.objects.bulk_create([ApiToken(portal_id=actor.portal_id, party_id=actor.party_id, key_id=actor.api_key_id, token_hash=rules.hash_of(token), rights=rights, expires_at=expires_at)])
    return token


@action(None)
def revoke_token(actor: Actor, *, token: str) -> None:
    """End a token of this client at once; one that is not its own, or unknown, is left as it is, and nobody learns which (RFC 7009 section 2.2)."""
    if actor.api_key_id:
        ApiToken.objects.filter(portal_id=actor.portal_id, key_id=actor.api_key_id, token_hash=rules.hash_of(token)).delete()


@action(None)
def drop_old_tokens(actor: Actor, *, before: datetime) -> int:
    """Remove the tokens that ended before a moment; return how many. Only the portal itself."""
    if actor.kind != "system":
        raise NotFound
    count, _per = ApiToken.objects.filter(portal_id=actor.portal_id, expires_at__lt=before).delete()
    return count


def _person(actor: Actor) -> None:
    if actor.api_key_id:
        raise Refused(MACHINE)


def _open(key: ApiKey) -> None:
    if key.revoked_at or (key.expires_at and key.expires_at <= timezone.now()):
        raise Refused(ENDED)


def _secret(kind: str) -> str:
    return (rules.SECRET if kind == ApiKey.Kind.CLIENT else rules.PREFIX) + secrets.token_urlsafe(32)


def _locked(actor: Actor, key: int, *, own: bool = False) -> ApiKey:
    """Lock a key of the actor's company; staff also reach those of parties, except to do what only the company itself can answer for (`own`)."""
    _person(actor)
    found = ApiKey.objects.select_related("party").select_for_update(of=("self",)).filter(portal_id=actor.portal_id, pk=key)
    if own or not actor.is_staff:
        found = found.filter(party_id=actor.party_id)  # type: ignore[misc]
    row = found.first()
    if row is None:
        raise NotFound
    return row


def _networks(given: Sequence[str]) -> list[str]:
    found = rules.networks(given)
    if found is None:
        raise Refused(NETWORKS, field="networks", number=rules.NETWORKS)
    return found


def _record(actor: Actor, key: ApiKey, happened: Fact, changes: Mapping[str, tuple[Any, Any]] | None = None) -> None:
    record(actor, happened, party_id=key.party_id, subject=ref("api.key", key.pk), text=key.name, changes=changes)
