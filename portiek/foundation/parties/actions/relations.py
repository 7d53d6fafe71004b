"""What is written about who may act for whom."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.db import connection
from django.db.models import OuterRef, Subquery
from django.utils import timezone

from portiek.core.actions import action
from portiek.core.actor import Actor
from portiek.core.errors import Forbidden, NotFound, Refused
from portiek.core.facts import Fact, record
from portiek.core.refs import ref
from portiek.foundation.parties import facts, permissions, rules
from portiek.foundation.parties.models import Party, Relation
from portiek.foundation.parties.permissions import mandatable


def _check(actor: Actor, *, rights: Collection[str], starts_on: date, ends_on: date | None, gives: bool) -> None:
    """Refuse a mandate that cannot be: of rights that nobody mandates, that the giver's own person lacks, or over before it begins."""
    held = {right for right in rights if actor.reach(right) == "company"} if gives and not actor.is_staff else None
    if problem := rules.why_not_mandate(rights=rights, mandatable=mandatable(), held=held, starts_on=starts_on, ends_on=ends_on, today=timezone.localdate()):
        raise Refused(problem, field="ends_on" if problem == "mandate-days" else "rights")


def _own(actor: Actor) -> int:
    """Return whose mandates this actor keeps. Raises Forbidden for who acts on a mandate himself: it is not passed on."""
    if actor.party_id is None or actor.mandate_id:
        raise Forbidden(permissions.MANDATE_MANAGE)
    return actor.party_id


def _record(actor: Actor, happened: Fact, relation: Relation, party_id: int | None, other: str) -> None:
    record(actor, happened, party_id=party_id, subject=ref("parties.relation", relation.pk), text=other)


@action(permissions.MANDATE_MANAGE)
def ask_relation(actor: Actor, *, kind: str, gives: bool, number: str, rights: Collection[str], starts_on: date, ends_on: date | None = None, reference: str = "") -> Relation:
    """Ask another company, by its number, to act for one's own (`gives`), or to be acted for. It counts once that company confirms. Raises Refused.

    Whether there is such a company is looked up afterwards and never said.
    """
    own = _own(actor)
    _check(actor, rights=rights, starts_on=starts_on, ends_on=ends_on, gives=gives)
    if Party.objects.filter(number=number).exists():  # a party finds itself alone
        raise Refused("mandate-self", field="number")
    if Relation.objects.filter(asker_id=own, confirmed_at=None, ended_at=None).count() >= rules.MOST_ASKED:
        raise Refused("mandates-full", most=rules.MOST_ASKED)
    company = Party.objects.get(pk=own)
    side = {"giver_id": own, "giver_name": company.name} if gives else {"agent_id": own, "agent_name": company.name}
    made = Relation.objects.create(portal_id=actor.portal_id, kind=kind, asker_id=own, asked_number=number, rights=sorted(rights), starts_on=starts_on, ends_on=ends_on, reference=reference, asked_name=actor.name, **side)
    _record(actor, facts.RelationAsked(relation_id=made.pk), made, own, number)
    return made


@action(None)
def find_other_side(actor: Actor, *, relation_id: int) -> None:
    """Look up whom a company asked, by the number that it typed; where nobody has it, nothing happens. System only."""
    if actor.kind != "system":
        raise Forbidden(permissions.MANDATE_MANAGE)
    row = Relation.objects.select_for_update().filter(pk=relation_id, asked_number__gt="", ended_at=None, confirmed_at=None).first()
    if row is None or (row.giver_id and row.agent_id):
        return
    asked = Party.objects.select_related("merged_into").filter(number=row.asked_number).first()
    other = asked and (asked.merged_into or asked)
    if other is not None and other.is_active and other.pk != row.asker_id:
        side = "agent_id" if row.giver_id else "giver_id"
        Relation.objects.filter(pk=row.pk).update(**{side: other.pk})
        _record(actor, facts.RelationFound(relation_id=row.pk), row, other.pk, row.giver_name or row.agent_name)


