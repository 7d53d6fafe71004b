"""Coming in with an account of elsewhere, and linking one. At the gate.

Whose account it is, (portal, provider, subject) says and nothing else: an e-mail address that a provider gives is never a reason to let somebody in as who is here already.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from portiek.core.actions import action
from portiek.core.actor import Actor
from portiek.core.errors import NotFound, Refused
from portiek.core.facts import record
from portiek.core.refs import ref
from portiek.core.sessions import token_hash
from portiek.foundation.accounts import facts, letters, queries, rules
from portiek.foundation.accounts.actions.entering import Entered, Visit, _counted, _failed, _open
from portiek.foundation.accounts.actions.inviting import _accept
from portiek.foundation.accounts.actions.stepping import _tell
from portiek.foundation.accounts.models import Identity, Invitation, LoginCode, Membership, Provider, ScimUser, Session, SpentProof, User
from portiek.foundation.accounts.proofs import SKEW_SECONDS, Proof


def _provider(provider_id: int) -> Provider:
    found = Provider.objects.select_related("role").filter(pk=provider_id, is_active=True).first()
    if found is None or (found.party_id is not None and not Provider.objects.filter(pk=provider_id, party__is_active=True).exists()):
        raise NotFound
    return found


def _spend(actor: Actor, provider: Provider, proof: Proof) -> bool:
    """Use a proof up; False when any of it was used before. Two at once: the database lets one through."""
    until = max(proof.until, timezone.now()) + timedelta(seconds=2 * SKEW_SECONDS)
    rows = [SpentProof(portal_id=actor.portal_id, digest=hashlib.sha256(f"{provider.pk}|{name}".encode()).digest(), expires_at=until) for name in sorted(proof.once)]
    try:
        with transaction.atomic():
            SpentProof.objects.bulk_create(rows)
    except IntegrityError:
        return False
    return bool(rows)


def _identity(provider: Provider, proof: Proof) -> Identity | None:
    return Identity.objects.select_for_update(of=("self",)).select_related("user", "provider").filter(provider=provider, subject=proof.subject, ended_at=None).first()


def _kept(actor: Actor, provider: Provider, proof: Proof) -> Identity | None:
    """Link whom the provider itself keeps here by SCIM under this very name; None for everybody else."""
    named = ScimUser.objects.select_related("user").filter(Q(external_id=proof.subject) | Q(user_name=proof.subject), provider=provider, is_active=True, removed_at=None)[:2]
    if len(named) != 1 or Identity.objects.filter(provider=provider, user_id=named[0].user_id, ended_at=None).exists():
        return None
    return _link(actor, provider, named[0].user, proof)


def _link(actor: Actor, provider: Provider, user: User, proof: Proof, by: str = "") -> Identity:
    made = Identity.objects.create(portal_id=actor.portal_id, provider=provider, user=user, subject=proof.subject)
    record(actor, facts.IdentityLinked(user_id=user.pk, provider_id=provider.pk, by=by), party_id=provider.party_id, subject=ref("accounts.user", user.pk), text=user.name)
    return made


def _entered(actor: Actor, provider: Provider, identity: Identity, visit: Visit, party_id: int | None = None) -> Entered | str:
    if not identity.user.is_active:
        return "elsewhere-place"
    # Who set a provider up answers for how it makes sure of somebody: its log-in counts as both steps.
    opened = _open(actor, identity.user, visit, "elsewhere", provider.party_id or party_id, strong=True, identity=identity)
    if isinstance(opened, str):
        return "elsewhere-place"
    now = timezone.now()
    Identity.objects.filter(pk=identity.pk).update(used_at=now)
    Provider.objects.filter(pk=provider.pk).update(entered_at=now)
    return opened


@action(None)
def may_try_elsewhere(actor: Actor, *, visit: Visit) -> bool:
    """Count one return from a provider; False when there are too many from one place."""
    return _counted(actor, "elsewhere", "", visit)


@action(None)
def enter_elsewhere(actor: Actor, *, provider_id: int, proof: Proof, visit: Visit) -> Entered | str:
    """Open a session for whom a provider names, or make him a member where his company wants that; else return the reason.

    Nothing is raised: what was spent must stay spent. Raises NotFound for a provider that is not in use.
    """
    provider = _provider(provider_id)
    if not _spend(actor, provider, proof):
        return "elsewhere-over"
    identity = _identity(provider, proof) or _kept(actor, provider, proof)
    if identity is None:
        known = not proof.email or User.objects.filter(email=proof.email).exists()
        if problem := rules.why_not_member(makes_members=provider.makes_members and provider.role is not None and provider.role.removed_at is None, email=proof.email, verified=proof.email_verified, domains=provider.domains, known=known):
            return problem
        identity = _member(actor, provider, proof)
    return _entered(actor, provider, identity, visit)


def _member(actor: Actor, provider: Provider, proof: Proof) -> Identity:
    """Make a stranger a member of the provider's company, with the role that its administrator chose."""
    assert provider.party_id is not None and provider.role is not None
    user = User.objects.create(portal_id=actor.portal_id, email=proof.email, name=proof.name or proof.email.partition("@")[0], language=actor.language)
    Membership.objects.create(portal_id=actor.portal_id, party_id=provider.party_id, user=user, role=provider.role)
    record(actor, facts.MembershipGranted(user_id=user.pk, role=provider.role.code), party_id=provider.party_id, subject=ref("accounts.user", user.pk), text=user.name)
    return _link(actor, provider, user, proof)


