"""Copies of a person's own data: asked for by himself or by staff on his behalf, fetched by him alone."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from django.db import connection
from django.utils import timezone

from portiek.core.actions import action
from portiek.core.actor import Actor
from portiek.core.errors import NotFound, Refused
from portiek.core.facts import record
from portiek.core.jobs import defer, named
from portiek.core.refs import ref
from portiek.core.retention import over
from portiek.foundation.accounts.models import User
from portiek.foundation.accounts.permissions import PORTAL_MANAGE
from portiek.foundation.audit import errors as errors
from portiek.foundation.audit import facts
from portiek.foundation.audit.models import Package
from portiek.foundation.files import actions as files
from portiek.foundation.files.permissions import NOBODY
from portiek.foundation.notifications import actions as notifications

PACKAGE_READY = "audit.package_ready"
AGAIN = timedelta(hours=1)


def _ask(actor: Actor, user: User, asked_by: str) -> Package:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(7310216, %s)", [user.pk % 2**31])
    now = timezone.now()
    if Package.objects.filter(portal_id=actor.portal_id, user_id=user.pk, asked_at__gt=now - AGAIN).exists():
        raise Refused("audit-package-already")
    made = Package.objects.create(portal_id=actor.portal_id, user_id=user.pk, asked_by=asked_by[:120], asked_at=now)
    record(actor, facts.PackageAsked(package_id=made.pk, user_id=user.pk), subject=ref("accounts.user", user.pk), text=user.name)
    defer(actor, named("audit.package"), package_id=made.pk)
    return made


@action(None)
def ask_own_package(actor: Actor) -> Package:
    """Ask for a copy of one's own data. Only at the gate, for the person of the session. Raises Refused within an hour of the last."""
    if actor.kind != "auth" or not actor.user_id:
        raise NotFound
    return _ask(actor, User.objects.get(portal_id=actor.portal_id, pk=actor.user_id, is_active=True), "")


@action(PORTAL_MANAGE)
def ask_package(actor: Actor, *, email: str) -> Package:
    """Ask for a copy of somebody's data on his behalf; he alone can fetch it. Raises Refused for an address nobody has."""
    user = User.objects.filter(portal_id=actor.portal_id, email=email.lower(), is_active=True).first()
    if user is None:
        raise Refused("audit-package-nobody", field="email")
    return _ask(actor, user, actor.name)


@action(None)
def keep_package(actor: Actor, *, package: Package, path: Path, name: str) -> None:
    """Keep a copy that is ready and tell the person. Only the portal itself."""
    if actor.kind != "system":
        raise NotFound
    with path.open("rb") as content:
        stored = files.store(actor, name=name, media_type="application/zip", content=content, right=NOBODY)
    Package.objects.filter(pk=package.pk).update(state=Package.State.READY, file=stored, name=name, sha256=stored.sha256, size=stored.size, ready_at=timezone.now())
    record(actor, facts.PackageReady(package_id=package.pk, user_id=package.user_id), subject=ref("accounts.user", package.user_id), text=package.user.name)
    notifications.mail_now(actor, to=package.user.email, kind=PACKAGE_READY, values={"name": package.user.name}, language=package.user.language, user_id=package.user_id)


@action(None)
def note_package_download(actor: Actor, *, package: Package) -> None:
    """Record that a person fetched the copy of his data. Only at the gate."""
    if actor.kind != "auth" or actor.user_id != package.user_id:
        raise NotFound
    record(actor, facts.PackageDownloaded(package_id=package.pk, user_id=package.user_id), subject=ref("accounts.user", package.user_id), text=actor.name)


@action(None)
def drop_packages(actor: Actor, *, now: datetime) -> int:
    """Forget the copies whose time is over; their bytes go with the files that nothing refers to. Only the portal itself."""
    if actor.kind != "system":
        raise NotFound
    count, _per = over(actor, "audit.packages", now=now).delete()
    return count
