"""Erasing a person: asked by himself or for him, proposed by one of the staff, confirmed by another, carried out rule by rule by a job that can be broken off anywhere."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from portiek.core import retention
from portiek.core.actions import action
from portiek.core.actor import Actor
from portiek.core.erasing import NAMELESS, NOW, Rule, Whom, books_until, pattern, written_over
from portiek.core.erasing import rules as rules_of_erasing
from portiek.core.errors import NotFound, Refused
from portiek.core.facts import Fact, record
from portiek.core.jobs import defer, named
from portiek.core.models import FactRow
from portiek.core.refs import ref
from portiek.core.sealing import digest
from portiek.foundation.accounts import queries as accounts
from portiek.foundation.accounts.models import User
from portiek.foundation.accounts.permissions import PORTAL_MANAGE
from portiek.foundation.audit import errors as errors
from portiek.foundation.audit import facts, queries, rules
from portiek.foundation.audit.models import Chain, Erasure
from portiek.foundation.files.models import StoredFile
from portiek.foundation.notifications import actions as notifications
from portiek.foundation.parties.models import Contact

REF = "audit.erasure"
BEGINS, REFUSED_MAIL = "audit.erasure_begins", "audit.erasure_refused"
# Long enough for what its confirmation sets going, and to stop a mistake.
WAIT = timedelta(minutes=10)
AT_ONCE, FACTS_AT_ONCE = 500, 20_000
State = Erasure.State


def _told(actor: Actor, fact: Fact, row: Erasure) -> None:
    # No name: what is recorded about an erasure must outlive it.
    record(actor, fact, subject=ref(REF, row.pk), text=str(row.pk))


def _text(given: str, longest: int) -> str:
    text = " ".join(given.replace("\0", " ").split())[:longest]
    if not text:
        raise Refused("erasure-reason", field="why")
    return text


def _make(actor: Actor, **values: Any) -> Erasure:
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(7310217, %s)", [actor.portal_id % 2**31])
    whose = {name: values[name] for name in ("user_id", "contact_id", "email") if values.get(name)}
    if Erasure.objects.filter(portal_id=actor.portal_id, state__in=Erasure.OPEN, **{next(iter(whose)): next(iter(whose.values()))}).exists():
        raise Refused("erasure-already")
    made = Erasure.objects.create(portal_id=actor.portal_id, asked_at=now, due_at=rules.due_at(now), **values)
    defer(actor, named("audit.plan_erasure"), erasure_id=made.pk)
    return made


@action(None)
def ask_own_erasure(actor: Actor) -> Erasure:
    """Ask that one's own data be erased. Only at the gate, for the person of the session. Raises Refused while that is under way already."""
    if actor.kind != "auth" or not actor.user_id:
        raise NotFound
    user = User.objects.get(portal_id=actor.portal_id, pk=actor.user_id, is_active=True)
    made = _make(actor, user_id=user.pk, email=user.email, name=user.name, by_himself=True)
    _told(actor, facts.ErasureAsked(erasure_id=made.pk), made)
    return made


@action(None)
def withdraw_erasure(actor: Actor) -> None:
    """Take one's own wish back, as long as nobody confirmed it. Only at the gate."""
    if actor.kind != "auth" or not actor.user_id:
        raise NotFound
    found = Erasure.objects.filter(portal_id=actor.portal_id, user_id=actor.user_id, state__in=[State.ASKED, State.PROPOSED], by_himself=True).first()
    # By one statement, since the gate locks no rows: who confirms at this moment is first or finds nothing.
    if found is None or not Erasure.objects.filter(pk=found.pk, state__in=[State.ASKED, State.PROPOSED]).update(state=State.WITHDRAWN, ended_at=timezone.now()):
        raise Refused("erasure-over")
    _told(actor, facts.ErasureWithdrawn(erasure_id=found.pk), found)


def _person(actor: Actor) -> None:
    if not actor.user_id or actor.api_key_id:
        raise Refused("erasure-person")


def _proposed(actor: Actor, why: str) -> dict[str, Any]:
    return {"why": _text(why, 500), "proposed_by": actor.user_id, "proposed_name": actor.name[:120], "proposed_at": timezone.now(), "state": State.PROPOSED}


