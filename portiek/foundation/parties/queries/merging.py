"""Reads of what merging and splitting would do, and did."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import connection
from django.db.models import Exists, F, Model, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from portiek.core import merging
from portiek.core.actor import Actor
from portiek.core.errors import NotFound, Refused
from portiek.core.merging import Deed, Rule
from portiek.foundation.parties import rules
from portiek.foundation.parties.models import Merge, Party, Unit

OPEN = (Merge.State.ASKED, Merge.State.RUNNING)


@dataclass(frozen=True)
class Line:
    """Of one kind of thing: how many go along, how many stay behind, and what becomes of them."""

    label: Any
    goes: int
    rest: int
    says: Any


@dataclass(frozen=True)
class Plan:
    """What would happen: per kind, what staff must know, and what stands in the way."""

    lines: list[Line]
    warnings: list[str]
    refusals: list[Refused]


def _of(model: type[Model], column: str) -> str:
    return model._meta.get_field(column).attname  # type: ignore[union-attr]


def at_source(actor: Actor, rule: Rule, deed: Deed) -> QuerySet[Any]:
    """Return the rows of a rule that name the source."""
    model = apps.get_model(rule.model)
    found = Q()
    for column in rule.columns:
        found |= Q(**{_of(model, column): deed.source})
    return model._default_manager.filter(found, portal_id=actor.portal_id)


def going(actor: Actor, rule: Rule, deed: Deed) -> QuerySet[Any]:
    """Return the rows that go along: those whose like is not there yet, that hang on what went, that a split takes."""
    found = at_source(actor, rule, deed)
    model = found.model
    if rule.hangs_on:
        parent: Any = model._meta.get_field(rule.hangs_on).related_model
        found = found.filter(**{f"{rule.hangs_on}__in": parent._default_manager.filter(portal_id=actor.portal_id, party_id=deed.target).values("pk")})
    elif deed.is_split:
        found = found.filter(rule.takes(deed)) if rule.takes else found.none()
    if rule.once and not deed.is_split:
        for columns in rule.once:
            found = found.exclude(Q(**rule.among) & _like(actor, model, rule, deed, columns))
    return found


def _like(actor: Actor, model: type[Model], rule: Rule, deed: Deed, columns: tuple[str, ...]) -> Exists:
    there: QuerySet[Any] = model._default_manager.filter(portal_id=actor.portal_id, **{_of(model, rule.columns[0]): deed.target}, **rule.among)
    for name in columns:
        field: Any = model._meta.get_field(name)
        if field.null:  # none is as good as none
            there = there.annotate(**{f"its_{name}": Coalesce(F(field.attname), Value(0))}).filter(**{f"its_{name}": Coalesce(OuterRef(field.attname), Value(0))})
        else:
            there = there.filter(**{field.attname: OuterRef(field.attname)})
    return Exists(there)


def plan(actor: Actor, deed: Deed) -> Plan:
    """Return what would happen, for staff. Two statements a kind."""
    lines = [line for rule in merging.rules() if rule.label and (line := _line(actor, rule, deed)).goes + line.rest]
    return Plan(lines, merging.warnings(actor, deed), merging.refusals(actor, deed))


def _line(actor: Actor, rule: Rule, deed: Deed) -> Line:
    if rule.fate == "step":
        count = rule.count(actor, deed) if rule.count else at_source(actor, rule, deed).count()
        return Line(rule.label, 0 if rule.ends else count, count if rule.ends else 0, rule.says)
    if rule.fate == "stays":
        return Line(rule.label, 0, 0 if deed.is_split else at_source(actor, rule, deed).count(), rule.says)
    goes = going(actor, rule, deed).count()
    rest = at_source(actor, rule, deed).count() - goes if rule.once and not deed.is_split else 0
    return Line(rule.label, goes, rest, rule.says if rest else "")


def split_of(actor: Actor, *, source: Party, units: Iterable[int], target: int = 0, administrator: int = 0) -> Deed:
    """Return a split of a party: the chosen units with all below them, and who works there and nowhere else."""
    chosen = set(units)
    rows = list(Unit.objects.filter(portal_id=actor.portal_id, party=source).values_list("pk", "path"))
    goes = tuple(pk for pk, path in rows if chosen & set(path))
    return Deed(source.pk, target, True, goes, tuple(key for key, _name in merging.people_in(actor, source.pk, goes)), administrator=administrator)


# So far up is looked for who owns whom.
MOST_OWNERS = 30


def why_not_one(actor: Actor, source: Party, target: Party, *, besides: int = 0) -> Refused | None:
    """Return why `source` cannot become part of `target`, or None; `besides`: the merge that is being carried out."""
    owners: list[int] = []
    above = target.parent_id
    while above and above not in owners and len(owners) < MOST_OWNERS:
        owners.append(above)
        above = Party.objects.filter(portal_id=actor.portal_id, pk=above).values_list("parent_id", flat=True).first()
    # Owned by the source itself is mended: then it is owned by who owned that.
    problem = rules.why_not_merge(same=source.pk == target.pk, source_merged=source.merged_into_id is not None, target_merged=target.merged_into_id is not None, kinds=(source.kind, target.kind),
                                  erased=source.erased_at is not None or target.erased_at is not None, target_active=target.is_active, ring=source.pk in owners[1:])
    if problem:
        whose = {"merge-merged": source if source.merged_into_id else target, "merge-erased": source if source.erased_at else target, "merge-closed": target}.get(problem, source)
        return Refused(problem, field="other", name=whose.name, source=source.name, target=target.name, source_kind=source.get_kind_display(), target_kind=target.get_kind_display())
    found = under_way(actor, source.pk, target.pk)
    if found is not None and found.pk != besides:
        return Refused("merge-under-way", name=source.name if source.pk in (found.source_id, found.target_id) else target.name)
    return None


def merges(actor: Actor, *, party: Party) -> QuerySet[Merge]:
    """Return what was merged into a party, or split from it or to it, last first; staff alone."""
    if not actor.is_staff:
        return Merge.objects.none()
    return Merge.objects.select_related("source", "target").filter(Q(source=party) | Q(target=party), portal_id=actor.portal_id).order_by("-pk")


def merge(actor: Actor, key: int) -> Merge:
    """Return one merge or split. Raises NotFound."""
    found = Merge.objects.select_related("source", "target").filter(pk=key, portal_id=actor.portal_id).first() if actor.is_staff else None
    if found is None:
        raise NotFound
    return found


def merge_to_do(actor: Actor, key: int) -> Merge | None:
    """Return one that is not over yet, or None."""
    return Merge.objects.select_related("source", "target").filter(pk=key, portal_id=actor.portal_id, state__in=OPEN).first()


def merge_between(actor: Actor, *, source_id: int, target_id: int) -> Merge:
    """Return the last merge or split that was carried out between two parties. Raises NotFound."""
    found = Merge.objects.select_related("source", "target").filter(portal_id=actor.portal_id, source_id=source_id, target_id=target_id, state=Merge.State.DONE).order_by("-pk").first()
    if found is None:
        raise NotFound
    return found


def under_way(actor: Actor, *keys: int) -> Merge | None:
    """Return a merge or split of one of these parties that is not over yet."""
    return Merge.objects.filter(Q(source_id__in=keys) | Q(target_id__in=keys), portal_id=actor.portal_id, state__in=OPEN).first()


def former(actor: Actor, *, party: Party) -> list[Party]:
    """Return the parties that became part of this one, by name; staff alone."""
    return list(Party.objects.filter(portal_id=actor.portal_id, merged_into=party).order_by("name", "pk")[:100]) if actor.is_staff else []


def former_ids(actor: Actor, *, party_id: int) -> list[int]:
    """Return the ids of the parties that became part of this one; their rows themselves are for staff alone."""
    if actor.is_staff:
        return list(Party.objects.filter(portal_id=actor.portal_id, merged_into_id=party_id).values_list("pk", flat=True)[:100])
    with connection.cursor() as cursor:
        cursor.execute("SELECT ctx.parties_of()")
        return [key for key in cursor.fetchone()[0] if key != party_id]


def of_the_erp(actor: Actor, keys: Iterable[str]) -> dict[str, Party]:
    """Return the parties that the ERP means by these ids: one that became part of another is that other."""
    found = Party.objects.filter(portal_id=actor.portal_id, external_id__in=set(keys)).select_related("portal", "merged_into__portal")
    return {str(row.external_id): row.merged_into or row for row in found}
