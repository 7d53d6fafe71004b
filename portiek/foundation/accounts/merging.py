"""What happens to people, roles and doors of a party that becomes part of another one, or of which a part goes."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portiek.core.actor import Actor
from portiek.core.errors import Refused
from portiek.core.merging import Deed, moves, refuses, stays, step, warns, works_in
from portiek.foundation.accounts import actions, permissions, queries
from portiek.foundation.accounts.models import Membership, Provider, Role
from portiek.foundation.parties.models import Party

MOST_NAMES = 10


def _places(actor: Actor, deed: Deed) -> QuerySet[Membership]:
    found: QuerySet[Membership] = Membership.objects.filter(portal_id=actor.portal_id, party_id=deed.source, is_active=True, user__is_active=True)
    return found.filter(unit_id__in=deed.units) if deed.is_split else found


def _people(actor: Actor, deed: Deed) -> int:
    return _places(actor, deed).values("user_id").distinct().count()


def _roles(actor: Actor, deed: Deed) -> int:
    own = Role.objects.filter(portal_id=actor.portal_id, owner_id=deed.source, removed_at=None)
    return own.filter(pk__in=_places(actor, deed).values("role_id")).count() if deed.is_split else own.count()


def _doors(actor: Actor, deed: Deed) -> int:
    return 0 if deed.is_split else Provider.objects.filter(portal_id=actor.portal_id, party_id=deed.source, is_active=True).count()


def _names(rows: Iterable[Membership]) -> str:
    found = sorted({row.user.name for row in rows})
    return ", ".join(found[:MOST_NAMES]) + (" …" if len(found) > MOST_NAMES else "")


def _to_know(actor: Actor, deed: Deed) -> Iterable[str]:
    if deed.is_split or not deed.target:
        return
    target = Party.objects.values_list("name", flat=True).get(pk=deed.target)
    there = Membership.objects.filter(portal_id=actor.portal_id, party_id=deed.target, is_active=True)
    rows = list(_places(actor, deed).select_related("user", "role"))
    both = set(there.filter(user_id__in=[row.user_id for row in rows]).values_list("user_id", flat=True))
    if names := _names(row for row in rows if row.user_id in both):
        yield _("Work at both already, and keep what they have at %(company)s: %(names)s.") % {"company": target, "names": names}
    if names := _names(row for row in rows if row.user_id not in both and permissions.USER_MANAGE in row.role.rights):
        yield _("Will manage all people of %(company)s, by the role they have: %(names)s. Give them another role first if that is not meant.") % {"company": target, "names": names}
    if names := _names(row for row in rows if row.user_id not in both and any(right.endswith(".company") for right in row.role.rights)):
        yield _("Will see what is of the whole company at %(company)s, by the role they have: %(names)s.") % {"company": target, "names": names}


def _in_the_way(actor: Actor, deed: Deed) -> Iterable[Refused]:
    if not deed.is_split:
        return
    managers = queries.holders(actor, permissions.USER_MANAGE, party_id=deed.source).filter(until=None)
    stay = Membership.objects.filter(portal_id=actor.portal_id, party_id=deed.source, is_active=True, user__is_active=True).filter(Q(unit=None) | ~Q(unit_id__in=deed.units))
    if stay.exists() and not managers.filter(pk__in=stay.values("pk")).exists():
        yield Refused("split-last-manager")
    if not deed.people:
        yield Refused("split-nobody")
    elif deed.administrator and deed.administrator not in deed.people:
        yield Refused("split-administrator", field="administrator")


def _work_in(actor: Actor, party_id: int, units: list[int] | None) -> list[tuple[int, str]]:
    here: QuerySet[Membership] = Membership.objects.filter(portal_id=actor.portal_id, party_id=party_id, is_active=True, user__is_active=True)
    goes = here
    if units is not None:
        goes = here.filter(unit_id__in=units).exclude(user_id__in=here.filter(Q(unit=None) | ~Q(unit_id__in=units)).values("user_id"))
    return list(goes.order_by("user__name", "user_id").values_list("user_id", "user__name").distinct())


works_in("accounts", _work_in)
refuses("accounts", _in_the_way)
warns("accounts", _to_know)
step("accounts.Role", "owner", label=gettext_lazy("Own roles"), says=gettext_lazy("Come along with who has them. A name that is taken there gets the number behind it."), count=_roles, do=actions.take_roles, order=15)
step("accounts.Membership", label=gettext_lazy("People"), says=gettext_lazy("Keep their role and branch. Who works at both already keeps what he has at the company that stays."), count=_people, do=actions.take_places, order=20)
moves("accounts.Invitation", label=gettext_lazy("Invitations"), takes=lambda deed: Q(unit__in=deed.units, role__owner=None), then=actions.revoke_invitations, order=25)
moves("accounts.Absence", once=(("user",),), takes=lambda deed: Q(user__in=deed.people))
moves("accounts.AccountManager", label=gettext_lazy("Account manager"), once=((),), says=gettext_lazy("That of the company that stays remains."))
stays("accounts.Ceiling", ground=gettext_lazy("What is withheld from the company that stays holds for everybody in it."))
stays("accounts.LoginPolicy", label=gettext_lazy("Log-in policy"), ground=gettext_lazy("That of the company that stays holds for everybody in it."))
step("accounts.Provider", label=gettext_lazy("Log-in with an account of its own"), says=gettext_lazy("Ends: who came in by it gets a code by mail at the next log-in."), count=_doors, ends=True, do=actions.end_doors)
stays("accounts.ScimToken", ground=gettext_lazy("Ends with the log-in that it belongs to."))
stays("accounts.ScimUser", ground=gettext_lazy("Whom the provider of that company kept."))
stays("accounts.ScimGroup", ground=gettext_lazy("Whom the provider of that company kept."))
stays("accounts.ScimMember", ground=gettext_lazy("Whom the provider of that company kept."))
step("accounts.Session", "party", "as_party", says=gettext_lazy("Go on at the company that the person works for now."), do=actions.follow_sessions, order=90)
stays("accounts.HalfLogin", ground=gettext_lazy("Over in ten minutes."))