@action(PORTAL_MANAGE)
def ask_erasure(actor: Actor, *, email: str, why: str) -> Erasure:
    """Propose to erase who has an address, for who asked so by letter or telephone. Raises Refused for an address that nobody has here, and for oneself."""
    _person(actor)
    email = email.strip().lower()
    user = User.objects.filter(portal_id=actor.portal_id, email=email).first()
    if user is not None and user.pk == actor.user_id:
        raise Refused("erasure-own", field="email")
    name = user.name if user else queries.name_behind(actor, email)
    if name is None:
        raise Refused("audit-package-nobody", field="email")
    made = _make(actor, user_id=user and user.pk, email=email, name=name[:120], **_proposed(actor, why))
    _told(actor, facts.ErasureProposed(erasure_id=made.pk), made)
    return made


@action(PORTAL_MANAGE)
def ask_contact_erasure(actor: Actor, *, contact: Contact, why: str) -> Erasure:
    """Propose to erase a contact; with an address he is erased wherever it stands, without one where this contact stands. Raises Refused for oneself."""
    _person(actor)
    user = User.objects.filter(portal_id=actor.portal_id, email=contact.email.lower()).first() if contact.email else None
    if user is not None and user.pk == actor.user_id:
        raise Refused("erasure-own")
    if contact.erased_at:
        raise Refused("erasure-over")
    made = _make(actor, contact_id=contact.pk, user_id=user and user.pk, email=contact.email.lower(), name=contact.name, **_proposed(actor, why))
    _told(actor, facts.ErasureProposed(erasure_id=made.pk), made)
    return made


def _locked(actor: Actor, erasure: Erasure, *states: str) -> Erasure:
    found = Erasure.objects.select_for_update(of=("self",)).filter(portal_id=actor.portal_id, pk=erasure.pk).first()
    if found is None:
        raise NotFound
    if found.state not in states:
        raise Refused("erasure-over")
    return found


@action(PORTAL_MANAGE)
def propose_erasure(actor: Actor, *, erasure: Erasure, why: str) -> None:
    """Propose to carry out what a person asked. Raises Refused for one's own."""
    _person(actor)
    found = _locked(actor, erasure, State.ASKED)
    if problem := rules.why_not_propose(found.user_id, actor.user_id):
        raise Refused(problem)
    for name, value in _proposed(actor, why).items():
        setattr(found, name, value)
    found.save(update_fields=["why", "proposed_by", "proposed_name", "proposed_at", "state"])
    _told(actor, facts.ErasureProposed(erasure_id=found.pk), found)


@action(PORTAL_MANAGE)
def confirm_erasure(actor: Actor, *, erasure: Erasure) -> None:
    """Confirm what a colleague proposed: access ends at once, the erasing begins in ten minutes. Raises Refused for who proposed it, for the person himself, and while others would be left without who manages people."""
    _person(actor)
    found = _locked(actor, erasure, State.PROPOSED)
    if problem := rules.why_not_confirm(found.user_id, found.proposed_by, actor.user_id):
        raise Refused(problem)
    if found.planned_at is None:
        raise Refused("erasure-plan")
    if queries.is_kept(actor, found):
        raise Refused("erasure-held")
    if found.user_id and (left := accounts.left_alone(actor, user_id=found.user_id)):
        raise Refused("last-manager-of", name=", ".join(left))
    now = timezone.now()
    found.state, found.confirmed_by, found.confirmed_name, found.confirmed_at, found.starts_at = State.CONFIRMED, actor.user_id, actor.name[:120], now, now + WAIT
    found.save(update_fields=["state", "confirmed_by", "confirmed_name", "confirmed_at", "starts_at"])
    _told(actor, facts.ErasureConfirmed(erasure_id=found.pk), found)
    if found.email:
        language = found.user.language if found.user else actor.language
        notifications.mail_now(actor, to=found.email, kind=BEGINS, values={"name": found.name, "moment": found.starts_at}, language=language, user_id=found.user_id)


@action(PORTAL_MANAGE)
def refuse_erasure(actor: Actor, *, erasure: Erasure, answer: str) -> None:
    """Refuse it, or stop it before it began, with the reason that the person reads; the law asks for one (GDPR art. 12(4))."""
    _person(actor)
    found = _locked(actor, erasure, State.ASKED, State.PROPOSED, State.CONFIRMED)
    found.state, found.answer, found.ended_name, found.ended_at = State.REFUSED, _text(answer, 1000), actor.name[:120], timezone.now()
    found.save(update_fields=["state", "answer", "ended_name", "ended_at"])
    _told(actor, facts.ErasureRefused(erasure_id=found.pk), found)
    if found.by_himself and found.email:
        notifications.mail_now(actor, to=found.email, kind=REFUSED_MAIL, values={"name": found.name, "answer": found.answer}, language=found.user.language if found.user else actor.language, user_id=found.user_id)


def _only_system(actor: Actor) -> None:
    if actor.kind != "system":
        raise NotFound