@action(None)
def make_way(actor: Actor, *, code_id: int) -> tuple[User, str, list[tuple[Provider, bool]]] | None:
    """Draw the secret of a first log-in for who asked for a code and comes in through providers alone; return him, it, and those providers, each with whether he is linked there. None for everybody else."""
    code = LoginCode.objects.select_for_update().filter(pk=code_id, used_at=None).first()
    user = User.objects.filter(email=code.email, is_active=True).first() if code else None
    sent = queries.sent_elsewhere(actor, user_id=user.pk) if user else []
    if code is None or user is None or not sent:
        return None
    token, held = secrets.token_urlsafe(32), set(Identity.objects.filter(user=user, ended_at=None).values_list("provider_id", flat=True))
    code.code_hash, code.expires_at = queries.way_hash(actor, code=code, token=token), timezone.now() + timedelta(minutes=rules.CODE_MINUTES)
    code.save(update_fields=["code_hash", "expires_at"])
    return user, token, [(row, row.pk in held) for row in sent]


@action(None)
def enter_first(actor: Actor, *, provider_id: int, proof: Proof, ticket: str, token: str, visit: Visit) -> Entered | str:
    """Link a member who has to come in through a provider and never did, and let him in; else return the reason.

    He shows three things at once: the secret that was mailed to him (`token`), the browser that asked for it (`ticket`), and an account there that is nobody's yet. Nothing is raised: a wrong try must stay counted.
    Raises NotFound for a provider that is not in use.
    """
    provider = _provider(provider_id)
    if not _spend(actor, provider, proof):
        return "elsewhere-over"
    code = queries.way_in(actor, ticket=ticket, token=token, lock=True)
    user = User.objects.select_for_update().filter(email=code.email, is_active=True).first() if code else None
    if code is None or user is None:
        return "elsewhere-first-over"
    asked = any(row.pk == provider.pk for row in queries.sent_elsewhere(actor, user_id=user.pk))
    found = _identity(provider, proof) or _kept(actor, provider, proof)
    held = Identity.objects.filter(provider=provider, user=user, ended_at=None).exists()
    problem = rules.why_not_first(asked=asked, taken=found is not None and found.user_id != user.pk, other=held and found is None, told=proof.email, email=user.email)
    code.tries += 1
    code.used_at = None if problem else timezone.now()
    code.save(update_fields=["tries", "used_at"])
    if problem:
        _failed(actor, user, "elsewhere")
        return problem
    if found is None:
        found = _link(actor, provider, user, proof, "mail")
        _tell(actor, user, letters.IDENTITY_LINKED, provider=provider.label)
    return _entered(actor, provider, found, visit)


