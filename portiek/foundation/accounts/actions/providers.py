"""Identity providers as they are set up: by a company's administrator for his company, by staff for the portal and for any company."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.text import slugify

from portiek.core.actions import action
from portiek.core.actor import Actor
from portiek.core.errors import NotFound, Refused
from portiek.core.facts import record
from portiek.core.jobs import defer, named
from portiek.core.refs import ref
from portiek.core.sealing import seal
from portiek.foundation.accounts import facts, permissions, queries
from portiek.foundation.accounts.actions.members import _check_gift
from portiek.foundation.accounts.models import LoginPolicy, Provider, Role
from portiek.foundation.parties.models import Party


def _record(actor: Actor, fact: facts.ProviderAdded | facts.ProviderChanged | facts.ProviderSwitched | facts.ProviderChecked, row: Provider) -> None:
    record(actor, fact, party_id=row.party_id, subject=ref("accounts.provider", row.pk), text=row.label)


def _locked(actor: Actor, provider: Provider) -> Provider:
    found = Provider.objects.select_for_update(of=("self",)).select_related("role").filter(pk=provider.pk).first()
    if found is None or (actor.party_id is not None and found.party_id != actor.party_id):
        raise NotFound
    return found


def _check_role(actor: Actor, party_id: int | None, makes_members: bool, role: Role | None) -> None:
    """Refuse new colleagues without a role, among the staff, or with more rights than this actor may give."""
    if makes_members and (role is None or party_id is None):
        raise Refused("provider-role", field="role")
    if role is not None:
        _check_gift(actor, party_id, role, None, None)


@action(permissions.SSO_MANAGE)
def add_provider(actor: Actor, *, kind: str, party: Party | None, label: str, issuer: str, settings: dict[str, Any]) -> Provider:
    """Set up a provider, out of use until a check succeeds. `settings`: as change_provider takes them. Raises NotFound, Refused."""
    if actor.party_id is not None and (party is None or party.pk != actor.party_id):
        raise NotFound
    slug = f"{slugify(label)[:24] or 'login'}-{secrets.token_hex(4)}"
    audience = "party" if party else settings.get("audience") or "staff"
    made = Provider.objects.create(portal_id=actor.portal_id, party=party, kind=kind, slug=slug, label=label, issuer=issuer, audience=audience)
    _keep(actor, made, {**settings, "label": label})
    _record(actor, facts.ProviderAdded(provider_id=made.pk, kind=kind), made)
    _ask(actor, made)
    return made


@action(permissions.SSO_MANAGE)
def change_provider(actor: Actor, *, provider: Provider, settings: dict[str, Any]) -> Provider:
    """Change what may be changed of a provider: its label, its client, whom it makes a member. An empty secret keeps the one there is. Raises NotFound, Refused."""
    found = _locked(actor, provider)
    what = _keep(actor, found, settings)
    if what:
        _record(actor, facts.ProviderChanged(provider_id=found.pk, what=", ".join(what)), found)
        _ask(actor, found)
    return found


def _keep(actor: Actor, row: Provider, settings: dict[str, Any]) -> list[str]:
    """Keep settings and return the names of those that changed."""
    values: dict[str, Any] = {name: settings[name] for name in ("label", "client_id", "subject_claim", "domains", "makes_members", "role", "endpoints", "keys") if name in settings}
    if row.party_id is None and settings.get("audience"):
        values["audience"] = settings["audience"]
    _check_role(actor, row.party_id, values.get("makes_members", row.makes_members), values.get("role", row.role))
    if settings.get("secret"):
        values["secret"] = seal(settings["secret"], row.place_of_secret)
    changed = [name for name, value in values.items() if getattr(row, name) != value]
    if {"audience", "domains"} & set(changed) and any(problem := _asked_otherwise(policy, {"audience": row.audience, "domains": row.domains} | values) for policy in queries.asking(actor, provider=row)):
        raise Refused("provider-asked", field=problem)
    for name in changed:
        setattr(row, name, values[name])
    if "keys" in changed:
        row.keys_at = timezone.now()
    row.save(update_fields=[*changed, "keys_at"])
    return changed


def _asked_otherwise(policy: LoginPolicy, values: dict[str, Any]) -> str:
    """Return the setting by which a provider would no longer let in whom a policy sends there alone, or ""."""
    if policy.party_id is None and values["audience"] not in (policy.audience, "both"):
        return "audience"
    return "domains" if policy.party_id is not None and not values["domains"] else ""


def _ask(actor: Actor, row: Provider) -> None:
    row.check_asked_at = timezone.now()
    row.save(update_fields=["check_asked_at"])
    defer(actor, named("portiek.foundation.accounts.jobs.check_provider"), provider_id=row.pk)


@action(permissions.SSO_MANAGE)
def ask_check(actor: Actor, *, provider: Provider) -> None:
    """Have a provider tried. Raises NotFound."""
    _ask(actor, _locked(actor, provider))


@action(permissions.SSO_MANAGE)
def switch_provider(actor: Actor, *, provider: Provider, is_active: bool) -> None:
    """Put a provider into use, or out of it, which ends at once every session that it opened. Raises NotFound, and Refused before a check succeeded, or while a policy lets people in through it alone."""
    found = _locked(actor, provider)
    if is_active and (found.problem or not found.is_ready):
        raise Refused("provider-unchecked")
    if not is_active and queries.asking(actor, provider=found):
        raise Refused("provider-asked")
    if found.is_active != is_active:
        found.is_active = is_active
        found.save(update_fields=["is_active"])
        _record(actor, facts.ProviderSwitched(provider_id=found.pk, is_active=is_active), found)


@action(None)
def note_check(actor: Actor, *, provider_id: int, problem: str, endpoints: dict[str, str] | None = None, keys: list[dict[str, str]] | None = None) -> None:
    """Keep what a try of a provider gave. Only the portal itself."""
    found = Provider.objects.select_for_update().filter(pk=provider_id).first()
    if actor.kind != "system" or found is None:
        raise NotFound
    news = found.checked_at is None or found.problem != problem or (found.check_asked_at is not None and found.check_asked_at > found.checked_at)
    found.problem, found.checked_at = problem, timezone.now()
    if endpoints and keys:
        found.endpoints, found.keys, found.keys_at = endpoints, keys, found.checked_at
    found.save(update_fields=["problem", "checked_at", "endpoints", "keys", "keys_at"])
    if news:
        _record(actor, facts.ProviderChecked(provider_id=found.pk, problem=problem), found)


@action(None)
def keep_keys(actor: Actor, *, provider_id: int, keys: list[dict[str, str]], now: datetime) -> None:
    """Keep the keys that a provider signs with now. Only at the gate, where a token showed that ours are old."""
    Provider.objects.filter(pk=provider_id).update(keys=keys, keys_at=now)
