"""Erasures: whose data, which rows each rule finds, the plan in words, and who is back after a restore."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.apps import apps
from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext as _

from portiek.core import retention
from portiek.core.actor import Actor
from portiek.core.erasing import Rule, Whom, books_until, pattern, rules
from portiek.core.errors import NotFound
from portiek.core.models import FactRow
from portiek.core.personal import processings
from portiek.core.sealing import digest
from portiek.foundation.accounts.models import Invitation, Membership, User
from portiek.foundation.audit.models import Erasure
from portiek.foundation.parties.models import Contact, Party

FACTS = "core.FactRow"
NEWEST = ("-id",)


def erasures(actor: Actor) -> QuerySet[Erasure]:
    """Return the erasures of the portal, for staff."""
    return Erasure.objects.filter(portal_id=actor.portal_id)


def erasure(actor: Actor, key: int) -> Erasure:
    """Return one. Raises NotFound."""
    found = Erasure.objects.filter(portal_id=actor.portal_id, pk=key).first() if actor.is_staff else None
    if found is None:
        raise NotFound
    return found


def own_erasure(actor: Actor) -> Erasure | None:
    """Return the last wish of the person of the gate, or None. Only at the gate."""
    return Erasure.objects.filter(portal_id=actor.portal_id, user_id=actor.user_id).order_by("-pk").first() if actor.kind == "auth" and actor.user_id else None


def due_erasures(actor: Actor, *, now: datetime) -> list[int]:
    """Return those whose time has come or that were broken off, oldest first."""
    return list(Erasure.objects.filter(portal_id=actor.portal_id, state__in=["confirmed", "running"], starts_at__lte=now).order_by("starts_at", "pk").values_list("pk", flat=True))


def books_over(actor: Actor, *, today: date) -> list[int]:
    """Return the erasures of which the books need what stayed no longer."""
    return list(Erasure.objects.filter(portal_id=actor.portal_id, state=Erasure.State.DONE, books_until__lt=today).order_by("pk").values_list("pk", flat=True))


def erasure_to_do(actor: Actor, key: int) -> Erasure | None:
    """Return one for a job, or None when it is over."""
    return Erasure.objects.filter(portal_id=actor.portal_id, pk=key, state__in=Erasure.OPEN).first()


def name_behind(actor: Actor, email: str) -> str | None:
    """Return the name of who has an address here without being a user: a contact, a private person, somebody invited or who asked for an account; None when nobody has."""
    for found in (Contact.objects.filter(email__iexact=email), Party.objects.filter(email__iexact=email), Invitation.objects.filter(email__iexact=email)):
        if (name := found.filter(portal_id=actor.portal_id).values_list("name", flat=True).first()) is not None:
            return str(name)
    return None


def whom(actor: Actor, row: Erasure) -> Whom:
    """Return whose data an erasure is about: also the names and addresses that he had before, and the parties that are he himself. Only for the portal itself."""
    if row.state == Erasure.State.RUNNING:
        # As gathered when it began: by now fewer would be found.
        return Whom(row.user_id or 0, row.contact_id, row.email, row.name, tuple(row.words), tuple(row.parties), row.books_until)
    subjects = [*([f"accounts.user:{row.user_id}"] if row.user_id else []), *([f"parties.contact:{row.contact_id}"] if row.contact_id else [])]
    known: list[str] = []
    for changes in FactRow.objects.filter(portal_id=actor.portal_id, subject__in=subjects).exclude(changes={}).values_list("changes", flat=True):
        known += [str(item) for name in ("name", "email") for item in changes.get(name, ()) if item]
    own = Q(email__iexact=row.email) if row.email else Q(pk__in=[])
    if row.user_id:
        own |= Q(pk__in=Membership.objects.filter(portal_id=actor.portal_id, user_id=row.user_id, party__isnull=False).values("party_id"))
    parties = tuple(Party.objects.filter(own, portal_id=actor.portal_id, kind=Party.Kind.PERSON).values_list("pk", flat=True)) + tuple(row.parties)
    found = Whom(row.user_id or 0, row.contact_id, row.email, row.name, tuple(dict.fromkeys(known)), tuple(dict.fromkeys(parties)))
    return replace(found, books_until=books_until(actor, found.parties, timezone.localdate()))


def is_kept(actor: Actor, row: Erasure) -> bool:
    """Whether a legal hold keeps what is known of the person of an erasure."""
    return retention.is_held(actor, user_id=row.user_id, email=row.email, parties=whom(actor, row).parties)


def of_rule(actor: Actor, rule: Rule, person: Whom) -> QuerySet[Any] | None:
    """Return the rows of a person that a rule is about, or None when it says nothing of him."""
    if rule.books and person.books_until is not None:
        return None
    wanted = [Q(**{name: person.user_id}) for name in rule.user if person.user_id]
    wanted += [Q(**{name: person.contact_id}) for name in rule.contact if person.contact_id]
    wanted += [Q(**{f"{name}__iexact": person.email}) for name in rule.email if person.email]
    wanted += [Q(**{f"{name}__in": person.parties}) for name in rule.party if person.parties]
    if not wanted:
        return None
    either = wanted[0]
    for item in wanted[1:]:
        either |= item
    return apps.get_model(rule.model)._default_manager.filter(either, portal_id=actor.portal_id)


def mentioning(actor: Actor, rule: Rule, person: Whom) -> QuerySet[Any] | None:
    """Return the rows whose texts name a person."""
    expression = pattern(person.words())
    if not expression:
        return None
    found = apps.get_model(rule.model)._default_manager.filter(portal_id=actor.portal_id)
    either = Q(pk__in=[])
    for name in rule.fields:
        found = found.alias(**{f"as_text_{name}": Cast(name, TextField())})
        either |= Q(**{f"as_text_{name}__iregex": expression})
    return found.filter(either)


def count_rule(actor: Actor, rule: Rule, person: Whom) -> int:
    """Return how many rows a rule finds."""
    found = mentioning(actor, rule, person) if rule.fate == "mention" else of_rule(actor, replace(rule, books=False), person)
    return found.count() if found is not None else 0


def count_facts(actor: Actor, person: Whom) -> int:
    """Return how many entries of the log name a person."""
    wanted = Q(pk__in=[])
    if person.user_id:
        wanted |= Q(user_id=person.user_id) | Q(by_user_id=person.user_id) | Q(subject=f"accounts.user:{person.user_id}")
    if person.contact_id:
        wanted |= Q(subject=f"parties.contact:{person.contact_id}")
    if expression := pattern(person.words()):
        wanted |= Q(text__iregex=expression)
    return FactRow.objects.filter(wanted, portal_id=actor.portal_id).count()


def namesakes(actor: Actor, row: Erasure) -> int:
    """Return how many others here have the same name: where only a name was written, theirs goes too."""
    users = User.objects.filter(portal_id=actor.portal_id, name__iexact=row.name).exclude(pk=row.user_id or 0).count() if row.name else 0
    contacts = Contact.objects.filter(portal_id=actor.portal_id, name__iexact=row.name).exclude(pk=row.contact_id).exclude(email__iexact=row.email).count() if row.name else 0
    return users + contacts


@dataclass(frozen=True)
class PlanLine:
    """One line of a plan or a result in words: of which part of the portal, how many rows, what of them, and why something stays."""

    label: str
    fate: str
    count: int
    data: str
    ground: str = ""


def plan_lines(actor: Actor, row: Erasure) -> list[PlanLine]:
    """Return the plan, or what came of it, by part of the portal and by what happens, in the language of the moment."""
    counts = row.result if row.state == Erasure.State.DONE else row.plan
    found: dict[tuple[str, str, str], tuple[int, dict[str, None]]] = {}
    parts = {label: (str(item.label), fields) for item in processings() for label, fields in item.fields.items()}
    # What stays is not carried out, so that the plan says it afterwards too.
    for rule in rules():
        count = (row.plan if rule.fate == "stays" or (rule.books and row.books_until) else counts).get(rule.key, 0)
        if not count or rule.model not in parts:
            continue
        label, fields = parts[rule.model]
        waits = rule.books and row.books_until is not None
        ground = str(rule.ground) if rule.fate == "stays" else _("For the books (art. 52 AWR): until %(day)s.") % {"day": row.books_until} if waits else ""
        fate = "stays" if waits else rule.fate
        words = [str(fields[name]) for name in (*rule.fields, *rule.values) if name in fields] or [str(item) for item in fields.values()]
        before, data = found.setdefault((label, fate, ground), (0, {}))
        data.update(dict.fromkeys(words))
        found[label, fate, ground] = (before + count, data)
    lines = [PlanLine(label, fate, count, ", ".join(data), ground) for (label, fate, ground), (count, data) in found.items()]
    if counts.get(FACTS):
        lines.append(PlanLine(parts[FACTS][0], "nameless", counts[FACTS], _("Name, and what somebody did")))
    order = {"goes": 0, "nameless": 1, "mention": 2, "stays": 3}
    return sorted(lines, key=lambda line: (order[line.fate], line.label))


def done_erasures(actor: Actor) -> Iterable[dict[str, Any]]:
    """Return the list of erasures as it is kept outside the database: numbers and digests, no names."""
    for row in Erasure.objects.filter(portal_id=actor.portal_id, state=Erasure.State.DONE).order_by("pk"):
        yield {"portal": actor.portal_id, "erasure": row.pk, "user": row.user_id or 0, "contact": row.contact_id, "person": row.digest, "proposed_by": row.proposed_by, "confirmed_by": row.confirmed_by,
               "at": row.ended_at.isoformat() if row.ended_at else ""}


def back_again(actor: Actor, line: dict[str, Any]) -> Whom | None:
    """Return whom a line of the list is about when he is here again, or None. Only for the portal itself."""
    here = actor.portal_id
    for key, email, name in User.objects.filter(portal_id=here).values_list("pk", "email", "name").iterator():
        if line["person"] and digest(email.lower(), "audit.erasure") == line["person"]:
            return Whom(key, line["contact"], email, name)
    for key, email, name in Contact.objects.filter(portal_id=here, erased_at=None).values_list("pk", "email", "name").iterator():
        if (line["person"] and email and digest(email.lower(), "audit.erasure") == line["person"]) or (not line["person"] and key == line["contact"]):
            return Whom(0, key, email, name)
    for email, name in Party.objects.filter(portal_id=here, erased_at=None).exclude(email="").values_list("email", "name").iterator():
        if line["person"] and digest(email.lower(), "audit.erasure") == line["person"]:
            return Whom(0, 0, email, name)
    return None