@action(permissions.MANDATE_MANAGE)
def set_relation(actor: Actor, *, kind: str, giver: Party, agent: Party, rights: Collection[str], starts_on: date, ends_on: date | None = None, reference: str = "") -> Relation:
    """Let one party act for another from a day on, without asking either: staff only, who know the document. Raises Refused."""
    if not actor.is_staff:
        raise Forbidden(permissions.MANDATE_MANAGE)
    if giver.pk == agent.pk:
        raise Refused("mandate-self", field="number")
    _check(actor, rights=rights, starts_on=starts_on, ends_on=ends_on, gives=True)
    made = Relation.objects.create(portal_id=actor.portal_id, kind=kind, giver=giver, giver_name=giver.name, agent=agent, agent_name=agent.name, rights=sorted(rights), starts_on=starts_on, ends_on=ends_on, reference=reference,
                                   asked_name=actor.name, confirmed_at=timezone.now(), confirmed_name=actor.name)
    _record(actor, facts.RelationConfirmed(relation_id=made.pk), made, giver.pk, agent.name)
    return made


def _settle(actor: Actor, relation: Relation, deed: str) -> None:
    """Confirm or end as a party, below row security: the row may be the other side's. Raises Refused for who comes too late."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT ctx.settle_relation(%s, %s, %s)", [relation.pk, deed, actor.name])
        if not cursor.fetchone()[0]:
            raise Refused("mandate-over")


def _other(relation: Relation, own: int) -> str:
    return relation.agent_name if relation.giver_id == own else relation.giver_name


@action(permissions.MANDATE_MANAGE)
def confirm_relation(actor: Actor, *, relation: Relation) -> None:
    """Agree with what another company asked. Raises Refused when it is over already, or gives more than who confirms has himself."""
    own = _own(actor)
    if relation.asker_id == own or own not in (relation.giver_id, relation.agent_id):
        raise NotFound
    _check(actor, rights=relation.rights, starts_on=relation.starts_on, ends_on=relation.ends_on, gives=relation.giver_id == own)
    _settle(actor, relation, "confirm")
    _record(actor, facts.RelationConfirmed(relation_id=relation.pk), relation, own, _other(relation, own))


@action(permissions.MANDATE_MANAGE)
def end_relation(actor: Actor, *, relation: Relation) -> None:
    """End a mandate at once, or refuse or withdraw one that was asked: either side, and staff. Raises Refused when it is over already."""
    if actor.is_staff:
        row = Relation.objects.select_for_update().filter(pk=relation.pk, ended_at=None).first()
        if row is None:
            raise Refused("mandate-over")
        Relation.objects.filter(pk=row.pk).update(ended_at=timezone.now(), ended_name=actor.name)
        own, other = row.giver_id or row.agent_id, row.agent_name or row.giver_name
    else:
        own = _own(actor)
        _settle(actor, relation, "end")
        other = _other(relation, own) or relation.asked_number
    _record(actor, facts.RelationEnded(relation_id=relation.pk), relation, own, other)


@action(None)
def tell_other_side(actor: Actor, *, relation_id: int, by_party: int | None, ended: bool) -> None:
    """Put in the log of the other side what one side, or staff, did to a mandate. System only."""
    if actor.kind != "system":
        raise Forbidden(permissions.MANDATE_MANAGE)
    row = Relation.objects.filter(pk=relation_id).first()
    if row is None:
        return
    other = row.agent_id if row.giver_id == by_party else row.giver_id
    if other is None:
        return
    name = Party.objects.filter(pk=by_party or 0).values_list("name", flat=True).first() or row.giver_name
    _record(actor, facts.RelationOver(relation_id=row.pk) if ended else facts.RelationBegun(relation_id=row.pk), row, other, name)


@action(None)
def follow_names(actor: Actor, *, party_ids: Collection[int]) -> None:
    """Put the present names of parties in the mandates that name them already: not where the other side has not confirmed yet, nor where it ended, since it learns nothing more then. System only."""
    if actor.kind != "system":
        raise Forbidden(permissions.MANDATE_MANAGE)
    for side in ("giver", "agent"):
        now = Party.objects.filter(portal_id=OuterRef("portal_id"), pk=OuterRef(f"{side}_id")).values("name")
        named = Relation.objects.filter(portal_id=actor.portal_id, ended_at=None, **{f"{side}_id__in": party_ids}).exclude(**{f"{side}_name": ""})
        named.exclude(**{f"{side}_name": Subquery(now)}).update(**{f"{side}_name": Subquery(now)})