@action(None)
def keep_plan(actor: Actor, *, erasure: Erasure, whom: Whom, plan: dict[str, int]) -> None:
    """Keep what the erasing would find. Only the portal itself."""
    _only_system(actor)
    Erasure.objects.filter(pk=erasure.pk, state__in=[State.ASKED, State.PROPOSED]).update(plan=plan, planned_at=timezone.now(), books_until=whom.books_until)


@action(None)
def put_back_erasure(actor: Actor, *, erasure_id: int) -> None:
    """Let one wait for its second colleague again, since access cannot end yet. Only the portal itself."""
    _only_system(actor)
    Erasure.objects.filter(pk=erasure_id, state=State.CONFIRMED).update(state=State.PROPOSED, confirmed_by=None, confirmed_name="", confirmed_at=None, starts_at=None)


@action(None)
def begin_erasure(actor: Actor, *, erasure_id: int, now: datetime) -> Erasure | None:
    """Take up one whose time has come, or that was broken off; None when there is nothing to do. Only the portal itself."""
    _only_system(actor)
    found = Erasure.objects.select_for_update(of=("self",)).filter(portal_id=actor.portal_id, pk=erasure_id, state__in=[State.CONFIRMED, State.RUNNING], starts_at__lte=now).first()
    if found is not None and queries.is_kept(actor, found):
        return None  # a legal hold that was placed since: it goes on when that ends
    if found is not None and found.state == State.CONFIRMED:
        whom = queries.whom(actor, found)
        found.state, found.words, found.pattern, found.parties, found.books_until = State.RUNNING, list(whom.words()), pattern(whom.words()), list(whom.parties), whom.books_until
        found.save(update_fields=["state", "words", "pattern", "parties", "books_until"])
    return found


@action(None)
def carry_out(actor: Actor, *, rule: Rule, whom: Whom, language: str) -> tuple[int, list[str]]:
    """Do what one rule says; return how many rows that were and the contents of files that went with them. At the gate or by the portal itself; twice is as once."""
    if actor.kind not in ("system", "auth"):
        raise NotFound
    with translation.override(language):
        instead = _("Erased person")
    if rule.fate == "mention":
        return _write_over(queries.mentioning(actor, rule, whom), rule, whom, instead), []
    found = queries.of_rule(actor, rule, whom)
    if found is None or rule.fate == "stays":
        return 0, []
    return _remove(actor, found) if rule.fate == "goes" else (_make_nameless(found, rule, instead), [])


def _remove(actor: Actor, found: QuerySet[Any]) -> tuple[int, list[str]]:
    held = next((field.attname for field in found.model._meta.concrete_fields if field.related_model is StoredFile), None)
    stored = list(found.exclude(**{held: None}).values_list(held, flat=True)) if held else []
    # Without a look at what refers to them: the gate may not see that, and the database refuses what would be left hanging.
    count = found._raw_delete(found.db)
    contents = list(StoredFile.objects.filter(portal_id=actor.portal_id, pk__in=stored).values_list("sha256", flat=True)) if stored else []
    if stored:
        StoredFile.objects.filter(portal_id=actor.portal_id, pk__in=stored).delete()
    return count, contents


def _make_nameless(found: QuerySet[Any], rule: Rule, instead: str) -> int:
    values = {name: instead if value == NAMELESS else timezone.now() if value == NOW else value for name, value in rule.values.items()}
    own = {name: value for name, value in values.items() if isinstance(value, str) and "{id}" in value}
    if not own:
        return found.update(**values)
    keys = list(found.values_list("pk", flat=True))
    for key in keys:
        found.model.objects.filter(pk=key).update(**{**values, **{name: value.format(id=key) for name, value in own.items()}})
    return len(keys)


def _write_over(found: QuerySet[Any] | None, rule: Rule, whom: Whom, instead: str) -> int:
    count = 0
    for row in found.only("pk", *rule.fields).iterator(chunk_size=AT_ONCE) if found is not None else ():
        changed = []
        for name in rule.fields:
            was = getattr(row, name)
            now = written_over(was, whom.words(), instead)
            longest = row._meta.get_field(name).max_length
            if now != was:
                setattr(row, name, now[:longest] if longest and isinstance(now, str) else now)
                changed.append(name)
        if changed:
            type(row).objects.filter(pk=row.pk).update(**{name: getattr(row, name) for name in changed})
            count += 1
    return count


