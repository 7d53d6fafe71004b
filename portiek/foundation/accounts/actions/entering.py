"""Coming in and going out: codes, passwords, sessions. All of it at the gate, before or outside any company."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from django.contrib.auth.hashers import check_password, make_password
from django.db import connection
from django.utils import timezone
from django.utils.crypto import salted_hmac

from portiek.core.actions import action
from portiek.core.actor import Actor
from portiek.core.errors import NotFound, Refused
from portiek.core.facts import record
from portiek.core.jobs import defer, named
from portiek.core.refs import ref
from portiek.core.retention import over
from portiek.core.sessions import token_hash
from portiek.foundation.accounts import breached, facts, letters, queries, rules
from portiek.foundation.accounts.actions.people import set_password
from portiek.foundation.accounts.models import Attempt, Credential, EmergencyAccess, HalfLogin, Identity, LoginCode, Membership, Session, SpentChallenge, SpentProof, User
from portiek.foundation.parties.models import Relation


@dataclass(frozen=True)
class Entered:
    """A session just opened: its secret (shown to the browser only), whose it is and how many companies he may act for."""

    token: str
    user: User
    party_id: int | None
    companies: int
    # From this day on a second step is asked of him, and he has none.
    second_step_from: date | None = None
    # The password that was given stands in a list that others have.
    breached: bool = False


@dataclass(frozen=True)
class Halfway:
    """A first step that was right and asks for a second one: the ticket of the browser that did it, whose it is, and whether he has yet to set that up."""

    ticket: str
    user: User
    sets_up: bool
    breached: bool = False


@dataclass(frozen=True)
class Visit:
    """From where somebody tries to come in: network address, known browser ("" if none), its name, the session it holds now, and under which mark it came in before."""

    place: str = ""
    device: str = ""
    browser: str = ""
    session: bytes = b""
    mark: str = ""


def _counted(actor: Actor, door: str, address: str, visit: Visit) -> bool:
    """Count one try; False when it goes beyond a limit. The lock makes the count exact over all processes."""
    now = timezone.now()
    wanted = rules.limits(door, address=address, place=visit.place, device=visit.device)
    with connection.cursor() as cursor:
        for number in sorted(int.from_bytes(limit.key[:8], "big", signed=True) ^ actor.portal_id for limit in wanted):
            cursor.execute("SELECT pg_advisory_xact_lock(%s::bigint)", [number])
    seen: dict[bytes, list[object]] = {}
    for key, at in Attempt.objects.filter(key__in=[limit.key for limit in wanted], at__gt=now - timedelta(seconds=rules.WINDOW_SECONDS)).values_list("key", "at"):
        seen.setdefault(bytes(key), []).append(at)
    if rules.too_many(wanted, seen, now):  # type: ignore[arg-type]
        return False
    Attempt.objects.bulk_create([Attempt(portal_id=actor.portal_id, key=limit.key, at=now) for limit in wanted])
    return True


@action(None)
def may_try(actor: Actor, *, door: str, email: str, visit: Visit) -> bool:
    """Count one try at a door that a higher module opens at the gate; False when there are too many."""
    return _counted(actor, door, email, replace(visit, device=""))


def _code_hash(code: LoginCode, figures: str) -> bytes:
    """Return what is kept of a code: useless without the installation's key and the browser's ticket."""
    return salted_hmac("portiek.accounts.code", bytes(code.ticket_hash).hex() + figures, algorithm="sha256").digest()


@action(None)
def ask_code(actor: Actor, *, email: str, visit: Visit) -> tuple[LoginCode, str] | str:
    """Prepare a code for whatever address was typed; return it with the browser's ticket, or the reason why not.

    The same work for known and unknown addresses: the caller defers the mail, which alone looks whose it is.
    """
    if not _counted(actor, "code", email, visit):
        return "too-many-tries"
    ticket = secrets.token_urlsafe(32)
    made = LoginCode.objects.create(portal_id=actor.portal_id, email=email, ticket_hash=token_hash(ticket), expires_at=timezone.now() + timedelta(minutes=rules.CODE_MINUTES))
    return made, ticket


@action(None)
def make_code(actor: Actor, *, code_id: int, proof: bool = False) -> tuple[User, str] | None:
    """Draw the figures of a code for a user who exists and return them for the mail; None for everybody else, and for who comes in through a provider alone, unless it is a `proof` of who is in already."""
    code = LoginCode.objects.select_for_update().filter(pk=code_id, used_at=None).first()
    user = User.objects.filter(email=code.email, is_active=True).first() if code else None
    if code is None or user is None or (not proof and queries.sent_elsewhere(actor, user_id=user.pk)):
        return None
    figures = f"{secrets.randbelow(1_000_000):06d}"
    code.code_hash, code.expires_at = _code_hash(code, figures), timezone.now() + timedelta(minutes=rules.CODE_MINUTES)
    code.save(update_fields=["code_hash", "expires_at"])
    return user, figures


@action(None)
def enter_by_code(actor: Actor, *, ticket: str, figures: str, visit: Visit) -> Entered | Halfway | str:
    """Let in who types the mailed code in the browser that asked for it, or ask for his second step; else return the reason.

    Nothing is raised: a wrong try must stay counted.
    """
    user = _right_code(actor, ticket, figures, visit)
    return user if isinstance(user, str) else _admit(actor, user, visit, "code")


def _right_code(actor: Actor, ticket: str, figures: str, visit: Visit) -> User | str:
    """Use up a mailed code and return whose it is, or the reason why not."""
    code = LoginCode.objects.select_for_update().filter(ticket_hash=token_hash(ticket)).first()
    if code is None:
        return "code-over"
    if not _counted(actor, "guess", code.email, visit):
        return "too-many-tries"
    now = timezone.now()
    if problem := rules.why_not_code(tries=code.tries, used=code.used_at is not None, expires_at=code.expires_at, now=now):
        return problem
    right = bool(code.code_hash) and hmac.compare_digest(_code_hash(code, figures), bytes(code.code_hash))
    code.tries += 1
    code.used_at = now if right else None
    code.save(update_fields=["tries", "used_at"])
    user = User.objects.filter(email=code.email, is_active=True).first()
    if not right or user is None:
        _failed(actor, user, "code")
        return "code-over" if code.tries >= rules.CODE_TRIES else "code-wrong"
    return user


@lru_cache(maxsize=1)
def _nobody() -> str:
    """A hash that fits no password, so that an unknown address takes as long as a known one."""
    return make_password(secrets.token_urlsafe(16))


@action(None)
def enter_by_password(actor: Actor, *, email: str, password: str, visit: Visit) -> Entered | Halfway | str:
    """Let in who knows the password, or ask for his second step; else return the reason. Nothing is raised: a wrong try must stay counted."""
    if not _counted(actor, "password", email, visit):
        return "too-many-tries"
    kept = Credential.objects.select_related("user").filter(user__email=email, user__is_active=True).first()
    right = check_password(password, kept.password if kept else _nobody(), preferred="argon2")
    # Whoever comes in through a provider alone hears nothing else than a stranger does: a password that leaked elsewhere cannot be tried out here.
    alone = rules.shuts_out(queries.terms(actor, user_id=kept.user_id if kept else 0).values())
    if kept is None or not right or alone:
        _failed(actor, kept.user if kept else None, "password")
        return "credentials-wrong"
    entered = _admit(actor, kept.user, visit, "password")
    return entered if isinstance(entered, str) else replace(entered, breached=breached.is_breached(password))


def _failed(actor: Actor, user: User | None, by: str) -> None:
    """Have the log say so, by a job: whoever waits for the answer cannot tell whether there was somebody to say it of."""
    defer(actor, named("portiek.foundation.accounts.jobs.note_failed"), user_id=user.pk if user else 0, by=by)


@action(None)
def note_failed(actor: Actor, *, user_id: int, by: str) -> None:
    """Record that somebody tried to come in as a user and failed; of nobody (0) nothing."""
    user = User.objects.filter(pk=user_id).first()
    if user is not None:
        record(actor, facts.LogInFailed(user_id=user.pk, by=by), subject=ref("accounts.user", user.pk), text=user.name)


# Of a session that proves to the portal nothing: its user has to prove himself before he changes how he comes in.
NEVER = datetime(1970, 1, 1, tzinfo=UTC)


def _reaches(identity: Identity | None, party_id: int | None) -> bool:
    return identity is None or rules.may_act(identity.provider.party_id, identity.provider.audience, party_id)


def _admit(actor: Actor, user: User, visit: Visit, way: str, party_id: int | None = None) -> Entered | Halfway | str:
    """Open a session after a right first step, or keep that step for who has or needs a second one. Every way in that is no second step itself comes through here."""
    factors = queries.factors(actor, user_id=user.pk)
    if way == "code" and not factors.has_password and not factors.passkeys:
        # Who has nothing else can always come in for the first time, and choose a password or add a passkey then.
        way = "first"
    open_to = _open_to(actor, user, way)
    # Staff come in through a provider alone, and he is one of those who come in without: by an app that is there already, never by setting one up.
    if way == "password" and factors.app_since and rules.provider_asked(queries.terms(actor, user_id=user.pk).get(None, [])) and not isinstance(in_emergency := _open_to(actor, user, rules.EMERGENCY), str):
        way, open_to = rules.EMERGENCY, in_emergency
    if isinstance(open_to, str):
        return open_to
    if factors.app_since is None and not factors.obliged:
        return _open(actor, user, visit, way, party_id)
    ticket = secrets.token_urlsafe(32)
    HalfLogin.objects.create(portal_id=actor.portal_id, user=user, party_id=party_id, ticket_hash=token_hash(ticket), way=way, expires_at=timezone.now() + timedelta(minutes=rules.STEP_MINUTES))
    return Halfway(ticket, user, not factors.has_any)


def _open_to(actor: Actor, user: User, way: str, identity: Identity | None = None) -> list[int | None] | str:
    """Return the companies that a user may act for after coming in this way (None: the portal's own), first joined first; or why there is none."""
    terms = queries.terms(actor, user_id=user.pk)
    allowed = [party for party, asked in terms.items() if rules.allows(asked, way, identity.provider_id if identity else None) and _reaches(identity, party)]
    return allowed or ("way-not-allowed" if terms else "no-company")


def _open(actor: Actor, user: User, visit: Visit, by: str, party_id: int | None = None, *, step: str = "", strong: bool = False, identity: Identity | None = None) -> Entered | str:
    """Open a session under a fresh secret, for the named company or else the last one, and end the one the browser held.

    `step` is the second one that was given, `strong` says that the first was both; `identity`: he came with an account of elsewhere, so only where its provider reaches.
    """
    open_to = _open_to(actor, user, by, identity)
    if isinstance(open_to, str):
        return open_to
    now = timezone.now()
    last = Session.objects.filter(user=user).order_by("-pk").values_list("party_id", flat=True).first()
    party = party_id if party_id in open_to else last if last in open_to else open_to[0]
    if visit.session:
        _end(Session.objects.filter(token_hash=visit.session, ended_at=None))
    if by != "invitation" and visit.mark != rules.mark(user.email) and Session.objects.filter(user=user).exists():
        defer(actor, named("portiek.foundation.accounts.jobs.mail_about"), user_id=user.pk, kind=letters.NEW_DEVICE, values={"browser": visit.browser or "?", "network": rules.network(visit.place) or "?"})
    token = secrets.token_urlsafe(32)
    Session.objects.create(portal_id=actor.portal_id, user=user, party_id=party, token_hash=token_hash(token), expires_at=rules.session_until(now, now), user_agent=visit.browser[:200],
                           identity=identity, proved_at=now if identity is None or rules.is_proof(identity.provider.party_id) else NEVER, way=by, strong=strong or bool(step), network=rules.network(visit.place))
    User.objects.filter(pk=user.pk).update(last_seen_at=now)
    record(actor, facts.LoggedIn(user_id=user.pk, by=f"{by}, {step}" if step else by), party_id=party, subject=ref("accounts.user", user.pk), text=user.name)
    if by == rules.EMERGENCY:
        EmergencyAccess.objects.filter(user=user).update(used_at=now)
        record(actor, facts.EmergencyEntered(user_id=user.pk, step=step, browser=visit.browser[:200], network=rules.network(visit.place)), subject=ref("accounts.user", user.pk), text=user.name)
    factors = None if strong or step else queries.factors(actor, user_id=user.pk)
    return Entered(token, user, party, len(open_to), factors.obliged_from if factors and not factors.has_any else None)


def _end(found: object) -> int:
    return found.update(ended_at=timezone.now())  # type: ignore[attr-defined]


@action(None)
def change_password(actor: Actor, *, user_id: int, current: str, password: str, visit: Visit) -> str | None:
    """Set a password and end the user's other sessions; return why not, or None.

    Asked for as proof: the current password, or a log-in of the last quarter of an hour. A wrong proof must stay counted, so nothing is
    raised for it. Raises Refused for a weak password.
    """
    user = User.objects.get(pk=user_id)
    if not queries.is_fresh(actor, session=visit.session):
        kept = Credential.objects.filter(user_id=user_id).first()
        if kept is None or not current:
            return "fresh-proof-needed"
        if not _counted(actor, "password", user.email, visit):
            return "too-many-tries"
        if not check_password(current, kept.password, preferred="argon2"):
            return "password-now-wrong"
    set_password(actor, user=user, password=password)
    _end(Session.objects.filter(user_id=user_id, ended_at=None).exclude(token_hash=visit.session))
    return None


@action(None)
def end_session(actor: Actor, *, session: bytes) -> None:
    """End one session by the hash of its secret."""
    _end(Session.objects.filter(token_hash=session, ended_at=None))


@action(None)
def end_session_of(actor: Actor, *, session_id: int) -> None:
    """End one of one's own sessions by its number. Raises NotFound for another's and for one that has ended."""
    if not _end(Session.objects.filter(pk=session_id, user_id=actor.user_id, ended_at=None)):
        raise NotFound


@action(None)
def end_other_sessions(actor: Actor, *, user_id: int, keep: bytes) -> int:
    """End every session of a user but this one; return how many."""
    return _end(Session.objects.filter(user_id=user_id, ended_at=None).exclude(token_hash=keep))


@action(None)
def extend_session(actor: Actor, *, session: bytes) -> None:
    """Let a session that is used stand longer, up to its fixed end."""
    now = timezone.now()
    found = Session.objects.filter(token_hash=session, ended_at=None, expires_at__gt=now).first()
    if found is not None:
        Session.objects.filter(pk=found.pk).update(expires_at=rules.session_until(found.created_at, now))
        User.objects.filter(pk=found.user_id).update(last_seen_at=now)


@action(None)
def switch_company(actor: Actor, *, session: bytes, user_id: int, party_id: int | None) -> str:
    """Let a session act for another company of its user; return the fresh secret.

    Raises NotFound without an active membership there, Refused when that company asks more at the log-in, or where the account of elsewhere that he came with does not reach.
    """
    place = Membership.objects.filter(user_id=user_id, party_id=party_id, is_active=True).select_related("party").first()  # type: ignore[misc]
    found = Session.objects.select_for_update(of=("self",)).select_related("identity__provider").filter(token_hash=session, user_id=user_id, ended_at=None).first()
    if place is None or found is None or (place.party is not None and not place.party.is_active):
        raise NotFound
    if not _reaches(found.identity, party_id):
        raise Refused("elsewhere-reach", provider=found.identity.provider.label)
    asked = queries.terms(actor, user_id=user_id)[party_id]
    if not rules.allows(asked, found.way, found.identity.provider_id if found.identity else None) or (rules.obliges(asked, timezone.now().date()) and not found.strong):
        raise Refused("company-asks-more", company=place.party.name if place.party else queries.portal(actor).name)
    token = secrets.token_urlsafe(32)
    Session.objects.filter(pk=found.pk).update(party_id=party_id, mandate=None, token_hash=token_hash(token))
    record(actor, facts.CompanySwitched(user_id=user_id), party_id=party_id, subject=ref("accounts.user", user_id), text=actor.name)
    return token


@action(None)
def act_on_mandate(actor: Actor, *, session: bytes, user_id: int, mandate_id: int) -> str:
    """Let a session act for a company that gave its user's own a mandate; return the fresh secret. Only at the gate; whether it counts is asked again at every request.

    Raises NotFound where it does not count for him, Refused when one of both companies asks more at the log-in, or the account of elsewhere that he came with does not reach there.
    """
    found = Session.objects.select_for_update(of=("self",)).select_related("identity__provider").filter(token_hash=session, user_id=user_id, ended_at=None, expires_at__gt=timezone.now()).first()
    row = Relation.objects.select_related("agent").filter(pk=mandate_id).first()
    problem = "none"
    if found is not None and row is not None and not (found.mode and found.mode_until and found.mode_until > timezone.now()):
        with connection.cursor() as cursor:
            cursor.execute("SELECT ctx.why_not_act(%s, %s)", [session, mandate_id])
            problem = cursor.fetchone()[0]
    if problem == "none" or found is None or row is None:
        raise NotFound
    if problem == "reach":
        raise Refused("elsewhere-reach", provider=found.identity.provider.label)
    if problem:
        raise Refused("company-asks-more", company=row.giver_name)
    token = secrets.token_urlsafe(32)
    Session.objects.filter(pk=found.pk).update(party_id=row.giver_id, mandate=row, token_hash=token_hash(token))
    record(actor, facts.MandateTaken(user_id=user_id, relation_id=row.pk), party_id=row.giver_id, subject=ref("parties.relation", row.pk), text=row.giver_name)
    return token


@action(None)
def sweep(actor: Actor) -> None:
    """Forget attempts, codes, half log-ins and challenges of yesterday, what was spent and is over, and sessions and changes of address whose time is over."""
    now = timezone.now()
    Attempt.objects.filter(at__lt=now - timedelta(days=1)).delete()
    LoginCode.objects.filter(created_at__lt=now - timedelta(days=1)).delete()
    HalfLogin.objects.filter(created_at__lt=now - timedelta(days=1)).delete()
    SpentChallenge.objects.filter(at__lt=now - timedelta(days=1)).delete()
    SpentProof.objects.filter(expires_at__lt=now).delete()
    over(actor, "accounts.sessions", now=now).delete()
    over(actor, "accounts.addresses", now=now).delete()
