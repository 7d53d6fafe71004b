"""Who manages people is asked whether the access of a guest goes on."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portiek.core.actions import action
from portiek.core.actor import Actor
from portiek.core.errors import NotFound
from portiek.core.refs import ref
from portiek.foundation.accounts import queries as accounts
from portiek.foundation.accounts.permissions import USER_MANAGE
from portiek.foundation.accounts.rules import ENDS_SOON
from portiek.foundation.tasks.actions import Asked, ask_many, settle_many
from portiek.foundation.tasks.kinds import task_kind

GUEST = task_kind("accounts.guest_ends", label=_("The access of a guest ends soon"), title=_("The access of {name} ends after {day}"), detail=_("Give another last day if it goes on; do nothing if it does not."), action=_("Look at it"),
                  several=_("The access of {count} guests ends soon"), icon="user-x", audience="both", right=USER_MANAGE, url=lambda subject, values: reverse("accounts:colleague", args=[values["place"]]))  # fmt: skip


@action(None)
def ask_about_guests(actor: Actor, *, today: date) -> int:
    """Ask it of each whose last day is within two weeks; return how many were not asked yet. Only the portal itself."""
    if actor.kind != "system":
        raise NotFound
    zone = ZoneInfo(accounts.portal(actor).time_zone)
    ending = accounts.guests(actor, before=today + timedelta(days=ENDS_SOON))
    return ask_many(actor, kind=GUEST, asked=[Asked(ref("accounts.place", row.pk), row.party_id, USER_MANAGE, values={"name": row.user.name, "day": row.until, "place": row.pk},
                                                    due_at=datetime.combine(row.until, time(23, 59), zone)) for row in ending.order_by("pk") if row.until])  # fmt: skip


@action(None)
def settle_guest(actor: Actor, *, user_id: int, party_id: int | None, today: date) -> None:
    """Ask it no longer of a person whose place ended or changed, unless its last day is still near."""
    near = set(accounts.guests(actor, before=today + timedelta(days=ENDS_SOON)).filter(user_id=user_id).values_list("pk", flat=True))
    settle_many(actor, kind=GUEST, subjects=[ref("accounts.place", key) for key in accounts.place_keys(actor, user_id=user_id, party_id=party_id) if key not in near])
