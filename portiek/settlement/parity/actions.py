"""Every write of parity: what a check finds, and what staff say of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from portiek.core.actions import action
from portiek.core.actor import Actor
from portiek.core.errors import NotFound, Refused
from portiek.core.facts import record
from portiek.core.jobs import defer, named
from portiek.core.money import CENT
from portiek.core.refs import ref
from portiek.foundation.tasks import actions as tasks
from portiek.settlement.parity import errors, facts, permissions, queries, rules
from portiek.settlement.parity.models import Cause, Check, Difference

REF = "parity.cause"
FOUND = "parity.cause"
WRITTEN = ("cause", "label", "ours", "theirs", "gap", "since", "is_open", "known_reason", "known_by", "known_at")


def _only_system(actor: Actor) -> None:
    if actor.kind != "system":
        raise NotFound


@action(None)
def check_documents(actor: Actor, *, document: str, keys: Sequence[int], now: datetime) -> dict[str, int]:
    """Hold some orders or invoices to what the portal makes of them and keep what differs; return how many agree in each way to calculate. Only the portal itself. A constant number of statements."""
    _only_system(actor)
    is_order = document == Cause.Document.ORDER
    found = queries.orders_as_confirmed(actor, keys) if is_order else queries.invoices_as_posted(actor, keys)
    policy, column = queries.portal(actor).policy, "order_id" if is_order else "invoice_id"
    rows = Difference.objects.filter(portal_id=actor.portal_id, **{f"{column}__in": list(keys)}).order_by("pk").select_for_update()
    held = {(getattr(row, column), row.position, row.what): row for row in rows}
    causes = {(cause.code, cause.fits): cause for cause in queries.causes(actor).filter(document=document)}
    made, changed, differing = [], [], 0
    for key, checked in found.items():
        differs = rules.differences(checked, policy)
        differing += bool(differs)
        for item in differs:
            cause = causes.get((item.code, item.fits))
            if cause is None:
                cause = causes[item.code, item.fits] = Cause.objects.create(portal_id=actor.portal_id, document=document, code=item.code, fits=item.fits, found_at=now)
            row = held.pop((key, item.position, item.what), None)
            if row is None:
                row = Difference(portal_id=actor.portal_id, position=item.position, what=item.what, since=now, **{column: key})
                made.append(row)
            elif rules.is_same(row, item.ours, item.theirs) and row.cause_id == cause.pk:
                continue
            else:
                # Other figures than those that somebody called known.
                row.since, row.known_at, row.known_by, row.known_reason = now, None, "", ""
                changed.append(row)
            row.cause, row.label, row.ours, row.theirs, row.gap = cause, item.label[:64], item.ours, item.theirs, item.gap
            row.is_open = rules.still_open(False, item.gap, cause.known_up_to)
    Difference.objects.filter(portal_id=actor.portal_id, pk__in=[row.pk for row in held.values()]).delete()
    Difference.objects.bulk_create(made, batch_size=1000)
    Difference.objects.bulk_update(changed, WRITTEN, batch_size=500)
    return {"documents": len(found), "differing": differing} | {f"tried:{way}": count for way, count in rules.agreeing(list(found.values()), policy).items()}


@action(None)
def finish_check(actor: Actor, *, document: str, counts: Mapping[str, int], since: datetime, began: datetime) -> None:
    """Keep how a check went, ask staff about each cause that needs somebody, and let what is over rest. Only the portal itself."""
    _only_system(actor)
    tried = {name.removeprefix("tried:"): count for name, count in counts.items() if name.startswith("tried:")}
    Check.objects.update_or_create(
        portal_id=actor.portal_id, document=document,
        defaults={"at": began, "since": since, "documents": counts.get("documents", 0), "differing": counts.get("differing", 0), "tried": tried},
    )  # fmt: skip
    groups = {group.cause.pk: group for group in queries.groups(actor) if group.cause.document == document}
    for cause in queries.causes(actor).filter(document=document).order_by("pk"):
        group = groups.get(cause.pk)
        if group is None or not group.count:
            tasks.settle(actor, kind=FOUND, subject=ref(REF, cause.pk))
            if group is None and cause.known_at is None:
                cause.delete()
            continue
        tasks.ask(actor, kind=FOUND, subject=ref(REF, cause.pk), right=permissions.MANAGE, values={"count": group.count, "largest": group.largest})
        fresh = queries.differences(actor, cause=cause).filter(since__gte=began)
        # Told once for a cause: when nothing of it asked for anybody before.
        if fresh.exists() and group.since is not None and group.since >= began:
            _record(actor, cause, facts.CauseFound(cause_id=cause.pk), str(group.count))


def _record(actor: Actor, cause: Cause, happened: Any, text: str, changes: Mapping[str, tuple[Any, Any]] | None = None) -> None:
    record(actor, happened, subject=ref(REF, cause.pk), text=text, changes=changes)


@action(permissions.MANAGE)
def ask_check(actor: Actor) -> None:
    """Have the last days checked now."""
    defer(actor, named("parity.check"))


def _locked(actor: Actor, cause: Cause) -> Cause:
    found = queries.causes(actor).select_for_update().filter(pk=cause.pk).first()
    if found is None:
        raise NotFound
    return found


@action(permissions.MANAGE)
def know_cause(actor: Actor, *, cause: Cause, reason: str, up_to: Decimal, now: datetime) -> None:
    """Say that differences of this cause are known, up to an amount each: larger ones stay an alarm. Raises Refused below a cent."""
    if up_to < CENT:
        raise Refused(errors.TOO_LITTLE, field="up_to")
    found = _locked(actor, cause)
    before = found.known_up_to
    found.known_up_to, found.known_reason, found.known_by, found.known_at = up_to, reason, actor.name[:120], now
    found.save()
    _weigh(actor, found)
    _record(actor, found, facts.CauseKnown(cause_id=found.pk), reason, {"up_to": (before, up_to)})


@action(permissions.MANAGE)
def reopen_cause(actor: Actor, *, cause: Cause) -> None:
    """Make differences of this cause an alarm again; what was said of single ones stays."""
    found = _locked(actor, cause)
    if found.known_at is None:
        return
    found.known_up_to, found.known_reason, found.known_by, found.known_at = None, "", "", None
    found.save()
    _weigh(actor, found)
    _record(actor, found, facts.CauseReopened(cause_id=found.pk), found.code)


def _weigh(actor: Actor, cause: Cause) -> None:
    """Say anew of each difference of a cause whether it asks for somebody."""
    changed = []
    for row in Difference.objects.filter(portal_id=actor.portal_id, cause=cause).order_by("pk").select_for_update():
        wanted = rules.still_open(row.known_at is not None, row.gap, cause.known_up_to)
        if row.is_open != wanted:
            row.is_open = wanted
            changed.append(row)
    Difference.objects.bulk_update(changed, ["is_open"], batch_size=1000)
    _rest(actor, cause)


def _rest(actor: Actor, cause: Cause) -> None:
    """End what is asked about a cause of which nothing asks for somebody any more."""
    if not queries.differences(actor, cause=cause).exists():
        tasks.settle(actor, kind=FOUND, subject=ref(REF, cause.pk))


@action(permissions.MANAGE)
def know_difference(actor: Actor, *, difference: Difference, reason: str, now: datetime) -> None:
    """Say of one difference that it is known, until its figures change."""
    found = Difference.objects.select_for_update(of=("self",)).select_related("cause").filter(portal_id=actor.portal_id, pk=difference.pk).first()
    if found is None:
        raise NotFound
    found.is_open, found.known_reason, found.known_by, found.known_at = False, reason, actor.name[:120], now
    found.save(update_fields=["is_open", "known_reason", "known_by", "known_at"])
    _record(actor, found.cause, facts.DifferenceKnown(difference_id=found.pk), reason)
    _rest(actor, found.cause)
