"""How people may come in: decided by the portal for all, and by a party for its own people."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from django.utils import timezone

from portiek.core.actions import action
from portiek.core.actor import Actor
from portiek.core.errors import NotFound, Refused
from portiek.core.facts import record
from portiek.core.refs import ref
from portiek.foundation.accounts import facts, permissions, queries, rules
from portiek.foundation.accounts.models import EmergencyAccess, LoginPolicy, Provider, User


def _set(actor: Actor, audience: str, ways: Sequence[str], second_step: str, since: date | None, strong: bool, provider: Provider | None, through: int | None) -> None:
    mine = audience == ("staff" if actor.party_id is None else "party")
    if problem := rules.why_not_policy(ways, second_step=second_step, since=since, today=timezone.now().date(), strong=strong or not mine):
        raise Refused(problem, field="ways" if problem == "policy-no-way" else "second_step")
    old = LoginPolicy.objects.select_related("provider").filter(portal_id=actor.portal_id, party_id=actor.party_id, audience=audience).first()  # type: ignore[misc]
    if provider is not None and (old is None or old.provider_id != provider.pk):
        _check_alone(actor, audience, provider, mine, through)
    kept = {"ways": [way for way in rules.WAYS if way in ways], "second_step": second_step, "since": since, "provider": provider}
    LoginPolicy.objects.update_or_create(portal_id=actor.portal_id, party_id=actor.party_id, audience=audience, defaults=kept)  # type: ignore[misc]
    before, after = (old.provider.label if old and old.provider else ""), (provider.label if provider else "")
    record(actor, facts.LoginPolicyChanged(audience=audience, ways=kept["ways"], second_step=second_step, since=since.isoformat() if since else "", provider_id=provider.pk if provider else 0),  # type: ignore[arg-type]
           party_id=actor.party_id, changes={"provider_alone": (before, after)} if before != after else None)


def _check_alone(actor: Actor, audience: str, provider: Provider, mine: bool, through: int | None) -> None:
    """Refuse a provider that nobody has come in through yet, or whoever decides himself: it would shut everybody out. Locked, so that it is not put out of use meanwhile."""
    found = Provider.objects.select_for_update().filter(pk=provider.pk, party_id=actor.party_id, is_active=True).first()  # type: ignore[misc]
    if found is None or (found.party_id is None and found.audience not in (audience, "both")):
        raise NotFound
    if problem := rules.why_not_alone(entered=found.entered_at is not None, own=mine, through=through == found.pk, leads=found.party_id is None or bool(found.domains)):
        raise Refused(problem, field="provider", provider=found.label)


@action(permissions.PORTAL_MANAGE)
def set_portal_policy(actor: Actor, *, audience: str, ways: Sequence[str], second_step: str, since: date | None, strong: bool, provider: Provider | None = None, through: int | None = None,
                      emergency: Collection[int] = (), able: Collection[int] = ()) -> None:
    """Decide how staff, or the people of all parties, come in; `strong`: whether the actor came in by two steps, `through`: by which provider. `provider`: with an account of it alone.

    `emergency`: who of the staff comes in without that provider by password and app, `able`: who has both. Raises NotFound, Refused for what would shut himself or everybody out.
    """
    if audience == "staff":
        _name(actor, set(emergency), able, needed=provider is not None)
    _set(actor, audience, ways, second_step, since, strong, provider, through)


def _name(actor: Actor, wanted: set[int], able: Collection[int], *, needed: bool) -> None:
    """Keep who comes in without the provider in an emergency."""
    named = {row.user_id: row for row in queries.in_emergency(actor)}
    managers = set(queries.holders(actor, permissions.PORTAL_MANAGE, party_id=None).values_list("user_id", flat=True))
    if problem := rules.why_not_named(wanted, managers=managers, able=able, needed=needed):
        raise Refused(problem, field="emergency", names=", ".join(User.objects.filter(pk__in=wanted - set(able)).order_by("name").values_list("name", flat=True)))
    if wanted == set(named):
        return
    EmergencyAccess.objects.filter(user_id__in=set(named) - wanted).delete()
    EmergencyAccess.objects.bulk_create([EmergencyAccess(portal_id=actor.portal_id, user_id=user) for user in sorted(wanted - set(named))])
    record(actor, facts.EmergencyNamed(user_ids=sorted(wanted)), changes={"emergency": (", ".join(row.user.name for row in named.values()), ", ".join(row.user.name for row in queries.in_emergency(actor)))})


@action(permissions.USER_MANAGE)
def set_party_policy(actor: Actor, *, ways: Sequence[str], second_step: str, since: date | None, strong: bool, provider: Provider | None = None, through: int | None = None) -> None:
    """Decide how the people of one's own party come in, within what the portal allows. Raises NotFound, Refused as set_portal_policy."""
    _set(actor, "party", ways, second_step, since, strong, provider, through)


@action(permissions.SSO_MANAGE)
def lift_party_policy(actor: Actor, *, provider: Provider, reason: str) -> None:
    """Let the people of a party come in again without the provider that it asks for, because nobody of it can come in and change that; its administrators are told why. Only staff. Raises NotFound."""
    policy = LoginPolicy.objects.select_for_update().filter(portal_id=actor.portal_id, provider=provider, party__isnull=False).first()
    if not actor.is_staff or policy is None:
        raise NotFound
    policy.provider = None
    policy.save(update_fields=["provider"])
    record(actor, facts.PolicyLifted(provider_id=provider.pk, reason=reason), party_id=policy.party_id, subject=ref("accounts.provider", provider.pk), text=provider.label, changes={"reason": ("", reason)})