@action(None)
def note_step(actor: Actor, *, erasure_id: int, key: str, count: int) -> None:
    """Note that a rule was carried out. Only the portal itself."""
    _only_system(actor)
    found = Erasure.objects.select_for_update(of=("self",)).get(portal_id=actor.portal_id, pk=erasure_id)
    if found.state == State.RUNNING and key not in found.result:
        found.result[key] = count
        found.save(update_fields=["result"])


@action(None)
def erase_facts(actor: Actor, *, erasure_id: int) -> bool:
    """Take the person's words out of the next stretch of the log; return whether there is more. Only the portal itself.

    The chain stands still meanwhile: a place made of words that go at this moment would never verify again.
    """
    _only_system(actor)
    Chain.objects.select_for_update().filter(portal_id=actor.portal_id).first()
    found = Erasure.objects.select_for_update(of=("self",)).get(portal_id=actor.portal_id, pk=erasure_id)
    if found.state != State.RUNNING:
        return False
    last = FactRow.objects.filter(portal_id=actor.portal_id).order_by("-pk").values_list("pk", flat=True).first() or 0
    upto = min(last, found.facts_after + FACTS_AT_ONCE)
    with connection.cursor() as cursor:
        cursor.execute("SELECT ctx.erase_facts(%s, %s, %s)", [found.pk, found.facts_after, upto])
        count = cursor.fetchone()[0]
    found.result[queries.FACTS] = found.result.get(queries.FACTS, 0) + count
    found.facts_after = upto
    found.save(update_fields=["result", "facts_after"])
    return upto < last


@action(None)
def finish_erasure(actor: Actor, *, erasure_id: int, now: datetime) -> Erasure:
    """End one that was carried out: what named the person leaves it, and a digest stays. Only the portal itself."""
    _only_system(actor)
    found = Erasure.objects.select_for_update(of=("self",)).get(portal_id=actor.portal_id, pk=erasure_id)
    if found.state == State.RUNNING:
        # Of wishes that were refused or taken back before, too.
        same = Q(user_id=found.user_id) if found.user_id else Q(pk=found.pk)
        same |= Q(email=found.email) if found.email else Q(pk=found.pk)
        Erasure.objects.filter(same, portal_id=actor.portal_id).exclude(state__in=Erasure.OPEN).update(email="", name="", words=[], pattern="")
        found.digest = digest(found.email.lower(), REF) if found.email else ""
        found.state, found.ended_at, found.email, found.name, found.words, found.pattern = State.DONE, now, "", "", [], ""
        found.save(update_fields=["digest", "state", "ended_at", "email", "name", "words", "pattern"])
        _told(actor, facts.ErasureDone(erasure_id=found.pk), found)
    return found


@action(None)
def repeat_erasure(actor: Actor, *, line: dict[str, Any], now: datetime) -> Erasure | None:
    """Take up again an erasure of the list, when whom it is about is back: after a restore. Only the portal itself; None when nobody is back."""
    _only_system(actor)
    back = queries.back_again(actor, line)
    if back is None:
        return None
    whose = {"user_id": back.user_id} if back.user_id else {"contact_id": back.contact_id} if back.contact_id else {"email": back.email}
    found = Erasure.objects.select_for_update(of=("self",)).filter(portal_id=actor.portal_id, state__in=Erasure.OPEN, **whose).first()
    found = found or Erasure(portal_id=actor.portal_id, asked_at=now, due_at=rules.due_at(now), **whose)
    found.contact_id, found.email, found.name = back.contact_id, back.email, back.name
    found.proposed_by, found.confirmed_by, found.confirmed_at, found.starts_at, found.state, found.result, found.facts_after = line["proposed_by"], line["confirmed_by"], now, now, State.CONFIRMED, {}, 0
    found.save()
    return found


@action(None)
def end_books(actor: Actor, *, erasure_id: int, today: date) -> bool:
    """Take away what only the books kept of a person who was erased, once they no longer need it; return whether it was time. Only the portal itself."""
    _only_system(actor)
    found = Erasure.objects.select_for_update(of=("self",)).filter(portal_id=actor.portal_id, pk=erasure_id, state=State.DONE, books_until__lt=today).first()
    parties = tuple(found.parties) if found else ()
    if found is None or retention.is_held(actor, user_id=found.user_id, email="", parties=parties):
        return False
    # Bought again since, by an order that came from the ERP: it waits for the new end.
    found.books_until = books_until(actor, parties, today)
    if found.books_until is None:
        for rule in rules_of_erasing():
            if rule.books:
                carry_out(actor, rule=rule, whom=Whom(parties=parties), language=queries.portal_language(actor))
    found.save(update_fields=["books_until"])
    return found.books_until is None