@action(None)
def accept_elsewhere(actor: Actor, *, provider_id: int, proof: Proof, token: str, visit: Visit) -> Entered | str:
    """Accept an invitation with an account of elsewhere: who holds its link is a new person here, and is linked; else return the reason.

    Somebody who is known here is not taken over by it: he accepts as himself and links afterwards. Raises NotFound, Refused.
    """
    provider = _provider(provider_id)
    if not _spend(actor, provider, proof):
        return "elsewhere-over"
    if _identity(provider, proof) is not None:
        return "elsewhere-taken"
    asked = Invitation.objects.filter(token_hash=token_hash(token)).first()
    if asked is None or not rules.may_act(provider.party_id, provider.audience, asked.party_id):
        raise NotFound
    if User.objects.filter(email=asked.email).exists():
        return "elsewhere-known"
    found, user = _accept(actor, token=token, name=proof.name, password="", user_id=None)
    return _entered(actor, provider, _link(actor, provider, user, proof), visit, found.party_id)


@action(None)
def link_elsewhere(actor: Actor, *, provider_id: int, proof: Proof, user_id: int, session: bytes) -> str | None:
    """Link an account of elsewhere to the person of a session who proved himself a moment ago; return why not, or None."""
    provider = _provider(provider_id)
    if not _spend(actor, provider, proof):
        return "elsewhere-over"
    if problem := _why_not_link(provider, user_id, session):
        return problem
    user = User.objects.select_for_update().get(pk=user_id)
    if (taken := _identity(provider, proof)) is not None:
        return None if taken.user_id == user_id else "elsewhere-taken"
    if Identity.objects.filter(provider=provider, user=user, ended_at=None).exists():
        return "elsewhere-linked"
    _link(actor, provider, user, proof)
    return None


def _why_not_link(provider: Provider, user_id: int, session: bytes) -> str | None:
    held = Session.objects.filter(token_hash=session, user_id=user_id, ended_at=None).first()
    if held is None or timezone.now() - held.proved_at > timedelta(minutes=rules.PROOF_MINUTES + rules.JOURNEY_MINUTES):
        return "fresh-proof-needed"
    places = Membership.objects.filter(user_id=user_id, is_active=True).values_list("party_id", flat=True)
    return None if any(rules.may_act(provider.party_id, provider.audience, party) for party in places) else "elsewhere-place"


@action(None)
def unlink_elsewhere(actor: Actor, *, identity_id: int, user_id: int) -> None:
    """End the link with one's own account of elsewhere, and what was opened through it. Raises NotFound, and Refused for one through which alone he comes in."""
    found = Identity.objects.select_for_update(of=("self",)).select_related("user", "provider").filter(pk=identity_id, user_id=user_id, ended_at=None).first()
    if found is None:
        raise NotFound
    if any(rules.provider_asked(asked) == found.provider_id for asked in queries.terms(actor, user_id=user_id).values()):
        raise Refused("identity-asked", provider=found.provider.label)
    found.ended_at = timezone.now()
    found.save(update_fields=["ended_at"])
    record(actor, facts.IdentityEnded(user_id=user_id, provider_id=found.provider_id), party_id=found.provider.party_id, subject=ref("accounts.user", user_id), text=found.user.name)


@action(None)
def note_failure(actor: Actor, *, provider_id: int, cause: str) -> None:
    """Keep why somebody did not come in, for whoever set the provider up."""
    Provider.objects.filter(pk=provider_id).update(failed_at=timezone.now(), failure=cause)

